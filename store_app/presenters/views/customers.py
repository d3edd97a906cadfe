"""Clients: the list, and one client whole."""

from dataclasses import dataclass

from store_app.presenters.views.parts import Action, Chip, Empty, Fact, Field, Kpi, Row


@dataclass(frozen=True, slots=True)
class ClientTab:
    """One of profile, wish list, purchases, consent, notes."""

    name: str
    text: str
    intent: object
    active: bool = False
    badge: str = ""


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One consent: what for, given or not, since when; ``toggle`` changes it."""

    name: str
    text: str
    given: bool
    word: str
    since: str = ""
    toggle: object = None


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note about a client, newest first."""

    id: str
    text: str
    by: str
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class CustomersView:
    """The list at the left; at the right the chosen client with the content of the active tab."""

    field: Field
    rows: tuple[Row, ...] = ()
    summary: str = ""
    list_empty: Empty | None = None
    name: str = ""
    detail: str = ""
    chips: tuple[Chip, ...] = ()
    tabs: tuple[ClientTab, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    facts: tuple[Fact, ...] = ()
    wishes: tuple[Row, ...] = ()
    purchases: tuple[Row, ...] = ()
    consents: tuple[ConsentRow, ...] = ()
    notes: tuple[NoteRow, ...] = ()
    note_field: Field | None = None
    note_add: Action | None = None
    tab_empty: Empty | None = None
    empty: Empty | None = None
    actions: tuple[Action, ...] = ()
    primary: Action | None = None
