"""The register of fact kinds: ``@fact("sale.completed", v=1)`` gives a dataclass its name and version."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar, dataclass_transform

from retail.errors import Impossible


class Fact:
    """Base of all facts. ``KIND`` and ``V`` are set by :func:`fact`."""

    __slots__ = ()
    KIND: ClassVar[str] = ""
    V: ClassVar[int] = 0


F = TypeVar("F", bound=Fact)

CATALOGUE: dict[str, type[Fact]] = {}
"""Every kind that this release writes, by name; older versions are lifted by the upcasters of ``sync``."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def fact(kind: str, *, v: int = 1) -> Callable[[type[F]], type[F]]:
    """Make a class a frozen fact of that kind and version, and enter it in :data:`CATALOGUE`."""

    def register(cls: type[F]) -> type[F]:
        if kind in CATALOGUE:
            raise Impossible(f"two facts are called {kind}")
        cls.KIND = kind
        cls.V = v
        made: type[F] = dataclass(frozen=True, kw_only=True)(cls)
        CATALOGUE[kind] = made
        return made

    return register
