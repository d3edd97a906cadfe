"""Promotions: the rules as published, the engine that chooses among them, hints at the next offer."""

from retail.promotions.book import PromotionBook
from retail.promotions.engine import Applied, Occasion, Outcome, choose
from retail.promotions.hints import Hint, hints
from retail.promotions.pool import Item
from retail.promotions.rules import Component, Promotion, Scope, Step

__all__ = [
    "Applied",
    "Component",
    "Hint",
    "Item",
    "Occasion",
    "Outcome",
    "Promotion",
    "PromotionBook",
    "Scope",
    "Step",
    "choose",
    "hints",
]
