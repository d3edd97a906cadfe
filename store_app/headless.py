"""A till without a window: the same shell and presenters, its jobs run at once in the caller's thread.

For scripted days and for tests of the presenters: what devices and feeds say waits in a queue until ``pump``.
"""

import queue
import time
from collections.abc import Callable, Iterable

from store_app.presenters.base import Effect, Failed, Job, Notice
from store_app.presenters.build import build_shell
from store_app.presenters.desk import Desk
from store_app.presenters.intents import Tick
from store_app.presenters.services import Services
from store_app.presenters.shell import Shell
from store_app.services import TillServices


class HeadlessTill:
    """Owns the shell of one till. All methods belong to one thread.

    ``given`` replaces what the presenters get, for instance with a terminal that isn't there.
    """

    def __init__(self, services: TillServices, given: Services | None = None) -> None:
        self.services = services
        self._news: queue.SimpleQueue[object] = queue.SimpleQueue()
        services.deliver = self._news.put
        self.shell: Shell = build_shell(given or services.for_presenters(), services.settings.till.locale)
        self.notices: list[Notice] = []

    @property
    def desk(self) -> Desk:
        """What the presenters share."""
        return self.shell.desk

    @property
    def view(self) -> object:
        """The view of the screen that is shown."""
        return self.shell.view

    def start(self) -> "HeadlessTill":
        """Start the services and take up what the till was doing."""
        self.services.start()
        self._run(self.shell.start(self.services.till.recover(), self._now()))
        return self

    def stop(self) -> None:
        """Stop the services."""
        self.services.stop()

    def ask(self, *intents: object) -> None:
        """Do what somebody asks, jobs included, until nothing is left to do."""
        for intent in intents:
            self._run(self.shell.on(intent, self._now()))

    def pump(self) -> int:
        """Take in what devices, feeds and the post have said; how many messages there were."""
        taken = 0
        while True:
            try:
                message = self._news.get_nowait()
            except queue.Empty:
                return taken
            self.ask(message)
            taken += 1

    def tick(self) -> None:
        """A second has passed."""
        self.services.tick()
        self.pump()
        self.ask(Tick())

    def wait(self, holds: Callable[[], object], timeout: float = 10.0) -> None:
        """Pump until ``holds()`` is true. Raises TimeoutError."""
        ends = time.monotonic() + timeout
        while not holds():
            if time.monotonic() > ends:
                raise TimeoutError(f"the till waited {timeout} s in vain on {self.shell.screen}")
            self.services.tick()
            if not self.pump():
                time.sleep(0.005)

    def _run(self, effects: Iterable[Effect]) -> None:
        waiting = list(effects)
        while waiting:
            effect = waiting.pop(0)
            if isinstance(effect, Notice):
                self.notices.append(effect)
            elif isinstance(effect, Job):
                waiting += self._do(effect)

    def _do(self, job: Job) -> list[Effect]:
        return self.shell.done(job.id, _result(job), self._now())

    def _now(self) -> int:
        return self.services.clock.now_ms()


def _result(job: Job) -> object:
    try:
        return job.work()
    except Exception as error:  # noqa: BLE001 - whatever a job raises is its presenter's to explain
        return Failed(error)
