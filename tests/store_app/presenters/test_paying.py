"""Card payments among everything else that goes on: no cent is taken twice, forgotten, or given back twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from drivers.readings import PaymentStatus
from retail.facts import SaleCompleted
from store_app.presenters.intents import (
    AskTerminal,
    Back,
    CancelPayment,
    ClearBasket,
    Confirm,
    Lock,
    NextSale,
    OpenShift,
    Pay,
    RemoveLine,
    SelectArea,
    SettleDoubt,
    Show,
    StartClose,
    Suspend,
    TakeTender,
    Tick,
    VoidTender,
)
from store_app.presenters.names import Area, ScreenName
from store_app.presenters.views import CardView, DoneView, TenderView, TillView
from store_app.till_book import Attempt, TillBook, payments, sales
from store_app.till_book.tables import tickets
from sync.storage.engine import StorageFull
from tests.support.tills import (
    CANDLE,
    JUMPER,
    NOW,
    TEA,
    FakeTerminal,
    TillUnderTest,
    article,
    price,
    till_under_test,
)

IN_DOUBT, APPROVED, DECLINED = PaymentStatus.IN_DOUBT, PaymentStatus.APPROVED, PaymentStatus.DECLINED


@contextmanager
def opened(folder: Path, terminal: FakeTerminal | None = None) -> Iterator[TillUnderTest]:
    """A till whose day is open, with a candle on the basket."""
    with till_under_test(folder, terminal=terminal) as made:
        made.sign_in()
        made.type("10000")
        made.till.ask(OpenShift())
        made.scan(CANDLE[1:])
        yield made


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[TillUnderTest]:
    with opened(tmp_path) as made:
        yield made


@contextmanager
def started_again(folder: Path, terminal: FakeTerminal | None = None) -> Iterator[TillUnderTest]:
    """The same till after it stopped, with camille signed in."""
    with till_under_test(folder, terminal=terminal, fill=False, ids="z") as made:
        made.sign_in()
        yield made


def sold(shop: TillUnderTest) -> list[SaleCompleted]:
    with shop.till.services.till.read() as conn:
        numbers = list(conn.execute(select(tickets.c.sale).order_by(tickets.c.at)).scalars())
        return [found for number in numbers if (found := sales.by_id(conn, number)) is not None]


def paid(shop: TillUnderTest) -> list[list[tuple[str, int]]]:
    return [[(tender.kind, tender.minor) for tender in sale.tenders] for sale in sold(shop)]


def unmatched(shop: TillUnderTest) -> list[str]:
    with shop.till.services.till.read() as conn:
        return [attempt.state for attempt in payments.unmatched(conn)]


def card_view(shop: TillUnderTest) -> CardView:
    view = shop.till.view
    assert isinstance(view, CardView)
    return view


def cheaper(shop: TillUnderTest, minor: int) -> None:
    shop.rows("prices", [(CANDLE, price(CANDLE, minor))])


def recall(shop: TillUnderTest) -> None:
    shop.rows("catalogue", [(CANDLE, article(CANDLE, "Bougie", recalled=True))])


def split(shop: TillUnderTest) -> None:
    """Ten of the twenty-four euros by card."""
    shop.till.ask(Pay(""))
    shop.type("1000")
    shop.till.ask(TakeTender("card"))
    assert shop.till.shell.screen is ScreenName.TENDER


# while the terminal has the customer's attention


def test_nothing_else_is_paid_while_the_terminal_asks(shop: TillUnderTest) -> None:
    shop.till.holds = ("charge",)
    shop.till.ask(Pay("card"), SelectArea(Area.TILL), Pay("cash"))
    assert shop.till.shell.screen is ScreenName.CARD
    assert "card payment is running" in shop.last_notice.text
    shop.till.ask(TakeTender("cash"), SelectArea(Area.TILL), Suspend(), RemoveLine(), ClearBasket())
    assert len(shop.till.desk.sale.basket.lines) == 1
    assert paid(shop) == []
    shop.till.release()
    assert paid(shop) == [[("card", 2400)]]
    assert unmatched(shop) == []


def test_a_payment_in_doubt_is_never_forgotten_for_cash(tmp_path: Path) -> None:
    with opened(tmp_path, FakeTerminal(answers=[IN_DOUBT])) as shop:
        shop.till.ask(Pay("card"), SelectArea(Area.TILL), Pay("cash"), TakeTender("cash"), Back())
        assert shop.till.shell.screen is ScreenName.CARD
        assert card_view(shop).title == "Payment in doubt"
        assert paid(shop) == []
        shop.till.ask(AskTerminal())
        assert paid(shop) == [[("card", 2400)]]


@pytest.mark.parametrize("minor", [2000, 2600])
def test_who_is_paying_pays_what_was_asked_though_prices_change(shop: TillUnderTest, minor: int) -> None:
    shop.till.holds = ("charge",)
    shop.till.ask(Pay("card"))
    cheaper(shop, minor)
    shop.till.release()
    assert paid(shop) == [[("card", 2400)]]
    shop.till.ask(NextSale())
    shop.scan(CANDLE[1:])
    assert shop.till.desk.sale.total_minor == minor


def test_a_declined_card_lets_the_new_price_in(shop: TillUnderTest) -> None:
    shop.terminal.answers = [DECLINED]
    shop.till.holds = ("charge",)
    shop.till.ask(Pay("card"))
    cheaper(shop, 2000)
    shop.till.release()
    view = shop.till.view
    assert isinstance(view, TenderView)
    assert view.due == "20,00\xa0€"
    shop.till.ask(TakeTender("cash"))
    assert paid(shop) == [[("cash", 2000)]]


def test_a_recall_while_the_card_is_charged_is_told_and_loses_no_money(shop: TillUnderTest) -> None:
    shop.till.holds = ("charge",)
    shop.till.ask(Pay("card"))
    recall(shop)
    assert "being paid as it is" in shop.last_notice.text
    shop.till.release()
    assert paid(shop) == [[("card", 2400)]]


def test_a_split_payment_goes_on_at_its_price(shop: TillUnderTest) -> None:
    split(shop)
    cheaper(shop, 2000)
    shop.till.ask(TakeTender("cash"))
    assert paid(shop) == [[("card", 1000), ("cash", 1400)]]


def test_taking_back_all_that_was_paid_lets_the_new_price_in(shop: TillUnderTest) -> None:
    split(shop)
    cheaper(shop, 2000)
    shop.till.ask(VoidTender(shop.till.desk.sale.payment.tenders[0].id))  # type: ignore[union-attr]
    assert shop.till.view.due == "20,00\xa0€"  # type: ignore[attr-defined]


def test_the_sale_is_of_who_asked_for_the_card_though_the_till_was_locked(shop: TillUnderTest) -> None:
    shop.till.holds = ("charge",)
    shop.till.ask(Pay("card"), Lock())
    assert shop.till.shell.screen is ScreenName.SIGN_IN
    shop.till.release()
    assert [sale.cashier for sale in sold(shop)] == ["camille"]
    assert len(shop.paper.documents) == 1
    shop.sign_in("nadia", "3333")
    shop.scan(TEA[1:])
    shop.till.ask(Pay("cash"), TakeTender("cash"))
    assert [sale.cashier for sale in sold(shop)] == ["camille", "nadia"]


def test_after_a_declined_card_the_sale_is_of_who_takes_the_cash(shop: TillUnderTest) -> None:
    shop.terminal.answers = [DECLINED]
    shop.till.ask(Pay("card"), Lock())
    shop.sign_in("nadia", "3333")
    shop.till.ask(Pay("cash"), TakeTender("cash"))
    assert [sale.cashier for sale in sold(shop)] == ["nadia"]


# while the sale is written down


def test_what_is_scanned_while_a_sale_is_written_down_is_the_next_sales(shop: TillUnderTest) -> None:
    shop.till.holds = ("complete",)
    shop.till.ask(Pay("cash"), TakeTender("cash"))
    shop.scan(TEA[1:])
    shop.lay(f"{JUMPER}.5")
    shop.till.ask(SelectArea(Area.TILL), RemoveLine(), ClearBasket(), Suspend())
    assert len(shop.till.desk.sale.basket.lines) == 1
    shop.till.release()
    assert isinstance(shop.till.view, DoneView), "change and thanks stay until somebody goes on"
    assert [[line.gtin for line in sale.lines] for sale in sold(shop)] == [[CANDLE]]
    shop.till.ask(NextSale())
    assert isinstance(shop.till.view, TillView)
    assert [line.gtin for line in shop.till.desk.sale.basket.lines] == [TEA, JUMPER]


# what the disk has to keep


def test_the_till_starts_with_a_split_payment_whose_article_was_recalled(tmp_path: Path) -> None:
    with opened(tmp_path) as shop:
        split(shop)
        recall(shop)
    with started_again(tmp_path) as shop:
        assert shop.till.shell.screen is ScreenName.TENDER
        assert shop.till.view.due == "14,00\xa0€"  # type: ignore[attr-defined]
        shop.till.ask(TakeTender("cash"))
        assert paid(shop) == [[("card", 1000), ("cash", 1400)]]


def test_an_answer_that_the_disk_didnt_keep_is_asked_for_again(
    shop: TillUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise StorageFull("no room")

    with monkeypatch.context() as disk:
        disk.setattr(TillBook, "end_attempt", full)
        shop.till.ask(Pay("card"))
        assert "disk is full" in shop.last_notice.title
        view = card_view(shop)
        assert (view.title, view.primary and view.primary.text) == ("Payment in doubt", "Ask the terminal again")
        shop.till.ask(Tick())
    assert shop.till.shell.screen is ScreenName.CARD
    shop.clock.forward(5_000)
    shop.till.ask(Tick())
    assert paid(shop) == [[("card", 2400)]]
    assert len(shop.terminal.charged) == 1


# taking back


def test_a_till_that_stops_after_the_terminal_took_it_back_doesnt_count_it_as_paid(tmp_path: Path) -> None:
    terminal = FakeTerminal()
    with opened(tmp_path, terminal) as shop:
        split(shop)
        shop.till.holds = ("reversed",)
        shop.till.ask(VoidTender(shop.till.desk.sale.payment.tenders[0].id))  # type: ignore[union-attr]
        assert len(terminal.reversed) == 1
    with started_again(tmp_path, terminal) as shop:
        assert len(terminal.reversed) == 2, "what is void stays void: it is asked again"
        assert shop.till.view.due == "24,00\xa0€"  # type: ignore[attr-defined]
        shop.till.ask(TakeTender("cash"))
        assert paid(shop) == [[("cash", 2400)]]
        assert "payment.reversed" in shop.kinds()


def test_a_till_that_stops_before_the_basket_knows_of_it_doesnt_count_it_either(tmp_path: Path) -> None:
    with opened(tmp_path) as shop:
        split(shop)
        shop.till.holds = ("save",)
        shop.till.ask(VoidTender(shop.till.desk.sale.payment.tenders[0].id))  # type: ignore[union-attr]
    with started_again(tmp_path) as shop:
        shop.till.ask(Pay(""))
        assert shop.till.view.due == "24,00\xa0€"  # type: ignore[attr-defined]


def test_taking_back_in_doubt_is_asked_again_or_settled_from_the_slip(shop: TillUnderTest) -> None:
    shop.terminal.reversals = [IN_DOUBT, IN_DOUBT]
    split(shop)
    shop.till.ask(VoidTender(shop.till.desk.sale.payment.tenders[0].id))  # type: ignore[union-attr]
    assert card_view(shop).title == "Taking back in doubt"
    shop.till.ask(AskTerminal(), SelectArea(Area.TILL), Pay("cash"), TakeTender("cash"))
    assert card_view(shop).title == "Taking back in doubt"
    assert paid(shop) == []
    shop.till.ask(SettleDoubt("declined"))
    shop.type("3333")
    assert shop.till.view.due == "24,00\xa0€"  # type: ignore[attr-defined]
    assert unmatched(shop) == []


def test_a_payment_that_wasnt_taken_back_still_counts(shop: TillUnderTest) -> None:
    shop.terminal.reversals = [APPROVED]
    split(shop)
    shop.till.ask(VoidTender(shop.till.desk.sale.payment.tenders[0].id))  # type: ignore[union-attr]
    assert shop.last_notice.title == "Not taken back"
    assert shop.till.view.due == "14,00\xa0€"  # type: ignore[attr-defined]
    shop.till.ask(TakeTender("cash"))
    assert paid(shop) == [[("card", 1000), ("cash", 1400)]]


def test_more_approved_than_is_due_stays_in_sight_until_it_is_taken_back(tmp_path: Path) -> None:
    terminal = FakeTerminal(approves_minor=2900)
    with opened(tmp_path, terminal) as shop:
        shop.till.ask(Pay("card"))
        assert card_view(shop).title == "Approved, not on the ticket"
        shop.till.ask(SelectArea(Area.TILL), Pay("cash"), CancelPayment(), Back())
        assert paid(shop) == []
    with started_again(tmp_path, terminal) as shop:
        view = card_view(shop)
        assert (view.title, view.amount) == ("Approved, not on the ticket", "29,00\xa0€")
        assert view.primary is not None
        shop.till.ask(view.primary.intent)
        assert len(terminal.reversed) == 1
        shop.till.ask(TakeTender("cash"))
        assert paid(shop) == [[("cash", 2400)]]
        assert unmatched(shop) == []


# at the end of the day


def test_payments_that_stand_on_no_sale_are_listed_at_the_close(shop: TillUnderTest) -> None:
    till = shop.till.services.till
    saved = shop.till.desk.sale.saved(NOW, "camille")
    gone = Attempt("old", "another basket", "charge", 1550, "EUR", "asked", started_at=NOW)
    till.begin_attempt(saved, gone)
    till.end_attempt(gone, "approved", approved_minor=1550, ref="REF-9")
    shop.till.ask(ClearBasket(), Confirm(), Show(ScreenName.SHIFT), StartClose())
    assert shop.last_notice.title == "Unmatched payments"
    facts = shop.till.view.facts  # type: ignore[attr-defined]
    assert facts[-1].value == "15,50\xa0€ · approved · REF-9"


def test_a_ticket_is_voided_from_the_till(shop: TillUnderTest) -> None:
    view = shop.till.view
    assert isinstance(view, TillView)
    void = next(action for action in view.basket.actions if action.icon == "delete")
    shop.till.ask(void.intent, Confirm())
    assert shop.till.desk.sale.empty
    view = shop.till.view
    assert isinstance(view, TillView)
    assert "Resume" in [action.text for action in view.basket.actions]
