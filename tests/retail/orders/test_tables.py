"""Every workflow table: each edge is walked, each non-edge refused, each state can be reached and left."""

import pytest

from retail.orders import CORE, LINE, PICKUP, STOCK, TABLES
from retail.stock import COUNT
from retail.transitions import Table, TransitionRefused, to_mermaid

ALL = [pytest.param(table, id=table.name) for table in (*TABLES, COUNT)]


@pytest.mark.parametrize("table", ALL)
def test_every_edge_is_walked_and_every_non_edge_refused(table: Table) -> None:
    edges = {(source, step.event): step.target for step in table.transitions for source in step.sources}
    for state in table.states:
        for event in table.events:
            if (state, event) in edges:
                assert table.next(state, event) == edges[state, event]
                continue
            with pytest.raises(TransitionRefused) as caught:
                table.next(state, event)
            assert caught.value.allowed == table.allowed(state)


@pytest.mark.parametrize("table", ALL)
def test_every_state_can_be_reached_and_an_end_is_always_in_sight(table: Table) -> None:
    reached = _closure(table, table.start)
    assert reached == set(table.states)
    for state in table.states:
        assert _closure(table, state) & table.terminal or table is LINE  # a piece may be put back for ever


@pytest.mark.parametrize("table", ALL)
def test_every_edge_is_drawn_and_every_actor_known(table: Table) -> None:
    drawing = to_mermaid(table)
    known = {"centre", "associate", "manager", "customer", "till", "carrier", "timer", "system"}
    for step in table.transitions:
        assert step.actor in known
        for source in step.sources:
            assert f"{source} --> {step.target}: {step.event} ({step.actor})" in drawing


def test_stock_leaves_at_the_handover_not_before() -> None:
    before = {step.event for step in STOCK.transitions if step.target == "gone"}
    assert before == {"leave"}
    assert {step.event for step in PICKUP.transitions if step.target == "handed_over"} == {
        "handover",
        "handed_over_alone",
    }


def test_reject_is_not_cancel() -> None:
    assert CORE.next("assigned", "reject") == "rejected"
    assert CORE.next("assigned", "cancel") == "restocking"
    assert not CORE.allows("picked", "reject")


def _closure(table: Table, state: str) -> set[str]:
    seen, left = {state}, [state]
    while left:
        here = left.pop()
        for event in table.allowed(here):
            target = table.next(here, event)
            if target not in seen:
                seen.add(target)
                left.append(target)
    return seen
