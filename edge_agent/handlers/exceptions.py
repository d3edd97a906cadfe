"""Exceptions wait for a person, who says what came of them."""

from edge_agent.effects import Draft
from edge_agent.messages import CommandArrived
from edge_agent.shop import Shop
from retail.errors import Refused
from retail.facts import ExceptionSettled


def settle(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``exception.settle {outcome}``"""
    if message.subject not in shop.alarms:
        raise Refused("not_open", f"exception {message.subject} isn't open")
    outcome = str(message.args["outcome"])
    draft.record(ExceptionSettled(exception=message.subject, outcome=outcome, by=message.by))
