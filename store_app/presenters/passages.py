"""Who goes through the gates, live and today, and why the gate judged so: the evidence in words."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from store_app.agent_link import PassageRow, Story
from store_app.presenters.intents import SelectPassage
from store_app.presenters.shelves import Shelves
from store_app.presenters.texts import MINUS, _, clock_time, count, day_start, hour_of, n_
from store_app.presenters.views import Bar, Bars, Chip, Fact, Row, Tone

SHOWN = 60
KEPT = 600
CLEAR_LAG_MS = 100
"""strengths that peak closer together say nothing"""
CLEAR_WAY_CM = 10


class Standing(msgspec.Struct, frozen=True):
    """A unit that stands in a gate right now; ``side`` (``in``, ``out``) heard it last."""

    unit: str
    gate: str
    side: str = "in"
    since_ms: int = 0


class _Word(msgspec.Struct):
    passages: tuple[PassageRow, ...] = ()
    standing: tuple[Standing, ...] = ()


class Passages:
    """Passages of today by (passage, unit), the newest first."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], PassageRow] = {}
        self.standing: tuple[Standing, ...] = ()

    def told(self, body: dict[str, object]) -> None:
        """A word of the live line; one that makes no sense is left out."""
        try:
            word = msgspec.convert(body, _Word)
        except msgspec.ValidationError:
            return
        self.standing = word.standing
        self.add(word.passages)

    def cut(self) -> None:
        """Nobody says any more who stands in the gates."""
        self.standing = ()

    def add(self, rows: Iterable[PassageRow]) -> None:
        """Passages that were asked for, or told; known ones are the same ones."""
        for row in rows:
            known = self._rows.get((row.passage, row.unit))
            if known is None or known.why is None:
                self._rows[row.passage, row.unit] = row
        if len(self._rows) > KEPT:
            kept = sorted(self._rows.values(), key=lambda row: -row.at)[:KEPT]
            self._rows = {(row.passage, row.unit): row for row in kept}

    def of(self, key: tuple[str, str] | None) -> PassageRow | None:
        """One passage."""
        return self._rows.get(key) if key is not None else None

    def of_alarm(self, unit: str, at: int) -> PassageRow | None:
        """The passage behind an alarm: the one of its unit that ended soonest after it."""
        near = [row for row in self._rows.values() if row.unit == unit and -2_000 <= row.at - at <= 60_000]
        return min(near, key=lambda row: abs(row.at - at), default=None)

    def today(self, now: int) -> list[PassageRow]:
        """Those of today, the newest first."""
        begins = day_start(now)
        return sorted((row for row in self._rows.values() if row.at >= begins), key=lambda row: -row.at)


def rows_of(passages: Passages, shelves: Shelves, now: int, chosen: tuple[str, str] | None) -> tuple[Row, ...]:
    """Who stands in a gate now, then who passed today."""
    passing = [
        Row(
            f"now:{one.unit}",
            shelves.name_of(one.unit[:14]),
            " · ".join(filter(None, (shelves.variant_of(one.unit[:14]), _serial(one.unit)))),
            icon="rfid",
            icon_tone=Tone.INFO,
            right_chip=Chip(_("in the gate"), Tone.INFO),
            right_sub=_("outside") if one.side == "out" else _("inside"),
        )
        for one in passages.standing
    ]
    return (*passing, *(_row(row, shelves, chosen) for row in passages.today(now)[:SHOWN]))


def _row(row: PassageRow, shelves: Shelves, chosen: tuple[str, str] | None) -> Row:
    gtin = row.unit[:14]
    return Row(
        f"{row.passage}:{row.unit}",
        shelves.name_of(gtin),
        " · ".join(filter(None, (shelves.variant_of(gtin), verdict_text(row)))),
        icon={"out": "next", "in": "back"}.get(row.direction, "question"),
        icon_tone=Tone.BAD if alarming(row) else Tone.NEUTRAL,
        right_chip=direction_chip(row),
        right_sub=clock_time(row.at),
        selected=chosen == (row.passage, row.unit),
        intent=SelectPassage(row.passage, row.unit),
    )


def alarming(row: PassageRow) -> bool:
    """Whether goods of the store left."""
    return row.direction == "out" and row.verdict in ("alarm", "doubtful")


