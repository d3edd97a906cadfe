"""GS1 keys as URIs: any spelling comes to one canonical Digital Link, anything else stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.epc import EpcRefused
from retail.epcis import Site, canonical, checked_gln, class_uri, match_form, unit_uri
from retail.errors import Refused

SERIALS = "!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz"


@pytest.mark.parametrize(
    ("uri", "link"),
    [
        ("urn:epc:id:sgtin:4012345.011111.987", "/01/04012345111118/21/987"),
        ("urn:epc:id:sgtin:4012345.011111.9%2F8+7", "/01/04012345111118/21/9%2F8%2B7"),
        ("urn:epc:id:sscc:4012345.0000000333", "/00/040123450000003338"),
        ("urn:epc:id:sgln:4012345.00011.0", "/414/4012345000115"),
        ("urn:epc:id:sgln:4012345.00011.987", "/414/4012345000115/254/987"),
        ("urn:epc:id:sgln:401234500011..0", "/414/4012345000115"),
        ("urn:epc:id:pgln:4012345.00225", "/417/4012345002256"),
        ("urn:epc:id:grai:4012345.00011.12", "/8003/0401234500011512"),
        ("urn:epc:id:giai:4012345.A12.3", "/8004/4012345A12.3"),
        ("urn:epc:id:gdti:0614141.12345.400", "/253/0614141123452400"),
        ("urn:epc:id:itip:4012345.011111.01.02.987", "/8006/040123451111180102/21/987"),
        ("urn:epc:id:cpi:4012345.A1.77", "/8010/4012345A1/8011/77"),
        ("urn:epc:class:lgtin:4012345.011111.L1", "/01/04012345111118/10/L1"),
        ("urn:epc:idpat:sgtin:4012345.011111.*", "/01/04012345111118"),
        ("http://shop.example/some/path/gtin/4012345111118/lot/L1/ser/9?17=261231#x", "/01/04012345111118/21/9"),
        ("https://id.gs1.org/01/04012345111118/22/2A", "/01/04012345111118"),
        ("https://id.gs1.org/01/04012345111118/", "/01/04012345111118"),
    ],
)
def test_one_form(uri: str, link: str) -> None:
    assert canonical(uri) == "https://id.gs1.org" + link
    assert canonical(canonical(uri)) == canonical(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "urn:epc:id:sgtin:4012345.0111.987", "urn:epc:id:sgtin:40123.45", "urn:epc:id:gid:1.2.3", "urn:uuid:1", "",
        "urn:epc:id:sgtin:401234x.011111.9", "https://example.com/about", "urn:epcglobal:cbv:bt:1:2", "urn:epc:", "https://",
    ],
)  # fmt: skip
def test_what_isnt_a_key_stays(uri: str) -> None:
    assert canonical(uri) == uri


@given(st.text(max_size=60), st.sampled_from(["", "urn:epc:id:", "urn:epc:id:sgtin:", "https://id.gs1.org/01/"]))
def test_no_text_breaks_it(text: str, start: str) -> None:
    assert isinstance(canonical(start + text), str)


@given(st.text(SERIALS, min_size=1, max_size=20))
def test_a_unit_is_found_by_its_link_and_by_its_urn(serial: str) -> None:
    urn = "urn:epc:id:sgtin:4012345.011111." + "".join(f"%{ord(c):02X}" if c in '"%&/<>?' else c for c in serial)
    assert match_form(urn) == match_form(unit_uri("04012345111118." + serial))


def test_units_and_articles() -> None:
    assert unit_uri("03000000000014.A/1") == "https://id.gs1.org/01/03000000000014/21/A%2F1"
    assert class_uri("03000000000014") == "https://id.gs1.org/01/03000000000014"
    with pytest.raises(EpcRefused):
        unit_uri("3.14")


def test_a_store_with_a_gln_and_one_without() -> None:
    named, private = Site("LYO1", "3012345000017"), Site("LYO 2")
    assert named.place() == "https://id.gs1.org/414/3012345000017"
    assert named.place("salesfloor") == "https://id.gs1.org/414/3012345000017/254/salesfloor"
    assert named.place("entrée du centre commercial") == named.place()
    assert named.transaction("LYO1-A", 7) == "urn:epcglobal:cbv:bt:3012345000017:LYO1-A.7"
    assert private.place("entrée") == "urn:x-comptoir:loc:LYO%202.entr%C3%A9e"
    assert private.transaction("A", 7) == "urn:x-comptoir:bt:LYO%202:A.7"


@pytest.mark.parametrize("gln", ["3012345000018", "301234500001", "30123450000170", "301234500001x"])
def test_a_wrong_gln_is_refused(gln: str) -> None:
    assert checked_gln("3012345000017") == "3012345000017"
    with pytest.raises(Refused):
        checked_gln(gln)
