"""What every receipt printer does, over a real TCP connection: the driver and its worker against the twin."""

import threading
from collections.abc import Iterator

import pytest

from drivers.contracts import Columns, Cut, Kick, Text
from drivers.drawers.printer_drawer import PrinterDrawer
from drivers.errors import Disconnected, Garbled
from drivers.printers.escpos_printer import EscposPrinter
from drivers.printers.twin import PrinterTwin
from drivers.printers.worker import (
    Printed,
    PrinterNews,
    PrinterReady,
    PrinterStuck,
    PrinterTrouble,
    PrinterWorker,
    Refused,
)
from tests.support.waiting import wait_until

RECEIPT = [Text("COMPTOIR", "center"), Columns("Total", "12,50 €"), Cut()]


@pytest.fixture
def twin() -> Iterator[PrinterTwin]:
    made = PrinterTwin()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def printer(twin: PrinterTwin) -> Iterator[EscposPrinter]:
    made = EscposPrinter("receipts", twin.url)
    made.open()
    yield made
    made.close()


def test_a_receipt_is_on_paper(twin: PrinterTwin, printer: EscposPrinter) -> None:
    printer.print(RECEIPT, 5)
    ticket = twin.wait_tickets(1)[0]
    assert ticket.lines[-1].endswith("12,50 €")
    assert twin.unknown == []


def test_status_tells_paper_cover_and_line(twin: PrinterTwin, printer: EscposPrinter) -> None:
    assert printer.status(5).online
    twin.take_paper()
    state = printer.status(5)
    assert (state.online, state.paper, state.cover_closed) == (False, False, True)
    twin.give_paper()
    twin.open_cover()
    state = printer.status(5)
    assert (state.online, state.paper, state.cover_closed) == (False, True, False)


def test_a_silent_printer_is_disconnected(twin: PrinterTwin, printer: EscposPrinter) -> None:
    twin.go_silent()
    with pytest.raises(Disconnected, match="switched on"):
        printer.status(0.2)


def test_nonsense_for_a_status_is_garbled(twin: PrinterTwin, printer: EscposPrinter) -> None:
    twin.go_silent()
    asking = threading.Timer(0.1, twin.send_garbage, (b"\xff\xff",))
    asking.start()
    with pytest.raises(Garbled):
        printer.status(5)
    asking.join()


def test_paper_that_runs_out_holds_the_ticket_and_it_comes_when_paper_is_back(
    twin: PrinterTwin, printer: EscposPrinter
) -> None:
    twin.take_paper()
    printer.print(RECEIPT, 5)
    wait_until(lambda: len(twin.received) > 20)
    assert twin.tickets == []
    twin.give_paper()
    assert len(twin.wait_tickets(1)) == 1


def test_the_drawer_opens_even_without_paper(twin: PrinterTwin, printer: EscposPrinter) -> None:
    drawer = PrinterDrawer("cash", printer)
    assert not drawer.state(5).open
    twin.take_paper()
    drawer.kick(5)
    assert twin.wait_kicks(1) == [2]
    assert drawer.state(5).open
    twin.close_drawer()
    assert not drawer.state(5).open


def test_a_kick_inside_a_receipt(twin: PrinterTwin, printer: EscposPrinter) -> None:
    printer.print([Kick(), *RECEIPT], 5)
    assert twin.wait_kicks(1) == [2]


def _run(twin: PrinterTwin, **options: float) -> tuple[PrinterWorker, list[PrinterNews]]:
    news: list[PrinterNews] = []
    worker = PrinterWorker(EscposPrinter("receipts", twin.url), news.append, retry_s=0.05, poll_s=0.1, **options)
    worker.start()
    return worker, news


def test_the_worker_prints_in_order(twin: PrinterTwin) -> None:
    worker, news = _run(twin)
    numbers = [worker.print([Text(f"ticket {n}"), Cut()]) for n in range(5)]
    assert [ticket.lines[0] for ticket in twin.wait_tickets(5)] == [f"ticket {n}" for n in range(5)]
    wait_until(lambda: worker.waiting == 0)
    worker.stop()
    assert [item.document for item in news if isinstance(item, Printed)] == numbers


def test_out_of_paper_is_told_once_and_everything_comes_out_once(twin: PrinterTwin) -> None:
    twin.take_paper()
    worker, news = _run(twin)
    wait_until(lambda: any(isinstance(item, PrinterStuck) for item in news))
    for n in range(3):
        worker.print([Text(f"ticket {n}"), Cut()])
    worker.kick()
    assert twin.wait_kicks(1) == [2]
    wait_until(lambda: worker.waiting == 3)  # the kick is out before it is struck off the queue
    assert worker.trouble is PrinterTrouble.NO_PAPER
    twin.give_paper()
    twin.wait_tickets(3)
    wait_until(lambda: worker.waiting == 0)
    worker.stop()
    assert len(twin.tickets) == 3
    troubles = [item for item in news if isinstance(item, PrinterStuck | PrinterReady)]
    assert [type(item) for item in troubles] == [PrinterStuck, PrinterReady]


def test_a_lost_printer_is_found_again(twin: PrinterTwin) -> None:
    worker, news = _run(twin)
    worker.print(RECEIPT)
    twin.wait_tickets(1)
    twin.go_silent()
    twin.drop_link()
    wait_until(lambda: worker.trouble is not None)
    worker.print(RECEIPT)
    twin.answer_again()
    twin.wait_tickets(2)
    wait_until(lambda: worker.trouble is None)
    worker.stop()
    lost = [item for item in news if isinstance(item, PrinterStuck)]
    assert [item.trouble for item in lost] == [PrinterTrouble.LOST]


def test_a_full_queue_refuses_and_never_blocks(twin: PrinterTwin) -> None:
    twin.take_paper()
    worker, news = _run(twin, longest_queue=2)
    numbers = [worker.print(RECEIPT) for _ in range(3)]
    assert [item.document for item in news if isinstance(item, Refused)] == numbers[2:]
    worker.stop()
