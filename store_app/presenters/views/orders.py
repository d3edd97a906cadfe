"""Orders for stores: the board, picking, verifying, staging, handing over."""

from dataclasses import dataclass

from store_app.presenters.views.parts import Action, Chip, Empty, Fact, Kpi, Progress, Row


@dataclass(frozen=True, slots=True)
class OrderCard:
    """One order on the board: CC-48213 [Retrait] [dans 18 min] / Inès M. · 3 art. / En prélèvement."""

    id: str
    number: str
    method: Chip
    sla: Chip | None
    customer: str
    state: str
    selected: bool = False
    intent: object = None


@dataclass(frozen=True, slots=True)
class BoardView:
    """The board at the left of every order screen, most urgent first. ``filters`` are chips that can be tapped."""

    cards: tuple[OrderCard, ...] = ()
    filters: tuple[Action, ...] = ()
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class OrdersView:
    """The board with the chosen order beside it: who, when promised, its lines and where they lie."""

    board: BoardView
    title: str = ""
    subtitle: str = ""
    chips: tuple[Chip, ...] = ()
    facts: tuple[Fact, ...] = ()
    lines_title: str = ""
    lines: tuple[Row, ...] = ()
    history_title: str = ""
    history: tuple[Row, ...] = ()
    empty: Empty | None = None
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class LocateView:
    """Finding one tag by its signal: ``levels`` from 0 to 1, oldest first, the last one is now."""

    title: str
    word: str
    levels: tuple[float, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PickView:
    """A pick list in walk order. A row: icon ``done`` or ``open``, article, place and last seen, how it was found."""

    board: BoardView
    title: str
    subtitle: str = ""
    progress: Progress | None = None
    lines: tuple[Row, ...] = ()
    locate: LocateView | None = None
    side_actions: tuple[Action, ...] = ()
    help: str = ""
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class VerifyView:
    """The tote against the order: expected and read must be the same set. ``foreign`` are tags that don't belong."""

    board: BoardView
    title: str
    subtitle: str = ""
    progress: Progress | None = None
    kpis: tuple[Kpi, ...] = ()
    lines: tuple[Row, ...] = ()
    foreign_title: str = ""
    foreign: tuple[Row, ...] = ()
    verdict: Chip | None = None
    help: str = ""
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """A place for ready orders; ``detail`` says what lies there already."""

    id: str
    text: str
    detail: str = ""
    selected: bool = False
    enabled: bool = True
    intent: object = None


@dataclass(frozen=True, slots=True)
class StageView:
    """Putting the packed order away: choose or scan a bin, then ready."""

    board: BoardView
    title: str
    subtitle: str = ""
    bins_title: str = ""
    bins: tuple[Bin, ...] = ()
    steps: tuple[Row, ...] = ()
    help: str = ""
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class HandoverView:
    """Giving the order to its customer: the code was checked, where it lies, what is inside, what is still due."""

    title: str
    customer: str
    chips: tuple[Chip, ...] = ()
    bin_label: str = ""
    bin: str = ""
    facts: tuple[Fact, ...] = ()
    lines_title: str = ""
    lines: tuple[Row, ...] = ()
    steps: tuple[Row, ...] = ()
    empty: Empty | None = None
    actions: tuple[Action, ...] = ()
    primary: Action | None = None
