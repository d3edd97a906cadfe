"""Device addresses as people write them."""

import pytest

from drivers.errors import NotFound
from drivers.ports import open_port, parse_address


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("tcp://10.0.0.7:5084", ("tcp", "10.0.0.7", 5084, "", {})),
        ("tcp://reader.local", ("tcp", "reader.local", 99, "", {})),
        ("tcp://[::1]:5084", ("tcp", "::1", 5084, "", {})),
        ("tls://10.0.0.7:5085?verify=no", ("tls", "10.0.0.7", 5085, "", {"verify": "no"})),
        ("serial:///dev/ttyUSB0?baud=115200", ("serial", "", 0, "/dev/ttyUSB0", {"baud": "115200"})),
        ("serial://COM3", ("serial", "", 0, "COM3", {})),
        ("mqtt://broker/zebra/gate/#", ("mqtt", "broker", 99, "zebra/gate/#", {})),
        ("mqtt://broker:1884/a/+/c", ("mqtt", "broker", 1884, "a/+/c", {})),
    ],
)
def test_addresses(url: str, expected: tuple[str, str, int, str, dict[str, str]]) -> None:
    address = parse_address(url, default_port=99)
    assert (address.scheme, address.host, address.port, address.path, address.options) == expected


@pytest.mark.parametrize(
    "url", ["", "reader", "tcp://", "tcp://host:port", "tcp://host:99999", "serial://", "mqtt:///x"]
)
def test_what_is_no_address_is_refused_with_its_text(url: str) -> None:
    with pytest.raises(NotFound):
        parse_address(url)


def test_ports_by_scheme() -> None:
    assert open_port("serial://COM3").label == "serial://COM3"
    assert open_port("tcp://h", default_port=5084).label == "tcp://h:5084"
    with pytest.raises(NotFound, match="not a byte port"):
        open_port("mqtt://h/x")
    with pytest.raises(NotFound, match="baud"):
        open_port("serial://COM3?baud=fast")
