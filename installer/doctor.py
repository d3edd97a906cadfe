"""``comptoir doctor``: looks for what keeps a program from working, and says what to do about it."""

import ctypes.util
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx

from sync.configuration import SettingsError
from sync.identity.keys import Identity, KeyTrouble

LEAST_FREE_MIB = 500


class Finding(NamedTuple):
    """One thing that was looked at; ``remedy`` only when something is wrong."""

    subject: str
    good: bool
    text: str
    remedy: str = ""


def examine(configs: Iterable[Path]) -> int:
    """Print what was found; 0 if all is well, 1 if something needs a hand."""
    findings = [*_machine()]
    for config in configs:
        findings += _program(config)
    for finding in findings:
        print(f"{'ok ' if finding.good else 'BAD'}  {finding.subject}: {finding.text}")
        if not finding.good:
            print(f"     -> {finding.remedy}")
    return 0 if all(finding.good for finding in findings) else 1


def _machine() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer")
    if sys.platform.startswith("linux"):
        missing = [name for name in ("EGL", "GL", "xkbcommon", "fontconfig") if not ctypes.util.find_library(name)]
        text = "all there" if not missing else "missing: " + ", ".join(missing)
        yield Finding("libraries of the window", not missing, text, "python3 installer demo names the packages")


def _program(config: Path) -> Iterator[Finding]:
    kind = _kind(config)
    if kind is None:
        yield Finding(str(config), False, "isn't a settings file of till, agent or ledger", "see the README")
        return
    try:
        folder, urls = READ[kind](config)
    except SettingsError as error:
        yield Finding(f"settings of the {kind}", False, str(error), "mend the file as it says")
        return
    yield Finding(f"settings of the {kind}", True, str(config))
    yield from _folder(folder)
    if kind == "ledger":
        yield from _database(config)
    if kind != "ledger":
        yield _key(folder)
    for url in filter(None, urls):
        yield _server(url)


def _kind(config: Path) -> str | None:
    """Which program a file belongs to, told by its tables."""
    try:
        tables = tomllib.loads(config.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return None
    if "till" in tables:
        return "till"
    if {"operations", "channels", "routing", "database"} & tables.keys():
        return "ledger"
    return "agent" if {"store", "device"} <= tables.keys() else "ledger"


def _till(config: Path) -> tuple[Path, list[str]]:
    from store_app.settings import load_settings

    settings = load_settings(config)
    return settings.till.folder, [settings.agent.url, settings.ledger.url]


def _agent(config: Path) -> tuple[Path, list[str]]:
    from edge_agent.settings import load_settings

    settings = load_settings(config)
    return settings.data, [settings.ledger.url]


def _ledger(config: Path) -> tuple[Path, list[str]]:
    from sync.ledger.settings import load_settings

    return load_settings(config).data, []


READ: dict[str, Callable[[Path], tuple[Path, list[str]]]] = {"till": _till, "agent": _agent, "ledger": _ledger}


def _folder(folder: Path) -> Iterator[Finding]:
    there = folder.is_dir()
    yield Finding("data folder", there, str(folder), "it is made when the program or `comptoir identity` first runs")
    if there:
        free = shutil.disk_usage(folder).free >> 20
        yield Finding("free space", free >= LEAST_FREE_MIB, f"{free} MiB", "make room: selling needs some disk")


def _database(config: Path) -> Iterator[Finding]:
    """A PostgreSQL that the ledger is to use; a file is made by itself."""
    from sqlalchemy.exc import SQLAlchemyError

    from sync.ledger.settings import load_settings
    from sync.storage.engine import open_engine

    address = load_settings(config).database
    if not address:
        return
    remedy = "is PostgreSQL running, are address, name and password right, does the database exist?"
    try:
        engine = open_engine(address)
        with engine.connect() as conn:
            said = conn.exec_driver_sql("SHOW server_version").scalar_one()
        engine.dispose()
    except SQLAlchemyError as error:
        first = str(getattr(error, "orig", error)).partition("\n")[0]
        yield Finding("database", False, first, remedy)
        return
    major = int(str(said).split(".")[0].split()[0])
    yield Finding("database", major >= 15, f"PostgreSQL {said}", "PostgreSQL 15 or newer is needed")


def _key(folder: Path) -> Finding:
    try:
        identity = Identity.load(folder)
    except KeyTrouble as error:
        return Finding("key", False, str(error), "comptoir identity --folder …, then comptoir ledger enrol …")
    return Finding("key", True, f"{identity.device} of {identity.store}")


def _server(url: str) -> Finding:
    remedy = "is it running, and is the address right? The shop works without it meanwhile"
    try:
        answer = httpx.get(f"{url}/v1/health", timeout=3, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Finding(url, False, f"doesn't answer ({type(error).__name__})", remedy)
    return Finding(url, answer.status_code == 200, f"answers {answer.status_code}", remedy)
