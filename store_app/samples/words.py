"""Helpers of the samples: shop data in two languages, amounts."""

from store_app.presenters.texts import label, money


def both(fr: str, en: str) -> str:
    """Shop data in the language in use: names of articles, zones, promotions come from the catalogue, not from us."""
    return label({"fr": fr, "en": en})


def eur(minor: int) -> str:
    """An amount in euros."""
    return money(minor, "EUR")
