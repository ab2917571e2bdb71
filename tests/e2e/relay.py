"""A TCP relay for each link between two nodes, which can delay, cut and mend it, and counts what passes."""

import asyncio
import collections
import threading

# Chunks that may be under way in one direction of a connection; then reading pauses.
UNDER_WAY_MAX = 1024


class Link:
    """What lies between two nodes, in both directions."""

    def __init__(self):
        self.is_cut = False
        self.delay_seconds = 0.0
        self.bytes = 0
        self.ends = set()


class End(asyncio.Protocol):
    """One end of a relayed connection: what it reads leaves by the other end, the link's delay later. Reading goes on while
    bytes are under way: a delay takes no throughput."""

    def __init__(self, loop, link):
        self.loop, self.link = loop, link
        self.other = None
        self.transport = None
        self._under_way = collections.deque()
        self._timer = None
        self._is_full = False
        self._has_ended = False

    def connection_made(self, transport):
        self.transport = transport
        self.link.ends.add(self)

    def data_received(self, data):
        self.link.bytes += len(data)
        self._pass_on(data)

    def eof_received(self):
        self._end()
        return True  # the other direction goes on until it ends by itself

    def connection_lost(self, _error):
        self.link.ends.discard(self)
        self._end()

    def pause_writing(self):
        self.other.transport.pause_reading()

    def resume_writing(self):
        if not self.other._is_full:
            self.other.transport.resume_reading()

    def _end(self):
        if not self._has_ended:
            self._has_ended = True
            self._pass_on(b"")

    def _pass_on(self, data):
        if not self._under_way and self.link.delay_seconds == 0:
            self._write(data)
            return
        self._under_way.append((self.loop.time() + self.link.delay_seconds, data))
        if len(self._under_way) >= UNDER_WAY_MAX:
            self._is_full = True
            self.transport.pause_reading()
        if self._timer is None:
            self._timer = self.loop.call_at(self._under_way[0][0], self._deliver)

    def _deliver(self):
        now = self.loop.time()
        while self._under_way and self._under_way[0][0] <= now:
            self._write(self._under_way.popleft()[1])
        self._timer = self.loop.call_at(self._under_way[0][0], self._deliver) if self._under_way else None
        if self._is_full and len(self._under_way) < UNDER_WAY_MAX // 2:
            self._is_full = False
            self.transport.resume_reading()

    def _write(self, data):
        if self.other is None:
            return
        if data:
            self.other.transport.write(data)
        else:
            self.other.transport.close()


class NearEnd(End):
    """The end of the node that dialled: it opens the far one."""

    def __init__(self, loop, link, target_port):
        super().__init__(loop, link)
        self.target_port = target_port
        self._opening = None

    def connection_made(self, transport):
        super().connection_made(transport)
        if self.link.is_cut:
            transport.abort()
            return
        transport.pause_reading()
        self._opening = self.loop.create_task(self._open())

    async def _open(self):
        try:
            _, far = await self.loop.create_connection(lambda: End(self.loop, self.link), "127.0.0.1", self.target_port)
        except OSError:
            self.transport.close()
            return
        self.other, far.other = far, self
        if self.link.is_cut or self.transport.is_closing():
            far.transport.abort()
            self.transport.abort()
        else:
            self.transport.resume_reading()


class Relay:
    """Runs in a thread of its own. `open` gives the port under which node `dialler` reaches node `target`."""

    def __init__(self):
        self._links = {}
        self._servers = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=10)

    def link(self, one, other):
        return self._links.setdefault(frozenset((one, other)), Link())

    def open(self, dialler, target, target_port):
        link = self.link(dialler, target)

        async def start():
            server = await self._loop.create_server(lambda: NearEnd(self._loop, link, target_port), "127.0.0.1", 0)
            self._servers.append(server)
            return server.sockets[0].getsockname()[1]

        return self._run(start())

    def cut(self, one, other):
        async def cut():
            link = self.link(one, other)
            link.is_cut = True
            for end in list(link.ends):
                end.transport.abort()

        self._run(cut())

    def mend(self, one, other):
        self.link(one, other).is_cut = False

    def delay_all(self, seconds):
        for link in self._links.values():
            link.delay_seconds = seconds

    def bytes(self):
        return sum(link.bytes for link in self._links.values())

    def stop(self):
        async def stop():
            for server in self._servers:
                server.close()
            for link in self._links.values():
                for end in list(link.ends):
                    end.transport.abort()

        self._run(stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
