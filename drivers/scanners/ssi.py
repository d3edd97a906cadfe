"""Zebra's Simple Serial Interface: packets in, codes and answers out, no port in sight.

``Len Opcode Source Status Data Check(2)``: Len counts itself and all up to the check, which is the two's complement
of their 16-bit sum. The scanner sends each packet again until the host has acknowledged it; a long code comes in
several packets. Source: Simple Serial Interface Programmer's Guide, 72E-40451.
"""

from typing import Final, NamedTuple

from drivers.framing import Framer, FrameShape
from drivers.scanners.lines import Code, LineFormat, Noise, code_of
from drivers.scanners.ssi_symbols import aim_of, text_of

DECODER, HOST = 0x00, 0x04
PARAM_SEND: Final = 0xC6
ACK: Final = 0xD0
NAK: Final = 0xD1
FLUSH: Final = 0xD2
START_SESSION, STOP_SESSION = 0xE4, 0xE5
SCAN_ENABLE, SCAN_DISABLE = 0xE9, 0xEA
DECODE_DATA: Final = 0xF3

RETRANSMIT, CONTINUED = 0x01, 0x02  # bits of the status byte
RESEND, DENIED = 0x01, 0x06  # reasons of a NAK
NO_BEEP: Final = 0xFF
PACKETED: Final = bytes([NO_BEEP, 0xEE, 0x01])  # parameter 238: decoded data comes in packets
LARGEST: Final = 255
_LEAST: Final = 4
_ROOM: Final = LARGEST - _LEAST - 1
_LONGEST: Final = 16_384
_FORM: Final = LineFormat(longest=_LONGEST)


class SsiPacket(NamedTuple):
    """A packet whose check is right."""

    opcode: int
    source: int
    status: int
    data: bytes


def encode(opcode: int, data: bytes = b"", *, source: int = HOST, status: int = 0) -> bytes:
    """A packet's bytes."""
    body = bytes([_LEAST + len(data), opcode, source, status]) + data
    return body + (-sum(body) & 0xFFFF).to_bytes(2, "big")


def decode(packet: bytes) -> SsiPacket:
    """The parts of a whole packet."""
    return SsiPacket(packet[1], packet[2], packet[3], packet[4:-2])


def packet_framer() -> Framer:
    """Cuts packets of either side out of bytes."""
    return Framer(FrameShape(None, lambda begin: begin[0] + 2, _LEAST + 2, _sound))


def _sound(packet: bytes) -> bool:
    if packet[2] not in (DECODER, HOST):
        return False
    return (sum(packet[:-2]) + int.from_bytes(packet[-2:], "big")) & 0xFFFF == 0


def decode_data(kind: int, text: bytes, limit: int = _ROOM) -> list[bytes]:
    """The packets in which a scanner sends a code of the SSI type ``kind``."""
    pieces = [text[place : place + limit] for place in range(0, len(text), limit)] or [b""]
    more = [CONTINUED] * (len(pieces) - 1) + [0]
    return [
        encode(DECODE_DATA, bytes([kind]) + piece, source=DECODER, status=status)
        for piece, status in zip(pieces, more, strict=True)
    ]


class Heard(NamedTuple):
    """What bytes from the scanner came to: codes and noise in order, what to answer, and answers to our commands.

    ``skipped`` bytes were no packet; the scanner is asked for them again, so staff needn't know.
    """

    found: list[Code | Noise]
    answers: list[bytes]
    acknowledged: list[bool]
    skipped: int = 0


class SsiHost:
    """The host's side of the talk. Every packet of the scanner is acknowledged; what fails its check is asked again.

    A packet that comes twice because our ACK was lost counts once: it bears the retransmit bit and nothing broken came
    before it.
    """

    def __init__(self) -> None:
        self._framer = packet_framer()
        self._last: tuple[int, bytes] | None = None
        self._broken = False
        self._kind = 0
        self._parts = b""
        self._gathering = False

    @property
    def waiting(self) -> bool:
        """Whether the beginning of a packet or of a code waits for its end."""
        return bool(self._framer.pending) or self._gathering

    def feed(self, data: bytes) -> Heard:
        """Take what arrived."""
        return self._take(self._framer.feed(data))

    def give_up(self) -> Heard:
        """The scanner is silent: half a packet is asked again, the parts of half a code are noise."""
        if self._framer.pending:
            return self._take(self._framer.give_up_waiting())
        return Heard([*self._lose("the rest of a long code is missing")], [], [])

    def _take(self, frames: list[bytes]) -> Heard:
        skipped, self._framer.skipped = self._framer.skipped, 0
        heard = Heard([], [], [], skipped)
        self._broken = self._broken or skipped > 0
        for frame in frames:
            self._take_packet(decode(frame), heard)
        if skipped and not frames:
            heard.answers.append(encode(NAK, bytes([RESEND])))
        return heard

    def _take_packet(self, packet: SsiPacket, heard: Heard) -> None:
        if packet.opcode in (ACK, NAK):
            heard.acknowledged.append(packet.opcode == ACK)
            return
        if packet.source != DECODER:
            return  # our own bytes, echoed by the line
        heard.answers.append(encode(ACK))
        content = (packet.opcode, packet.data)
        again = packet.status & RETRANSMIT and content == self._last and not self._broken
        self._last, self._broken = content, False
        if packet.opcode == DECODE_DATA and not again:
            heard.found.extend(self._take_code(packet))

    def _take_code(self, packet: SsiPacket) -> list[Code | Noise]:
        if not packet.data:
            return [Noise(b"", "a code without its kind")]
        found: list[Code | Noise] = []
        kind, text = packet.data[0], packet.data[1:]
        if self._gathering and kind != self._kind:
            found += self._lose("the parts of a long code don't fit")
        self._kind, self._parts = kind, self._parts + text
        self._gathering = bool(packet.status & CONTINUED)
        if len(self._parts) > _LONGEST:
            return [*found, *self._lose("too long")]
        if not self._gathering:
            whole, self._parts = self._parts, b""
            found.append(_code(kind, whole))
        return found

    def _lose(self, reason: str) -> list[Noise]:
        lost, self._parts, was = self._parts, b"", self._gathering
        self._gathering = False
        return [Noise(lost[:64], reason)] if lost or was else []


def _code(kind: int, whole: bytes) -> Code | Noise:
    code = code_of(whole.rstrip(b"\r\n\t"), _FORM, aim_of(kind))
    return Code(text_of(kind, code.text), code.aim) if isinstance(code, Code) else code
