"""uvicorn in a thread of its own, as agent and ledger listen."""

import socket
import threading

import structlog
import uvicorn
from fastapi import FastAPI

log = structlog.get_logger(__name__)

START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 5.0


class Server:
    """uvicorn in a thread of its own; it binds its port itself, so 0 takes a free one."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            loop="asyncio",
            http="h11",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        app.state.stopping = lambda: self._server.should_exit
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=f"http-{port}", daemon=True)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        sockets: list[socket.socket] = list(self._server.servers[0].sockets)
        return int(sockets[0].getsockname()[1])

    def start(self) -> None:
        """Start and wait until requests are taken. Raises OSError when the port can't be had."""
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(START_TIMEOUT_S / 0.01)):
            if self._server.started:
                self._notice_lost_peers()
                return
            if not self._thread.is_alive():
                break
            waited.wait(0.01)
        self._server.should_exit = True
        config = self._server.config
        raise OSError(f"can't serve on {config.host}:{config.port}; is the port in use?") from self._failure

    def _notice_lost_peers(self) -> None:
        """Tills go out of the network's reach in the midst of a request: without this their connections stay for ever.

        Connections that are accepted have these options from the socket that listens."""
        for listening in self._server.servers[0].sockets:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
                if hasattr(socket, name):
                    listening.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def stop(self) -> None:
        """Finish what is being answered and close; streams end within a beat."""
        self._server.should_exit = True
        self._thread.join(STOP_TIMEOUT_S)
        if self._thread.is_alive():
            self._server.force_exit = True
            self._thread.join(STOP_TIMEOUT_S)

    def _run(self) -> None:
        try:
            self._server.run()
        except (SystemExit, OSError) as error:
            self._failure = error


def serve(app: FastAPI, host: str = "127.0.0.1", port: int = 0) -> Server:
    """Serve ``app`` from a thread; returns when it takes requests. Raises OSError."""
    server = Server(app, host, port)
    server.start()
    log.info("serving", host=host, port=server.port)
    return server
