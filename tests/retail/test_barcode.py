"""Scans: published strings to accept and refuse, in-store codes, and what a till meets."""

import re
from decimal import Decimal

import pytest
from biip.checksums import gs1_price_weight_check_digit, gs1_standard_check_digit
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.barcode import FNC1, FRANCE, Pattern, ScanRefusal, patterns, read
from retail.errors import Refused
from tests.support.shared_data import csv_rows, json_data

REFUSED = {
    "": "empty_scan",
    "]": "unreadable_scan",
    "]XX": "empty_scan",
    "]d2": "empty_scan",
    "]e0": "empty_scan",
    "]E0": "empty_scan",
    "]E4": "empty_scan",
    "]J1": "empty_scan",
    "]E41234567": "unreadable_scan",
    "]E012345678901234": "unreadable_scan",
    "]E402345674": "bad_check_digit",
    "]E02112345678901": "bad_check_digit",
    "]C101123123123133^10ABC": "unreadable_scan",
    "]Q1https://a/NOPRIMARYAI": "unreadable_scan",
}
"""the published strings that aren't codes, and why"""


@pytest.mark.parametrize("vector", json_data("barcode/gs1_scandata_vectors.json"), ids=lambda vector: vector["scan"])
def test_published_scan_strings(vector: dict[str, str]) -> None:
    """The 32 strings of GS1's own syntax engine: accepted with the same meaning, or refused."""
    if not vector["ok"]:
        with pytest.raises(Refused) as refused:
            read(vector["scan"])
        assert refused.value.reason == REFUSED[vector["scan"]]
        return
    scanned, meant = read(vector["scan"]), vector["data_str"]
    if meant.startswith("^"):  # element strings, FNC1 written as a caret
        assert scanned.kind == "element_string"
        assert scanned.text == meant[1:].replace("^", FNC1)
        assert scanned.gtin == scanned.ais["01"] == meant[3:17]
        assert list(scanned.ais.values())[-1] == re.split(r"\^(?:99|97|98|10)", meant)[-1]
    elif meant.startswith("\\"):  # plain text that begins with a caret, escaped
        assert (scanned.kind, scanned.text, scanned.ais) == ("text", meant[1:], {})
    elif meant.lower().startswith("https://"):
        assert (scanned.kind, scanned.text, scanned.gtin) == ("digital_link", meant, "12312312312333")
        assert scanned.ais == {"01": "12312312312333", "99": "TEST"}
    else:
        assert (scanned.kind, scanned.gtin) == ("gtin", meant.zfill(14))


def test_there_are_32_published_strings_and_all_refusals_are_named() -> None:
    vectors = json_data("barcode/gs1_scandata_vectors.json")
    assert len(vectors) == 32
    assert {vector["scan"] for vector in vectors if not vector["ok"]} == set(REFUSED)


def test_composites_say_more_about_the_article() -> None:
    magazine = read("]E03256220513173|]e010LOT7\x1d17270930")
    assert (magazine.kind, magazine.gtin) == ("gtin", "03256220513173")
    assert magazine.ais == {"10": "LOT7", "17": "270930"}
    assert read("]E402345673|]e021A1").serial == "A1"
    databar = read("]e00112312312312333\x1d10ABC")
    assert (databar.gtin, databar.ais["10"]) == ("12312312312333", "ABC")
    for wrong in ("]E03256220513173|]e0", "]E03256220513173|]e0XY", "]E03256220513174|]e010A", "]E0|]e010A"):
        with pytest.raises(Refused):
            read(wrong)


def test_a_magazine_has_an_add_on() -> None:
    code = _checked("977177070002")
    assert (read(f"]E3{code}12").gtin, read(f"]E3{code}12").addon) == (f"0{code}", "12")
    assert read(f"]E3{code}12345").addon == "12345"
    with pytest.raises(Refused):
        read(f"]E3{code}")


@pytest.mark.parametrize("aim", ["]C1", "]e0", "]d2", "]Q3", "]J1"])
@pytest.mark.parametrize("text", ["", FNC1, FNC1 * 3, "\r"])
def test_a_gs1_symbol_with_nothing_in_it_is_refused(aim: str, text: str) -> None:
    with pytest.raises(Refused) as refused:
        read(text, aim)
    assert refused.value.reason == "empty_scan"


@pytest.mark.parametrize("aim", ["]Q1", "]d1", "]J0", "]Q3", ""])
def test_links_are_links_under_every_id_that_may_carry_them(aim: str) -> None:
    text = "HTTPS://shop.example/01/9506000134352/10/L%2F1/21/A?3103=000195"
    if aim == "]Q3":  # GS1 QR carries element strings
        with pytest.raises(Refused):
            read(text, aim)
        return
    scanned = read(text, aim)
    assert (scanned.kind, scanned.gtin, scanned.serial, scanned.weight_g) == (
        "digital_link",
        "09506000134352",
        "A",
        195,
    )
    assert scanned.ais["10"] == "L/1"


@settings(max_examples=300)
@given(st.sampled_from(["", *(f"]{c}{m}" for c in "ACEIJLQXdeQ" for m in "01234")]), st.text(max_size=30))
def test_any_scan_is_read_or_refused(aim: str, text: str) -> None:
    reason = None
    try:
        scanned = read(text, aim)
    except Refused as refused:
        reason = refused.reason
    else:
        assert scanned.text
        assert scanned.gtin is None or re.fullmatch("[0-9]{14}", scanned.gtin)
    assert reason is None or reason in set(ScanRefusal)


