"""The three faces of the till's day: closed, open, counting."""

from collections.abc import Mapping
from datetime import date, datetime, time

from retail.facts.till import TenderKind
from retail.sale.shift import Figures
from store_app.presenters.desk import Desk
from store_app.presenters.intents import (
    Back,
    CashMove,
    CloseShift,
    OpenDrawer,
    OpenShift,
    PrintX,
    SelectDenomination,
    StartClose,
)
from store_app.presenters.pad import Pad
from store_app.presenters.tender import tender_name
from store_app.presenters.texts import _, active, clock_time, count, day, entry_money, moment, n_, vat_rate
from store_app.presenters.views import Action, Bar, Bars, Chip, Fact, Kpi, Row, ShiftView, Tone
from store_app.till_book import Attempt
from store_app.till_book import OpenShift as Opened
from store_app.till_book.day import Day

HOURS = 12


def closed_view(desk: Desk, so_far: Day | None, pad: Pad) -> ShiftView:
    """Before the day begins."""
    facts = []
    if so_far is not None and so_far.closed_days:
        key, total, tickets = so_far.closed_days[0]
        facts.append(
            Fact(
                _("Last Z"),
                " · ".join((day_in_words(key), desk.money(total), n_("{n} ticket", "{n} tickets", tickets))),
            )
        )
    if so_far is not None and so_far.closed_shifts:
        facts.append(Fact(_("Left in the drawer"), desk.money(so_far.closed_shifts[0].counted_minor)))
    amount = desk.money(pad.minor)
    return ShiftView(
        title=_("Open the till"),
        subtitle=_("Count the float and type it."),
        chip=Chip(_("closed")),
        entry_label=_("Opening float"),
        entry=entry_money(pad.digits, desk.currency),
        facts=tuple(facts),
        show_pad=True,
        primary=Action(_("Open with {amount}", amount=amount), OpenShift(), "till", "F12"),
    )


def open_view(desk: Desk, shift: Opened, so_far: Day | None) -> ShiftView:
    """The day so far."""
    figures = so_far.figures if so_far is not None else None
    opened = _(
        "Opened {time} by {person} · float {amount}",
        time=clock_time(shift.opened_at),
        person=desk.shelves.person_name(shift.opened_by),
        amount=desk.money(shift.float_minor),
    )
    return ShiftView(
        title=_("Day of {day}", day=day_in_words(shift.business_date)),
        subtitle=opened,
        chip=Chip(_("open"), Tone.GOOD),
        rows_title=_("Sales by VAT rate"),
        rows=_tax_rows(desk, figures) if figures else (),
        tenders_title=_("Tenders"),
        tenders=_tender_rows(desk, figures) if figures else (),
        kpis=_kpis(desk, figures) if figures else (),
        hours=_hours(desk, so_far),
        actions=(
            Action(_("Cash in or out"), CashMove(""), "coin"),
            Action(_("Open drawer"), OpenDrawer(), "drawer"),
            Action(_("X report"), PrintX(), "print"),
        ),
        primary=Action(_("Count and close"), StartClose(), "safe", "F12"),
    )


def day_in_words(business_date: str) -> str:
    """``2026-11-21`` as people say it; a business date has no hour and no zone."""
    noon = datetime.combine(date.fromisoformat(business_date), time(12), active().zone)
    return day(round(noon.timestamp() * 1000))


def _tax_rows(desk: Desk, figures: Figures) -> tuple[Row, ...]:
    return tuple(
        Row(tax.rate, _("VAT {rate}", rate=vat_rate(tax.rate)), _("net {amount}", amount=desk.money(tax.net_minor)),
            right=desk.money(tax.gross_minor))
        for tax in figures.taxes
    )  # fmt: skip


