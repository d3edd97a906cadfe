"""The French record: what is signed, totals, closings, events, copies, archive."""

import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.errors import Refused
from retail.facts import FiscalStamp, PeriodClosed
from retail.fiscal import FiscalState, Moment, PaymentProof, module_hash, state_from_plain, state_to_plain
from retail.fiscal.archive import packed, read_documents
from retail.fiscal.chain import CHAINS, read_payload
from retail.fiscal.france import EVENTS, PERIMETER
from retail.fiscal.record import Ticket
from retail.sale.checkout import Settled
from tests.support.retail_builders import AT, basket_of, france, settle, shop, sold_line, verify
from tests.support.shared_data import csv_rows, json_data


def refused(operation: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        operation()
    return caught.value.reason


def body(stamp: FiscalStamp) -> dict[str, object]:
    document = read_payload(stamp)
    assert document is not None
    return document


def sell(minor: int, day: str, state: FiscalState, sale: str = "s") -> Settled:
    articles, view = shop(minor)
    return settle(basket_of(articles, [1]), view, sale=sale, day=day, state=state)


PUBLISHED = {
    "TICKET": ("taxes", "total_minor", "at", "number", "type", "first", "previous"),
    "GRANDTOTAL(ticket|day|month|year)": (
        "totals", "total_minor", "perpetual_minor", "at", "number", "first", "previous",
    ),
    "DUPLICATE": (
        "number", "original_chain", "copy_number", "by", "at", "original_number", "first", "previous",
    ),
    "JET": ("number", "code", None, "at", "by", "register", "first", "previous"),
    "ARCHIVE": (None, None, "at", "register", "chain", "first", "previous"),
}  # fmt: skip
"""our field for each published one; the archive lists its documents' hashes instead of repeating their totals"""


def test_every_published_field_is_signed() -> None:
    fields = json_data("pos/nf525_signed_fields.json")["navipartner"]
    module, state = france(), FiscalState()
    settled = sell(1000, "2026-11-18", state)
    closings, state = module.close(settled.state, "day", "2026-11-18", "anne", AT)
    copy, state = module.copy(state, settled.sale.stamp, 1, "asked for", "anne", AT)
    event, state = module.event(state, "80", "anne", AT)
    _, archive, _ = module.archive(state, [settled.sale.stamp], "2026-11-18", "2026-11-18", "anne", AT)
    stamps = dict(zip(PUBLISHED, (settled.sale.stamp, closings[0].stamp, copy, event, archive), strict=True))
    for kind, ours in PUBLISHED.items():
        assert len(ours) == len(fields[kind]), kind
        document = body(stamps[kind])
        assert not [name for name in ours if name and name not in document], kind


def test_every_published_event_code_is_known() -> None:
    for row in csv_rows("pos/nf525_jet_codes_published.csv"):
        assert row["code"] in EVENTS


def test_every_published_chain_has_ours() -> None:
    ours = {"T": "ticket", "P": "payment_proof", "I": "invoice", "G": "closing", "L": "event", "A": "archive",
            "C": "copy", "X": "training"}  # fmt: skip
    published = {row["chain"] for row in csv_rows("pos/fr_fiscal_chains_fiskaltrust.csv")} - {"-", "B"}
    assert published == set(ours)
    assert set(ours.values()) == set(CHAINS) == set(france().capabilities().chains)


def test_a_ticket_names_shop_till_and_module() -> None:
    document = body(sell(1000, "2026-11-18", FiscalState()).sale.stamp)
    assert document["siret"] == "12345678900011"
    assert (document["register"], document["at"], document["module"]) == (
        "LYO1-T1", "2026-11-18T12:06:40+01:00", "comptoir-fr",
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50_000), st.integers(0, 40)), min_size=1, max_size=12))
def test_closings_cascade_and_perpetual_totals_never_reset(sales: list[tuple[int, int]]) -> None:
    """Days closed along the way sum to the months, months to the year, and all to the perpetual total."""
    state, closed, tickets, total = FiscalState(), list[PeriodClosed](), list[FiscalStamp](), 0
    dates = [f"2026-{10 + day // 20:02d}-{1 + day % 20:02d}" for day in sorted(day for _, day in sales)]
    for (minor, _), date in zip(sales, dates, strict=True):
        settled = sell(minor, date, state)
        state = settled.state
        closed += settled.closings
        tickets.append(settled.sale.stamp)
        total += minor
        assert body(settled.sale.stamp)["perpetual_minor"] == total
    last, state = france().close(state, "year", dates[-1], "anne", AT)
    closed += last
    for kind in ("day", "month", "year"):
        assert sum(int(str(body(one.stamp)["total_minor"])) for one in closed if one.period == kind) == total
    assert state.perpetual.gross == state.perpetual_absolute.gross == total
    assert [one.key for one in closed if one.period == "day"] == sorted(set(dates))
    assert france().verify(tickets, verify).holds
    assert france().verify([one.stamp for one in closed], verify).holds


