"""Closings against their tickets."""

import json
from dataclasses import replace
from typing import Any

from retail.facts import FiscalStamp
from retail.fiscal import Fault, FiscalState, verify_totals
from retail.fiscal.chain import canonical
from tests.support.retail_builders import AT, basket_of, france, settle, shop


def books() -> tuple[list[FiscalStamp], list[FiscalStamp]]:
    articles, view = shop(1000)
    state, tickets, closings = FiscalState(), list[FiscalStamp](), list[FiscalStamp]()
    for i, day in enumerate(("2026-10-30", "2026-10-31", "2026-10-31", "2026-11-01")):
        settled = settle(basket_of(articles, [i + 1]), view, day=day, state=state)
        state = settled.state
        tickets.append(settled.sale.stamp)
        closings += [one.stamp for one in settled.closings]
    last, _ = france().close(state, "year", "2026-11-01", "anne", AT)
    return [*closings, *(one.stamp for one in last)], tickets


def changed(stamp: FiscalStamp, **fields: Any) -> FiscalStamp:
    return replace(stamp, payload=canonical({**json.loads(stamp.payload), **fields}))


def test_closings_say_what_their_tickets_say() -> None:
    closings, tickets = books()
    assert len(closings) == 6
    assert verify_totals(closings, tickets) is None


def test_a_closing_that_says_otherwise_is_named() -> None:
    closings, tickets = books()
    for field, value in (
        ("perpetual_minor", 5),
        ("totals", {}),
        ("documents", 9),
        ("last_number", 99),
        ("perpetual", {}),
    ):
        bad = verify_totals([closings[0], changed(closings[1], **{field: value}), *closings[2:]], tickets)
        assert bad is not None, field
        assert (bad.number, bad.fault) == (2, Fault.TOTALS)


def test_a_ticket_that_is_gone_contradicts_its_closing() -> None:
    closings, tickets = books()
    bad = verify_totals(closings, tickets[:-1])
    assert bad is not None
    assert bad.number == 4
    bad = verify_totals(closings, tickets[1:])
    assert bad is not None
    assert bad.number == 1
