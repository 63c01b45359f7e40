"""Carries out the steps of a scenario and prints what each gives, a line of JSON for each.

usage: driver.py STEPS      a step is a line, its words parted by tabs; steps.txt beside this says what there is
"""

import json
import sys
from typing import Any, Dict, Iterable, List

import smartnic

host = smartnic.Host("sim:bluefield3")


def pick(values: Iterable[Any], *names: str) -> List[Dict[str, Any]]:
    """Some fields of values."""
    return [{name: getattr(one, name) for name in names} for one in values]


def value_of(word: str) -> Any:
    """What a word stands for as a parameter's value."""
    return {"true": True, "false": False}.get(word, int(word) if word.isdigit() else word)


def words_of(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def judged(reports: Iterable[Any]) -> List[Dict[str, Any]]:
    return [
        {
            "prio": one.rule.prio,
            "change": getattr(one, "change", None),
            "verdict": "absent" if one.verdict is None else one.verdict.name,
            "expected": one.prediction.expect,
            "surprise": one.surprise,
            "reasons": [reason.text for reason in (() if one.verdict is None else one.verdict.reasons)],
        }
        for one in reports
    ]


def vf(one: smartnic.Vf) -> Dict[str, Any]:
    told = one.settings
    assert told is not None
    return {
        **pick([one], "vf", "device", "driver")[0],
        "mac": told.mac,
        "vlan": told.vlan["id"] if told.vlan else 0,
        "max_rate": told.max_tx_rate,
        "trust": told.trust,
        "spoof_check": told.spoof_check,
        "link_state": told.link_state,
    }


def set_vf(device: str, number: str, *pairs: str) -> None:
    wanted: Dict[str, Any] = {}
    for key, value in (pair.split("=") for pair in pairs):
        if key == "max":
            wanted["rate"] = (0, int(value))
        else:
            wanted[key] = {"mac": str, "vlan": int, "trust": lambda word: word == "on"}[key](value)
    host.set_vf(device, int(number), **wanted)


def sf(one: smartnic.SubFunction) -> Dict[str, Any]:
    return {
        **pick([one], "hw_addr", "port", "representor", "netdev")[0],
        "number": one.sf,
        "active": one.state == "active",
        "attached": one.opstate == "attached",
        "rdma": one.rdma[0] if one.rdma else None,
    }


def plan(device: str, mode: str, vfs: str) -> List[Dict[str, Any]]:
    steps = host.set_eswitch(device, mode, vfs=int(vfs), dry_run=True).steps
    return [{"text": one.text, "commands": "\n".join(one.commands)} for one in steps]


def rules() -> List[Dict[str, Any]]:
    return [
        {
            "link": one.rule.dev,
            "chain": one.rule.chain,
            "prio": one.rule.prio,
            "handle": one.rule.handle,
            "in_hardware": one.in_hardware,
            "packets": one.packets,
        }
        for one in host.rules()
    ]


def params(device: str, name: str) -> List[Dict[str, Any]]:
    param = host.param(device, name)
    return [
        {"name": param.name, "generic": param.generic, "mode": one.mode, "value": words_of(one.value)}
        for one in param.values
    ]


def health(place: str) -> List[Dict[str, Any]]:
    return [
        {**pick([one], "name", "errors", "recoveries")[0], "healthy": one.state == "healthy"}
        for one in host.reporters(place)
    ]


def gids(device: str) -> List[Dict[str, Any]]:
    # Python's values have the kinds as words of a program; people, Rust's texts and C have their names.
    names = {"roce_v1": "RoCE v1", "roce_v2": "RoCE v2"}
    rows = pick(host.gids(device), "device", "port", "index", "gid", "kind", "netdev")
    return [{**row, "kind": names[row["kind"]]} for row in rows]


def dcb(link: str) -> List[Dict[str, Any]]:
    told = host.dcb(link)
    assert told.pfc is not None and told.ets is not None
    paused = [told.pfc["enabled"] >> at & 1 for at in range(8)]
    return [{"paused": paused, "bandwidth": told.ets["tx_bandwidth"], "classes": told.ets["priority_class"]}]


def pause(link: str, priority: str) -> None:
    pfc = host.dcb(link).pfc
    assert pfc is not None
    host.set_dcb(link, pfc={**pfc, "enabled": 1 << int(priority)})


def reopen(uri: str) -> None:
    global host
    host = smartnic.Host(uri)


CHANGES = {
    "host": reopen,
    "set-eswitch": lambda device, mode, vfs: host.set_eswitch(device, mode, vfs=int(vfs)),
    "set-vf": set_vf,
    "add-sf": lambda device, number, mac: host.create_sf(device, int(number), hw_addr=mac),
    "del-sf": lambda device, number: host.delete_sf(device, int(number)),
    "send": lambda link, packet, count: host.send_packet(link, packet, int(count)),
    "set-param": lambda device, name, mode, value: host.set_param(device, name, value_of(value), mode=mode),
    "hold": lambda place, name: host.set_reporter(place, name, auto_recover=False),
    "break": lambda place, name, words: host.report_error(place, name, words),
    "recover": lambda place, name: host.recover_reporter(place, name),
    "pause": pause,
    "apply-roce": lambda link, profile: host.apply_roce(link, profile),
}
TELLS = {
    "device": lambda handle: pick(
        [host.device(handle)], "handle", "driver", "adapter", "mode", "uplink", "vfs", "max_vfs"
    ),
    "ports": lambda handle: pick(host.device(handle).ports, "handle", "flavour", "netdev"),
    "plan-eswitch": plan,
    "representors": lambda handle: [
        {**pick([one], "name", "netdev", "port", "function")[0], "vf": int(one.name.partition("vf")[2])}
        for one in host.representors(handle)
    ],
    "vfs": lambda handle: [vf(one) for one in host.vfs(handle)],
    "sfs": lambda handle: [sf(one) for one in host.sfs(handle)],
    "apply": lambda file: judged(host.apply(smartnic.read_rules(file))),
    "remove": lambda file: judged(host.remove(smartnic.read_rules(file))),
    "explain": lambda file: judged(host.explain(smartnic.read_rules(file))),
    "rules": rules,
    "params": params,
    "health": health,
    "rdma": lambda: pick(host.rdma_devices(), "name", "protocol", "firmware", "node_guid"),
    "gids": gids,
    "dcb": dcb,
    "check-roce": lambda link, profile: pick(host.check_roce(link, profile), "topic", "what", "fix"),
}


def step(word: str, *given: str) -> Any:
    try:
        if word in CHANGES:
            CHANGES[word](*given)
            return "done"
        return TELLS[word](*given)
    except smartnic.SmartnicError as error:
        told = {"code": error.code, "op": error.op, "object": error.object, "reason": error.reason}
        return {"error": told}


with open(sys.argv[1]) as steps:
    for line in steps:
        print(json.dumps(step(*line.rstrip("\n").split("\t"))))
