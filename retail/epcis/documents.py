"""EPCIS documents: events in the envelope that travels, and what a document's context says about its events."""

from collections.abc import Mapping, Sequence
from typing import Any

from retail.epcis.events import Event
from retail.epcis.timestamps import time_text
from retail.epcis.vocabulary import CONTEXT

SCHEMA_VERSION = "2.0"


def document(events: Sequence[Event], created: int) -> dict[str, Any]:
    """An ``EPCISDocument``, as it is captured; ``created`` is ms UTC. Extensions keep their context in their event."""
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": SCHEMA_VERSION,
        "creationDate": time_text(created),
        "epcisBody": {"eventList": list(events)},
    }


def query_document(events: Sequence[Event], created: int) -> dict[str, Any]:
    """An ``EPCISQueryDocument``: the answer to a simple event query."""
    found = document(events, created)
    body = {"queryResults": {"queryName": "SimpleEventQuery", "resultsBody": found["epcisBody"]}}
    return {**found, "type": "EPCISQueryDocument", "epcisBody": body}


def alone(event: Event) -> dict[str, Any]:
    """One event as a document of its own."""
    own = own_context(event.get("@context"))
    return {**event, "@context": [CONTEXT, *own] if own else CONTEXT}


def own_context(*contexts: Any) -> list[dict[str, str]]:
    """What contexts declare beside the standard one: the prefixes of extensions."""
    found = []
    for context in contexts:
        for one in context if isinstance(context, list) else [context]:
            prefixes = {str(k): v for k, v in one.items() if isinstance(v, str)} if isinstance(one, Mapping) else {}
            if prefixes and prefixes not in found:
                found.append(prefixes)
    return found


def namespaces(*contexts: Any) -> dict[str, str]:
    """Prefix to namespace, as contexts declare them."""
    return {prefix: uri for one in own_context(*contexts) for prefix, uri in one.items()}
