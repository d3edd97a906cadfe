"""ThingMagic modules (M6e, Micro, Nano) on a serial line or TCP: set up once, then they stream what they read.

While it streams a module takes no other command, so anything else is sent as stop, command, start. Commands wait for
one another's answers; the module says once a second that it lives, also when there is no tag.
"""

import time
from typing import Final

from drivers.contracts import Identify, ReaderCommand, SetGpo, StartInventory, StopInventory
from drivers.errors import Disconnected, NotFound, Rejected
from drivers.ports import Port, open_port
from drivers.readings import ReaderEventKind
from drivers.rfid import thingmagic_frames as wire
from drivers.rfid.line_outputs import OutputLineReader
from drivers.rfid.line_reader import antenna_list, known_options, power_option
from drivers.rfid.readings import NowUs, system_now_us

DEFAULT_BAUD: Final = 115200
ANSWER_S: Final = 0.6
BOOT_S: Final = 2.0
SILENCE_S: Final = 2.5
"""longer than two signs of life"""
RESTART_S: Final = 0.5
_MISSES: Final = 3
_TRIES: Final = 2
_MOST_ANTENNAS: Final = 4
_OUTPUTS: Final = (1, 2, 3, 4)
_READ_FILTER: Final = bytes([0x01, 0x0C, 0x00])  # off: each read of a tag is told, not only its first
_BOOTLOADER: Final = 1

REGIONS: Final = {
    "europe": 0x08, "north-america": 0x0D, "india": 0x04, "japan": 0x05, "china": 0x06, "korea": 0x09,
    "australia": 0x0B, "new-zealand": 0x0C, "open": 0xFF,
}  # fmt: skip
_TROUBLES: Final = {
    wire.ANTENNA_MISSING: "no antenna is connected",
    wire.TOO_HOT: "the module is too hot and reads less",
    wire.RETURN_LOSS: "an antenna or its cable is bad: high return loss",
}


class SinceLife:
    """Our time of the module's milliseconds, which begin again at each sign of life.

    The least delay between the module's time and ours is taken for the wire's: frames that were kept somewhere and
    come late in a burst still get the time at which they were read.
    """

    def __init__(self) -> None:
        self._offset_us: int | None = None
        self._last_ms = 0

    def begin(self) -> None:
        """A sign of life: the milliseconds count from here."""
        self._offset_us = None

    def at(self, ms: int | None, arrived_us: int) -> int:
        """Microseconds UTC, never later than the arrival."""
        if ms is None:
            return arrived_us
        offset = arrived_us - ms * 1000
        if self._offset_us is None or ms < self._last_ms or offset < self._offset_us:
            self._offset_us = offset
        self._last_ms = ms
        return self._offset_us + ms * 1000


