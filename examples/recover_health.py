#!/usr/bin/env python3
"""Is what a health reporter watches well? If not, let it recover.

usage: recover_health.py [HOST [PLACE [REPORTER]]]
"""

import sys

import smartnic


def show(host: smartnic.Host, place: str, name: str) -> bool:
    (one,) = [one for one in host.reporters(place) if one.name == name]
    print(f"{one.place} {one.name}: {one.state}, errors {one.errors}, recovered {one.recoveries}")
    return one.state == "healthy"


def main(uri: str = "sim:bluefield3", place: str = "pci/0000:03:00.0/65535", name: str = "tx") -> None:
    with smartnic.Host(uri) as host:
        if uri.startswith("sim:"):
            # Simulated NICs are well until something happens to them.
            host.set_reporter(place, name, auto_recover=False)
            host.report_error(place, name, "TX timeout")
        if not show(host, place, name):
            host.recover_reporter(place, name)
            show(host, place, name)


if __name__ == "__main__":
    main(*sys.argv[1:])
