"""The way out: who has paid walks through the gate a little later, and the last one is waited for."""

import pytest

from drivers.rfid.llrp.twin import LlrpTwin
from installer.demo.day import exits as way_out
from installer.demo.day.exits import Exits
from installer.demo.floorplan import tagged_units
from installer.demo.goods import Goods
from installer.demo.truth import Truth
from sync.clock import SystemClock
from tests.support.waiting import wait_until


def test_somebody_is_out_only_when_the_walk_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way_out, "WALK_S", 0.3)
    unit = next(tagged_units(1, 1, Goods(1, 400, 0))).unit
    truth, gate = Truth(), LlrpTwin()
    door = Exits(gate, truth, SystemClock())
    assert door.all_out
    door.start()
    try:
        door.leave([unit], after_s=0.1)
        assert not door.all_out, "on the way to the door"
        wait_until(lambda: truth.exits)
        assert not door.all_out, "in the door"
        wait_until(lambda: door.all_out)
        assert [(one.unit, one.paid) for one in truth.exits] == [(unit, True)]
    finally:
        door.end()
