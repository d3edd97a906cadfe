"""The cashier's day at the presenters: sign-in, scans and tags, cash and card, what is refused and what is told."""

import json
from pathlib import Path

import httpx
import pytest

from drivers.readings import PaymentStatus
from retail.staff import LOCKED_MS
from store_app.presenters.intents import (
    Choose,
    ChooseDiscount,
    CompleteSale,
    Confirm,
    Discount,
    NextSale,
    OpenShift,
    PadKey,
    Pay,
    Receipt,
    RemoveLine,
    SearchChanged,
    SearchSubmitted,
    SetPrice,
    SetQuantity,
    Suspend,
    TakeTender,
    TapTile,
    VoidTender,
)
from store_app.presenters.messages import FeedsChanged
from store_app.presenters.names import ScreenName
from store_app.presenters.views import ApprovalView, DoneView, SignInView, TenderView, TillView
from sync.feeds.row import FeedRow
from tests.support.tills import BAG, CANDLE, JUMPER, TillUnderTest, till_under_test


@pytest.fixture
def shop(tmp_path: Path):
    with till_under_test(tmp_path) as made:
        made.sign_in()
        made.type("10000")
        made.till.ask(OpenShift())
        assert made.till.shell.screen is ScreenName.TILL
        yield made


def basket(shop: TillUnderTest) -> TillView:
    view = shop.till.view
    assert isinstance(view, TillView)
    return view


def test_scan_to_cash_to_receipt(shop: TillUnderTest) -> None:
    shop.scan(CANDLE[1:])
    shop.scan(f"]E0{CANDLE[1:]}")
    view = basket(shop)
    assert [(line.name, line.qty) for line in view.basket.lines] == [("Bougie", "2")]
    assert view.basket.total == "48,00\xa0€"
    shop.till.ask(Pay("cash"))
    shop.type("5000")
    tender = shop.till.view
    assert isinstance(tender, TenderView)
    assert tender.change is not None
    assert tender.change.value == "2,00\xa0€"
    shop.till.ask(TakeTender("cash"))
    done = shop.till.view
    assert isinstance(done, DoneView)
    assert done.big == "2,00\xa0€"
    assert shop.kinds()[-1] == "sale.completed"
    assert "LYO1-T1-000001" in shop.paper.text()
    assert shop.paper.kicks == 1
    shop.till.ask(NextSale())
    assert basket(shop).basket.lines == ()


def test_typed_amount_then_cash_pays_at_once(shop: TillUnderTest) -> None:
    shop.scan(CANDLE[1:])
    shop.type("2400")
    shop.till.ask(Pay("cash"))
    assert shop.till.shell.screen is ScreenName.DONE


def test_tags_on_the_pad_are_units_once(shop: TillUnderTest) -> None:
    one, two = f"{JUMPER}.1", f"{JUMPER}.2"
    shop.lay(one, two)
    shop.lay(one, two)
    assert [line.qty for line in basket(shop).basket.lines] == ["2"]
    shop.till.ask(Pay("card"))
    assert shop.till.shell.screen is ScreenName.DONE
    shop.lay(one)
    assert shop.till.desk.sale.empty
    shop.lay()
    shop.till.ask(NextSale())
    shop.lay(one)
    assert shop.till.desk.sale.empty
    assert "Not possible" in shop.titles


def test_a_scanned_code_is_resolved_by_the_pad(shop: TillUnderTest) -> None:
    shop.scan(JUMPER[1:])
    assert basket(shop).basket.lines[0].chips[0].text == "tag not read"
    shop.lay(f"{JUMPER}.5")
    assert [line.qty for line in basket(shop).basket.lines] == ["1"]
    assert basket(shop).basket.lines[0].chips[0].text == "RFID"


def test_digital_link_with_serial_is_the_unit(shop: TillUnderTest) -> None:
    shop.scan(f"https://id.gs1.org/01/{JUMPER}/21/77", "]Q1")
    assert shop.till.desk.sale.basket.units == frozenset({f"{JUMPER}.77"})


def test_what_isnt_ours_is_told_and_left_out(shop: TillUnderTest) -> None:
    shop.scan("3017620422003")
    assert shop.last_notice.title.startswith("Not usable")
    shop.scan("3017620422004")
    assert "check digit" in shop.last_notice.text
    from store_app.presenters.intents import TagsSeen

    shop.till.ask(TagsSeen(("e2000000000000000000000a",)))
    assert "isn't ours" in shop.last_notice.title
    assert shop.till.desk.sale.empty


