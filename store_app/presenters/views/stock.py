"""Stock and floor: live count, differences, gate, looking for a thing, devices."""

from dataclasses import dataclass

from store_app.presenters.views.orders import LocateView
from store_app.presenters.views.parts import Action, Bars, Chip, Curve, Empty, Fact, Field, Kpi, Row, Tone


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """One zone of the count: found of expected, with a bar."""

    id: str
    name: str
    found: str
    expected: str
    fraction: float
    tone: Tone = Tone.GOOD
    selected: bool = False
    intent: object = None


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One difference: which article or unit, what is wrong, where it was seen, what can be decided.

    The decision taken has a good tone in ``decisions``; the others are neutral.
    """

    id: str
    name: str
    detail: str
    chip: Chip
    place: str
    decisions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class CountView:
    """A count, live: zones at the left, figures, the curve of new tags, differences to decide."""

    title: str
    subtitle: str = ""
    zones: tuple[ZoneRow, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    curve: Curve | None = None
    diffs_title: str = ""
    diffs_value: str = ""
    diffs: tuple[DiffRow, ...] = ()
    diffs_empty: Empty | None = None
    empty: Empty | None = None
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class DifferencesView:
    """A finished count before it is approved: every difference with its decision, and accuracy over weeks."""

    title: str
    subtitle: str = ""
    filters: tuple[Action, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    diffs: tuple[DiffRow, ...] = ()
    accuracy: Bars | None = None
    sessions_title: str = ""
    sessions: tuple[Row, ...] = ()
    empty: Empty | None = None
    summary: str = ""
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class GateView:
    """Alarms at the exit, exceptions of stock and who passes; the chosen one is shown whole at the right.

    ``notice`` is what everybody at the gate must know now: the siren is off.
    """

    title: str
    subtitle: str = ""
    chip: Chip | None = None
    notice: Chip | None = None
    passed_title: str = ""
    passed_value: str = ""
    passed: tuple[Row, ...] = ()
    passed_empty: Empty | None = None
    story_title: str = ""
    story: tuple[Fact, ...] = ()
    alarms_title: str = ""
    alarms: tuple[Row, ...] = ()
    exceptions_title: str = ""
    exceptions: tuple[Row, ...] = ()
    chosen_title: str = ""
    chosen_subtitle: str = ""
    chosen_chip: Chip | None = None
    facts: tuple[Fact, ...] = ()
    passages: Bars | None = None
    empty: Empty | None = None
    help: str = ""
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """One antenna's line: its number, where it looks, reads a second over time (oldest first), and now in words."""

    label: str
    detail: str
    values: tuple[float, ...]
    value: str
    tone: Tone = Tone.GOOD


@dataclass(frozen=True, slots=True)
class Trends:
    """Lines under one another on one scale."""

    title: str
    rows: tuple[Trend, ...]
    detail: str = ""
    from_label: str = ""
    to_label: str = ""


@dataclass(frozen=True, slots=True)
class DevicesView:
    """Devices of the till and the store; the chosen one with its facts and its reads per antenna over time."""

    title: str
    subtitle: str = ""
    groups: tuple[tuple[str, tuple[Row, ...]], ...] = ()
    chosen_title: str = ""
    chosen_subtitle: str = ""
    chosen_chip: Chip | None = None
    facts: tuple[Fact, ...] = ()
    trends: Trends | None = None
    help: str = ""
    empty: Empty | None = None
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class FinderView:
    """Looking for a thing: an article, then its units with their places at the left; the signal at the right."""

    title: str
    subtitle: str = ""
    field: Field | None = None
    results_title: str = ""
    results: tuple[Row, ...] = ()
    results_empty: Empty | None = None
    chosen_title: str = ""
    chosen_subtitle: str = ""
    chosen_chip: Chip | None = None
    locate: LocateView | None = None
    facts: tuple[Fact, ...] = ()
    empty: Empty | None = None
    help: str = ""
    actions: tuple[Action, ...] = ()
    primary: Action | None = None
