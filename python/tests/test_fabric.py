"""RoCE, drivers, bridges, bonds, tunnels, virtio devices, tc's own words, simulated hosts."""

import pytest

import smartnic

from conftest import NIC

LINK = "enp3s0f0np0"
PROFILE = "roce: {trust: dscp, priority: 3, dscp: 26, pfc: [3], mtu: 4200, gid: rocev2}"


def test_roce(host: smartnic.Host) -> None:
    (before,) = host.roce(LINK)
    assert before["link"] == LINK and before["mtu"] == 1500
    assert host.check_roce(LINK) and all(one.link == LINK and one.fix for one in host.check_roce(LINK))
    assert host.apply_roce(LINK, PROFILE, dry_run=True).steps and host.roce(LINK) == [before]
    host.apply_roce(LINK, PROFILE)
    assert host.check_roce(LINK, PROFILE) == []
    (after,) = host.roce(LINK)
    assert smartnic.compare_roce(before, after) and smartnic.compare_roce(after, after) == []
    assert {one.rdma for one in host.fabric()} == {"mlx5_0", "mlx5_1"}
    with pytest.raises(smartnic.NotFoundError):
        host.roce("nosuch")
    with pytest.raises(smartnic.InvalidInputError):
        host.apply_roce(LINK, "roce: {dscp: 26, traffic_class: 72}")


def test_drivers() -> None:
    mlx5 = next(one for one in smartnic.adapters() if one.name == "mlx5")
    assert mlx5.drivers == ["mlx5_core"] and "switchdev" in mlx5.modes
    known = smartnic.capabilities("ice")
    assert {one.adapter for one in known} == {"ice"} and any(known) and not all(known)
    with pytest.raises(smartnic.NotFoundError):
        smartnic.capabilities("nosuch")


def test_bridges(switch: smartnic.Host) -> None:
    switch.add_bridge("br0", vlan_filtering=True)
    switch.set_bridge("br0", ageing_time=12_300)
    (bridge,) = switch.bridges()
    assert (bridge.name, bridge.vlan_filtering, bridge.ageing_time) == ("br0", True, 12_300)
    switch.set_master("pf0vf0", "br0")
    switch.set_bridge_port("pf0vf0", learning=False, cost=4)
    switch.add_vlans("pf0vf0", "10-12", untagged=True)
    port = next(one for one in switch.bridge_ports() if one.cost == 4)
    assert (port.bridge, port.flags["learning"]) == ("br0", False)
    with pytest.raises(smartnic.SmartnicError):
        switch.set_bridge_port("pf0vf0", isolated=True)
    assert any(vlan["first"] <= 11 <= vlan["last"] for vlan in port.vlans)
    switch.add_fdb("pf0vf0", "02:00:00:00:00:01", master=True, vlan=10)
    entry = next(one for one in switch.fdb("br0") if one.mac == "02:00:00:00:00:01")
    assert (entry.vlan, entry.state, entry.bridge) == (10, "static", "br0")
    switch.remove_fdb("pf0vf0", "02:00:00:00:00:01", master=True, vlan=10)
    with pytest.raises(smartnic.RefusedError, match="not running"):
        switch.add_mdb("br0", "pf0vf0", "239.1.1.1", vlan=10)
    with pytest.raises(smartnic.SmartnicError):
        switch.remove_mdb("br0", "pf0vf0", "239.1.1.1", vlan=10)
    assert switch.mdb() == []
    switch.remove_vlans("pf0vf0", "10-12")
    switch.set_master("pf0vf0", None)
    switch.remove_master("br0")
    assert switch.bridges() == []
    with pytest.raises(smartnic.NotFoundError):
        switch.remove_master("br0")
    with pytest.raises(TypeError, match="nothing that an address has"):
        switch.add_fdb("pf0vf0", "02:00:00:00:00:01", colour="red")


def test_bonds(host: smartnic.Host) -> None:
    host.add_bond("bond0", "active-backup", miimon=100)
    host.set_master(LINK, "bond0")
    host.set_master("enp3s0f1np1", "bond0")
    host.set_bond("bond0", active="enp3s0f1np1")
    (bond,) = host.bonds()
    assert bond.mode == "active-backup" and {port["name"] for port in bond.ports} == {LINK, "enp3s0f1np1"}
    assert bond.offload["state"] in ("active", "inactive", "unknown")
    host.remove_master("bond0")


def test_tunnels_and_virtio_devices(switch: smartnic.Host) -> None:
    switch.add_tunnel("vxlan0", "vxlan")
    switch.add_tunnel("gen0", "geneve", id=7, remote="192.0.2.1")
    assert {(one.name, one.external, one.port) for one in switch.tunnels()} == {("vxlan0", True, 4789), ("gen0", False, 6081)}
    switch.remove_tunnel("gen0")
    with pytest.raises(smartnic.InvalidInputError):
        switch.add_tunnel("gen1", "geneve", id=7)
    carrier = switch.vdpa_mgmts()[0]
    switch.add_vdpa("vdpa0", carrier.handle, mac="02:00:00:00:00:01", max_vq_pairs=4)
    switch.set_vdpa_mac("vdpa0", "02:00:00:00:00:02")
    assert [(one.name, one.mgmt, one.mac) for one in switch.vdpas()] == [("vdpa0", carrier.handle, "02:00:00:00:00:02")]
    with pytest.raises(smartnic.SmartnicError):
        switch.vdpa_counters("nosuch", 0)
    switch.remove_vdpa("vdpa0")
    assert switch.vdpas() == []


def test_words_of_tc(switch: smartnic.Host) -> None:
    assert switch.tc("qdisc add dev pf0vf0 clsact") == []
    switch.tc("filter add dev pf0vf0 ingress protocol ip pref 7 flower ip_proto udp action drop")
    switch.send_packet("pf0vf0", "ip_proto udp dst_port 53", 3)
    shown = switch.tc("filter show dev pf0vf0 ingress")
    assert shown[-1]["pref"] == 7 and shown[-1]["options"]["actions"][0]["stats"]["packets"] == 3
    with pytest.raises(smartnic.InvalidInputError):
        switch.tc("filter add nonsense")
    with pytest.raises(smartnic.AlreadyExistsError):
        switch.tc("qdisc add dev pf0vf0 clsact")


def test_simulated_hosts(host: smartnic.Host) -> None:
    host.add_netns("blue")
    host.move_link("enp3s0f1np1", "blue")
    assert [link.netns for one in host.devices() for link in one.elsewhere] == ["blue"]
    host.move_link("enp3s0f1np1", None, source="blue")
    host.remove_netns("blue")
    with pytest.raises(smartnic.NotFoundError):
        host.remove_netns("blue")
    try:
        assert host.kernel_log().lines() == []
    except smartnic.UnsupportedError:
        pass
