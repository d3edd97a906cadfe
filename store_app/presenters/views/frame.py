"""The frame around every screen: header, rail of work areas, key sheet."""

from dataclasses import dataclass

from store_app.presenters.names import Area, ScreenName
from store_app.presenters.views.parts import Action, Chip, Tone


@dataclass(frozen=True, slots=True)
class StatusDot:
    """One connection: ``label`` (Portique), ``word`` for its state (coupé), ``strong`` what waits (3 à envoyer).

    ``detail`` is the tool tip: since when, what still works.
    """

    label: str
    tone: Tone
    word: str = ""
    strong: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RailItem:
    """A work area: ``key`` is its function key, ``badge`` what waits there (empty: nothing)."""

    area: Area
    text: str
    icon: str
    key: str
    badge: str = ""
    active: bool = False


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One line of the key sheet."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A screen of the present work area, shown as a tab above it (count, differences, gate)."""

    screen: ScreenName
    text: str
    intent: object
    active: bool = False
    badge: str = ""


@dataclass(frozen=True, slots=True)
class FrameView:
    """Header and rail. ``banner`` is a strip under the header for what concerns everyone (training mode)."""

    shop: str = ""
    till: str = ""
    person: str = ""
    search_hint: str = ""
    search_text: str = ""
    dots: tuple[StatusDot, ...] = ()
    clock: str = ""
    items: tuple[RailItem, ...] = ()
    tabs: tuple[Tab, ...] = ()
    lock: Action | None = None
    help_title: str = ""
    help_global: tuple[KeyRow, ...] = ()
    banner: Chip | None = None
