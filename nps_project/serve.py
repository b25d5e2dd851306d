"""Start the web server: `python -m nps_project.serve --host 0.0.0.0 --port 8000`. `make run` and the image call it."""

import logging.config
import multiprocessing
import os
import resource
import signal
import socket
import threading
from argparse import ArgumentParser, Namespace
from functools import partial

import uvicorn
from django.conf import settings
from uvicorn.supervisors import Multiprocess

from nps_project.web.asgi import Application
from nps_project.web.connections import Connection, Connections

CONNECTIONS = 2048  # of one process
_OTHER_FILES = 128  # that a process has open: modules, databases, the broker
_SENDING_BYTES = 262_144  # of one connection that the kernel keeps: it would take megabytes for who reads nothing
_STOP_WITHIN_S = 5


def _arguments() -> Namespace:
    parser = ArgumentParser(prog="python -m nps_project.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="processes; as many as there are cores")
    parser.add_argument("--connections", type=int, default=CONNECTIONS, help="of one process")
    parser.add_argument("application", nargs="?", default="nps_project.wsgi.application")
    return parser.parse_args()


def listen(host: str, port: int) -> socket.socket:
    """The listening socket of all processes; connections inherit its options."""
    family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SENDING_BYTES)
    listening.bind(address)
    listening.set_inheritable(True)
    return listening


def connections_possible(wanted: int) -> int:
    """How many connections a process can have, at most `wanted`; raises the limit of open files as far as allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < most:
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else min(wanted, soft - _OTHER_FILES)


def begin(application: str) -> Application:
    """Make the application of one process, which ends when its parent ends."""
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=follow, name="parent", daemon=True).start()
    return Application(application)


def main() -> None:
    """Serve until SIGTERM or SIGINT; requests under way then have five seconds."""
    given = _arguments()
    logging.config.dictConfig(settings.LOGGING or {"version": 1})
    connections = Connections(connections_possible(given.connections))
    config = uvicorn.Config(
        partial(begin, given.application),
        factory=True,
        http=partial(Connection, connections=connections),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        loop="uvloop",
        workers=given.workers,
        backlog=2048,
        log_config=None,
        access_log=False,
        proxy_headers=False,  # nps_project.web.proxies reads them
        server_header=False,
        timeout_graceful_shutdown=_STOP_WITHIN_S,
        timeout_worker_healthcheck=30,
    )
    Multiprocess(config, sockets=[listen(given.host, given.port)]).run()


if __name__ == "__main__":
    main()
