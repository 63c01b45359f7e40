"""Links: what they tell, count, and let change."""

from typing import Any, Dict

import pytest

import smartnic

from conftest import NIC


@pytest.fixture
def link(host: smartnic.Host) -> str:
    uplink = host.device(NIC).uplink
    assert uplink is not None
    return uplink


def values(host: smartnic.Host, link: str, topic: str) -> Dict[str, Any]:
    return {one.name: one.value for one in host.settings(link, topic)}


def test_settings(host: smartnic.Host, link: str) -> None:
    before = values(host, link, "ring")
    host.set_settings(link, "ring", rx=2048, tx=1024)
    assert values(host, link, "ring") == {**before, "rx": 2048, "tx": 1024}
    host.set_settings(link, "coalesce", {"rx-usecs": 9}, adaptive_rx=False)
    assert values(host, link, "coalesce")["rx-usecs"] == 9
    with pytest.raises(smartnic.InvalidInputError, match="expected one of"):
        host.set_settings(link, "ring", colour="red")
    with pytest.raises(smartnic.InvalidInputError):
        host.settings(link, "nosuch")
    with pytest.raises(smartnic.NotFoundError):
        host.settings("nosuch")
    everywhere = host.settings(topic="ring")
    assert len({one.link for one in everywhere}) == 2 and {one.topic for one in everywhere} == {"ring"}


def test_features(host: smartnic.Host, link: str) -> None:
    def on() -> bool:
        return next(one.active for one in host.features(link) if one.name == "hw-tc-offload")

    before = on()
    host.set_features(link, hw_tc_offload=not before)
    assert on() is not before
    with pytest.raises(smartnic.NotFoundError):
        host.set_features(link, {"nosuch": True})


def test_counters(host: smartnic.Host, link: str) -> None:
    assert {one.group for one in host.counters(link, ["eth-mac"])} == {"eth-mac"}
    assert any(one.bytes is not None for one in host.counters(link, ["rmon"]))
    assert host.counters(link, ["private"]) and host.counters(link)
    with pytest.raises(smartnic.ParseError):
        host.counters(link, ["nosuch"])


def test_how_packets_are_spread(host: smartnic.Host, link: str) -> None:
    context = host.create_rss(link, {"rss-indirection-table": [2, 3]})
    assert {one.part for one in host.rss(link)} == {None, context}
    host.set_rss(link, {"rss-indirection-table": "default", "flow-hash.udp4": "+l4-b-0-1"})
    place = host.add_ntuple(link, "tcp4", {"dst-port": 80}, queue=1, context=context)
    (rule,) = host.ntuples(link)
    assert (rule.location, rule.match, rule.queue, rule.context) == (place, {"dst-port": "80"}, 1, context)
    host.remove_ntuple(link, place)
    assert context is not None
    host.delete_rss(link, context)
    host.add_ntuple(link, "ether", action="drop")
    with pytest.raises(TypeError):
        host.add_ntuple(link, "ether")
    with pytest.raises(smartnic.InvalidInputError):
        host.add_ntuple(link, "udp4", {"spi": 1}, queue=1)


def test_upkeep(host: smartnic.Host, link: str) -> None:
    assert host.module(link)["vendor"] and len(host.module_memory(link, length=8)) == 8
    assert [table.size for table in host.udp_ports(link)] == [8, 1] and host.phys(link) == []
    found = host.test_link(link)
    assert not found and any(one["value"] for one in found.results)  # the link is down
    host.identify(link, 1)
    host.set_queue_coalesce(link, 0, rx_usecs=7)
    assert {one.name: one.value for one in host.queue_coalesce(link, 0)}["rx-usecs"] == 7
    # What this driver does not have, and keeps to itself.
    for refused in (
        lambda: host.reset_link(link, "mac"),
        lambda: host.registers(link),
        lambda: host.eeprom(link, 0, 16),
        lambda: host.signal_error(link),
        lambda: host.test_cable(link, reflections={"first": 100, "pair": "A"}),
        lambda: host.flash_module(link, "maker/module.bin", progress=print),
    ):
        with pytest.raises(smartnic.UnsupportedError):
            refused()
    with pytest.raises(smartnic.InvalidInputError, match="expected one of: mgmt"):
        host.reset_link(link, "nosuch")


def test_bytes_of_devices() -> None:
    with smartnic.Host("sim:e810") as host:
        port = host.device(NIC).uplink
        assert port is not None
        version, registers = host.registers(port)
        assert isinstance(version, int) and len(registers) > 0
        assert len(host.eeprom(port, 0, 16)) == 16


def test_changes_are_heard(host: smartnic.Host, link: str) -> None:
    watch = host.watch_links()
    host.set_settings(link, "ring", rx=512)
    event = watch.wait(20)
    assert event is not None
    assert (event.event, event.link, event.topic, event.fields["rx"]) == ("changed", link, "ring", 512)
    assert watch.wait(0) is None
