"""Boards with the R2000 chip (0xA0 frames) on a serial line or TCP: inventory after inventory, commands in between."""

import time
from typing import Final

from drivers.contracts import Identify, ReaderCommand, SetGpo, StartInventory, StopInventory
from drivers.errors import Disconnected, Garbled, Rejected
from drivers.ports import Port, open_port
from drivers.readings import ReaderEventKind
from drivers.rfid import r2000_frames as wire
from drivers.rfid.line_outputs import OutputLineReader
from drivers.rfid.line_reader import antenna_list, known_options, power_option
from drivers.rfid.readings import NowUs, system_now_us

DEFAULT_BAUD: Final = 115200
ANSWER_S: Final = 0.6
ROUND_S: Final = 2.0
"""an inventory over many tags and four antennas takes this long at most"""
IDLE_S: Final = 1.0
TEMPERATURE_S: Final = 30.0
PAUSE_S: Final = 0.5
"""after an inventory that couldn't be made"""
_MISSES: Final = 3
_MOST_ANTENNAS: Final = 4
_OUTPUT_PINS: Final = {1: 3, 2: 4}  # pins 1 and 2 are inputs
_OUTPUTS: Final = {pin: output for output, pin in _OUTPUT_PINS.items()}

_ERRORS: Final = {
    wire.NO_ANTENNA: "no antenna is connected",
    0x11: "the command failed",
    0x20: "the board restarted by itself",
    0x21: "the carrier can't be switched on",
    0x23: "the board's memory can't be written",
    0x31: "no tag answers",
    0x41: "a parameter is wrong",
}


