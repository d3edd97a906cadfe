"""The siren is read off the wire: writes to an output, and nothing else, in recorded and in spelled-out messages."""

import pytest

from drivers.rfid.llrp.codec import Framer, decode_frame, whole_frame
from tests.support.exits import gpo_writes
from tests.support.shared_data import data_file

HEADER = "0403 {length:08x} 00000065"
"""SET_READER_CONFIG of LLRP 1.0.1, message 101"""


def message(body: str, header: str = HEADER) -> bytes:
    """Header and body; both are hexadecimal."""
    content = bytes.fromhex(body)
    return bytes.fromhex(header.format(length=10 + len(content))) + content


def recorded(stream: str) -> list[bytes]:
    """The toolkit's recorded SET_READER_CONFIG messages of a stream."""
    frames = Framer().feed(data_file(f"llrp_ltk/{stream}.bin").read_bytes())
    return [whole_frame(frame) for frame in frames if decode_frame(frame).name == "SET_READER_CONFIG"]


@pytest.mark.parametrize(
    ("body", "writes"),
    [
        ("00 00db 0007 0001 80", [(1, True)]),
        ("00 00db 0007 0001 00", [(1, False)]),
        ("00 00db 0007 0002 80 00db 0007 0001 00", [(2, True), (1, False)]),
        ("00 00db 0007 0100 80", [(256, True)]),
    ],
)
def test_output_and_level_of_each_write_are_read(body: str, writes: list[tuple[int, bool]]) -> None:
    assert gpo_writes(message(body)) == writes


@pytest.mark.parametrize("body", ["00", "80"])
def test_a_configuration_that_writes_no_output_has_none(body: str) -> None:
    assert gpo_writes(message(body)) == []


@pytest.mark.parametrize(
    ("header", "name"), [("043e {length:08x} 00000001", "KEEPALIVE"), ("0448 {length:08x} 00000001", "KEEPALIVE_ACK")]
)
def test_another_message_is_refused_by_its_name(header: str, name: str) -> None:
    with pytest.raises(AssertionError, match=rf"^{name}\b"):
        gpo_writes(message("", header))


def test_recorded_messages_are_read_as_the_recording_says() -> None:
    on, off = [(1, True), (2, True), (3, True)], [(1, False), (2, False), (3, False)]
    assert [gpo_writes(frame) for frame in recorded("dx101_a")] == [[], on, off, on]


def test_nothing_is_found_in_recorded_configurations_of_antennas_and_reports() -> None:
    frames = recorded("dx101_e")
    assert len(frames) > 50
    assert not any(map(gpo_writes, frames))
