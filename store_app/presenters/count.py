"""Counting a zone: found and expected live, the curve of new tags, what is out of place; a start and an end."""

from store_app.presenters.base import Effect, Go, Notice, Tone
from store_app.presenters.desk import Desk
from store_app.presenters.differences import diff_row
from store_app.presenters.intents import CancelCount, FinishCount, OpenCount, SelectZone
from store_app.presenters.names import ScreenName
from store_app.presenters.rows import CountRow, Zone
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, clock_time, count, label, n_
from store_app.presenters.views import Action, Chip, CountView, Curve, Empty, Kpi, ZoneRow


class CountPresenter(ScreenPresenter):
    """Everything shown comes from the feed ``counts``; it counts nothing itself."""

    name = ScreenName.COUNT

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._zone: str | None = None
        self._finished: str | None = None

    def enter(self, argument: object, now: int) -> list[Effect]:
        if isinstance(argument, str):
            self._zone = argument
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        counted = self._count()
        match intent:
            case SelectZone(zone):
                self._zone = zone
            case OpenCount():
                chosen = self._chosen()
                return [self.command("count.open", chosen, {"zone": chosen}, name="open")] if chosen else []
            case FinishCount() if counted is not None:
                self._finished = counted.id
                return [self.command("count.finish", counted.id, name="finish")]
            case CancelCount() if counted is not None:
                return [self.command("count.cancel", counted.id, name="cancel")]
        return []

    def tags(self, units: tuple[str, ...], now: int) -> list[Effect] | None:
        return None

    def finished(self, job: str, result: object) -> list[Effect]:
        if job == "finish":
            return [Go(ScreenName.DIFFERENCES, self._finished)]
        if job == "cancel":
            return [Notice(_("Count dropped"), _("Nothing was changed."), Tone.NEUTRAL)]
        return []

    # what is counted

    def _zones(self) -> list[Zone]:
        return sorted(self.desk.shelves.plan().zones, key=lambda zone: zone.walk)

    def _chosen(self) -> str | None:
        zones = self._zones()
        opened = next((one.zone for one in self.desk.shelves.counts() if one.state == "open"), None)
        return self._zone or opened or (zones[0].id if zones else None)

    def _of_zone(self, zone: str) -> CountRow | None:
        """The zone's count: the open one, else its last."""
        rows = [one for one in self.desk.shelves.counts() if one.zone == zone and one.state != "cancelled"]
        return next((one for one in rows if one.state == "open"), rows[0] if rows else None)

    def _count(self) -> CountRow | None:
        zone = self._chosen()
        found = self._of_zone(zone) if zone else None
        return found if found is not None and found.state == "open" else None

    # the view

    @property
    def view(self) -> CountView:
        zone = self._chosen()
        rows = tuple(self._zone_row(one, zone) for one in self._zones())
        counted = self._count()
        name = self.desk.shelves.zone_name(zone)
        if counted is None:
            empty = Empty(
                _("Count a zone in two minutes"),
                _("Walk along the shelves with the handheld. The fixed readers help by themselves."),
                "count",
            )
            start = Action(_("Start with {zone}", zone=name), OpenCount(), "count", "F12", enabled=zone is not None)
            return CountView(_("Count"), _("Choose a zone"), rows, empty=empty, primary=start)
        person = self.desk.shelves.person_name(counted.by)
        started = _("Started {time} by {person}", time=clock_time(counted.opened_at), person=person)
        return CountView(
            title=_("Count of {zone}", zone=name),
            subtitle=started,
            zones=rows,
            kpis=kpis(counted),
            curve=self._curve(counted, name),
            diffs_title=_("Out of place so far"),
            diffs=tuple(diff_row(self.desk, line, None) for line in counted.lines[:30]),
            diffs_empty=Empty(_("Nothing out of place"), icon="done"),
            actions=(Action(_("Drop this count"), CancelCount(), "close"),),
            primary=Action(_("Finish {zone}", zone=name), FinishCount(), "finish", "F12"),
        )

    def _zone_row(self, zone: Zone, chosen: str | None) -> ZoneRow:
        counted = self._of_zone(zone.id)
        found, expected = (counted.matched, counted.expected) if counted is not None else (0, 0)
        fraction = found / expected if expected else 0.0
        done = counted is not None and counted.state != "open"
        tone = Tone.WARN if done and counted is not None and counted.missing else Tone.GOOD
        return ZoneRow(
            zone.id,
            label(zone.name, zone.id),
            count(found) if counted is not None else "",
            count(expected) if counted is not None else "",
            min(1.0, fraction),
            tone,
            zone.id == chosen,
            SelectZone(zone.id),
        )

    @staticmethod
    def _curve(counted: CountRow, name: str) -> Curve | None:
        if not counted.curve:
            return None
        start = counted.opened_at
        return Curve(
            _("{zone} · new tags", zone=name),
            tuple(((at - start) / 1000, float(matched)) for at, matched in counted.curve),
            n_("{rate} tags/s · {n} tag", "{rate} tags/s · {n} tags", counted.matched, rate=count(counted.rate)),
            float(counted.expected),
            _("expected {n}", n=count(counted.expected)),
            clock_time(start),
            clock_time(counted.curve[-1][0]),
        )


def kpis(counted: CountRow) -> tuple[Kpi, ...]:
    """Found, misplaced, unexpected, missing."""
    running = counted.state == "open"
    missing = counted.expected - counted.matched if running else counted.missing
    return (
        Kpi(_("Found"), count(counted.matched), Chip(_("of {n}", n=count(counted.expected)), Tone.GOOD)),
        Kpi(_("Misplaced"), count(counted.misplaced)),
        Kpi(_("Unexpected"), count(counted.unexpected)),
        Kpi(_("Still to find") if running else _("Missing"), count(max(0, missing))),
    )
