"""The face of every byte port."""

from typing import Protocol


class Port(Protocol):
    """A two-way stream of bytes. ``write`` may be called from another thread than ``read``.

    Both raise Disconnected when the link is gone; ``open`` raises NotFound, Busy or Disconnected.
    """

    label: str
    """For messages to people: ``tcp://10.0.0.7:5084``."""

    def open(self) -> None: ...

    def read(self, timeout: float) -> bytes:
        """What has arrived, at least one byte; ``b""`` if nothing came within ``timeout`` seconds."""
        ...

    def write(self, data: bytes, timeout: float = 2.0) -> None:
        """All of ``data`` handed to the system within ``timeout`` seconds."""
        ...

    def close(self) -> None:
        """Idempotent and quick."""
        ...
