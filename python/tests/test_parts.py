"""What devices have besides: traps, regions, rates, resources, buffers, firmware, tests."""

from typing import Any, Dict, List

import pytest

import smartnic

from conftest import NIC


@pytest.fixture
def ice() -> Any:
    with smartnic.Host("sim:e810") as host:
        yield host


def test_traps(host: smartnic.Host) -> None:
    host.set_trap(NIC, "dmac_filter", "trap")
    assert [trap.name for trap in host.traps(NIC) if trap.action == "trap"] == ["dmac_filter"]
    host.set_trap_group(NIC, "l2_drops", action="drop")
    assert {trap.action for trap in host.traps(NIC)} == {"drop"}
    assert len(host.trap_groups()) == 2 and host.trap_policers() == []
    with pytest.raises(smartnic.UnsupportedError):
        host.set_trap_group(NIC, "l2_drops", policer=1)
    with pytest.raises(smartnic.SmartnicError):
        host.set_trap_policer(NIC, 1, rate=100)
    with pytest.raises(smartnic.NotFoundError):
        host.set_trap(NIC, "nosuch", "drop")


def test_regions(ice: smartnic.Host) -> None:
    region = next(one for one in ice.regions(NIC) if one.name == "device-caps")
    number = ice.take_snapshot(region.id, 7)
    whole = ice.read_region(region.id, number)
    assert number == 7 and len(whole) == region.size
    assert ice.read_region(region.id, 7, address=100, length=300) == whole[100:400]
    assert ice.read_region(region.id, 7, address=4090) == whole[4090:]
    assert next(one for one in ice.regions(NIC) if one.id == region.id).snapshots == [7]
    ice.remove_snapshot(region.id, 7)
    with pytest.raises(smartnic.NotFoundError):
        ice.read_region(region.id, 7)
    with pytest.raises(smartnic.UnsupportedError):
        ice.read_region(region.id)


def test_rates(switch: smartnic.Host) -> None:
    switch.add_rate(f"{NIC}/tenant", max=1_000_000_000)
    switch.set_rate(f"{NIC}/1", parent="tenant", tc_shares=[20, 0, 0, 0, 0, 80, 0, 0])
    leaf = next(rate for rate in switch.rates(NIC) if rate.name == f"{NIC}/1")
    assert leaf.parent == {"node": "tenant"} and leaf.tc_bw == [20, 0, 0, 0, 0, 80, 0, 0]
    with pytest.raises(smartnic.BusyError):
        switch.remove_rate(f"{NIC}/tenant")
    switch.set_rate(f"{NIC}/1", parent=None)
    switch.remove_rate(f"{NIC}/tenant")
    assert {rate.kind for rate in switch.rates()} == {"leaf"}
    with pytest.raises(TypeError, match="nothing that a rate object has"):
        switch.set_rate(f"{NIC}/1", speed=1)


def test_resources_and_reload(host: smartnic.Host) -> None:
    assert [(one.path, one.size) for one in host.resources(NIC)] == [("/max_local_SFs", 256), ("/max_external_SFs", 0)]
    with pytest.raises(smartnic.RefusedError):
        host.set_resource(NIC, "/max_local_SFs", 1000)
    with pytest.raises(smartnic.NotFoundError):
        host.set_resource(NIC, "/nosuch", 1)
    assert host.reload(NIC) == [] and host.reload(NIC, "driver_reinit") == ["driver_reinit"]
    assert host.reload(NIC, "fw_activate") == ["driver_reinit", "fw_activate"]
    with pytest.raises(smartnic.RefusedError):
        host.reload(NIC, "driver_reinit", limit="no_reset")


def test_buffers() -> None:
    with smartnic.Host("sim:spectrum") as host:
        assert host.buffers()[0].egress_tcs == 16
        host.set_buffer_pool(NIC, 1, size=100_080)
        assert next(one for one in host.buffer_pools(NIC) if one.pool == 1).size == 100_080
        host.set_port_pool(f"{NIC}/1", 4, 12)
        host.bind_tc(f"{NIC}/1", 3, 5, 9072)
        host.snapshot_occupancy(NIC)
        shares = [one for one in host.buffer_shares() if one.port == f"{NIC}/1"]
        assert next(one for one in shares if one.tc is None and one.pool == 4).threshold == 12
        assert next(one for one in shares if (one.tc, one.kind) == (3, "egress")).pool == 5
        assert all(one.occupancy is not None for one in shares)
        host.clear_max_occupancy(NIC)


def test_firmware(ice: smartnic.Host) -> None:
    told: List[Dict[str, Any]] = []
    ice.flash(NIC, "intel/ice/nvm-4.60.bin", component="fw.mgmt", overwrite=["settings"], progress=told.append)
    assert any(one["component"] == "fw.mgmt" and one["message"] == "Flashing" for one in told)
    with pytest.raises(smartnic.NotFoundError):
        ice.flash(NIC, "no-such-file.bin")
    with pytest.raises(ValueError):
        ice.flash(NIC, "intel/ice/nvm-4.60.bin", overwrite=["everything"])

    def refuse(_: Dict[str, Any]) -> None:
        raise RuntimeError("heard enough")

    with pytest.raises(RuntimeError, match="heard enough"):
        ice.flash(NIC, "intel/ice/nvm-4.60.bin", progress=refuse)


def test_tests() -> None:
    with smartnic.Host("sim:thor2") as host:
        assert host.selftests() == {NIC: ["flash"]}
        assert host.run_selftests(NIC) == host.run_selftests(NIC, ["flash"]) == {"flash": "passed"}
        with pytest.raises(smartnic.ParseError):
            host.run_selftests(NIC, ["ram"])


def test_what_this_device_does_not_have(host: smartnic.Host) -> None:
    assert host.line_cards() == []
    for refused in (
        lambda: host.set_line_card(NIC, 1, None),
        lambda: host.pipeline(NIC),
        lambda: host.count_pipeline(NIC, "erif", True),
        lambda: host.test_reporter(NIC, "fw"),
    ):
        with pytest.raises(smartnic.SmartnicError):
            refused()


def test_devices_as_documents(host: smartnic.Host) -> None:
    before = host.export_devices(NIC)
    assert f"device: {NIC}" in before
    host.set_eswitch(NIC, "switchdev", vfs=2)
    planned = host.apply_document(before, dry_run=True)
    assert planned and all(task.object == NIC and task.refused is None for task in planned)
    assert host.device(NIC).mode == "switchdev"
    assert host.apply_document(before) == planned
    assert (host.device(NIC).mode, host.device(NIC).vfs, host.apply_document(before)) == ("legacy", 0, [])

    # What is started anew is started only where that is allowed.
    wanted = f"version: 1\ndevices:\n- device: {NIC}\n  params: {{enable_roce: {{driverinit: false}}}}\n"
    assert [task.refused is None for task in host.apply_document(wanted, dry_run=True)] == [False]
    with pytest.raises(smartnic.InvalidInputError):
        host.apply_document(wanted)
    host.apply_document(wanted, allow_reload=True)
    assert host.param(NIC, "enable_roce").value() is False
    with pytest.raises(smartnic.ParseError):
        host.apply_document("nonsense")
