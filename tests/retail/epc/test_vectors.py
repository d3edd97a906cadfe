"""EPCs agree with the vectors on which GS1's tools and epcpy agree, and where these differ TDS decides."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from retail.epc import (
    SCHEMES,
    EpcReason,
    EpcRefused,
    Tag,
    decode_hex,
    from_digital_link,
    from_pure_identity,
    from_tag_uri,
    item_key,
)
from tests.support.shared_data import json_lines

Raw = dict[str, Any]
PAIR = re.compile(r'"([0-9]{2,4})":"(.*?)"(?=,"[0-9]|\}$)')
"""the vectors' JSON leaves a quotation mark in a serial as it is"""


def ais_of(row: Raw) -> dict[str, str]:
    return dict(PAIR.findall(row.get("ai_json", "")))


def same_bits(written: Tag, text: str) -> bool:
    """Whole words were written: behind the vector's last hexadecimal digit less than a word of zeros."""
    behind = written.hex[len(text) :]
    return written.hex.startswith(text) and not behind.strip("0") and len(behind) < 4


@pytest.fixture(scope="module")
def agreed() -> list[Raw]:
    return json_lines("epc_vectors/epc_consensus.jsonl")


def test_every_agreed_row_is_read(agreed: list[Raw]) -> None:
    assert len(agreed) == 6_779
    for row in agreed:
        tag = decode_hex(row["hex"])
        plus = row["scheme"].endswith("+")
        assert tag.scheme == row["scheme"]
        assert (tag.tag_uri, tag.pure_identity) == (row.get("tag_uri"), row.get("pure_identity")), row
        # the link and the identifiers of older schemes state a date that their bits have no room for
        link, stated = row.get("digital_link"), ais_of(row)
        on_the_tag = {ai: value for ai, value in stated.items() if plus or ai in dict(tag.ais)}
        assert tag.digital_link == (link if plus or not link else link.partition("?")[0]), row
        assert dict(tag.ais) == on_the_tag, row
        assert len(stated) - len(on_the_tag) in (0, 1), row


def test_every_agreed_row_is_written_from_each_of_its_names(agreed: list[Raw]) -> None:
    for row in agreed:
        tag = decode_hex(row["hex"])
        scheme, filter_value = row["scheme"], tag.filter or 0
        if row.get("tag_uri"):
            assert same_bits(from_tag_uri(row["tag_uri"]), row["hex"]), row
            assert same_bits(from_pure_identity(row["pure_identity"], scheme, filter_value), row["hex"]), row
        if row.get("digital_link"):
            length = 0 if scheme.endswith("+") else len(tag.values[0])
            link = from_digital_link(row["digital_link"], scheme, prefix_length=length, filter=filter_value)
            assert same_bits(link, row["hex"]), row


def test_every_agreed_row_names_its_item_and_no_other_does(agreed: list[Raw]) -> None:
    for row in agreed:
        tag, ais = decode_hex(row["hex"]), ais_of(row)
        key = f"{ais['01']}.{ais['21']}" if "01" in ais else None
        assert item_key(tag.epc) == key == (tag.unit and tag.unit.key), row


def test_the_published_examples_are_read_and_written() -> None:
    for row in json_lines("epc_vectors/known_vectors.jsonl"):
        tag = decode_hex(row["hex"])
        assert tag.unit is not None
        assert tag.unit.gtin == row.get("gtin", "80614141123458")
        assert tag.unit.serial == row.get("serial", tag.unit.serial)
        assert row.get("tag_uri", tag.tag_uri) == tag.tag_uri
        assert row.get("digital_link", tag.digital_link) == tag.digital_link
        written = from_tag_uri(tag.tag_uri) if tag.tag_uri else from_digital_link(tag.uri, "SGTIN+", filter=1)
        assert same_bits(written, row["hex"].ljust(24, "0"))


class Ruling(NamedTuple):
    """Why TDS decides rows of one kind as it does; ``result`` is the pure identity, or the refusal's reason."""

    reason: str
    holds: Callable[[Raw], bool]
    result: Callable[[Raw], str | EpcReason]


