"""What the card screen shows: the customer pays, it is in doubt, it is taken back, it fits no ticket."""

from store_app.presenters.base import Tone
from store_app.presenters.basket_view import basket_view
from store_app.presenters.desk import Desk
from store_app.presenters.intents import AskTerminal, CancelPayment, SettleDoubt, VoidTender
from store_app.presenters.texts import _
from store_app.presenters.views import Action, CardView, Chip, Field, Row
from store_app.till_book import Attempt


def waiting(desk: Desk, attempt: Attempt | None, *, asking: bool) -> CardView:
    """The terminal has the customer's attention."""
    refund = attempt is not None and attempt.kind == "refund"
    return CardView(
        basket_view(desk, actions=False),
        _("Refund on the terminal") if refund else _("The customer pays on the terminal"),
        desk.money(attempt.minor) if attempt is not None else "",
        text=_("Selling goes on here when the terminal has answered."),
        chip=Chip(_("Waiting for the terminal"), Tone.INFO, "clock"),
        steps=(Row("ask", _("If it stays silent, the till asks it again by itself"), icon="info"),),
        actions=(Action(_("Stop"), CancelPayment(), "close", "Escape", enabled=asking),),
    )


def in_doubt(desk: Desk, attempt: Attempt, slip: str) -> CardView:
    """Nobody knows whether money moved. While it isn't even written down as such, only the terminal can be asked."""
    settles = attempt.state == "in_doubt"
    return CardView(
        basket_view(desk, actions=False),
        _("Payment in doubt"),
        desk.money(attempt.minor),
        text=_("The terminal didn't say how it ended. Look at its slip; never charge again before it is settled."),
        chip=Chip(_("In doubt"), Tone.WARN, "warning"),
        icon="warning",
        tone=Tone.WARN,
        field=Field("slip", _("Number on the slip"), slip, _("Authorisation number, never a card number")),
        actions=(
            Action(_("Slip says declined"), SettleDoubt("declined"), "close", enabled=settles),
            Action(_("Slip says approved"), SettleDoubt("approved"), "check", enabled=settles),
        ),
        primary=Action(_("Ask the terminal again"), AskTerminal(), "refresh", "F12"),
    )


def taking_back(desk: Desk, attempt: Attempt, *, asking: bool) -> CardView:
    """A payment is being taken back, or the terminal didn't say whether it was."""
    amount = desk.money(attempt.approved_minor or attempt.minor)
    basket = basket_view(desk, actions=False)
    if asking:
        return CardView(basket, _("Taking the card payment back"), amount)
    return CardView(
        basket,
        _("Taking back in doubt"),
        amount,
        text=_("The terminal didn't say whether it took the payment back. Ask it again, or look at its slip."),
        chip=Chip(_("In doubt"), Tone.WARN, "warning"),
        icon="warning",
        tone=Tone.WARN,
        actions=(
            Action(_("Slip says not taken back"), SettleDoubt("approved"), "close"),
            Action(_("Slip says taken back"), SettleDoubt("declined"), "check"),
        ),
        primary=Action(_("Ask the terminal again"), AskTerminal(), "refresh", "F12"),
    )


def stranded(desk: Desk, attempt: Attempt) -> CardView:
    """The terminal approved something that fits no ticket, such as more than was asked for."""
    return CardView(
        basket_view(desk, actions=False),
        _("Approved, not on the ticket"),
        desk.money(attempt.approved_minor),
        text=_("The terminal approved it, but it doesn't fit the ticket. Take it back on the terminal."),
        chip=Chip(_("Approved"), Tone.WARN, "warning"),
        icon="warning",
        tone=Tone.WARN,
        actions=(Action(_("Put it on the ticket"), AskTerminal(), "refresh"),),
        primary=Action(_("Take back"), VoidTender(attempt.attempt), "close", "F12"),
    )
