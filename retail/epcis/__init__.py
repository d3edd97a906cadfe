"""Physical facts as EPCIS 2.0 events, and the checks of what others send (GS1 EPCIS 2.0, CBV 2.0)."""

from retail.epcis.documents import alone, document, namespaces, own_context, query_document
from retail.epcis.events import PHYSICAL_KINDS, Earlier, Event, Happened, events_of, subject_of
from retail.epcis.hashing import event_id, pre_hash
from retail.epcis.identifiers import canonical, class_uri, match_form, unit_uri
from retail.epcis.site import Site, checked_gln
from retail.epcis.timestamps import time_ms, time_text
from retail.epcis.validation import EpcisInvalid, check_document, check_event

__all__ = [
    "PHYSICAL_KINDS",
    "Earlier",
    "EpcisInvalid",
    "Event",
    "Happened",
    "Site",
    "alone",
    "canonical",
    "check_document",
    "check_event",
    "checked_gln",
    "class_uri",
    "document",
    "event_id",
    "events_of",
    "match_form",
    "namespaces",
    "own_context",
    "pre_hash",
    "query_document",
    "subject_of",
    "time_ms",
    "time_text",
    "unit_uri",
]
