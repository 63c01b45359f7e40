"""A host: what is there, and what is done to it."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, Dict, Iterable, List, Mapping, Optional, Type, Union

from . import _smartnic
from ._device import (
    Counter,
    Dcb,
    Device,
    Edge,
    Gid,
    GidChoice,
    Link,
    Node,
    Param,
    ParamScalar,
    Plan,
    RdmaDevice,
    RdmaPort,
    Reporter,
    Representor,
    SubFunction,
    Topology,
    Vf,
)
from ._fabric import Adapter, Capability, Finding
from ._flow import Entries, Explanation, NicUse, Report, Trace
from ._ops.fabric import FabricOperations
from ._ops.link import LinkOperations
from ._ops.parts import PartOperations
from ._ops.verbs import VerbsOperations
from ._smartnic import Rule, Rules
from ._values import Table
from ._watch import FlowEvent, RdmaEvent, TopologyChange, Watch

#: What stands for rules: a set, one rule, a line of ``tc``, fields of a rule, or any iterable of those.
AnyRules = Union[Rules, Rule, str, Mapping[str, Any], Iterable[Any]]


def _rules(rules: AnyRules) -> Rules:
    if rules is None:
        raise TypeError("rules are a Rule, Rules, text, or any iterable of them, not None")
    return rules if isinstance(rules, Rules) else Rules(rules)


class Host(LinkOperations, PartOperations, FabricOperations, VerbsOperations):
    """A machine with NICs, real or simulated.

    ``linux:`` is this machine, ``linux:netns=blue`` another network namespace of it, ``sim:bluefield3`` a simulated one
    (see :func:`profiles`); ``sim:bluefield3?state=nic.json`` keeps its state in a file, which ``snicctl`` can share.

    >>> import smartnic
    >>> with smartnic.Host("sim:bluefield3") as host:
    ...     for device in host.devices():
    ...         print(device.handle, device.driver, device.mode, device.max_vfs)
    pci/0000:03:00.0 mlx5_core legacy 16
    pci/0000:03:00.1 mlx5_core legacy 16

    A host can be used from several threads; the interpreter is free for others while the kernel is asked. What changes
    something raises :class:`SmartnicError` if it fails, and then the host is as it was before.
    """

    def __init__(self, uri: str = "linux:", *, lock_wait: float = 10.0) -> None:
        """Opens a host; ``lock_wait`` is how many seconds is waited for others that change it."""
        self._host = _smartnic.Host(uri, lock_wait)

    def __enter__(self) -> "Host":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Host {self.uri!r}{', closed' if self.closed else ''}>"

    @property
    def uri(self) -> str:
        """The address that it was opened by."""
        return self._host.uri

    @property
    def closed(self) -> bool:
        """True once it is closed."""
        return self._host.closed

    def close(self) -> None:
        """Closes it; what is asked of it afterwards raises :class:`InvalidInputError`."""
        self._host.close()

    def kernel(self) -> str:
        """The kernel's release."""
        return self._host.kernel()

    # Devices

    def devices(self) -> "Table[Device]":
        """The NICs."""
        return Table(Device._from(one) for one in self._host.devices())

    def device(self, handle: str) -> Device:
        """One NIC by its handle; :class:`NotFoundError` names those that are there."""
        return Device._from(self._host.devices(handle)[0])

    def other_links(self) -> "Table[Link]":
        """The links that belong to no NIC."""
        return Link._list(self._host.other_links())

    def vfs(self, handle: Optional[str] = None) -> "Table[Vf]":
        """The virtual functions of one device, or of all."""
        return Vf._list(self._host.vfs(handle))

    def representors(self, handle: Optional[str] = None) -> "Table[Representor]":
        """The representors of one device, or of all; they come with VFs in switchdev mode."""
        return Representor._list(self._host.representors(handle))

    def topology(self) -> Topology:
        """Everything that was found, as a graph.

        >>> import smartnic
        >>> with smartnic.Host("sim:bluefield3") as host:
        ...     print(sorted({node.kind for node in host.topology().nodes}))
        ['devlink', 'function', 'netdev', 'port', 'rdma', 'switch']
        """
        told = self._host_call(_smartnic.graph)
        nodes = [Node._from(one) for one in told["nodes"]]
        edges = [Edge._from(one) for one in told["edges"]]
        return Topology(told["host"], told.get("kernel"), nodes, edges, told.get("unreadable", []))

    # Changes of devices in several steps

    def set_eswitch(
        self,
        handle: str,
        mode: Optional[str] = None,
        *,
        vfs: Optional[int] = None,
        dry_run: bool = False,
        timeout: float = 30.0,
        force: bool = False,
    ) -> Plan:
        """Sets the mode of the switch and the number of VFs, in the order that the vendor's driver wants.

        If a step fails, those before it are taken back. With ``dry_run`` nothing is changed:

        >>> import smartnic
        >>> with smartnic.Host("sim:bluefield3") as host:
        ...     plan = host.set_eswitch("pci/0000:03:00.0", "switchdev", vfs=2, dry_run=True)
        ...     for step in plan.steps:
        ...         print(step.text)
        set sriov_numvfs to 2
        wait for 2 VF devices
        unbind the VFs from their driver
        set the eswitch mode to switchdev
        bind the VFs to their driver
        wait for 2 VF representors

        ``timeout`` is how many seconds is waited in all for devices and links; ``force`` goes on although a check says
        that something stands in the way.
        """
        return Plan._of(self._host.set_eswitch(handle, mode, vfs, (dry_run, timeout, force)))

    def tune_eswitch(
        self, handle: str, *, inline_mode: Optional[str] = None, encap_mode: Optional[str] = None
    ) -> Optional[str]:
        """Changes how packets are handed over, without changing the mode; what the driver says beside is returned."""
        return self._host.tune_eswitch(handle, inline_mode, encap_mode)

    def set_vfs(
        self,
        handle: str,
        count: int,
        *,
        autoprobe: Optional[bool] = None,
        dry_run: bool = False,
        timeout: float = 30.0,
        force: bool = False,
    ) -> Plan:
        """Sets the number of VFs; the mode of the switch stays as it is."""
        goal = {"functions": {"mode": None, "vfs": count, "autoprobe": autoprobe}}
        return Plan._of(self._host.reach(handle, goal, (dry_run, timeout, force)))

    def set_vf(
        self,
        handle: str,
        vf: int,
        *,
        mac: Optional[str] = None,
        vlan: Optional[int] = None,
        qos: int = 0,
        vlan_protocol: str = "802.1Q",
        rate: Optional["tuple[int, int]"] = None,
        spoof_check: Optional[bool] = None,
        link_state: Optional[str] = None,
        trust: Optional[bool] = None,
        query_rss: Optional[bool] = None,
        dry_run: bool = False,
        timeout: float = 30.0,
        force: bool = False,
    ) -> Plan:
        """Changes what the physical function lays down for a VF; ``rate`` is the least and the most Mbit/s."""
        changes: List[Dict[str, Any]] = []
        if mac is not None:
            changes.append({"mac": mac})
        if vlan is not None:
            changes.append({"vlan": {"id": vlan, "qos": qos, "protocol": vlan_protocol}})
        if rate is not None:
            changes.append({"rate": {"min": rate[0], "max": rate[1]}})
        plain = {"spoof_check": spoof_check, "link_state": link_state, "query_rss": query_rss, "trust": trust}
        changes += [{name: value} for name, value in plain.items() if value is not None]
        goal = {"vf": {"vf": vf, "changes": changes}}
        return Plan._of(self._host.reach(handle, goal, (dry_run, timeout, force)))

    def bind_vfs(
        self,
        handle: str,
        vfs: Iterable[int],
        driver: Optional[str] = None,
        *,
        dry_run: bool = False,
        timeout: float = 30.0,
        force: bool = False,
    ) -> Plan:
        """Gives VFs to a driver such as ``"vfio-pci"``; to the one that claims them if none is named."""
        goal = {"drivers": {"vfs": list(vfs), "driver": "own" if driver is None else {"named": driver}}}
        return Plan._of(self._host.reach(handle, goal, (dry_run, timeout, force)))

    def unbind_vfs(
        self,
        handle: str,
        vfs: Iterable[int],
        *,
        dry_run: bool = False,
        timeout: float = 30.0,
        force: bool = False,
    ) -> Plan:
        """Takes VFs away from their drivers."""
        goal = {"drivers": {"vfs": list(vfs), "driver": "none"}}
        return Plan._of(self._host.reach(handle, goal, (dry_run, timeout, force)))

    def sfs(self, handle: Optional[str] = None) -> "Table[SubFunction]":
        """The sub-functions of one device, or of all."""
        return SubFunction._list(self._host_call(_smartnic.sfs, handle))

    def create_sf(
        self,
        handle: str,
        number: Optional[int] = None,
        *,
        inactive: bool = False,
        dry_run: bool = False,
        timeout: float = 30.0,
        force: bool = False,
        **function: Any,
    ) -> Plan:
        """Makes a sub-function and waits until its device and its link are there.

        ``function`` is what it is given: ``hw_addr``, ``roce``, ``migratable``, ``max_io_eqs``, … The number is the lowest
        that is free if it is left out.
        """
        wanted = _function(function, "inactive" if inactive else None)
        how = (dry_run, timeout, force)
        return Plan._of(self._host_call(_smartnic.change_sf, handle, number, "create", wanted, how))

    def set_sf(
        self,
        handle: str,
        number: int,
        *,
        state: Optional[str] = None,
        dry_run: bool = False,
        timeout: float = 30.0,
        force: bool = False,
        **function: Any,
    ) -> Plan:
        """Changes a sub-function: ``state`` is ``"active"`` or ``"inactive"``, the rest as in :meth:`create_sf`."""
        how = (dry_run, timeout, force)
        return Plan._of(self._host_call(_smartnic.change_sf, handle, number, "set", _function(function, state), how))

    def delete_sf(
        self, handle: str, number: int, *, dry_run: bool = False, timeout: float = 30.0, force: bool = False
    ) -> Plan:
        """Removes a sub-function."""
        how = (dry_run, timeout, force)
        return Plan._of(self._host_call(_smartnic.change_sf, handle, number, "delete", _function({}, None), how))

    # Flow rules

    def apply(
        self, rules: AnyRules, *, dry_run: bool = False, prune: bool = False, keep_going: bool = False
    ) -> Report:
        """Brings rules onto the host, all or nothing, and reads back where each ended up.

        A second time nothing changes. If a rule fails, the rules that were there before are put back and the failure is
        raised; with ``keep_going`` the others stay, and the report says which failed. ``prune`` also removes rules at the
        same places that the set does not name.

        >>> import smartnic
        >>> with smartnic.Host("sim:bluefield3") as host:
        ...     _ = host.set_eswitch("pci/0000:03:00.0", "switchdev", vfs=2)
        ...     report = host.apply([
        ...         smartnic.Rule(dev="pf0vf0", prio=1, protocol="ip", dst_ip="10.0.0.0/8", actions="drop"),
        ...         smartnic.Rule(dev="pf0vf0", prio=2, protocol="ip", ip_ttl=63, skip="skip_hw", actions="drop"),
        ...     ])
        ...     report
        ...     for rule in report:
        ...         print(rule.change, rule.verdict)
        <Report: 2 added; 1 in hardware, 1 software only>
        added in hardware
        added software only: rule: the rule says skip_hw (leave skip_hw out)
        """
        return Report(self._host_call(_smartnic.apply, _rules(rules), keep_going, prune, dry_run))

    def remove(self, rules: AnyRules, *, dry_run: bool = False) -> Report:
        """Takes rules off the host, wherever they are; those that are not there are left out.

        Rules are known by their place, chain, protocol and keys (and priority and handle if given), not by their actions.
        What :meth:`rules` gives can be handed on: ``host.remove(entry for entry in host.rules() if not entry.packets)``.
        """
        return Report(self._host_call(_smartnic.remove, _rules(rules), dry_run))

    def rules(
        self,
        dev: Optional[str] = None,
        *,
        side: Optional[str] = None,
        block: Optional[int] = None,
        chain: Optional[int] = None,
    ) -> Entries:
        """The rules that are there with their counters, one by one as they are read."""
        return Entries(self._host_call(_smartnic.listing, dev, side, block, chain))

    def explain(self, rules: Optional[AnyRules] = None, *, probe: bool = False) -> "Table[Explanation]":
        """Why rules are not in hardware: what the adapter predicts, what the kernel did, and why.

        Without ``rules``, those that are on the host. A driver gives its reason only when a rule is inserted; with
        ``probe`` the rules are inserted for a moment, and what was there is put back.
        """
        wanted = None if rules is None else _rules(rules)
        return Table(Explanation._from(one) for one in self._host_call(_smartnic.explain, wanted, probe))

    def usage(self) -> "Table[NicUse]":
        """The rules of each NIC, by where they are, and what the CPU still does."""
        return NicUse._list(self._host_call(_smartnic.usage))

    def recover(self) -> Optional[Dict[str, Any]]:
        """Takes back a change of rules that did not come to its end; ``None`` if there is none."""
        told: Optional[Dict[str, Any]] = self._host_call(_smartnic.recover)
        return told

    def trace(self, dev: str, packet: str) -> Trace:
        """The way of a packet that comes in at a link, through the rules that are there; nothing is sent."""
        return Trace(*self._host_call(_smartnic.trace, dev, packet))

    # devlink parameters and health

    def params(self, handle: str) -> "Table[Param]":
        """The devlink parameters of a device."""
        return Param._list(self._host_call(_smartnic.params, handle, None))

    def param(self, handle: str, name: str) -> Param:
        """One parameter."""
        return Param._of(self._host_call(_smartnic.params, handle, name)[0])

    def set_param(self, handle: str, name: str, value: ParamScalar, *, mode: Optional[str] = None) -> Param:
        """Sets a parameter; ``mode`` says when it takes effect, where it has several modes."""
        text = str(value).lower() if isinstance(value, bool) else _listed(value)
        return Param._of(self._host_call(_smartnic.set_param, handle, name, text, mode))

    def reset_param(self, handle: str, name: str, *, mode: Optional[str] = None) -> Param:
        """Gives a parameter its default again (kernel 7.0 and later)."""
        return Param._of(self._host_call(_smartnic.reset_param, handle, name, mode))

    def reporters(self, place: Optional[str] = None) -> "Table[Reporter]":
        """The health reporters of a device and its ports, of one port, or of all devices."""
        return Reporter._list(self._host_call(_smartnic.reporters, place))

    def set_reporter(
        self,
        place: str,
        name: str,
        *,
        grace_period: Optional[int] = None,
        burst_period: Optional[int] = None,
        auto_recover: Optional[bool] = None,
        auto_dump: Optional[bool] = None,
    ) -> Reporter:
        """Changes what a reporter does by itself; periods are in milliseconds."""
        change = {
            "grace_period": grace_period,
            "burst_period": burst_period,
            "auto_recover": auto_recover,
            "auto_dump": auto_dump,
        }
        return Reporter._of(self._host_call(_smartnic.set_reporter, place, name, change))

    def diagnose(self, place: str, name: str) -> Any:
        """What a reporter knows of the present state."""
        return self._host_call(_smartnic.diagnose, place, name)

    def health_dump(self, place: str, name: str) -> Any:
        """The dump that a reporter keeps of an error; one of the present state is made if there is none."""
        return self._host_call(_smartnic.health_dump, place, name, False)

    def clear_health_dump(self, place: str, name: str) -> None:
        """Removes the dump, so that the next error makes another."""
        self._host_call(_smartnic.health_dump, place, name, True)

    def recover_reporter(self, place: str, name: str) -> Reporter:
        """Recovers from the present error; this may reset queues or the whole device."""
        return Reporter._of(self._host_call(_smartnic.recover_reporter, place, name))

    # RDMA and DCB

    def rdma_devices(self) -> "Table[RdmaDevice]":
        """The RDMA devices."""
        return RdmaDevice._list(self._host_call(_smartnic.rdma_devices))

    def rdma_ports(self, device: str) -> "Table[RdmaPort]":
        """The ports of an RDMA device."""
        return RdmaPort._list(self._host_call(_smartnic.rdma_ports, device))

    def rdma_counters(self, device: str, port: int = 1) -> "Table[Counter]":
        """The counters of an RDMA port, with one name for every vendor where it is known."""
        return Counter._list(self._host_call(_smartnic.rdma_counters, device, port))

    def gids(self, device: Optional[str] = None, port: Optional[int] = None) -> "Table[Gid]":
        """The GIDs of a port, of a device, or of all."""
        return Gid._list(self._host_call(_smartnic.gids, device, port))

    def best_gid(
        self, to: Any, *, kind: Optional[str] = None, device: Optional[str] = None, port: Optional[int] = None
    ) -> GidChoice:
        """The GID for the way to an address, and why this one."""
        return GidChoice._of(self._host_call(_smartnic.best_gid, str(to), kind, device, port))

    def dcb(self, link: str) -> Dcb:
        """Data centre bridging of a link."""
        return Dcb._of(self._host_call(_smartnic.dcb, link))

    def set_dcb(self, link: str, **change: Any) -> Dcb:
        """Changes data centre bridging: the fields of :class:`Dcb` that are named."""
        return Dcb._of(self._host_call(_smartnic.set_dcb, link, change, False))

    def remove_dcb(self, link: str, **entries: Any) -> Dcb:
        """Removes entries of ``apps`` or ``rewrites``."""
        return Dcb._of(self._host_call(_smartnic.set_dcb, link, entries, True))

    # Events

    def watch_topology(self) -> "Watch[TopologyChange]":
        """Listens from now on for devices, ports, links and functions that come, go and change."""
        return Watch(self._host_call(_smartnic.watch_topology), TopologyChange._from)

    def watch_flow(self) -> "Watch[FlowEvent]":
        """Listens from now on for rules, chains, actions and qdiscs that anyone changes."""
        return Watch(self._host_call(_smartnic.watch_flow), FlowEvent._of)

    def watch_rdma(self) -> "Watch[RdmaEvent]":
        """Listens from now on for RDMA devices that come, go and change (kernel 6.12 and later)."""
        return Watch(self._host_call(_smartnic.watch_rdma), RdmaEvent)

    # Simulated hosts

    def send_packet(self, dev: str, packet: str, count: int = 1) -> bool:
        """Sends packets into a simulated NIC as if the VF behind ``dev`` had; true if the NIC handled them alone."""
        return bool(self._host_call(_smartnic.send_packet, dev, packet, count))

    def report_error(self, place: str, name: str, error: str = "simulated error") -> bool:
        """Lets what a reporter of a simulated NIC watches have an error; true if the driver recovered by itself."""
        return bool(self._host_call(_smartnic.report_error, place, name, error))


