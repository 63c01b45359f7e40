"""RoCE from end to end, bridges, bonds, tunnels, virtio devices, tc's own words, simulated hosts."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional

from .. import _smartnic
from .._device import Plan
from .._fabric import (
    Bond,
    Bridge,
    BridgePort,
    FdbEntry,
    Finding,
    MdbEntry,
    Posture,
    Tunnel,
    Vdpa,
    VdpaMgmt,
)
from .._values import Table
from .base import Operations


class FabricOperations(Operations):
    """What is asked of RoCE and of links that stand for others."""

    # RoCE

    def roce(self, link: Optional[str] = None) -> List[Dict[str, Any]]:
        """All that links tell of RoCE: to be kept, and compared with the other end by :func:`compare_roce`."""
        told: List[Dict[str, Any]] = self._host_call(_smartnic.roce_states, link)
        return told

    def check_roce(self, link: Optional[str] = None, profile: Optional[str] = None) -> "Table[Finding]":
        """Everything that does not fit together, with what mends it; also what a profile (``roce: {…}``) wants otherwise."""
        return Finding._list(self._host_call(_smartnic.check_roce, link, profile))

    def apply_roce(
        self, link: str, profile: str, *, dry_run: bool = False, timeout: float = 30.0, force: bool = False
    ) -> Plan:
        """Makes a link as a profile says: all of it, read back, or nothing.

        >>> import smartnic
        >>> with smartnic.Host("sim:bluefield3") as host:
        ...     profile = "roce: {trust: dscp, priority: 3, dscp: 26, pfc: [3], mtu: 4200, gid: rocev2}"
        ...     plan = host.apply_roce("enp3s0f0np0", profile)
        ...     print(len(host.check_roce("enp3s0f0np0", profile)))
        0
        """
        return Plan._of(self._host_call(_smartnic.apply_roce, link, profile, (dry_run, timeout, force)))

    def fabric(self) -> "Table[Posture]":
        """What links are ready for: RoCE v2, InfiniBand, Ultra Ethernet."""
        return Posture._list(self._host_call(_smartnic.fabric_report))

    # Bridges and bonds

    def bridges(self) -> "Table[Bridge]":
        """The bridges."""
        return Bridge._list(self._host_call(_smartnic.bridges))

    def add_bridge(
        self,
        name: str,
        *,
        vlan_filtering: Optional[bool] = None,
        default_pvid: Optional[int] = None,
        ageing_time: Optional[int] = None,
        mcast_snooping: Optional[bool] = None,
    ) -> None:
        """Makes a bridge; it is down at first, as every new link."""
        wanted = _bridge(vlan_filtering, default_pvid, ageing_time, mcast_snooping)
        self._host_call(_smartnic.change_bridge, name, wanted, True)

    def set_bridge(
        self,
        name: str,
        *,
        vlan_filtering: Optional[bool] = None,
        default_pvid: Optional[int] = None,
        ageing_time: Optional[int] = None,
        mcast_snooping: Optional[bool] = None,
    ) -> None:
        """Changes a bridge."""
        wanted = _bridge(vlan_filtering, default_pvid, ageing_time, mcast_snooping)
        self._host_call(_smartnic.change_bridge, name, wanted, False)

    def set_master(self, link: str, master: Optional[str]) -> None:
        """Makes a link a port of a bridge or bond, or of nothing; a port of a bond must be down before."""
        self._host_call(_smartnic.set_master, link, master)

    def remove_master(self, name: str) -> None:
        """Removes a bridge or bond; its ports are free then."""
        self._host_call(_smartnic.remove_master, name)

    def bridge_ports(self) -> "Table[BridgePort]":
        """The ports of all bridges, and the bridges as far as they have VLANs."""
        return BridgePort._list(self._host_call(_smartnic.bridge_ports))

    def set_bridge_port(
        self,
        link: str,
        *,
        state: Optional[str] = None,
        priority: Optional[int] = None,
        cost: Optional[int] = None,
        own: bool = False,
        **flags: bool,
    ) -> None:
        """Changes a port: switches such as ``learning`` and ``isolated`` by keyword; ``own`` means the device's own bridge."""
        wanted = {"flags": flags, "state": state, "priority": priority, "cost": cost}
        self._host_call(_smartnic.set_bridge_port, link, wanted, own)

    def add_vlans(
        self, link: str, vlans: str, *, pvid: bool = False, untagged: bool = False, own: bool = False
    ) -> None:
        """Lets VLANs (``"10"``, ``"10-20"``) through a port; with ``own`` through the bridge itself."""
        self._host_call(_smartnic.change_vlans, link, vlans, (pvid, untagged, own), True)

    def remove_vlans(self, link: str, vlans: str, *, own: bool = False) -> None:
        """Lets VLANs through no more."""
        self._host_call(_smartnic.change_vlans, link, vlans, (False, False, own), False)

    def fdb(self, bridge: Optional[str] = None, link: Optional[str] = None) -> "Table[FdbEntry]":
        """Addresses: all, those of a bridge, or those behind one link."""
        return FdbEntry._list(self._host_call(_smartnic.fdb, bridge, link))

    def add_fdb(self, link: str, mac: str, *, replace: bool = False, **address: Any) -> None:
        """Adds an address behind a link.

        ``state`` is ``static`` (unless it is said), ``dynamic`` or ``permanent``; ``master`` keeps it in the bridge and not in
        the device; ``sticky``, ``vlan``, and of tunnels ``dst`` and ``vni``.
        """
        self._host_call(_smartnic.change_fdb, link, mac, _address(address), "replace" if replace else "add")

    def remove_fdb(self, link: str, mac: str, **address: Any) -> None:
        """Removes an address."""
        self._host_call(_smartnic.change_fdb, link, mac, _address(address), "remove")

    def mdb(self) -> "Table[MdbEntry]":
        """The members of multicast groups."""
        return MdbEntry._list(self._host_call(_smartnic.mdb))

    def add_mdb(
        self, bridge: str, port: str, group: str, *, vlan: Optional[int] = None, permanent: bool = True
    ) -> None:
        """Adds a member behind a port to a multicast group."""
        self._host_call(_smartnic.change_mdb, bridge, port, group, vlan, permanent, True)

    def remove_mdb(self, bridge: str, port: str, group: str, *, vlan: Optional[int] = None) -> None:
        """Removes a member of a multicast group."""
        self._host_call(_smartnic.change_mdb, bridge, port, group, vlan, True, False)

    def bonds(self) -> "Table[Bond]":
        """The bonds, with what is known of their offload."""
        return Bond._list(self._host_call(_smartnic.bonds))

    def add_bond(self, name: str, mode: str, *, miimon: Optional[int] = None) -> None:
        """Makes a bond (``active-backup``, ``802.3ad``, …); it is down at first."""
        self._host_call(_smartnic.change_bond, name, mode, miimon, None, True)

    def set_bond(
        self,
        name: str,
        *,
        mode: Optional[str] = None,
        miimon: Optional[int] = None,
        active: Optional[str] = None,
    ) -> None:
        """Changes a bond; ``active`` is the port that is to carry packets."""
        self._host_call(_smartnic.change_bond, name, mode, miimon, active, False)

    # Tunnels and virtio devices

    def tunnels(self) -> "Table[Tunnel]":
        """The tunnel devices."""
        return Tunnel._list(self._host_call(_smartnic.tunnels))

    def add_tunnel(
        self,
        name: str,
        kind: str,
        *,
        id: Optional[int] = None,
        port: Optional[int] = None,
        remote: Optional[str] = None,
        local: Optional[str] = None,
    ) -> None:
        """Makes a tunnel device (``vxlan``, ``geneve``, ``gretap``, or ``bareudp``, which carries MPLS); without an id it comes
        with each packet, which is what rules want.
        """
        wanted = {"id": id, "port": port, "remote": remote, "local": local}
        self._host_call(_smartnic.add_tunnel, name, kind, wanted)

    def remove_tunnel(self, name: str) -> None:
        """Removes a tunnel device."""
        self._host_call(_smartnic.remove_tunnel, name)

    def vdpa_mgmts(self) -> "Table[VdpaMgmt]":
        """What can carry virtio devices."""
        return VdpaMgmt._list(self._host_call(_smartnic.vdpa_mgmts))

    def vdpas(self) -> "Table[Vdpa]":
        """The virtio devices that NICs carry."""
        return Vdpa._list(self._host_call(_smartnic.vdpas))

    def add_vdpa(
        self,
        name: str,
        mgmt: str,
        *,
        mac: Optional[str] = None,
        mtu: Optional[int] = None,
        max_vq_pairs: Optional[int] = None,
    ) -> None:
        """Makes a virtio device that ``mgmt`` carries."""
        self._host_call(_smartnic.add_vdpa, name, mgmt, mac, mtu, max_vq_pairs)

    def remove_vdpa(self, name: str) -> None:
        """Removes a virtio device."""
        self._host_call(_smartnic.remove_vdpa, name)

    def set_vdpa_mac(self, name: str, mac: str) -> None:
        """Gives a virtio device another MAC address (kernel 6.12 and later)."""
        self._host_call(_smartnic.set_vdpa_mac, name, mac)

    def vdpa_counters(self, name: str, queue: int) -> Dict[str, int]:
        """What was counted of a queue of a virtio device."""
        counted: Dict[str, int] = self._host_call(_smartnic.vdpa_counters, name, queue)
        return counted

    # tc's own words, and what drivers say in the kernel's log alone

    def tc(self, words: str) -> List[Dict[str, Any]]:
        """Carries out a line in the words that stand behind ``tc``, in the kernel's own terms; what ``tc -s -j`` prints.

        >>> import smartnic
        >>> with smartnic.Host("sim:bluefield3") as host:
        ...     _ = host.tc("qdisc add dev enp3s0f0np0 clsact")
        ...     print([one["kind"] for one in host.tc("qdisc show dev enp3s0f0np0")])
        [...'clsact']
        """
        told, _ = self._host_call(_smartnic.run_tc, words)
        shown: List[Dict[str, Any]] = json.loads(told) if told else []
        return shown

    def kernel_log(self) -> "_smartnic.KernelLog":
        """The kernel's log from now on: ``lines()`` gives what was written since it was asked last."""
        log: _smartnic.KernelLog = self._host_call(_smartnic.kernel_log)
        return log

    # Simulated hosts

    def add_netns(self, name: str) -> None:
        """Makes a network namespace on a simulated host, as ``ip netns add`` does."""
        self._host_call(_smartnic.change_netns, name, True)

    def remove_netns(self, name: str) -> None:
        """Ends a network namespace of a simulated host: what was moved there comes back."""
        self._host_call(_smartnic.change_netns, name, False)

    def move_link(self, link: str, to: Optional[str], *, source: Optional[str] = None) -> None:
        """Moves a link of a simulated host to another network namespace; ``None`` is the first one."""
        self._host_call(_smartnic.move_link, link, source, to)


def _bridge(
    vlan_filtering: Optional[bool],
    default_pvid: Optional[int],
    ageing_time: Optional[int],
    mcast_snooping: Optional[bool],
) -> Dict[str, Any]:
    return {
        "vlan_filtering": vlan_filtering,
        "default_pvid": default_pvid,
        "ageing_time": ageing_time,
        "mcast_snooping": mcast_snooping,
    }


def _address(address: Dict[str, Any]) -> Dict[str, Any]:
    usual = {"state": "static", "master": False, "sticky": False, "vlan": None, "dst": None, "vni": None}
    for name in address:
        if name not in usual:
            raise TypeError(f"{name!r} is nothing that an address has; it is one of: {', '.join(usual)}")
    return {**usual, **address}
