"""Item keys: the short way says what the long way says, on every tag and on every piece of rubbish."""

import random

import pytest

from retail.epc import (
    SCHEMES,
    EpcRefused,
    ItemDate,
    ItemKeys,
    Unit,
    decode,
    encode_dsgtin_plus,
    encode_sgtin96,
    encode_sgtin198,
    encode_sgtin_plus,
    from_tag_uri,
    item_key,
)

UNIT = Unit("80614141123458", "6789")
HEADERS = tuple(SCHEMES)


def rubbish(count: int, seed: int) -> list[bytes]:
    """Random byte strings of 0 to 63 bytes, half of them behind a header that is in use."""
    source = random.Random(seed)
    strings = [source.randbytes(source.randrange(64)) for _ in range(count)]
    return [bytes([HEADERS[turn % len(HEADERS)]]) + s if turn % 2 else s for turn, s in enumerate(strings)]


def understood(epc: bytes) -> str | None:
    """The unit key by both ways, ``refused`` if both refuse; anything else than a refusal fails the test."""
    try:
        quick = item_key(epc)
    except EpcRefused:
        quick = "refused"
    try:
        unit = decode(epc).unit
    except EpcRefused:
        # only data behind the identity may be what the long way minds
        assert quick == "refused" or quick is None or SCHEMES[epc[0]].plus, epc.hex()
        return "refused"
    assert quick == (unit and unit.key), epc.hex()
    return quick


@pytest.mark.parametrize(
    "count", [10_000, pytest.param(10_000_000, marks=[pytest.mark.long, pytest.mark.timeout(7_200)])]
)
def test_random_byte_strings_are_read_or_refused(count: int) -> None:
    batch, refused = 10_000, 0
    for seed in range(count // batch):
        refused += sum(understood(epc) == "refused" for epc in rubbish(batch, seed))
    assert count * 0.05 < refused < count * 0.99


def test_every_length_from_nothing_to_496_bits_and_beyond() -> None:
    for header in HEADERS:
        for size in range(66):
            understood((bytes([header]) + b"\x14" * size)[:size])
    assert understood(bytes(62)) == "refused"
    assert understood(encode_sgtin96(UNIT, 7).ljust(62, b"\0")) == UNIT.key
    assert understood(encode_sgtin_plus(UNIT).ljust(62, b"\0")) == UNIT.key
    assert understood(encode_sgtin96(UNIT, 7).ljust(63, b"\0")) == "refused"


@pytest.mark.parametrize("serial", ["0", "6789", "007", "ABCDEF0", "abcdef", "a.b-C", "99999999999999999999", "0x/'%"])
def test_one_item_has_one_key_in_every_scheme_that_holds_it(serial: str) -> None:
    unit = Unit(UNIT.gtin, serial)
    written = [encode_sgtin198(unit, 7), encode_sgtin_plus(unit), encode_dsgtin_plus(unit, ItemDate("17", "270930"))]
    if serial in ("0", "6789"):
        written += [encode_sgtin96(unit, length) for length in range(6, 13)]
    for epc in written:
        assert item_key(epc) == unit.key


def test_other_tags_have_no_item_key() -> None:
    assert item_key(from_tag_uri("urn:epc:tag:sscc-96:0.0614141.1234567890").epc) is None


def test_keys_are_remembered_counted_and_forgotten_in_time() -> None:
    keys = ItemKeys(limit=3)
    epc = encode_sgtin96(UNIT, 7)
    assert (keys[epc], keys[epc], keys[b""], len(keys)) == (UNIT.key, UNIT.key, None, 2)
    assert keys[from_tag_uri("urn:epc:tag:sscc-96:0.0614141.1234567890").epc] is None
    assert keys[b""] is None
    assert keys.refused == {"empty": 1, "not_an_item": 1}
    assert keys[b"\xe2"] is None
    assert list(keys) == [b"\xe2"]
