"""Transition tables: what they allow, what they say when they don't, and how they draw themselves."""

import pytest

from retail.errors import Impossible
from retail.transitions import Table, Transition, TransitionRefused, joined, to_mermaid

DOOR = Table(
    "door",
    "closed",
    (
        Transition("open", ("closed",), "open", "associate"),
        Transition("close", ("open",), "closed", "associate"),
        Transition("wall_up", ("open", "closed"), "wall", "manager"),
    ),
)


def test_an_allowed_event_leads_to_the_next_state() -> None:
    assert DOOR.next("closed", "open") == "open"
    assert DOOR.allowed("open") == ("close", "wall_up")
    assert DOOR.terminal == {"wall"}
    assert DOOR.states == ("closed", "open", "wall")


def test_a_refusal_carries_state_event_and_what_was_allowed() -> None:
    with pytest.raises(TransitionRefused) as caught:
        DOOR.next("wall", "open")
    refusal = caught.value
    assert (refusal.state, refusal.event, refusal.allowed) == ("wall", "open", ())
    assert refusal.reason == "not_allowed"
    assert refusal.details == {"state": "wall", "event": "open", "allowed": ()}
    assert "possible: nothing" in refusal.text


def test_an_unknown_state_is_our_own_bug() -> None:
    with pytest.raises(Impossible, match="no state"):
        DOOR.next("ajar", "open")


def test_an_event_may_not_lead_to_two_states() -> None:
    with pytest.raises(Impossible, match="two states"):
        Table("odd", "a", (Transition("go", ("a",), "b", "system"), Transition("go", ("a",), "c", "system")))


def test_tables_that_share_states_join() -> None:
    more = Table("more", "wall", (Transition("tear_down", ("wall",), "closed", "manager"),))
    both = joined("both", DOOR, more)
    assert both.next("wall", "tear_down") == "closed"
    assert both.terminal == frozenset()


def test_a_table_draws_itself() -> None:
    drawing = to_mermaid(DOOR)
    assert drawing.startswith("stateDiagram-v2\n    [*] --> closed\n")
    assert "    open --> wall: wall_up (manager)\n" in drawing
    assert drawing.endswith("    wall --> [*]\n")
