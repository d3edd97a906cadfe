"""A file that holds room on the disk, given up when the disk is full so that the shop can go on selling."""

import os
import shutil
import threading
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

DEFAULT_BYTES = 64 * 1024 * 1024


ROOM_TIMES = 4
"""a reserve is taken on again when the disk has this many times its size free"""


class Ballast:
    """``size`` bytes of reserve at ``path``; any thread may call."""

    def __init__(self, path: Path, size: int = DEFAULT_BYTES) -> None:
        self._path = path
        self._size = size
        self._lock = threading.Lock()
        self.times_released = 0
        """how often it was given up since the program was started"""
        self.missing = False
        """it was given up and hasn't been taken on again"""

    def take_on(self) -> bool:
        """Reserve the room, if it isn't; False when the disk hasn't got it."""
        with self._lock:
            self.missing = not self._written()
            return not self.missing

    def take_on_again(self) -> bool:
        """Reserve the room once more if it was given up and the disk has plenty again; False while it hasn't."""
        if not self.missing:
            return True
        try:
            free = shutil.disk_usage(self._path.parent).free
        except OSError:
            return False
        if free < ROOM_TIMES * self._size or not self.take_on():
            return False
        log.info("ballast_taken_on_again", bytes=self._size)
        return True

    def release(self) -> bool:
        """Give the room back to the disk; False if there was none left to give."""
        with self._lock:
            try:
                self._path.unlink()
            except FileNotFoundError:
                return False
            self.times_released += 1
            self.missing = True
        log.warning("ballast_released", bytes=self._size)
        return True

    def _written(self) -> bool:
        if self._path.exists() and self._path.stat().st_size >= self._size:
            return True
        try:
            with self._path.open("wb") as file:
                block = os.urandom(1024 * 1024)
                for start in range(0, self._size, len(block)):
                    file.write(block[: self._size - start])
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            if not self.missing:
                log.warning("ballast_not_reserved", error=str(error))
            self._path.unlink(missing_ok=True)
            return False
        return True
