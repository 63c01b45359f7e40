"""Manage what SmartNICs take off the CPU.

>>> import smartnic
>>> with smartnic.Host("sim:bluefield3") as host:  # or "linux:", on a real NIC: the same code
...     nic = host.devices()[0]
...     _ = host.set_eswitch(nic.handle, "switchdev", vfs=4)
...     report = host.apply("filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto udp action drop")
...     print(report[0].verdict)
in hardware

==============================  ==========================================================================
:class:`Host`                   opens a machine, real or simulated; everything begins there
:class:`Rule`, :class:`Rules`   flow rules by keyword arguments, from ``tc`` lines, YAML, files and arrays
:class:`Report`                 what became of rules: verdicts with their reasons
:class:`Endpoint`               messages and memory over RDMA, from :meth:`Host.connect_rdma`
:class:`VerbsContext`           an RDMA device that is open, from :meth:`Host.open_rdma`
:class:`SmartnicError`          every failure, with one class for each kind
==============================  ==========================================================================

The guide is ``docs/python.md``.
"""

from ._device import (
    Check,
    Counter,
    Dcb,
    Device,
    Edge,
    Eswitch,
    Gid,
    GidChoice,
    Link,
    Node,
    Param,
    ParamSetting,
    PassedOver,
    Plan,
    Port,
    PortFunction,
    RdmaDevice,
    RdmaPort,
    Reporter,
    Representor,
    Step,
    SubFunction,
    Topology,
    Version,
    Vf,
    VfSettings,
)
from ._errors import (
    AlreadyExistsError,
    BusyError,
    DeviceGoneError,
    InterruptedReadError,
    InvalidInputError,
    IoError,
    LockedError,
    MismatchError,
    NoSpaceError,
    NotFoundError,
    OverrunError,
    ParseError,
    PermissionDeniedError,
    ProtocolError,
    RefusedError,
    RollbackFailedError,
    SmartnicError,
    UnsupportedError,
    WaitTimeoutError,
)
from ._fabric import (
    Adapter,
    Bond,
    Bridge,
    BridgePort,
    Capability,
    FdbEntry,
    Finding,
    MdbEntry,
    Posture,
    Tunnel,
    Vdpa,
    VdpaMgmt,
)
from ._flow import (
    Counts,
    Entries,
    Entry,
    Explanation,
    NicUse,
    Prediction,
    Reason,
    Report,
    RuleReport,
    Trace,
    Verdict,
)
from ._host import Host, adapters, capabilities, compare_roce, profiles, read_rules
from ._link import (
    CableFinding,
    Feature,
    LinkCounter,
    LinkEvent,
    Ntuple,
    SelfTest,
    Setting,
    TunnelTable,
)
from ._parts import (
    BufferPool,
    BufferShare,
    DocumentTask,
    LineCard,
    Rate,
    Region,
    Resource,
    SharedBuffer,
    Trap,
    TrapGroup,
    TrapPolicer,
)
from ._rdma import Endpoint, Listener, Measurement, RemoteRegion, SharedRegion
from ._smartnic import VERSION as __version__
from ._smartnic import KernelLog, Rule, Rules
from ._values import Table, Value
from ._verbs import (
    AddressHandle,
    Completion,
    CompletionQueue,
    DeviceEvent,
    MemoryRegion,
    Piece,
    ProtectionDomain,
    QueuePair,
    VerbsContext,
    VerbsDevice,
    VerbsGid,
    VerbsPort,
)
from ._watch import FlowEvent, RdmaEvent, TopologyChange, Watch

__all__ = [name for name in dir() if not name.startswith("_")]
