"""A publisher's web server on this machine, which answers, forgets, redirects, dawdles and lies as a test wants."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Asks the test what to answer, and notes what it was asked."""

    server: "LocalServer"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        self.server.answer(self)

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        """One whole answer."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


class LocalServer(ThreadingHTTPServer):
    """A web server on this machine."""

    daemon_threads = True
    answer: Answer
    asked: list[tuple[str, dict[str, str]]]

    @property
    def url(self) -> str:
        """The address of its list."""
        return f"http://127.0.0.1:{self.server_port}/list.csv"

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is expected."""


@contextmanager
def running() -> Iterator[LocalServer]:
    """A server for the time of the block; it has nothing to say until its `answer` is set."""
    with LocalServer(("127.0.0.1", 0), Handler) as local:
        local.asked = []
        thread = threading.Thread(target=local.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield local
        local.shutdown()
        thread.join()
