"""Values that links tell."""

from __future__ import annotations

import dataclasses
from typing import Any, Dict, List, Optional, Union

from ._values import Value


@dataclasses.dataclass(frozen=True)
class Setting(Value):
    """A setting of a link, or something that a link tells."""

    _columns = ("link", "topic", "name", "value")

    link: str
    #: What it belongs to, such as ``ring``.
    topic: str
    #: Its name, as ``ethtool --json`` has it.
    name: str
    #: A number, ``True`` or ``False``, a word, or a list of names or numbers.
    value: Union[bool, int, str, List[Any]]
    #: Names that could be in the list; ``None`` where that is not told.
    choices: Optional[List[str]] = None
    #: The RSS context or the queue that it is of; ``None`` for the link itself.
    part: Optional[int] = None


@dataclasses.dataclass(frozen=True)
class Feature(Value):
    """A feature of a link."""

    name: str
    active: bool
    #: Where this differs from ``active``, the driver or another feature stands against it.
    requested: bool
    #: It cannot be changed.
    fixed: bool


@dataclasses.dataclass(frozen=True)
class LinkCounter(Value):
    """A counter of a link."""

    _parts = {"bytes": list}

    group: str
    #: As the standard or the driver names it; of frames by their length ``received`` or ``sent``.
    name: str
    value: int
    #: Of frames by their length: the least and the greatest, in bytes.
    bytes: Optional[List[int]] = None


@dataclasses.dataclass(frozen=True)
class Ntuple(Value):
    """A rule by which a NIC chooses the queue of received packets."""

    #: Its place, which is its priority.
    location: Optional[int]
    kind: str
    #: What it looks at, by field.
    match: Dict[str, str]
    #: What becomes of packets, in words.
    action: str
    queue: Optional[int] = None
    vf: Optional[int] = None
    context: Optional[int] = None


@dataclasses.dataclass(frozen=True)
class SelfTest(Value):
    """What a device found when it tested itself; true unless something is wrong."""

    passed: bool
    #: Each test by name, and zero or the driver's number for what is wrong.
    results: List[Dict[str, Any]]

    def __bool__(self) -> bool:
        return self.passed


@dataclasses.dataclass(frozen=True)
class CableFinding(Value):
    """Something that a test of a cable found."""

    pair: Optional[str]
    #: How far away it is.
    centimetres: Optional[int]
    found: str
    millivolts: Optional[int] = None


@dataclasses.dataclass(frozen=True)
class TunnelTable(Value):
    """A table of UDP ports by which a device knows tunnels."""

    size: int
    #: The kinds of tunnels that can stand in it; none if what is in it never changes.
    kinds: List[str]
    ports: List[Dict[str, Any]]


@dataclasses.dataclass(frozen=True)
class LinkEvent(Value):
    """Something that changed at a link."""

    _columns = ("event", "link", "topic", "fields")

    #: ``"changed"``, ``"gone"``, ``"appeared"``; ``"there"`` for a link that is new or otherwise than before.
    event: str
    link: str
    ifindex: int
    #: What it is about, such as ``ring``.
    topic: str
    #: What is there now.
    fields: Dict[str, Any]
