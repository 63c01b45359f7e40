#!/usr/bin/env python3
"""What does not fit for RoCE on a link; make it fit, and look again.

usage: check_roce.py [HOST [LINK]]
"""

import sys

import smartnic

PROFILE = "roce: {trust: dscp, priority: 3, dscp: 26, pfc: [3], mtu: 4200, gid: rocev2}"


def check(host: smartnic.Host, link: str) -> None:
    findings = host.check_roce(link, PROFILE)
    for one in findings:
        print(f"{one.topic}: {one.what}\n    {one.fix}")
    print(f"findings: {len(findings)}")


def main(uri: str = "sim:bluefield3", link: str = "enp3s0f0np0") -> None:
    with smartnic.Host(uri) as host:
        check(host, link)
        host.apply_roce(link, PROFILE)  # all of it, read back, or nothing
        check(host, link)


if __name__ == "__main__":
    main(*sys.argv[1:])
