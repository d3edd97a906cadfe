"""Who may do what, who may approve, and five wrong PINs."""

import pytest

from retail.errors import Refused
from retail.staff import LOCKED_MS, Person, Tries, decide, discount_permission, may_approve, require

CASHIER = Person("c", "Anne", "cashier")
ASSOCIATE = Person("a", "Bo", "associate")
MANAGER = Person("m", "Chloé", "manager")


def test_the_three_answers() -> None:
    assert decide(CASHIER, "sell") == "allowed"
    assert decide(CASHIER, "discount_above_limit") == "needs_approval"
    assert decide(CASHIER, "approve_count") == "refused"
    assert decide(ASSOCIATE, "cash_movement") == "refused"
    assert decide(MANAGER, "approve_count") == "allowed"
    assert decide(Person("x", "Gone", "manager", active=False), "sell") == "refused"


def test_nobody_approves_for_themselves() -> None:
    assert may_approve(MANAGER, CASHIER, "price_override")
    assert not may_approve(CASHIER, CASHIER, "price_override")
    assert not may_approve(ASSOCIATE, CASHIER, "price_override")
    require(CASHIER, "price_override", MANAGER)


@pytest.mark.parametrize(
    ("person", "permission", "reason"),
    [(CASHIER, "price_override", "needs_approval"), (CASHIER, "devices", "not_permitted")],
)
def test_requiring_what_one_may_not(person: Person, permission: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        require(person, permission, ASSOCIATE)  # type: ignore[arg-type]
    assert refused.value.reason == reason


def test_a_discount_at_the_limit_needs_nobody() -> None:
    assert discount_permission(1000, 100, 1000) == "discount"
    assert discount_permission(1000, 101, 1000) == "discount_above_limit"


def test_five_wrong_pins_lock_for_five_minutes() -> None:
    tries = Tries()
    for i in range(4):
        tries = tries.after_wrong(i)
        assert not tries.locked(i)
    tries = tries.after_wrong(100)
    assert tries.locked(100 + LOCKED_MS - 1)
    assert not tries.locked(100 + LOCKED_MS)
    assert tries.after_wrong(100 + LOCKED_MS).wrong == 1


@pytest.mark.parametrize("row", [{"id": "x", "name": "N", "role": "owner"}, {"name": "N", "role": "cashier"}])
def test_rows_that_break_a_rule(row: dict[str, object]) -> None:
    with pytest.raises(Refused):
        Person.from_row(row)


def test_a_row() -> None:
    assert Person.from_row({"id": "m", "name": "Chloé", "role": "manager", "badge": "B1"}).badge == "B1"
