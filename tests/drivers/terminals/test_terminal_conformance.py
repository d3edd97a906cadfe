"""What every card terminal does, over a real TCP connection: whatever happens, a customer pays once."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import Disconnected
from drivers.readings import PaymentStatus
from drivers.terminals.messages import Lines, without_card_numbers
from drivers.terminals.simulated import SimulatedTerminal
from drivers.terminals.twin import Behaviour, TerminalTwin
from tests.support.waiting import wait_until


@pytest.fixture
def twin() -> Iterator[TerminalTwin]:
    made = TerminalTwin()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def terminal(twin: TerminalTwin) -> Iterator[SimulatedTerminal]:
    made = SimulatedTerminal("card", twin.url, silence_s=0.2)
    made.open()
    yield made
    made.close()


def _charges(twin: TerminalTwin, attempt: str) -> int:
    return sum(1 for ask in twin.asked if ask.do == "charge" and ask.attempt == attempt)


def test_an_approved_charge(twin: TerminalTwin, terminal: SimulatedTerminal) -> None:
    outcome = terminal.charge("a1", 1250, "EUR", 5)
    assert (outcome.status, outcome.minor, outcome.masked) == (PaymentStatus.APPROVED, 1250, "4242")
    assert outcome.ref
    assert outcome.slip
    assert twin.charged == {"a1": 1250}


@pytest.mark.parametrize(
    ("behaviour", "status", "taken"),
    [
        (Behaviour.DECLINE, PaymentStatus.DECLINED, 0),
        (Behaviour.CANCEL, PaymentStatus.CANCELLED, 0),
        (Behaviour.PARTIAL, PaymentStatus.PARTIAL, 400),
        (Behaviour.SILENCE, PaymentStatus.APPROVED, 1250),
        (Behaviour.LOST, PaymentStatus.APPROVED, 1250),
        (Behaviour.LOST_BEFORE, PaymentStatus.CANCELLED, 0),
        (Behaviour.GARBAGE, PaymentStatus.APPROVED, 1250),
    ],
)
def test_every_way_a_charge_can_go(
    twin: TerminalTwin, terminal: SimulatedTerminal, behaviour: Behaviour, status: PaymentStatus, taken: int
) -> None:
    twin.next(behaviour, 400)
    outcome = terminal.charge("a1", 1250, "EUR", 10)
    assert (outcome.status, outcome.minor) == (status, taken)
    assert sum(twin.charged.values()) == taken
    assert _charges(twin, "a1") == 1


def test_a_late_answer_is_taken(twin: TerminalTwin, terminal: SimulatedTerminal) -> None:
    twin.next(Behaviour.LATE)
    late = threading.Timer(0.7, twin.release)
    late.start()
    assert terminal.charge("a1", 1250, "EUR", 10).status is PaymentStatus.APPROVED
    late.join()
    assert _charges(twin, "a1") == 1


def test_a_deaf_terminal_leaves_the_payment_in_doubt_and_status_settles_it(
    twin: TerminalTwin, terminal: SimulatedTerminal
) -> None:
    twin.next(Behaviour.DEAF)
    assert terminal.charge("a1", 1250, "EUR", 0.5).status is PaymentStatus.IN_DOUBT
    assert terminal.status("a1", 0.3).status is PaymentStatus.IN_DOUBT
    twin.hear()
    assert terminal.status("a1", 5).status is PaymentStatus.APPROVED
    assert _charges(twin, "a1") == 1


def test_nobody_at_the_terminal_disarms_it(twin: TerminalTwin) -> None:
    terminal = SimulatedTerminal("card", twin.url, silence_s=0.2, disarm_s=0.4)
    twin.next(Behaviour.LATE)
    assert terminal.charge("a1", 1250, "EUR", 120).status is PaymentStatus.CANCELLED
    twin.release()
    assert twin.charged == {}
    terminal.close()


def test_the_cashier_gives_up_waiting(twin: TerminalTwin, terminal: SimulatedTerminal) -> None:
    twin.next(Behaviour.LATE)
    giving_up = threading.Timer(0.3, terminal.abandon, ("a1",))
    giving_up.start()
    assert terminal.charge("a1", 1250, "EUR", 60).status is PaymentStatus.CANCELLED
    giving_up.join()


def test_the_same_attempt_is_never_sent_twice(twin: TerminalTwin, terminal: SimulatedTerminal) -> None:
    first = terminal.charge("a1", 1250, "EUR", 5)
    again = terminal.charge("a1", 1250, "EUR", 5)
    assert (again.status, again.ref) == (first.status, first.ref)
    assert _charges(twin, "a1") == 1


def test_after_a_crash_status_tells_what_happened(twin: TerminalTwin, terminal: SimulatedTerminal) -> None:
    terminal.charge("a1", 1250, "EUR", 5)
    terminal.close()
    fresh = SimulatedTerminal("card", twin.url)
    assert fresh.status("a1", 5).status is PaymentStatus.APPROVED
    assert fresh.status("never", 5).status is PaymentStatus.UNKNOWN
    fresh.close()


def test_refund_and_reversal(twin: TerminalTwin, terminal: SimulatedTerminal) -> None:
    terminal.charge("a1", 1250, "EUR", 5)
    assert terminal.refund("r1", 500, "EUR", 5).status is PaymentStatus.APPROVED
    assert twin.charged == {"a1": 1250, "r1": -500}
    assert terminal.reverse("a1", 5).status is PaymentStatus.CANCELLED
    assert terminal.reverse("a1", 5).status is PaymentStatus.CANCELLED
    assert twin.charged == {"r1": -500}


def test_a_link_that_died_in_between_is_noticed_before_the_charge(
    twin: TerminalTwin, terminal: SimulatedTerminal
) -> None:
    terminal.charge("a1", 100, "EUR", 5)
    twin.drop_link()
    assert terminal.charge("a2", 200, "EUR", 5).status is PaymentStatus.APPROVED
    assert _charges(twin, "a2") == 1


def test_a_terminal_that_is_off_has_charged_nothing() -> None:
    twin = TerminalTwin()
    twin.start()
    twin.stop()
    terminal = SimulatedTerminal("card", twin.url)
    with pytest.raises(Disconnected):
        terminal.open()
    assert terminal.charge("a1", 100, "EUR", 1).status is PaymentStatus.UNKNOWN
    assert terminal.status("a1", 0.2).status is PaymentStatus.IN_DOUBT


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from([b for b in Behaviour if b not in (Behaviour.DEAF, Behaviour.LATE)]), max_size=4))
def test_money_taken_is_money_told(behaviours: list[Behaviour]) -> None:
    twin = TerminalTwin(delay_s=0.01)
    twin.start()
    terminal = SimulatedTerminal("card", twin.url, silence_s=0.1)
    told = 0
    for number, behaviour in enumerate(behaviours):
        twin.next(behaviour, 40)
        outcome = terminal.charge(f"a{number}", 100, "EUR", 10)
        assert outcome.status is not PaymentStatus.IN_DOUBT
        told += outcome.minor
    wait_until(lambda: sum(twin.charged.values()) == told)
    terminal.close()
    twin.stop()


def test_no_card_number_comes_through() -> None:
    assert without_card_numbers("PAN 4000056655665556.") == "PAN ****5556."
    assert without_card_numbers("card 4242 4242 4242 4242 EUR") == "card ****4242 EUR"
    assert without_card_numbers("ref 1234567890123, 12.50") == "ref 1234567890123, 12.50"


def test_a_line_without_an_end_is_not_kept() -> None:
    with pytest.raises(OverflowError):
        Lines().feed(b"x" * 100_000)
