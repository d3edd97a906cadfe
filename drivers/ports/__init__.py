"""Ports: how bytes reach a device; a protocol never knows which one carries it."""

from drivers.ports.address import Address, open_port, parse_address
from drivers.ports.base import Port

__all__ = ["Address", "Port", "open_port", "parse_address"]
