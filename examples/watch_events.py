#!/usr/bin/env python3
"""What happens on a host, as it happens: rules and links that come and go.

usage: watch_events.py [HOST [SECONDS]]
"""

import asyncio
import sys
from typing import Any

import smartnic


async def rules(watch: "smartnic.Watch[smartnic.FlowEvent]") -> None:
    async for event in watch:
        print(f"{event.object} {event.event}", flush=True)


async def links(watch: "smartnic.Watch[smartnic.TopologyChange]") -> None:
    async for change in watch:
        if change.node is not None and change.node.kind == "netdev":
            print(f"link {change.node.facts['name']} {change.change}", flush=True)


async def watch_for(host: smartnic.Host, seconds: float) -> None:
    # From here on everything is heard, also what happens before the first of it is waited for.
    watching: "asyncio.Future[Any]" = asyncio.gather(rules(host.watch_flow()), links(host.watch_topology()))
    loop = asyncio.get_running_loop()
    if host.uri.startswith("sim:"):
        # Nobody else is there, so something is done here.
        await loop.run_in_executor(None, do_something, host)
    try:
        await asyncio.wait_for(watching, seconds)
    except asyncio.TimeoutError:
        pass


def do_something(host: smartnic.Host) -> None:
    host.set_eswitch(host.devices()[0].handle, "switchdev", vfs=1)
    host.apply("filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto udp action drop")


def main(uri: str = "sim:bluefield3", seconds: str = "1") -> None:
    with smartnic.Host(uri) as host:
        asyncio.run(watch_for(host, float(seconds)))


if __name__ == "__main__":
    main(*sys.argv[1:])
