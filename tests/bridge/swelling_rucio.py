"""A Rucio that lets everybody in, and answers one question with as much as the test says."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice

PASSWORD = "a-password-of-the-tests"
SESSION_TOKEN = "alice-alice-unknown-00ddba11facade0123456789"


class SwellingRucio:
    """Answers with its `scopes`, a function that yields the names; listens on 127.0.0.1 for the length of a block."""

    def __init__(self):
        self.scopes = lambda: iter(["test"])
        rucio = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path.startswith("/auth/"):
                    accepted = self.headers["X-Rucio-Password"] == PASSWORD
                    self.send_response(200 if accepted else 401)
                    self.send_header("X-Rucio-Auth-Token", SESSION_TOKEN)
                    self.end_headers()
                elif self.path == "/accounts/whoami":
                    self._send(b'{"account": "alice"}')
                elif self.path == "/scopes/":
                    self._list(rucio.scopes())
                else:
                    self._send(b"[]")

            def _list(self, names):
                try:
                    self._send(f'["{next(names)}"'.encode())
                    while some := list(islice(names, 1000)):
                        self.wfile.write("".join(f',"{name}"' for name in some).encode())
                    self.wfile.write(b"]")
                except ConnectionError:
                    pass  # Who has asked is gone.

            def _send(self, start):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(start)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc_info):
        self._server.shutdown()
        self._server.server_close()
