"""A finished count: every difference with its decision, accuracy over time, and the approval that posts the moves."""

from retail.facts import Approver
from store_app.presenters.approval import with_permission
from store_app.presenters.base import Effect, Go, Notice, Tone
from store_app.presenters.desk import Desk
from store_app.presenters.intents import ApproveCount, Decide, FilterDifferences, OpenCount, SelectCount
from store_app.presenters.names import ScreenName
from store_app.presenters.rows import CountLine, CountRow
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, ago, clock_time, count, date, n_, p_, percent
from store_app.presenters.views import Action, Bar, Bars, Chip, DifferencesView, DiffRow, Empty, Fact, Kpi, Row

TARGET_BP = 9800
BARS = 12


class DifferencesPresenter(ScreenPresenter):
    """Collects decisions; nothing moves before the approval."""

    name = ScreenName.DIFFERENCES

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._chosen: str | None = None
        self._filter = "all"
        self._decisions: dict[str, str] = {}

    def enter(self, argument: object, now: int) -> list[Effect]:
        self._filter = "all"
        if isinstance(argument, str):
            self._choose(argument)
        elif self._count() is None or self._is_decided():
            self._chosen = None
        return []

    def _choose(self, counted: str) -> None:
        if counted != self._chosen:
            self._decisions = {}
        self._chosen = counted

    def on(self, intent: object, now: int) -> list[Effect]:
        counted = self._count()
        match intent:
            case SelectCount(chosen):
                self._choose(chosen)
            case FilterDifferences(wanted):
                self._filter = wanted
            case Decide(unit, decision):
                self._decisions[unit] = decision
            case OpenCount() if counted is not None:
                return [Go(ScreenName.COUNT, counted.zone)]
            case ApproveCount() if counted is not None and counted.state == "closed":
                return self._approve(counted)
        return []

    def _approve(self, counted: CountRow) -> list[Effect]:
        decisions = {line.unit: self._decision(line) for line in counted.lines}
        facts = (
            Fact(_("Zone"), self.desk.shelves.zone_name(counted.zone)),
            Fact(_("Differences"), str(len(decisions)), strong=True),
        )

        def granted(_approver: Approver | None) -> list[Effect]:
            return [self.command("count.approve", counted.id, {"decisions": decisions}, name="approve")]

        return with_permission(self.desk, "approve_count", counted.id, _("Approve the count"), facts, granted)

    def finished(self, job: str, result: object) -> list[Effect]:
        if job != "approve":
            return []
        self._decisions = {}
        return [Notice(_("Count approved"), _("Stock follows the decisions."), Tone.GOOD)]

    # what is decided

    def _finished(self) -> list[CountRow]:
        return [one for one in self.desk.shelves.counts() if one.state in ("closed", "approved")]

    def _count(self) -> CountRow | None:
        rows = self._finished()
        chosen = next((one for one in rows if one.id == self._chosen), None)
        waiting = next((one for one in rows if one.state == "closed"), None)
        return chosen or waiting or (rows[0] if rows else None)

    def _is_decided(self) -> bool:
        counted = self._count()
        return counted is not None and counted.state == "approved"

    def _decision(self, line: CountLine) -> str:
        return self._decisions.get(line.unit, line.proposed)

    # the view

    @property
    def view(self) -> DifferencesView:
        counted = self._count()
        if counted is None:
            empty = Empty(_("No count is finished"), _("Count a zone first; its differences appear here."), "count")
            return DifferencesView(_("Differences"), empty=empty, accuracy=self._accuracy())
        lines = [line for line in counted.lines if self._filter in ("all", line.cls)]
        waiting = counted.state == "closed"
        worth = sum(self.desk.shelves.price_now(line.gtin, self.desk.now) or 0 for line in counted.lines)
        person = self.desk.shelves.person_name(counted.by)
        return DifferencesView(
            title=self.desk.shelves.zone_name(counted.zone),
            subtitle=_("Counted {time} by {person}", time=clock_time(counted.opened_at), person=person),
            filters=self._filters(counted),
            kpis=self._kpis(counted),
            diffs=tuple(diff_row(self.desk, line, self._decision(line) if waiting else None) for line in lines),
            accuracy=self._accuracy(),
            sessions_title=_("Finished counts"),
            sessions=tuple(self._session(one, counted) for one in self._finished()[:20]),
            empty=None if counted.lines else _nothing_to_decide(),
            summary=n_(
                "{n} difference worth {amount}",
                "{n} differences worth {amount}",
                len(counted.lines),
                amount=self.desk.money(worth),
            ),
            actions=(Action(_("Count again"), OpenCount(), "refresh"),),
            primary=Action(
                n_("Approve {n} decision", "Approve {n} decisions", len(counted.lines)) if waiting else _("Approved"),
                ApproveCount(),
                "verify",
                "F12",
                enabled=waiting,
            ),
        )

    def _filters(self, counted: CountRow) -> tuple[Action, ...]:
        rows = (
            ("all", _("All {n}", n=len(counted.lines))),
            ("missing", n_("{n} missing", "{n} missing", counted.missing)),
            ("misplaced", n_("{n} misplaced", "{n} misplaced", counted.misplaced)),
            ("unexpected", n_("{n} unexpected", "{n} unexpected", counted.unexpected)),
        )
        return tuple(
            Action(text, FilterDifferences(name), tone=Tone.GOOD if name == self._filter else Tone.NEUTRAL)
            for name, text in rows
        )

    @staticmethod
    def _kpis(counted: CountRow) -> tuple[Kpi, ...]:
        accuracy = counted.accuracy_bp or 0
        tone = Tone.GOOD if accuracy >= TARGET_BP else Tone.WARN
        return (
            Kpi(_("Accuracy"), percent(accuracy), Chip(_("target {rate}", rate=percent(TARGET_BP)), tone)),
            Kpi(_("Found"), count(counted.matched), Chip(_("of {n}", n=count(counted.expected)), Tone.GOOD)),
            Kpi(_("Misplaced"), count(counted.misplaced)),
            Kpi(_("Missing"), count(counted.missing)),
        )

    def _accuracy(self) -> Bars | None:
        """The last finished counts as bars, the oldest first."""
        rows = [one for one in self._finished() if one.accuracy_bp is not None][:BARS]
        if not rows:
            return None
        bars = [
            Bar(date(one.opened_at)[:5], (one.accuracy_bp or 0) / 100, percent(one.accuracy_bp or 0), n == 0)
            for n, one in enumerate(rows)
        ]
        lowest = min(bar.value for bar in bars)
        return Bars(
            _("Accuracy over time"),
            tuple(reversed(bars)),
            _("target {rate}", rate=percent(TARGET_BP)),
            min(90.0, lowest - lowest % 10),
            100.0,
            TARGET_BP / 100,
        )

    def _session(self, one: CountRow, chosen: CountRow) -> Row:
        state = _("approved") if one.state == "approved" else _("{n} to decide", n=len(one.lines))
        return Row(
            one.id,
            self.desk.shelves.zone_name(one.zone),
            state,
            right=percent(one.accuracy_bp) if one.accuracy_bp is not None else "",
            right_sub=clock_time(one.opened_at),
            selected=one.id == chosen.id,
            dim=one.state == "approved",
            intent=SelectCount(one.id),
        )


