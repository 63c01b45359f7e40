#!/usr/bin/env python3
"""Which NICs are here, and what do they have?

usage: list_devices.py [HOST]       HOST is linux: or sim:bluefield3, for example
"""

import sys

import smartnic


def main(uri: str = "sim:bluefield3") -> None:
    with smartnic.Host(uri) as host:
        for device in host.devices():
            print(f"{device.handle}: {device.driver}, switch {device.mode or 'without a mode'}")
            print(f"  uplink {device.uplink}, {device.vfs or 0} of {device.max_vfs or 0} VFs")
            for port in device.ports:
                print(f"  port {port.handle}: {port.flavour}, link {port.netdev}")
        for rdma in host.rdma_devices():
            print(f"{rdma.name}: {rdma.protocol}, {rdma.ports} port")


if __name__ == "__main__":
    main(*sys.argv[1:])