def direction_chip(row: PassageRow) -> Chip:
    """Which way, in a word."""
    if row.direction == "out":
        return Chip(_("out"), Tone.BAD if alarming(row) else Tone.GOOD)
    return Chip(_("in"), Tone.INFO) if row.direction == "in" else Chip(_("unclear"), Tone.WARN)


def verdict_text(row: PassageRow) -> str:
    """What the gate thought of the unit."""
    words = {
        "sold": _("sold"),
        "handed_over": _("handed over"),
        "resolved": _("sold by its barcode"),
        "alarm": _("not sold"),
        "doubtful": _("a till was silent"),
        "in_stock": _("in stock"),
    }
    return words.get(row.verdict, row.verdict)


def by_hour(passages: Passages, now: int) -> Bars | None:
    """Passages of today by hour; None while there are none."""
    hours = Counter(hour_of(row.at) for row in passages.today(now))
    if not hours:
        return None
    here = hour_of(now)
    shown = range(min(*hours, here, 9), max(*hours, here) + 1)
    bars = tuple(Bar(str(hour), hours[hour], count(hours[hour]) if hours[hour] else "", hour == here) for hour in shown)
    return Bars(_("Passages by hour"), bars)


def story(row: PassageRow) -> tuple[Fact, ...]:
    """Why the gate judged so: order of the antennas, strengths, phase, light beams."""
    why = row.why
    if why is None:
        return (Fact(_("What was seen"), _("not kept: the agent was started since")),)
    facts = [Fact(_("Order of hearing"), _order(why)), Fact(_("Strength"), _strength(why), _tone(why.lag_ms, row))]
    moved = _phase(why)
    if moved:
        facts.append(Fact(_("Phase"), moved))
    if why.beams:
        facts.append(Fact(_("Light beam"), " → ".join(str(beam) for beam in _without_repeats(why.beams))))
    inside, outside = why.reads
    reads = _("{n} inside, {m} outside, in {s} s", n=inside, m=outside, s=count(round(why.lasted_ms / 1000, 1)))
    return (*facts, Fact(_("Reads"), reads))


def _order(why: Story) -> str:
    sides = _without_repeats([side for _port, side in why.antennas])
    if len(sides) == 1:
        return _("outside only") if sides[0] == "out" else _("inside only")
    if len(sides) > 4:
        return n_("to and fro {n} time", "to and fro {n} times", len(sides) - 1)
    return " → ".join(_("outside") if side == "out" else _("inside") for side in sides)


def _strength(why: Story) -> str:
    inside, outside = why.peaks
    if inside is None or outside is None:
        only = outside if inside is None else inside
        return "—" if only is None else _("{dbm} dBm at its best", dbm=_dbm(only))
    if why.lag_ms is None or abs(why.lag_ms) < CLEAR_LAG_MS:
        return _("best on both sides at once ({a}, {b} dBm)", a=_dbm(inside), b=_dbm(outside))
    seconds = count(round(abs(why.lag_ms) / 1000, 1))
    if why.lag_ms > 0:
        return _("best inside ({a} dBm), {s} s later outside ({b})", a=_dbm(inside), b=_dbm(outside), s=seconds)
    return _("best outside ({b} dBm), {s} s later inside ({a})", a=_dbm(inside), b=_dbm(outside), s=seconds)


def _tone(lag_ms: int | None, row: PassageRow) -> Tone:
    """A strength that speaks against the direction is worth a look."""
    if lag_ms is None or abs(lag_ms) < CLEAR_LAG_MS or row.direction == "unknown":
        return Tone.NEUTRAL
    return Tone.NEUTRAL if (lag_ms > 0) is (row.direction == "out") else Tone.WARN


def _phase(why: Story) -> str:
    words = []
    away = (_("{n} cm away from inside"), _("{n} cm away from outside"))
    near = (_("{n} cm towards inside"), _("{n} cm towards outside"))
    for place, way in enumerate(why.ways_cm):
        if way is not None and abs(way) >= CLEAR_WAY_CM:
            words.append((away if way > 0 else near)[place].format(n=count(abs(way))))
    return ", ".join(words)


def _without_repeats(things: Iterable[object]) -> list[object]:
    kept: list[object] = []
    for one in things:
        if not kept or kept[-1] != one:
            kept.append(one)
    return kept


def _dbm(centi: int) -> str:
    return f"{MINUS if centi < 0 else ''}{abs(round(centi / 100))}"


def _serial(unit: str) -> str:
    return f"…{unit[-8:]}"