def last(row: Raw) -> str:
    """The last part of the identity that GS1's demo makes of the row."""
    return str(row["pure_identity"].rpartition(".")[2])


def reference_of_no_digits(row: Raw) -> str:
    """What GS1's demo prints between a company prefix of 12 digits and the serial of a GRAI or SGLN."""
    prefix, reference, *_ = row["pure_identity"].split(":", 4)[4].split(".")
    return reference if len(prefix) == 12 and row["scheme"] in ("GRAI-96", "SGLN-96") else ""


def gs1_without_needless_escapes(row: Raw) -> str:
    return str(row["pure_identity"].replace("%28", "(").replace("%29", ")"))


def epcpy(row: Raw) -> str:
    return str(row["epcpy_says"])


RULINGS = (
    Ruling(
        "14.4.3, 14.4.4: a company prefix of L digits is below 10^L, a reference of K digits below 10^K",
        lambda row: "length too large" in row["epcpy_says"],
        lambda row: EpcReason.FIELD_TOO_LARGE,
    ),
    Ruling(
        "14.4.3: a reference of no digits (K = 0) has the value zero, any other is refused",
        lambda row: reference_of_no_digits(row) not in ("", "0"),
        lambda row: EpcReason.FIELD_TOO_LARGE,
    ),
    Ruling(
        "14.4.3: a reference of no digits isn't printed, not even as zero",
        lambda row: reference_of_no_digits(row) == "0",
        epcpy,
    ),
    Ruling(
        "14.4.2: the first 7-bit segment isn't zero, a text has at least one character",
        lambda row: row["scheme"] == "SGLN-195" and not last(row),
        lambda row: EpcReason.EMPTY,
    ),
    Ruling(
        "14.4.1: an integer of zero is the numeral 0, which is also how 6.3.3 writes a location without extension",
        lambda row: row["scheme"] == "SGLN-96" and not last(row),
        epcpy,
    ),
    Ruling(
        "14.4 step 3: a scheme of 96 bits has 96 bits; the 25th hexadecimal digit is none of them",
        lambda row: row["scheme"].endswith("-96") and len(row["hex"]) == 25,
        epcpy,
    ),
    Ruling(
        "14.4.1: an integer is the value of its bits, all of them; a float of 53 bits rounds it",
        lambda row: last(row).isdecimal() and int(last(row)) > 2**53 and "EXC" not in row["epcpy_says"],
        epcpy,
    ),
    Ruling(
        "14.4.1: an integer of two or more digits doesn't begin with zero",
        lambda row: last(row).isdecimal() and last(row).startswith("0") and "%" not in row["pure_identity"],
        epcpy,
    ),
    Ruling(
        "table A-1 and section 5: parentheses stand for themselves in a URN",
        lambda row: "%28" in row["pure_identity"] or "%29" in row["pure_identity"],
        gs1_without_needless_escapes,
    ),
    Ruling(
        "section 5: any character of a text may be an escape, the first, the last, one after a percent sign",
        lambda row: "EXC" in row["epcpy_says"] and "%" in row["pure_identity"],
        gs1_without_needless_escapes,
    ),
)


def test_every_disputed_row_is_decided() -> None:
    rows = json_lines("epc_vectors/epc_disputed.jsonl")
    assert len(rows) == 478
    used = set()
    for row in rows:
        ruling = next((ruling for ruling in RULINGS if ruling.holds(row)), None)
        assert ruling is not None, row
        used.add(ruling.reason)
        expected = ruling.result(row)
        if isinstance(expected, EpcReason):
            with pytest.raises(EpcRefused) as refused:
                decode_hex(row["hex"])
            assert refused.value.why is expected, row
            continue
        tag = decode_hex(row["hex"])
        assert tag.pure_identity == expected, row
        assert tag.tag_uri is not None
        bits = SCHEMES[tag.epc[0]].bits or 0
        assert from_tag_uri(tag.tag_uri).hex[: bits // 4] == row["hex"][: bits // 4], row
    assert len(used) == len(RULINGS)
