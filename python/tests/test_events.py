"""Events, as asyncio's iterators and as plain ones."""

import asyncio
from typing import List

import smartnic

from conftest import NIC

RULE = "filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto udp action drop"


def test_rules_that_come_are_heard(switch: smartnic.Host) -> None:
    async def listen() -> List[smartnic.FlowEvent]:
        watch = switch.watch_flow()
        heard = []
        loop = asyncio.get_running_loop()
        change = loop.run_in_executor(None, switch.apply, RULE)
        async for event in watch:
            heard.append(event)
            if event.object == "filter":
                break
        await change
        return heard

    heard = asyncio.run(asyncio.wait_for(listen(), 20))
    assert heard[-1].event in ("added", "there") and heard[-1].tc


def test_representors_that_come_are_heard(host: smartnic.Host) -> None:
    async def listen() -> List[str]:
        watch = host.watch_topology()
        loop = asyncio.get_running_loop()
        change = loop.run_in_executor(None, lambda: host.set_eswitch(NIC, "switchdev", vfs=1))
        seen = []
        async for event in watch:
            if event.node is not None:
                seen.append(f"{event.change} {event.node.kind}")
            if "appeared netdev" in seen and "changed devlink" in seen:
                break
        await change
        return seen

    assert asyncio.run(asyncio.wait_for(listen(), 20))


def test_nothing_is_heard_where_nothing_happens(host: smartnic.Host) -> None:
    assert host.watch_flow().wait(0) is None
    assert host.watch_topology().wait(0) is None


def test_waiting_can_be_given_up(host: smartnic.Host) -> None:
    async def give_up() -> None:
        async for _ in host.watch_topology():
            raise AssertionError("nothing happens here")

    try:
        asyncio.run(asyncio.wait_for(give_up(), 0.05))
    except asyncio.TimeoutError:
        pass
    else:
        raise AssertionError("it ended")
