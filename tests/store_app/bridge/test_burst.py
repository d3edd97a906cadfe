"""A burst is a scan, typing is typing; no key is lost or merged."""

from hypothesis import given, settings
from hypothesis import strategies as st

from store_app.bridge.burst import GAP_MS, LEAST, Burst, Verdict, by_position, split_aim


def play(burst: Burst, keys: list[tuple[str, int]]) -> tuple[list[str], str]:
    """(scans, typed text) of keys with their gaps; ``\\n`` is Enter."""
    scans: list[str] = []
    typed, held, at = "", "", 0
    for key, gap in keys:
        at += gap
        if key == "\n":
            if burst.enter(at) is Verdict.SCAN:
                scans.append(burst.take())
            else:
                typed += held + "\n"
                burst.drop()
            held = ""
            continue
        if burst.char(key, at) is Verdict.PASS:
            typed, held = typed + held, ""
        held += key
    return scans, typed + held


def burst_of(text: str, gap: int = 4) -> list[tuple[str, int]]:
    return [(char, gap) for char in text + "\n"]


def test_a_burst_with_enter_is_a_scan() -> None:
    assert play(Burst(), burst_of("3614270482137")) == (["3614270482137"], "")


def test_typing_with_enter_is_not() -> None:
    assert play(Burst(), burst_of("3614270482137", gap=120)) == ([], "3614270482137\n")


def test_a_fast_pin_is_not_a_scan() -> None:
    assert play(Burst(), burst_of("1234", gap=10)) == ([], "1234\n")


def test_a_gap_of_50_ms_still_belongs_to_the_scan() -> None:
    assert play(Burst(), burst_of("36142704", gap=GAP_MS))[0] == ["36142704"]
    assert play(Burst(), burst_of("36142704", gap=GAP_MS + 1))[0] == []


def test_twenty_codes_a_second_are_neither_lost_nor_merged() -> None:
    codes = [f"36142704{n:05}" for n in range(1200)]
    keys = [key for code in codes for key in burst_of(code, gap=3)]
    scans, typed = play(Burst(), keys)
    assert scans == codes
    assert typed == ""


def test_a_digit_typed_before_a_scan_stays_typed() -> None:
    assert play(Burst(), [("7", 0), *[(c, 60 if n == 0 else 3) for n, c in enumerate("3614270482137\n")]]) == (
        ["3614270482137"],
        "7",
    )


def test_azerty_digits_are_read_by_position() -> None:
    assert by_position("àç&éà'-(&é\"'è") == "0912046512347"[0:0] + "".join(
        dict(zip("&é\"'(-è_çà", "1234567890", strict=True))[c] for c in "àç&éà'-(&é\"'è"
    )
    assert play(Burst(), burst_of("\"-&'éèà'_é&\"è"))[0] == ["3614270482137"]


def test_what_holds_digits_is_left_alone() -> None:
    assert by_position("ABC-123'é") == "ABC-123'é"
    assert by_position("hello") == "hello"


def test_prefix_and_aim_id() -> None:
    assert play(Burst(prefix="~"), burst_of("~3614270482137"))[0] == ["3614270482137"]
    assert split_aim("]C10109506000134352") == ("]C1", "0109506000134352")
    assert split_aim("3614270482137") == ("", "3614270482137")


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("0123456789ab\n"), st.integers(0, 120)), max_size=60))
def test_every_key_is_either_scanned_or_typed_in_order(keys: list[tuple[str, int]]) -> None:
    scans, typed = play(Burst(), keys)
    assert all(len(scan) >= LEAST for scan in scans)
    pressed = [key for key, _gap in keys if key != "\n"]
    assert sum(map(len, scans)) + len(typed.replace("\n", "")) == len(pressed)
    assert sorted("".join(scans) + typed.replace("\n", "")) == sorted(pressed)
