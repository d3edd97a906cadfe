"""TCP ports with TLS: a verified device, a self-signed one, a plain one."""

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.errors import Disconnected
from drivers.ports import open_port
from drivers.ports.tcp_port import TcpPort
from tests.support.certificates import self_signed


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A device's own certificate with its key, for 127.0.0.1."""
    path = tmp_path_factory.mktemp("tls") / "reader.pem"
    self_signed(path)
    return path


@pytest.fixture
def device(certificate: Path) -> Iterator[int]:
    """A device that echoes one message over TLS; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(server: socket.socket) -> None:
        try:
            connection, _ = server.accept()
            connection.settimeout(5.0)
            with connection, context.wrap_socket(connection, server_side=True) as secured:
                secured.sendall(secured.recv(1000).upper())
                secured.recv(1000)
        except OSError:
            pass  # the test refused us, or is over

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5.0)
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        yield server.getsockname()[1]
        thread.join(6.0)


def echo(url: str) -> bytes:
    port = open_port(url)
    port.open()
    try:
        port.write(b"hello")
        return port.read(5.0) or port.read(5.0)
    finally:
        port.close()


def test_a_device_whose_certificate_is_known(device: int, certificate: Path) -> None:
    assert echo(f"tls://127.0.0.1:{device}?cafile={certificate}") == b"HELLO"


def test_a_self_signed_device_is_taken_only_when_told_so(device: int) -> None:
    assert echo(f"tls://127.0.0.1:{device}?verify=no") == b"HELLO"


def test_a_self_signed_device_is_refused_otherwise(device: int) -> None:
    with pytest.raises(Disconnected, match="TLS"):
        open_port(f"tls://127.0.0.1:{device}").open()


def test_tls_towards_a_plain_port_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"no TLS here, sorry")

        thread = threading.Thread(target=answer)
        thread.start()
        port = open_port(f"tls://127.0.0.1:{server.getsockname()[1]}?verify=no")
        assert isinstance(port, TcpPort)
        with pytest.raises(Disconnected):
            port.open()
        thread.join(5.0)
