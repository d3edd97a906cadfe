"""Chafon readers (UHFReader18, UHFReader288) on a serial line, driven as polled inventory: a till's RFID pad.

Frames: ``Len Adr Cmd [Status] Data CRClo CRChi``; Len counts what follows it; CRC-16 with polynomial 0x8408, preset
0xFFFF. An inventory is answered by frames of status 0x03 (more) and a last one of 0x01.
"""

import time
from collections import deque
from typing import Final, NamedTuple

import structlog

from drivers.contracts import Identify, ReaderCommand, SetGpo, StartInventory, StopInventory
from drivers.errors import DeviceError, Disconnected, Garbled, NotFound, Rejected
from drivers.ports import Port, open_port
from drivers.readings import Read, ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.garbage import GarbageWatch
from drivers.rfid.readings import NO_RSSI_CDBM, Batches, NowUs, system_now_us

log = structlog.get_logger(__name__)

BROADCAST: Final = 0xFF
INVENTORY: Final = 0x01
READER_INFORMATION: Final = 0x21
BUZZER_AND_LED: Final = 0x33
LAST, TIMED_OUT, MORE, FULL, NO_TAG, ANTENNA_ERROR = 0x01, 0x02, 0x03, 0x04, 0xFB, 0xF8
_TAG_STATUSES: Final = (LAST, TIMED_OUT, MORE, FULL)

DEFAULT_BAUD: Final = 57600
ANSWER_S: Final = 0.6
POLL_S: Final = 0.05
_MISSES: Final = 3
_RSSI_BASE_DBM: Final = -129  # the raw byte of readers with the R2000 chip counts up from here
# Q 4, session 0, no mask, target A, antenna 1, 200 ms
_INVENTORY_288: Final = bytes([4, 0, 1, 0, 0, 0, 0, 0x80, 2])


class ChafonFrame(NamedTuple):
    """An answer of the reader."""

    address: int
    command: int
    status: int
    data: bytes


def crc16(data: bytes) -> int:
    """Polynomial 0x8408 (reflected 0x1021), preset 0xFFFF."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0x8408 if value & 1 else value >> 1
    return value


def encode_command(command: int, data: bytes = b"", address: int = BROADCAST) -> bytes:
    """A command frame."""
    body = bytes([len(data) + 4, address, command]) + data
    return body + crc16(body).to_bytes(2, "little")


def encode_answer(command: int, status: int, data: bytes = b"", address: int = 0) -> bytes:
    """An answer frame, as the reader sends it."""
    return encode_command(command, bytes([status]) + data, address)


class ChafonFramer:
    """Cuts a byte stream into frames whose sum is right; ``skipped`` counts bytes that belong to none.

    ``smallest`` is the least Len: 5 for answers, 4 for commands.
    """

    def __init__(self, smallest: int = 5) -> None:
        self.skipped = 0
        self._buffer = b""
        self._smallest = smallest

    def feed(self, data: bytes) -> list[bytes]:
        """Whole frames without length byte and sum."""
        self._buffer += data
        frames = []
        while self._buffer:
            size = self._buffer[0] + 1
            if size > self._smallest and len(self._buffer) < size:
                break
            if size > self._smallest and crc16(self._buffer[:size]) == 0:
                frames.append(self._buffer[1 : size - 2])
                self._buffer = self._buffer[size:]
            else:
                self._buffer = self._buffer[1:]
                self.skipped += 1
        return frames

    def give_up_waiting(self) -> list[bytes]:
        """The line is silent in the middle of a frame: it was none; look for frames behind its first byte."""
        frames: list[bytes] = []
        while self._buffer and not frames:
            self._buffer = self._buffer[1:]
            self.skipped += 1
            frames = self.feed(b"")
        return frames


def decode_answer(frame: bytes) -> ChafonFrame:
    """An answer's parts."""
    return ChafonFrame(frame[0], frame[1], frame[2], frame[3:])


def decode_tags(data: bytes) -> list[tuple[bytes, int, int]]:
    """(EPC, antenna, RSSI in centi-dBm) of an inventory answer; Garbled if the lengths don't add up.

    UHFReader288 begins with an antenna bit and ends each tag with its RSSI; UHFReader18 has neither.
    """
    if not data:
        return []
    tags = _tags_288(data)
    if tags is None:
        tags = _tags_18(data)
    if tags is None:
        raise Garbled(f"an inventory answer whose lengths don't add up: {data[:40].hex()}")
    return tags


def _tags_288(data: bytes) -> list[tuple[bytes, int, int]] | None:
    if len(data) < 2 or data[0] not in (1, 2, 4, 8, 16, 32, 64, 128):
        return None
    antenna, at, made = data[0].bit_length(), 2, []
    for _ in range(data[1]):
        if at >= len(data) or at + data[at] + 2 > len(data):
            return None
        size = data[at] & 0x7F
        made.append((data[at + 1 : at + 1 + size], antenna, (data[at + 1 + size] + _RSSI_BASE_DBM) * 100))
        at += size + 2
    return made if at == len(data) else None


def _tags_18(data: bytes) -> list[tuple[bytes, int, int]] | None:
    at, made = 1, []
    for _ in range(data[0]):
        if at >= len(data) or at + data[at] + 1 > len(data):
            return None
        made.append((data[at + 1 : at + 1 + data[at]], 1, NO_RSSI_CDBM))
        at += data[at] + 1
    return made if at == len(data) else None


