"""A TCP relay for each link between two nodes, which can delay, cut and mend it, and counts what passes."""

import asyncio
import contextlib
import threading

CHUNK_BYTES = 64 * 1024


class Link:
    """What lies between two nodes, in both directions."""

    def __init__(self):
        self.is_cut = False
        self.delay_seconds = 0.0
        self.bytes = 0
        self.tasks = set()


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
            async def serve(reader, writer):
                task = asyncio.current_task()
                link.tasks.add(task)
                try:
                    await self._serve(link, target_port, reader, writer)
                finally:
                    link.tasks.discard(task)

            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            self._servers.append(server)
            return server.sockets[0].getsockname()[1]

        return self._run(start())

    async def _serve(self, link, target_port, reader, writer):
        with contextlib.suppress(OSError, asyncio.CancelledError):
            if not link.is_cut:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target_port)
                ways = (self._pump(link, reader, far_writer), self._pump(link, far_reader, writer))
                try:
                    await asyncio.gather(*ways)
                finally:
                    far_writer.close()
        writer.close()

    async def _pump(self, link, reader, writer):
        """Reading goes on while bytes are on their way: a delay takes no throughput."""
        under_way = asyncio.Queue(maxsize=1024)

        async def deliver():
            while True:
                due, data = await under_way.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                if not data:
                    break
                writer.write(data)
                await writer.drain()
            writer.close()

        delivery = asyncio.ensure_future(deliver())
        try:
            while True:
                data = await reader.read(CHUNK_BYTES)
                link.bytes += len(data)
                await under_way.put((self._loop.time() + link.delay_seconds, data))
                if not data:
                    break
            await delivery
        finally:
            delivery.cancel()

    def cut(self, one, other):
        async def cut():
            link = self.link(one, other)
            link.is_cut = True
            for task in list(link.tasks):
                task.cancel()

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
                for task in list(link.tasks):
                    task.cancel()

        self._run(stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
