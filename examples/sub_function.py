#!/usr/bin/env python3
"""A sub-function's life: made, looked at, removed.

usage: sub_function.py [HOST [DEVICE [NUMBER]]]
"""

import sys

import smartnic


def show(host: smartnic.Host, handle: str) -> None:
    all_of_them = host.sfs(handle)
    for one in all_of_them:
        print(
            f"{one.sf}: address {one.hw_addr}, link {one.netdev}, representor {one.representor},"
            f" RDMA device {', '.join(one.rdma) or 'none'}"
        )
    print(f"sub-functions: {len(all_of_them)}")


def main(uri: str = "sim:bluefield3", handle: str = "pci/0000:03:00.0", number: str = "88") -> None:
    with smartnic.Host(uri) as host:
        host.set_eswitch(handle, "switchdev")
        # Returns when its link and its RDMA device are there.
        host.create_sf(handle, int(number), hw_addr="02:00:00:00:00:88")
        show(host, handle)
        host.delete_sf(handle, int(number))
        show(host, handle)


if __name__ == "__main__":
    main(*sys.argv[1:])
