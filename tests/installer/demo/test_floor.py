"""The simulator's goods: what is taken is gone from the readers, what is put back is seen again."""

import random

import pytest

from installer.demo.devices import StoreReaders, epc_of
from installer.demo.floor import Floor
from installer.demo.floorplan import Standing, tagged_units
from installer.demo.goods import Goods


@pytest.fixture
def readers() -> StoreReaders:
    return StoreReaders(1)


@pytest.fixture
def floor(readers: StoreReaders) -> Floor:
    return Floor(readers, tagged_units(3, 400, Goods(3, 400, 0)), random.Random(3))


def seen(readers: StoreReaders) -> set[bytes]:
    """Everything that stands before any antenna."""
    twins = [readers.twin(name) for name in (*readers.llrp, *readers.mqtt)]
    return {tag.epc for twin in twins for tag in twin.field.present_tags}


def test_readers_have_before_them_what_stands_there_with_a_working_tag(floor: Floor, readers: StoreReaders) -> None:
    standing = {unit for zone in ("femme", "homme", "maison", "reserve1") for unit in floor.readable(zone)}
    assert {epc_of(unit) for unit in standing} <= seen(readers)
    assert not {epc_of(unit) for unit in floor.dead | floor.gone_before} & seen(readers)


def test_a_unit_in_somebodys_hands_stands_nowhere(floor: Floor, readers: StoreReaders) -> None:
    unit = floor.take(random.Random(1))
    assert unit is not None
    assert floor.zone_of(unit) is None
    assert epc_of(unit) not in seen(readers)
    floor.put(unit, floor.stood(unit))
    assert epc_of(unit) in seen(readers)


def test_no_unit_is_taken_twice(floor: Floor) -> None:
    dice = random.Random(2)
    taken = [unit for unit in (floor.take(dice) for _ in range(300)) if unit is not None]
    assert len(taken) == len(set(taken))


def test_an_article_that_stands_only_in_the_stockroom_isnt_on_the_shelves(readers: StoreReaders) -> None:
    one = Standing("09521000000124.1", "09521000000124", "reserve1")
    floor = Floor(readers, [one], random.Random(9))
    assert floor.on_shelves(one.gtin) == 0
    assert floor.take(random.Random(1), gtin=one.gtin) is None
    assert floor.take(random.Random(1), gtin=one.gtin, anywhere=True) == one.unit
