#!/usr/bin/env python3
"""Rules onto a NIC, all or nothing, and where each of them ended up.

usage: apply_rules.py [HOST]
"""

import sys

import smartnic
from smartnic import Rule


def main(uri: str = "sim:bluefield3") -> None:
    with smartnic.Host(uri) as host:
        host.set_eswitch(host.devices()[0].handle, "switchdev", vfs=2)

        report = host.apply(
            [
                # VF 0 talks to VF 1 without the CPU ...
                Rule(dev="pf0vf0", prio=1, protocol="ip", dst_ip="10.0.0.2", actions={"redirect": "pf0vf1"}),
                # ... but not to the web server there ...
                Rule(dev="pf0vf0", prio=2, protocol="ip", ip_proto="tcp", dst_port=80, actions="drop"),
                # ... and this rule is meant for the CPU.
                Rule(dev="pf0vf0", prio=3, protocol="ip", skip="skip_hw", actions="pass"),
            ]
        )
        for rule in report:
            print(f"{rule.change}: {rule.rule}")
            print(f"  {rule.verdict}")
        print(report)

        # A second time nothing is left to do.
        print("unchanged" if host.apply(one.rule for one in report).unchanged else "changed")

        for entry in host.rules("pf0vf0"):
            print(f"prio {entry.rule.prio}: {entry.packets} packets, {entry.hw_packets} of them by the NIC")
        host.remove(host.rules())


if __name__ == "__main__":
    main(*sys.argv[1:])
