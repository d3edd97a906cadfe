"""Journey of the cashier: a day at the till, with agent and ledger there, gone, and back again."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from drivers.terminals.twin import Behaviour
from installer.demo.goods import gtin
from retail.facts import ApprovalGiven, SaleCompleted
from retail.fiscal.chain import extract
from store_app.presenters import tender
from store_app.presenters.desk import Desk
from store_app.presenters.names import ScreenName
from tests.support import journals
from tests.support.hands import Hands, plain
from tests.support.processes import ROOT, wait_until
from tests.support.shop import Shop

AtTill = Callable[..., Hands]
BAG, TEA, BOOK, MAGAZINE = gtin(0), gtin(32), gtin(33), gtin(34)
DRESS, SKIRT, COAT = "09521000000117.3", "09521000000124.4", "09521000000148.6"
JEANS = "09521000000155"


def begin(hands: Hands) -> Hands:
    """Camille has signed in and stands before an empty basket."""
    hands.sign_in("Camille D.", "1111")
    if hands.screen is ScreenName.SHIFT:
        hands.open_shift()
        hands.press("Till")
    hands.on(ScreenName.TILL)
    hands.until(lambda: hands.stocked, what="waiting for articles, prices and stock")
    return hands


def barcode(gtin14: str) -> str:
    """What stands on the article: EAN-13."""
    return gtin14[1:]


def own_sales(shop: Shop) -> list[SaleCompleted]:
    """Sales of till 1 on its disk."""
    return journals.sales(journals.at_till(shop))


def test_a_cashier_sells_what_was_scanned_laid_searched_and_tapped(
    shop: Shop, at_till: AtTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    build = tender.print_ticket

    def print_ticket(desk: Desk, sale: SaleCompleted) -> bool:
        """As the till does it, but note first what another reader of till.db finds then."""
        kept.extend(found.number for found in own_sales(shop) if found.stamp == sale.stamp)
        return build(desk, sale)

    monkeypatch.setattr(tender, "print_ticket", print_ticket)
    twins = shop.tills[0]
    before = {one: shop.stock(one)["sellable"] for one in (BAG, TEA, BOOK, DRESS[:14], SKIRT[:14])}
    hands = begin(at_till(1, locale="en"))

    hands.scan(barcode(TEA), "]E0")
    hands.reads("Black tea 100 g", "11,90 €")
    twins.display.wait_for(lambda lines: lines[0].startswith("Black tea"))
    hands.lay(DRESS, SKIRT)
    hands.reads("Wrap dress", "57,90 €", "Pleated skirt", "35,90 €", "3 lines")
    hands.search("cookbook camel")
    hands.reads("Cookbook", "32,90 €", "4 lines")
    hands.press("Paper bag")
    hands.reads("5 lines")
    hands.type("3")
    hands.press("Qty")
    hands.reads("7 articles", "0,60 €")

    hands.tap("Black tea 100 g")
    hands.press("Discount")
    hands.press("Damaged")
    hands.reads("Damaged", "−1,19 €")
    hands.tap("Pleated skirt")
    hands.press("Discount")
    hands.press("Last piece")
    hands.reads("Somebody else must allow this", "Nadia K.", "−10,77 €")
    hands.type("1111")
    hands.reads("Wrong PIN, or not allowed to approve this")
    hands.type("3333")
    hands.until(lambda: hands.app.shell.dialog is None, what="waiting for the approval")
    hands.reads("Last piece", "127,24 €")
    twins.display.wait_for(lambda lines: "127,24" in lines[1])

    hands.press("Cash")
    hands.on(ScreenName.TENDER)
    hands.type("20000")
    hands.reads("Change", "72,76 €")
    hands.key(Qt.Key.Key_F12)
    hands.on(ScreenName.DONE)
    hands.reads("Change", "72,76 €", "LYO1-T1-000001", "kept and signed")
    hands.lay()

    wait_until(lambda: shop.unit(DRESS)["state"] == "sold", 5, "the agent to move the sold units")
    after = {one: before[one] - count for one, count in zip(before, (3, 1, 1, 1, 1), strict=True)}
    wait_until(lambda: {one: shop.stock(one)["sellable"] for one in before} == after, 5, "the stock to fall")
    kept_sale = journals.at_till(shop)[-1]
    sold = own_sales(shop)[-1]
    wait_until(lambda: sold in journals.sales(journals.at_ledger(shop, "LYO1-T1")), 10, "the ledger to have the sale")
    wait_until(lambda: journals.moves_for(journals.at_ledger(shop, "LYO1-A"), kept_sale), 10, "the move at the ledger")
    moved = journals.moves_for(journals.at_ledger(shop, "LYO1-A"), kept_sale)
    assert [one.at - kept_sale.at < 1000 for one in moved] == [True], "stock falls within a second, once"

    assert kept == ["LYO1-T1-000001"], "the sale is on the disk, signed, before its receipt is built"
    ticket = plain(twins.printer.wait_tickets(1)[0].text)
    for words in ("Lyon Bellecour", "LYO1-T1-000001", "Camille D.", "Thé noir 100 g", "TOTAL", "127,24",
                  "Espèces", "Reçu 200,00 €", "Rendu 72,76 €", extract(sold.stamp.signature)):  # fmt: skip
        assert words in ticket, (words, ticket)
    assert twins.printer.wait_kicks(1) == [2], "the drawer opens for cash"
    assert not twins.printer.unknown
    twins.display.wait_for(lambda lines: "72,76" in lines[1])
    assert {(line.gtin, one.reason) for line in sold.lines for one in line.discounts} == {
        (SKIRT[:14], "last_piece"),
        (TEA, "damaged"),
    }
    approvals = [one.fact for one in journals.at_till(shop) if isinstance(one.fact, ApprovalGiven)]
    assert [(one.permission, one.approver.staff, one.asked_by) for one in approvals] == [
        ("discount_above_limit", "nadia", "camille")
    ]

    hands.press("Next customer")
    hands.scan(barcode(MAGAZINE), "]E0")
    hands.reads("Home magazine")
    hands.key(Qt.Key.Key_F12)
    hands.on(ScreenName.DONE)
    hands.reads("Card", "5,90 €", "LYO1-T1-000002")
    assert list(twins.terminal.charged.values()) == [590]
    assert "Carte bancaire" in twins.printer.wait_tickets(2)[1].text
    assert len(twins.printer.kicks) == 1, "a card needs no drawer"


def test_three_sales_without_agent_and_ledger_arrive_once(shop: Shop, at_till: AtTill) -> None:
    twins = shop.tills[0]
    hands = begin(at_till(1, locale="en"))
    hands.until(lambda: hands.app.shell.desk.pending == 0, what="waiting for everything to be sent")
    charged = len(twins.terminal.charged)
    tickets = len(twins.printer.tickets)
    shop.agent.kill()
    shop.ledger.stop()

    hands.scan(barcode(TEA), "]E0")
    hands.reads("Black tea 100 g")
    hands.press("Cash")
    hands.press("Exact")
    hands.on(ScreenName.DONE)
    hands.reads("It is sent when the connection is back.")
    hands.scan(barcode(BOOK), "]E0")
    hands.reads("Cookbook")
    hands.key(Qt.Key.Key_F12)
    hands.on(ScreenName.DONE)
    hands.press("Next customer")
    hands.lay(COAT)
    hands.reads("Wool coat")
    hands.press("Cash")
    hands.press("Exact")
    hands.on(ScreenName.DONE)
    hands.lay()
    hands.reads("to send")
    assert len(twins.printer.wait_tickets(tickets + 3)) == tickets + 3
    assert len(twins.terminal.charged) == charged + 1
    offline = own_sales(shop)[-3:]

    shop.agent.start()
    shop.ledger.start()
    hands.until(lambda: hands.app.shell.desk.pending == 0, 30_000, "waiting for everything to be sent")
    wait_until(lambda: shop.unit(COAT)["state"] == "sold", 10, "the agent to move the sold unit")
    for arrived in (journals.at_agent(shop, "LYO1-T1"), journals.at_ledger(shop, "LYO1-T1")):
        assert journals.sales(arrived)[-3:] == offline
        assert [one.seq for one in arrived] == list(range(1, len(arrived) + 1))


def test_a_till_killed_after_the_terminal_has_approved_goes_on_without_a_second_charge(
    shop: Shop, at_till: AtTill, tmp_path: Path
) -> None:
    twins = shop.tills[1]
    twins.terminal.next(Behaviour.SILENCE)
    command = [sys.executable, "-m", "tests.support.till_process", str(shop.premises.till_toml(2))]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    said = tmp_path / "till.log"
    with said.open("wb") as out, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out) as till:
        try:
            wait_until(lambda: twins.terminal.charged or till.poll() is not None, 60, "the terminal to approve")
            assert till.poll() is None, said.read_text()
        finally:
            till.kill()
    assert journals.sales(journals.at_till(shop, 2)) == [], "the answer hadn't come when the till died"

    hands = at_till(2, locale="en")
    hands.sign_in("Camille D.", "1111")
    hands.on(ScreenName.DONE)
    hands.reads("LYO1-T2-000001", "Card", "0,20 €")
    assert list(twins.terminal.charged.values()) == [20]
    assert [ask.do for ask in twins.terminal.asked].count("charge") == 1
    assert "Sac papier" in twins.printer.wait_tickets(1)[0].text
    sold = journals.sales(journals.at_till(shop, 2))
    assert [(one.total_minor, len(one.lines), [t.kind for t in one.tenders]) for one in sold] == [(20, 1, ["card"])]
    hands.press("Next customer")
    hands.reads("New ticket")
    hands.until(lambda: hands.app.shell.desk.pending == 0, what="waiting for everything to be sent")


def test_the_books_are_whole(shop: Shop) -> None:
    assert shop.close_books() == []
