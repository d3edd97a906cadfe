"""The manager counts a zone: the fixed readers hear what they can, the handheld is carried along the shelves."""

import time
from collections.abc import Callable

from installer.demo.devices import CARRIED_READS_S, HANDHELD
from installer.demo.floor import Floor
from installer.demo.shop import DemoShop
from installer.demo.truth import CountTruth, Truth

STEPS = 5
STEP_S = 0.5


def count_zone(
    shop: DemoShop, floor: Floor, truth: Truth, zone: str, show: Callable[[str, str], None], *, step_s: float = STEP_S
) -> None:
    """One whole count, approved as proposed. Raises ``DemoTrouble``."""
    seen = CountTruth(zone, stood=floor.readable(zone), never_there=set(floor.gone_before))
    opened = shop.command("count.open", zone, {"zone": zone})
    seen.id = opened["count"]
    shelves = sorted(floor.readable(zone))
    for step in range(1, STEPS + 1):
        reached = shelves[: len(shelves) * step // STEPS]
        shop.readers.handheld.present(floor.tags_of(reached))
        seen.stood &= floor.readable(zone)
        if step == STEPS - 1:
            show("count", zone)
        time.sleep(step_s)
    _read_twice(shop, len(shelves), step_s)
    shop.readers.handheld.present(())
    seen.stood &= floor.readable(zone)
    shop.command("count.finish", seen.id)
    show("differences", seen.id)
    shop.command("count.approve", seen.id, {"decisions": {}})
    with truth.lock:
        truth.count = seen
    truth.scene("count approved", f"{zone}: {opened['expected']} expected")


def _read_twice(shop: DemoShop, tags: int, step_s: float) -> None:
    """The manager goes on until the handheld has read everything before it twice, or for a while."""
    ends, before = time.monotonic() + 20 * step_s + 3 * tags / CARRIED_READS_S, _reads(shop)
    while time.monotonic() < ends and _reads(shop) < before + 2 * tags:
        time.sleep(step_s / 2)


def _reads(shop: DemoShop) -> int:
    readers = shop.agent_health().get("readers", ())
    return sum(int(reader["reads"]) for reader in readers if reader["name"] == HANDHELD)
