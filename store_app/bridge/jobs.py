"""Jobs: work that must not run in the Qt thread. One thread for the database, in order; a small pool for the rest."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import structlog
from PySide6.QtCore import QObject, Qt, Signal

log = structlog.get_logger(__name__)

POOL = 3

Done = Callable[[Any], None]
FailedWith = Callable[[Exception], None]


class Jobs(QObject):
    """Runs work elsewhere and calls back in the thread that made this object.

    ``stop`` waits for what has begun and drops what has not, except writes: all of those are finished.
    """

    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._pool = ThreadPoolExecutor(POOL, thread_name_prefix="job")
        self._running = 0
        self._open = True
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> int:
        """Jobs whose answer has not been given yet."""
        return self._running

    def run(
        self,
        work: Callable[[], Any],
        done: Done | None = None,
        failed: FailedWith | None = None,
        *,
        writes: bool = True,
    ) -> None:
        """Run ``work``; then ``done(result)`` or ``failed(error)`` here. An error that nobody takes is logged."""
        if not self._open:
            return
        self._running += 1
        future = (self._database if writes else self._pool).submit(work)
        future.add_done_callback(lambda ended: self._ended.emit((ended, done, failed)))

    def _on_ended(self, ended: tuple[Future[Any], Done | None, FailedWith | None]) -> None:
        future, done, failed = ended
        self._running -= 1
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            if done is not None:
                done(future.result())
        elif failed is not None and isinstance(error, Exception):
            failed(error)
        else:
            log.error("job failed", error=repr(error))

    def stop(self) -> None:
        """Finish every write, drop reads that have not begun, take nothing more. Callbacks may still be delivered."""
        self._open = False
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._database.shutdown(wait=True)
