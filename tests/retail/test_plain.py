"""Values to JSON and back."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import pytest

from retail.errors import Refused
from retail.plain import from_plain, to_plain


@dataclass(frozen=True)
class Inner:
    n: int


@dataclass(frozen=True)
class Outer:
    kind: Literal["a", "b"]
    rate: Decimal
    inner: Inner | None
    many: tuple[Inner, ...]
    pair: tuple[str, int]
    names: frozenset[str]
    by_name: dict[str, Inner]


VALUE = Outer("a", Decimal("5.5"), None, (Inner(1),), ("x", 2), frozenset({"p"}), {"k": Inner(3)})


def test_there_and_back_through_json() -> None:
    assert from_plain(Outer, json.loads(json.dumps(to_plain(VALUE)))) == VALUE


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "c"},
        {"inner": {"n": "1"}},
        {"inner": {}},
        {"many": 3},
        {"pair": ["x"]},
        {"rate": "x"},
        {"inner": {"n": True}},
    ],
)
def test_other_shapes_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        from_plain(Outer, {**to_plain(VALUE), **change})
    assert refused.value.reason == "bad_plain"


def test_fields_of_a_later_release_are_passed_over() -> None:
    assert from_plain(Inner, {"n": 1, "later": 2}) == Inner(1)
