"""Device addresses as people write them: ``tcp://host:port``, ``serial:///dev/ttyUSB0?baud=115200``, ``mqtt://…``."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from drivers.errors import NotFound
from drivers.ports.base import Port

DEFAULT_PORTS = {"tcp": 0, "tls": 0, "mqtt": 1883}


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed device URL. ``path`` is the serial device or the MQTT topic."""

    scheme: str
    host: str
    port: int
    path: str
    options: dict[str, str]
    url: str


def parse_address(url: str, *, default_port: int = 0) -> Address:
    """Take a device URL apart; NotFound if it can't name a device.

    ``serial:///dev/ttyUSB0`` and ``serial://COM3`` both give ``path``; ``mqtt://host/a/b/#`` gives the topic ``a/b/#``.
    """
    scheme, _, rest = url.partition("://")
    if not rest:
        raise NotFound(f"{url!r} is not a device address; write for example tcp://10.0.0.7:5084")
    if scheme == "serial":
        return _serial_address(url, rest)
    # urlsplit would take the '#' of an MQTT wildcard for a fragment
    split = urlsplit(f"{scheme}://{rest.replace('#', '%23')}")
    try:
        port = split.port or default_port or DEFAULT_PORTS.get(scheme, 0)
    except ValueError as error:
        raise NotFound(f"{url!r}: {error}") from None
    if not split.hostname:
        raise NotFound(f"{url!r} names no host")
    return Address(scheme, split.hostname, port, unquote(split.path.lstrip("/")), dict(parse_qsl(split.query)), url)


def _serial_address(url: str, rest: str) -> Address:
    device, _, query = rest.partition("?")
    if not device:
        raise NotFound(f"{url!r} names no serial device; write serial:///dev/ttyUSB0 or serial://COM3")
    return Address("serial", "", 0, device, dict(parse_qsl(query)), url)


def open_port(url: str, *, default_port: int = 0, default_baud: int = 9600) -> Port:
    """The (not yet opened) byte port for a ``tcp``, ``tls`` or ``serial`` address."""
    address = parse_address(url, default_port=default_port)
    if address.scheme in ("tcp", "tls"):
        from drivers.ports.tcp_port import TcpPort, client_tls, pinned

        if address.scheme == "tcp":
            return TcpPort(address.host, address.port)
        return TcpPort(address.host, address.port, tls=client_tls(address.options), pin=pinned(address.options))
    if address.scheme == "serial":
        from drivers.ports.serial_port import SerialPort

        return SerialPort(address.path, baud=_baud(address, default_baud))
    raise NotFound(f"{url!r}: {address.scheme} is not a byte port; tcp, tls and serial are")


def _baud(address: Address, default: int) -> int:
    text = address.options.get("baud", str(default))
    if not text.isdigit() or int(text) <= 0:
        raise NotFound(f"{address.url!r}: baud must be a number such as 115200")
    return int(text)
