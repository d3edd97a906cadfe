"""A sale is one commit: fact, fiscal document, rows; nothing is half-done, nothing is done twice."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from retail.errors import Refused
from retail.facts import ReturnReceived, SaleCompleted, ShiftClosed
from retail.fiscal.chain import decode as decode_signature
from retail.sale.basket import Basket, take_back
from retail.sale.refunds import take_back_sold
from retail.sale.tenders import Payment, add_cash
from store_app.till_book import SaleRequest, SavedBasket, TakenGoods, baskets, fiscal, sales, shifts
from store_app.till_book.tables import fiscal_documents, sold_units, tickets
from sync.identity.keys import TicketKey, verify_es256
from sync.journal.encoding import decode
from sync.storage.tables import records
from tests.support.till_builders import CANDLE, JUMPER, Till, basket_of, cash_sale, open_till, priced


@pytest.fixture
def till(tmp_path: Path):
    with open_till(tmp_path) as made:
        made.till.open_shift("camille", 10_000, "EUR")
        yield made


def facts(till: Till) -> list[str]:
    with till.till.read() as conn:
        return list(conn.execute(select(records.c.kind).order_by(records.c.seq)).scalars())


def test_a_sale_is_fact_signed_document_and_rows_at_once(till: Till) -> None:
    unit = f"{JUMPER}.7"
    till.till.save_basket(SavedBasket("b1", 1, "camille", "", 0, "{}"))
    done = till.till.complete_sale(cash_sale(basket_of(CANDLE, units=(unit,)), given=10_000))
    assert done.fact.number == "LYO1-T1-000001"
    assert done.fact.total_minor == 8390
    assert done.fact.tenders[0].change_minor == 1610
    with till.till.read() as conn:
        row = conn.execute(select(records.c.kind, records.c.body).where(records.c.seq == done.seq)).one()
        fact = decode(row.kind, 1, row.body)
        assert fact == done.fact
        document = conn.execute(select(fiscal_documents).where(fiscal_documents.c.chain == "ticket")).one()
        assert document.payload == done.fact.stamp.payload
        assert conn.execute(select(sold_units.c.unit)).scalars().all() == [unit]
        assert baskets.current(conn) is None
        assert sales.by_number(conn, "LYO1-T1-000001") == done.fact


def test_the_signature_holds_over_the_exact_text(till: Till, tmp_path: Path) -> None:
    stamp = till.till.complete_sale(cash_sale(basket_of(CANDLE))).fact.stamp
    key = TicketKey.load_or_create(tmp_path)
    assert verify_es256(key.public_pem, stamp.payload.encode(), decode_signature(stamp.signature))
    assert json.loads(stamp.payload)["total_minor"] == 2400


def test_the_same_sale_asked_twice_is_settled_once(till: Till) -> None:
    first = till.till.complete_sale(cash_sale(basket_of(CANDLE)))
    again = till.till.complete_sale(cash_sale(basket_of(CANDLE)))
    assert again.fact == first.fact
    assert again.seq == first.seq
    assert facts(till).count("sale.completed") == 1


def test_numbers_are_gapless_across_refusals(till: Till) -> None:
    unit = f"{JUMPER}.7"
    till.till.complete_sale(cash_sale(basket_of(units=(unit,))))
    with pytest.raises(Refused, match="unit_gone"):
        till.till.complete_sale(cash_sale(basket_of(units=(unit,), basket="b2"), sale="s2"))
    third = till.till.complete_sale(cash_sale(basket_of(CANDLE, basket="b3"), sale="s3"))
    assert third.fact.number == "LYO1-T1-000002"
    with till.till.read() as conn:
        assert [stamp.number for stamp in fiscal.documents(conn, "ticket")] == [1, 2]


def test_nothing_is_sold_without_an_open_drawer(tmp_path: Path) -> None:
    with open_till(tmp_path) as made:
        with pytest.raises(Refused, match="no_shift"):
            made.till.complete_sale(cash_sale(basket_of(CANDLE)))
        assert facts(made) == []


def test_a_restarted_till_goes_on_with_the_next_number(tmp_path: Path) -> None:
    with open_till(tmp_path) as made:
        made.till.open_shift("camille", 0, "EUR")
        made.till.complete_sale(cash_sale(basket_of(CANDLE)))
    with open_till(tmp_path, ids="later") as made:
        done = made.till.complete_sale(cash_sale(basket_of(CANDLE, basket="b2"), sale="s2"))
        assert done.fact.number == "LYO1-T1-000002"
        assert json.loads(done.fact.stamp.payload)["perpetual_minor"] == 4800


def test_the_day_closes_itself_when_the_next_one_sells(till: Till) -> None:
    till.till.complete_sale(cash_sale(basket_of(CANDLE)))
    till.clock.forward(24 * 3_600_000)
    done = till.till.complete_sale(cash_sale(basket_of(CANDLE, basket="b2"), sale="s2"))
    assert [closing.period for closing in done.closings] == ["day"]
    with till.till.read() as conn:
        assert len(fiscal.closed_days(conn)) == 1
        dates = conn.execute(select(tickets.c.business_date).order_by(tickets.c.seq)).scalars().all()
    assert dates[0] < dates[1]


def test_a_clock_that_goes_back_doesnt_take_the_business_date_with_it(till: Till) -> None:
    first = till.till.complete_sale(cash_sale(basket_of(CANDLE)))
    till.clock.set_wall(till.clock.now_ms() - 72 * 3_600_000)
    second = till.till.complete_sale(cash_sale(basket_of(CANDLE, basket="b2"), sale="s2"))
    assert second.fact.business_date == first.fact.business_date


def test_a_drawer_closed_and_opened_the_same_day_sells_on_the_next_business_date(till: Till) -> None:
    with till.till.read() as conn:
        shift = shifts.open_shift(conn)
    assert shift is not None
    closed = ShiftClosed(
        shift=shift.shift,
        business_date=shift.business_date,
        by="camille",
        expected_minor=10_000,
        counted_minor=10_000,
        difference_minor=0,
    )
    closings = till.till.close_shift(closed)
    assert [one.period for one in closings] == ["day"]
    again = till.till.open_shift("camille", 10_000, "EUR")
    assert again.business_date > shift.business_date
    done = till.till.complete_sale(cash_sale(basket_of(CANDLE)))
    assert done.fact.business_date == again.business_date


def test_goods_of_a_ticket_come_back_once(till: Till) -> None:
    unit = f"{JUMPER}.7"
    first = till.till.complete_sale(cash_sale(basket_of(units=(unit,))))
    line = first.fact.lines[0]
    back = take_back(Basket("b2"), "r0", JUMPER, 1, take_back_sold(first.fact.sale, line, 1, unit=unit), (unit,))
    done = priced(back)
    payment = add_cash(Payment(done.total_minor, done.currency), "t1")

    def request(sale: str) -> SaleRequest:
        return SaleRequest(sale, done, payment, "camille", (TakenGoods("r0", "A", "size"),))

    refund = till.till.complete_sale(request("s2"))
    assert refund.fact.total_minor == -5990
    assert refund.fact.tenders[0].minor == -5990
    with till.till.read() as conn:
        bodies = conn.execute(select(records.c.body).where(records.c.kind == "return.received")).scalars().all()
        assert sales.gone_units(conn, [unit]) == []
    received = decode("return.received", 1, bodies[0])
    assert isinstance(received, ReturnReceived)
    assert (received.unit, received.grade, received.sale) == (unit, "A", "s2")
    with pytest.raises(Refused, match="already_returned"):
        till.till.complete_sale(request("s3"))
    sold_again = till.till.complete_sale(cash_sale(basket_of(units=(unit,), basket="b4"), sale="s4"))
    assert isinstance(sold_again.fact, SaleCompleted)
