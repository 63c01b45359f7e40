"""Values of RoCE, drivers, bridges, bonds, tunnels and virtio devices."""

from __future__ import annotations

import dataclasses
from typing import Any, Dict, List, Optional

from ._values import Value


@dataclasses.dataclass(frozen=True)
class Finding(Value):
    """Something of RoCE that does not fit together."""

    topic: str
    what: str
    #: What mends it.
    fix: str
    #: The link; ``None`` where two ends are compared.
    link: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class Posture(Value):
    """What a link is ready for, in words."""

    _columns = ("link", "rdma", "driver", "roce_v2", "speed", "fec")

    link: Optional[str]
    rdma: Optional[str]
    driver: str
    hardware: str
    protocol: Optional[str]
    speed: str
    fec: str
    roce_v2: str
    marking: str
    pfc: str
    dcbx: str
    #: Who speaks LLDP for the link.
    lldp: str
    findings: List[Any]
    #: Ultra Ethernet: link-level retry, credit-based flow control, its transport.
    llr: str
    cbfc: str
    uet: str
    libfabric: str


@dataclasses.dataclass(frozen=True)
class Adapter(Value):
    """What is known of a driver, whether this host has it or not."""

    name: str
    #: ``ethernet``, ``rdma`` or ``any``.
    kind: str
    hardware: str
    drivers: List[str]
    rdma_drivers: List[str]
    #: The modes of the switch that can be set.
    modes: List[str]


@dataclasses.dataclass(frozen=True)
class Capability(Value):
    """What a driver has of a feature."""

    adapter: str
    feature: str
    #: ``supported``, ``limited``, ``absent`` or ``unknown``.
    support: str
    #: The limits, or why it is not there.
    why: str = ""
    #: Where that can be read.
    source: Optional[str] = None

    def __bool__(self) -> bool:
        return self.support in ("supported", "limited")


@dataclasses.dataclass(frozen=True)
class Bridge(Value):
    """A bridge."""

    name: str
    #: Its number.
    link: int
    vlan_filtering: Optional[bool] = None
    default_pvid: Optional[int] = None
    #: Hundredths of a second.
    ageing_time: Optional[int] = None
    mcast_snooping: Optional[bool] = None


@dataclasses.dataclass(frozen=True)
class BridgePort(Value):
    """A port of a bridge."""

    _columns = ("link", "bridge", "state", "cost")

    link: str
    ifindex: int
    #: ``None`` for a device that bridges by itself.
    bridge: Optional[str] = None
    state: Optional[str] = None
    priority: Optional[int] = None
    cost: Optional[int] = None
    #: Its switches, such as ``learning`` and ``isolated``.
    flags: Dict[str, bool] = dataclasses.field(default_factory=dict)
    #: The VLANs that it lets through.
    vlans: List[Dict[str, Any]] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class FdbEntry(Value):
    """An address that a bridge, a device or a tunnel forwards by."""

    link: str
    mac: str
    vlan: Optional[int]
    state: str
    #: What the kernel says of it, such as ``offload``.
    flags: List[str]
    bridge: Optional[str] = None
    #: Of a tunnel: the other end and the network identifier.
    dst: Optional[str] = None
    vni: Optional[int] = None


@dataclasses.dataclass(frozen=True)
class MdbEntry(Value):
    """A member of a multicast group."""

    bridge: str
    port: str
    group: str
    source: Optional[str]
    vlan: Optional[int]
    permanent: bool
    flags: List[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Bond(Value):
    """A bond, and whether the NIC itself sends over its ports."""

    _columns = ("name", "mode", "up", "offload")

    name: str
    #: Its number.
    link: int
    up: bool
    mode: Optional[str]
    ports: List[Dict[str, Any]]
    #: ``state`` is ``active``, ``inactive`` or ``unknown``; ``how`` or ``why`` says more.
    offload: Dict[str, str]
    miimon: Optional[int] = None
    hash_policy: Optional[int] = None
    active: Optional[int] = None


@dataclasses.dataclass(frozen=True)
class Tunnel(Value):
    """A tunnel device: rules send to it what gets an outer header."""

    name: str
    #: Its number.
    link: int
    kind: str
    up: bool
    #: ``None`` if it comes with each packet.
    id: Optional[int]
    port: int
    external: bool
    remote: Optional[str] = None
    local: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class VdpaMgmt(Value):
    """Something that can carry virtio devices."""

    handle: str
    kinds: List[str]
    max_vqs: Optional[int] = None
    features: Optional[List[str]] = None


@dataclasses.dataclass(frozen=True)
class Vdpa(Value):
    """A virtio device that a NIC carries."""

    name: str
    #: What carries it.
    mgmt: str
    kind: str
    max_vqs: Optional[int] = None
    mac: Optional[str] = None
    mtu: Optional[int] = None
    #: What its driver agreed to.
    negotiated: Optional[List[str]] = None
