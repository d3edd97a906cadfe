"""Checking the books: the hash chain and signatures of a journal, and the signed chain of tickets."""

from retail.facts import FiscalStamp
from retail.fiscal import verify_chain
from store_app.till_book import fiscal
from sync.identity.keys import TicketKey, verify_es256
from sync.verify import verify_journals
from tests.bench.row import Row, rate_row
from tests.bench.run import Run, core_rate
from tests.support.till_builders import CANDLE, JUMPER, basket_of, cash_sale, open_till

BAR = 1_000_000 / 60
"""a chain of a million in a minute (till, bars)"""


def measure(run: Run) -> list[Row]:
    """Records and documents of a till that has sold for a day or two."""
    folder = run.sub("till")
    with open_till(folder) as till:
        till.till.open_shift("camille", 10_000, "EUR")
        for n in range(run.size(5, 1_500)):
            till.till.complete_sale(cash_sale(basket_of(CANDLE, JUMPER), f"s{n}"))
        with till.book.read() as conn:
            records = till.book.head.seq

            def journals() -> int:
                assert not verify_journals(conn)
                return records

            journal = core_rate(journals)
            stamps = fiscal.documents(conn, "ticket")
    tickets = core_rate(lambda: _verified(stamps, TicketKey.load_or_create(folder)))
    return [
        rate_row("verify a journal, every record signed", journal, BAR, unit=" records/s"),
        rate_row("verify a chain of tickets", tickets, BAR, unit=" tickets/s"),
    ]


def _verified(stamps: list[FiscalStamp], key: TicketKey) -> int:
    pem = key.public_pem
    verdict = verify_chain(stamps, lambda data, signature, _key: verify_es256(pem, data, signature))
    assert verdict.holds
    return verdict.checked
