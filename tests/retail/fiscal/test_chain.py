"""Chains: gapless, linked, canonical; every kind of damage is named at the first bad document."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.errors import Impossible
from retail.facts import FiscalStamp
from retail.fiscal.chain import Fault, Head, Signer, append, canonical, decode, encode, extract, head_of, verify_chain
from tests.support.retail_builders import sign, verify

SIGNER = Signer("k1", sign)


def chain(length: int) -> list[FiscalStamp]:
    stamps: list[FiscalStamp] = []
    head = Head()
    for i in range(length):
        stamps.append(append(head, "ticket", {"total_minor": i, "label": "é"}, SIGNER))
        head = head_of(stamps[-1])
    return stamps


CHAIN = chain(6)


def signed_anew(stamp: FiscalStamp, **changes: object) -> FiscalStamp:
    payload = canonical({**json.loads(stamp.payload), **changes})
    return replace(stamp, payload=payload, signature=encode(sign(payload.encode())))


def test_a_whole_chain_and_a_range_of_it_hold() -> None:
    assert verify_chain(CHAIN, verify).holds
    verdict = verify_chain(CHAIN[3:], verify, after=head_of(CHAIN[2]))
    assert (verdict.holds, verdict.checked, verdict.head) == (True, 3, head_of(CHAIN[-1]))
    assert verify_chain([], verify).holds


def test_the_stored_text_is_canonical_json() -> None:
    for stamp in CHAIN:
        assert rfc8785.dumps(json.loads(stamp.payload)) == stamp.payload.encode()
        assert len(decode(stamp.signature)) == 64
        assert "=" not in stamp.signature


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda s: replace(s, payload=s.payload.replace('"total_minor":3', '"total_minor":4')), Fault.SIGNATURE),
        (lambda s: replace(s, payload=s.payload.replace(",", ", ", 1)), Fault.NOT_CANONICAL),
        (lambda s: replace(s, payload="{"), Fault.PAYLOAD),
        (lambda s: replace(s, payload="[]"), Fault.PAYLOAD),
        (lambda s: replace(s, signature=s.signature[::-1]), Fault.SIGNATURE),
        (lambda s: replace(s, signature="*"), Fault.SIGNATURE),
        (lambda s: replace(s, key="other"), Fault.SIGNATURE),
        (lambda s: replace(s, number=9), Fault.GAP),
        (lambda s: replace(s, chain="copy"), Fault.CHAIN),
        (lambda s: signed_anew(s, number=9), Fault.GAP),
        (lambda s: signed_anew(s, first=True), Fault.FIRST),
        (lambda s: signed_anew(s, previous=CHAIN[0].signature), Fault.PREVIOUS),
        (lambda s: signed_anew(s, chain="copy"), Fault.CHAIN),
    ],
)
def test_damage_is_named_with_its_document(damage: Callable[[FiscalStamp], FiscalStamp], fault: Fault) -> None:
    bad = verify_chain([*CHAIN[:3], damage(CHAIN[3]), *CHAIN[4:]], verify).bad
    assert bad is not None
    assert bad.fault == fault


def test_a_removed_and_a_doubled_document_are_gaps() -> None:
    for stamps in ([*CHAIN[:2], *CHAIN[3:]], [*CHAIN[:3], CHAIN[2], *CHAIN[3:]], CHAIN[1:]):
        bad = verify_chain(stamps, verify).bad
        assert bad is not None
        assert bad.fault == Fault.GAP


def test_a_document_signed_anew_breaks_the_next_link() -> None:
    bad = verify_chain([*CHAIN[:3], signed_anew(CHAIN[3], total_minor=0), *CHAIN[4:]], verify).bad
    assert bad is not None
    assert (bad.number, bad.fault) == (5, Fault.PREVIOUS)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5), st.integers(0, 10**6), st.integers(1, 255))
def test_any_flipped_byte_is_found(index: int, position: int, flip: int) -> None:
    stamp = CHAIN[index]
    raw = bytearray(stamp.payload.encode())
    raw[position % len(raw)] ^= flip
    damaged = replace(stamp, payload=raw.decode(errors="replace"))
    bad = verify_chain([*CHAIN[:index], damaged, *CHAIN[index + 1 :]], verify).bad
    assert bad is not None
    assert bad.number == stamp.number


@settings(max_examples=60)
@given(st.dictionaries(st.text(max_size=4), st.text(max_size=8) | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans()))
def test_the_quick_check_agrees_with_the_library(document: dict[str, object]) -> None:
    stamp = append(Head(), "ticket", document, SIGNER)
    assert verify_chain([stamp], verify).holds
    assert json.loads(stamp.payload)["chain"] == "ticket"


def test_fractions_are_checked_by_the_library() -> None:
    stamp = append(Head(), "ticket", {"x": 1.5}, SIGNER)
    assert verify_chain([stamp], verify).holds
    bad = verify_chain([replace(stamp, payload=stamp.payload.replace("1.5", "1.50"))], verify).bad
    assert bad is not None
    assert bad.fault == Fault.NOT_CANONICAL


def test_a_key_that_signs_otherwise_is_our_bug() -> None:
    with pytest.raises(Impossible):
        append(Head(), "ticket", {}, Signer("k", lambda data: b"x"))


def test_four_characters_are_printed() -> None:
    assert extract("abcdefghijklmnopqrstuvwxyz") == "cgms"
    assert extract("") == ""
