"""The whole till with its window: jobs come back, views are shown, and nothing is left running when it stops."""

import threading
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from store_app.presenters.intents import OpenShift, PadKey, Pay, Scanned, SelectPerson, TakeTender
from store_app.presenters.names import ScreenName
from store_app.settings import TillSettings
from store_app.wiring import TillApp, build_till
from sync.feeds.row import FeedRow
from tests.support.tills import CANDLE, NOW, PEPPER, shop_rows


@pytest.fixture
def till(tmp_path: Path, qtbot: QtBot):
    (tmp_path / "pepper.key").write_bytes(PEPPER)
    settings = TillSettings.model_validate(
        {"till": {"store": "LYO1", "device": "LYO1-T1", "folder": tmp_path}, "clock": {"origin": NOW}}
    )
    before = set(threading.enumerate())
    made = build_till(settings)
    for feed, rows in shop_rows(PEPPER).items():
        fed = [FeedRow(version, key, 1, body) for version, (key, body) in enumerate(rows, 1)]
        made.services.reference.apply(feed, fed, len(fed))
    made.start()
    made.window.show()
    yield made
    made.window.close()
    begun = time.monotonic()
    made.stop()
    assert time.monotonic() - begun < 2.0
    assert set(threading.enumerate()) <= before


def ask(till: TillApp, *intents: object) -> None:
    for intent in intents:
        till.window.intent.emit(intent)


def test_from_sign_in_to_the_ticket(till: TillApp, qtbot: QtBot) -> None:
    ask(till, SelectPerson("camille"), *(PadKey("1") for _ in range(4)))
    qtbot.waitUntil(lambda: till.window.present is ScreenName.SHIFT, timeout=10_000)
    ask(till, OpenShift())
    qtbot.waitUntil(lambda: till.window.present is ScreenName.TILL, timeout=10_000)
    till.services.deliver(Scanned(CANDLE[1:], "]E0", "scanner"))
    qtbot.waitUntil(lambda: not till.shell.desk.sale.empty, timeout=10_000)
    ask(till, Pay("cash"), TakeTender("cash", 5000))
    qtbot.waitUntil(lambda: till.window.present is ScreenName.DONE, timeout=10_000)
    sale = till.shell.desk.last_sale
    assert sale is not None
    assert sale.fact.tenders[0].change_minor == 2600


def test_a_disconnected_scan_in_another_thread_reaches_the_basket(till: TillApp, qtbot: QtBot) -> None:
    ask(till, SelectPerson("camille"), *(PadKey("1") for _ in range(4)))
    qtbot.waitUntil(lambda: till.window.present is ScreenName.SHIFT, timeout=10_000)
    burst = threading.Thread(
        target=lambda: [till.services.deliver(Scanned(CANDLE[1:], "]E0", "scanner")) for _ in range(50)]
    )
    burst.start()
    burst.join()
    qtbot.waitUntil(lambda: till.shell.desk.sale.priced.count == 50, timeout=10_000)
