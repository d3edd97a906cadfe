"""Dialogs over a screen: choices, an amount, a text. Each knows what to do with its answer; one is open at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from store_app.presenters.base import Effect
from store_app.presenters.intents import Choose, Confirm, DismissDialog, PadKey, Scanned, TextChanged
from store_app.presenters.pad import Pad
from store_app.presenters.texts import _, entry_money
from store_app.presenters.views import Action, Chip, Dialog, Fact, Field, PromptView, Tone


class DialogPresenter(Protocol):
    """A dialog. ``closed`` becomes true when it has its answer or was dismissed.

    Scans go to it if it ``takes_scans``; else they wait until it is closed.
    """

    closed: bool
    takes_scans: bool

    @property
    def view(self) -> Dialog: ...
    def on(self, intent: object, now: int) -> list[Effect]: ...
    def done(self, job_id: str, result: object) -> list[Effect]: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen."""

    key: str
    text: str
    icon: str = ""
    tone: Tone = Tone.NEUTRAL


class _Prompt:
    """What all prompts share."""

    closed = False
    takes_scans = False

    def done(self, job_id: str, result: object) -> list[Effect]:
        """Prompts ask for no jobs."""
        return []


class ChoicePrompt(_Prompt):
    """Tap one of a few."""

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        chosen: Callable[[str], list[Effect]],
        *,
        text: str = "",
        choices_title: str = "",
        facts: tuple[Fact, ...] = (),
    ) -> None:
        self._title = title
        self._choices = tuple(choices)
        self._chosen = chosen
        self._text = text
        self._choices_title = choices_title
        self._facts = facts

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case DismissDialog():
                self.closed = True
            case Choose(choice):
                self.closed = True
                return self._chosen(choice)
        return []

    @property
    def view(self) -> PromptView:
        return PromptView(
            title=self._title,
            text=self._text,
            choices_title=self._choices_title,
            choices=tuple(Action(c.text, Choose(c.key), icon=c.icon, tone=c.tone) for c in self._choices),
            facts=self._facts,
            cancel=Action(_("Cancel"), DismissDialog(), "close", "Escape"),
        )


class AmountPrompt(_Prompt):
    """Type an amount; with ``reasons`` one of them must be chosen as well."""

    def __init__(
        self,
        title: str,
        label: str,
        currency: str,
        entered: Callable[[int, str], list[Effect]],
        *,
        text: str = "",
        reasons: Sequence[Choice] = (),
        confirm: str = "",
    ) -> None:
        self._title = title
        self._label = label
        self._currency = currency
        self._entered = entered
        self._text = text
        self._reasons = tuple(reasons)
        self._reason = ""
        self._confirm = confirm
        self._pad = Pad()
        self._message: Chip | None = None

    def on(self, intent: object, now: int) -> list[Effect]:
        self._message = None
        match intent:
            case DismissDialog():
                self.closed = True
            case PadKey("enter") | Confirm():
                return self._finish()
            case PadKey(key):
                self._pad.press(key)
            case Choose(reason):
                self._reason = reason
        return []

    def _finish(self) -> list[Effect]:
        if not self._pad.minor:
            self._message = Chip(_("Type an amount"), Tone.WARN)
            return []
        if self._reasons and not self._reason:
            self._message = Chip(_("Choose a reason"), Tone.WARN)
            return []
        self.closed = True
        return self._entered(self._pad.minor, self._reason)

    @property
    def view(self) -> PromptView:
        return PromptView(
            title=self._title,
            text=self._text,
            choices_title=_("Reason") if self._reasons else "",
            choices=tuple(
                Action(c.text, Choose(c.key), icon=c.icon, tone=Tone.GOOD if c.key == self._reason else c.tone)
                for c in self._reasons
            ),
            entry=entry_money(self._pad.digits, self._currency),
            entry_label=self._label,
            message=self._message,
            primary=Action(self._confirm or _("Confirm"), Confirm(), icon="check", key="Return"),
            cancel=Action(_("Cancel"), DismissDialog(), "close", "Escape"),
        )


class TextPrompt(_Prompt):
    """Type a text, or scan it."""

    takes_scans = True

    def __init__(
        self,
        title: str,
        label: str,
        entered: Callable[[str], list[Effect]],
        *,
        text: str = "",
        hint: str = "",
        multiline: bool = False,
        confirm: str = "",
    ) -> None:
        self._title = title
        self._text = text
        self._label = label
        self._hint = hint
        self._entered = entered
        self._multiline = multiline
        self._confirm = confirm
        self._typed = ""

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case DismissDialog():
                self.closed = True
            case TextChanged(_name, typed):
                self._typed = typed
            case Scanned(text):
                self._typed = text
            case Confirm() | PadKey("enter") if self._typed.strip():
                self.closed = True
                return self._entered(self._typed.strip())
        return []

    @property
    def view(self) -> PromptView:
        return PromptView(
            title=self._title,
            text=self._text,
            field=Field("text", self._label, self._typed, self._hint, self._multiline),
            primary=Action(self._confirm or _("Confirm"), Confirm(), icon="check", enabled=bool(self._typed.strip())),
            cancel=Action(_("Cancel"), DismissDialog(), "close", "Escape"),
        )


class ConfirmPrompt(_Prompt):
    """Yes or no, for what can't be undone."""

    def __init__(
        self,
        title: str,
        text: str,
        confirm: str,
        confirmed: Callable[[], list[Effect]],
        *,
        facts: tuple[Fact, ...] = (),
        icon: str = "check",
        tone: Tone = Tone.NEUTRAL,
    ) -> None:
        self._title = title
        self._text = text
        self._confirm = confirm
        self._confirmed = confirmed
        self._facts = facts
        self._icon = icon
        self._tone = tone

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case DismissDialog():
                self.closed = True
            case Confirm() | PadKey("enter"):
                self.closed = True
                return self._confirmed()
        return []

    @property
    def view(self) -> PromptView:
        return PromptView(
            title=self._title,
            text=self._text,
            facts=self._facts,
            primary=Action(self._confirm, Confirm(), icon=self._icon, key="Return", tone=self._tone),
            cancel=Action(_("Cancel"), DismissDialog(), "close", "Escape"),
        )