def _function(function: Mapping[str, Any], state: Optional[str]) -> Dict[str, Any]:
    names = ("hw_addr", "roce", "migratable", "ipsec_crypto", "ipsec_packet", "max_io_eqs")
    for name in function:
        if name not in names:
            raise TypeError(f"{name!r} is nothing that a function is given; it is one of: {', '.join(names)}")
    return {**dict.fromkeys(names), **function, "state": state}


def _listed(value: ParamScalar) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def read_rules(path: "Union[str, os.PathLike[str]]") -> Rules:
    """The rules of a file: lines of ``tc``, or a YAML or JSON document."""
    return Rules.read(path)


def profiles() -> Dict[str, str]:
    """The NICs that can be simulated: the name in ``sim:NAME``, and the product.

    >>> import smartnic
    >>> smartnic.profiles()["bluefield3"]
    'NVIDIA BlueField-3 (NIC mode), 2 ports'
    """
    return dict(_smartnic.profiles())


def adapters() -> "Table[Adapter]":
    """What is known of drivers, whether this host has them or not."""
    return Adapter._list(_smartnic.adapters())


def capabilities(name: str) -> "Table[Capability]":
    """Which features a driver has, by its name or that of its adapter.

    >>> import smartnic
    >>> next(one.support for one in smartnic.capabilities("mlx5_core") if one.feature == "flower")
    'supported'
    """
    return Capability._list(_smartnic.capabilities(name))


def compare_roce(one: Dict[str, Any], other: Dict[str, Any]) -> "Table[Finding]":
    """Holds two ends against each other, as :meth:`Host.roce` told them, and lists what does not fit."""
    return Finding._list(_smartnic.compare_roce(one, other))
