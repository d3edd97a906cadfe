"""The endless body of one HTTP answer as a byte port for reading: lines of JSON that a device sends as they happen."""

import contextlib
import queue
import socket
import threading
from typing import Any, Final

import httpx

from drivers.errors import Disconnected, NotFound, Rejected

ANSWER_S: Final = 5.0
CONNECT_S: Final = 3.0
QUEUE_CHUNKS: Final = 64
"""pieces of at most 64 KiB that wait here; beyond them TCP holds the device back"""
_STOP_LOOK_S: Final = 0.1


class HttpStream:
    """One GET at a time. A thread takes pieces of the body: httpx can't wait for a short time and go on later."""

    def __init__(
        self,
        url: str,
        *,
        login: tuple[str, str] | None = None,
        verify: bool = True,
        silence_s: float = 0.0,
        answer_s: float = ANSWER_S,
    ) -> None:
        self.label = url
        self._login = login
        self._verify = verify
        self._silence_s = silence_s
        """longest time without a byte; 0 trusts TCP's keepalive to find a dead link"""
        self._answer_s = answer_s
        self._client: httpx.Client | None = None
        self._response: httpx.Response | None = None
        self._pump: threading.Thread | None = None
        self._stopping = threading.Event()
        self._chunks: queue.Queue[bytes | Disconnected] = queue.Queue(QUEUE_CHUNKS)

    def open(self) -> None:
        """Ask; Rejected for a login that isn't taken, NotFound if there is no such stream, Disconnected otherwise."""
        self.close()
        transport = httpx.HTTPTransport(verify=self._verify, socket_options=_keepalive())
        timeout = httpx.Timeout(self._answer_s, connect=CONNECT_S)
        client = httpx.Client(transport=transport, auth=self._login, timeout=timeout, trust_env=False)
        request = client.build_request("GET", self.label, headers={"Accept": "*/*", "Accept-Encoding": "identity"})
        try:
            response = client.send(request, stream=True)
            self._check(response)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            client.close()
            raise Disconnected(f"{self.label}: no answer ({error or type(error).__name__})") from error
        except (Rejected, NotFound, Disconnected):
            client.close()
            raise
        # from here on silence is no fault, or one after another time
        response.request.extensions["timeout"]["read"] = self._silence_s or None
        self._client, self._response = client, response
        self._chunks = queue.Queue(QUEUE_CHUNKS)
        self._stopping = threading.Event()
        arguments = (response, self._chunks, self._stopping)
        self._pump = threading.Thread(target=self._run, args=arguments, name=f"http-{self.label}", daemon=True)
        self._pump.start()

    def _check(self, response: httpx.Response) -> None:
        if response.status_code == 200:
            return
        response.close()
        if response.status_code in (401, 403):
            raise Rejected(f"{self.label}: the login isn't taken ({response.status_code}); look at user and password")
        if response.status_code == 404:
            raise NotFound(f"{self.label}: no such stream; is the device's HTTP interface switched on?")
        raise Disconnected(f"{self.label}: {response.status_code} {response.reason_phrase}")

    def _run(
        self, response: httpx.Response, chunks: "queue.Queue[bytes | Disconnected]", stopping: threading.Event
    ) -> None:
        why = "the device ended the stream"
        try:
            for chunk in response.iter_bytes():
                if not _put(chunks, chunk, stopping):
                    return
        except httpx.ReadTimeout:
            why = f"silent for {self._silence_s:g} s"
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            why = str(error) or type(error).__name__
        _put(chunks, Disconnected(f"{self.label}: {why}"), stopping)

    def read(self, timeout: float) -> bytes:
        """What has arrived; ``b""`` if nothing came within ``timeout`` seconds; Disconnected when the stream ended."""
        if self._response is None:
            raise Disconnected(f"{self.label}: not open")
        try:
            chunk = self._chunks.get(timeout=max(timeout, 0.0)) if timeout > 0 else self._chunks.get_nowait()
        except queue.Empty:
            return b""
        if isinstance(chunk, Disconnected):
            raise chunk
        return chunk

    def close(self) -> None:
        """Idempotent and quick; a half line is lost with its link."""
        response, self._response = self._response, None
        client, self._client = self._client, None
        pump, self._pump = self._pump, None
        self._stopping.set()
        if response is not None:
            stream = response.extensions.get("network_stream")
            link = None if stream is None else stream.get_extra_info("socket")
            if link is not None:
                with contextlib.suppress(OSError):
                    link.shutdown(socket.SHUT_RDWR)  # wakes the thread
        if pump is not None and pump is not threading.current_thread():
            pump.join(2.0)
        if response is not None:
            with contextlib.suppress(httpx.HTTPError, RuntimeError):
                response.close()
        if client is not None:
            client.close()


def _put(chunks: "queue.Queue[bytes | Disconnected]", thing: bytes | Disconnected, stopping: threading.Event) -> bool:
    while not stopping.is_set():
        try:
            chunks.put(thing, timeout=_STOP_LOOK_S)
        except queue.Full:
            continue
        return True
    return False


def _keepalive() -> list[tuple[Any, ...]]:
    """A dead link is found within half a minute, where the system lets us say so."""
    options: list[tuple[Any, ...]] = [
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    ]
    for name, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):
            options.append((socket.IPPROTO_TCP, getattr(socket, name), value))
    return options