def _nothing_to_decide() -> Empty:
    return Empty(_("Nothing to decide"), _("Every unit is where it should be."), "done")


def diff_row(desk: Desk, line: CountLine, decision: str | None) -> DiffRow:
    """One difference; without a decision it is only shown."""
    chips = {
        "missing": Chip(p_("one", "Missing"), Tone.BAD),
        "misplaced": Chip(p_("one", "Misplaced"), Tone.INFO),
        "unexpected": Chip(p_("one", "Unexpected"), Tone.WARN),
    }
    gtin = line.gtin or line.unit[:14]
    seen = ago(line.seen_at, desk.now) if line.seen_at else _("never seen")
    choices = line.possible if decision is not None else ()
    return DiffRow(
        line.unit,
        desk.shelves.name_of(gtin),
        " · ".join(filter(None, (desk.shelves.variant_of(gtin), f"…{line.unit[-5:]}"))),
        chips.get(line.cls, Chip(line.cls)),
        " · ".join(filter(None, (desk.shelves.zone_name(line.zone), seen))),
        tuple(
            Action(_decisions()[one], Decide(line.unit, one), tone=Tone.GOOD if one == decision else Tone.NEUTRAL)
            for one in choices
        ),
    )


def _decisions() -> dict[str, str]:
    return {
        "suspect": _("Suspect"),
        "shrink": _("Write off"),
        "ignore": _("Ignore"),
        "move": _("Move"),
        "found": _("Take back"),
    }