def test_tiles_quantity_price_and_line(shop: TillUnderTest) -> None:
    shop.till.ask(TapTile(BAG))
    shop.type("3")
    shop.till.ask(SetQuantity())
    assert basket(shop).basket.lines[0].qty == "3"
    shop.type("50")
    shop.till.ask(SetPrice())
    assert isinstance(shop.till.shell.dialog, ApprovalView)
    shop.type("3333")
    assert shop.till.shell.dialog is None
    assert basket(shop).basket.total == "1,50\xa0€"
    shop.till.ask(RemoveLine())
    assert shop.till.desk.sale.empty
    assert "approval.given" in shop.kinds()


def test_search_takes_the_best(shop: TillUnderTest) -> None:
    shop.till.ask(SearchChanged("boug"))
    assert shop.till.shell.screen is ScreenName.SEARCH
    shop.till.ask(SearchSubmitted("boug"))
    assert shop.till.shell.screen is ScreenName.TILL
    assert basket(shop).basket.lines[0].name == "Bougie"


def test_a_small_discount_is_given_a_large_one_asks_a_manager(shop: TillUnderTest) -> None:
    shop.scan(CANDLE[1:])
    shop.till.ask(Discount(), ChooseDiscount("damaged", 1000))
    assert basket(shop).basket.total == "21,60\xa0€"
    shop.till.ask(Discount(), ChooseDiscount("damaged", 3000))
    assert isinstance(shop.till.shell.dialog, ApprovalView)
    shop.scan("BADGE-NADIA")
    assert basket(shop).basket.total == "16,80\xa0€"


def test_nobody_approves_for_themselves_and_five_wrong_pins_lock(shop: TillUnderTest) -> None:
    shop.scan(CANDLE[1:])
    shop.till.ask(Discount(), ChooseDiscount("damaged", 5000))
    for _ in range(5):
        shop.type("1111")
    assert shop.kinds().count("staff.locked_out") == 1
    view = shop.till.shell.dialog
    assert isinstance(view, ApprovalView)
    assert view.message is not None
    assert "locked" in view.message.text
    shop.type("9999")
    shop.type("3333")
    assert isinstance(shop.till.shell.dialog, ApprovalView), "not even the right PIN, while it is locked"
    assert basket(shop).basket.total == "24,00\xa0€"
    shop.clock.forward(LOCKED_MS + 1)
    shop.type("3333")
    assert shop.till.shell.dialog is None
    assert basket(shop).basket.total == "12,00\xa0€"


def test_card_is_charged_once_and_asked_after_silence(shop: TillUnderTest) -> None:
    from store_app.presenters.intents import AskTerminal

    shop.terminal.answers = [PaymentStatus.IN_DOUBT]
    shop.terminal.statuses = [PaymentStatus.IN_DOUBT, PaymentStatus.APPROVED]
    shop.scan(CANDLE[1:])
    shop.till.ask(Pay("card"))
    assert shop.till.shell.screen is ScreenName.CARD
    assert "payment.in_doubt" in shop.kinds()
    shop.scan(CANDLE[1:])
    assert "card payment is running" in shop.last_notice.text
    shop.till.ask(AskTerminal())
    shop.till.ask(AskTerminal())
    assert shop.till.shell.screen is ScreenName.DONE
    assert len(shop.terminal.charged) == 1


def test_a_payment_in_doubt_is_settled_from_the_slip(shop: TillUnderTest) -> None:
    from store_app.presenters.intents import SettleDoubt, TextChanged

    shop.terminal.answers = [PaymentStatus.IN_DOUBT]
    shop.scan(CANDLE[1:])
    shop.till.ask(Pay("card"), TextChanged("slip", "4970100000000154"), SettleDoubt("approved"))
    assert "card number" in shop.last_notice.text
    shop.till.ask(TextChanged("slip", "A-0815"), SettleDoubt("approved"))
    shop.type("3333")
    assert shop.till.shell.screen is ScreenName.DONE