def test_returns_lower_the_perpetual_total_and_raise_the_absolute_one() -> None:
    sold, back = sold_line(2, 2000), sold_line(-1, -1000)
    ticket = Ticket("s", "2026-11-18", "anne", "EUR", (sold, back), (), (), 1000)
    stamp, state = france().sign(FiscalState(), ticket, AT)
    assert (state.perpetual.gross, state.perpetual_absolute.gross) == (1000, 3000)
    assert body(stamp)["type"] == "exchange"


def test_no_ticket_in_a_closed_period() -> None:
    state = sell(1000, "2026-11-18", FiscalState()).state
    _, state = france().close(state, "day", "2026-11-18", "anne", AT)
    assert refused(lambda: sell(1000, "2026-11-18", state)) == "period_closed"
    assert refused(lambda: sell(1000, "2026-11-17", state)) == "period_closed"
    assert refused(lambda: france().close(state, "day", "2026-11-18", "anne", AT)) == "period_closed"
    _, state = france().close(state, "month", "2026-11-18", "anne", AT)
    assert refused(lambda: sell(1000, "2026-11-19", state)) == "period_closed"
    assert sell(1000, "2026-12-01", state).sale.stamp.number == 2


def test_an_older_day_must_be_closed_before_a_newer_ticket() -> None:
    state = sell(1000, "2026-11-18", FiscalState()).state
    ticket = Ticket("s", "2026-11-19", "anne", "EUR", (sold_line(1, 1000),), (), (), 1000)
    assert refused(lambda: france().sign(state, ticket, AT)) == "day_overdue"
    facts, state = france().close_overdue(state, "2026-11-19", "anne", AT)
    assert [one.key for one in facts] == ["2026-11-18"]
    assert france().close_overdue(state, "2026-11-19", "anne", AT) == ([], state)


def test_a_fiscal_year_may_begin_in_july() -> None:
    module = france(year_starts=7)
    ticket = Ticket("s", "2027-06-30", "anne", "EUR", (sold_line(1, 1000),), (), (), 1000)
    _, state = module.sign(FiscalState(), ticket, AT)
    assert state.open["year"].key == "2026"
    closed, _ = module.close_overdue(state, "2027-07-01", "anne", AT)
    assert [(one.period, one.key) for one in closed] == [("day", "2027-06-30"), ("month", "2027-06"), ("year", "2026")]


def test_a_day_without_tickets_closes_with_nothing() -> None:
    (closed,), state = france().close(FiscalState(), "day", "2026-11-18", "anne", AT)
    assert (body(closed.stamp)["total_minor"], body(closed.stamp)["documents"], state.closed["day"]) == (
        0,
        0,
        "2026-11-18",
    )


def test_copies_and_events() -> None:
    module, settled = france(), sell(1000, "2026-11-18", FiscalState())
    stamp = settled.sale.stamp
    assert refused(lambda: module.copy(settled.state, stamp, 1, " ", "anne", AT)) == "needs_reason"
    assert refused(lambda: module.copy(settled.state, stamp, 0, "x", "anne", AT)) == "bad_copy"
    assert refused(lambda: module.event(settled.state, "999", "anne", AT)) == "unknown_event"
    proof = PaymentProof("m1", "2026-11-18", "anne", "EUR", -500, "pay_out", "stamps")
    signed, state = module.sign(settled.state, proof, AT)
    assert (signed.chain, body(signed)["minor"], state.perpetual.gross) == ("payment_proof", -500, 1000)


def test_the_state_outlives_its_process() -> None:
    state = sell(1000, "2026-11-18", FiscalState()).state
    assert state_from_plain(json.loads(json.dumps(state_to_plain(state)))) == state


def test_an_archive_is_whole_and_always_the_same() -> None:
    module, settled = france(), sell(1000, "2026-11-18", FiscalState())
    stamps = [settled.sale.stamp]
    files, stamp, _ = module.archive(settled.state, stamps, "2026-11-18", "2026-11-18", "anne", AT)
    assert packed(files) == packed(dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(packed(files))) as folder:
        assert read_documents(folder.read("documents.jsonl")) == stamps
        hashes = json.loads(folder.read("archive.json"))["files"]
        assert hashes == {name: sha256(folder.read(name)).hexdigest() for name in hashes}
        assert "12345678900011" in folder.read("LISEZMOI.txt").decode()
        assert folder.read("documents.csv").decode().splitlines()[1].startswith("ticket;1;2026-11-18T12:06:40+01:00")
    assert module.verify([stamp], verify).holds


def test_the_module_is_known_by_its_source() -> None:
    root = Path(__file__).resolve().parents[3]
    digest = module_hash(lambda name: (root / name).read_bytes())
    assert len(digest) == 64
    assert digest != module_hash(lambda name: (root / name).read_bytes() + b"#")
    assert {name.split("/")[-1] for name in PERIMETER} == {one.name for one in (root / "retail/fiscal").glob("*.py")}


def test_wall_time_with_its_offset() -> None:
    assert Moment(0, -330).text == "1969-12-31T18:30:00-05:30"
    assert AT.date == "2026-11-18"
