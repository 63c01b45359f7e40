#!/usr/bin/env python3
"""Which rules would a packet meet, and would the NIC handle it alone?

usage: trace_packet.py [HOST [DEVICE]]
"""

import sys

import smartnic

RULES = """
filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto udp dst_port 53 action drop
filter add dev pf0vf0 ingress protocol ip pref 2 flower ip_proto tcp dst_port 8000-8100 action drop
"""


def main(uri: str = "sim:bluefield3", handle: str = "pci/0000:03:00.0") -> None:
    with smartnic.Host(uri) as host:
        host.set_eswitch(handle, "switchdev", vfs=1)
        host.apply(RULES)
        for packet in ("ip_proto udp dst_port 53", "ip_proto tcp dst_port 8080", "ip_proto tcp dst_port 22"):
            trace = host.trace("pf0vf0", packet)  # nothing is sent, and no counter moves
            print(f"{packet}: meets {len(trace.met)} of {trace.rules} rules")
            for rule in trace.met:
                print(f"    priority {rule.prio} in chain {rule.chain or 0}")
            print(f"    handled by the {'NIC alone' if trace.in_hardware else 'CPU'}")


if __name__ == "__main__":
    main(*sys.argv[1:])
