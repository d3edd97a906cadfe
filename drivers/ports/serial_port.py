"""A byte port over a serial line (also USB-serial and pseudo-terminals)."""

import threading

import serial

from drivers.errors import Busy, Disconnected, NotFound


class SerialPort:
    """8N1 by default; ``device`` is ``/dev/ttyUSB0``, ``COM3`` or a pseudo-terminal's slave."""

    def __init__(
        self, device: str, *, baud: int = 9600, parity: str = serial.PARITY_NONE, stop_bits: float = serial.STOPBITS_ONE
    ) -> None:
        self.label = f"serial://{device}"
        self._device = device
        self._baud = baud
        self._parity = parity
        self._stop_bits = stop_bits
        self._line: serial.Serial | None = None
        self._write_lock = threading.Lock()

    def open(self) -> None:
        """Open the line; NotFound if there is none, Busy if another program holds it."""
        self.close()
        try:
            self._line = serial.Serial(
                self._device,
                self._baud,
                parity=self._parity,
                stopbits=self._stop_bits,
                timeout=0,
                write_timeout=2.0,
                exclusive=True,
            )
        except serial.SerialException as error:
            raise _opening_error(self.label, error) from error

    def read(self, timeout: float) -> bytes:
        """What has arrived; ``b""`` after ``timeout`` seconds; Disconnected when the cable is pulled."""
        line = self._require()
        try:
            line.timeout = max(timeout, 0.0)
            first = line.read(1)
            if not first:
                return b""
            return bytes(first) + bytes(line.read(line.in_waiting))
        except (serial.SerialException, OSError, TypeError) as error:
            # TypeError: pyserial's read of a line that another thread has just closed
            raise Disconnected(f"{self.label}: {error}") from error

    def write(self, data: bytes, timeout: float = 2.0) -> None:
        """Send everything; Disconnected if the line doesn't take it within ``timeout`` seconds."""
        line = self._require()
        try:
            with self._write_lock:
                if line.write_timeout != timeout:
                    line.write_timeout = timeout
                line.write(data)
        except (serial.SerialException, OSError, TypeError) as error:
            raise Disconnected(f"{self.label}: {error}") from error

    def _require(self) -> serial.Serial:
        if self._line is None:
            raise Disconnected(f"{self.label}: not open")
        return self._line

    def close(self) -> None:
        """Idempotent."""
        line, self._line = self._line, None
        if line is not None:
            line.close()


def _opening_error(label: str, error: serial.SerialException) -> NotFound | Busy | Disconnected:
    """pyserial tells the causes apart by errno (POSIX) or by words (Windows)."""
    text = str(error)
    if error.errno == 2 or "FileNotFoundError" in text or "No such file" in text:
        return NotFound(f"{label}: no such port; is the cable plugged in?")
    if error.errno in (13, 16) or "PermissionError" in text or "exclusively lock" in text:
        return Busy(f"{label}: held by another program, or no right to use it")
    return Disconnected(f"{label}: {text}")
