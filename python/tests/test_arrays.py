"""Rules from arrays. numpy is not required by the package, so neither by its tests."""

import ipaddress

import pytest

import smartnic
from smartnic import Rule, Rules

numpy = pytest.importorskip("numpy")


def test_an_array_becomes_rules_without_an_object_for_each(switch: smartnic.Host) -> None:
    table = numpy.zeros(
        300,
        dtype=[("prio", "u2"), ("handle", ">u4"), ("dst_ip", "u4"), ("dst_ip_prefix", "u1"), ("dst_port", ">u2"), ("dev", "S8")],
    )
    table["prio"] = 7
    table["handle"] = numpy.arange(1, 301)
    table["dst_ip"] = int(ipaddress.ip_address("10.3.0.0")) + numpy.arange(300) * 256
    table["dst_ip_prefix"] = 24
    table["dst_port"] = 443
    table["dev"] = b"pf0vf1"
    rules = Rules.from_array(table, protocol="ip", ip_proto="tcp", actions="drop")
    assert rules[299] == Rule(
        dev="pf0vf1", prio=7, handle=300, protocol="ip", ip_proto="tcp", dst_ip="10.4.43.0/24", dst_port=443, actions="drop"
    )
    assert switch.apply(rules).counts.in_hardware == 300


def test_arrays_with_text_and_wrong_arrays() -> None:
    table = numpy.array([("2001:db8::/32", "tcp", "pf0vf1")], dtype=[("src_ip", "U40"), ("ip_proto", "S4"), ("redirect", "U8")])
    assert Rules.from_array(table, dev="pf0vf0", protocol="ipv6")[0] == Rule(
        dev="pf0vf0", protocol="ipv6", src_ip="2001:db8::/32", ip_proto="tcp", actions={"redirect": "pf0vf1"}
    )
    with pytest.raises(smartnic.InvalidInputError, match="no named fields"):
        Rules.from_array(numpy.zeros(3), dev="a")
    with pytest.raises(smartnic.InvalidInputError, match="no field that is known"):
        Rules.from_array(numpy.zeros(1, dtype=[("colour", "u1")]), dev="a")
    with pytest.raises(smartnic.InvalidInputError, match="too large"):
        Rules.from_array(numpy.full(1, 99999, dtype=[("prio", "u4")]), dev="a")
    with pytest.raises(smartnic.InvalidInputError) as caught:
        Rules.from_array(numpy.zeros(2, dtype=[("vlan_id", "u2")]), dev="a", protocol="ip")
    assert caught.value.object == "record 0"


def test_signed_numbers_are_numbers() -> None:
    """numpy makes them unless it is told otherwise."""
    table = numpy.array([(5, 100)], dtype=[("vlan_id", "i8"), ("prio", ">i4")])
    common = {"dev": "pf0vf0", "protocol": "802.1q", "actions": "drop"}
    assert Rules.from_array(table, **common)[0] == Rule(vlan_id=5, prio=100, **common)
    for kind in ("<i8", ">i2", "i1"):
        with pytest.raises(smartnic.InvalidInputError, match="negative"):
            Rules.from_array(numpy.array([(-1,)], dtype=[("vlan_id", kind)]), **common)
    with pytest.raises(smartnic.InvalidInputError, match="whole numbers"):
        Rules.from_array(numpy.array([(1.5,)], dtype=[("vlan_id", "f8")]), **common)
