"""The thread that pulls feeds: beside the one that sends, so that a long pull never holds up what was sold."""

import threading
from collections.abc import Callable

import structlog

from sync.post.puller import Puller
from sync.storage.transactions import StorageFull
from sync.wire.channel import Unreachable
from sync.wire.problems import Problem

log = structlog.get_logger(__name__)

STOP_TIMEOUT_S = 15.0


class Pulls:
    """Pulls from the upstream in use every ``poll_s``, and at once when nudged; ``failed`` hears that one doesn't.

    ``use``, ``nudge`` and ``trouble_of`` may be called from any thread.
    """

    def __init__(self, poll_s: float, stop: threading.Event, failed: Callable[[], None]) -> None:
        self._poll_s = poll_s
        self._stop = stop
        self._failed = failed
        self._wake = threading.Event()
        self._puller: Puller | None = None
        self._troubles: dict[int, Exception] = {}
        self.busy = False
        """a pull is under way"""
        self._thread = threading.Thread(target=self._run, name="pulls", daemon=True)

    def start(self) -> None:
        """Begin; there is nothing to do before ``use``."""
        self._thread.start()

    def join(self) -> None:
        """After the stop event: end with the request that is under way."""
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(STOP_TIMEOUT_S)

    def use(self, puller: Puller | None) -> None:
        """Pull from there from now on; None: from nowhere."""
        if puller is not self._puller:
            self._puller = puller
            self._wake.set()

    def nudge(self) -> None:
        """There is something new."""
        self._wake.set()

    def trouble_of(self, puller: Puller | None) -> Exception | None:
        """Why the last pull from there failed; asked once, it is forgotten."""
        return self._troubles.pop(id(puller), None)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(self._poll_s)
            self._wake.clear()
            puller = self._puller
            if puller is None or self._stop.is_set():
                continue
            self.busy = True
            try:
                self._pull(puller)
            finally:
                self.busy = False

    def _pull(self, puller: Puller) -> None:
        try:
            puller.pull()
        except (Unreachable, Problem) as error:
            self._troubles[id(puller)] = error
            if self._puller is puller:
                self._puller = None
            self._failed()
        except StorageFull:
            log.error("pull_storage_full")
            self._stop.wait(self._poll_s)
        except Exception:
            log.exception("pull_failed")
            self._stop.wait(self._poll_s)