class ThingMagicReader(OutputLineReader):
    """Reads continuously on its antennas in turn; outputs 1 to 4."""

    def __init__(
        self,
        name: str,
        port: Port,
        *,
        region: int = REGIONS["europe"],
        antennas: tuple[int, ...] = (1,),
        power_cdbm: int | None = None,
        now_us: NowUs = system_now_us,
    ) -> None:
        super().__init__(name, port, wire.answer_framer(), now_us)
        self._antennas = antennas
        self._setup = _setup(region, antennas, power_cdbm)
        self._clock = SinceLife()
        self._running = True
        self._asked_at = 0.0
        self._wake_at = float("inf")
        self._misses = 0
        self._driven = 0  # the output that was told something last

    @classmethod
    def from_url(cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object) -> "ThingMagicReader":
        """``serial:///dev/ttyUSB0?baud=115200`` or ``tcp://host:port``.

        Options: ``region`` (a key of REGIONS), ``antennas`` (``[1, 2]``), ``power_dbm``.
        """
        known_options(name, "ThingMagic", options, {"region", "antennas", "power_dbm"})
        region = str(options.get("region", "europe"))
        if region not in REGIONS:
            raise NotFound(f"{name}: there is no region {region!r}; there are {', '.join(REGIONS)}")
        antennas = antenna_list(name, options.get("antennas", 1), _MOST_ANTENNAS)
        power = power_option(name, options, 31.5)
        port = open_port(url, default_baud=DEFAULT_BAUD)
        cdbm = None if power is None else round(power * 100)
        return cls(name, port, region=REGIONS[region], antennas=antennas, power_cdbm=cdbm, now_us=now_us)

    def _greet(self) -> None:
        self._misses, self._wake_at = 0, float("inf")
        self._clock.begin()
        self._stop_streaming()
        program = self._ask(wire.WHICH_PROGRAM)
        if program.data and program.data[0] & 0x03 == _BOOTLOADER:
            self._ask(wire.BOOT_PROGRAM, seconds=BOOT_S)
        version = self._ask(wire.GET_VERSION)
        for opcode, data, needed in self._setup:
            answer = self._ask(opcode, data)
            if needed and answer.status != wire.OK:
                raise Rejected(
                    f"{self.name}: the module refuses {opcode:#04x} {data.hex()}, status {answer.status:#06x}"
                )
        self._tell(ReaderEventKind.CONNECTED, text=f"firmware {version.data[8:12].hex('.')}" if version.data else "")
        if self._running:
            self._send([wire.start_command()])

    def _stop_streaming(self) -> None:
        """A module may still stream from before, or wait for the rest of a command that was cut."""
        for left in reversed(range(_TRIES)):
            self._port.write(wire.encode_command(wire.MULTI_PROTOCOL, wire.STOP))
            try:
                self._await(wire.MULTI_PROTOCOL, 2, ANSWER_S)
                return
            except Disconnected:
                if not left:
                    raise

    def _ask(self, opcode: int, data: bytes = b"", seconds: float = ANSWER_S) -> wire.ThingMagicAnswer:
        self._port.write(wire.encode_command(opcode, data))
        return wire.decode_answer(self._await(opcode, 2, seconds))

    def _tend(self, now: float) -> None:
        self._outputs.fall(now)
        if self._awaiting is not None and now - self._asked_at >= ANSWER_S:
            self._awaiting = None
            self._misses += 1
        if self._misses >= _MISSES:
            raise Disconnected(f"{self.name}: {_MISSES} commands without an answer")
        if self._awaiting is not None:
            return
        if now >= self._wake_at or (now - self._heard_at >= SILENCE_S and not self._outbox):
            self._wake_at = float("inf")
            self._send(self._wake())
        frame = self._next_sent()
        if frame is not None:
            self._port.write(frame)
            self._awaiting, self._asked_at = frame[2], now
            if frame[2] == wire.SET_OUTPUT:
                self._driven = frame[3]

    def _wake(self) -> list[bytes]:
        if not self._running:
            return [wire.encode_command(wire.GET_VERSION)]
        return [wire.encode_command(wire.MULTI_PROTOCOL, wire.STOP), wire.start_command()]

    def _take(self, frame: bytes) -> None:
        self._misses = 0
        answer = wire.decode_answer(frame)
        if answer.opcode == self._awaiting:
            self._awaiting = None
        if answer.opcode == wire.SET_OUTPUT and answer.status != wire.OK:
            text = f"the module can't set this output: {answer.status:#06x}"
            self._tell(ReaderEventKind.OUTPUT_REFUSED, port=self._driven, text=text)
        if answer.opcode != wire.READ_TAGS:
            return
        if answer.status == wire.NO_TAGS:
            self._clock.begin()
            self._antennas_work(self._antennas)
        elif answer.status != wire.OK:
            self._is_in_trouble(answer.status)
        else:
            self._take_tag(wire.decode_tag(answer.data))

    def _take_tag(self, tag: wire.ThingMagicTag | None) -> None:
        if tag is None or not tag.epc:
            return
        if tag.extra is not None:
            self._extras[len(self._reads)] = tag.extra
        if self._off:
            self._antennas_work((tag.antenna or self._antennas[0],))
        at_us = self._clock.at(tag.ms, self._now_us())
        self._reads.append((tag.epc, tag.antenna, tag.rssi_cdbm, at_us, tag.seen))

    def _is_in_trouble(self, status: int) -> None:
        """Told once; reading has ended with most troubles and is begun again."""
        text = _TROUBLES.get(status, f"the module reports {status:#06x}")
        if status == wire.ANTENNA_MISSING and len(self._antennas) == 1:
            self._antenna_is_off(self._antennas[0], status, text)
        elif self._is_new(status):  # of several antennas a module doesn't say which
            self._tell(ReaderEventKind.OTHER, value=status, text=text)
        if self._running and status != wire.TOO_HOT:
            self._wake_at = min(self._wake_at, time.monotonic() + RESTART_S)

    def command(self, command: ReaderCommand) -> None:
        """Queued and sent by the reading thread within some 25 ms; Rejected for what a module can't do."""
        match command:
            case StartInventory():
                self._running = True
                self._send([wire.start_command()])
            case StopInventory():
                self._running = False
                self._send([wire.encode_command(wire.MULTI_PROTOCOL, wire.STOP)])
            case SetGpo(port):
                if port not in _OUTPUTS:
                    raise Rejected(f"{self.name}: there is no output {port}; there are 1 to 4")
                self._outputs.set(command)
            case Identify():
                raise Rejected(f"{self.name}: a module has no lamp or buzzer of its own")

    def _output_frames(self, output: int, on: bool) -> list[bytes]:
        """A module that may be streaming is stopped for it."""
        frame = wire.encode_command(wire.SET_OUTPUT, bytes([output, on]))
        if not self._running:
            return [frame]
        return [wire.encode_command(wire.MULTI_PROTOCOL, wire.STOP), frame, wire.start_command()]


def _setup(region: int, antennas: tuple[int, ...], power_cdbm: int | None) -> list[tuple[int, bytes, bool]]:
    """(opcode, data, whether the module must accept it)."""
    pairs = bytes(number for antenna in antennas for number in (antenna, antenna))
    power = [(wire.SET_POWER, power_cdbm.to_bytes(2, "big"), True)] if power_cdbm is not None else []
    return [
        (wire.SET_REGION, bytes([region]), True),
        (wire.SET_PROTOCOL, wire.GEN2.to_bytes(2, "big"), True),
        (wire.SET_ANTENNAS, b"\x02" + pairs, True),
        *power,
        (wire.SET_OPTION, _READ_FILTER, False),
    ]
