"""The real kernel of this machine: what is read, and events over descriptors, in a network namespace of our own."""

import subprocess
import sys

import pytest

import smartnic

#: In a namespace whose only link is the loopback: it comes up, and a rule is put on it, or refused by a kernel without flower.
SCRIPT = """
import asyncio, fcntl, socket, struct
import smartnic

def lo_up():
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", 0x49))  # SIOCSIFFLAGS: up, loopback, running

def rule(host):
    try:
        host.apply(smartnic.Rule(dev="lo", prio=1, protocol="ip", handle=1, skip="skip_hw", actions="pass"))
    except smartnic.SmartnicError as error:
        assert error.op and error.object and (error.kernel_text or error.errno or error.hint), vars(error)

async def first(watch, change):
    done = asyncio.get_running_loop().run_in_executor(None, change)
    async for event in watch:
        await done
        return event

async def main():
    with smartnic.Host("linux:") as host:
        assert [link.name for link in host.other_links()] == ["lo"] or host.devices()
        link = await asyncio.wait_for(first(host.watch_topology(), lo_up), 20)
        assert link.node.id == "netdev:1" and link.node.facts["up"] and not link.before.facts["up"], link
        watch = host.watch_flow()
        assert watch.fileno() >= 0
        event = await asyncio.wait_for(first(watch, lambda: rule(host)), 20)
        assert event.object == "qdisc", event

asyncio.run(main())
print("heard")
"""


def test_what_is_here_can_be_read() -> None:
    with smartnic.Host("linux:") as host:
        assert host.kernel() and host.topology().nodes
        names = [link.name for link in host.other_links()] + [link.name for one in host.devices() for link in one.links]
        assert "lo" in names


def test_events_come_over_descriptors() -> None:
    enter = ["unshare", "--map-root-user", "--net"]
    if subprocess.run([*enter, "true"], capture_output=True).returncode != 0:
        pytest.skip("no namespaces of our own here")
    done = subprocess.run([*enter, sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60)
    assert done.stdout == "heard\n", done.stderr
