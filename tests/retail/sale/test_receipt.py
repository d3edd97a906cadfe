"""Tickets and reports as neutral blocks."""

from dataclasses import replace

import pytest

from retail.facts import LineDiscount, PeriodClosed, ReturnOf
from retail.fiscal import FiscalState
from retail.fiscal.chain import extract
from retail.sale.basket import Basket, ManualDiscount, add_article, discount_line
from retail.sale.blocks import Block, Columns, Cut, Line, QrCode
from retail.sale.receipt import Shop, Style, read_receipt_code, receipt, receipt_code
from retail.sale.reports import report
from retail.sale.shift import close_shift, figures, open_shift
from retail.sale.texts import ENGLISH, FRENCH, texts_for
from tests.support.retail_builders import AT, a_sale, article, catalogue, france, settle

SHOP = Shop("Comptoir Lyon", ("1 place Bellecour", "69002 Lyon"), siret="12345678900011", vat_number="FR00123456789")
FR, EN = Style(FRENCH, "fr_FR"), Style(ENGLISH, "en_GB")


def text_of(blocks: tuple[Block, ...]) -> str:
    lines = [
        f"{b.left} | {b.right}" if isinstance(b, Columns) else b.text for b in blocks if isinstance(b, Columns | Line)
    ]
    return "\n".join(lines).replace("\u202f", " ").replace("\xa0", " ")


def test_a_french_ticket_says_what_the_law_asks() -> None:
    sale = a_sale(1999, 550)
    text = text_of(receipt(sale, SHOP, FR, cashier="Anne"))
    for part in ("SIRET 12345678900011", "Ticket n° LYO1-T1-000001 | 18/11/2026 12:06", "Caisse LYO1-T1 | Vendeur Anne",
                 "Article 1 | 19,99", "TOTAL | 25,49 €", "TVA 20 %  HT 21,24 | 4,25", "Espèces | 25,49 €",
                 f"Signature {extract(sale.stamp.signature)} | Module fiscal comptoir-fr 1.0.0",
                 "2 article(s)"):  # fmt: skip
        assert part in text


def test_an_english_ticket() -> None:
    text = text_of(receipt(a_sale(1999), SHOP, EN))
    assert "Receipt no. LYO1-T1-000001" in text
    assert "TOTAL | €19.99" in text
    assert texts_for("en_GB") is ENGLISH
    assert texts_for("de") is FRENCH


def test_both_tables_say_the_same_things() -> None:
    assert FRENCH.keys() == ENGLISH.keys()


def test_discounts_weights_and_returns_are_lines_of_their_own() -> None:
    fruit, other = article(1, kind="weighed"), article(2)
    basket = add_article(Basket("b"), fruit, line_id="1", weight_g=455)
    basket = add_article(basket, other, line_id="2", qty=2)
    basket = discount_line(basket, "2", ManualDiscount("amount", 150, "Tache"))
    sale = settle(basket, catalogue([fruit, other], [320, 1000])).sale
    back = replace(sale.lines[1], qty=-1, return_of=ReturnOf(kind="order", id="WEB-7", line="1"),
                   discounts=(LineDiscount(kind="manual", id="d", label="Tache", minor=-75),))  # fmt: skip
    text = text_of(receipt(replace(sale, lines=(*sale.lines, back)), SHOP, FR))
    for part in (
        "  0,455 kg",
        "  2 × 10,00",
        "  Tache | -1,50",
        "  Tache | 0,75",
        "  Retour de la commande WEB-7",
        "Vos économies | 1,50 €",
    ):
        assert part in text


def test_change_and_rounding() -> None:
    sale = a_sale(1572)
    cash = replace(sale.tenders[0], minor=1570, given_minor=2000, change_minor=430)
    text = text_of(receipt(replace(sale, tenders=(cash,), rounding_minor=-2), SHOP, FR))
    assert "  Reçu 20,00 € | Rendu 4,30 €" in text
    assert "Arrondi espèces | -0,02 €" in text


def test_money_given_back_is_no_negative_total() -> None:
    assert "À RENDRE | 10,00 €" in text_of(receipt(replace(a_sale(1000), total_minor=-1000), SHOP, FR))


@pytest.mark.parametrize(
    ("copy_number", "training", "mark"), [(2, False, "DUPLICATA n° 2"), (0, True, "MODE ÉCOLE - SANS VALEUR")]
)
def test_marks_stand_at_both_ends(copy_number: int, training: bool, mark: str) -> None:
    blocks = receipt(replace(a_sale(1000), training=training), SHOP, FR, copy_number=copy_number)
    assert text_of(blocks).count(mark) == 2


def test_the_code_on_a_ticket_finds_it_again() -> None:
    sale = a_sale(1000)
    blocks = receipt(sale, SHOP, FR)
    assert isinstance(blocks[-1], Cut)
    (code,) = [block.data for block in blocks if isinstance(block, QrCode)]
    assert code == receipt_code(sale)
    assert read_receipt_code(code) == (sale.number, sale.stamp.signature)
    assert read_receipt_code("https://example.com") is None
    assert not [block for block in receipt(sale, SHOP, FR, qr=False) if isinstance(block, QrCode)]


def test_a_z_prints_the_perpetual_totals_and_the_chain() -> None:
    articles = article(1)
    settled = settle(add_article(Basket("b"), articles, line_id="1"), catalogue([articles], [1000]))
    closings, _ = france().close(settled.state, "day", "2026-11-18", "anne", AT)
    facts = [open_shift("shift1", "2026-11-18", "anne", 5000, "EUR"), settled.sale]
    closed = close_shift(figures(facts), 5900, "anne", reason="coin", limit_minor=100)
    text = text_of(report(figures([*facts, closed]), SHOP, FR, title="z_report", closings=closings))
    for part in ("CLÔTURE Z", "Total perpétuel | 10,00 €", "Écart | -1,00 €", "Clôture du jour 2026-11-18 | n° 1",
                 f"Ticket n° 1 | {extract(settled.sale.stamp.signature)}", "Motif | coin"):  # fmt: skip
        assert part in text
    assert "LECTURE X" in text_of(report(figures(facts), SHOP, FR))
    assert isinstance(closings[0], PeriodClosed)


def test_an_empty_z() -> None:
    closings, _ = france().close(FiscalState(), "day", "2026-11-18", "anne", AT)
    assert "Z REPORT" in text_of(report(figures([]), SHOP, EN, title="z_report", closings=closings))
