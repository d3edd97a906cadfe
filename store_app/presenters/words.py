"""Why something isn't possible, in words for the person at the till: one text for each reason that the rules give."""

from store_app.presenters.texts import _


def refusal(reason: str) -> str:
    """What a reason means and what to do."""
    return _REFUSALS.get(reason, lambda: _("The rules don't allow it ({reason}).", reason=reason))()


_REFUSALS = {
    # articles and scans
    "unknown_article": lambda: _("This article isn't in the catalogue. Ask your manager, or sell it by a tile."),
    "recalled": lambda: _("This article is recalled and must not be sold. Put it aside."),
    "no_price": lambda: _("This article has no price. Ask your manager."),
    "wrong_currency": lambda: _("This article is priced in another currency."),
    "unknown_tax": lambda: _("This article's VAT rate isn't known. Ask your manager."),
    "empty_scan": lambda: _("The scanner read nothing. Scan again."),
    "bad_check_digit": lambda: _("The barcode was misread: its check digit is wrong. Scan again."),
    "unreadable_scan": lambda: _("The barcode can't be read. Scan again, or type the number."),
    "needs_weight": lambda: _("This article is sold by weight. Weigh it first."),
    "no_weight": lambda: _("This article isn't sold by weight."),
    "unit_on_basket": lambda: _("This tag is on the basket already."),
    "unit_gone": lambda: _("This tag was sold already, or lies on another basket."),
    "unit_bound": lambda: _("This tag was picked for an order."),
    "foreign_unit": lambda: _("This tag belongs to another article."),
    # the basket
    "no_such_line": lambda: _("Choose a line first."),
    "bad_quantity": lambda: _("This quantity isn't possible."),
    "units_on_line": lambda: _("More tagged units than that lie on the pad. Take them off first."),
    "weighed_line": lambda: _("A weighed line has no quantity."),
    "returned_line": lambda: _("A returned line keeps what was paid."),
    "needs_reason": lambda: _("A reason is needed."),
    "bad_discount": lambda: _("A discount is above zero and at most 100 %."),
    "too_many_lines": lambda: _("The ticket is full. Take the payment, then go on with a new one."),
    "tendered": lambda: _("Something is paid already. Take the tenders back first."),
    "paying": lambda: _("A card payment is running. Scan again when it is done."),
    # paying
    "nothing_due": lambda: _("Nothing is left to pay."),
    "bad_amount": lambda: _("This amount isn't possible."),
    "more_than_due": lambda: _("Only cash gives change."),
    "cash_limit": lambda: _("That is more cash than the law allows for one sale. Take the rest by card."),
    "card_number": lambda: _("A card number must never be typed here."),
    "not_settled": lambda: _("Something is still to be paid."),
    "other_total": lambda: _("The total has changed. Go back to the basket and pay again."),
    "age_not_checked": lambda: _("The customer's age must be checked first."),
    "empty_basket": lambda: _("There is nothing on the basket."),
    "no_shift": lambda: _("The drawer isn't open for business. Open the day first."),
    "shift_open": lambda: _("The drawer is open already."),
    "period_closed": lambda: _("This day is closed."),
    "no_terminal": lambda: _("This till has no card terminal."),
    # returns
    "more_than_sold": lambda: _("More than that wasn't sold, or came back already."),
    "already_returned": lambda: _("These goods came back already."),
    "unit_not_sold": lambda: _("This unit wasn't sold on this line."),
    "unit_given_back": lambda: _("This unit came back already."),
    "unit_in_stock": lambda: _("This article is in stock here: it wasn't sold, or it came back already."),
    "not_handed_over": lambda: _("These goods haven't been handed over yet."),
    "not_returnable": lambda: _("This line took goods back; it can't come back itself."),
    # cash
    "difference_needs_reason": lambda: _("The count differs: choose a reason."),
    "difference_needs_approval": lambda: _("The difference is above the limit: somebody must approve it."),
    "not_so_much_cash": lambda: _("The drawer doesn't hold so much."),
    # people
    "not_permitted": lambda: _("Your role doesn't allow this."),
    "needs_approval": lambda: _("Somebody else must approve this."),
    # pickup codes, orders, counts: what the agent says
    "not_a_code": lambda: _("This isn't a pickup code, or it is damaged."),
    "wrong_signature": lambda: _("This pickup code wasn't made by us. Don't hand anything over."),
    "foreign": lambda: _("A tag of another order lies in the tote."),
    "missing": lambda: _("A picked unit isn't in the tote."),
    "extra": lambda: _("A tag too many lies in the tote."),
    "miscounted": lambda: _("The counted quantity isn't what was picked."),
    "not_in_stock": lambda: _("This unit isn't in stock here. Look for it under gate and exceptions."),
    "not_sellable": lambda: _("This unit isn't for sale: it is damaged or must be looked at."),
    "bound_elsewhere": lambda: _("This unit was picked for another order."),
    "bound_here": lambda: _("This unit is in the tote already."),
    "not_bound": lambda: _("This unit isn't in the tote."),
    "no_bin": lambda: _("Choose a bin, or scan its label."),
    "bad_reason": lambda: _("A reason is needed."),
    "zone_busy": lambda: _("This zone is being counted already."),
    "unknown_zone": lambda: _("The store's plan doesn't have this zone."),
    "unknown_count": lambda: _("This count is closed already."),
    "bad_decision": lambda: _("That can't be decided for this unit."),
    "not_of_count": lambda: _("This unit isn't part of the count."),
    "not_open": lambda: _("Somebody has settled it already."),
    "unknown_device": lambda: _("The agent doesn't know this device."),
    "not_suspended": lambda: _("Another till has taken this basket."),
    "already_suspended": lambda: _("This basket is suspended already."),
    "wrong_article": lambda: _("This article isn't on the order."),
    "line_complete": lambda: _("This line is complete already."),
    "not_allowed": lambda: _("That step isn't possible in this state; somebody may have done it already."),
    "wrong_state": lambda: _("That step isn't possible in this state; somebody may have done it already."),
    "unknown_order": lambda: _("The agent doesn't know this order."),
    "unknown_basket": lambda: _("Another till has taken this basket."),
    "bad_plain": lambda: _("This basket was written by another version and can't be read."),
}
