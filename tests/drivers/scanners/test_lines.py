"""The line codec: whatever the pieces, the codes come out whole, once, in order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.scanners.lines import Code, LineDecoder, LineFormat, Noise, encode

CODES = st.builds(
    Code,
    st.text("0123456789ABCDEFabcdef-./ é\x1d", min_size=1, max_size=40).filter(lambda t: t.strip() != ""),
    st.sampled_from(["", "]E0", "]C1", "]Q3", "]d2"]),
)
FORMS = st.sampled_from([LineFormat(), LineFormat(b"\x02", b"\x03"), LineFormat(b"##", b"\n")])


@settings(max_examples=60, deadline=None)
@given(st.lists(CODES, max_size=8), FORMS, st.lists(st.integers(1, 30), max_size=20))
def test_codes_survive_any_cutting_of_the_stream(codes: list[Code], form: LineFormat, cuts: list[int]) -> None:
    stream = b"".join(encode(code, form) for code in codes)
    decoder = LineDecoder(form)
    found: list[Code | Noise] = []
    for cut in cuts:
        found += decoder.feed(stream[:cut])
        stream = stream[cut:]
    found += decoder.feed(stream)
    assert found == codes
    assert not decoder.partial


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), FORMS)
def test_no_bytes_whatever_break_the_decoder(data: bytes, form: LineFormat) -> None:
    decoder = LineDecoder(form)
    decoder.feed(data)
    decoder.feed(form.terminators[:1])
    code = Code("3210987654321", "]E0")
    assert decoder.feed(encode(code, form)) == [code]


def test_carriage_return_and_line_feed_end_one_code_not_two() -> None:
    assert LineDecoder().feed(b"]E03210987654321\r\n4006381333931\r\n") == [
        Code("3210987654321", "]E0"),
        Code("4006381333931"),
    ]


def test_noise_is_given_back_and_the_next_code_is_whole() -> None:
    decoder = LineDecoder()
    noise, code = decoder.feed(b"\xff\xfe\x00\r3210987654321\r")
    assert isinstance(noise, Noise)
    assert code == Code("3210987654321")


def test_control_characters_are_refused_but_gs1_separators_are_not() -> None:
    gs1 = "010321098765432110LOT\x1d21SERIAL"
    assert LineDecoder().feed(f"]C1{gs1}\r".encode()) == [Code(gs1, "]C1")]
    assert isinstance(LineDecoder().feed(b"321\x07\r")[0], Noise)


def test_an_abandoned_beginning_is_not_glued_to_the_next_code() -> None:
    decoder = LineDecoder()
    assert decoder.feed(b"32109") == []
    assert decoder.partial
    assert decoder.abandon() == [Noise(b"32109", "no end of line")]
    assert decoder.feed(b"4006381333931\r") == [Code("4006381333931")]


def test_bytes_without_an_end_do_not_fill_the_memory() -> None:
    decoder = LineDecoder(LineFormat(longest=16))
    found = [thing for _ in range(100) for thing in decoder.feed(b"x" * 10)]
    assert len(found) == 1
    assert decoder.feed(b"tail\r4006381333931\r") == [Code("4006381333931")]


def test_with_a_prefix_what_stands_before_it_is_noise() -> None:
    decoder = LineDecoder(LineFormat(b"\x02", b"\x03"))
    assert decoder.feed(b"zz\x024006381333931\x03junk\x03") == [
        Noise(b"zz", "before the prefix"),
        Code("4006381333931"),
        Noise(b"junk", "no prefix"),
    ]


def test_an_empty_code_is_noise() -> None:
    assert LineDecoder().feed(b"]E0\r") == [Noise(b"]E0", "empty code")]
