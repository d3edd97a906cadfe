"""What was typed on a pad so far."""

MAX_DIGITS = 9


class Pad:
    """Digits, at most nine of them; leading zeros are kept for codes and mean nothing for amounts."""

    def __init__(self, longest: int = MAX_DIGITS) -> None:
        self.digits = ""
        self._longest = longest

    def press(self, key: str) -> None:
        """One key: ``0``-``9``, ``00``, ``back``, ``clear``; others are ignored."""
        if key == "back":
            self.digits = self.digits[:-1]
        elif key == "clear":
            self.digits = ""
        elif key.isdigit():
            self.digits = (self.digits + key)[: self._longest]

    def clear(self) -> None:
        """Forget what was typed."""
        self.digits = ""

    @property
    def minor(self) -> int:
        """The digits as an amount in minor units: ``1250`` is 12.50."""
        return int(self.digits or "0")

    @property
    def number(self) -> int:
        """The digits as a whole number."""
        return int(self.digits or "0")

    def __bool__(self) -> bool:
        return bool(self.digits)
