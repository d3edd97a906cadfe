"""A simulated SSI scanner: sends packets, waits for the ACK, sends again, over TCP or a pseudo-terminal given to it."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from drivers.far_end import FarEnd, TcpFarEnd
from drivers.scanners import ssi
from drivers.scanners.ssi_symbols import EAN_13, KIND_OF_AIM

PATIENCE_S: Final = 0.5
_TRIES: Final = 3


class SsiTwin:
    """The scanner's side of the wire; ``far_end`` makes the line, a TCP server by default."""

    def __init__(
        self, port: int = 0, *, far_end: Callable[[Callable[[bytes], None]], FarEnd] | None = None, room: int = 200
    ) -> None:
        self.enabled = False
        self.parameters: list[bytes] = []
        self.naks = 0
        self.unheard = 0
        """packets that were never acknowledged"""
        self.lose_acks = 0
        """how many of the next acknowledgements get lost on the line"""
        self.spoil = 0
        """how many of the next packets arrive with a wrong byte"""
        self.silent = False
        self._room = room
        self._ears = ssi.packet_framer()
        self._outbox: deque[bytes] = deque()
        self._timer: threading.Timer | None = None
        self._tries = 0
        self._lock = threading.RLock()
        self._end: FarEnd = far_end(self._hear) if far_end else TcpFarEnd(self._hear, port=port)

    @property
    def url(self) -> str:
        """What the driver opens."""
        return self._end.url

    @property
    def linked(self) -> bool:
        return self._end.linked

    def start(self) -> None:
        self._end.start()

    def stop(self) -> None:
        self._stop_waiting()
        self._end.stop()
        self._stop_waiting()

    def scan(self, text: str, aim: str = "", *, kind: int | None = None) -> None:
        """Somebody scans one code; long ones go in several packets."""
        number = kind if kind is not None else KIND_OF_AIM.get(aim, EAN_13)
        with self._lock:
            idle = not self._outbox
            self._outbox.extend(ssi.decode_data(number, text.encode(), self._room))
            if idle:
                self._send_first()

    def send_garbage(self, data: bytes) -> None:
        """Bytes as they are."""
        self._end.send(data)

    def drop_link(self) -> None:
        """The plug is pulled; what wasn't acknowledged is forgotten."""
        with self._lock:
            self._outbox.clear()
            self._stop_waiting()
        self._end.drop_link()

    def _send_first(self, *, again: bool = False) -> None:
        packet = self._outbox[0]
        if again:
            heard = ssi.decode(packet)
            packet = ssi.encode(heard.opcode, heard.data, source=ssi.DECODER, status=heard.status | ssi.RETRANSMIT)
        else:
            self._tries = 0
        self._tries += 1
        self._wait()
        if self.spoil:
            self.spoil -= 1
            packet = packet[:5] + bytes([packet[5] ^ 0x40]) + packet[6:]
        self._end.send(packet)

    def _wait(self) -> None:
        self._stop_waiting()
        self._timer = threading.Timer(PATIENCE_S, self._not_heard)
        self._timer.daemon = True
        self._timer.start()

    def _stop_waiting(self) -> None:
        with self._lock:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _not_heard(self) -> None:
        with self._lock:
            if self._timer is not threading.current_thread() or not self._outbox:
                return
            if self._tries < _TRIES:
                self._send_first(again=True)
            else:
                self.unheard += 1
                self._next()

    def _next(self) -> None:
        self._outbox.popleft()
        self._stop_waiting()
        if self._outbox:
            self._send_first()

    def _hear(self, data: bytes) -> None:
        with self._lock:
            for packet in self._ears.feed(data):
                self._take(ssi.decode(packet))

    def _take(self, packet: ssi.SsiPacket) -> None:
        if packet.opcode == ssi.ACK and self.lose_acks:
            self.lose_acks -= 1
        elif packet.opcode == ssi.ACK and self._outbox:
            self._next()
        elif packet.opcode == ssi.NAK and self._outbox:
            self.naks += 1
            self._send_first(again=True)
        elif packet.opcode in (ssi.SCAN_ENABLE, ssi.SCAN_DISABLE, ssi.PARAM_SEND) and not self.silent:
            self.enabled = packet.opcode != ssi.SCAN_DISABLE
            if packet.opcode == ssi.PARAM_SEND:
                self.parameters.append(packet.data)
            self._end.send(ssi.encode(ssi.ACK, source=ssi.DECODER))
