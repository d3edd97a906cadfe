"""Bytes as no reader should send them: cut at every place, bits flipped, lengths that lie, plain noise.

The codec refuses with ``Garbled`` and nothing else, the fast path and the framer never raise, and the whole driver goes
on after whatever came. ``long`` does the same for longer.
"""

import random
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import Disconnected, Garbled
from drivers.readings import TagReads
from drivers.rfid.llrp.codec import (
    HEADER,
    Frame,
    Framer,
    Message,
    Param,
    decode_frame,
    encode_message,
    encode_param,
)
from drivers.rfid.llrp.customs import CUSTOMS
from drivers.rfid.llrp.device import LlrpDevice, Model
from drivers.rfid.llrp.driver import LlrpReader
from drivers.rfid.llrp.fields import Bits
from drivers.rfid.llrp.messages import MESSAGES
from drivers.rfid.llrp.reports import ReportReader
from drivers.rfid.llrp.settings import LlrpSettings

EPC = bytes.fromhex("3034257bf7194e4000001a85")
REPORT = Message(
    "RO_ACCESS_REPORT",
    {},
    [
        Param("TagReportData", {}, params)
        for params in (
            [Param("EPC_96", {"EPC": EPC}), Param("AntennaID", {"AntennaID": 2}), Param("PeakRSSI", {"PeakRSSI": -60})],
            [Param("EPC_96", {"EPC": EPC}), Param("AntennaID", {"AntennaID": 3}), Param("PeakRSSI", {"PeakRSSI": -50})],
            [
                Param("EPCData", {"EPC": Bits(198, bytes(25))}),
                Param("LastSeenTimestampUTC", {"Microseconds": 1}),
                Param("ImpinjRFPhaseAngle", {"PhaseAngle": 4095}),
                Param("ImpinjSerializedTID", {"TID": (0xE280, 0x1160)}),
                Param("C1G2ReadOpSpecResult", {"OpSpecID": 1, "ReadData": (1, 2)}),
                Param("Unknown", {"Type": 900, "Data": b"xyz"}),
            ],
            [Param("EPCData", {"EPC": Bits(0, b"")}), Param("FirstSeenTimestampUptime", {"Microseconds": 5})],
        )
    ],
)


def samples() -> list[bytes]:
    """Messages of all sorts, the twin's own answers among them."""
    device = LlrpDevice(Model(hop_table=1), lambda: 1, lambda port, on: True)
    asked = [
        Message("GET_READER_CAPABILITIES"),
        Message("GET_READER_CONFIG"),
        Message("GET_SUPPORTED_VERSION", version=2),
        Message("START_ROSPEC", {"ROSpecID": 4}),
    ]
    answers = [answer for message in asked for answer in device.answer(message)]
    return [encode_message(message) for message in (REPORT, device.connected(), *asked, *answers)]


SAMPLES = samples()


def feed_everything(data: bytes, reports: ReportReader) -> None:
    """Through all that bytes go through; only ``Garbled`` may come out of the codec, nothing out of the rest."""
    for frame in Framer().feed(data):
        if frame.type == 61:
            reads, extras = reports.decode(frame.body, 7)
            assert all(0 <= index < len(reads) for index in extras)
        try:
            message = decode_frame(frame)
            encode_message(message) if frame.type in MESSAGES else None
        except Garbled:
            pass


@pytest.mark.parametrize("sample", SAMPLES, ids=[f"{n}" for n in range(len(SAMPLES))])
def test_cut_at_every_place(sample: bytes) -> None:
    reports = ReportReader()
    head, body = sample[: HEADER.size], sample[HEADER.size :]
    word, _, ident = HEADER.unpack(head)
    for end in range(len(body)):
        feed_everything(sample[: HEADER.size + end], reports)
        feed_everything(HEADER.pack(word, HEADER.size + end, ident) + body[:end], reports)


@pytest.mark.parametrize("sample", SAMPLES, ids=[f"{n}" for n in range(len(SAMPLES))])
def test_every_bit_flipped(sample: bytes) -> None:
    reports = ReportReader()
    step = 1 if len(sample) < 400 else 7
    for bit in range(0, len(sample) * 8, step):
        changed = bytearray(sample)
        changed[bit // 8] ^= 1 << bit % 8
        feed_everything(bytes(changed), reports)


@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=5)), max_size=4))
@settings(max_examples=200)
def test_pieces_overwritten_and_inserted(sample: bytes, changes: list[tuple[int, bytes]]) -> None:
    data = sample
    for place, piece in changes:
        at = place % len(data)
        data = data[:at] + piece + data[at + (place % 3) :]
    feed_everything(data + sample, ReportReader())