def _tender_rows(desk: Desk, figures: Figures) -> tuple[Row, ...]:
    icons: dict[TenderKind, str] = {"cash": "cash", "card": "card", "gift_card": "gift_card", "voucher": "voucher"}
    return tuple(
        Row(
            kind,
            tender_name(kind),
            n_("{n} payment", "{n} payments", figures.tender_counts.get(kind, 0)),
            icon=icons.get(kind, "credit"),
            right=desk.money(minor),
        )
        for kind, minor in figures.tenders.items()
        if kind != "cash"
    )


def _kpis(desk: Desk, figures: Figures) -> tuple[Kpi, ...]:
    """Cash isn't among them: its count is blind."""
    average = figures.total_minor // figures.tickets if figures.tickets else 0
    tickets = Chip(n_("{n} ticket", "{n} tickets", figures.tickets), Tone.GOOD)
    return (
        Kpi(_("Sales"), desk.money(figures.sold_minor), tickets),
        Kpi(_("Average basket"), desk.money(average)),
        Kpi(_("Returns"), desk.money(figures.returned_minor)),
    )


def _hours(desk: Desk, so_far: Day | None) -> Bars | None:
    if so_far is None or not so_far.hours:
        return None
    rows = so_far.hours[-HOURS:]
    return Bars(
        _("Sales by hour"),
        tuple(
            Bar(clock_time(start)[:2], minor / 100, count(minor // 100), n == len(rows) - 1)
            for n, (start, minor) in enumerate(rows)
        ),
        _("in {currency}", currency=desk.currency),
    )


MOST_UNMATCHED = 4
"""listed one by one; there should be none"""


def unmatched_facts(desk: Desk, attempts: tuple[Attempt, ...]) -> tuple[Fact, ...]:
    """Card payments that stand on no sale: when, how much, and how they ended as far as is known."""
    words = {
        "approved": _("approved"),
        "in_doubt": _("in doubt"),
        "reversing": _("being taken back"),
        "asked": _("end unknown"),
    }
    facts = []
    for one in attempts[:MOST_UNMATCHED]:
        amount = one.approved_minor or one.minor
        label = _("Card at {time}, on no sale", time=moment(one.started_at))
        value = f"{desk.money(amount if one.kind == 'charge' else -amount)} · {words.get(one.state, one.state)}"
        facts.append(Fact(label, " · ".join(filter(None, (value, one.ref))), Tone.WARN))
    if len(attempts) > MOST_UNMATCHED:
        facts.append(Fact(_("Others"), str(len(attempts) - MOST_UNMATCHED), Tone.WARN))
    return tuple(facts)


def counting_view(
    desk: Desk, pieces: Mapping[int, int], chosen: int, pad: Pad, denominations: tuple[int, ...], *, ready: bool
) -> ShiftView:
    """The blind count: coins and notes, nothing of what is expected. ``ready`` once the day's figures are known."""
    total = sum(value * number for value, number in pieces.items())
    return ShiftView(
        title=_("Count the drawer"),
        subtitle=_("What should be in it is shown afterwards."),
        chip=Chip(_("blind count"), Tone.INFO),
        rows_title=_("Coins and notes"),
        rows=tuple(
            Row(
                str(value),
                desk.money(value),
                chips=(Chip(f"× {pieces[value]}"),) if pieces.get(value) else (),
                icon="cash" if value >= 500 else "coin",
                right=desk.money(value * pieces[value]) if pieces.get(value) else "—",
                selected=value == chosen,
                dim=not pieces.get(value),
                intent=SelectDenomination(value),
            )
            for value in denominations
        ),
        entry_label=_("Number of {amount}", amount=desk.money(chosen)),
        entry=pad.digits or str(pieces.get(chosen, "")),
        facts=(Fact(_("Counted so far"), desk.money(total), strong=True),),
        show_pad=True,
        actions=(Action(_("Not yet"), Back(), "back", "Escape"),),
        primary=Action(_("Close the day (Z)"), CloseShift(), "safe", "F12", enabled=ready),
    )
