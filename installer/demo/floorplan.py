"""The demo shop's premises: zones, bins, readers with their antennas, and what stands where."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from installer.demo.goods import Goods, gtin

Row = dict[str, Any]
STORE = "LYO1"


@dataclass(frozen=True)
class Zone:
    """A part of the shop that is counted for itself."""

    id: str
    fr: str
    en: str
    location: str
    walk: int


ZONES = (
    Zone("femme", "Femme", "Women", "salesfloor", 10),
    Zone("homme", "Homme", "Men", "salesfloor", 20),
    Zone("accessoires", "Accessoires", "Accessories", "salesfloor", 30),
    Zone("maison", "Maison", "Home", "salesfloor", 40),
    Zone("cabines", "Cabines", "Fitting rooms", "salesfloor", 50),
    Zone("reserve1", "Réserve R1", "Stockroom R1", "stockroom", 60),
    Zone("reserve2", "Réserve R2", "Stockroom R2", "stockroom", 70),
)


@dataclass(frozen=True)
class Gate:
    """A way in and out with a reader."""

    id: str
    fr: str
    en: str


GATES = (Gate("entree", "Entrée principale", "Main entrance"),)


@dataclass(frozen=True)
class Antenna:
    """One antenna: it covers a zone, or one side of a gate."""

    port: int
    zone: str | None = None
    gate: str | None = None
    side: str | None = None


@dataclass(frozen=True)
class ReaderPlan:
    """One reader of the shop and how it speaks."""

    name: str
    kind: str
    antennas: tuple[Antenna, ...]


READERS = (
    ReaderPlan("portique", "llrp", (Antenna(1, gate="entree", side="in"), Antenna(2, gate="entree", side="out"))),
    ReaderPlan("plafond-femme", "impinj-mqtt", (Antenna(1, zone="femme"), Antenna(2, zone="cabines"))),
    ReaderPlan("plafond-homme", "impinj-mqtt", (Antenna(1, zone="homme"), Antenna(2, zone="accessoires"))),
    ReaderPlan("plafond-maison", "zebra-mqtt", (Antenna(1, zone="maison"),)),
    ReaderPlan("reserve", "llrp", (Antenna(1, zone="reserve1"), Antenna(2, zone="reserve2"))),
    ReaderPlan("portable", "zebra-handheld", ()),
)


def settings_rows(ledger_key: str, devices: list[Row]) -> dict[str, Row]:
    """Rows of the settings feed by key."""
    return {
        "store": {
            "store": STORE,
            "name": "Lyon Bellecour",
            "city": "Lyon",
            "country": "FR",
            "currency": "EUR",
            "locale": "fr_FR",
            "timezone": "Europe/Paris",
            "siret": "00000000000000",
            "prices_include_tax": True,
            "receipt": {"print": "always"},
            "cash_limit_minor": 100_000,
            "discount_limit_bp": 1000,
            "ledger_key": ledger_key,
            "gate": {"window_min": 15, "till_silence_s": 5},
        },
        "plan": {
            "zones": [
                {"id": z.id, "name": {"fr": z.fr, "en": z.en}, "location": z.location, "walk": z.walk} for z in ZONES
            ],
            "gates": [{"id": gate.id, "name": {"fr": gate.fr, "en": gate.en}} for gate in GATES],
            "bins": [f"{number:02d}" for number in range(1, 25)],
        },
        "devices": {"devices": devices},
    }


@dataclass(frozen=True)
class Standing:
    """One tagged unit and the zone in which it stands."""

    unit: str
    gtin: str
    zone: str


def tagged_units(seed: int, count: int, goods: Goods) -> Iterator[Standing]:
    """``count`` tagged units over the tagged articles; a third of them wait in the stockroom."""
    dice = random.Random(seed + 31)
    tagged = [i for i in range(min(goods.size, max(400, count // 3))) if goods.article(i)["tagged"]]
    for number in range(count):
        index = tagged[number % len(tagged)]
        zone = goods.zone(index)
        if dice.random() < 0.33:
            zone = dice.choice(("reserve1", "reserve2"))
        yield Standing(f"{gtin(index)}.{number + 1}", gtin(index), zone)


def untagged_stock(seed: int, goods: Goods) -> Iterator[tuple[str, int]]:
    """(gtin, quantity) of goods without tags, on the sales floor."""
    dice = random.Random(seed + 37)
    for index in range(min(goods.size, 2000)):
        row = goods.article(index)
        if row["stocked"] and not row["tagged"]:
            yield row["gtin"], dice.randrange(20, 80)
