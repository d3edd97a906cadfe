"""Every scheme: what is written is read again, under each of its names; epcpy reads the same."""

import re
import string
from functools import cache

import pytest
from epcpy import hex_to_tag_encodable
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.epc import (
    DATE_TYPES,
    SCHEMES,
    EpcReason,
    EpcRefused,
    Scheme,
    Tag,
    check_digit,
    decode,
    encode,
    from_digital_link,
    from_pure_identity,
    from_tag_uri,
)
from retail.epc.characters import SET_82
from retail.epc.fields import Agency, Digits, Field, Integer, NumericString, Terminated, Text
from retail.epc.formats import Alphanumeric, Delimited, Nibbles, Numeric, Pair, PrioritisedDate

ALL = tuple(SCHEMES.values())
OLD = tuple(scheme for scheme in ALL if not scheme.plus)
EPCPY_READS = tuple(scheme for scheme in OLD if scheme.name not in ("GDTI-113", "CPI-var", "ADI-var"))
"""it left out the first (deprecated in TDS 1.9) and looks for the end of a 6-bit text between its characters, too"""

SAFE = string.ascii_letters + string.digits + "-._"
"""characters that every oracle handles: epcpy cuts its own URIs at colons"""


def digits(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(string.digits, min_size=least, max_size=most)


def value_of(field: Field, alphabet: str) -> st.SearchStrategy[str]:
    """Texts that the field holds."""
    match field:
        case Digits(count=count) | Nibbles(count=count):
            return digits(count, count)
        case Integer(width=width, limit=limit):
            return st.integers(0, (limit or 1 << width) - 1).map(str)
        case NumericString(longest=longest) | Numeric(longest=longest):
            return digits(1, longest)
        case Text(longest=longest) | Alphanumeric(longest=longest):
            return st.text(alphabet, min_size=1, max_size=longest) | digits(1, longest)
        case Terminated(longest=longest, shortest=shortest):
            return st.text(string.digits + string.ascii_uppercase + "-/", min_size=shortest, max_size=longest)
        case Agency():
            return st.text("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=5, max_size=6)
        case Delimited(longest=longest):
            upper = st.text(string.ascii_uppercase + string.digits + "-", max_size=longest - 5)
            return st.builds("".join, st.tuples(digits(5, 5), upper))
        case Pair(first=first, second=second):
            return st.builds("".join, st.tuples(value_of(first, alphabet), value_of(second, alphabet)))
        case PrioritisedDate():
            return st.sampled_from([f"{ai}=2702{day}" for ai, _ in DATE_TYPES for day in ("00", "01", "29")])
    raise AssertionError(field)


@cache
def tags(scheme: Scheme, alphabet: str = "".join(sorted(SET_82))) -> st.SearchStrategy[Tag]:
    layouts = st.sampled_from(scheme.layouts)
    values = layouts.flatmap(lambda fields: st.tuples(*(value_of(field, alphabet) for field in fields)))
    filters = st.integers(0, (1 << scheme.filter_bits) - 1)
    return st.builds(lambda filter_value, texts: encode(scheme, filter_value, texts), filters, values)


@pytest.mark.parametrize("scheme", ALL, ids=lambda scheme: scheme.name)
def test_what_is_written_is_read(scheme: Scheme) -> None:
    @settings(max_examples=60, database=None)
    @given(tags(scheme))
    def holds(written: Tag) -> None:
        assert decode(written.epc) == written
        assert len(written.epc) % 2 == 0
        assert scheme.bits is None or len(written.epc) == -(-scheme.bits // 16) * 2
        if written.tag_uri and written.pure_identity:
            assert from_tag_uri(written.tag_uri) == written
            assert from_pure_identity(written.pure_identity, scheme.name, written.filter or 0) == written

    holds()


@pytest.mark.parametrize("scheme", [s for s in ALL if s.family.key], ids=lambda scheme: scheme.name)
def test_what_is_written_is_written_from_its_link(scheme: Scheme) -> None:
    @settings(max_examples=60, database=None)
    @given(tags(scheme))
    def holds(written: Tag) -> None:
        assert written.digital_link is not None
        length = 0 if scheme.plus else len(written.values[0])
        filter_value = written.filter or 0
        assert (
            from_digital_link(written.digital_link, scheme.name, prefix_length=length, filter=filter_value) == written
        )

    holds()


@pytest.mark.parametrize("scheme", EPCPY_READS, ids=lambda scheme: scheme.name)
def test_epcpy_reads_the_same(scheme: Scheme) -> None:
    @settings(max_examples=40, database=None)
    @given(tags(scheme, SAFE))
    def holds(written: Tag) -> None:
        assert str(hex_to_tag_encodable(written.hex).epc_uri) == written.pure_identity

    holds()


def test_a_part_and_the_aircraft_it_belongs_to() -> None:
    """TDS's own example."""
    tag = from_tag_uri("urn:epc:tag:adi-var:3.35962.PQ7VZ4.M37GXB92")
    assert tag.hex.startswith("3B0E0CF5E76C9047759AD00373DC7602E7200")
    assert decode(tag.epc).pure_identity == "urn:epc:id:adi:35962.PQ7VZ4.M37GXB92"


@pytest.mark.parametrize("scheme", [s for s in ALL if s.bits], ids=lambda scheme: scheme.name)
def test_every_missing_byte_is_noticed(scheme: Scheme) -> None:
    whole = bytes([scheme.header]) + bytes(24)
    for size in range(1, ((scheme.bits or 0) + 7) // 8):
        with pytest.raises(EpcRefused) as refused:
            decode(whole[:size])
        assert refused.value.why is EpcReason.TRUNCATED


@pytest.mark.parametrize("scheme", [s for s in OLD if s.partitioned], ids=lambda scheme: scheme.name)
def test_partition_seven_is_refused_everywhere(scheme: Scheme) -> None:
    with pytest.raises(EpcRefused) as refused:
        decode(bytes([scheme.header, 0b000_111_00]) + bytes(30))
    assert refused.value.why is EpcReason.REFUSED_PARTITION


@pytest.mark.parametrize("scheme", [s for s in OLD if s.reserved], ids=lambda scheme: scheme.name)
def test_reserved_bits_are_zero(scheme: Scheme) -> None:
    whole = encode(scheme, 0, ("0614141", "1234567890")).epc
    with pytest.raises(EpcRefused) as refused:
        decode(whole[:11] + b"\x01")
    assert refused.value.why is EpcReason.RESERVED_BITS


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("urn:epc:tag:sgtin-96:1.0614141.812345.007", EpcReason.BAD_CHARACTERS),
        ("urn:epc:tag:sgtin-96:1.0614141.812345.274877906944", EpcReason.FIELD_TOO_LARGE),
        ("urn:epc:tag:sgtin-96:1.0614141.812345." + "9" * 5000, EpcReason.FIELD_TOO_LARGE),
        ("urn:epc:tag:sgtin-96:1.0614141.81234.1", EpcReason.BAD_CHARACTERS),
        ("urn:epc:tag:sgtin-96:1.06141.81234567.1", EpcReason.REFUSED_PARTITION),
        ("urn:epc:tag:sgtin-96:8.0614141.812345.1", EpcReason.FIELD_TOO_LARGE),
        ("urn:epc:tag:sgtin-96:01.0614141.812345.1", EpcReason.BAD_URI),
        ("urn:epc:tag:sgtin-96:1.0614141.812345", EpcReason.BAD_URI),
        ("urn:epc:tag:sgtin-95:1.0614141.812345.1", EpcReason.BAD_URI),
        ("urn:epc:tag:sgtin+:1.0614141.812345.1", EpcReason.BAD_URI),
        ("urn:epc:id:sgtin:0614141.812345.1", EpcReason.BAD_URI),
        ("urn:epc:tag:sgtin-198:1.0614141.812345.a/b", EpcReason.BAD_URI),
        ("urn:epc:tag:sgtin-198:1.0614141.812345.é", EpcReason.BAD_CHARACTERS),
        ("urn:epc:tag:sgtin-198:1.0614141.812345.", EpcReason.EMPTY),
        ("urn:epc:tag:sgtin-198:1.0614141.812345." + "A" * 21, EpcReason.FIELD_TOO_LARGE),
        ("urn:epc:tag:sgcn-96:1.0614141.12345.", EpcReason.BAD_CHARACTERS),
        ("urn:epc:tag:cpi-96:1.0614141.123456789.1", EpcReason.FIELD_TOO_LARGE),
        ("urn:epc:tag:adi-var:1.3596I.PQ7.M37", EpcReason.BAD_CHARACTERS),
        ("urn:epc:tag:adi-var:1.35962.P%23Q7.M37", EpcReason.BAD_CHARACTERS),
        ("urn:epc:tag:adi-var:1.35962.PQ7.%23", EpcReason.EMPTY),
        ("urn:epc:tag:gid-96:1.2", EpcReason.BAD_URI),
    ],
)
def test_tag_uris_that_name_nothing_are_refused(text: str, reason: EpcReason) -> None:
    with pytest.raises(EpcRefused) as refused:
        from_tag_uri(text)
    assert refused.value.why is reason


@pytest.mark.parametrize(
    ("link", "scheme", "reason"),
    [
        ("https://id.gs1.org/01/80614141123458/21/6789", "SGTIN-96", EpcReason.REFUSED_PARTITION),
        ("https://id.gs1.org/01/80614141123459/21/6789", "SGTIN-198", EpcReason.CHECK_DIGIT),
        ("https://id.gs1.org/01/80614141123458", "SGTIN+", EpcReason.BAD_URI),
        ("https://id.gs1.org/01/80614141123458/21/a%C3%A9", "SGTIN+", EpcReason.BAD_CHARACTERS),
        ("https://id.gs1.org/01/80614141123458/21/6789", "DSGTIN+", EpcReason.BAD_DATE),
        ("https://id.gs1.org/01/80614141123458/21/6789?9=1", "SGTIN+", EpcReason.UNKNOWN_IDENTIFIER),
        ("https://id.gs1.org/01/80614141123458/21/6789?99=" + "x" * 80, "SGTIN+", EpcReason.TOO_LONG),
        ("https://id.gs1.org/01/80614141123458/21/1?21=2", "SGTIN+", EpcReason.BAD_URI),
        ("https://id.gs1.org/hello", "SGTIN+", EpcReason.BAD_URI),
        ("urn:epc:id:sgtin:0614141.812345.1", "SGTIN+", EpcReason.BAD_URI),
        ("https://id.gs1.org/01/80614141123458/21/6789", "SGTIN-9", EpcReason.BAD_URI),
        ("https://id.gs1.org/00/106141412345678908", "GID-96", EpcReason.BAD_URI),
    ],
)
def test_links_that_name_nothing_are_refused(link: str, scheme: str, reason: EpcReason) -> None:
    with pytest.raises(EpcRefused) as refused:
        from_digital_link(link, scheme, prefix_length=0 if "96" in scheme else 7)
    assert refused.value.why is reason


def test_a_link_of_any_shop_names_the_same_item() -> None:
    tag = from_digital_link("HTTPS://shop.example/p/01/9506000134352/21/A1?linkType=gs1:pip#top", "SGTIN+")
    assert tag.unit is not None
    assert tag.unit.key == "09506000134352.A1"
    assert re.fullmatch(r"https://id\.gs1\.org/01/09506000134352/21/A1", tag.uri)


def test_a_place_without_extension_has_the_extension_zero() -> None:
    link = "https://id.gs1.org/414/9506000134376"
    for scheme in ("SGLN-96", "SGLN-195", "SGLN+"):
        assert from_digital_link(link, scheme, prefix_length=7).ais == (("414", "9506000134376"), ("254", "0"))


@pytest.mark.parametrize(
    ("body", "digit"), [("629104150021", 3), ("37610425002123456", 9), ("9638507", 4), ("8061414112345", 8), ("0", 0)]
)
def test_published_check_digits(body: str, digit: int) -> None:
    assert check_digit(body) == digit
