"""Colours can be read: at least 4.5:1 wherever text is written, in every theme."""

import pytest

from store_app.look.tokens import THEMES, contrast


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", sorted(THEMES))
def test_every_written_pair_has_enough_contrast(name: str) -> None:
    weak = [(what, round(contrast(ink, on), 2)) for what, ink, on in THEMES[name].written() if contrast(ink, on) < 4.5]
    assert not weak
