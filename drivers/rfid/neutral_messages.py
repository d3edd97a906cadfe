"""The program's own messages for readers that have no driver: JSON that anybody's gateway can publish over MQTT.

A message is one object, version 1, on the reader's topic or below it; several may stand in an array or in lines::

    {"v": 1, "boot": "7f3a", "n": 12, "t": "2026-05-19T14:23:11.250Z",
     "reads": [{"epc": "3034257BF7194E4000001A85", "antenna": 2, "rssi": -54.5, "count": 3}],
     "events": [{"kind": "gpi", "port": 1, "value": 1}]}

``v`` and, in a read, ``epc`` are needed, everything else may be absent; fields that aren't named here are ignored.
Times are RFC 3339 with an offset, or numbers since 1970 (seconds, milli-, micro- or nanoseconds, told by their size).
``boot`` changes whenever the sender starts, ``n`` counts its messages from then on: so a message that is delivered
twice is passed over, and a gap is counted. Commands are published on the topic's ``cmd``::

    {"v": 1, "do": "set_gpo", "port": 1, "on": true, "pulse_ms": 500}      also start, stop, identify (seconds)

A gateway that can't drive an output says so with the event ``output_refused``, its ``port`` and a ``text``.
"""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from drivers.errors import Garbled
from drivers.readings import Extra, ReaderEventKind
from drivers.rfid.gathered import Gathered
from drivers.rfid.json_stream import FastDecoder, ObjectDecoder
from drivers.rfid.readings import NO_RSSI_CDBM
from drivers.rfid.timestamps import moment_us, to_us
from drivers.rfid.values import Antenna, Dbm, Degrees, Khz, Times, epc_of_hex, phase_mrad, tid_of_hex

VERSION: Final = 1
SENDERS: Final = 64
"""topics below one reader's whose counting is remembered"""
STEP_BACK: Final = 100
"""without ``boot``: a number that is smaller by more than this comes from a sender that has started again"""
_FORGIVEN: Final = frozenset({"antenna", "rssi", "count", "phase", "khz", "tid", "reader", "boot", "n"})
"""a read that has nonsense in these is still a read"""

Stamp = datetime | float | None
Kind = Literal[
    "antenna_connected", "antenna_lost", "gpi", "overflow", "temperature", "heartbeat", "barcode", "output_refused",
    "other",
]  # fmt: skip


class NeutralRead(msgspec.Struct, gc=False):
    """``epc`` in hex; ``rssi`` in dBm, ``phase`` in degrees, ``khz`` the channel; ``t`` if not the message's."""

    epc: str
    antenna: Antenna = 0
    rssi: Dbm | None = None
    t: Stamp = None
    count: Times = 1
    phase: Degrees | None = None
    khz: Khz | None = None
    tid: str = ""


class NeutralEvent(msgspec.Struct, gc=False):
    """Something beside reads. ``value`` is a level, a number of losses or degrees Celsius, as the kind has it."""

    kind: Kind
    port: Antenna = 0
    value: int = 0
    text: str = ""
    t: Stamp = None


class NeutralMessage(msgspec.Struct, gc=False):
    """One message."""

    v: int
    boot: str = ""
    n: int | None = None
    t: Stamp = None
    reader: str = ""
    reads: list[NeutralRead] = []
    events: list[NeutralEvent] = []


class NeutralCommand(msgspec.Struct, omit_defaults=True):
    """What a reader is told on its ``cmd`` topic."""

    do: Literal["set_gpo", "start", "stop", "identify"]
    port: int = 0
    on: bool | None = None
    pulse_ms: int = 0
    seconds: int = 0


def schema() -> dict[str, Any]:
    """The message as JSON Schema 2020-12, for whoever writes a gateway."""
    return msgspec.json.schema(NeutralMessage)


class NeutralDialect:
    """Reads the messages of one reader, from any number of senders on topics below its own."""

    def __init__(self) -> None:
        self._fast = FastDecoder(NeutralMessage)
        self._patient = ObjectDecoder(NeutralMessage, _FORGIVEN)
        self._counted: dict[str, tuple[str, int]] = {}

    def take(self, topic: str, payload: bytes, into: Gathered) -> None:
        """Reads and events of one message; our own commands, which the broker echoes, are passed over."""
        if topic.endswith("/cmd"):
            return
        refused: list[str] = []
        messages = self._fast.decode(payload)
        if messages is None:
            messages, refused = self._patient.decode(payload)
        into.each(messages, lambda message, gathered: self._take_one(topic, message, gathered), refused)

    def _take_one(self, topic: str, message: NeutralMessage, into: Gathered) -> None:
        if message.v != VERSION:
            raise Garbled(f"version {message.v} of the neutral message; this program knows {VERSION}")
        if self._is_new(topic, message, into):
            _take_message(message, into)

    def _is_new(self, topic: str, message: NeutralMessage, into: Gathered) -> bool:
        """Whether it wasn't delivered before; a gap in the counting is told."""
        if message.n is None:
            return True
        boot, last = self._counted.get(topic, ("", 0))
        if boot == message.boot and topic in self._counted:
            if message.n <= last and not _restarted(message, last):
                into.repeated += 1
                return False
            gap = message.n - last - 1
            if gap > 0:
                into.event(ReaderEventKind.OVERFLOW, value=gap, text=f"{gap} messages missing before {message.n}")
        elif len(self._counted) >= SENDERS:
            del self._counted[next(iter(self._counted))]
        self._counted[topic] = (message.boot, message.n)
        return True


def _restarted(message: NeutralMessage, last: int) -> bool:
    """A sender that doesn't tell its starts has counted from the beginning again, if it steps back far enough.

    One that restarts before its number has grown beyond that is passed over until it has caught up.
    """
    return not message.boot and message.n is not None and message.n < last - STEP_BACK


def _take_message(message: NeutralMessage, into: Gathered) -> None:
    whole_us = _us(message.t)
    into.sender = message.reader
    for event in message.events:
        at_us = whole_us if event.t is None else _us(event.t)
        if event.kind == "heartbeat":
            into.live(at_us)
        into.event(ReaderEventKind(event.kind), at_us, event.port, event.value, event.text)
    into.each(message.reads, lambda read, gathered: _take_read(read, whole_us, gathered))


def _take_read(read: NeutralRead, whole_us: int | None, into: Gathered) -> None:
    extra = None
    if read.phase is not None or read.tid:
        extra = Extra(phase_mrad(read.phase), read.khz, None, tid_of_hex(read.tid))
    epc = epc_of_hex(read.epc)
    if epc:
        rssi = NO_RSSI_CDBM if read.rssi is None else round(read.rssi * 100)
        into.read(epc, read.antenna, rssi, whole_us if read.t is None else _us(read.t), read.count, extra)


def _us(stamp: Stamp) -> int | None:
    return moment_us(stamp) if isinstance(stamp, datetime) else to_us(stamp)
