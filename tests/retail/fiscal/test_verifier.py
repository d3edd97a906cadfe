"""The verifier that stands alone: it agrees with the program, and finds what was changed."""

import subprocess
import sys
from pathlib import Path

import pytest

from retail.fiscal import FiscalState
from retail.fiscal.archive import packed
from retail.fiscal.verifier import complaints, public_key, signed
from tests.support.retail_builders import AT, basket_of, france, public_pem, settle, shop, sign

SOURCE = Path(__file__).resolve().parents[3] / "retail/fiscal/verifier.py"


def archive() -> dict[str, bytes]:
    articles, view = shop(1000)
    state, stamps = FiscalState(), []
    for i in range(3):
        settled = settle(basket_of(articles, [i + 1]), view, sale=f"s{i}", state=state)
        state = settled.state
        stamps.append(settled.sale.stamp)
    extra = {"public.pem": public_pem(), "verifier.py": SOURCE.read_bytes()}
    files, _, _ = france().archive(state, stamps, "2026-11-18", "2026-11-18", "anne", AT, extra)
    return files


def test_its_own_arithmetic_agrees_with_the_library() -> None:
    key = public_key(public_pem().decode())
    for data in (b"", b"abc", b"x" * 1000):
        signature = sign(data)
        assert signed(key, data, signature)
        assert not signed(key, data + b".", signature)
        assert not signed(key, data, signature[::-1])
        assert not signed(key, data, bytes(64))
        assert not signed(key, data, b"")


def test_an_archive_that_holds() -> None:
    assert complaints(archive()) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("documents.csv", b"1000", b"0001", "documents.csv: missing or changed"),
        ("archive.json", b"anne", b"anna", "archive.json: the signature doesn't hold"),
        (
            "documents.jsonl",
            b'\\"total_minor\\":2000',
            b'\\"total_minor\\":2001',
            "ticket 2: the signature doesn't hold",
        ),
    ],
)
def test_what_was_changed_is_found(name: str, old: bytes, new: bytes, said: str) -> None:
    files = archive()
    assert old in files[name]
    files[name] = files[name].replace(old, new)
    assert said in complaints(files)


def test_a_removed_document_is_a_gap() -> None:
    files = archive()
    lines = files["documents.jsonl"].splitlines(keepends=True)
    files["documents.jsonl"] = lines[0] + lines[2]
    assert "ticket 3: comes after number 1" in complaints(files)


def test_it_runs_alone_from_the_archive(tmp_path: Path) -> None:
    files = archive()
    (tmp_path / "verifier.py").write_bytes(files["verifier.py"])
    (tmp_path / "archive.zip").write_bytes(packed(files))
    command = [sys.executable, "-I", "-S", "verifier.py", "archive.zip"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "3 documents: everything holds\n")


def test_other_keys_are_refused() -> None:
    with pytest.raises(ValueError, match="not a P-256"):
        public_key("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")
