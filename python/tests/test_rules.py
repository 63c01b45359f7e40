"""Rules: built, applied, judged, listed, removed, explained."""

import ipaddress
import threading
from pathlib import Path

import pytest

import smartnic
from smartnic import Rule, Rules

DROP = Rule(dev="pf0vf0", prio=1, protocol="ip", dst_ip="10.0.0.0/8", ip_proto="tcp", dst_port=80, actions="drop")
REDIRECT = Rule(dev="pf0vf0", prio=2, protocol="ip", ip_proto="udp", actions={"redirect": "pf0vf1"})


def test_a_rule_is_the_same_by_every_way() -> None:
    by_line = Rule.from_tc(
        "filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto tcp dst_ip 10.0.0.0/8 dst_port 80 action drop"
    )
    by_document = Rules.from_yaml(
        "rules: [{dev: pf0vf0, prio: 1, protocol: ip, actions: [drop],"
        " match: {ip_proto: tcp, dst_ip: 10.0.0.0/8, dst_port: 80}}]"
    )[0]
    by_values = Rule(
        dev="pf0vf0",
        prio=1,
        protocol="ip",
        ip_proto=6,
        dst_ip=ipaddress.ip_network("10.0.0.0/8"),
        dst_port="80",
        actions=["drop"],
    )
    assert DROP == by_line == by_document == by_values and len({DROP, by_line, by_document, by_values}) == 1
    assert DROP != REDIRECT and DROP != "drop"
    assert eval(repr(DROP), {"Rule": Rule}) == DROP == Rule(**DROP.to_dict()) == Rule.from_tc(DROP.to_tc())


def test_a_wrong_rule_says_what_would_be_right() -> None:
    with pytest.raises(smartnic.InvalidInputError) as caught:
        Rule(dev="pf0vf0", protocol="ip", dst_prot=80)
    assert caught.value.hint == "did you mean `dst_port`?"
    with pytest.raises(smartnic.InvalidInputError, match="needs a protocol that has ports"):
        Rule(dev="pf0vf0", protocol="ip", dst_port=80)
    with pytest.raises(smartnic.InvalidInputError, match="nothing that an action has"):
        Rule(dev="pf0vf0", actions={"redirekt": "a"})
    with pytest.raises(smartnic.InvalidInputError, match="2 rules, not one"):
        Rule.from_tc(DROP.to_tc() + "\n" + REDIRECT.to_tc())
    with pytest.raises(smartnic.ParseError, match="line 1"):
        Rules.from_tc("filter add dev a ingress flower dst_prot 80")
    with pytest.raises(TypeError):
        Rules([7])


def test_sets_come_from_anything(tmp_path: Path) -> None:
    mixed = Rules(one for one in [DROP, REDIRECT.to_tc(), {"dev": "pf0vf1", "group": "g", "actions": "pass"}])
    assert [rule.dev for rule in mixed] == ["pf0vf0", "pf0vf0", "pf0vf1"]
    assert mixed[0] == DROP and mixed[-1].group == "g" and Rules(mixed) == mixed
    assert Rules([DROP]) + Rules([REDIRECT]) == Rules([DROP, REDIRECT]) and len(Rules()) == 0
    with pytest.raises(IndexError):
        mixed[3]
    for name, text in (("rules.tc", mixed.to_tc()), ("rules.yaml", mixed.to_yaml())):
        (tmp_path / name).write_text(text)
        assert smartnic.read_rules(tmp_path / name) == mixed


def test_verdicts_have_reasons(switch: smartnic.Host) -> None:
    software = Rule(dev="pf0vf0", prio=3, protocol="ip", ip_ttl=9, skip="skip_hw", actions="pass")
    report = switch.apply([DROP, REDIRECT, software])
    assert [one.change for one in report] == ["added"] * 3
    assert [one.rule for one in report] == [DROP, REDIRECT, software]
    assert [bool(one.verdict) for one in report] == [True, True, False]
    (reason,) = report[2].verdict.reasons
    assert (reason.source, reason.text) == ("rule", "the rule says skip_hw")
    assert report.counts == smartnic.Counts(2, 1, 0) and report.hooks_added == 1 and not report.unchanged
    assert repr(report) == "<Report: 3 added; 2 in hardware, 1 software only>"
    assert len(report[1:]) == 2 and report.to_dict()["rules"][0]["verdict"]["name"] == "in_hardware"
    assert "<td>added</td>" in report._repr_html_()
    again = switch.apply([DROP, REDIRECT, software])
    assert again.unchanged and again.count_of("kept") == 3


