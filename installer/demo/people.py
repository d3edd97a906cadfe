"""The people of the demo shop: staff with PINs, and clients with a history. All names are made up by Faker."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from faker import Faker

from installer.demo.goods import DAY_MS, Goods, gtin

Row = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody on the staff; the PIN is printed by the demo so that one can try."""

    id: str
    name: str
    role: str
    pin: str


STAFF = (
    Person("camille", "Camille D.", "cashier", "1111"),
    Person("lea", "Léa B.", "associate", "2222"),
    Person("nadia", "Nadia K.", "manager", "3333"),
    Person("hugo", "Hugo P.", "cashier", "4444"),
)
TIERS = ("", "Bronze", "Argent", "Or")


def staff_rows(hash_pin: Callable[[str], str]) -> list[Row]:
    """Rows of the staff feed; ``hash_pin`` knows the store's pepper."""
    return [
        {"id": p.id, "name": p.name, "role": p.role, "pin": hash_pin(p.pin), "badge": None, "active": True}
        for p in STAFF
    ]


def client_rows(seed: int, count: int, goods: Goods) -> Iterator[Row]:
    """Rows of the customers feed: ``count`` clients, each with purchases of the last two years."""
    fake = Faker("fr_FR")
    fake.seed_instance(seed)
    dice = random.Random(seed + 17)
    for number in range(count):
        first, last = fake.first_name(), fake.last_name()
        yield {
            "id": f"c{number:06d}",
            "name": f"{first} {last}",
            "tier": dice.choice(TIERS),
            "points": dice.randrange(0, 900),
            "size": dice.choice(("S", "M", "L")),
            "email": f"client{number}@example.org",
            "phone": f"06 39 98 {number // 100 % 100:02d} {number % 100:02d}",
            "consents": {"email": dice.random() < 0.6, "sms": dice.random() < 0.3, "phone": False, "post": False},
            "wishes": [gtin(dice.randrange(9, goods.size)) for _ in range(dice.randrange(0, 4))],
            "notes": [],
            "purchases": [_purchase(dice, goods) for _ in range(dice.randrange(0, 6))],
        }


def _purchase(dice: random.Random, goods: Goods) -> Row:
    index = dice.randrange(9, goods.size)
    return {
        "at": goods.now_ms - dice.randrange(1, 700) * DAY_MS,
        "number": f"LYO1-T1-{dice.randrange(1, 9999):06d}",
        "gtin": gtin(index),
        "qty": 1,
        "minor": goods.price(index)["prices"][-1]["minor"],
        "store": "LYO1",
    }
