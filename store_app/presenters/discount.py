"""Giving a discount: one tap on a reason with its usual rate, or another rate typed first."""

from collections.abc import Callable

from store_app.presenters.base import Effect
from store_app.presenters.basket_view import discount_reasons
from store_app.presenters.intents import ChooseDiscount, DismissDialog, PadKey
from store_app.presenters.pad import Pad
from store_app.presenters.texts import _, percent
from store_app.presenters.views import Action, Chip, PromptView, Tone

USUAL_BP = {"damaged": 1000, "price_match": 500, "goodwill": 1000, "staff": 2000, "last_piece": 3000}
"""the rate that each reason usually gives, in basis points"""
MOST = 100


class DiscountPrompt:
    """Closes with ``chosen(reason, basis points)``."""

    takes_scans = False

    def __init__(self, article: str, chosen: Callable[[str, int], list[Effect]]) -> None:
        self.closed = False
        self._article = article
        self._chosen = chosen
        self._pad = Pad(3)
        self._message: Chip | None = None

    def on(self, intent: object, now: int) -> list[Effect]:
        self._message = None
        match intent:
            case DismissDialog():
                self.closed = True
            case PadKey(key) if key != "enter":
                self._pad.press(key)
            case ChooseDiscount(reason, rate_bp):
                if not 0 < rate_bp <= MOST * 100:
                    self._message = Chip(_("A discount is above zero and at most 100 %."), Tone.WARN)
                    return []
                self.closed = True
                return self._chosen(reason, rate_bp)
        return []

    def done(self, job_id: str, result: object) -> list[Effect]:
        """It asks for no jobs."""
        return []

    @property
    def view(self) -> PromptView:
        typed = self._pad.number * 100 if self._pad else 0
        return PromptView(
            title=_("Discount"),
            text=self._article,
            choices_title=_("Reason"),
            choices=tuple(
                Action(
                    f"{text} {percent(-(typed or USUAL_BP[reason]))}",
                    ChooseDiscount(reason, typed or USUAL_BP[reason]),
                )
                for reason, text in discount_reasons().items()
            ),
            entry=percent(typed),
            entry_label=_("Another rate"),
            message=self._message,
            cancel=Action(_("Cancel"), DismissDialog(), "close", "Escape"),
        )


def _choice(reason: str, text: str, rate_bp: int) -> Action:
    return Action(f"{text} {percent(-rate_bp)}", ChooseDiscount(reason, rate_bp))
