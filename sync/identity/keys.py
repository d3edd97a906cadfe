"""Keys: Ed25519 for a device's journal and requests, ES256 for a till's tickets.

Private keys never leave the folder they were made in; the files are readable by their owner alone.
"""

import json
import os
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

_PEM = serialization.Encoding.PEM
_RAW = serialization.Encoding.Raw
_KEY_FILE = "device.key"
_NAME_FILE = "device.json"
_TICKET_FILE = "ticket.key"


class KeyTrouble(Exception):
    """A key is missing, damaged or already there; the text names the file."""


class Identity:
    """A device's name in the chain of shops and its signing key."""

    def __init__(self, store: str, device: str, private: Ed25519PrivateKey) -> None:
        self.store = store
        self.device = device
        self._private = private
        self.public: bytes = private.public_key().public_bytes(_RAW, serialization.PublicFormat.Raw)

    @classmethod
    def create(cls, folder: Path, store: str, device: str) -> Self:
        """Make a key in ``folder``. Raises :class:`KeyTrouble` if a device lives there already."""
        if (folder / _KEY_FILE).exists():
            raise KeyTrouble(f"{folder / _KEY_FILE} exists already; a device's key is made once")
        folder.mkdir(parents=True, exist_ok=True)
        private = Ed25519PrivateKey.generate()
        made = cls(store, device, private)
        name = {"store": store, "device": device, "public": made.public.hex()}
        _write(folder / _NAME_FILE, json.dumps(name, indent=1).encode())
        _write(folder / _KEY_FILE, _pem(private))
        return made

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The device that lives in ``folder``. Raises :class:`KeyTrouble`."""
        private = _read(folder / _KEY_FILE)
        try:
            name = json.loads((folder / _NAME_FILE).read_bytes())
            store, device = str(name["store"]), str(name["device"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KeyTrouble(f"{folder / _NAME_FILE} can't be read: {error}") from None
        if not isinstance(private, Ed25519PrivateKey):
            raise KeyTrouble(f"{folder / _KEY_FILE} isn't an Ed25519 key")
        return cls(store, device, private)

    @classmethod
    def load_or_create(cls, folder: Path, store: str, device: str) -> Self:
        """The device of ``folder``, made if there is none. Raises :class:`KeyTrouble` if another one lives there."""
        if not (folder / _KEY_FILE).exists():
            return cls.create(folder, store, device)
        found = cls.load(folder)
        if (found.store, found.device) != (store, device):
            raise KeyTrouble(f"{folder} holds the key of {found.device} of {found.store}, not of {device} of {store}")
        return found

    def sign(self, data: bytes) -> bytes:
        """Ed25519 signature (64 bytes)."""
        return self._private.sign(data)


class TicketKey:
    """The key that signs a till's fiscal documents: ES256, signatures as raw ``r || s``."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        public = private.public_key()
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        self.public_pem: bytes = public.public_bytes(_PEM, spki)
        self.key_id: str = sha256(public.public_bytes(serialization.Encoding.DER, spki)).hexdigest()[:16]

    @classmethod
    def load_or_create(cls, folder: Path) -> Self:
        """The ticket key of ``folder``, made if there is none. Raises :class:`KeyTrouble`."""
        path = folder / _TICKET_FILE
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _write(path, _pem(ec.generate_private_key(ec.SECP256R1())))
        private = _read(path)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise KeyTrouble(f"{path} isn't an elliptic curve key")
        return cls(private)

    def sign(self, data: bytes) -> bytes:
        """ES256 signature (64 bytes, ``r || s``)."""
        r, s = decode_dss_signature(self._private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify(public: bytes, data: bytes, signature: bytes) -> bool:
    """True if ``signature`` is the Ed25519 signature of ``data`` by the holder of ``public`` (32 bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_es256(public_pem: bytes, data: bytes, sig: bytes) -> bool:
    """True if ``sig`` (64 bytes, ``r || s``) is the ES256 signature of ``data`` by the holder of ``public_pem``."""
    public = _es256_key(public_pem)
    if public is None or len(sig) != 64:
        return False
    der = encode_dss_signature(int.from_bytes(sig[:32], "big"), int.from_bytes(sig[32:], "big"))
    try:
        public.verify(der, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=256)
def _es256_key(public_pem: bytes) -> ec.EllipticCurvePublicKey | None:
    """The key of a PEM, read once: a chain of documents is checked with one key. None if it isn't one."""
    try:
        public = serialization.load_pem_public_key(public_pem)
    except ValueError:
        return None
    return public if isinstance(public, ec.EllipticCurvePublicKey) else None


def _pem(private: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _read(path: Path) -> object:
    try:
        return serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise KeyTrouble(f"{path} doesn't exist; enrol the device first") from None
    except (OSError, ValueError, TypeError) as error:
        raise KeyTrouble(f"{path} can't be read: {error}") from None


def _write(path: Path, data: bytes) -> None:
    """Write once, durably, for the owner's eyes."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
