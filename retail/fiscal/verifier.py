"""Checks a fiscal archive without the program that wrote it: ``python3 verifier.py archive.zip``.

Standard library only and in one file, because it is packed into the archive. It checks the SHA-256 of every
file, every signature (ES256, ECDSA on P-256) with the till's public key, gapless numbers and links to the
previous signature, per chain from the first document that the archive holds.
"""

import base64
import hashlib
import json
import sys
import zipfile
from typing import Any

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
"""how the DER form of a P-256 public key begins (RFC 5480)"""

Point = tuple[int, int, int]
"""Jacobian coordinates; z = 0 is infinity"""


def double(point: Point) -> Point:
    """Twice a point of the curve."""
    x, y, z = point
    if not y or not z:
        return (0, 1, 0)
    yy, zz = y * y % P, z * z % P
    s = 4 * x * yy % P
    m = 3 * (x - zz) * (x + zz) % P
    x3 = (m * m - 2 * s) % P
    return (x3, (m * (s - x3) - 8 * yy * yy) % P, 2 * y * z % P)


def add(one: Point, other: Point) -> Point:
    """The sum of two points of the curve."""
    if not one[2]:
        return other
    if not other[2]:
        return one
    (x1, y1, z1), (x2, y2, z2) = one, other
    z1z1, z2z2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * z2z2 % P, x2 * z1z1 % P
    s1, s2 = y1 * z2 * z2z2 % P, y2 * z1 * z1z1 % P
    if u1 == u2:
        return double(one) if s1 == s2 else (0, 1, 0)
    h, r = u2 - u1, s2 - s1
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return (x3, (r * (v - x3) - s1 * hhh) % P, h * z1 * z2 % P)


def signed(public: tuple[int, int], data: bytes, signature: bytes) -> bool:
    """Whether a key signed the data; the signature is r and s, 32 bytes each."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(signature) != 64 or not 0 < r < N or not 0 < s < N:
        return False
    inverse = pow(s, -1, N)
    u1 = int.from_bytes(hashlib.sha256(data).digest(), "big") * inverse % N
    u2 = r * inverse % N
    base, key = (*G, 1), (*public, 1)
    both, point = add(base, key), (0, 1, 0)
    for i in range(255, -1, -1):
        point = double(point)
        a, b = u1 >> i & 1, u2 >> i & 1
        if a or b:
            point = add(point, both if a and b else base if a else key)
    return bool(point[2]) and point[0] * pow(point[2], -2, P) % P % N == r


def public_key(pem: str) -> tuple[int, int]:
    """The point of a PEM public key; ValueError if it isn't one of P-256."""
    der = base64.b64decode("".join(line for line in pem.splitlines() if "-----" not in line))
    if not der.startswith(SPKI + b"\x04") or len(der) != len(SPKI) + 65:
        raise ValueError("not a P-256 public key")
    x, y = int.from_bytes(der[-64:-32], "big"), int.from_bytes(der[-32:], "big")
    if (y * y - x * x * x + 3 * x - B) % P:
        raise ValueError("not a point of P-256")
    return x, y


def decoded(text: str) -> bytes:
    """Bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def complaints(files: dict[str, bytes]) -> list[str]:
    """Everything that is wrong with the files of an archive; nothing is an empty list."""
    found: list[str] = []
    public = public_key(files["public.pem"].decode())
    _, signature = files["archive.sig"].decode().split()
    if not signed(public, files["archive.json"], decoded(signature)):
        found.append("archive.json: the signature doesn't hold")
    for name, digest in json.loads(files["archive.json"])["files"].items():
        if hashlib.sha256(files.get(name, b"")).hexdigest() != digest:
            found.append(f"{name}: missing or changed")
    last: dict[str, tuple[int, str]] = {}
    for line in files["documents.jsonl"].decode().splitlines():
        row = json.loads(line)
        found += document_complaints(row, last.get(row["chain"]), public)
        last[row["chain"]] = (row["number"], row["signature"])
    return found


def document_complaints(row: dict[str, Any], before: tuple[int, str] | None, public: tuple[int, int]) -> list[str]:
    """What is wrong with one document, given number and signature of the one before it in the archive."""
    name, document = f"{row['chain']} {row['number']}", json.loads(row["payload"])
    found: list[str] = []
    if not signed(public, row["payload"].encode(), decoded(row["signature"])):
        found.append(f"{name}: the signature doesn't hold")
    if (document["chain"], document["number"]) != (row["chain"], row["number"]):
        found.append(f"{name}: number or chain differ from the signed text")
    if before is not None and row["number"] != before[0] + 1:
        found.append(f"{name}: comes after number {before[0]}")
    elif before is not None and document["previous"] != before[1]:
        found.append(f"{name}: doesn't follow the document before it")
    return found


def main(path: str) -> int:
    """Check an archive file and say what was found; 0 if it holds."""
    with zipfile.ZipFile(path) as folder:
        files = {name: folder.read(name) for name in folder.namelist()}
    found = complaints(files)
    count = len(files["documents.jsonl"].splitlines())
    for complaint in found:
        sys.stdout.write(complaint + "\n")
    sys.stdout.write(f"{count} documents: {'everything holds' if not found else f'{len(found)} complaints'}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