def test_published_links_and_elements_name_the_article() -> None:
    link = read("]Q1HTTPS://example.com/01/12312312312333?99=TEST")
    assert (link.kind, link.gtin, link.ais["99"]) == ("digital_link", "12312312312333", "TEST")
    elements = read("011231231231233321ABC\x1d3103000450", "]d2")
    assert (elements.kind, elements.gtin, elements.serial, elements.weight_g) == (
        "element_string",
        "12312312312333",
        "ABC",
        450,
    )


def test_published_patterns() -> None:
    for row in csv_rows("pos/barcode_patterns_odoo.csv"):
        mask = row["pattern(N=integer digit D=decimal digit)"]
        assert Pattern("price", mask).split(row["barcode"]) == (row["base_code"], Decimal(row["value"]))


@pytest.mark.parametrize(
    ("country", "pattern"),
    [
        ("LITHUANIA", Pattern("weight", "24......{NNDD}.")),
        ("FINLAND", Pattern("weight", "24......{NNDD}.")),
        ("ESTONIA", Pattern("weight", "23......{NDDD}.")),
    ],
)
def test_published_weights_of_other_countries(country: str, pattern: Pattern) -> None:
    row = next(
        r for r in csv_rows("pos/variable_measure_barcodes.csv") if r["gs1_region"] == country and r["weight_kg"]
    )
    scanned = read(row["barcode"], patterns=[pattern])
    assert scanned.kind == "weight"
    assert scanned.weight_g == int(Decimal(row["weight_kg"]) * 1000)


def test_real_barcodes() -> None:
    for row in csv_rows("pos/catalogue_ean_off.csv"):
        scanned = read(row["ean_as_published"], patterns=())
        if len(row["ean_as_published"]) == 11:
            assert scanned.kind == "text"
        else:
            assert scanned.gtin == row["ean_as_published"].zfill(14)


def test_french_price_and_weight_codes() -> None:
    price = read(_checked("231234501234"), "]E0", patterns=FRANCE)
    assert (price.kind, price.price_minor, price.gtin) == ("price", 1234, "0" + _checked("231234500000"))
    assert read(str(price.gtin)[1:]).price_minor == 0
    weight = read(_checked("210004200450"), "]E0")
    assert (weight.kind, weight.weight_g) == ("weight", 450)


def _checked(digits: str) -> str:
    return f"{digits}{gs1_standard_check_digit(digits)}"


@pytest.mark.parametrize(
    ("text", "aim", "reason"),
    [
        ("", "", "empty_scan"),
        ("\r\n", "]E0", "empty_scan"),
        ("3256220513174", "", "bad_check_digit"),
        ("0112312312312334", "]C1", "bad_check_digit"),
        ("12345", "]E0", "unreadable_scan"),
        ("https://example.com/hello", "]Q1", "unreadable_scan"),
        ("abc\x00def", "", "unreadable_scan"),
        ("x", "]%", "unreadable_scan"),
        ("12", "]C1", "unreadable_scan"),
    ],
)
def test_refusals_say_why(text: str, aim: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read(text, aim)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("text", "aim"), [("BADGE-0042", "]C0"), ("3256220513174", "]C0"), ("CT1*LYO1-T1-000001*x_-", "]Q1")]
)
def test_other_codes_are_plain_text(text: str, aim: str) -> None:
    assert read(text, aim).kind == "text"


def test_elements_without_their_symbol_are_still_read() -> None:
    assert read("0103256220513173" + "21SER1").serial == "SER1"
    assert read("\x1d0103256220513173").gtin == "03256220513173"


@pytest.mark.parametrize(
    "mask",
    [
        "21{NN}",
        "21.....{NNDDD}",
        "21.....NNDDD.",
        "21.....{}......",
        "21.....{DDNNN}.",
        "2x.....{NNDDD}.",
        "21....V{NNNDDD}.",
    ],
)
def test_a_pattern_that_is_none(mask: str) -> None:
    with pytest.raises(Refused) as refused:
        Pattern.parse(f"price {mask}")
    assert refused.value.reason == "bad_pattern"
    with pytest.raises(Refused):
        Pattern("price", mask).split("2112345012345")


def test_patterns_come_from_settings() -> None:
    found = patterns(["weight 28.....{NNDDD}.", " price 20.....{NNNDD}. "])
    assert found == (Pattern("weight", "28.....{NNDDD}."), Pattern("price", "20.....{NNNDD}."))
    assert read(_checked("280000100750"), "]E0", patterns=found).weight_g == 750
    assert read(_checked("210000100750"), "]E0", patterns=found).kind == "gtin"
    with pytest.raises(Refused):
        patterns(["volume 28.....{NNDDD}."])


def test_a_value_may_have_a_check_digit_of_its_own() -> None:
    pattern = Pattern("price", "20.....V{NNDD}.")
    digit = gs1_price_weight_check_digit("2875")
    code = _checked(f"2012345{digit}2875")
    scanned = read(code, "]E0", patterns=[pattern])
    assert (scanned.kind, scanned.price_minor, scanned.gtin) == ("price", 2875, "0" + _checked("201234500000"))
    other = _checked(f"2012345{(digit + 1) % 10}2875")
    assert read(other, "]E0", patterns=[pattern]).kind == "gtin"


@given(st.integers(0, 99_999), st.integers(0, 99_999), st.sampled_from(FRANCE))
def test_every_value_comes_out_of_its_code(item: int, value: int, pattern: Pattern) -> None:
    code = _checked(f"{pattern.mask[:2]}{item:05d}{value:05d}")
    scanned = read(code, "]E0")
    assert scanned.kind == pattern.kind
    assert value == (scanned.weight_g if pattern.kind == "weight" else scanned.price_minor)
    assert scanned.gtin == "0" + _checked(f"{pattern.mask[:2]}{item:05d}00000")
