"""Values that are found on hosts: devices, functions, parameters, health, RDMA."""

from __future__ import annotations

import dataclasses
from typing import Any, Dict, List, Optional, Union

from ._values import Value


@dataclasses.dataclass(frozen=True)
class Eswitch(Value):
    """The embedded switch of a device."""

    mode: Optional[str] = None
    inline_mode: Optional[str] = None
    encap_mode: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class Version(Value):
    """The version of one component, such as the firmware."""

    kind: str
    name: str
    value: str


@dataclasses.dataclass(frozen=True)
class Link(Value):
    """A netdev."""

    _columns = ("name", "ifindex", "mac", "up", "mtu", "port_name")

    ifindex: int
    name: str
    up: bool = False
    carrier: bool = False
    mtu: int = 0
    mac: Optional[str] = None
    kind: Optional[str] = None
    switch_id: Optional[str] = None
    port_name: Optional[str] = None
    devlink_port: Optional[str] = None
    parent_bus: Optional[str] = None
    parent_device: Optional[str] = None
    master: Optional[int] = None
    lower: Optional[int] = None
    #: The network namespace that it lies in, if it is another than the host's.
    netns: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class PortFunction(Value):
    """The function behind a port: what it is given, and whether it is used."""

    hw_addr: Optional[str] = None
    state: Optional[str] = None
    opstate: Optional[str] = None
    roce: Optional[bool] = None
    migratable: Optional[bool] = None
    ipsec_crypto: Optional[bool] = None
    ipsec_packet: Optional[bool] = None
    max_io_eqs: Optional[int] = None


@dataclasses.dataclass(frozen=True)
class Port(Value):
    """A devlink port."""

    _parts = {"function": PortFunction._of}
    _columns = ("handle", "flavour", "netdev", "number", "pf", "vf", "sf")

    handle: str
    flavour: str
    kind: str = "notset"
    ifindex: Optional[int] = None
    netdev: Optional[str] = None
    ibdev: Optional[str] = None
    number: Optional[int] = None
    controller: Optional[int] = None
    pf: Optional[int] = None
    vf: Optional[int] = None
    sf: Optional[int] = None
    external: bool = False
    splittable: bool = False
    lanes: Optional[int] = None
    function: Optional[PortFunction] = None


@dataclasses.dataclass(frozen=True)
class Device(Value):
    """A NIC: its driver, its switch, its ports and links."""

    _parts = {
        "eswitch": Eswitch._of,
        "ports": Port._list,
        "links": Link._list,
        "elsewhere": Link._list,
    }
    _columns = ("handle", "driver", "mode", "vfs", "uplink")

    #: The devlink handle, such as ``pci/0000:03:00.0``; that of the function for drivers without devlink.
    handle: str
    #: The kernel driver.
    driver: str
    #: The adapter that speaks for the driver.
    adapter: str
    #: False for drivers without devlink.
    has_devlink: bool = True
    serial: Optional[str] = None
    board_serial: Optional[str] = None
    versions: List[Version] = dataclasses.field(default_factory=list)
    eswitch: Optional[Eswitch] = None
    #: How many VFs there are, and how many there can be; ``None`` for devices that have none to give.
    vfs: Optional[int] = None
    max_vfs: Optional[int] = None
    ports: List[Port] = dataclasses.field(default_factory=list)
    links: List[Link] = dataclasses.field(default_factory=list)
    #: Its links that lie in other network namespaces, as far as these have a name.
    elsewhere: List[Link] = dataclasses.field(default_factory=list)
    #: The link of the physical port.
    uplink: Optional[str] = None
    #: Whose a card with a processor of its own is: ``"own-processor"`` if this system is that processor and has the switch,
    #: ``"nic-mode"`` if this is the host and has it, ``"host-of-dpu"`` if the card's processor has it, ``"untold"`` while
    #: nothing tells (legacy mode); ``None`` for other cards.
    seat: Optional[str] = None
    #: On the card's own processor: how many functions of the host have their ends of the switch here.
    host_functions: int = 0

    @property
    def mode(self) -> Optional[str]:
        """The mode of its switch, if it has one: ``"legacy"`` or ``"switchdev"``."""
        return None if self.eswitch is None else self.eswitch.mode

    @classmethod
    def _from(cls, fields: Dict[str, Any]) -> "Device":
        info, sriov = fields.pop("versions"), fields.pop("sriov") or {}
        fields["versions"] = Version._list(info["versions"])
        return cls._of({**fields, "vfs": sriov.get("num"), "max_vfs": sriov.get("total")})


