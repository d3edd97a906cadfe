"""A PostgreSQL server of Debian's, started in a folder of its own for the tests that ask for it."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.support.processes import free_port

_TIMEOUT_S = 60


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).parent if there else None


def _as_postgres(command: list[str]) -> list[str]:
    """``initdb`` refuses root, so root runs it as the user ``postgres``."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of a fresh server; skips the test where PostgreSQL isn't installed."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL isn't installed on this machine")
    folder = Path(tempfile.mkdtemp(prefix="comptoir-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", free_port()
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "30"]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    try:
        _run([str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"])
        _run([*control, "-l", str(folder / "log"), "-o", options, "start"])
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """The URL of an empty database on a server; dropped at the end."""
    name = f"t{uuid.uuid4().hex}"
    _admin(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield f"{server.rsplit('/', 1)[0]}/{name}"
    finally:
        _admin(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _admin(server: str, statement: sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True, connect_timeout=10) as conn:
        conn.execute(statement)


def _run(command: list[str]) -> None:
    # the server keeps its standard streams: a pipe would never end
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            _as_postgres(command), stdout=said, stderr=said, stdin=subprocess.DEVNULL, timeout=_TIMEOUT_S, cwd="/"
        )
        said.seek(0)
        assert done.returncode == 0, said.read().decode(errors="replace")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """One server for all tests of a run."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database for one test."""
    with fresh_database(postgres_server) as url:
        yield url
