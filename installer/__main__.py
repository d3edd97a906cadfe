"""Set Comptoir up and run it: ``python3 installer demo | test | check | bench | run PROGRAM …``.

Standard library only, so that it works on a machine where nothing is installed yet. It makes a virtual
environment beside the sources, installs the pinned dependencies, installs missing system libraries when it may
(root on Debian or Ubuntu), else prints the exact command. The second run finds all that done and starts at once.
"""

from __future__ import annotations

import argparse
import ctypes.util
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "installer" / "pins.txt"
VENV = Path(os.environ.get("COMPTOIR_VENV", ROOT / ".venv"))
STAMP = VENV / "comptoir.stamp"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

# What Qt opens when it starts, and the Debian package that brings it.
QT_LIBRARIES = {
    "EGL": "libegl1",
    "GL": "libgl1",
    "xkbcommon": "libxkbcommon0",
    "dbus-1": "libdbus-1-3",
    "fontconfig": "libfontconfig1",
    "glib-2.0": "libglib2.0-0",
}
WINDOW_LIBRARIES = {
    "xkbcommon-x11": "libxkbcommon-x11-0",
    "xcb-cursor": "libxcb-cursor0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-image": "libxcb-image0",
    "xcb-keysyms": "libxcb-keysyms1",
    "xcb-render-util": "libxcb-render-util0",
    "xcb-shape": "libxcb-shape0",
    "xcb-randr": "libxcb-randr0",
    "xcb-sync": "libxcb-sync1",
    "xcb-xfixes": "libxcb-xfixes0",
}
FONT_PACKAGE = "fonts-inter"


def main(argv: list[str]) -> int:
    """Run one of the commands; the exit code is the command's own."""
    arguments = _parser().parse_args(argv)
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an old interpreter meets first
        print("Comptoir needs Python 3.11 or newer; this is " + sys.version.split()[0], file=sys.stderr)
        return 2
    testing = arguments.command in ("test", "check", "bench")
    install_system_packages(missing_system_packages(tests=arguments.command in ("test", "bench")))
    make_environment()
    if testing:
        return {"test": run_tests, "check": run_checks, "bench": run_bench}[arguments.command](arguments.rest)
    command = [arguments.command] if arguments.command == "demo" else []
    return run(str(PYTHON), "-m", "installer.cli", *command, *arguments.rest)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 installer", description="Set Comptoir up and run it.")
    parser.add_argument(
        "command",
        choices=["demo", "test", "check", "bench", "run"],
        help="demo: a whole shop on this machine; test: the test suite; check: format, lint, types and floors; "
        "bench: the table of speeds; run: the comptoir command (run till …, run agent …, run ledger …)",
    )
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="options of the command itself")
    return parser


def missing_system_packages(*, tests: bool) -> list[str]:
    """Debian packages that are wanted and not there; empty on other systems than Linux."""
    if not sys.platform.startswith("linux"):
        return []
    wanted = dict(QT_LIBRARIES)
    if os.environ.get("DISPLAY") or tests:
        wanted.update(WINDOW_LIBRARIES)
    missing = [package for library, package in wanted.items() if ctypes.util.find_library(library) is None]
    if importlib.util.find_spec("ensurepip") is None and not PYTHON.exists():
        missing.append(f"python3.{sys.version_info.minor}-venv")
    if shutil.which("fc-list") and "Inter" not in _output("fc-list", ":", "family"):
        missing.append(FONT_PACKAGE)
    elif not shutil.which("fc-list"):
        missing += ["fontconfig", FONT_PACKAGE]
    if tests:
        missing += _missing_servers()
    return missing


def _missing_servers() -> list[str]:
    missing = []
    if not shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        missing.append("mosquitto")
    if not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        missing.append("postgresql")
    if not shutil.which("Xvfb"):
        missing.append("xvfb")
    return missing


def install_system_packages(packages: list[str]) -> None:
    """Install them as root with apt; else say which command does it, and go on without."""
    if not packages:
        return
    apt = shutil.which("apt-get")
    command = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if apt is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        print(f"Some system packages are missing. Install them with:\n    sudo {command}", file=sys.stderr)
        return
    print(f"Installing system packages: {' '.join(packages)}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([apt, "update", "-qq"], env=quiet, check=False, timeout=300)
    done = subprocess.run([apt, "-qq", *command.split()[1:]], env=quiet, check=False, timeout=1800)
    if done.returncode:
        print(f"apt-get failed; go on without. To try again:\n    sudo {command}", file=sys.stderr)


def make_environment() -> None:
    """Make the virtual environment and install the pins, unless the stamp says that it is done."""
    stamp = hashlib.sha256(PINS.read_bytes() + sys.version.encode()).hexdigest()
    if STAMP.is_file() and STAMP.read_text() == stamp and PYTHON.exists():
        return
    print("Setting Comptoir up (once; this takes about a minute) …", flush=True)
    if not PYTHON.exists() or run(str(PYTHON), "-m", "pip", "--version", quiet=True):
        shutil.rmtree(VENV, ignore_errors=True)  # a half-made one without pip
        _must(sys.executable, "-m", "venv", str(VENV))
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    _must(*pip, "--require-hashes", "--requirement", str(PINS))
    STAMP.write_text(stamp)  # last: an interrupted set-up starts again


def run_checks(rest: list[str]) -> int:
    """Format, lint, types, floors: all are run, the worst exit code counts."""
    codes = [
        run(str(PYTHON), "-m", "ruff", "format", "--check", "."),
        run(str(PYTHON), "-m", "ruff", "check", "."),
        run(str(PYTHON), "-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"),
        run(str(PYTHON), "-m", "mypy", *rest),
    ]
    return max(codes)


def run_tests(rest: list[str]) -> int:
    """The default suite: the parts side by side, then whole-shop journeys two at a time. Options go to pytest.

    What fails is run once more by itself, and both runs are shown: waits of real programs on a crowded machine end
    too early now and then, a fault of the program fails twice.
    """
    pytest = (str(PYTHON), "-m", "pytest")
    if rest:
        return run(*pytest, *rest)
    parts = ("--ignore", "tests/journeys")
    workers = str(min(6, (os.cpu_count() or 2) * 3 // 2))  # many tests wait for a device or a program now and then
    side_by_side = ("-n", workers, "--dist", "loadfile")
    two_at_a_time = ("-n", "2", "--dist", "loadfile")
    codes = [
        _run_and_repeat((*pytest, *parts, *side_by_side), (*pytest, *parts)),
        _run_and_repeat((*pytest, "tests/journeys", *two_at_a_time), (*pytest, "tests/journeys")),
    ]
    return max(codes)


def _run_and_repeat(command: tuple[str, ...], again: tuple[str, ...]) -> int:
    code = run(*command)
    if code != 1:  # 1: tests failed; anything else is no test's fault
        return code
    print("Once more what failed, by itself:", flush=True)
    return run(*again, "--last-failed", "--last-failed-no-failures", "none")


def run_bench(rest: list[str]) -> int:
    """The table of speeds."""
    return run(str(PYTHON), "-m", "tests.bench", *rest)


def run(*command: str, quiet: bool = False) -> int:
    """Run a command in the project's folder and give its exit code; pip's own timeouts end a hanging download."""
    sink = subprocess.DEVNULL if quiet else None
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # every program would compile all of its modules at every start
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, stdout=sink, stderr=sink, check=False).returncode
    except KeyboardInterrupt:
        return 130


def _must(*command: str) -> None:
    code = run(*command)
    if code:
        print(f"failed with exit code {code}: {' '.join(command)}", file=sys.stderr)
        raise SystemExit(code)


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
