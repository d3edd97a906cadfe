"""Tickets and reports on their way to the printer: neutral blocks of the rules become blocks that a printer takes."""

from collections.abc import Iterable, Sequence

from drivers import contracts as paper
from retail.facts import SaleCompleted
from retail.sale import blocks as neutral
from retail.sale.receipt import Shop, Style, receipt
from retail.sale.texts import ENGLISH, FRENCH
from store_app.presenters.desk import Desk


def print_ticket(desk: Desk, sale: SaleCompleted, *, copy_number: int = 0) -> bool:
    """Queue a ticket for the printer; false if this till has none. Never waits."""
    if desk.services.printer is None:
        return False
    cashier = desk.shelves.person_name(sale.cashier)
    made = receipt(sale, shop(desk), style(desk), cashier=cashier, copy_number=copy_number)
    desk.services.printer.print(to_paper(made))
    return True


def print_blocks(desk: Desk, made: Sequence[neutral.Block]) -> bool:
    """Queue a report."""
    if desk.services.printer is None:
        return False
    desk.services.printer.print(to_paper(made))
    return True


def shop(desk: Desk) -> Shop:
    """What stands at the head of tickets and reports."""
    store = desk.shelves.store()
    return Shop(name=store.name or desk.services.store, address=(store.city,) if store.city else (), siret=store.siret)


def style(desk: Desk) -> Style:
    """Tickets speak the shop's language, whatever the screens speak."""
    locale = desk.shelves.store().locale
    return Style(FRENCH if locale.startswith("fr") else ENGLISH, locale)


def to_paper(made: Iterable[neutral.Block]) -> list[paper.Block]:
    """Blocks as a printer takes them."""
    return [_block(block) for block in made]


def _block(block: neutral.Block) -> paper.Block:
    match block:
        case neutral.Line(text, align, bold, big):
            return paper.Text(text, align, bold, big)
        case neutral.Columns(left, right, bold, big):
            return paper.Columns(left, right, bold, big)
        case neutral.Rule():
            return paper.Rule()
        case neutral.QrCode(data):
            return paper.Qr(data)
        case neutral.Code(data):
            return paper.Barcode(data)
        case neutral.Cut():
            return paper.Cut()
        case neutral.OpenDrawer():
            return paper.Kick()
