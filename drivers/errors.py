"""What can go wrong with a device; foreign exceptions are mapped to these in ``drivers`` only.

DeviceError
├── NotFound       no such port, address or topic
├── Busy           another program holds the port
├── Disconnected   the link was there and is gone, or the device stopped answering
└── Garbled        the device sent bytes that aren't its protocol
"""


class DeviceError(Exception):
    """Base of all device errors; the text names the device and what to check."""


class NotFound(DeviceError):
    """No such port, address or topic."""


class Busy(DeviceError):
    """Another program holds the port."""


class Disconnected(DeviceError):
    """The link was there and is gone, or the device stopped answering."""


class Garbled(DeviceError):
    """The device sent bytes that aren't its protocol."""
