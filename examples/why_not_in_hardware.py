#!/usr/bin/env python3
"""Why is my rule not in hardware? What the vendor's adapter knows, and what the driver itself says.

usage: why_not_in_hardware.py [HOST]
"""

import sys

import smartnic
from smartnic import Rule


def main(uri: str = "sim:e810") -> None:
    with smartnic.Host(uri) as host:
        host.set_eswitch(host.devices()[0].handle, "switchdev", vfs=1)
        rule = Rule(dev="pf0vf0", prio=1, protocol="ip", ip_proto="tcp", dst_port="8000-8100", actions="drop")

        # Before anything is inserted: what the driver is known to take.
        for known in host.explain(rule):
            print(f"the adapter expects: {known.prediction.expect}")
            for reason in known.prediction.reasons:
                print(f"  {reason.source}: {reason.text}")
                print(f"  try: {reason.hint}")

        # In the driver's own words: the rule goes in for a moment, and what was there is put back.
        for known in host.explain(rule, probe=True):
            print(f"the kernel did: {known.verdict}")

        # With skip_sw, what the NIC does not take is refused.
        try:
            host.apply(Rule(**{**rule.to_dict(), "skip": "skip_sw"}))
        except smartnic.SmartnicError as error:
            print(f"{type(error).__name__}: {error.kernel_text or error.reason}")
            if error.hint:
                print(f"  {error.hint}")


if __name__ == "__main__":
    main(*sys.argv[1:])
