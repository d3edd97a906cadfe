"""A file that holds room on the disk, given up when the disk is full so that the shop can go on selling."""

import os
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

DEFAULT_BYTES = 64 * 1024 * 1024


class Ballast:
    """``size`` bytes of reserve at ``path``."""

    def __init__(self, path: Path, size: int = DEFAULT_BYTES) -> None:
        self._path = path
        self._size = size

    def take_on(self) -> bool:
        """Reserve the room, if it isn't; False when the disk hasn't got it."""
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
            log.warning("ballast_not_reserved", error=str(error))
            self._path.unlink(missing_ok=True)
            return False
        return True

    def release(self) -> bool:
        """Give the room back to the disk; False if there was none left to give."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        log.warning("ballast_released", bytes=self._size)
        return True
