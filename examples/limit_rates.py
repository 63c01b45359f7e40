#!/usr/bin/env python3
"""Two VFs and how much they may send: 10 Gbit a second together, one at most 5, one 8.

usage: limit_rates.py [HOST [DEVICE]]
"""

import sys

import smartnic

GBIT = 125_000_000  # bytes a second


def main(uri: str = "sim:bluefield3", handle: str = "pci/0000:03:00.0") -> None:
    with smartnic.Host(uri) as host:
        host.set_eswitch(handle, "switchdev", vfs=2)
        host.add_rate(f"{handle}/tenant", max=10 * GBIT)
        host.set_rate(f"{handle}/1", max=5 * GBIT, parent="tenant")
        host.set_rate(f"{handle}/2", max=8 * GBIT, parent="tenant")
        for rate in host.rates(handle):
            parent = rate.parent["node"] if rate.parent else "nothing"
            print(f"{rate.name}: at most {rate.tx_max * 8 // 1_000_000} Mbit/s, below {parent}")


if __name__ == "__main__":
    main(*sys.argv[1:])
