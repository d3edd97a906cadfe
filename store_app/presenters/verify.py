"""Checking a tote: what the pad reads must be exactly what was picked; untagged goods are counted by hand."""

from collections import Counter

from retail.orders import Verification, compare
from store_app.agent_link import AgentRefused
from store_app.presenters.base import Effect, Failed, Go, Notice, Tone
from store_app.presenters.board import board_view, chosen_order, subtitle_of
from store_app.presenters.desk import Desk
from store_app.presenters.intents import Back, CountByHand, FilterOrders, OrderCommand, ReadTote, SelectOrder
from store_app.presenters.names import ScreenName
from store_app.presenters.rows import WorkLine, WorkOrder
from store_app.presenters.scanning import ArticleScanned
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _
from store_app.presenters.views import Action, Chip, Kpi, Progress, Row, VerifyView
from store_app.presenters.words import refusal


class VerifyPresenter(ScreenPresenter):
    """Shows the difference live; the agent has the last word."""

    name = ScreenName.VERIFY

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._read: tuple[str, ...] = ()
        self._counted: Counter[str] = Counter()

    def enter(self, argument: object, now: int) -> list[Effect]:
        if isinstance(argument, str):
            self.desk.board.chosen = argument
        self._counted = Counter()
        self._read = self.desk.pad.units
        return []

    def changed(self, feeds: frozenset[str], now: int) -> list[Effect]:
        order = chosen_order(self.desk)
        if "work" in feeds and order is not None and order.work in ("verified", "staged"):
            return [Go(ScreenName.STAGE, order.id)]
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        order = chosen_order(self.desk)
        match intent:
            case SelectOrder(chosen):
                return [Go(ScreenName.ORDERS, chosen)]
            case FilterOrders(wanted):
                self.desk.board.filter = wanted
                return [Go(ScreenName.ORDERS)]
            case ReadTote():
                self._read = self.desk.pad.units
            case CountByHand(gtin):
                self._counted[gtin] += 1
            case OrderCommand("verify") if order is not None:
                return [self._verify(order)]
            case OrderCommand("recount"):
                self._counted = Counter()
            case Back() if order is not None:
                return [Go(ScreenName.ORDERS, order.id)]
            case Back():
                return [Go(ScreenName.ORDERS)]
        return []

    def scanned(self, found: object, now: int) -> list[Effect] | None:
        if not isinstance(found, ArticleScanned):
            return None
        order = chosen_order(self.desk)
        if order is None:
            return None
        if found.article.gtin not in self._untagged(order):
            text = _("{article} isn't counted by hand here.", article=self.desk.shelves.name_of(found.article.gtin))
            return [Notice(_("Not for this tote"), text, Tone.WARN)]
        self._counted[found.article.gtin] += 1
        return []

    def tags(self, units: tuple[str, ...], now: int) -> list[Effect] | None:
        self._read = units
        return []

    def _verify(self, order: WorkOrder) -> Effect:
        args: dict[str, object] = {"units": list(self._read), "counted": dict(self._counted)}
        return self.command("order.verify", order.id, args, name="verify")

    def done(self, job_id: str, result: object) -> list[Effect]:
        if isinstance(result, Failed) and isinstance(result.error, AgentRefused):
            return [Notice(_("The tote isn't right"), refusal(result.error.reason), Tone.BAD, 8.0)]
        return super().done(job_id, result)

    def finished(self, job: str, result: object) -> list[Effect]:
        if job == "verify":
            return [Notice(_("Checked"), _("The tote is complete."), Tone.GOOD), Go(ScreenName.STAGE)]
        return []

    # comparing

    def _untagged(self, order: WorkOrder) -> dict[str, int]:
        """Pieces without a known tag by article: counted by hand."""
        wanted: Counter[str] = Counter()
        for line in order.lines:
            plain = line.found - len(line.units)
            article = self.desk.shelves.article(line.gtin)
            if plain > 0 and not (article is not None and article.tagged):
                wanted[line.gtin] += plain
        return dict(wanted)

    def _compared(self, order: WorkOrder) -> Verification:
        bound = {unit: (one.id, one.number) for one in self.desk.shelves.work() for unit in one.units}
        return compare(order.id, order.units, self._read, bound, self._untagged(order), self._counted)

    # the view

    @property
    def view(self) -> VerifyView:
        order = chosen_order(self.desk)
        board = board_view(self.desk)
        if order is None:
            return VerifyView(board, _("Check the tote"), help=_("Choose an order."), actions=(_back(),))
        found = self._compared(order)
        wanted, untagged = len(order.units), self._untagged(order)
        read = len(order.units & set(self._read))
        total = wanted + sum(untagged.values())
        there = read + sum(min(self._counted[gtin], qty) for gtin, qty in untagged.items())
        plain_tagged = self._by_barcode(order)
        return VerifyView(
            board=board,
            title=_("Check {number}", number=order.number),
            subtitle=subtitle_of(order, self.desk.now),
            progress=Progress(there / total if total else 1.0, _("{found} of {wanted}", found=there, wanted=total)),
            kpis=(
                Kpi(_("Picked"), str(total + plain_tagged)),
                Kpi(_("Read"), str(len(self._read))),
                Kpi(_("Missing"), str(len(found.missing))),
                Kpi(_("Too many"), str(max(0, len(found.extra) - plain_tagged) + len(found.foreign))),
            ),
            lines=tuple(self._row(line, set(self._read), untagged) for line in order.lines if line.found),
            foreign_title=_("Doesn't belong here") if found.foreign or found.extra else "",
            foreign=self._foreign_rows(found),
            verdict=self._verdict(order, found, plain_tagged),
            help=_("Put the tote on the pad. Scan untagged articles one by one."),
            actions=(_back(), Action(_("Count again"), OrderCommand("recount"), "refresh")),
            primary=Action(_("Tote is right"), OrderCommand("verify"), "verify", "F12", enabled=order.work == "picked"),
        )

    def _by_barcode(self, order: WorkOrder) -> int:
        """Tagged articles that were picked by their barcode: the pad names their units now."""
        pieces = 0
        for line in order.lines:
            article = self.desk.shelves.article(line.gtin)
            if article is not None and article.tagged:
                pieces += max(0, line.found - len(line.units))
        return pieces

    def _verdict(self, order: WorkOrder, found: Verification, plain_tagged: int) -> Chip:
        if order.work != "picked":
            return Chip(_("Not picked whole yet"), Tone.NEUTRAL)
        if found.foreign:
            return Chip(_("A tag of another order"), Tone.BAD, "warning")
        if found.missing:
            return Chip(_("{n} missing", n=len(found.missing)), Tone.WARN, "warning")
        if len(found.extra) > plain_tagged:
            return Chip(_("A tag too many"), Tone.BAD, "warning")
        if found.miscounted:
            return Chip(_("Count the untagged articles"), Tone.WARN, "barcode")
        return Chip(_("Exactly what was picked"), Tone.GOOD, "verify")

    def _row(self, line: WorkLine, read: set[str], untagged: dict[str, int]) -> Row:
        there = sum(unit in read for unit in line.units)
        if line.gtin in untagged:
            there += min(self._counted[line.gtin], line.found - len(line.units))
        whole = there >= line.found
        return Row(
            line.id,
            self.desk.shelves.name_of(line.gtin),
            self.desk.shelves.variant_of(line.gtin),
            icon="done" if whole else "open",
            icon_tone=Tone.GOOD if whole else Tone.NEUTRAL,
            right=f"{there} / {line.found}",
            right_sub=_("by hand") if line.gtin in untagged else "",
            intent=CountByHand(line.gtin) if line.gtin in untagged else None,
        )

    def _foreign_rows(self, found: Verification) -> tuple[Row, ...]:
        numbers = {one.id: one.number for one in self.desk.shelves.work()}
        rows = [
            Row(unit, self.desk.shelves.name_of(unit[:14]), unit, icon="warning", icon_tone=Tone.BAD,
                right_chip=Chip(numbers.get(order, order), Tone.BAD))
            for unit, order in found.foreign
        ]  # fmt: skip
        rows += [
            Row(unit, self.desk.shelves.name_of(unit[:14]), unit, icon="warning", icon_tone=Tone.WARN)
            for unit in found.extra
        ]
        return tuple(rows)


def _back() -> Action:
    return Action(_("Orders"), Back(), "back", "Escape")
