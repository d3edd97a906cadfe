"""Documents as bytes and back: what is sent is what stands on the paper."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.contracts import Barcode, Block, Columns, Cut, Kick, Qr, Rule, Text
from drivers.printers.escpos import INIT, NARROW, WIDE, document
from drivers.printers.layout import CODE_PAGE, columns, printable, wrap
from drivers.printers.paper import Paper, Ticket


def on_paper(blocks: list[Block], width: int = WIDE) -> Ticket:
    paper = Paper(width)
    paper.feed(document([*blocks, Cut()], width))
    assert paper.unknown == []
    return paper.tickets[0]


def test_every_document_begins_with_init_and_its_code_page() -> None:
    for _ in range(2):
        assert document([Text("5 €")]).startswith(INIT + b"\x1bt\x13")


def test_the_second_ticket_has_the_right_euro_sign_too() -> None:
    paper = Paper()
    for _ in range(2):
        paper.feed(document([Columns("Total", "12,50 €"), Cut()]))
    assert [ticket.lines[0] for ticket in paper.tickets] == ["Total" + " " * 36 + "12,50 €"] * 2


def test_what_the_code_page_lacks_is_mapped() -> None:
    assert printable("Œuf d’été, cœur…  12\u202f€ – 5\u00a0%") == "OEuf d'été, coeur...  12 € - 5 %"
    assert printable("Ł 漢 Ş") == "? ? S"


def test_no_text_sends_the_printer_a_command() -> None:
    blocks: list[Block] = [Text("a\x1bp\x00\x10\x10\x14\x01\x00\x01b\x1d"), Columns("\x1b@x", "\x0cy")]
    paper = Paper()
    paper.feed(document([*blocks, Cut()]))
    assert paper.kicks == []
    assert paper.tickets[0].lines == ["apb", "@x" + " " * 45 + "y"]


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_columns_reach_both_edges(width: int) -> None:
    ticket = on_paper([Columns("Chemise", "29,90 €"), Rule(), Columns("Total", "29,90 €", big=True)], width)
    assert ticket.lines[0] == "Chemise" + "29,90 €".rjust(width - 7)
    assert ticket.lines[1] == "-" * width
    assert ticket.lines[2] == "Total" + "29,90 €".rjust(width // 2 - 5)


def test_alignment_codes_and_kick() -> None:
    paper = Paper()
    paper.feed(document([Text("COMPTOIR", "center", bold=True), Text("fin", "right"), Qr("https://x.fr/é"), Kick(5)]))
    paper.feed(document([Barcode("LYO1-T1-42{"), Cut()]))
    ticket = paper.tickets[0]
    assert ticket.lines[0] == " " * 20 + "COMPTOIR"
    assert ticket.lines[1] == "fin".rjust(48)
    assert ticket.qr == ["https://x.fr/é"]
    assert ticket.barcodes == ["LYO1-T1-42{"]
    assert paper.kicks == [5]


def test_a_barcode_that_cannot_be_one_is_printed_as_text() -> None:
    ticket = on_paper([Barcode("é" * 4), Qr("")])
    assert ticket.barcodes == []
    assert ticket.lines[0].strip() == "éééé"


def test_nothing_is_written_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    document([Barcode("123"), Qr("x"), Text("y")])
    assert capsys.readouterr().out == ""


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=120), st.integers(5, 50))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: int) -> None:
    folded = printable(text)
    lines = wrap(folded, width)
    assert all(len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == folded.replace(" ", "")
    folded.encode(CODE_PAGE)


@settings(max_examples=80, deadline=None)
@given(st.text("abc de", max_size=60), st.text("0123456789,€", min_size=1, max_size=60), st.integers(10, 50))
def test_columns_end_at_the_right_edge(left: str, right: str, width: int) -> None:
    lines = columns(left, right, width)
    assert all(len(line) <= width for line in lines)
    assert len(lines[-1]) == width
    assert "".join(lines).replace(" ", "") == (left + right).replace(" ", "")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 40), max_size=30))
def test_paper_reads_the_same_from_any_pieces(cuts: list[int]) -> None:
    data = document([Text("Été"), Qr("abc"), Columns("a", "b"), Barcode("42"), Kick(), Cut()])
    whole = Paper()
    whole.feed(data)
    pieces = Paper()
    for cut in cuts:
        pieces.feed(data[:cut])
        data = data[cut:]
    pieces.feed(data)
    assert (pieces.tickets, pieces.kicks) == (whole.tickets, whole.kicks)
