"""A simulated receipt printer on a TCP port: renders what it prints, runs out of paper, answers its status.

Like the real thing it answers real-time commands (DLE …) at once and holds everything else back while it can't
print: it goes on where it stopped when paper is put in.
"""

import re
import threading
from dataclasses import replace

from drivers.far_end import TcpFarEnd
from drivers.printers.paper import Paper, Ticket
from drivers.printers.status import Status, answer

_REAL_TIME = re.compile(rb"\x10(?:\x04([\x01-\x04])|\x14\x01([\x00\x01])[\x01-\x08])")
_REAL_TIME_BEGUN = re.compile(rb"\x10(?:\x04|\x14(?:\x01[\x00\x01]?)?)?\Z")


class PrinterTwin:
    """The printer's side of the wire, of ``width`` columns."""

    def __init__(self, port: int = 0, *, width: int = 48) -> None:
        self._paper = Paper(width)
        self._status = Status()
        self._waiting = b""
        self._begun = b""
        self._answers = True
        self._changed = threading.Condition()
        self.received = bytearray()
        self._end = TcpFarEnd(self._on_bytes, port=port, on_link=self._on_link)

    @property
    def url(self) -> str:
        """What the driver opens."""
        return self._end.url

    def start(self) -> None:
        self._end.start()

    def stop(self) -> None:
        self._end.stop()

    @property
    def tickets(self) -> list[Ticket]:
        """What was printed and cut, oldest first."""
        with self._changed:
            return list(self._paper.tickets)

    @property
    def kicks(self) -> list[int]:
        """The drawer's pins that got a pulse."""
        with self._changed:
            return list(self._paper.kicks)

    @property
    def unknown(self) -> list[bytes]:
        """Commands that this printer doesn't know."""
        with self._changed:
            return list(self._paper.unknown)

    def wait_tickets(self, count: int, timeout: float = 10.0) -> list[Ticket]:
        """The tickets once there are ``count`` of them; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._paper.tickets) >= count, timeout):
                raise TimeoutError(f"{len(self._paper.tickets)} of {count} tickets were printed")
            return list(self._paper.tickets)

    def wait_kicks(self, count: int, timeout: float = 10.0) -> list[int]:
        """The drawer's kicks once there are ``count`` of them; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._paper.kicks) >= count, timeout):
                raise TimeoutError(f"{len(self._paper.kicks)} of {count} kicks came")
            return list(self._paper.kicks)

    def take_paper(self) -> None:
        """The roll is empty."""
        self._set(paper=False)

    def give_paper(self) -> None:
        """A new roll is in; printing goes on where it stopped."""
        self._set(paper=True)

    def open_cover(self) -> None:
        self._set(cover_closed=False)

    def open_drawer(self) -> None:
        """The drawer stands open; a kick does that as well."""
        self._set(drawer_open=True)

    def close_drawer(self) -> None:
        """Somebody pushes the drawer shut."""
        self._set(drawer_open=False)

    def go_silent(self) -> None:
        """Answer nothing any more, though the link stands."""
        self._answers = False

    def answer_again(self) -> None:
        self._answers = True

    def drop_link(self) -> None:
        """The plug is pulled."""
        self._end.drop_link()

    def send_garbage(self, data: bytes) -> None:
        """Bytes that aren't a status."""
        self._end.send(data)

    def _set(self, **changes: bool) -> None:
        with self._changed:
            status = replace(self._status, **changes)
            self._status = replace(status, online=status.paper and status.cover_closed)
            self._print_waiting()

    def _on_link(self) -> None:
        with self._changed:
            self._begun = b""

    def _on_bytes(self, data: bytes) -> None:
        with self._changed:
            self.received += data
            data = self._begun + data
            cut = _REAL_TIME_BEGUN.search(data)
            self._begun = data[cut.start() :] if cut else b""
            data = data[: cut.start()] if cut else data
            self._waiting += _REAL_TIME.sub(self._real_time, data)
            self._print_waiting()

    def _real_time(self, command: re.Match[bytes]) -> bytes:
        if command[1]:
            if self._answers:
                self._end.send(bytes([answer(command[1][0], self._status)]))
        else:
            self._paper.kicks.append(2 if command[2] == b"\x00" else 5)
            self._status = replace(self._status, drawer_open=True)
            self._changed.notify_all()
        return b""

    def _print_waiting(self) -> None:
        if self._status.online and self._answers:
            kicked = len(self._paper.kicks)
            self._paper.feed(self._waiting)
            self._waiting = b""
            if len(self._paper.kicks) > kicked:
                self._status = replace(self._status, drawer_open=True)
        self._changed.notify_all()
