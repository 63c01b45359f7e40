"""Parameters, health, RDMA, DCB, values."""

import pytest

import smartnic

from conftest import NIC


def test_parameters(host: smartnic.Host) -> None:
    params = host.params(NIC)
    assert params and host.param(NIC, params[0].name) == params[0]
    flag = next(one for one in params if one.kind == "flag" and len(one.values) == 1)
    changed = host.set_param(NIC, flag.name, not flag.value())
    assert changed.value() == (not flag.value()) and host.param(NIC, flag.name) == changed
    with pytest.raises(smartnic.NotFoundError):
        host.param(NIC, "no_such_parameter")
    with pytest.raises(smartnic.InvalidInputError):
        host.set_param(NIC, flag.name, "perhaps")


def test_health(host: smartnic.Host) -> None:
    reporter = next(one for one in host.reporters(NIC) if one.place == NIC)
    assert reporter.state == "healthy" and reporter.errors == 0
    host.report_error(NIC, reporter.name)
    after = next(one for one in host.reporters(NIC) if one.name == reporter.name and one.place == NIC)
    assert after.errors == 1
    able = next(one for one in host.reporters() if one.auto_recover is not None)
    changed = host.set_reporter(able.place, able.name, auto_recover=not able.auto_recover)
    assert changed.auto_recover is (not able.auto_recover)


def test_rdma(host: smartnic.Host) -> None:
    devices = host.rdma_devices()
    assert devices and devices[0].ports == 1
    name = devices[0].name
    assert [port.number for port in host.rdma_ports(name)] == [1]
    assert all(gid.device == name for gid in host.gids(name))
    assert any(counter.canonical for counter in host.rdma_counters(name))
    with pytest.raises(smartnic.NotFoundError):
        host.rdma_ports("no_such_device")
    with pytest.raises(smartnic.InvalidInputError, match="no IP address"):
        host.best_gid("not-an-address")


def test_dcb(host: smartnic.Host) -> None:
    link = host.device(NIC).uplink
    assert link is not None
    now = host.dcb(link)
    if now.pfc is None:
        pytest.fail(f"the simulated link tells nothing of PFC: {now}")
    changed = host.set_dcb(link, pfc={**now.pfc, "enabled": 1 << 3})
    assert changed == host.dcb(link) and changed.pfc == {**now.pfc, "enabled": 8}


def test_tables(host: smartnic.Host) -> None:
    assert smartnic.Table()._repr_html_() == "<p>nothing</p>"
    assert host.vfs(NIC).to_dicts() == []
    assert "&lt;" in smartnic.Reason("kernel", "<b>")._repr_html_()
    assert host.device(NIC)._repr_html_().startswith("<table><tr><th>handle</th>")
    with pytest.raises(AttributeError):
        host.device(NIC).handle = "other"  # type: ignore[misc]