def test_all_or_nothing(switch: smartnic.Host) -> None:
    switch.apply(DROP)
    before = [entry.rule for entry in switch.rules()]
    bad = Rule(dev="pf0vf0", prio=9, protocol="ip", ip_proto="tcp", dst_port="80-90", skip="skip_sw", actions="drop")
    with pytest.raises(smartnic.UnsupportedError):
        switch.apply([REDIRECT, bad])
    assert [entry.rule for entry in switch.rules()] == before
    part = switch.apply([REDIRECT, bad], keep_going=True)
    assert [one.change for one in part] == ["added", "failed"] and part[1].verdict.name == "refused"
    assert part.counts.refused == 1 and part[1].verdict.reasons


def test_a_dry_run_predicts_and_changes_nothing(switch: smartnic.Host) -> None:
    report = switch.apply([DROP], dry_run=True)
    assert report[0].change == "added" and report[0].prediction.expect == "hardware"
    assert list(switch.rules()) == []


def test_rules_are_listed_while_they_are_changed(switch: smartnic.Host) -> None:
    many = [Rule(dev="pf0vf0", prio=n + 1, protocol="ip", dst_ip=f"10.1.{n // 250}.{n % 250}", actions="drop") for n in range(600)]
    assert switch.apply(many).counts.in_hardware == 600
    entries = switch.rules("pf0vf0")
    first = next(entries)
    assert (first.rule.prio, first.in_hardware, first.packets) == (1, 1, 0)
    assert len(switch.remove(entry for entry in entries if entry.rule.prio > 1)) == 599
    assert [entry.rule.prio for entry in switch.rules("pf0vf0", side="ingress", chain=0)] == [1]
    assert list(switch.rules("pf0vf1")) == []
    assert "in_hardware" in switch.rules()._repr_html_()
    del entries
    with pytest.raises(smartnic.NotFoundError):
        switch.rules("pf0vf9")
    with pytest.raises(smartnic.InvalidInputError):
        switch.rules("pf0vf0", side="left")


def test_pruning_removes_what_is_not_named(switch: smartnic.Host) -> None:
    switch.apply([DROP, REDIRECT])
    report = switch.apply(DROP, prune=True)
    assert len(report.pruned) == 1 and len(list(switch.rules())) == 1


def test_why_not_in_hardware(switch: smartnic.Host) -> None:
    odd = Rule(dev="pf0vf0", prio=5, protocol="ip", ip_proto="tcp", dst_port="80-90", actions="drop")
    (predicted,) = switch.explain(odd)
    assert predicted.verdict is None and predicted.prediction.expect in ("software", "unknown")
    (probed,) = switch.explain(odd, probe=True)
    assert probed.verdict is not None and not probed.verdict and list(switch.rules()) == []
    switch.apply(DROP)
    (there,) = switch.explain()
    assert there.verdict is not None and there.verdict.in_hardware and there.cpu_packets == 0


def test_packets_count_and_are_traced(switch: smartnic.Host) -> None:
    switch.apply([DROP, REDIRECT])
    packet = "ip_proto udp src_ip 10.0.0.1 dst_ip 10.0.0.2 dst_port 53"
    trace = switch.trace("pf0vf0", packet)
    assert [rule.prio for rule in trace.met] == [2] and trace.in_hardware and trace.rules == 2
    assert switch.send_packet("pf0vf0", packet, 10)
    assert [(one.rule.prio, one.packets, one.hw_packets) for one in switch.rules() if one.packets] == [(2, 10, 10)]
    (use, *_) = [one for one in switch.usage() if one.in_hardware]
    assert (use.in_hardware, use.software_only, use.cpu_packets) == (2, 0, 0)
    assert switch.recover() is None


def test_other_threads_go_on_while_the_kernel_is_asked(switch: smartnic.Host) -> None:
    rules = Rules({"dev": "pf0vf0", "prio": n + 1, "protocol": "ip", "dst_ip": f"10.2.{n // 250}.{n % 250}", "actions": "drop"} for n in range(2000))
    done = threading.Event()
    worker = threading.Thread(target=lambda: (switch.apply(rules), done.set()))
    worker.start()
    turns = 0
    while not done.is_set():
        turns += 1
    worker.join()
    # With the lock held, this thread would have had no turn between the start of the call and its end.
    assert turns > 1000
