"""Text for paper: what a receipt printer's code page can show, folded and set in columns."""

import unicodedata

CODE_PAGE = "cp858"
"""Western European with the euro; every ESC/POS printer of the last 25 years has it."""

_REPLACED = str.maketrans(
    {
        "œ": "oe", "Œ": "OE", "’": "'", "‘": "'", "‚": ",", "“": '"', "”": '"', "„": '"',
        "\u202f": " ", "\u00a0": " ", "\u2009": " ", "\u2007": " ", "\u200a": " ",
        "–": "-", "—": "-", "‑": "-", "−": "-", "…": "...", "•": "*", "′": "'", "″": '"', "™": "TM", "\t": " ",
    }
)  # fmt: skip


def printable(text: str) -> str:
    """``text`` in characters of the code page: typographic signs mapped, accents kept or folded, the rest ``?``.

    Control characters vanish, so that no label of an article can send the printer a command."""
    return "".join(_printable(character) for character in text.translate(_REPLACED))


def _printable(character: str) -> str:
    if unicodedata.category(character) in ("Cc", "Cf"):
        return ""
    if _encodes(character):
        return character
    folded = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return folded if folded and _encodes(folded) else "?"


def _encodes(text: str) -> bool:
    try:
        text.encode(CODE_PAGE)
    except UnicodeEncodeError:
        return False
    return True


def wrap(text: str, width: int) -> list[str]:
    """``text`` as lines of at most ``width`` characters, broken at spaces where there are any; at least one line."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        while len(word) > width:
            room = width - len(line) - 1 if line else width
            if line and room > 0:
                line = f"{line} {word[:room]}"
                word = word[room:]
            elif not line:
                line, word = word[:width], word[width:]
            lines.append(line)
            line = ""
        joined = f"{line} {word}" if line else word
        if len(joined) > width:
            lines.append(line)
            joined = word
        line = joined
    return [*lines, line] if line or not lines else lines


def columns(left: str, right: str, width: int) -> list[str]:
    """Lines of ``width`` with ``left`` at the left and ``right`` at the end of the last one."""
    if not right:
        return wrap(left, width)
    if len(right) >= width:
        return [*(wrap(left, width) if left else []), *(line.rjust(width) for line in wrap(right, width))]
    lines = wrap(left, width)
    room = width - len(right)
    if len(lines[-1]) < room or not lines[-1]:
        return [*lines[:-1], lines[-1].ljust(room) + right]
    return [*lines, right.rjust(width)]
