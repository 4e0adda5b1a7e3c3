"""A FHIR server for tests on 127.0.0.1, which remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["Asked", "FhirServer", "serving"]

Asked = tuple[str, str]
Answer = Callable[["FhirServer", BaseHTTPRequestHandler], None]


class FhirServer:
    """What runs, and what it was asked: path and query, and the Authorization that came with it."""

    def __init__(self, resources: dict[str, Any]) -> None:
        """Take what is answered, by path and query; a callable answers by itself."""
        self.resources, self.asked = resources, list[Asked]()
        self.base = ""


@contextmanager
def serving(resources: dict[str, Any], host: str = "127.0.0.1") -> Iterator[FhirServer]:
    """Serve in a thread until the block ends."""
    server = FhirServer(resources)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.asked.append((self.path, self.headers.get("Authorization", "")))
            answer = server.resources.get(self.path.removeprefix("/fhir/"), server.resources.get("*"))
            if callable(answer):
                answer(server, self)
                return
            status = 404 if answer is None else 200
            body = json.dumps(answer or {"resourceType": "OperationOutcome", "issue": []}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/fhir+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    http = ThreadingHTTPServer((host, 0), Handler)
    http.daemon_threads = True
    server.base = f"http://{host}:{http.server_address[1]}/fhir"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
