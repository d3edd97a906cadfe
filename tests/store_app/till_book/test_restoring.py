"""A till that lost its tail gets it back from a receiver: rows, totals and numbers go on where they were."""

import json
from pathlib import Path

from sqlalchemy import delete

from store_app.till_book import fiscal, sales, shifts
from store_app.till_book.restoring import restore
from store_app.till_book.tables import metadata
from sync.journal.rows import read_log
from tests.support.till_builders import CANDLE, JUMPER, basket_of, cash_sale, open_till


def test_rows_are_rebuilt_from_the_log(tmp_path: Path) -> None:
    with open_till(tmp_path) as till:
        till.till.open_shift("camille", 10_000, "EUR")
        till.till.complete_sale(cash_sale(basket_of(CANDLE)))
        till.till.complete_sale(cash_sale(basket_of(units=(f"{JUMPER}.7",), basket="b2"), sale="s2"))
        till.till.move_cash("pay_out", -500, "errand", "nadia")
        till.clock.forward(24 * 3_600_000)
        till.till.complete_sale(cash_sale(basket_of(CANDLE, basket="b3"), sale="s3"))
        with till.till.read() as conn:
            before = fiscal.load_state(conn)
            documents = {chain: fiscal.documents(conn, chain) for chain in before.heads}
            records = list(read_log(conn, "LYO1", "LYO1-T1", after=0))

        def lose(unit: object) -> None:
            for table in metadata.tables.values():
                unit.conn.execute(delete(table))  # type: ignore[attr-defined]

        till.till.commit(lose)
        till.till.commit(lambda unit: restore(unit, records))
        till.till.commit(lambda unit: restore(unit, records))
        with till.till.read() as conn:
            after = fiscal.load_state(conn)
            assert after == before
            assert {chain: fiscal.documents(conn, chain) for chain in after.heads} == documents
            assert sales.gone_units(conn, [f"{JUMPER}.7"]) == [f"{JUMPER}.7"]
            shift = shifts.open_shift(conn)
            assert shift is not None
            assert [move.minor for move in shifts.cash_moves(conn, shift.shift)] == [-500]
        done = till.till.complete_sale(cash_sale(basket_of(CANDLE, basket="b4"), sale="s4"))
        assert done.fact.number == "LYO1-T1-000004"
        assert json.loads(done.fact.stamp.payload)["perpetual_minor"] == 3 * 2400 + 5990
