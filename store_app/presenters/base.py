"""What every presenter is and what it may answer: jobs, a change of screen, a notice, a dialog."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from store_app.presenters.names import Area, ScreenName
from store_app.presenters.views.parts import Tone


@dataclass(frozen=True, slots=True)
class Job:
    """A write or a slow read. ``work`` runs off the Qt thread; its result comes back through ``Presenter.done``.

    With ``writes`` it runs on the one database thread, in order; without, on a small pool. When ``work`` raises,
    ``done`` gets a ``Failed`` as its result.
    """

    id: str
    work: Callable[[], Any]
    writes: bool = True


@dataclass(frozen=True, slots=True)
class Failed:
    """The result of a job whose work raised."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Go:
    """Show another screen. ``argument`` is for that screen's presenter (an order id, a client id)."""

    screen: ScreenName
    argument: object = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that slides in at the top right and goes by itself; an error stays longer and can be tapped away."""

    title: str
    text: str = ""
    tone: Tone = Tone.NEUTRAL
    seconds: float = 4.0
    topic: str = ""
    """what it is about, for a :class:`Withdraw`"""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The notices about a topic are out of date: let them go."""

    topic: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Open a dialog over the screen: one of the views of ``views.dialogs``; ``None`` closes the one that is open."""

    dialog: object | None


Effect = Job | Go | Notice | Withdraw | Ask

__all__ = ["Area", "Ask", "Effect", "Failed", "Go", "Job", "Notice", "Presenter", "ScreenName", "Tone", "Withdraw"]

View_co = TypeVar("View_co", covariant=True)


class Presenter(Protocol[View_co]):
    """Takes intents and results, holds the view. Knows no toolkit, no thread and no clock."""

    @property
    def view(self) -> View_co: ...
    def on(self, intent: object, now: int) -> list[Effect]: ...
    def done(self, job_id: str, result: object) -> list[Effect]: ...
