"""``comptoir demo --headless``: a scripted day off-screen that checks its own books."""

import importlib
import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from drivers.printers.escpos import preload
from installer.demo.findings import LEAST_SALES_A_MINUTE, Findings, examine
from installer.demo.floorplan import STORE
from installer.demo.premises import Size
from installer.demo.processes import INTERRUPTION, DemoTrouble, wait_until
from installer.demo.shop import DemoShop, Wanted
from installer.demo.table import render, rows
from installer.demo.truth import Truth
from sync import logs
from sync.verify import report

if TYPE_CHECKING:
    from installer.demo.day.director import Day

REAL_S = 37.0
"""real seconds that a day of up to thirty shop minutes lasts"""
FASTEST = 52.0
SLOWEST = 4.0
_NOTICEABLE = 1.3
SCENES = (
    "two drawers opened with a float",
    "declined card",
    "printer out of paper",
    "discount",
    "manager's approval",
    "client on the ticket",
    "order picked, checked and put into a bin",
    "order handed over by its code",
    "order returned by its tag",
    "return by tag",
    "return by ticket",
    "count approved",
    "theft, siren on the gate's output",
    "line to head office cut",
    "agent killed and started again",
    "till 1 counted and closed",
    "till 2 counted and closed",
)


def speed_for(minutes: int, slowness: float = 1.0) -> float:
    """Shop seconds in a real one: short days are played slower, so that everything finds its time.

    So are days on a machine that is ``slowness`` times slower than an idle one.
    """
    return min(FASTEST, minutes * 60 / REAL_S) / slowness


def slowness() -> float:
    """How much longer a thread takes for its work here and now than on an idle machine: 1 to ``SLOWEST``.

    What is measured is how long a tenth of a second of its processor time lasts.
    """
    began, work = time.perf_counter(), time.thread_time()
    while (done := time.thread_time() - work) < 0.1:
        sum(range(10_000))
    found = (time.perf_counter() - began) / done
    return 1.0 if found < _NOTICEABLE else min(SLOWEST, found)


def opening_ms(seed: int) -> int:
    """When the doors open: a day of the year that the seed chooses, ten o'clock in Lyon."""
    day = datetime(2026, 1, 5, 9, 0, tzinfo=UTC).timestamp() + 86_400 * (seed % 360)
    return int(day * 1000)


def play_day(folder: Path, *, seed: int, minutes: int, size: Size) -> int:
    """Play it and print what came of it; 0 only if the books are right and every scene happened."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if (folder / "shop.json").exists():
        say(f"{folder} holds a shop whose day is over: choose another folder")
        return 2
    INTERRUPTION.listen()
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    log_to(folder / "demo.log")
    slow = slowness()
    speed = speed_for(minutes, slow)
    shop = DemoShop(folder, Wanted(seed, size, speed, opening_ms(seed), slowness=slow), say)
    say(f"Setting up a shop with {size.articles:,} articles and {size.units:,} tagged units in {folder}")
    day: Day | None = None
    troubles: list[str] = []
    try:
        shop.furnish()
        day = _opened(shop, minutes, seed)
        say(f"Set up in {time.monotonic() - began:.1f} s. The doors open: seed {seed}, {minutes} minutes")
        opened = time.monotonic()
        INTERRUPTION.gently = True
        _watch_actors(day.truth)
        day.run(folder / "pictures")
        INTERRUPTION.gently = False
        say(f"The day took {time.monotonic() - opened:.1f} s")
    except DemoTrouble as trouble:
        troubles.append(str(trouble))
    except BaseException:  # Ctrl-C, or a fault of the demo's own: nothing is left running
        shop.close()
        raise
    troubles += _close(shop, complete=day is not None)
    if day is None:
        say("\n".join(f"TROUBLE: {trouble}" for trouble in troubles))
        return 1
    return _judge(shop, day.truth, day.lasted, troubles)


def _opened(shop: DemoShop, minutes: int, seed: int) -> "Day":
    """Start the programs; while they do, this one loads Qt and the printer's tables."""
    shop.launch()
    from installer.demo.day.director import Day

    preload()
    shop.open()
    return Day(shop, minutes, seed, say)


def _watch_actors(truth: Truth) -> None:
    """A fault in any thread is a fault of the day."""

    def failed(what: threading.ExceptHookArgs) -> None:
        name = what.thread.name if what.thread is not None else "a thread"
        truth.trouble(f"{name} failed: {what.exc_value!r}")
        sys.__excepthook__(what.exc_type, what.exc_value or what.exc_type(), what.exc_traceback)

    threading.excepthook = failed


def _close(shop: DemoShop, *, complete: bool) -> list[str]:
    """End the programs; what the agent wrote while it was ending is sent before."""
    threading.Thread(target=_load_books, name="books", daemon=True).start()
    try:
        if complete and shop.agent.running:
            _drain(shop)
    except DemoTrouble as trouble:
        return [str(trouble)]
    finally:
        shop.close()
    return []


def _load_books() -> None:
    """What checks the books is loaded while the programs end."""
    importlib.import_module("installer.books")


def _drain(shop: DemoShop) -> None:
    """Stop the agent with nothing left to send: timers may write a fact at any moment."""
    from installer.demo.findings import facts_of

    device = f"{STORE}-A"
    for _ in range(4):
        shop.agent.stop()
        written = sum(fact.device == device for fact in facts_of(str(shop.folder / "agent" / "edge.db")))
        arrived = next((log["seq"] for log in shop.ledger_health().get("logs", ()) if log["device"] == device), 0)
        if written == arrived:
            wait_until(lambda: not shop.ledger_health().get("backlog", 1), 60, "the ledger to have folded everything")
            return
        shop.agent.start()
        wait_until(
            lambda: all(not up["pending"] for up in shop.agent_health().get("upstreams", ({"pending": 1},))),
            60,
            "the agent's last facts to arrive",
        )
    raise DemoTrouble("the agent doesn't come to rest")


def _judge(shop: DemoShop, truth: Truth, minutes: float, troubles: list[str]) -> int:
    """Read the books, hold them against the truth, print everything."""
    from installer.books import check_books

    tills = [shop.premises.till_folder(n) / "till.db" for n in range(1, shop.premises.size.tills + 1)]
    edge = shop.folder / "agent" / "edge.db"
    own = dict(zip(shop.premises.till_devices, tills, strict=True)) | {f"{STORE}-A": edge}
    found = examine(truth, minutes, shop.premises.ledger_database, own)
    say(render(rows(found, truth)))
    violations = check_books(
        tills=[str(till) for till in tills], agents=[str(edge)], ledger=shop.premises.ledger_database, complete=True
    )
    say(report(violations))
    wrong = [*troubles, *truth.troubles, *found.wrong, *_missing(truth, found)]
    for text in wrong:
        say(f"WRONG: {text}")
    say("The day ended clean." if not (wrong or violations) else "The day did not end clean.")
    return 1 if wrong or violations else 0


def _missing(truth: Truth, found: Findings) -> list[str]:
    missing = [f"the scene didn't happen: {scene}" for scene in SCENES if scene not in truth.scenes]
    if found.sales_a_minute < LEAST_SALES_A_MINUTE:
        missing.append(f"only {found.sales_a_minute:.1f} sales a shop minute were made")
    return missing


def log_to(file: Path) -> None:
    """What tills and devices of this process log goes to a file; the screen is for the day."""
    logs.configure()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file.open("a", encoding="utf-8", buffering=1)))


def say(text: str) -> None:
    """Tell whoever watches."""
    print(text, flush=True)
