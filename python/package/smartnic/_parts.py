"""Values of what devices have besides: traps, regions, rates, resources, buffers, tests, line cards."""

from __future__ import annotations

import dataclasses
from typing import Any, Dict, List, Optional

from ._values import Value


@dataclasses.dataclass(frozen=True)
class Trap(Value):
    """A packet trap: which packets a device gives to the processor."""

    _columns = ("device", "name", "type", "action", "group")

    device: str
    name: str
    #: Why packets are trapped: ``drop``, ``exception`` or ``control``.
    type: str
    #: True if many drivers share its meaning.
    generic: bool
    #: What is done with them: ``drop``, ``trap`` or ``mirror``.
    action: str
    group: str
    metadata: List[str] = dataclasses.field(default_factory=list)
    #: ``packets``, ``bytes`` and ``dropped``; ``None`` for what is not counted.
    stats: Dict[str, Optional[int]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class TrapGroup(Value):
    """A group of packet traps, which share a policer."""

    device: str
    name: str
    generic: bool
    policer: Optional[int] = None
    stats: Dict[str, Optional[int]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class TrapPolicer(Value):
    """A limit on packets that reach the processor."""

    device: str
    id: int
    #: Packets in a second, and at once.
    rate: int
    burst: int
    stats: Optional[Dict[str, Optional[int]]] = None


@dataclasses.dataclass(frozen=True)
class Region(Value):
    """A region of a device's memory, of which snapshots can be taken."""

    #: The device or port that it belongs to.
    place: str
    name: str
    #: Bytes.
    size: Optional[int] = None
    #: The numbers of those that are kept.
    snapshots: Optional[List[int]] = None
    max_snapshots: Optional[int] = None

    @property
    def id(self) -> str:
        """What it is known by: ``place/name``."""
        return f"{self.place}/{self.name}"


@dataclasses.dataclass(frozen=True)
class Rate(Value):
    """A rate object: how much a port, or a group of ports, may send. Rates are in bytes a second."""

    _columns = ("name", "kind", "tx_share", "tx_max", "parent")
    _parts = {"tc_bw": list}

    #: ``pci/0000:03:00.0/1`` is the leaf of a port, ``pci/0000:03:00.0/tenants`` a node.
    name: str
    #: ``leaf`` or ``node``.
    kind: str
    tx_share: int = 0
    tx_max: int = 0
    tx_priority: int = 0
    tx_weight: int = 0
    #: The shares of the traffic classes 0 to 7.
    tc_bw: Optional[List[int]] = None
    #: The node it hangs below.
    parent: Optional[Dict[str, Any]] = None


@dataclasses.dataclass(frozen=True)
class Resource(Value):
    """Something of which a device has only so much."""

    _columns = ("place", "path", "size", "occupancy", "unit")

    place: str
    #: Where it stands among others, such as ``/IPv4/fib``.
    path: str
    id: int
    size: int
    size_min: int
    size_max: int
    granularity: int
    unit: str
    #: The size that it has after the next reload, if that is another one.
    size_new: Optional[int] = None
    #: Whether its parts fit in.
    size_valid: Optional[bool] = None
    #: How much is in use.
    occupancy: Optional[int] = None


@dataclasses.dataclass(frozen=True)
class SharedBuffer(Value):
    """Memory that the ports of a switch share."""

    device: str
    index: int
    size: int
    ingress_pools: int
    egress_pools: int
    ingress_tcs: int
    egress_tcs: int


@dataclasses.dataclass(frozen=True)
class BufferPool(Value):
    """A part of a shared buffer."""

    device: str
    buffer: int
    pool: int
    #: ``ingress`` or ``egress``.
    kind: str
    size: int
    #: ``static`` (bytes) or ``dynamic`` (a share of what is free).
    threshold_kind: str
    cell_size: Optional[int] = None


@dataclasses.dataclass(frozen=True)
class BufferShare(Value):
    """How much of a pool a port, or a traffic class of it, may use."""

    port: str
    buffer: int
    pool: int
    threshold: int
    #: The traffic class, and which way its packets go; ``None`` for the port as a whole.
    tc: Optional[int] = None
    kind: Optional[str] = None
    #: ``current`` and ``max`` bytes when the last snapshot was taken.
    occupancy: Optional[Dict[str, int]] = None


@dataclasses.dataclass(frozen=True)
class LineCard(Value):
    """A slot of a modular switch, and the card in it."""

    device: str
    index: int
    state: str
    kind: Optional[str] = None
    supported: List[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class DocumentTask(Value):
    """One thing that is done, or refused, to bring a document of devices back."""

    #: The device, bridge, bond or port; ``None`` for a refusal that is about none of them.
    object: Optional[str]
    #: What is done, or the setting that is refused.
    text: str
    #: Why it is refused; ``None`` for what is done.
    refused: Optional[str] = None
