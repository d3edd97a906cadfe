"""What every scale does, on every transport."""

import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import DeviceError, Disconnected, Garbled
from drivers.scales.toledo import Answer, ToledoScale, decode, encode
from drivers.scales.twin import ScaleTwin


def _pty_twin() -> ScaleTwin:
    from drivers.far_end_pty import PtyFarEnd

    return ScaleTwin(far_end=PtyFarEnd)


MAKERS = {"tcp": ScaleTwin, "pty": _pty_twin}


@pytest.fixture(params=["tcp", pytest.param("pty", marks=pytest.mark.skipif(sys.platform == "win32", reason="POSIX"))])
def twin(request: pytest.FixtureRequest) -> Iterator[ScaleTwin]:
    made = MAKERS[request.param]()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def scale(twin: ScaleTwin) -> Iterator[ToledoScale]:
    made = ToledoScale("counter", twin.url)
    made.open()
    yield made
    made.close()


def test_goods_are_weighed(twin: ScaleTwin, scale: ToledoScale) -> None:
    twin.put(1250)
    weight = scale.weigh(5)
    assert (weight.scale, weight.grams, weight.stable) == ("counter", 1250, True)


def test_a_moving_plate_is_not_stable(twin: ScaleTwin, scale: ToledoScale) -> None:
    twin.shake()
    assert not scale.weigh(5).stable


def test_an_overload_is_said(twin: ScaleTwin, scale: ToledoScale) -> None:
    twin.overload()
    with pytest.raises(DeviceError, match="too heavy"):
        scale.weigh(5)


def test_silence_is_disconnected(twin: ScaleTwin, scale: ToledoScale) -> None:
    twin.go_silent()
    with pytest.raises(Disconnected, match="switched on"):
        scale.weigh(0.2)


def test_the_plug_is_pulled(twin: ScaleTwin, scale: ToledoScale) -> None:
    twin.put(1)
    scale.weigh(5)
    twin.drop_link()
    with pytest.raises(Disconnected):
        scale.weigh(0.5)


@given(st.integers(0, 99_999))
@settings(max_examples=50, deadline=None)
def test_answers_survive_the_wire(grams: int) -> None:
    data = encode(Answer(grams))
    assert decode(data[:-1]) is None
    assert decode(data) == Answer(grams)


def test_nonsense_is_garbled() -> None:
    with pytest.raises(Garbled):
        decode(b"hello\r")
