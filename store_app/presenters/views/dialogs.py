"""Dialogs over a screen: approval by another person's PIN, a question with a pad, a text or choices."""

from dataclasses import dataclass

from store_app.presenters.views.parts import Action, Chip, Fact, Field


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A second person allows something: what, how much, why, and dots for the PIN."""

    title: str
    text: str
    facts: tuple[Fact, ...] = ()
    hint: str = ""
    filled: int = 0
    length: int = 4
    message: Chip | None = None
    primary: Action | None = None
    cancel: Action | None = None


@dataclass(frozen=True, slots=True)
class PromptView:
    """A question: choices to tap, an amount on the pad (``entry`` is not None), or a text."""

    title: str
    text: str = ""
    choices_title: str = ""
    choices: tuple[Action, ...] = ()
    entry: str | None = None
    entry_label: str = ""
    field: Field | None = None
    facts: tuple[Fact, ...] = ()
    message: Chip | None = None
    primary: Action | None = None
    cancel: Action | None = None


Dialog = ApprovalView | PromptView
