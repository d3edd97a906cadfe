"""Stock at the ledger: whatever the order of arrival, pending sales and movements end in the same numbers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete

from retail.facts import Fact, StockMoved
from sync.ledger.stock import add_pending, availability, fold_movement, goods_leaving, refresh_levels
from sync.ledger.tables import ALL, STEPS
from sync.storage.engine import migrate, open_engine, writing
from tests.support.ledgers import G1, G2, left, received, sale


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("stock")
    made = open_engine(folder / "stock.db", durable=False)
    migrate(made, STEPS)
    yield made
    made.dispose()


def project(conn: Connection, device: str, seq: int, fact: Fact) -> None:
    if isinstance(fact, StockMoved):
        touched = fold_movement(conn, "LYO1", fact, 0)
    else:
        touched = add_pending(conn, "LYO1", device, seq, goods_leaving(fact))
    refresh_levels(conn, "LYO1", touched, 0)


def numbers(conn: Connection) -> dict[str, tuple[int, int, int]]:
    return {one.gtin: (one.sellable, one.pending, one.atp) for one in availability(conn, [G1, G2])}


QUANTITIES = st.lists(st.tuples(st.sampled_from([G1, G2]), st.integers(1, 3)), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(QUANTITIES, st.randoms(use_true_random=False))
def test_arrival_in_any_order_and_twice_gives_the_same_numbers(
    engine: Engine, goods: list[tuple[str, int]], random: st.DataObject
) -> None:
    facts: list[tuple[str, int, Fact]] = [("LYO1-A", 1, received("m0", (G1, 20), (G2, 20)))]
    for n, (gtin, qty) in enumerate(goods, start=1):
        facts.append(("LYO1-T1", n, sale(f"T{n}", (gtin, qty))))
        facts.append(("LYO1-A", n + 1, left(f"m{n}", ("LYO1-T1", n), (gtin, qty))))
    shuffled = [*facts, *facts]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    with writing(engine) as conn:
        for table in ALL:
            conn.execute(delete(table))
        for fact in shuffled:
            project(conn, *fact)
        found = numbers(conn)
    for gtin in (G1, G2):
        gone = sum(qty for one, qty in goods if one == gtin)
        assert found[gtin] == (20 - gone, 0, 20 - gone)


def test_a_sale_counts_as_gone_until_it_is_moved(engine: Engine) -> None:
    with writing(engine) as conn:
        for table in ALL:
            conn.execute(delete(table))
        project(conn, "LYO1-A", 1, received("m0", (G1, 3)))
        project(conn, "LYO1-T1", 1, sale("T1", (G1, 2)))
        assert numbers(conn)[G1] == (3, 2, 1)
        project(conn, "LYO1-A", 2, left("m1", ("LYO1-T1", 1), (G1, 2)))
        assert numbers(conn)[G1] == (1, 0, 1)


def test_what_a_tag_swap_moved_instead_is_pending_no_more(engine: Engine) -> None:
    with writing(engine) as conn:
        for table in ALL:
            conn.execute(delete(table))
        project(conn, "LYO1-A", 1, received("m0", (G1, 3), (G2, 3)))
        project(conn, "LYO1-T1", 1, sale("T1", (G1, 1)))
        project(conn, "LYO1-A", 2, left("m1", ("LYO1-T1", 1), (G2, 1)))
        assert numbers(conn) == {G1: (3, 0, 3), G2: (2, 0, 2)}
