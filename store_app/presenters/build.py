"""All presenters of a till put together."""

from store_app.presenters.card import CardPresenter
from store_app.presenters.count import CountPresenter
from store_app.presenters.customers import CustomersPresenter
from store_app.presenters.desk import Desk
from store_app.presenters.devices import DevicesPresenter
from store_app.presenters.differences import DifferencesPresenter
from store_app.presenters.done import DonePresenter
from store_app.presenters.gate import GatePresenter
from store_app.presenters.handover import HandoverPresenter
from store_app.presenters.locate import LocatePresenter
from store_app.presenters.orders import OrdersPresenter
from store_app.presenters.pick import PickPresenter
from store_app.presenters.replenish import ReplenishPresenter
from store_app.presenters.returns import ReturnsPresenter
from store_app.presenters.search import SearchPresenter
from store_app.presenters.services import Services
from store_app.presenters.shell import Shell
from store_app.presenters.shift import ShiftPresenter
from store_app.presenters.sign_in import SignInPresenter
from store_app.presenters.stage import StagePresenter
from store_app.presenters.suspended import SuspendedPresenter
from store_app.presenters.tender import TenderPresenter
from store_app.presenters.till import TillPresenter
from store_app.presenters.verify import VerifyPresenter


def build_shell(services: Services, language: str) -> Shell:
    """The shell of a till with its screens, speaking a language."""
    desk = Desk(services)
    desk.speak(language)
    till, tender, search = TillPresenter(desk), TenderPresenter(desk), SearchPresenter(desk)
    screens = (
        SignInPresenter(desk),
        till,
        tender,
        CardPresenter(desk, tender),
        DonePresenter(desk),
        search,
        ReturnsPresenter(desk, tender),
        SuspendedPresenter(desk),
        CustomersPresenter(desk, till),
        OrdersPresenter(desk),
        PickPresenter(desk),
        VerifyPresenter(desk),
        StagePresenter(desk),
        HandoverPresenter(desk),
        CountPresenter(desk),
        DifferencesPresenter(desk),
        GatePresenter(desk),
        LocatePresenter(desk),
        ReplenishPresenter(desk),
        DevicesPresenter(desk),
        ShiftPresenter(desk),
    )
    return Shell(desk, screens, till, search)
