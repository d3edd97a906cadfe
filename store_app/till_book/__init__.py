"""The till's own projections and commits, in till.db beside its journal."""

from retail.staff import Tries
from store_app.till_book.baskets import SavedBasket
from store_app.till_book.book import OrderReturn, Recovered, TillBook
from store_app.till_book.payments import Attempt, AttemptState
from store_app.till_book.returns import Grade, TakenGoods
from store_app.till_book.settlement import CommittedSale, SaleRequest
from store_app.till_book.shifts import ClosedShift, OpenShift
from store_app.till_book.tables import STEPS

__all__ = [
    "STEPS",
    "Attempt",
    "AttemptState",
    "ClosedShift",
    "CommittedSale",
    "Grade",
    "OpenShift",
    "OrderReturn",
    "Recovered",
    "SaleRequest",
    "SavedBasket",
    "TakenGoods",
    "TillBook",
    "Tries",
]
