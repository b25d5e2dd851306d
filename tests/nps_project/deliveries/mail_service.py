"""The API of a mail service on loopback: it keeps what was posted and answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DROP = "drop"  # read the request and cut the connection
TAKES = (200, {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a-e38e-4336-af7d-e6c392c2f817"})


class MailService:
    """Speaks as Postmark does. `answer`: status and body, or DROP."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.connections: set[Any] = set()
        self.answer: Any = TAKES


@contextmanager
def running(settings: Any) -> Iterator[MailService]:
    """Starts one, and sets the product to send by it."""
    made = MailService()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # noqa: N802  (the base class's name)
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.connections.add(self.client_address)
            if made.answer == DROP:
                made.taken.append(given)
                self.close_connection = True
                return
            status, body = made.answer
            if status == 200:
                made.taken.append(given)
            said = json.dumps({"To": given["To"], **body}).encode() if isinstance(body, dict) else body
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_arguments: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    settings.MAIL_IS_STORED_ONLY = False
    settings.EMAIL_SERVICE = "postmark"
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "token",
        "POSTMARK_API_URL": f"http://127.0.0.1:{server.server_port}/",
        "REQUESTS_TIMEOUT": 2,
    }
    settings.DEFAULT_FROM_EMAIL = "Nordlys <ask@nordlys.dk>"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
