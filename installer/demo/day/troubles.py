"""What goes wrong in a day: a thief, a cut line to head office, an agent that dies."""

import time

from installer.demo.day.exits import OVER_S, WALK_S, Exits
from installer.demo.processes import wait_until
from installer.demo.shop import DemoShop
from installer.demo.truth import Truth

PATIENCE_S = 60.0


def steal(shop: DemoShop, exits: Exits, truth: Truth, unit: str) -> None:
    """Somebody walks out with an unpaid unit; the siren must sound. Raises ``DemoTrouble``."""
    gate = shop.readers.gate
    before = len([write for write in gate.gpo if write[1]])
    exits.leave([unit], paid=False, after_s=0.1)
    wait_until(
        lambda: len([write for write in gate.gpo if write[1]]) > before, PATIENCE_S, f"the siren for {unit}", pause=0.01
    )
    alarms: list[str] = []

    def known() -> bool:
        found = (shop.ask_agent("/v1/exceptions/all") or {}).get("open", ())
        alarms[:] = [row["id"] for row in found if row.get("unit") == unit]
        return bool(alarms)

    wait_until(known, PATIENCE_S, "the alarm to be on file", pause=0.1)
    truth.scene("theft, siren on the gate's output", unit)


def settle_alarm(shop: DemoShop, unit: str) -> None:
    """Somebody looked: the alarm was right. Raises ``DemoTrouble``."""
    found = (shop.ask_agent("/v1/exceptions/all") or {}).get("open", ())
    for row in found:
        if row.get("unit") == unit and "gate" in row:
            shop.command("alarm.settle", row["id"], {"verdict": "right"})


def cut_the_line(shop: DemoShop, truth: Truth, real_s: float) -> None:
    """Head office is out of reach for a while; selling goes on. Raises ``DemoTrouble``."""
    before = len(truth.sales)
    shop.wan.cut()
    try:
        time.sleep(real_s)
        wait_until(lambda: len(truth.sales) >= before + 2, PATIENCE_S, "sales while head office is out of reach")
        sold = len(truth.sales) - before
    finally:
        shop.wan.mend()
    truth.scene("line to head office cut", f"{sold} sales meanwhile")


def kill_agent(shop: DemoShop, truth: Truth, real_s: float) -> None:
    """``kill -9`` for the agent while tills sell; started again after a while. Raises ``DemoTrouble``."""
    before = len(truth.sales)
    unfinished_s = WALK_S + OVER_S  # of such passages the end is missing
    began = shop.clock.now_ms() - int(unfinished_s * 1000 * shop.wanted.speed)
    shop.agent.kill()
    time.sleep(real_s)
    wait_until(lambda: len(truth.sales) >= before + 2, PATIENCE_S, "sales while the agent is dead")
    sold = len(truth.sales) - before
    shop.agent.start()
    wait_until(lambda: shop.readers.gate.connected, PATIENCE_S, "the gate to be watched again")
    with truth.lock:
        truth.blind.append((began, shop.clock.now_ms()))
    truth.scene("agent killed and started again", f"{sold} sales meanwhile")