def test_declined_then_split_over_cash_and_card_then_void(shop: TillUnderTest) -> None:
    shop.terminal.answers = [PaymentStatus.DECLINED, PaymentStatus.PARTIAL, PaymentStatus.APPROVED]
    shop.scan(CANDLE[1:])
    shop.till.ask(Pay("card"))
    assert shop.till.shell.screen is ScreenName.TENDER
    shop.till.ask(TakeTender("card"))
    view = shop.till.view
    assert isinstance(view, TenderView)
    assert view.due == "12,00\xa0€"
    shop.till.ask(TakeTender("cash", 200))
    payment = shop.till.desk.sale.payment
    assert payment is not None
    assert payment.remaining_minor == 1000
    shop.till.ask(VoidTender(payment.tenders[0].id))
    assert shop.terminal.reversed == [shop.terminal.charged[1][0]]
    assert "payment.reversed" in shop.kinds()
    shop.till.ask(TakeTender("card"))
    assert shop.till.shell.screen is ScreenName.DONE


def test_a_receipt_again_is_a_signed_duplicate(shop: TillUnderTest) -> None:
    shop.scan(CANDLE[1:])
    shop.type("2400")
    shop.till.ask(Pay("cash"), Receipt("print"))
    assert "DUPLICATA n° 1" in shop.paper.text()
    assert shop.kinds()[-1] == "fiscal.event_recorded"


def test_suspended_here_while_the_agent_is_away_and_resumed(shop: TillUnderTest) -> None:
    from store_app.presenters.intents import Resume, Show

    shop.scan(CANDLE[1:])
    shop.till.ask(Suspend())
    assert "Suspended here only" in shop.titles
    assert shop.till.desk.sale.empty
    shop.till.ask(Show(ScreenName.SUSPENDED))
    waiting = shop.till.view.rows[0].id  # type: ignore[attr-defined]
    shop.till.ask(Resume(waiting))
    assert basket(shop).basket.total == "24,00\xa0€"


def test_scans_while_a_dialog_is_open_wait_for_it(shop: TillUnderTest) -> None:
    from store_app.presenters.intents import DismissDialog

    shop.scan(CANDLE[1:])
    shop.till.ask(Discount())
    shop.scan(BAG[1:])
    assert len(shop.till.desk.sale.basket.lines) == 1
    shop.till.ask(DismissDialog())
    assert len(shop.till.desk.sale.basket.lines) == 2


def test_clients_attach_consent_and_note_offline(shop: TillUnderTest) -> None:
    from store_app.presenters.intents import (
        AddNote,
        AttachClient,
        SelectClient,
        SelectClientTab,
        Show,
        TextChanged,
        ToggleConsent,
    )

    shop.scan(CANDLE[1:])
    shop.till.ask(Show(ScreenName.CUSTOMERS), TextChanged("client", "inès"), SelectClient("c1"), ToggleConsent("sms"))
    shop.till.ask(SelectClientTab("notes"), TextChanged("note", "Aime le lin"), AddNote(), AttachClient("c1"))
    kinds = shop.kinds()
    assert "client.consent_changed" in kinds
    assert "client.noted" in kinds
    assert basket(shop).basket.client is not None
    shop.type("2400")
    shop.till.ask(Pay("cash"))
    assert shop.till.desk.last_sale is not None
    assert shop.till.desk.last_sale.fact.client == "c1"


def test_the_day_is_counted_blind_and_closed(shop: TillUnderTest) -> None:
    from store_app.presenters.intents import CloseShift, SelectDenomination, Show, StartClose

    shop.scan(CANDLE[1:])
    shop.type("2400")
    shop.till.ask(Pay("cash"), Show(ScreenName.SHIFT), StartClose(), SelectDenomination(10_000))
    shop.type("1")
    shop.till.ask(SelectDenomination(200))
    shop.type("11")
    shop.till.ask(CloseShift())
    assert shop.till.shell.dialog is not None
    shop.till.ask(Choose("count"))
    assert shop.kinds()[-2:] == ["shift.closed", "period.closed"] or "shift.closed" in shop.kinds()
    assert "CLÔTURE Z" in shop.paper.text()
    assert shop.till.desk.shift is None


def test_pay_out_needs_a_manager(shop: TillUnderTest) -> None:
    from store_app.presenters.intents import CashMove, Show

    shop.till.ask(Show(ScreenName.SHIFT), CashMove("pay_out"), Choose("errand"))
    shop.type("500")
    shop.till.ask(Confirm())
    assert isinstance(shop.till.shell.dialog, ApprovalView)
    shop.type("3333")
    assert "cash.moved" in shop.kinds()


