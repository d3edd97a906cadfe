"""PINs of staff: argon2id over the PIN and the store's pepper, with a cost that a till can bear (under 250 ms)."""

import hmac
import secrets
from hashlib import sha256
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1, hash_len=32, salt_len=16)


def hash_pin(pin: str, pepper: bytes) -> str:
    """The argon2id hash that the staff feed carries."""
    return _HASHER.hash(_peppered(pin, pepper))


def verify_pin(hash: str, pin: str, pepper: bytes) -> bool:
    """True if ``pin`` is the one that was hashed; False for a hash that can't be read too."""
    try:
        return _HASHER.verify(hash, _peppered(pin, pepper))
    except (VerificationError, InvalidHashError):
        return False


def load_or_create_pepper(path: Path) -> bytes:
    """The store's pepper (32 bytes) from a file that only its owner reads, made if there is none."""
    if not path.exists() or not path.stat().st_size:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.draft")
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(32))
        draft.replace(path)  # a power cut leaves no half a pepper, with which no PIN would be right
    return path.read_bytes()


def _peppered(pin: str, pepper: bytes) -> bytes:
    return hmac.new(pepper, pin.encode(), sha256).digest()
