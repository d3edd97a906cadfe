"""A Chafon reader on a line: answers inventories with what is in its field.

``ChafonTwin(Path(...))`` stands on a pseudo-terminal (POSIX only), ``ChafonTwin(0)`` on a TCP port.
"""

import contextlib
import socket
import threading
from pathlib import Path
from typing import Final

from drivers.errors import DeviceError
from drivers.ports import Port
from drivers.ports.tcp_port import TcpPort
from drivers.rfid import chafon
from drivers.rfid.physics import RadioModel
from drivers.rfid.readings import SeenTag
from drivers.rfid.twins.field import TagField, TwinFace

_INFORMATION: Final = bytes([3, 8, 0x0F, 0x03, 0x4E, 0x00, 0x1E, 0x0A, 1, 0, 0, 0])


class ChafonTwin(TwinFace):
    """``place`` is the path of the pseudo-terminal or a TCP port (0: chosen at start); ``url`` is for the driver."""

    def __init__(
        self,
        place: Path | int = 0,
        *,
        rate: float = 20.0,
        extended: bool = True,
        radio: RadioModel | None = None,
    ) -> None:
        super().__init__(TagField(rate, radio=radio))
        self.identified: list[bytes] = []
        """Commands for buzzer and lamp."""
        self.silent = False
        self._place = place
        self._extended = extended
        self._server: socket.socket | None = None
        self._line: Port | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the driver finds it."""
        return f"serial://{self._place}" if isinstance(self._place, Path) else f"tcp://127.0.0.1:{self._place}"

    def start(self) -> None:
        """Stand on the line."""
        self._stopping.clear()
        if isinstance(self._place, int):
            self._server = socket.create_server(("127.0.0.1", self._place))
            self._server.settimeout(0.1)
            self._place = self._server.getsockname()[1]
        else:
            self._make_line()
        self._thread = threading.Thread(target=self._run, name="chafon-twin", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Gone."""
        self._stopping.set()
        self.drop_link()
        if self._thread is not None:
            self._thread.join(5.0)
        self.drop_link()
        if self._server is not None:
            self._server.close()

    def drop_link(self) -> None:
        """The cable is pulled; it is put back at once."""
        with self._lock:
            line, self._line = self._line, None
        if line is not None:
            line.close()

    def send_garbage(self, data: bytes) -> None:
        """Noise on the line."""
        with self._lock, contextlib.suppress(DeviceError):
            if self._line is not None:
                self._line.write(data)

    def _make_line(self) -> None:
        if isinstance(self._place, Path):
            from drivers.ports.pty_line import PtyLine  # POSIX only

            line: Port = PtyLine(self._place)
            line.open()
        else:
            assert self._server is not None
            line = TcpPort.accepted(self._server.accept()[0])
        with self._lock:
            self._line = line

    def _run(self) -> None:
        framer = chafon.ChafonFramer(smallest=4)
        while not self._stopping.is_set():
            try:
                if self._line is None:
                    framer = chafon.ChafonFramer(smallest=4)
                    self._make_line()
                self._serve(framer)
            except TimeoutError:
                continue
            except DeviceError:
                self.drop_link()

    def _serve(self, framer: chafon.ChafonFramer) -> None:
        line = self._line
        if line is None:
            return
        for frame in framer.feed(line.read(0.05)):
            answer = self._answer(frame)
            with self._lock:
                if self._line is line and not self.silent:
                    line.write(answer)

    def _answer(self, frame: bytes) -> bytes:
        command = frame[1]
        if command == chafon.READER_INFORMATION:
            return chafon.encode_answer(command, 0, _INFORMATION)
        if command == chafon.BUZZER_AND_LED:
            self.identified.append(frame)
            return chafon.encode_answer(command, 0)
        if command == chafon.INVENTORY:
            return self._inventory()
        return chafon.encode_answer(command, 0xFE)

    def _inventory(self) -> bytes:
        """A frame a tag and a last one without, as the reader sends them; 0xFB when nothing is there."""
        tags = {(tag.epc, tag.antenna): tag for tag in self.field.due()}
        if not tags:
            return chafon.encode_answer(chafon.INVENTORY, chafon.NO_TAG)
        frames = [chafon.encode_answer(chafon.INVENTORY, chafon.MORE, self._tag(tag)) for tag in tags.values()]
        last = b"\x01\x00" if self._extended else b"\x00"
        return b"".join([*frames, chafon.encode_answer(chafon.INVENTORY, chafon.LAST, last)])

    def _tag(self, tag: SeenTag) -> bytes:
        body = bytes([1, len(tag.epc)]) + tag.epc
        if not self._extended:
            return body
        raw_rssi = max(0, min(255, round(tag.rssi_cdbm / 100) + 129))
        return bytes([1 << (tag.antenna - 1)]) + body + bytes([raw_rssi])
