"""Devices, the switch, VFs, representors, sub-functions."""

from pathlib import Path

import pytest

import smartnic

from conftest import NIC


def test_devices_are_values(host: smartnic.Host) -> None:
    device = host.devices()[0]
    again = host.device(NIC)
    assert device == again and device is not again
    assert (device.handle, device.driver, device.mode, device.vfs, device.max_vfs) == (NIC, "mlx5_core", "legacy", 0, 16)
    as_dict = device.to_dict()
    assert as_dict["eswitch"]["mode"] == "legacy" and as_dict["ports"][0]["flavour"] == "physical"
    assert eval(repr(device.eswitch), vars(smartnic)) == device.eswitch
    assert "<td>mlx5_core</td>" in host.devices()._repr_html_()
    assert any(version.name for version in device.versions)


def test_whose_a_card_with_a_processor_of_its_own_is(host: smartnic.Host) -> None:
    assert host.device(NIC).seat == "untold"
    host.set_eswitch(NIC, "switchdev")
    assert (host.device(NIC).seat, host.device(NIC).host_functions) == ("nic-mode", 0)
    with smartnic.Host("sim:bluefield3-dpu") as dpu:
        dpu.set_eswitch(NIC, "switchdev")
        assert (dpu.device(NIC).seat, dpu.device(NIC).host_functions) == ("own-processor", 3)
    with smartnic.Host("sim:e810") as other:
        assert other.devices()[0].seat is None


def test_a_dry_run_changes_nothing_and_says_each_step(host: smartnic.Host) -> None:
    before = [one.to_dict() for one in host.devices()]
    plan = host.set_eswitch(NIC, "switchdev", vfs=2, dry_run=True)
    assert plan.dry_run and plan.adapter == "mlx5" and len(plan.steps) > 3
    assert any("devlink dev eswitch set pci/0000:03:00.0 mode switchdev" in step.commands for step in plan.steps)
    assert [one.to_dict() for one in host.devices()] == before


def test_to_switchdev_and_back(host: smartnic.Host) -> None:
    done = host.set_eswitch(NIC, "switchdev", vfs=2)
    assert not done.dry_run and host.device(NIC).mode == "switchdev"
    assert [(one.name, one.function) for one in host.representors(NIC)] == [
        ("pf0vf0", "pci/0000:03:00.2"),
        ("pf0vf1", "pci/0000:03:00.3"),
    ]
    assert [(vf.vf, vf.driver, vf.representor) for vf in host.vfs(NIC)] == [
        (one.vf, "mlx5_core", host.representors(NIC)[one.vf].netdev) for one in host.vfs(NIC)
    ]
    assert host.set_eswitch(NIC, "switchdev", vfs=2).steps == []
    host.set_eswitch(NIC, "legacy", vfs=0)
    assert (host.device(NIC).mode, host.vfs(NIC), host.representors(NIC)) == ("legacy", [], [])


def test_what_is_laid_down_for_a_vf(host: smartnic.Host) -> None:
    host.set_vfs(NIC, 2)
    assert host.set_vf(NIC, 1, trust=True, dry_run=True).steps[0].text
    host.set_vf(NIC, 1, mac="02:00:00:00:00:07", vlan=5, qos=3, rate=(0, 1000), trust=True)
    settings = host.vfs(NIC)[1].settings
    assert settings is not None and settings.vlan == {"id": 5, "qos": 3, "protocol": "802.1Q"}
    assert (settings.mac, settings.trust, settings.max_tx_rate) == ("02:00:00:00:00:07", True, 1000)
    host.unbind_vfs(NIC, [1])
    assert [vf.driver for vf in host.vfs(NIC)] == ["mlx5_core", None]
    host.bind_vfs(NIC, [1])
    assert host.vfs(NIC)[1].driver == "mlx5_core"
    with pytest.raises(smartnic.NotFoundError):
        host.set_vf(NIC, 2, trust=True)


def test_the_switch_is_tuned(switch: smartnic.Host) -> None:
    switch.tune_eswitch(NIC, encap_mode="basic")
    eswitch = switch.device(NIC).eswitch
    assert eswitch is not None and eswitch.encap_mode == "basic"
    with pytest.raises(smartnic.ParseError):
        switch.tune_eswitch(NIC, encap_mode="bsic")


def test_sub_functions_come_and_go(switch: smartnic.Host) -> None:
    assert switch.create_sf(NIC, 7, hw_addr="02:00:00:00:00:99", dry_run=True).steps and switch.sfs(NIC) == []
    switch.create_sf(NIC, 7, hw_addr="02:00:00:00:00:99")
    (sf,) = switch.sfs(NIC)
    assert (sf.sf, sf.hw_addr, sf.state, sf.opstate) == (7, "02:00:00:00:00:99", "active", "attached")
    switch.set_sf(NIC, 7, state="inactive")
    assert switch.sfs()[0].state == "inactive"
    switch.delete_sf(NIC, 7)
    assert switch.sfs(NIC) == []
    with pytest.raises(TypeError, match="hwaddr"):
        switch.create_sf(NIC, hwaddr="02:00:00:00:00:99")


def test_the_state_file_is_the_command_lines(tmp_path: Path) -> None:
    uri = f"sim:bluefield3?state={tmp_path / 'nic.json'}"
    with smartnic.Host(uri) as host:
        host.set_vfs(NIC, 3)
    with smartnic.Host(uri) as host:
        assert len(host.vfs(NIC)) == 3


def test_the_topology_ties_what_belongs_together(switch: smartnic.Host) -> None:
    topology = switch.topology()
    device = topology.node(f"devlink:{NIC}")
    assert device is not None and device.kind == "devlink" and device.facts["eswitch"]["mode"] == "switchdev"
    ids = {node.id for node in topology.nodes}
    assert all(edge.from_ in ids and edge.to in ids for edge in topology.edges)
    assert {"represents", "virtual_of", "port_of"} <= {edge.kind for edge in topology.edges}


@pytest.mark.parametrize("profile", sorted(smartnic.profiles()))
def test_every_simulated_nic_can_be_looked_at(profile: str) -> None:
    with smartnic.Host(f"sim:{profile}") as host:
        devices = host.devices()
        assert devices and all(device.driver for device in devices)
        host.topology(), host.representors(), host.vfs(), list(host.rules())
