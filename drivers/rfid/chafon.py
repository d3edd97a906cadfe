"""Chafon readers (UHFReader18, UHFReader288) on a serial line, driven as polled inventory: a till's RFID pad.

Frames: ``Len Adr Cmd [Status] Data CRClo CRChi``; Len counts what follows it; CRC-16 with polynomial 0x8408, preset
0xFFFF. An inventory is answered by frames of status 0x03 (more) and a last one of 0x01.
"""

from binascii import crc_hqx
from collections import deque
from typing import Final, NamedTuple

from drivers.contracts import Identify, ReaderCommand, SetGpo, StartInventory, StopInventory
from drivers.errors import Disconnected, Garbled, Rejected
from drivers.framing import Framer, FrameShape
from drivers.ports import Port, open_port
from drivers.readings import Extra, ReaderEventKind
from drivers.rfid.line_reader import LineReader, known_options
from drivers.rfid.readings import NO_RSSI_CDBM, NowUs, system_now_us

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
_ANTENNA: Final = 1  # the one that inventories are asked for
_RSSI_BASE_DBM: Final = -129  # the raw byte of readers with the R2000 chip counts up from here
_TID_SIZE: Final = 12  # bytes that FastID adds behind the EPC
# Q 4, session 0, no mask, target A, antenna 1, 200 ms
_INVENTORY_288: Final = bytes([4, 0, 1, 0, 0, 0, 0, 0x80, 2])


class ChafonFrame(NamedTuple):
    """An answer of the reader."""

    address: int
    command: int
    status: int
    data: bytes


_MIRRORED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def crc16(data: bytes) -> int:
    """Polynomial 0x8408, preset 0xFFFF; 0 over a frame with its own sum.

    That is 0x1021 with the bits of each byte and of the sum mirrored, which the standard library counts quickly.
    """
    mirrored = crc_hqx(data.translate(_MIRRORED), 0xFFFF)
    return _MIRRORED[mirrored & 0xFF] << 8 | _MIRRORED[mirrored >> 8]


def encode_command(command: int, data: bytes = b"", address: int = BROADCAST) -> bytes:
    """A command frame."""
    body = bytes([len(data) + 4, address, command]) + data
    return body + crc16(body).to_bytes(2, "little")


def encode_answer(command: int, status: int, data: bytes = b"", address: int = 0) -> bytes:
    """An answer frame, as the reader sends it."""
    return encode_command(command, bytes([status]) + data, address)


class ChafonFramer(Framer):
    """Gives frames without length byte and sum. ``smallest`` is the least Len: 5 of answers, 4 of commands."""

    def __init__(self, smallest: int = 5) -> None:
        super().__init__(FrameShape(None, lambda begin: begin[0] + 1, smallest + 1, lambda frame: crc16(frame) == 0))

    def feed(self, data: bytes) -> list[bytes]:
        return [frame[1:-2] for frame in super().feed(data)]


class ChafonTag(NamedTuple):
    """One tag of an inventory answer; ``tid`` only where the reader adds it (FastID)."""

    epc: bytes
    antenna: int
    rssi_cdbm: int
    tid: bytes = b""


def decode_answer(frame: bytes) -> ChafonFrame:
    """An answer's parts."""
    return ChafonFrame(frame[0], frame[1], frame[2], frame[3:])


def decode_tags(data: bytes, extended: bool = True) -> list[ChafonTag]:
    """The tags of an inventory answer; Garbled if the lengths don't add up.

    UHFReader288 (``extended``) begins with an antenna bit and ends each tag with its RSSI; UHFReader18 has neither.
    An answer that can't be of the expected kind is read as the other one.
    """
    if not data:
        return []
    first, second = (_tags_288, _tags_18) if extended else (_tags_18, _tags_288)
    tags = first(data)
    if tags is None:
        tags = second(data)
    if tags is None:
        raise Garbled(f"an inventory answer whose lengths don't add up: {data[:40].hex()}")
    return tags


