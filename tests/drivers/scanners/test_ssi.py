"""SSI: packets acknowledged or asked again, repeats counted once, long codes in parts, every packet cut and flipped."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import Disconnected, Garbled
from drivers.readings import Scan
from drivers.scanners import ssi
from drivers.scanners.lines import Code, Noise
from drivers.scanners.ssi_scanner import SsiScanner
from drivers.scanners.ssi_symbols import AIM
from drivers.scanners.ssi_twin import SsiTwin
from tests.support.waiting import wait_until

ACK = ssi.encode(ssi.ACK)
NAK = ssi.encode(ssi.NAK, bytes([ssi.RESEND]))
EAN = ssi.decode_data(0x0B, b"4006381333931")[0]
FRAMES = (
    EAN,
    ssi.decode_data(0x0F, b"010400638133393110LOT\x1d21S")[0],
    *ssi.decode_data(0x1C, b"x" * 300),
    ssi.encode(ssi.ACK, source=ssi.DECODER),
    ssi.encode(ssi.NAK, bytes([ssi.DENIED]), source=ssi.DECODER),
    ssi.encode(0xF6, b"\x0b", source=ssi.DECODER),
)


def again(packet: bytes) -> bytes:
    heard = ssi.decode(packet)
    return ssi.encode(heard.opcode, heard.data, source=ssi.DECODER, status=heard.status | ssi.RETRANSMIT)


def test_packets_as_the_guide_prints_them() -> None:
    assert ACK.hex() == "04d00400ff28"
    assert NAK.hex() == "05d1040001ff25"
    assert ssi.encode(ssi.SCAN_ENABLE) == bytes.fromhex("04e90400ff0f")


def test_a_code_is_acknowledged_and_told_with_its_aim_id() -> None:
    heard = ssi.SsiHost().feed(EAN)
    assert heard.found == [Code("4006381333931", "]E0")]
    assert heard.answers == [ACK]


def test_a_packet_repeated_because_the_ack_was_lost_counts_once() -> None:
    host = ssi.SsiHost()
    host.feed(EAN)
    heard = host.feed(again(EAN))
    assert heard.found == []
    assert heard.answers == [ACK]
    assert host.feed(EAN).found == [Code("4006381333931", "]E0")], "the same article, scanned again"


def test_a_packet_repeated_because_it_was_broken_counts() -> None:
    host = ssi.SsiHost()
    host.feed(EAN)
    broken = EAN[:8] + b"\x00" + EAN[9:]
    heard = host.feed(broken)
    while host.waiting:
        heard = host.give_up()
    assert heard.answers == [NAK]
    assert heard.found == []
    assert host.feed(again(EAN)).found == [Code("4006381333931", "]E0")]


def test_a_long_code_in_parts_and_one_whose_rest_is_missing() -> None:
    text = "https://id.example.org/" + "z" * 700
    first, *rest = ssi.decode_data(0x1C, text.encode())
    host = ssi.SsiHost()
    assert host.feed(first).found == []
    assert host.waiting
    assert host.feed(b"".join(rest)).found == [Code(text, "]Q1")]
    host.feed(first)
    (noise,) = host.give_up().found
    assert isinstance(noise, Noise)
    assert not host.waiting
    host.feed(first)
    lost, code = host.feed(EAN).found
    assert isinstance(lost, Noise)
    assert code == Code("4006381333931", "]E0")


def test_a_code_that_never_ends_does_not_fill_the_memory() -> None:
    host = ssi.SsiHost()
    part = ssi.encode(ssi.DECODE_DATA, b"\x1c" + b"y" * 200, source=ssi.DECODER, status=ssi.CONTINUED)
    noise = [thing for _ in range(500) for thing in host.feed(part).found]
    assert noise
    assert len(host._parts) <= 16_384


@pytest.mark.parametrize("frame", FRAMES)
def test_every_packet_cut_or_flipped_anywhere_costs_only_itself(frame: bytes) -> None:
    spoiled = [frame[:cut] for cut in range(1, len(frame))]
    spoiled += [
        frame[: bit // 8] + bytes([frame[bit // 8] ^ 1 << bit % 8]) + frame[bit // 8 + 1 :]
        for bit in range(len(frame) * 8)
    ]
    for bytes_ in spoiled:
        host = ssi.SsiHost()
        heard = host.feed(bytes_ + EAN)
        found, skipped = heard.found, heard.skipped
        while host.waiting:
            heard = host.give_up()
            found, skipped = found + heard.found, skipped + heard.skipped
        assert found[-1] == Code("4006381333931", "]E0"), bytes_.hex()
        assert skipped


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=6))
def test_no_bytes_whatever_break_the_host(pieces: list[bytes]) -> None:
    host = ssi.SsiHost()
    for piece in pieces:
        host.feed(piece)
    while host.waiting:
        host.give_up()
    assert host.feed(EAN).found == [Code("4006381333931", "]E0")]


def test_upc_is_written_out_and_unknown_kinds_have_no_aim_id() -> None:
    assert ssi.SsiHost().feed(ssi.decode_data(0x09, b"04252614")[0]).found == [Code("042100005264", "]E0")]
    assert ssi.SsiHost().feed(ssi.decode_data(0x08, b"042100005264")[0]).found == [Code("042100005264", "]E0")]
    assert ssi.SsiHost().feed(ssi.decode_data(0xFE, b"whatever")[0]).found == [Code("whatever")]
    assert all(len(aim) == 3 and aim[0] == "]" for aim in AIM.values())


# the driver on its wire


@pytest.fixture
def twin() -> Iterator[SsiTwin]:
    made = SsiTwin()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def scanner(twin: SsiTwin) -> Iterator[SsiScanner]:
    made = SsiScanner("counter", twin.url)
    made.open()
    yield made
    made.close()


def read_all(scanner: SsiScanner, seconds: float) -> list[str]:
    found, ends = [], time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            scan = scanner.read(0.05)
        except Garbled:
            continue
        if isinstance(scan, Scan):
            found.append(scan.text)
    return found


def test_the_scanner_is_enabled_and_told_to_send_packets(twin: SsiTwin, scanner: SsiScanner) -> None:
    assert twin.enabled
    assert twin.parameters == [b"\xff\xee\x01"]


def test_a_spoiled_packet_is_asked_again_and_arrives_once(twin: SsiTwin, scanner: SsiScanner) -> None:
    twin.spoil = 1
    twin.scan("4006381333931")
    assert read_all(scanner, 1.2) == ["4006381333931"]
    assert twin.naks >= 1
    assert scanner.dropped >= 1
    twin.scan("4006381333931")
    assert read_all(scanner, 0.2) == ["4006381333931"]


def test_lost_acknowledgements_give_no_second_scan(twin: SsiTwin, scanner: SsiScanner) -> None:
    twin.lose_acks = 1
    twin.scan("4006381333931")
    twin.scan("3210987654321")
    assert read_all(scanner, 1.2) == ["4006381333931", "3210987654321"]
    assert twin.unheard == 0


def test_half_a_packet_when_the_plug_is_pulled(twin: SsiTwin, scanner: SsiScanner) -> None:
    twin.send_garbage(EAN[:9])
    scanner.read(0.05)
    twin.drop_link()

    def read_on() -> None:
        read_all(scanner, 5)

    with pytest.raises(Disconnected):
        read_on()
    scanner.open()
    wait_until(lambda: twin.linked)
    twin.scan("4006381333931")
    assert read_all(scanner, 0.5) == ["4006381333931"]


def test_a_scanner_that_does_not_answer_is_not_there(twin: SsiTwin) -> None:
    twin.silent = True
    scanner = SsiScanner("counter", twin.url)
    with pytest.raises(Disconnected, match="set to SSI"):
        scanner.open()
    scanner.close()


def test_a_scanner_left_as_it_is_gets_no_orders(twin: SsiTwin) -> None:
    scanner = SsiScanner("counter", twin.url, configure=False)
    scanner.open()
    try:
        wait_until(lambda: twin.linked)
        twin.scan("4006381333931")
        assert read_all(scanner, 0.3) == ["4006381333931"]
        assert not twin.enabled
    finally:
        scanner.close()