def test_wrong_pin_five_times_outlives_a_restart(tmp_path: Path) -> None:
    with till_under_test(tmp_path) as shop:
        for _ in range(5):
            shop.sign_in(pin="9999")
        assert "staff.locked_out" in shop.kinds()
    with till_under_test(tmp_path, ids="later", fill=False) as shop:
        shop.sign_in()
        view = shop.till.view
        assert isinstance(view, SignInView)
        assert view.message is not None
        assert "Locked until" in view.message.text
        shop.clock.forward(5 * 60_000)
        shop.sign_in()
        assert shop.till.shell.screen is ScreenName.SHIFT


def test_a_basket_with_its_payment_comes_back(tmp_path: Path) -> None:
    with till_under_test(tmp_path) as shop:
        shop.sign_in()
        shop.till.ask(OpenShift())
        shop.scan(CANDLE[1:])
        shop.scan(BAG[1:])
        shop.till.ask(Pay(), TakeTender("cash", 1000))
    with till_under_test(tmp_path, ids="later", fill=False) as shop:
        shop.sign_in()
        assert shop.till.shell.screen is ScreenName.TENDER
        view = shop.till.view
        assert isinstance(view, TenderView)
        assert view.due == "14,20\xa0€"
        shop.till.ask(TakeTender("cash", 1420), CompleteSale())
        assert shop.till.shell.screen is ScreenName.DONE


def test_a_price_that_has_just_arrived_is_used_though_nobody_has_said_so_yet(shop: TillUnderTest) -> None:
    reference = shop.till.services.reference
    version, row = reference.versioned("prices", CANDLE) or (0, {})
    gone = FeedRow(version + 1, CANDLE, 1, None)
    reference.apply("prices", [gone], version + 1)
    shop.till.ask(FeedsChanged(frozenset({"prices"})))
    shop.scan(CANDLE[1:])
    assert "no price" in shop.last_notice.text
    reference.apply("prices", [FeedRow(version + 2, CANDLE, 1, json.dumps(row))], version + 2)
    shop.scan(CANDLE[1:])
    assert basket(shop).basket.total == "24,00\xa0€"


def test_pad_key_enter_multiplies_the_next_article(shop: TillUnderTest) -> None:
    shop.type("4")
    shop.till.ask(PadKey("enter"))
    shop.scan(CANDLE[1:])
    assert basket(shop).basket.lines[0].qty == "4"


def _last_sale(shop: TillUnderTest) -> dict[str, object]:
    with shop.till.services.till.read() as conn:
        query = "SELECT body FROM journal_records WHERE kind = 'sale.completed' ORDER BY seq DESC LIMIT 1"
        found: dict[str, object] = json.loads(conn.exec_driver_sql(query).scalar_one())
    return found


def test_a_unit_that_came_back_to_another_till_is_sold_again_when_the_agent_holds_it(tmp_path: Path) -> None:
    unit, state = f"{JUMPER}.1", {"knows": False, "state": "sold"}
    sale: dict[str, object] = {}

    def agent(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/v1/units/"):
            return httpx.Response(200, json={"unit": unit, "gtin": JUMPER, "state": state["state"]})
        if request.url.path.startswith("/v1/sales/") and state["knows"]:
            return httpx.Response(200, json=sale)
        return httpx.Response(404, json={})

    with till_under_test(tmp_path, agent=httpx.MockTransport(agent)) as shop:
        shop.sign_in()
        shop.type("10000")
        shop.till.ask(OpenShift())
        shop.lay(unit)
        shop.till.ask(Pay("card"))
        sale |= _last_sale(shop)
        shop.lay()
        shop.till.ask(NextSale())
        for knows, where in ((False, "in_stock"), (True, "sold")):
            state |= {"knows": knows, "state": where}
            shop.lay(unit)
            assert shop.till.desk.sale.empty, (knows, where)
            shop.lay()
        state |= {"knows": True, "state": "in_stock"}
        shop.lay(unit)
        assert shop.till.desk.sale.basket.units == frozenset({unit})
        shop.till.ask(Pay("card"))
        assert shop.kinds().count("sale.completed") == 2