@dataclasses.dataclass(frozen=True)
class VfSettings(Value):
    """What the physical function lays down for a VF; ``None`` where the driver does not tell."""

    mac: Optional[str] = None
    vlan: Optional[Dict[str, Any]] = None
    min_tx_rate: Optional[int] = None
    max_tx_rate: Optional[int] = None
    spoof_check: Optional[bool] = None
    link_state: Optional[str] = None
    trust: Optional[bool] = None
    query_rss: Optional[bool] = None
    node_guid: Optional[str] = None
    port_guid: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class Vf(Value):
    """A virtual function."""

    _parts = {"settings": VfSettings._of}
    _columns = ("pf", "vf", "device", "driver", "representor")

    #: The handle of the physical function.
    pf: str
    #: Its number, from 0.
    vf: int
    device: Optional[str] = None
    driver: Optional[str] = None
    driver_override: Optional[str] = None
    #: The link that stands for it on the switch.
    representor: Optional[str] = None
    settings: Optional[VfSettings] = None


@dataclasses.dataclass(frozen=True)
class Representor(Value):
    """The end of the switch that stands for a function."""

    #: Its name on the switch, such as ``pf0vf1``: it never changes, and rules may use it.
    name: str
    #: The handle of its device.
    device: str
    #: The name of its link, which may change.
    netdev: str
    ifindex: int
    port: Optional[str] = None
    mac: Optional[str] = None
    up: bool = False
    mtu: int = 0
    #: The device of the function behind it.
    function: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class Check(Value):
    """Something that must hold before the first step."""

    what: str
    #: Why it does not hold; ``None`` if it does.
    problem: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class Step(Value):
    """One step of a change."""

    _columns = ("text", "commands")

    #: What is done, in words.
    text: str
    #: The shell commands that it stands for.
    commands: List[str] = dataclasses.field(default_factory=list)
    step: Any = dataclasses.field(default=None, repr=False)


@dataclasses.dataclass(frozen=True)
class Plan(Value):
    """What was done to a device, step by step; or what would be, for a dry run."""

    _parts = {"checks": Check._list, "steps": Step._list}

    device: str
    #: The adapter whose order it is.
    adapter: str
    #: The mode and the number of VFs before.
    mode: Optional[str]
    vfs: int
    #: The steps; none if all is as wanted.
    steps: List[Step]
    checks: List[Check]
    notes: List[str]
    dry_run: bool
    goal: Any = dataclasses.field(default=None, repr=False)


ParamScalar = Union[bool, int, str, List[int]]


@dataclasses.dataclass(frozen=True)
class ParamSetting(Value):
    """What a parameter has in one mode."""

    #: When the value takes effect: ``"runtime"``, ``"driverinit"`` or ``"permanent"``.
    mode: str
    value: ParamScalar
    default: Optional[ParamScalar] = None


@dataclasses.dataclass(frozen=True)
class Param(Value):
    """A devlink parameter."""

    _parts = {"values": ParamSetting._list}

    name: str
    #: True if many drivers share its meaning.
    generic: bool
    kind: str
    values: List[ParamSetting]

    def value(self, mode: Optional[str] = None) -> Optional[ParamScalar]:
        """The value in this mode, or in the first that it has."""
        return next((one.value for one in self.values if mode in (None, one.mode)), None)


@dataclasses.dataclass(frozen=True)
class Reporter(Value):
    """A health reporter; periods are in milliseconds."""

    _columns = ("place", "name", "state", "errors", "recoveries", "has_dump")

    #: The handle of the device or port that it watches.
    place: str
    name: str
    state: str
    errors: int
    recoveries: int
    has_dump: bool
    grace_period: Optional[int] = None
    burst_period: Optional[int] = None
    auto_recover: Optional[bool] = None
    auto_dump: Optional[bool] = None