class R2000Reader(OutputLineReader):
    """One antenna, or up to four in turn; outputs 1 and 2 are the board's pins 3 and 4."""

    def __init__(
        self,
        name: str,
        port: Port,
        *,
        antennas: tuple[int, ...] = (1,),
        power_dbm: int | None = None,
        now_us: NowUs = system_now_us,
    ) -> None:
        super().__init__(name, port, wire.frame_framer(), now_us)
        self._antennas = antennas
        self._power_dbm = power_dbm
        self._inventory = wire.inventory_command(antennas)
        self._running = True
        self._until = 0.0
        self._missing: set[int] = set()  # antennas, in this round
        self._next_temperature = 0.0
        self._misses = 0
        self._driven = 0  # the output that was told something last

    @classmethod
    def from_url(cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object) -> "R2000Reader":
        """``serial:///dev/ttyUSB0?baud=115200`` or ``tcp://host:port``.

        Options: ``antennas`` (``[1, 2]``), ``power_dbm``.
        """
        known_options(name, "R2000", options, {"antennas", "power_dbm"})
        antennas = antenna_list(name, options.get("antennas", 1), _MOST_ANTENNAS)
        power = power_option(name, options, 33)
        port = open_port(url, default_baud=DEFAULT_BAUD)
        return cls(name, port, antennas=antennas, power_dbm=None if power is None else round(power), now_us=now_us)

    def _greet(self) -> None:
        self._misses = 0
        self._missing.clear()
        self._due = 0.0
        self._next_temperature = time.monotonic() + PAUSE_S
        version = self._ask(wire.GET_VERSION)
        for command, data in self._setup():
            answer = self._ask(command, data)
            if answer.data != bytes([wire.SUCCESS]):
                raise Rejected(f"{self.name}: the board refuses {command:#04x} {data.hex()}: {answer.data.hex()}")
        self._tell(ReaderEventKind.CONNECTED, text=f"firmware {'.'.join(str(byte) for byte in version.data[:2])}")

    def _setup(self) -> list[tuple[int, bytes]]:
        power = [] if self._power_dbm is None else [(wire.SET_POWER, bytes([self._power_dbm]))]
        one = [(wire.SET_ANTENNA, bytes([self._antennas[0] - 1]))] if len(self._antennas) == 1 else []
        return power + one

    def _ask(self, command: int, data: bytes = b"") -> wire.R2000Answer:
        self._port.write(wire.encode_frame(command, data))
        return wire.decode_frame(self._await(command, 3, ANSWER_S))

    def _tend(self, now: float) -> None:
        self._outputs.fall(now)
        if self._awaiting is not None:
            if now < self._until:
                return
            self._awaiting = None
            self._misses += 1
            if self._misses >= _MISSES:
                raise Disconnected(f"{self.name}: {_MISSES} commands without an answer")
        frame = self._next_command(now)
        if frame is not None:
            self._port.write(frame)
            self._awaiting = frame[3]
            if frame[3] == wire.WRITE_OUTPUT:
                self._driven = _OUTPUTS[frame[4]]
            self._until = now + (ROUND_S if frame[3] in wire.INVENTORIES else ANSWER_S)

    def _next_command(self, now: float) -> bytes | None:
        waiting = self._next_sent()
        if waiting is not None:
            return waiting
        if now >= self._next_temperature:
            self._next_temperature = now + TEMPERATURE_S
            return wire.encode_frame(wire.GET_TEMPERATURE)
        if now < self._due:
            return None
        if self._running:
            return self._inventory
        self._due = now + IDLE_S
        return wire.encode_frame(wire.GET_VERSION)

    def _take(self, frame: bytes) -> None:
        self._misses = 0
        answer = wire.decode_frame(frame)
        if answer.command in wire.INVENTORIES:
            self._take_inventory(answer)
            return
        if answer.command == self._awaiting:
            self._awaiting = None
        if answer.command == wire.GET_TEMPERATURE:
            self._take_temperature(answer.data)
        elif answer.command == wire.WRITE_OUTPUT and answer.data != bytes([wire.SUCCESS]):
            text = f"the board can't set this output: {answer.data.hex()}"
            self._tell(ReaderEventKind.OUTPUT_REFUSED, port=self._driven, text=text)

    def _take_temperature(self, data: bytes) -> None:
        if len(data) == 2:  # sign (1: above zero) and degrees
            self._tell(ReaderEventKind.TEMPERATURE, value=data[1] if data[0] else -data[1])
        elif len(data) != 1:
            raise Garbled(f"a temperature of {len(data)} bytes")

    def _take_inventory(self, answer: wire.R2000Answer) -> None:
        said = wire.decode_inventory(answer.command, answer.data)
        match said:
            case wire.R2000Tag():
                if said.epc:
                    if said.extra is not None:
                        self._extras[len(self._reads)] = said.extra
                    self._reads.append((said.epc, said.antenna, said.rssi_cdbm, self._now_us(), 1))
                self._until = time.monotonic() + ROUND_S
                return
            case wire.RoundEnd():
                self._antennas_work(port for port in self._antennas if port not in self._missing)
                self._missing.clear()
            case wire.RoundError():
                self._is_in_trouble(said)
                if said.antenna:
                    return  # the other antennas of the round follow
                self._due = time.monotonic() + PAUSE_S
        if answer.command == self._awaiting:
            self._awaiting = None

    def _is_in_trouble(self, error: wire.RoundError) -> None:
        """Told once."""
        if error.code == wire.NO_ANTENNA:
            port = error.antenna or self._antennas[0]
            self._missing.add(port)
            self._antenna_is_off(port, error.code, _ERRORS[wire.NO_ANTENNA])
        elif self._is_new(error):
            text = _ERRORS.get(error.code, f"the board reports {error.code:#04x}")
            self._tell(ReaderEventKind.OTHER, port=error.antenna, value=error.code, text=text)

    def command(self, command: ReaderCommand) -> None:
        """Sent between two inventories; Rejected for what a board can't do."""
        match command:
            case StartInventory():
                self._running, self._due = True, 0.0
            case StopInventory():
                self._running = False
            case SetGpo(port):
                if port not in _OUTPUT_PINS:
                    raise Rejected(f"{self.name}: there is no output {port}; there are 1 and 2")
                self._outputs.set(command)
            case Identify():
                raise Rejected(f"{self.name}: the board's buzzer can't be sounded for a moment only")

    def _output_frames(self, output: int, on: bool) -> list[bytes]:
        return [wire.encode_frame(wire.WRITE_OUTPUT, bytes([_OUTPUT_PINS[output], on]))]
