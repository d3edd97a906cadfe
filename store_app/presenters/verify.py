"""Checking a tote: what the pad reads must be exactly what was picked; untagged goods are counted by hand."""

from collections import Counter
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class _Tote:
    """What lies in the tote. ``named``: units that stand for pieces picked by barcode; ``by_hand``: pieces to count."""

    found: Verification
    named: tuple[str, ...]
    by_hand: dict[str, int]
    counted: dict[str, int]


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
        if found.article.gtin not in _plain(order):
            text = _("{article} isn't counted by hand here.", article=self.desk.shelves.name_of(found.article.gtin))
            return [Notice(_("Not for this tote"), text, Tone.WARN)]
        self._counted[found.article.gtin] += 1
        return []

    def tags(self, units: tuple[str, ...], now: int) -> list[Effect] | None:
        self._read = units
        return []

    def _verify(self, order: WorkOrder) -> Effect:
        args: dict[str, object] = {"units": list(self._read), "counted": self._judge(order).counted}
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

    def _judge(self, order: WorkOrder) -> _Tote:
        """The tote as the agent will judge it; a piece picked by its barcode is whatever unit of it lies on the pad."""
        bound = {unit: (one.id, one.number) for one in self.desk.shelves.work() for unit in one.units}
        left = _plain(order)
        named = []
        for unit in self._read:
            if unit not in order.units and unit not in bound and left[unit[:14]] > 0:
                named.append(unit)
                left[unit[:14]] -= 1
        expected = dict(+left)
        counted = {
            gtin: min(count, expected.get(gtin, 0)) if self._tagged(gtin) else count
            for gtin, count in self._counted.items()
        }
        counted = {gtin: count for gtin, count in counted.items() if count}
        found = compare(order.id, [*order.units, *named], self._read, bound, expected, counted)
        return _Tote(found, tuple(named), expected, counted)

    def _tagged(self, gtin: str) -> bool:
        article = self.desk.shelves.article(gtin)
        return article is not None and article.tagged

    # the view

    @property
    def view(self) -> VerifyView:
        order = chosen_order(self.desk)
        board = board_view(self.desk)
        if order is None:
            return VerifyView(board, _("Check the tote"), help=_("Choose an order."), actions=(_back(),))
        tote = self._judge(order)
        found = tote.found
        total = sum(line.found for line in order.lines)
        there = len(order.units & set(self._read)) + len(tote.named)
        there += sum(min(tote.counted.get(gtin, 0), qty) for gtin, qty in tote.by_hand.items())
        return VerifyView(
            board=board,
            title=_("Check {number}", number=order.number),
            subtitle=subtitle_of(order, self.desk.now),
            progress=Progress(there / total if total else 1.0, _("{found} of {wanted}", found=there, wanted=total)),
            kpis=(
                Kpi(_("Picked"), str(total)),
                Kpi(_("Read"), str(len(self._read))),
                Kpi(_("Missing"), str(total - there)),
                Kpi(_("Too many"), str(len(found.extra) + len(found.foreign))),
            ),
            lines=self._rows(order, tote),
            foreign_title=_("Doesn't belong here") if found.foreign or found.extra else "",
            foreign=self._foreign_rows(found),
            verdict=self._verdict(order, found),
            help=_("Put the tote on the pad. Scan untagged articles one by one."),
            actions=(_back(), Action(_("Count again"), OrderCommand("recount"), "refresh")),
            primary=Action(_("Tote is right"), OrderCommand("verify"), "verify", "F12", enabled=order.work == "picked"),
        )

    def _verdict(self, order: WorkOrder, found: Verification) -> Chip:
        if order.work != "picked":
            return Chip(_("Not picked whole yet"), Tone.NEUTRAL)
        if found.foreign:
            return Chip(_("A tag of another order"), Tone.BAD, "warning")
        if found.missing:
            return Chip(_("{n} missing", n=len(found.missing)), Tone.WARN, "warning")
        if found.extra:
            return Chip(_("A tag too many"), Tone.BAD, "warning")
        if any(self._tagged(gtin) for gtin, _expected, _counted in found.miscounted):
            return Chip(_("A tag isn't read yet"), Tone.WARN, "rfid")
        if found.miscounted:
            return Chip(_("Count the untagged articles"), Tone.WARN, "barcode")
        return Chip(_("Exactly what was picked"), Tone.GOOD, "verify")

    def _rows(self, order: WorkOrder, tote: _Tote) -> tuple[Row, ...]:
        """A row for each picked line; what was named or counted of an article fills its lines in order."""
        loose = Counter(unit[:14] for unit in tote.named)
        for gtin, count in tote.counted.items():
            loose[gtin] += min(count, tote.by_hand.get(gtin, 0))
        rows = []
        for line in order.lines:
            if line.found:
                filled = min(loose[line.gtin], line.found - len(line.units))
                loose[line.gtin] -= filled
                rows.append(self._row(line, filled))
        return tuple(rows)

    def _row(self, line: WorkLine, filled: int) -> Row:
        unread = [unit for unit in line.units if unit not in self._read]
        there = len(line.units) - len(unread) + filled
        by_hand = line.found > len(line.units) and not self._tagged(line.gtin)
        return Row(
            line.id,
            self.desk.shelves.name_of(line.gtin),
            self.desk.shelves.variant_of(line.gtin),
            icon="done" if there >= line.found else "open",
            icon_tone=Tone.GOOD if there >= line.found else Tone.NEUTRAL,
            right=f"{there} / {line.found}",
            right_sub=_("by hand") if by_hand else "",
            right_chip=Chip(_("{n} missing", n=len(unread)), Tone.WARN) if unread and self._read else None,
            intent=CountByHand(line.gtin) if by_hand else None,
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


def _plain(order: WorkOrder) -> Counter[str]:
    """Picked pieces without a unit, by article."""
    plain: Counter[str] = Counter()
    for line in order.lines:
        plain[line.gtin] += line.found - len(line.units)
    return +plain


def _back() -> Action:
    return Action(_("Orders"), Back(), "back", "Escape")
