"""Times as readers write them."""

import pytest

from drivers.errors import Garbled
from drivers.rfid.timestamps import to_us

MOMENT = 1_645_568_542_222_000


@pytest.mark.parametrize(
    "stamp",
    [
        "2022-02-22T22:22:22.222Z",
        "2022-02-22T22:22:22.222+0000",
        "2022-02-22T23:22:22.222+01:00",
        "2022-02-22T22:22:22.222000000Z",
        "2022-02-22T22:22:22.222",
        "1645568542222",
        1645568542222,
        1645568542222000,
        1645568542222000000,
        "1645568542.222",
    ],
)
def test_every_form_is_the_same_moment(stamp: str | int) -> None:
    assert to_us(stamp) == MOMENT


@pytest.mark.parametrize("stamp", [None, ""])
def test_no_time_is_none(stamp: str | None) -> None:
    assert to_us(stamp) is None


@pytest.mark.parametrize("stamp", ["yesterday", "2022-13-01T00:00:00Z", -5, 0, 1e30])
def test_what_is_no_time_is_refused(stamp: str | float) -> None:
    with pytest.raises(Garbled):
        to_us(stamp)
