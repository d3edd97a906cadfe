"""The HTTP stream against a real server: silence, half lines, refused logins, links that break."""

import time
from collections.abc import Iterator

import pytest

from drivers.errors import Disconnected, NotFound, Rejected
from drivers.ports.http_stream import HttpStream
from drivers.readings import ReaderEventKind, TagReads
from drivers.registry import open_reader
from drivers.rfid.readings import SeenTag
from drivers.rfid.twins.impinj_http import ImpinjStreamTwin
from drivers.rfid.twins.impinj_rest import tag_event
from tests.support.reader_rigs import await_event, await_read, read_batches
from tests.support.waiting import wait_until

EPC = bytes.fromhex("3034257bf7194e4000001a85")


@pytest.fixture
def twin() -> Iterator[ImpinjStreamTwin]:
    made = ImpinjStreamTwin("r700")
    made.start()
    yield made
    made.stop()


def stream(
    twin: ImpinjStreamTwin, path: str = "/api/v1/data/stream", password: str = "impinj", **more: float
) -> HttpStream:
    return HttpStream(twin.url + path, login=("root", password), **more)


def _read_on(port: HttpStream) -> None:
    while True:
        port.read(1.0)


def test_silence_longer_than_an_answer_may_take_is_no_fault(twin: ImpinjStreamTwin) -> None:
    port = stream(twin, answer_s=0.3)
    port.open()
    deadline = time.monotonic() + 0.8
    while time.monotonic() < deadline:
        assert port.read(0.1).strip() == b""
    twin.send(b"x\n")
    while not (got := port.read(0.5).strip()):
        pass
    assert got == b"x"
    port.close()


def test_a_stream_that_must_not_be_silent_is_given_up(twin: ImpinjStreamTwin) -> None:
    port = stream(twin, silence_s=0.2)
    port.open()
    with pytest.raises(Disconnected, match="silent"):
        _read_on(port)
    port.close()


def test_what_cannot_be_opened_says_why(twin: ImpinjStreamTwin) -> None:
    with pytest.raises(Rejected, match="login"):
        stream(twin, password="wrong").open()
    with pytest.raises(NotFound, match="switched on"):
        stream(twin, "/elsewhere").open()
    twin.stop()
    with pytest.raises(Disconnected, match="no answer"):
        stream(twin).open()
    with pytest.raises(Disconnected, match="not open"):
        stream(twin).read(0)


def test_half_a_line_is_forgotten_with_its_link(twin: ImpinjStreamTwin) -> None:
    reader = open_reader("impinj-http", "r700", twin.url)
    reader.open()
    line = tag_event(SeenTag(EPC), time.time_ns() // 1000, "r700")
    twin.send(line[:40])
    twin.drop_link()
    with pytest.raises(Disconnected):
        for _ in read_batches(reader, 10.0):
            pass
    reader.close()
    reader.open()
    wait_until(lambda: twin.streams)
    twin.send(line[:30])
    twin.send(line[30:] + b"\n")
    assert await_read(reader, lambda read: True)[0] == EPC
    assert getattr(reader, "dropped") == 0  # noqa: B009
    reader.close()


def test_a_late_burst_an_overflow_and_a_flood(twin: ImpinjStreamTwin) -> None:
    reader = open_reader("impinj-http", "r700", twin.url)
    reader.open()
    hour_ago_us = time.time_ns() // 1000 - 3_600_000_000
    tags = [SeenTag(EPC[:-2] + serial.to_bytes(2, "big")) for serial in range(20_000)]
    for start in range(0, len(tags), 1000):
        twin.report(tags[start : start + 1000], hour_ago_us)
    seen: dict[bytes, int] = {}
    for said in read_batches(reader, 20.0):
        seen.update({read[0]: read[3] for read in said.reads} if isinstance(said, TagReads) else {})
        if len(seen) == len(tags):
            break
    assert seen == {tag.epc: hour_ago_us for tag in tags}
    twin.overflow(17)
    assert await_event(reader, ReaderEventKind.OVERFLOW).value == 17
    twin.send(b"x" * 3_000_000 + b"\n")
    assert "longer" in await_event(reader, ReaderEventKind.GARBLED).text
    twin.present([SeenTag(EPC)])
    await_read(reader, lambda read: True)
    reader.close()
