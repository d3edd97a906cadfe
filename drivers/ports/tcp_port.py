"""A byte port over TCP, plain or TLS."""

import contextlib
import hashlib
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Mapping

from drivers.errors import Disconnected, NotFound, Untrusted

CHUNK = 256 * 1024


def client_tls(options: Mapping[str, str]) -> ssl.SSLContext:
    """TLS towards a device; NotFound if a certificate that the options name can't be read.

    ``cafile`` verifies it; ``pin`` (SHA-256 of its certificate in hex, colons allowed) takes just that one certificate,
    self-signed or not; ``verify=no`` takes any. ``certfile`` and ``keyfile`` are ours, for devices that ask for one.
    """
    try:
        context = ssl.create_default_context(cafile=options.get("cafile"))
        if "certfile" in options:
            context.load_cert_chain(options["certfile"], options.get("keyfile"))
    except OSError as error:  # ssl.SSLError is one: no such file, or no certificate in it
        named = ", ".join(options[key] for key in ("cafile", "certfile", "keyfile") if key in options)
        raise NotFound(f"no certificate can be read from {named}: {error}") from None
    if options.get("verify") == "no" or "pin" in options:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def pinned(options: Mapping[str, str]) -> str:
    """The fingerprint that ``pin`` names, in plain hex digits; NotFound if it is none."""
    pin = options.get("pin", "").replace(":", "").lower()
    if "pin" in options and (len(pin) != 64 or not set(pin) <= set("0123456789abcdef")):
        raise NotFound(f"{options['pin']!r} is no SHA-256 fingerprint: 64 hex digits")
    return pin


class TcpPort:
    """Connects as a client, or wraps an accepted connection (``TcpPort.accepted``)."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        pin: str = "",
        connect_timeout: float = 3.0,
    ) -> None:
        self.label = f"{'tls' if tls else 'tcp'}://{host}:{port}"
        self._address = (host, port)
        self._tls = tls
        self._pin = pin
        self._connect_timeout = connect_timeout
        self._socket: socket.socket | None = None
        self._selector: selectors.BaseSelector | None = None
        self._lock = threading.Lock()  # one OpenSSL object mustn't be used by two threads at once

    @classmethod
    def accepted(cls, connection: socket.socket) -> "TcpPort":
        """A port on a connection that a listening socket has accepted."""
        host, port = connection.getpeername()[:2]
        made = cls(str(host), int(port))
        made._adopt(connection)
        return made

    def open(self) -> None:
        """Connect; NotFound for an unknown name, Disconnected when nobody answers, Untrusted if it is somebody else."""
        self.close()
        try:
            plain = socket.create_connection(self._address, timeout=self._connect_timeout)
        except socket.gaierror as error:
            raise NotFound(f"{self.label}: no such host ({error})") from error
        except OSError as error:
            raise Disconnected(f"{self.label}: no answer ({error}); is it on, and the address right?") from error
        self._adopt(self._secured(plain) if self._tls else plain)

    def _secured(self, plain: socket.socket) -> socket.socket:
        assert self._tls is not None
        try:
            secured = self._tls.wrap_socket(plain, server_hostname=self._address[0])
        except ssl.SSLCertVerificationError as error:
            plain.close()
            raise Untrusted(
                f"{self.label}: no TLS with this device: its certificate can't be trusted ({error.verify_message}); "
                "name its issuer with cafile=, or its own fingerprint with pin="
            ) from error
        except (ssl.SSLError, OSError) as error:
            plain.close()
            raise Disconnected(f"{self.label}: no TLS with this device ({error})") from error
        shown = hashlib.sha256(secured.getpeercert(binary_form=True) or b"").hexdigest()
        if self._pin and shown != self._pin:
            secured.close()
            raise Untrusted(f"{self.label}: no TLS with this device: its certificate is {shown}, not the pinned one")
        return secured

    def _adopt(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(connection, selectors.EVENT_READ)
        self._socket = connection

    def read(self, timeout: float) -> bytes:
        """What has arrived; ``b""`` after ``timeout`` seconds of silence; Disconnected when the other side closed."""
        data = self._receive()
        if data is None and self._arrived(timeout):
            data = self._receive()
        return data or b""

    def _arrived(self, timeout: float) -> bool:
        selector = self._selector
        try:
            return selector is not None and bool(selector.select(max(timeout, 0.0)))
        except (OSError, ValueError, KeyError, TypeError):
            raise Disconnected(f"{self.label}: closed meanwhile") from None  # by another thread

    def _receive(self) -> bytes | None:
        connection = self._require()
        try:
            with self._lock:
                data = connection.recv(CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        except OSError as error:
            raise Disconnected(f"{self.label}: {error}") from error
        if not data:
            raise Disconnected(f"{self.label}: the other side closed the connection")
        return data

    def write(self, data: bytes, timeout: float = 2.0) -> None:
        """Send everything; Disconnected if it doesn't leave within ``timeout`` seconds."""
        connection = self._require()
        deadline = time.monotonic() + timeout
        rest = memoryview(data)
        try:
            while rest:
                with self._lock:
                    sent = _send_some(connection, rest)
                rest = rest[sent:]
                if not sent and not _writable(connection, deadline - time.monotonic()):
                    raise Disconnected(f"{self.label}: takes no data for {timeout:g} s")
        except OSError as error:
            raise Disconnected(f"{self.label}: {error}") from error

    def _require(self) -> socket.socket:
        if self._socket is None:
            raise Disconnected(f"{self.label}: not open")
        return self._socket

    def close(self) -> None:
        """Idempotent."""
        connection, self._socket = self._socket, None
        selector, self._selector = self._selector, None
        if selector is not None:
            selector.close()
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


def _send_some(connection: socket.socket, data: memoryview) -> int:
    try:
        return connection.send(data)
    except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
        return 0


def _writable(connection: socket.socket, timeout: float) -> bool:
    if timeout <= 0:
        return False
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_WRITE)
        return bool(selector.select(timeout))
