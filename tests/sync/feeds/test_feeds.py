"""Publishing and applying feeds: versions without holes, tombstones, cursors, both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from sync.feeds.apply import apply, clear, cursor, position, row, rows
from sync.feeds.names import FEEDS, scope_of
from sync.feeds.publish import deltas, forget_deletions, put, put_many, state
from sync.feeds.reference import Reference
from sync.feeds.row import FeedRow, SnapshotRequired
from sync.storage.engine import migrate, open_engine, writing


@pytest.fixture
def reference(tmp_path: Path) -> Iterator[Reference]:
    made = Reference(tmp_path / "reference")
    yield made
    made.close()


def article(n: int, label: str = "Chemise", **more: object) -> dict[str, object]:
    gtin = f"{n:014d}"
    named = {"fr": label, "en": "Shirt"}
    return {
        "gtin": gtin,
        "sku": f"SKU{n}",
        "label": named,
        "variant": {"fr": "Bleu", "en": "Blue"},
        "barcodes": [],
        **more,
    }


def test_versions_are_dealt_in_order_and_an_unchanged_row_keeps_its_own(engine: Engine) -> None:
    with writing(engine) as conn:
        assert put(conn, "taxes", "A", {"rate": "20"}) == 1
        assert put_many(conn, "taxes", [("B", {"rate": "10"}), ("C", {"rate": "œ’\n"})]) == 3
        assert put(conn, "taxes", "A", {"rate": "20"}) == 3
        assert put(conn, "taxes", "B", None) == 4
        page = deltas(conn, "taxes", 0)
        assert [(r.version, r.key, r.body) for r in page.rows] == [
            (1, "A", '{"rate":"20"}'), (3, "C", '{"rate":"œ’\\n"}'), (4, "B", None),
        ]  # fmt: skip
        assert (page.cursor, page.more) == (4, False)
        assert dict(rows(conn, "taxes")) == {"A": {"rate": "20"}, "C": {"rate": "œ’\n"}}
        assert row(conn, "taxes", "", "B") is None
        assert put(conn, "taxes", "A", {"rate": "5.5"}, scope="LYO1") == 1


def test_pages_end_where_they_say(engine: Engine) -> None:
    with writing(engine) as conn:
        put_many(conn, "taxes", [(f"k{n}", {"n": n}) for n in range(25)])
        seen, at = 0, 0
        while True:
            page = deltas(conn, "taxes", at, limit=10)
            seen, at = seen + len(page.rows), page.cursor
            if not page.more:
                break
        assert (seen, at) == (25, 25)


def test_a_cursor_below_forgotten_deletions_or_of_another_publisher_needs_a_snapshot(engine: Engine) -> None:
    with writing(engine) as conn:
        put_many(conn, "taxes", [("A", {}), ("B", {})])
        put(conn, "taxes", "A", None)
        assert forget_deletions(conn, "taxes", 3) == 1
        for since, epoch in ((2, ""), (0, ""), (9, ""), (3, "another")):
            with pytest.raises(SnapshotRequired):
                deltas(conn, "taxes", since, epoch=epoch)
        assert deltas(conn, "taxes", 3).rows == []


def test_an_applied_feed_is_served_on_with_its_versions(engine: Engine, tmp_path: Path) -> None:
    publisher = open_engine(tmp_path / "publisher.db")
    migrate(publisher)
    with writing(publisher) as up, writing(engine) as down:
        put_many(up, "orders", [("o1", {"n": 1}), ("o2", {"n": 2})], scope="LYO1")
        put(up, "orders", "o1", None, scope="LYO1")
        page = deltas(up, "orders", 0, scope="LYO1")
        for _ in range(2):
            apply(down, "orders", "LYO1", page.rows, page.cursor, epoch=page.epoch)
        assert deltas(down, "orders", 0, scope="LYO1") == page
        assert (cursor(down, "orders", "LYO1"), position(down, "orders", "LYO1")) == (3, (3, page.epoch))
        clear(down, "orders", "LYO1")
        assert state(down, "orders", "LYO1") is None
        assert cursor(down, "orders", "LYO1") == 0
    publisher.dispose()


def test_scopes() -> None:
    assert scope_of("orders", "LYO1") == "LYO1"
    assert scope_of("catalogue", "LYO1") == ""
    assert all(feed.name == name for name, feed in FEEDS.items())


def test_reference_finds_by_barcode_text_tile_and_key(reference: Reference) -> None:
    reference.apply(
        "catalogue",
        [
            FeedRow(1, f"{1:014d}", 1, article(1, "Manteau œillet", barcodes=["3001234500017"], tile=2)),
            FeedRow(2, f"{2:014d}", 1, article(2, "Mante religieuse", barcodes=["ABC-9"], tile=1)),
            FeedRow(3, f"{3:014d}", 1, article(3, "Manteau")),
        ],
        3,
    )
    assert [a["sku"] for a in reference.search("MANTEAU")] == ["SKU3", "SKU1"]
    assert [a["sku"] for a in reference.search("oeil mant")] == ["SKU1"]
    assert reference.search("  ,") == []
    assert reference.search('" OR *') == []
    assert [a["sku"] for a in reference.tiles()] == ["SKU2", "SKU1"]
    for code, sku in (("3001234500017", "SKU1"), ("03001234500017", "SKU1"), ("ABC-9", "SKU2"), ("3", "SKU3")):
        found = reference.by_barcode(code)
        assert found is not None
        assert found["sku"] == sku
    assert reference.by_barcode("4006381333931") is None
    reference.apply("catalogue", [(4, f"{1:014d}", 1, article(1, "Veste")), (5, f"{2:014d}", 1, None)], 5)  # type: ignore[list-item]
    assert reference.search("œillet") == []
    assert [a["sku"] for a in reference.search("veste")] == ["SKU1"]
    assert reference.by_barcode("3001234500017") is None
    assert reference.by_barcode("ABC-9") is None
    assert reference.tiles() == []
    assert reference.cursor("catalogue") == 5
    assert reference.count("catalogue") == 2


def test_clients_are_found_and_forgotten(reference: Reference) -> None:
    zoe = {"id": "c1", "name": "Zoé Lefèvre", "email": "zoe@example.org", "phone": "0612345678"}
    reference.apply("customers", [FeedRow(1, "c1", 1, zoe)], 1)
    assert [c["id"] for c in reference.clients("lefevre zoe")] == ["c1"]
    assert [c["id"] for c in reference.clients("061234")] == ["c1"]
    reference.apply("customers", [FeedRow(2, "c1", 1, None)], 2)
    assert reference.clients("lefevre") == []
    assert reference.client("c1") is None
    reference.close()
    for path in reference.path.parent.glob("ref-*"):
        assert b"Lef" not in path.read_bytes()
        assert b"lefevre" not in path.read_bytes()


def test_a_row_that_breaks_a_rule_leaves_what_was_there(reference: Reference) -> None:
    reference.apply("catalogue", [FeedRow(1, f"{1:014d}", 1, article(1))], 1)
    broken = FeedRow(2, f"{1:014d}", 1, {"label": "not by language", "barcodes": 7})
    reference.apply("catalogue", [broken, FeedRow(3, f"{2:014d}", 1, article(2)), FeedRow(4, "x", 1, "[1]")], 4)
    assert (reference.article(f"{1:014d}") or {})["sku"] == "SKU1"
    assert reference.article(f"{2:014d}") is not None
    assert reference.cursor("catalogue") == 4


def test_orders_are_found_by_number_too(reference: Reference) -> None:
    reference.apply("orders", [FeedRow(1, "o1", 1, {"id": "o1", "number": "W-1"})], 1)
    assert reference.order("o1") == reference.order("W-1") == {"id": "o1", "number": "W-1"}
    assert reference.order("W-2") is None


@given(
    changes=st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["rouge", "œuf", "vert"]) | st.none()), max_size=12)
)
@settings(max_examples=15, deadline=None)
def test_any_order_of_changes_ends_in_the_last_of_each(
    changes: list[tuple[int, str | None]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    reference = Reference(tmp_path_factory.mktemp("reference"))
    try:
        for version, (n, label) in enumerate(changes, start=1):
            body = None if label is None else article(n, label)
            reference.apply("catalogue", [FeedRow(version, f"{n:014d}", 1, body)], version)
        last = dict(changes)
        for word in ("rouge", "oeuf", "vert"):
            wanted = {f"SKU{n}" for n, label in last.items() if (label or "").replace("œ", "oe") == word}
            assert {a["sku"] for a in reference.search(word)} == wanted
    finally:
        reference.close()