@given(st.lists(st.binary(max_size=60), max_size=8))
@settings(max_examples=200)
def test_the_framer_gives_the_same_however_the_noise_is_cut(pieces: list[bytes]) -> None:
    whole, parts = Framer(), Framer()
    noise = b"".join(pieces) + SAMPLES[0] + SAMPLES[1]
    together = whole.feed(noise)
    apart = [frame for piece in (*pieces, SAMPLES[0], SAMPLES[1]) for frame in parts.feed(piece)]
    assert [frame.type for frame in together][-1:] == [frame.type for frame in apart][-1:] == [63]


@given(st.sampled_from(sorted(CUSTOMS)), st.binary(max_size=80))
@settings(max_examples=200)
def test_makers_parameters_with_any_content_keep_their_bytes(key: tuple[int, int], content: bytes) -> None:
    raw = Param("Custom", {"VendorIdentifier": key[0], "ParameterSubtype": key[1], "Data": content})
    message = Message("GET_READER_CONFIG_RESPONSE", {}, [raw])
    body = encode_message(message)[HEADER.size :]
    assert encode_message(decode_frame(Frame(12, 1, 0, body)))[HEADER.size :] == body


class Line:
    """A port on which somebody else's bytes come: a device's answers, and noise between them."""

    label = "memory://fuzz"

    def __init__(self, noise: random.Random) -> None:
        self.noise = noise
        self.calm = False
        self._device = LlrpDevice(Model(), lambda: 1_700_000_000_000_000, lambda port, on: True)
        self._framer = Framer()
        self._coming: deque[bytes] = deque()

    def open(self) -> None:
        self._framer = Framer()
        self._coming.clear()
        self._coming.append(encode_message(self._device.connected()))

    def write(self, data: bytes, timeout: float = 2.0) -> None:
        for frame in self._framer.feed(data):
            self._coming += map(encode_message, self._device.answer(decode_frame(frame)))

    def read(self, timeout: float) -> bytes:
        piece = self._coming.popleft() if self._coming else b""
        return piece if self.calm else self._spoilt(piece)

    def _spoilt(self, piece: bytes) -> bytes:
        chance = self.noise.random()
        sample = bytearray(self.noise.choice(SAMPLES))
        if chance < 0.2:
            for _ in range(self.noise.randrange(1, 8)):
                sample[self.noise.randrange(len(sample))] = self.noise.randrange(256)
            return piece + bytes(sample)
        if chance < 0.3:
            return bytes(sample[: self.noise.randrange(len(sample))]) + piece
        if chance < 0.4:
            return self.noise.randbytes(self.noise.randrange(200)) + piece
        return piece

    def close(self) -> None:
        self._coming.clear()


def live_through(seed: int, rounds: int) -> None:
    """A driver on a line that spoils much: it reads on, or is opened again, and in the end it works as ever."""
    line = Line(random.Random(seed))
    reader = LlrpReader("gate", line, LlrpSettings(report_every_ms=1, keepalive_ms=0))
    line.calm = True
    reader.open()
    line.calm = False
    for _ in range(rounds):
        try:
            reader.read(0.0)
        except (Disconnected, Garbled):
            reader.close()
            line.calm = True
            reader.open()
            line.calm = False
    assert reader.counters.garbled > 0
    line.calm = True
    reader.close()
    reader.open()
    line._coming.append(SAMPLES[0])
    for _ in range(1000):
        said = reader.read(0.0)
        if isinstance(said, TagReads) and said.reads[0][0] == EPC:
            return
    raise AssertionError("no longer reads")


@pytest.mark.parametrize("seed", range(5))
def test_the_driver_lives_through_a_spoilt_line(seed: int) -> None:
    live_through(seed, 500)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_the_driver_lives_through_a_spoilt_line_for_long(seed: int) -> None:
    live_through(seed, 20_000)


@pytest.mark.long
def test_twenty_megabytes_of_mutations() -> None:
    chance = random.Random(1)
    reports, done = ReportReader(), 0
    body = b"".join(encode_param(param) for param in REPORT.params)
    while done < 20_000_000:
        data = bytearray(chance.choice([*SAMPLES, HEADER.pack(1 << 10 | 61, 10 + len(body) * 50, 1) + body * 50]))
        for _ in range(chance.randrange(1, 12)):
            at = chance.randrange(max(len(data), 1))
            data[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
        feed_everything(bytes(data), reports)
        done += len(data)
