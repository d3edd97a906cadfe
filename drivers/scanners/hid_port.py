"""HID reports of a scanner through Linux's ``/dev/hidraw*``: one report a read. Elsewhere it says what is missing.

Address: ``hid:///dev/hidraw0``, ``hid://05e0:1300`` (vendor and product, as ``lsusb`` shows them), or ``hid://any``
for the first scanner that is plugged in. A socket of the SEQPACKET kind at the path stands for a device too: that is
how the twin is reached.
"""

import errno
import os
import re
import select
import socket
import stat
import sys
from pathlib import Path
from typing import Final

from drivers.errors import Busy, DeviceError, Disconnected, NotFound, NotInstalled
from drivers.scanners.hid_descriptor import ScanLayout, is_scanner, layout_of

_LARGEST: Final = 4096
_SYSFS: Final = Path("/sys/class/hidraw")


class HidPort:
    """A Port whose every read gives one whole report, with its report id first."""

    def __init__(self, url: str, *, sysfs: Path = _SYSFS) -> None:
        self.label = url
        self.layout: ScanLayout | None = None
        """where the device puts codes in its reports, as its descriptor says; None if it doesn't"""
        self._where = url.partition("://")[2]
        self._sysfs = sysfs
        self._handle = -1
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Open the device; NotFound, Busy (or no right to use it), NotInstalled where there is no hidraw."""
        self.close()
        if not sys.platform.startswith("linux"):
            raise NotInstalled(
                f"{self.label}: HID-POS scanners are read through Linux's hidraw, which this system doesn't have; set "
                "the scanner to its serial (USB COM) interface and use the kind serial-scanner"
            )
        path = self._find()
        try:
            self._open_path(path)
        except OSError as error:
            self.close()
            raise _opening_error(self.label, path, error) from error

    def _find(self) -> Path:
        if self._where.startswith("/"):
            return Path(self._where)
        found = [path for path in sorted(self._sysfs.glob("hidraw*")) if self._is_meant(path)]
        if not found:
            raise NotFound(
                f"{self.label}: no such HID device is plugged in; write hid:///dev/hidraw0, hid://05e0:1300 or hid://any"
            )
        return Path("/dev") / found[0].name

    def _is_meant(self, entry: Path) -> bool:
        if self._where == "any":
            return is_scanner(_bytes_of(entry / "device" / "report_descriptor"))
        wanted = re.fullmatch(r"([0-9a-f]{4}):([0-9a-f]{4})", self._where.lower())
        if wanted is None:
            raise NotFound(
                f"{self.label!r} names no HID device; write hid:///dev/hidraw0, hid://05e0:1300 or hid://any"
            )
        text = _bytes_of(entry / "device" / "uevent").decode("ascii", "replace").lower()
        return re.search(rf"^hid_id=[0-9a-f]+:0*{wanted[1]}:0*{wanted[2]}$", text, re.MULTILINE) is not None

    def _open_path(self, path: Path) -> None:
        if stat.S_ISSOCK(path.stat().st_mode):
            link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._socket = link
            link.connect(str(path))
            self._handle = link.fileno()
        else:
            self._handle = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
            self.layout = layout_of(_bytes_of(self._sysfs / path.name / "device" / "report_descriptor"))

    def read(self, timeout: float) -> bytes:
        """The next report; ``b""`` after ``timeout`` seconds; Disconnected when the scanner is pulled."""
        handle = self._handle
        if handle < 0:
            raise Disconnected(f"{self.label}: not open")
        try:
            if not select.select([handle], [], [], max(timeout, 0.0))[0]:
                return b""
            report = os.read(handle, _LARGEST)
        except BlockingIOError:
            return b""
        except (OSError, ValueError) as error:
            raise Disconnected(f"{self.label}: {error}") from error
        if not report:
            raise Disconnected(f"{self.label}: the scanner is gone")
        return report

    def write(self, data: bytes, timeout: float = 2.0) -> None:
        """Send an output report."""
        try:
            os.write(self._handle, data)
        except (OSError, ValueError) as error:
            raise Disconnected(f"{self.label}: {error}") from error

    def close(self) -> None:
        """Idempotent."""
        handle, self._handle = self._handle, -1
        link, self._socket = self._socket, None
        if link is not None:
            link.close()
        elif handle >= 0:
            os.close(handle)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _opening_error(label: str, path: Path, error: OSError) -> DeviceError:
    if error.errno in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return NotFound(f"{label}: there is no {path}; is the scanner plugged in, and set to HID-POS?")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EBUSY):
        return Busy(f"{label}: no right to use {path}; a udev rule for hidraw gives it to the till's user")
    return Disconnected(f"{label}: {error}")
