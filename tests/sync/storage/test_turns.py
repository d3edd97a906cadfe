"""Turns come in the order of arrival, and a turn that didn't come in time takes nobody else's."""

import threading

from sync.storage.turns import Turns
from tests.support.waiting import wait_until

PATIENCE_S = 10.0


def test_who_takes_it_again_at_once_comes_after_who_waited() -> None:
    turns, order = Turns(), list[str]()
    assert turns.acquire(0)

    def waiter() -> None:
        assert turns.acquire(PATIENCE_S)
        order.append("waiter")
        turns.release()

    other = threading.Thread(target=waiter)
    other.start()
    wait_until(lambda: turns._waiting)
    turns.release()
    assert turns.acquire(PATIENCE_S)
    order.append("again")
    turns.release()
    other.join(PATIENCE_S)
    assert order == ["waiter", "again"]


def test_who_gave_up_is_not_waited_for() -> None:
    turns = Turns()
    assert turns.acquire(0)
    assert not turns.acquire(0.01)
    turns.release()
    assert turns.acquire(0)


def test_only_one_holds_it() -> None:
    turns, inside, most = Turns(), list[int](), list[int]()

    def work(number: int) -> None:
        for _ in range(50):
            assert turns.acquire(PATIENCE_S)
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)
            turns.release()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert len(most) == 200
    assert max(most) == 1
