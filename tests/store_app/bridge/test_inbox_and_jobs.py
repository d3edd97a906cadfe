"""Other threads reach the window through one door; work runs elsewhere and answers here."""

import sys
import threading

from pytestqt.qtbot import QtBot

from store_app.bridge.immortal import keep_constants
from store_app.bridge.inbox import Inbox
from store_app.bridge.jobs import Jobs


def test_things_posted_by_threads_arrive_here_in_order(qtbot: QtBot) -> None:
    inbox, got, here = Inbox(), [], threading.current_thread()
    threads: list[threading.Thread] = []

    def take(thing: object) -> None:
        got.append(thing)
        threads.append(threading.current_thread())

    inbox.arrived.connect(take)
    worker = threading.Thread(target=lambda: [inbox.post(n) for n in range(500)])
    worker.start()
    qtbot.waitUntil(lambda: len(got) == 500, timeout=5000)
    worker.join(5)
    assert got == list(range(500))
    assert set(threads) == {here}


def test_a_closed_inbox_drops_what_comes(qtbot: QtBot) -> None:
    inbox, got = Inbox(), []
    inbox.arrived.connect(got.append)
    inbox.post("before")
    inbox.close()
    inbox.post("after")
    qtbot.wait(1)
    assert got == []


def test_writes_run_in_order_on_one_thread(qtbot: QtBot) -> None:
    jobs = Jobs()
    names: list[str] = []
    done: list[int] = []

    def work(n: int) -> int:
        names.append(threading.current_thread().name)
        return n

    for n in range(50):
        jobs.run(lambda n=n: work(n), done.append)
    qtbot.waitUntil(lambda: len(done) == 50, timeout=5000)
    jobs.stop()
    assert done == list(range(50))
    assert len(set(names)) == 1
    assert jobs.running == 0


def test_an_error_comes_back(qtbot: QtBot) -> None:
    jobs = Jobs()
    errors: list[Exception] = []

    def work() -> None:
        raise ValueError("no paper")

    jobs.run(work, None, errors.append, writes=False)
    qtbot.waitUntil(lambda: bool(errors), timeout=5000)
    jobs.stop()
    assert str(errors[0]) == "no paper"


def test_stop_finishes_every_write_and_takes_nothing_more(qtbot: QtBot) -> None:
    jobs = Jobs()
    written: list[int] = []
    for n in range(20):
        jobs.run(lambda n=n: written.append(n))
    jobs.stop()
    jobs.run(lambda: written.append(99))
    assert written == list(range(20))


def test_constants_are_kept_once_and_for_long() -> None:
    assert keep_constants() is False, "importing the package did it"
    if sys.version_info < (3, 12):
        assert min(map(sys.getrefcount, (None, True, False))) > 1 << 40
