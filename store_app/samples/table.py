"""The table of samples: name of the picture -> screen, view, dialog and notices."""

from collections.abc import Callable
from dataclasses import dataclass

from store_app.presenters.base import Notice
from store_app.presenters.names import ScreenName
from store_app.presenters.views.dialogs import Dialog
from store_app.samples import till


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture: the screen's view is made when it is drawn, in the language in use then."""

    screen: ScreenName
    view: Callable[[], object]
    dialog: Callable[[], Dialog] | None = None
    notices: Callable[[], tuple[Notice, ...]] | None = None
    keys: bool = False


SAMPLES: dict[str, Sample] = {
    "till": Sample(ScreenName.TILL, till.till),
    "till_empty": Sample(ScreenName.TILL, till.till_empty),
    "till_entry": Sample(ScreenName.TILL, till.till_entry),
}
