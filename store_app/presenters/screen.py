"""What the presenters of all screens have in common: names of jobs, commands to the agent, words for its answers."""

from collections.abc import Callable
from typing import ClassVar

import structlog

from retail.errors import Refused
from store_app.agent_link import AgentDenied, AgentGone, AgentRefused, Done
from store_app.presenters.base import Effect, Failed, Job, Notice, Tone
from store_app.presenters.desk import Desk
from store_app.presenters.jobs import job_name, new_job
from store_app.presenters.names import ScreenName
from store_app.presenters.texts import _
from store_app.presenters.words import refusal
from sync.storage.engine import StorageFull

log = structlog.get_logger(__name__)


class ScreenPresenter:
    """One screen's presenter; ``desk`` is what all of them share."""

    name: ClassVar[ScreenName]

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def enter(self, argument: object, now: int) -> list[Effect]:
        """The screen is about to be shown."""
        return []

    def leave(self) -> list[Effect]:
        """Another screen is about to be shown; what this one watched live is watched no longer."""
        self.desk.services.live.leave()
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        """A person, a device or a feed has news."""
        return []

    def done(self, job_id: str, result: object) -> list[Effect]:
        """A job of this presenter has ended."""
        if isinstance(result, Failed):
            return [failure(result.error)]
        return self.finished(job_name(job_id), result)

    def finished(self, job: str, result: object) -> list[Effect]:
        """A job has ended well."""
        return []

    def scanned(self, found: object, now: int) -> list[Effect] | None:
        """A scan while this screen is open (a ``scanning.Meaning``); None leaves it to the till."""
        return None

    def tags(self, units: tuple[str, ...], now: int) -> list[Effect] | None:
        """What lies on the pad has changed while this screen is open; None leaves it to the till."""
        return None

    def changed(self, feeds: frozenset[str], now: int) -> list[Effect]:
        """Feeds have new rows while this screen is open."""
        return []

    def job(self, name: str, work: Callable[[], object], *, writes: bool = True) -> Job:
        """A job whose result comes back to this presenter under ``name``."""
        return new_job(f"{self.name}.{name}", work, writes=writes)

    def command(self, kind: str, subject: str, args: dict[str, object] | None = None, *, name: str = "") -> Job:
        """A command to the agent, in the name of who is signed in."""
        agent, by = self.desk.services.agent, self.desk.staff_id

        def work() -> Done:
            return agent.command(kind, subject, by, args)

        return self.job(name or kind, work, writes=False)


def failure(error: Exception) -> Notice:
    """What went wrong, what was kept and what to do, for the person at the till."""
    if isinstance(error, StorageFull):
        return Notice(
            _("The disk is full"),
            _("Nothing of this step was kept; the basket and all sales before it are. Call your manager."),
            Tone.BAD,
            seconds=20.0,
        )
    if isinstance(error, AgentRefused | Refused):
        return Notice(_("Not possible"), refusal(error.reason), Tone.WARN, seconds=8.0)
    if isinstance(error, AgentDenied):
        text = _("Selling goes on. The till must be enrolled.")
        return Notice(_("The agent doesn't know this till"), text, Tone.BAD, seconds=12.0)
    if isinstance(error, AgentGone):
        text = _("Nothing was changed. Selling goes on; try again when the agent is back.")
        return Notice(_("The agent doesn't answer"), text, Tone.WARN, seconds=8.0)
    log.error("a job failed", exc_info=error)
    text = _("Nothing of this step was kept. Try again; if it happens again, call your manager.")
    return Notice(_("That didn't work"), text, Tone.BAD, seconds=12.0)
