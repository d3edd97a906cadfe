"""An archive in an open format: documents as JSON lines and as CSV, a notice in French, the signature beside."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence

from retail.facts import FiscalStamp
from retail.fiscal.chain import read_payload
from retail.fiscal.record import Register

COLUMNS = ("chain", "number", "at", "business_date", "type", "total_minor", "currency", "previous", "signature", "key")
EPOCH = (1980, 1, 1, 0, 0, 0)
"""a zip's first moment: entries carry no time, so that the same archive has the same bytes"""

NOTICE = """Archive fiscale de la caisse {device}, magasin {store} (SIRET {siret})
Période : du {since} au {until}
Module fiscal : {module}

Contenu
- documents.jsonl : un document signé par ligne : chaîne, numéro, texte signé exact (payload), signature, clé.
- documents.csv : les mêmes documents, un résumé par ligne (séparateur point-virgule, UTF-8).
- archive.json : l'empreinte SHA-256 de chaque fichier, document signé lui-même.
- archive.sig : la signature de archive.json.
- public.pem et verifier.py, s'ils sont joints : la clé publique de la caisse et un vérificateur autonome
  (Python 3, sans autre logiciel) : python3 verifier.py archive.zip

Vérification
Chaque texte signé est du JSON canonique (RFC 8785). La signature est ES256 (ECDSA P-256, SHA-256), r et s bruts
sur 64 octets, en base64url. Chaque document contient la signature du document précédent de sa chaîne (previous)
et les numéros d'une chaîne se suivent sans trou. Les montants sont en centimes.
"""


def contents(
    stamps: Sequence[FiscalStamp], register: Register, since: str, until: str, *, module: str
) -> dict[str, bytes]:
    """The archive's files before its own signature."""
    notice = NOTICE.format(
        device=register.device, store=register.store, siret=register.siret, since=since, until=until, module=module
    )
    return {
        "documents.jsonl": "".join(_json_line(stamp) for stamp in stamps).encode(),
        "documents.csv": _table(stamps).encode(),
        "LISEZMOI.txt": notice.encode(),
    }


def signature_files(stamp: FiscalStamp) -> dict[str, bytes]:
    """The signed list of files and its signature."""
    return {"archive.json": stamp.payload.encode(), "archive.sig": f"{stamp.key} {stamp.signature}\n".encode()}


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files as one zip; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as folder:
        for name in sorted(files):
            folder.writestr(zipfile.ZipInfo(name, EPOCH), files[name])
    return buffer.getvalue()


def read_documents(lines: bytes) -> list[FiscalStamp]:
    """The documents of ``documents.jsonl``."""
    return [FiscalStamp(**json.loads(line)) for line in lines.decode().splitlines()]


def _json_line(stamp: FiscalStamp) -> str:
    row = {
        "chain": stamp.chain,
        "number": stamp.number,
        "payload": stamp.payload,
        "signature": stamp.signature,
        "key": stamp.key,
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def _table(stamps: Sequence[FiscalStamp]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for stamp in stamps:
        document = read_payload(stamp) or {}
        known = {**document, "chain": stamp.chain, "number": stamp.number, "signature": stamp.signature}
        rows.writerow([known.get(column, "") for column in COLUMNS])
    return text.getvalue()