def _tags_288(data: bytes) -> list[ChafonTag] | None:
    if len(data) < 2 or data[0] not in (1, 2, 4, 8, 16, 32, 64, 128):
        return None
    antenna, at, made = data[0].bit_length(), 2, []
    for _ in range(data[1]):
        size = data[at] & 0x7F if at < len(data) else 0
        end = at + 1 + size
        if end >= len(data):
            return None
        epc, tid = data[at + 1 : end], b""
        if data[at] & 0x80 and size > _TID_SIZE:
            epc, tid = epc[:-_TID_SIZE], epc[-_TID_SIZE:]
        made.append(ChafonTag(epc, antenna, (data[end] + _RSSI_BASE_DBM) * 100, tid))
        at = end + 1
    return made if at == len(data) else None


def _tags_18(data: bytes) -> list[ChafonTag] | None:
    at, made = 1, []
    for _ in range(data[0]):
        if at >= len(data) or at + data[at] + 1 > len(data):
            return None
        made.append(ChafonTag(data[at + 1 : at + 1 + data[at]], 1, NO_RSSI_CDBM))
        at += data[at] + 1
    return made if at == len(data) else None


class ChafonReader(LineReader):
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
        super().__init__(name, port, ChafonFramer(), now_us)
        self._extended = extended
        self._inventory_command = encode_command(INVENTORY, _INVENTORY_288 if extended else b"")
        self._poll_s = poll_s
        self._commands: deque[bytes] = deque()
        self._running = True
        self._asked_at: float | None = None
        self._misses = 0

    @classmethod
    def from_url(cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object) -> "ChafonReader":
        """``serial:///dev/ttyUSB0?baud=57600`` or ``tcp://host:port``; option ``extended``: false for UHFReader18."""
        known_options(name, "Chafon", options, {"extended"})
        port = open_port(url, default_baud=DEFAULT_BAUD)
        return cls(name, port, extended=bool(options.get("extended", True)), now_us=now_us)

    def _greet(self) -> None:
        self._asked_at, self._misses, self._due = None, 0, 0.0
        self._port.write(encode_command(READER_INFORMATION))
        frame = decode_answer(self._await(READER_INFORMATION, 1, ANSWER_S))
        version = ".".join(str(byte) for byte in frame.data[:2])
        self._tell(ReaderEventKind.CONNECTED, text=f"firmware {version}" if version else "")

    def _tend(self, now: float) -> None:
        """Send what is due: a command, the next inventory, or notice that no answer came."""
        if self._asked_at is not None:
            if now - self._asked_at < ANSWER_S:
                return
            self._asked_at = None
            self._misses += 1
            if self._misses >= _MISSES:
                raise Disconnected(f"{self.name}: {_MISSES} inventories without an answer")
        while self._commands:
            self._port.write(self._commands.popleft())
        if now < self._due:
            return
        self._due = now + self._poll_s
        if self._running:
            self._port.write(self._inventory_command)
            self._asked_at = now

    def _take(self, frame: bytes) -> None:
        answer = decode_answer(frame)
        self._misses = 0
        if answer.command != INVENTORY:
            return
        try:
            self._take_inventory(answer)
        finally:
            if answer.status != MORE:
                self._asked_at = None

    def _take_inventory(self, answer: ChafonFrame) -> None:
        if answer.status in _TAG_STATUSES or answer.status == NO_TAG:
            self._antennas_work((_ANTENNA,))
        if answer.status in _TAG_STATUSES:
            now_us = self._now_us()
            for tag in decode_tags(answer.data, self._extended):
                if tag.tid:
                    self._extras[len(self._reads)] = Extra(tid=tag.tid)
                if tag.epc:
                    self._reads.append((tag.epc, tag.antenna, tag.rssi_cdbm, now_us, 1))
        elif answer.status == ANTENNA_ERROR:
            self._antenna_is_off(_ANTENNA)
        elif answer.status != NO_TAG and self._is_new(answer.status):
            text = f"inventory refused, status {answer.status:#04x}"
            self._tell(ReaderEventKind.OTHER, value=answer.status, text=text)

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
