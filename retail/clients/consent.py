"""Whether a client may be contacted, by which channel, and how long personal data may be kept."""

from collections.abc import Mapping
from typing import Final, Literal

from retail.errors import Refused
from retail.facts import ConsentChanged

Channel = Literal["email", "sms", "phone", "post"]
CHANNELS: Final[tuple[Channel, ...]] = ("email", "sms", "phone", "post")

KEPT_MS: Final = 3 * 365 * 86_400_000
"""CNIL's reference: three years after the last contact that the client began (opening a mail isn't one)"""


def may_contact(consents: Mapping[Channel, bool], channel: Channel) -> bool:
    """Whether the client said yes to a channel; silence is no."""
    return consents.get(channel, False)


def change(
    client: str, consents: Mapping[Channel, bool], channel: Channel, given: bool, *, seen: int, by: str
) -> ConsentChanged:
    """The client allows or withdraws a channel. Refused (``no_change``) if it stands like that already."""
    if consents.get(channel) is given:
        raise Refused("no_change", f"{channel} stands at {'yes' if given else 'no'} already")
    return ConsentChanged(client=client, channel=channel, given=given, seen=seen, by=by)


def overdue(last_contact: int, now: int) -> bool:
    """Whether personal data must be erased: nobody came for three years. Times are ms UTC."""
    return now - last_contact > KEPT_MS
