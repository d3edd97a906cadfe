"""Routing rules: nothing beyond a promise, nothing twice, and one store if one can."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.ledger.routing import RULES, Candidate, Given, Rule, Wanted, covers

GTINS = st.sampled_from(["a", "b", "c"])
LINES = st.lists(st.tuples(GTINS, st.integers(1, 4)), min_size=1, max_size=5).map(
    lambda some: [Wanted(f"l{n}", gtin, qty) for n, (gtin, qty) in enumerate(some)]
)
STORES = st.lists(st.tuples(st.dictionaries(GTINS, st.integers(0, 6), max_size=3), st.integers(0, 5)), max_size=4).map(
    lambda some: [Candidate(f"S{n}", atp, load) for n, (atp, load) in enumerate(some)]
)


@settings(max_examples=80, deadline=None)
@given(LINES, STORES, st.sampled_from(sorted(RULES)), st.booleans())
def test_a_rule_gives_what_is_there_and_no_more(
    lines: list[Wanted], stores: list[Candidate], name: str, split: bool
) -> None:
    given_out = RULES[name].route(lines, stores, split=split)
    for line in lines:
        assert sum(one.qty for one in given_out if one.line == line.line) <= line.qty
    for store in stores:
        for gtin in ("a", "b", "c"):
            used = sum(one.qty for one in given_out if (one.store, one.gtin) == (store.store, gtin))
            assert used <= store.atp.get(gtin, 0)
    if any(covers(store, lines) for store in stores):
        assert len({one.store for one in given_out}) == 1
        assert sum(one.qty for one in given_out) == sum(line.qty for line in lines)
    elif not split:
        assert given_out == []


@settings(max_examples=60, deadline=None)
@given(LINES, STORES, st.sampled_from(sorted(RULES)))
def test_a_split_leaves_nothing_that_a_store_could_promise(
    lines: list[Wanted], stores: list[Candidate], name: str
) -> None:
    given_out = RULES[name].route(lines, stores, split=True)
    for gtin in ("a", "b", "c"):
        wanted = sum(line.qty for line in lines if line.gtin == gtin)
        there = sum(store.atp.get(gtin, 0) for store in stores)
        assert sum(one.qty for one in given_out if one.gtin == gtin) == min(wanted, there)


def rule(name: str) -> Rule:
    return RULES[name]


def test_the_least_loaded_store_is_asked_first() -> None:
    stores = [Candidate("LYO1", {"a": 9}, 5), Candidate("PAR1", {"a": 2}, 1)]
    assert rule("whole-then-load").route([Wanted("1", "a", 2)], stores, split=False) == [Given("PAR1", "1", "a", 2)]


def test_the_other_rule_prefers_the_fuller_shelf() -> None:
    stores = [Candidate("LYO1", {"a": 9}, 5), Candidate("PAR1", {"a": 2}, 1)]
    assert rule("most-stock").route([Wanted("1", "a", 2)], stores, split=False) == [Given("LYO1", "1", "a", 2)]


@pytest.mark.parametrize("name", sorted(RULES))
def test_two_lines_of_one_article_share_its_stock(name: str) -> None:
    lines = [Wanted("1", "a", 2), Wanted("2", "a", 2)]
    assert rule(name).route(lines, [Candidate("LYO1", {"a": 3})], split=False) == []
