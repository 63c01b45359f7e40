#!/usr/bin/env python3
"""Two VFs and switchdev mode, first as a dry run; then the representors; and back.

usage: switchdev.py [HOST [DEVICE]]
"""

import sys
from typing import Optional

import smartnic


def main(uri: str = "sim:bluefield3", handle: Optional[str] = None) -> None:
    with smartnic.Host(uri) as host:
        device = host.device(handle) if handle else host.devices()[0]

        # What would be done, in the order that this vendor's driver wants, and what each step stands for.
        plan = host.set_eswitch(device.handle, "switchdev", vfs=2, dry_run=True)
        for number, step in enumerate(plan.steps, 1):
            print(f"{number}. {step.text}")
            for command in step.commands:
                print(f"   {command}")

        # If a step fails, those before it are taken back, and the failure is raised.
        host.set_eswitch(device.handle, "switchdev", vfs=2)
        for end in host.representors(device.handle):
            print(f"{end.name}: link {end.netdev}, stands for {end.function}")

        host.set_eswitch(device.handle, device.mode or "legacy", vfs=device.vfs or 0)
        print(f"back to {host.device(device.handle).mode} with {host.device(device.handle).vfs} VFs")


if __name__ == "__main__":
    main(*sys.argv[1:])
