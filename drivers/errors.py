"""What can go wrong with a device; foreign exceptions are mapped to these in ``drivers`` only.

DeviceError
├── NotFound       no such port, address or topic
├── NotInstalled   a library or program that this kind of device needs is missing here
├── Busy           another program holds the port
├── Disconnected   the link was there and is gone, or the device stopped answering
│   └── Untrusted  the device doesn't prove who it is: another certificate than the one expected
├── Rejected       the device understood and says no, or can't do this at all
└── Garbled        the device sent bytes that aren't its protocol
"""


class DeviceError(Exception):
    """Base of all device errors; the text names the device and what to check."""


class NotFound(DeviceError):
    """No such port, address or topic."""


class NotInstalled(DeviceError):
    """A library or program that this kind of device needs is missing here."""


class Busy(DeviceError):
    """Another program holds the port."""


class Disconnected(DeviceError):
    """The link was there and is gone, or the device stopped answering."""


class Untrusted(Disconnected):
    """The device doesn't prove who it is: another certificate than the one expected."""


class Rejected(DeviceError):
    """The device understood and says no, or can't do this at all."""


class Garbled(DeviceError):
    """The device sent bytes that aren't its protocol."""
