"""A till that is killed between the terminal's approval and the commit finds its basket and its payment again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from store_app.presenters.intents import CompleteSale, OpenShift
from store_app.presenters.names import ScreenName
from store_app.presenters.views import TenderView
from tests.support.processes import ROOT
from tests.support.tills import FakeTerminal, till_under_test

KILLED = """
import os, signal, sys
from pathlib import Path
from store_app.presenters.intents import OpenShift, Pay
from tests.support.tills import CANDLE, JUMPER, FakeTerminal, till_under_test

class Approving(FakeTerminal):
    '''Approves, and the power goes {moment}.'''
    def charge(self, attempt, minor, currency, timeout):
        if "{moment}" == "before the answer":
            Path(sys.argv[1], "charged").write_text(attempt)
            os.kill(os.getpid(), signal.SIGKILL)
        return super().charge(attempt, minor, currency, timeout)

with till_under_test(Path(sys.argv[1]), terminal=Approving()) as shop:
    shop.sign_in()
    shop.till.ask(OpenShift())
    shop.scan(CANDLE[1:])
    shop.lay(JUMPER + ".7")
    if "{moment}" == "before the commit":
        till = shop.till.services.till
        till.complete_sale = lambda request: os.kill(os.getpid(), signal.SIGKILL)
    shop.till.ask(Pay("card"))
"""


def kill_while_paying(folder: Path, moment: str) -> None:
    program = subprocess.run(
        [sys.executable, "-c", KILLED.replace("{moment}", moment), str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert program.returncode == -signal.SIGKILL, program.stderr.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_an_approved_payment_comes_back_and_nothing_is_charged_again(tmp_path: Path) -> None:
    kill_while_paying(tmp_path, "before the commit")
    with till_under_test(tmp_path, ids="later", fill=False) as shop:
        assert "sale.completed" not in shop.kinds()
        shop.sign_in()
        view = shop.till.view
        assert isinstance(view, TenderView)
        assert view.due == "0,00\xa0€"
        assert [line.amount for line in view.taken] == ["83,90\xa0€"]
        shop.till.ask(CompleteSale())
        assert shop.till.shell.screen is ScreenName.DONE
        assert shop.kinds().count("sale.completed") == 1
        assert shop.terminal.charged == []
        sale = shop.till.desk.last_sale
        assert sale is not None
        assert [tender.kind for tender in sale.fact.tenders] == ["card"]
        assert [line.units for line in sale.fact.lines if line.units] == [("09521000000193.7",)]


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_a_payment_whose_answer_never_came_is_asked_for_not_repeated(tmp_path: Path) -> None:
    kill_while_paying(tmp_path, "before the answer")
    terminal = FakeTerminal(charged=[((tmp_path / "charged").read_text(), 8390)])
    with till_under_test(tmp_path, ids="later", fill=False, terminal=terminal) as shop:
        shop.sign_in()
        assert shop.till.shell.screen is ScreenName.DONE
        assert len(terminal.charged) == 1
        assert shop.kinds().count("sale.completed") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_a_till_killed_twice_still_sells(tmp_path: Path) -> None:
    kill_while_paying(tmp_path, "before the commit")
    with till_under_test(tmp_path, ids="later", fill=False) as shop:
        shop.sign_in()
        shop.till.ask(CompleteSale())
    with till_under_test(tmp_path, ids="third", fill=False) as shop:
        shop.sign_in()
        assert shop.till.shell.screen is ScreenName.TILL
        assert shop.till.desk.sale.empty
        shop.till.ask(OpenShift())
        assert shop.till.desk.shift is not None
