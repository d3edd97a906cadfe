"""EPCs agree with the vectors on which GS1's tools and epcpy agree."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

import pytest

from retail.epc import (
    ItemDate,
    Unit,
    decode_hex,
    encode_dsgtin_plus,
    encode_sgtin96,
    encode_sgtin198,
    encode_sgtin_plus,
)
from tests.support.shared_data import json_lines

LINK = re.compile(r"https://id\.gs1\.org/01/(?P<gtin>[0-9]{14})/21/(?P<serial>[^?]+)(\?(?P<ai>[0-9]+)=(?P<date>.+))?")


class Row(NamedTuple):
    scheme: str
    hex: str
    unit: Unit | None
    tag_uri: str | None
    link: str | None
    date: ItemDate | None

    @property
    def filter(self) -> int:
        nibble = int(self.hex[2], 16)
        return nibble & 7 if self.scheme.endswith("+") else nibble >> 1

    @property
    def carries_more_data(self) -> bool:
        return self.scheme.endswith("+") and bool(int(self.hex[2], 16) & 8)


def rows(name: str) -> Iterator[Row]:
    for raw in json_lines(f"epc_vectors/{name}"):
        link = raw.get("digital_link")
        found = LINK.fullmatch(link) if link else None
        unit = Unit(found["gtin"], unquote(found["serial"])) if found else None
        date = ItemDate(found["ai"], found["date"]) if found and found["ai"] else None
        yield Row(raw["scheme"], raw["hex"], unit, raw.get("tag_uri"), link, date)


def encoded(row: Row) -> bytes:
    assert row.unit is not None
    if row.scheme == "SGTIN+":
        return encode_sgtin_plus(row.unit, row.filter)
    if row.scheme == "DSGTIN+":
        assert row.date is not None
        return encode_dsgtin_plus(row.unit, row.date, row.filter)
    assert row.tag_uri is not None
    prefix_length = len(row.tag_uri.split(".")[1])
    encode = encode_sgtin96 if row.scheme == "SGTIN-96" else encode_sgtin198
    return encode(row.unit, prefix_length, row.filter)


ITEMS = ("SGTIN-96", "SGTIN-198", "SGTIN+", "DSGTIN+")


@pytest.mark.parametrize("scheme", ITEMS)
def test_every_agreed_row_of_an_item_scheme_is_read_and_written(scheme: str) -> None:
    seen = 0
    for row in rows("epc_consensus.jsonl"):
        if row.scheme != scheme:
            continue
        seen += 1
        tag = decode_hex(row.hex)
        assert (tag.scheme, tag.unit) == (scheme, row.unit), row
        if row.tag_uri is not None:
            assert tag.uri == row.tag_uri, row
        elif scheme == "DSGTIN+":
            assert tag.uri == row.link, row
        else:
            assert row.link is not None
            assert tag.uri == row.link.partition("?")[0], row
        if row.carries_more_data:
            continue
        assert encoded(row).hex().upper().rstrip("0") == row.hex.rstrip("0"), row
    assert seen > 200


def test_every_agreed_row_of_another_scheme_is_named_and_is_no_item() -> None:
    seen = set()
    for row in rows("epc_consensus.jsonl"):
        if row.scheme in ITEMS:
            continue
        tag = decode_hex(row.hex)
        assert (tag.scheme, tag.unit) == (row.scheme, None), row
        seen.add(row.scheme)
    assert len(seen) >= 13


def test_the_published_examples_are_read() -> None:
    for raw in json_lines("epc_vectors/known_vectors.jsonl"):
        tag = decode_hex(raw["hex"])
        assert tag.unit is not None
        assert tag.unit.gtin == raw.get("gtin", "80614141123458")
        assert raw.get("tag_uri", tag.uri) == tag.uri
        assert raw.get("digital_link", tag.uri) == tag.uri


def test_disputed_serials_are_what_the_bits_hold() -> None:
    """A number has no leading zero, and 38 bits are 38 bits: what GS1's demo lets through isn't on the tag."""
    seen = 0
    for raw in json_lines("epc_vectors/epc_disputed.jsonl"):
        if raw["scheme"] != "SGTIN-96" or len(raw["hex"]) != 24 or not raw["epcpy_says"].startswith("urn:"):
            continue
        tag = decode_hex(raw["hex"])
        assert tag.unit is not None
        assert raw["epcpy_says"].rpartition(".")[2] == tag.unit.serial
        seen += 1
    assert seen > 10
