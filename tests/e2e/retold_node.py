"""A node whose chain is retold: the answers are a true node's, but for height and time of the next block, periods, or
what a test puts in their place."""

import http.server
import json
import threading
import urllib.request


class RetoldNode:
    """`url` while it is entered; `calls` are the requests it was sent, as text."""

    def __init__(self, true_url, seconds=0, blocks=0, results=None, logs_blocks_max=None, **qbft):
        """What is added to time and height of the next block; results by method; as many heights as one eth_getLogs may
        ask for; members of the genesis config's qbft."""
        self.true_url, self.added, self.qbft = true_url, (blocks, seconds), qbft
        self.results, self.logs_blocks_max = results or {}, logs_blocks_max
        self.calls = []

    def __enter__(self):
        node = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # noqa: N802 the server's name
                request = self.rfile.read(int(self.headers["Content-Length"]))
                answer = node.answer(request)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                """Says nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request):
        self.calls.append(request.decode())
        call = json.loads(request)
        if call["method"] in self.results:
            return self.document(call, result=self.results[call["method"]])
        if call["method"] == "eth_getLogs" and self.logs_blocks_max is not None:
            first, last = (int(call["params"][0][name], 16) for name in ("fromBlock", "toBlock"))
            if last - first >= self.logs_blocks_max:
                narrower = {"from": hex(first), "to": hex(first + self.logs_blocks_max - 1)}
                return self.document(call, error={"code": -32005, "message": "too many heights", "data": narrower})
        asked = urllib.request.Request(self.true_url, request, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked) as answer:
            text = answer.read()
        if call["method"] == "data_getGenesisConfig":
            return self.retell_genesis(json.loads(text))
        asks_next_block = call["method"] == "eth_call" and "to" not in call["params"][0]
        return self.retell_next_block(json.loads(text)) if asks_next_block else text

    @staticmethod
    def document(call, **members):
        return json.dumps({"jsonrpc": "2.0", "id": call["id"], **members}).encode()

    def retell_genesis(self, document):
        document["result"]["qbft"].update(self.qbft)
        return json.dumps(document).encode()

    def retell_next_block(self, document):
        error = document["error"]
        words = bytes.fromhex(error["data"][2:])
        told = (int.from_bytes(words[i : i + 32], "big") for i in (0, 32))
        error["data"] = "0x" + "".join(f"{word + more:064x}" for word, more in zip(told, self.added))
        return json.dumps(document).encode()