@dataclasses.dataclass(frozen=True)
class SubFunction(Value):
    """A sub-function with all that belongs to it."""

    _columns = ("port", "sf", "state", "opstate", "representor", "netdev")

    pf: int
    #: Its number.
    sf: int
    #: Its devlink port.
    port: str
    controller: Optional[int] = None
    hw_addr: Optional[str] = None
    state: Optional[str] = None
    opstate: Optional[str] = None
    external: bool = False
    representor: Optional[str] = None
    device: Optional[str] = None
    netdev: Optional[str] = None
    ifindex: Optional[int] = None
    #: The network namespace that its link lies in, if it is another than the host's.
    netns: Optional[str] = None
    rdma: List[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Node(Value):
    """Something of the topology, with what is known of it."""

    #: What it is known by, such as ``devlink:pci/0000:03:00.0``; never the name of a netdev, which may change.
    id: str
    #: ``function``, ``devlink``, ``port``, ``netdev``, ``rdma``, ``switch`` or ``numa``.
    kind: str
    facts: Dict[str, Any] = dataclasses.field(default_factory=dict, repr=False)

    @classmethod
    def _from(cls, fields: Dict[str, Any]) -> "Node":
        id = fields.pop("id")
        return cls(id, id.split(":", 1)[0], fields)


@dataclasses.dataclass(frozen=True)
class Edge(Value):
    """How one node belongs to another."""

    from_: str
    to: str
    kind: str
    number: Optional[int] = None
    inferred: bool = False

    @classmethod
    def _from(cls, fields: Dict[str, Any]) -> "Edge":
        return cls._of({**fields, "from_": fields["from"]})


@dataclasses.dataclass(frozen=True)
class Topology(Value):
    """Everything that was found on a host, and how it belongs together."""

    host: str
    kernel: Optional[str]
    nodes: List[Node]
    edges: List[Edge]
    unreadable: List[Any] = dataclasses.field(default_factory=list)

    def node(self, id: str) -> Optional[Node]:
        """The node with this id."""
        return next((node for node in self.nodes if node.id == id), None)


@dataclasses.dataclass(frozen=True)
class RdmaDevice(Value):
    """An RDMA device."""

    _columns = ("name", "protocol", "ports", "node_type", "firmware", "node_guid")

    index: int
    name: str
    ports: int
    node_type: Optional[str] = None
    protocol: Optional[str] = None
    firmware: Optional[str] = None
    node_guid: Optional[str] = None
    system_guid: Optional[str] = None
    adaptive_moderation: Optional[bool] = None
    parent: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class RdmaPort(Value):
    """A port of an RDMA device."""

    device: str
    number: int
    state: Optional[str] = None
    phys_state: Optional[str] = None
    netdev: Optional[str] = None
    lid: Optional[int] = None
    sm_lid: Optional[int] = None


@dataclasses.dataclass(frozen=True)
class Counter(Value):
    """A counter of an RDMA port."""

    _columns = ("name", "value", "unit", "canonical", "meaning")

    device: str
    port: int
    #: The driver's name of it.
    name: str
    value: int
    #: The name that it has for every vendor, if it is known.
    canonical: Optional[str] = None
    unit: Optional[str] = None
    meaning: Optional[str] = None
    hardware: bool = False


@dataclasses.dataclass(frozen=True)
class Gid(Value):
    """An entry of the GID table of a port."""

    device: str
    port: int
    index: int
    gid: str
    #: ``"ib"``, ``"roce-v1"`` or ``"roce-v2"``.
    kind: Optional[str] = None
    netdev: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class PassedOver(Value):
    """A GID that was not chosen."""

    _parts = {"entry": Gid._of}

    entry: Gid
    reason: str


@dataclasses.dataclass(frozen=True)
class GidChoice(Value):
    """The GID for the way to an address, and why."""

    _parts = {"entry": Gid._of, "passed_over": PassedOver._list}

    entry: Gid
    reasons: List[str]
    passed_over: List[PassedOver] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Dcb(Value):
    """Data centre bridging of a link; ``None`` where the driver does not tell."""

    ets: Optional[Dict[str, Any]] = None
    pfc: Optional[Dict[str, Any]] = None
    max_rate: Optional[List[int]] = None
    buffer: Optional[Dict[str, Any]] = None
    apps: Optional[List[Dict[str, Any]]] = None
    rewrites: Optional[List[Dict[str, Any]]] = None
    trust: Optional[List[Any]] = None
    peer_ets: Optional[Dict[str, Any]] = None
    peer_pfc: Optional[Dict[str, Any]] = None
    peer_apps: Optional[List[Dict[str, Any]]] = None
    dcbx: Optional[int] = None
