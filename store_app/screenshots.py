"""``python -m store_app.screenshots --out FOLDER``: every screen, at three sizes, in every language and theme."""

import argparse
import os
import sys
import time
from pathlib import Path

SIZES = ((1280, 800), (1920, 1080), (1024, 768))
LANGUAGES = ("fr", "en", "pseudo")
THEMES = ("light", "dark")


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m store_app.screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures; made when missing")
    parser.add_argument("--only", default="", help="comma-separated names of samples (till,orders)")
    parser.add_argument("--sizes", default="", help="comma-separated sizes (1280x800)")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--themes", default=",".join(THEMES))
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Make the pictures; returns 0."""
    args = _arguments(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from store_app.studio import Studio

    sizes = [tuple(map(int, s.split("x"))) for s in args.sizes.split(",") if s] or list(SIZES)
    names = [name for name in args.only.split(",") if name]
    started, made = time.perf_counter(), 0
    studio = Studio()
    for language in args.languages.split(","):
        for theme in args.themes.split(","):
            for width, height in sizes:
                folder = args.out / f"{width}x{height}" / f"{language}-{theme}"
                made += studio.shoot(folder, language, theme, (width, height), names)
    sys.stdout.write(f"{made} pictures in {args.out} ({time.perf_counter() - started:.1f} s)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