class ChafonReader:
    """Asks for an inventory again and again. ``command`` may be called from any thread; it is sent between polls."""

    def __init__(
        self,
        name: str,
        port: Port,
        *,
        extended: bool = True,
        poll_s: float = POLL_S,
        now_us: NowUs = system_now_us,
    ) -> None:
        self.name = name
        self._port = port
        self._inventory_command = encode_command(INVENTORY, _INVENTORY_288 if extended else b"")
        self._poll_s = poll_s
        self._now_us = now_us
        self._batches = Batches(name, now_us)
        self._garbage = GarbageWatch(name)
        self._framer = ChafonFramer()
        self._ready: deque[TagReads | ReaderEvent] = deque()
        self._reads: list[Read] = []
        self._commands: deque[bytes] = deque()
        self._running = True
        self._asked_at: float | None = None
        self._next_poll = 0.0
        self._misses = 0

    @classmethod
    def from_url(cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object) -> "ChafonReader":
        """``serial:///dev/ttyUSB0?baud=57600`` or ``tcp://host:port``; option ``extended``: false for UHFReader18."""
        unknown = set(options) - {"extended"}
        if unknown:
            raise NotFound(f"{name}: a Chafon reader has no option {', '.join(unknown)}")
        port = open_port(url, default_baud=DEFAULT_BAUD)
        return cls(name, port, extended=bool(options.get("extended", True)), now_us=now_us)

    def open(self) -> None:
        """Open the line and ask the reader who it is; Disconnected if it doesn't answer."""
        self._framer = ChafonFramer()
        self._ready.clear()
        self._reads = []
        self._asked_at, self._misses, self._next_poll = None, 0, 0.0
        self._port.open()
        try:
            self._port.write(encode_command(READER_INFORMATION))
            self._await_information()
        except DeviceError:
            self._port.close()
            raise

    def _await_information(self) -> None:
        deadline = time.monotonic() + ANSWER_S
        while (left := deadline - time.monotonic()) > 0:
            for frame in self._receive(left):
                if frame.command == READER_INFORMATION:
                    version = ".".join(str(byte) for byte in frame.data[:2])
                    self._ready.append(self._batches.event(ReaderEventKind.CONNECTED, text=f"firmware {version}"))
                    return
        raise Disconnected(f"{self.name}: no answer on {self._port.label}; is the reader on, and the speed right?")

    def read(self, timeout: float) -> TagReads | ReaderEvent | None:
        """The next batch or event, or None after ``timeout`` seconds; Disconnected when the reader stays silent."""
        deadline = time.monotonic() + timeout
        while not self._ready:
            self._poll()
            until = min(deadline, self._next_poll if self._asked_at is None else self._asked_at + ANSWER_S)
            for frame in self._receive(max(until - time.monotonic(), 0.001)):
                self._take(frame)
            if not self._ready and time.monotonic() >= deadline:
                return None
        return self._ready.popleft()

    def _poll(self) -> None:
        """Send what is due: a command, the next inventory, or notice that no answer came."""
        now = time.monotonic()
        if self._asked_at is not None:
            if now - self._asked_at < ANSWER_S:
                return
            for frame in self._framed(self._framer.give_up_waiting()):
                self._take(frame)
            self._finish_round()
            self._misses += 1
            if self._misses >= _MISSES:
                raise Disconnected(f"{self.name}: {_MISSES} inventories without an answer")
        if self._commands:
            self._port.write(self._commands.popleft())
        if now < self._next_poll:
            return
        self._next_poll = now + self._poll_s
        if self._running:
            self._port.write(self._inventory_command)
            self._asked_at = now

    def _receive(self, timeout: float) -> list[ChafonFrame]:
        data = self._port.read(timeout)
        return self._framed(self._framer.feed(data)) if data else []

    def _framed(self, frames: list[bytes]) -> list[ChafonFrame]:
        skipped, self._framer.skipped = self._framer.skipped, 0
        if skipped:
            self._garbled("bytes whose sum is wrong", skipped)
        return [decode_answer(frame) for frame in frames]

    def _take(self, frame: ChafonFrame) -> None:
        self._misses = 0
        if frame.command != INVENTORY:
            return
        if frame.status in _TAG_STATUSES:
            try:
                tags = decode_tags(frame.data)
            except Garbled as error:
                self._garbled(str(error))
                tags = []
            now_us = self._now_us()
            self._reads += [(epc, antenna, rssi, now_us, 1) for epc, antenna, rssi in tags if epc]
            self._garbage.good()
        elif frame.status == ANTENNA_ERROR:
            self._ready.append(self._batches.event(ReaderEventKind.ANTENNA_LOST, port=1))
        elif frame.status != NO_TAG:
            text = f"inventory refused, status {frame.status:#04x}"
            self._ready.append(self._batches.event(ReaderEventKind.OTHER, value=frame.status, text=text))
        if frame.status != MORE:
            self._finish_round()

    def _finish_round(self) -> None:
        self._asked_at = None
        reads, self._reads = self._reads, []
        if reads:
            self._ready.append(self._batches.reads(reads))

    def _garbled(self, reason: str, count: int = 1) -> None:
        if self._garbage.bad(reason, count):
            self._ready.append(self._batches.event(ReaderEventKind.GARBLED, value=self._garbage.dropped, text=reason))

    def command(self, command: ReaderCommand) -> None:
        """Kept for the next pause between two polls; Rejected for outputs, which these readers don't have."""
        match command:
            case StartInventory():
                self._running = True
            case StopInventory():
                self._running = False
            case Identify(seconds):
                # on and off for 250 ms each, the length in steps of 50 ms
                self._commands.append(encode_command(BUZZER_AND_LED, bytes([5, 5, max(1, min(255, seconds * 2))])))
            case SetGpo():
                raise Rejected(f"{self.name}: this reader has no outputs")

    def close(self) -> None:
        """Idempotent and quick."""
        self._port.close()
