"""Further GS1 data behind the EPC of a "+" scheme: every format, both ways, and what is no data."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.epc import EpcReason, EpcRefused, decode, decode_hex, encode, from_digital_link, item_key
from retail.epc.identifiers import FORMATS, KEY_LENGTH
from retail.epc.schemes import SCHEME_OF
from tests.support.shared_data import json_data

ITEM = ("80614141123458", "6789")
EXAMPLES = {
    "00": "106141412345678908",
    "01": "80614141123458",
    "10": "LOT.7/b",
    "11": "270930",
    "17": "270900",
    "20": "07",
    "21": "007",
    "242": "123456",
    "253": "9506000134376",
    "254": "AbC_-9",
    "255": "9506000134376000",
    "30": "00000042",
    "3103": "000450",
    "3925": "1999",
    "3932": "9781999",
    "402": "12345678901234560",
    "414": "9506000134376",
    "421": "250AB1",
    "422": "250",
    "4300": "Rue de Rivoli".replace(" ", "+"),
    "4307": "FR",
    "4309": "02790858483015297971",
    "4321": "1",
    "4324": "2709302400",
    "4330": "001250-",
    "4331": "001250",
    "7003": "2709301559",
    "7004": "0012",
    "7007": "270101270930",
    "7011": "270930",
    "7023": "9506000134352",
    "7030": "250A1",
    "7040": "1ABC",
    "7241": "07",
    "7258": "1/3",
    "8003": "09506000134376",
    "8004": "9506000134352ABC/7",
    "8005": "000199",
    "8008": "270930155901",
    "8010": "9506000134352",
    "8011": "000012345678",
    "8030": "aB_-9",
    "8111": "0150",
    "90": "A" * 30,
    "99": "7",
}


@pytest.mark.parametrize("ai", EXAMPLES)
def test_a_value_of_every_format_comes_back(ai: str) -> None:
    written = encode(SCHEME_OF["SGTIN+"], 1, ITEM, ((ai, EXAMPLES[ai]), ("10", "LAST")))
    assert decode(written.epc) == written
    assert written.ais[2:] == ((ai, EXAMPLES[ai]), ("10", "LAST"))
    assert item_key(written.epc) == "80614141123458.6789"


def test_the_formats_are_those_of_the_standard() -> None:
    published = json_data("gs1_tdt/TDT_TableF.json")["rows"]
    assert set(FORMATS) == {row["a"] for row in published}
    for row in json_data("gs1_tdt/TDT_TableK.json")["rows"]:
        assert KEY_LENGTH[row["a"]] == int(row["b"])
    for row in published:
        first = getattr(FORMATS[row["a"]], "first", FORMATS[row["a"]])
        length = row.get("d") or row.get("h")
        if length and hasattr(first, "count" if row.get("d") else "longest"):
            assert getattr(first, "count" if row.get("d") else "longest") == int(length), row
        assert hasattr(FORMATS[row["a"]], "second") == ("i" in row), row


def test_a_link_keeps_its_lot_in_the_path_and_its_date_in_the_query() -> None:
    link = "https://id.gs1.org/01/80614141123458/22/2A/10/AB%2F1/21/6789?17=270930&3103=000450"
    assert from_digital_link(link, "SGTIN+").digital_link == link


def test_filler_behind_the_data_is_no_data() -> None:
    written = encode(SCHEME_OF["SGTIN+"], 1, ITEM, (("17", "270930"),))
    for more in range(0, 20, 2):
        assert decode(written.epc + bytes(more)).data == (("17", "270930"),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("F7980614141123458" + "24AB12" + "FF00", EpcReason.UNKNOWN_IDENTIFIER),
        ("F7980614141123458" + "24AB12" + "17", EpcReason.TRUNCATED),
        ("F7980614141123458" + "24AB12" + "17" + "FFFF", EpcReason.BAD_DATE),
        ("F7980614141123458" + "24AB12" + "10" + "C1", EpcReason.BAD_CHARACTERS),
        ("F7980614141123458" + "24AB12" + "10" + "00", EpcReason.EMPTY),
        ("F7980614141123458" + "24AB12" + "4307" + "FFF", EpcReason.BAD_CHARACTERS),
        ("F7980614141123458" + "24AB12" + "7258" + "00", EpcReason.BAD_CHARACTERS),
        ("F7980614141123458" + "24AB12" + "3109" + "00001", EpcReason.UNKNOWN_IDENTIFIER),
    ],
)
def test_data_that_is_none_is_refused(text: str, reason: EpcReason) -> None:
    with pytest.raises(EpcRefused) as refused:
        decode_hex(text)
    assert refused.value.why is reason


def test_an_item_is_known_by_its_identity_even_where_its_data_is_garbled() -> None:
    garbled = bytes.fromhex("F7980614141123458" + "24AB12" + "17FFFF0")
    with pytest.raises(EpcRefused):
        decode(garbled)
    assert item_key(garbled) == "80614141123458.AB12"


@pytest.mark.parametrize(
    ("ai", "value"),
    [
        ("17", "271301"), ("17", "270431"), ("17", "2709"), ("17", "+70930"), ("4324", "2709302401"),
        ("4324", "2709301260"), ("7007", "2709302710"), ("8008", "270930155"), ("4307", "fr"), ("4321", "2"),
        ("4330", "001250+"), ("7258", "0/3"), ("3103", "45"), ("00", "1"), ("30", ""), ("30", "1e3"),
        ("10", "é"), ("10", "A" * 21), ("10", ""), ("8004", "ABC"), ("8004", "9506000134352" + "A" * 20),
        ("3109", "1"), ("5", "1"), ("²", "1"),
    ],
)  # fmt: skip
def test_values_that_do_not_fit_are_refused(ai: str, value: str) -> None:
    with pytest.raises(EpcRefused):
        encode(SCHEME_OF["SGTIN+"], 1, ITEM, ((ai, value),))


@settings(max_examples=150)
@given(st.sampled_from(sorted(FORMATS)), st.text("0123456789AZaz-/_. é", max_size=24))
def test_any_text_is_written_and_read_or_refused(ai: str, value: str) -> None:
    try:
        written = encode(SCHEME_OF["GSRN+"], 0, ("950600013435200005",), ((ai, value),))
    except EpcRefused:
        return
    assert decode(written.epc).data == ((ai, value),)


def test_older_schemes_have_no_room_for_data() -> None:
    with pytest.raises(EpcRefused):
        encode(SCHEME_OF["SGTIN-96"], 1, ("0614141", "812345", "1"), (("10", "A"),))
