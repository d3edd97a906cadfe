"""Pickup codes: made once by the ledger, read by any till without a network, refused when tampered with."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.errors import Refused
from retail.orders import PickupCode, looks_like_code, make_code, read_code

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
ORDER = "9f1c2d3e4f5061728394a5b6c7d8e9f0"


def verify(data: bytes, signature: bytes) -> bool:
    try:
        KEY.public_key().verify(signature, data)
    except InvalidSignature:
        return False
    return True


CODE = make_code(ORDER, "W-10042", KEY.sign)


def test_a_code_says_its_order_and_number() -> None:
    assert read_code(CODE, verify) == PickupCode(ORDER, "W-10042")
    assert looks_like_code(CODE)


def test_a_code_fits_the_small_alphabet_of_qr_codes() -> None:
    assert set(CODE) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
    assert len(CODE) < 200


def test_a_scanner_may_type_it_in_small_letters() -> None:
    assert read_code(f" {CODE.lower()}\r", verify).order == ORDER


def test_a_code_of_another_chain_is_refused() -> None:
    other = make_code(ORDER, "W-10042", Ed25519PrivateKey.from_private_bytes(b"x" * 32).sign)
    with pytest.raises(Refused) as caught:
        read_code(other, verify)
    assert caught.value.reason == "wrong_signature"


def test_a_signature_does_not_fit_another_order() -> None:
    foreign = make_code("0" * 32, "W-1", KEY.sign).split("-")
    mixed = "-".join([*foreign[:2], CODE.split("-")[2]])
    with pytest.raises(Refused, match="wrong_signature"):
        read_code(mixed, verify)


@pytest.mark.parametrize(
    "text", ["", "CP1", "CP1--", "CP1-A-B", "CP2-AA-AA", "3760001234567", "CP1-" + "A" * 600 + "-A"]
)
def test_other_scans_are_no_code(text: str) -> None:
    with pytest.raises(Refused) as caught:
        read_code(text, lambda data, signature: True)
    assert caught.value.reason == "not_a_code"


@settings(max_examples=80)
@given(st.integers(0, len(CODE) - 1), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567-"))
def test_one_changed_character_never_opens_another_order(place: int, character: str) -> None:
    changed = CODE[:place] + character + CODE[place + 1 :]
    try:
        read = read_code(changed, verify)
    except Refused:
        return
    assert read == PickupCode(ORDER, "W-10042")
