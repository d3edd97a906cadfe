"""EPC codec: round trips, refusals that say why, and no crash on any bytes."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.epc import (
    EpcReason,
    EpcRefused,
    ItemDate,
    Unit,
    check_digit,
    decode,
    decode_hex,
    encode_dsgtin_plus,
    encode_sgtin96,
    encode_sgtin198,
    encode_sgtin_plus,
)

SERIALS = st.text(alphabet="!\"%&'()*+,-./:;<=>?_" + string.ascii_letters + string.digits, min_size=1, max_size=20)
NUMBERS = st.integers(0, 2**38 - 1).map(str)
UNIT = Unit("80614141123458", "6789")


@st.composite
def gtins(draw: st.DrawFn) -> str:
    body = draw(st.text(alphabet=string.digits, min_size=13, max_size=13))
    return body + str(check_digit(body))


@settings(max_examples=60)
@given(gtins(), NUMBERS, st.integers(6, 12), st.integers(0, 7))
def test_what_sgtin96_writes_it_reads(gtin: str, serial: str, prefix_length: int, filter_value: int) -> None:
    epc = encode_sgtin96(Unit(gtin, serial), prefix_length, filter_value)
    assert len(epc) == 12
    assert decode(epc).unit == Unit(gtin, serial)


@settings(max_examples=60)
@given(gtins(), SERIALS, st.integers(6, 12))
def test_what_sgtin198_writes_it_reads(gtin: str, serial: str, prefix_length: int) -> None:
    epc = encode_sgtin198(Unit(gtin, serial), prefix_length)
    assert len(epc) == 26
    assert decode(epc).unit == Unit(gtin, serial)


@settings(max_examples=120)
@given(gtins(), SERIALS | NUMBERS)
def test_what_the_plus_schemes_write_they_read(gtin: str, serial: str) -> None:
    unit = Unit(gtin, serial)
    assert decode(encode_sgtin_plus(unit)).unit == unit
    tag = decode(encode_dsgtin_plus(unit, ItemDate("17", "270930")))
    assert (tag.scheme, tag.unit) == ("DSGTIN+", unit)
    assert tag.uri.endswith("?17=270930")


def test_one_item_is_one_unit_in_every_scheme() -> None:
    written = (encode_sgtin96(UNIT, 7), encode_sgtin198(UNIT, 7), encode_sgtin_plus(UNIT))
    assert {decode(epc).unit for epc in written} == {UNIT}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", EpcReason.EMPTY),
        ("000000000000000000000000", EpcReason.EMPTY),
        ("E28011052000", EpcReason.UNKNOWN_HEADER),
        ("303C257BF7194E4000001A85", EpcReason.REFUSED_PARTITION),
        ("3023DCEA2F64D19F6AC2D1F3", EpcReason.FIELD_TOO_LARGE),
        ("30043D77FAECBAA4FF21DB0C", EpcReason.FIELD_TOO_LARGE),
        ("3034257BF7194E400000", EpcReason.TRUNCATED),
        ("31D286944C1E08", EpcReason.TRUNCATED),
        ("F718061414112345804", EpcReason.TRUNCATED),
        ("F718061414112345A046A14", EpcReason.BAD_CHARACTERS),
        ("F718061414112345800", EpcReason.EMPTY),
        ("F71806141411234580", EpcReason.TRUNCATED),
        ("F7180614141123458FF000", EpcReason.BAD_CHARACTERS),
        ("F71806141411234585F000000000000000000000", EpcReason.FIELD_TOO_LARGE),
        ("3634257BF7194E0000000000000000000000000000000000000000", EpcReason.EMPTY),
        ("3634257BF7194E0400000000000000000000000000000000000000", EpcReason.BAD_CHARACTERS),
        ("FB19034680614141123458046A14", EpcReason.BAD_DATE),
        ("FB10FFFF80614141123458046A14", EpcReason.BAD_DATE),
        ("30zz", EpcReason.BAD_CHARACTERS),
    ],
)
def test_bits_that_the_standard_forbids_are_refused_with_the_reason(text: str, reason: EpcReason) -> None:
    with pytest.raises(EpcRefused) as caught:
        decode_hex(text)
    assert caught.value.why is reason


@pytest.mark.parametrize("serial", ["007", "A1", str(2**38), "", "é", "12345678901234567890123"])
def test_serials_that_sgtin96_can_not_hold_are_refused(serial: str) -> None:
    with pytest.raises(EpcRefused):
        encode_sgtin96(Unit(UNIT.gtin, serial), 7)


@pytest.mark.parametrize("prefix_length", [5, 13, -1])
def test_a_company_prefix_of_another_length_is_refused(prefix_length: int) -> None:
    with pytest.raises(EpcRefused, match="company prefix"):
        encode_sgtin96(UNIT, prefix_length)


def test_a_wrong_check_digit_is_not_silently_mended() -> None:
    with pytest.raises(EpcRefused, match="check digit"):
        encode_sgtin96(Unit("80614141123459", "1"), 7)


@pytest.mark.parametrize(
    "key", ["", "123", "80614141123458", "80614141123458-1", "80614141123458.", "8061414112345X.1"]
)
def test_what_is_no_unit_key_is_refused(key: str) -> None:
    with pytest.raises(EpcRefused):
        Unit.parse(key)


def test_a_unit_key_keeps_dots_of_the_serial() -> None:
    unit = Unit("80614141123458", "a.b.c")
    assert Unit.parse(unit.key) == unit


@pytest.mark.parametrize("date", [ItemDate("10", "270101"), ItemDate("17", "271301"), ItemDate("17", "2701")])
def test_dates_that_are_none_are_refused(date: ItemDate) -> None:
    with pytest.raises(EpcRefused):
        encode_dsgtin_plus(UNIT, date)
