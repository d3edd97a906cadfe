"""Scans: published strings to accept and refuse, in-store codes, and what a till meets."""

from decimal import Decimal

import pytest
from biip.checksums import gs1_standard_check_digit

from retail.barcode import FRANCE, Pattern, read
from retail.errors import Refused
from tests.support.shared_data import csv_rows, json_data


def test_published_scan_strings() -> None:
    """The 32 strings of GS1's own syntax engine: each is accepted or refused as there."""
    for vector in json_data("barcode/gs1_scandata_vectors.json"):
        try:
            read(vector["scan"])
            accepted = True
        except Refused:
            accepted = False
        assert accepted == vector["ok"], vector["scan"]


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


def test_a_pattern_that_is_none() -> None:
    with pytest.raises(Refused):
        Pattern("price", "21{NN}").split("2112345012345")
