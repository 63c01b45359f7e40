"""RDMA from Python, on simulated devices: connections, the objects below them, and buffers that are registered in place."""

import array
import asyncio
import gc
import mmap
import struct
import subprocess
import sys
import threading
import time
from typing import Any, Iterator, List, Tuple

import pytest

import smartnic
from smartnic import CompletionQueue, Endpoint, Host, QueuePair, RemoteRegion

HALF = 0.5


@pytest.fixture
def up() -> Iterator[Host]:
    """A simulated host whose links are up."""
    with Host("sim:bluefield3") as host:
        for device in host.devices():
            for link in device.links:
                host.set_link_up(link.name, True)
        yield host


def pair(host: Host, by: str = "tcp") -> Tuple[Endpoint, Endpoint]:
    """Both ends of a connection."""
    came: List[Any] = []
    with host.listen_rdma("127.0.0.1:0", by=by) as listener:
        server = threading.Thread(target=lambda: came.append(listener.accept(10)))
        server.start()
        client = host.connect_rdma(listener.address, by=by)
        server.join()
    return client, came[0]


@pytest.mark.parametrize("by", ["tcp", "rdma_cm"])
def test_messages_keep_their_borders_and_an_end_that_goes_is_noticed(up: Host, by: str) -> None:
    client, server = pair(up, by)
    for message in (b"", b"hello", bytearray(b"bytes"), memoryview(b"a view")[2:], array.array("I", [1, 2, 3])):
        client.send(message)
        assert server.receive() == bytes(memoryview(message).cast("B"))
    assert server.receive(0) is None and server.receive(0.01) is None
    with pytest.raises(smartnic.InvalidInputError, match="are the most"):
        client.send(bytes(17000))
    with pytest.raises(TypeError):
        client.send("text has no bytes")
    client.send(b"last words")
    client.close()
    assert server.receive() == b"last words"
    with pytest.raises(smartnic.IoError, match="closed the connection"):
        server.receive()
    with pytest.raises(smartnic.InvalidInputError, match="closed"):
        client.send(b"too late")
    assert client.closed and not server.closed and repr(client) == "<Endpoint, closed>"


def test_memory_is_read_and_written_in_place(up: Host) -> None:
    client, server = pair(up)
    theirs = bytearray(50_000)
    with server.share(theirs) as shared:
        region = RemoteRegion.from_bytes(shared.remote().to_bytes())
        assert (region.length, len(shared)) == (50_000, 50_000)
        client.write(region, b"copied", 10)
        assert bytes(theirs[8:18]) == b"\0\0copied\0\0"
        assert client.read(region, 10, 6) == b"copied"

        # Straight from an array's own memory into the other's, and back.
        ours = array.array("Q", range(1000))
        mine = client.share(ours)
        client.write(region, mine, 1000, at=8, length=800)
        assert struct.unpack_from("100Q", theirs, 1000) == tuple(range(1, 101))
        struct.pack_into("2Q", theirs, 2000, 77, 78)
        assert client.read(region, 2000, 16, into=mine, at=16) is None
        assert ours[:5] == array.array("Q", [0, 1, 77, 78, 4])

        with pytest.raises(smartnic.InvalidInputError, match="not within"):
            client.write(region, b"beyond", 49_999)
        with pytest.raises(smartnic.InvalidInputError, match="not shared by this end"):
            client.read(region, into=shared)
    with pytest.raises(smartnic.RefusedError):
        client.read(region, 0, 1)


def test_a_buffer_stays_where_it_is_until_its_region_is_closed(up: Host) -> None:
    client, server = pair(up)
    buffer = bytearray(64)
    shared = server.share(buffer)
    with pytest.raises(BufferError):
        buffer.extend(b"more")
    shared.close()
    shared.close()
    buffer.extend(b"more")

    # Nobody has the region any more.
    shared = server.share(buffer)
    del shared
    gc.collect()
    buffer.clear()

    view = memoryview(bytearray(100))[3:97]
    with server.share(view) as shared:
        client.write(shared.remote(), b"unaligned", 1)
        with pytest.raises(BufferError):
            view.release()
    assert bytes(view[:12]) == b"\0unaligned\0\0"
    view.release()

    with mmap.mmap(-1, 4096) as mapped:
        with server.share(mapped) as shared:
            client.write(shared.remote(), b"mapped")
        assert mapped[:6] == b"mapped"


def test_what_may_only_be_read_is_only_read(up: Host) -> None:
    client, server = pair(up)
    with server.share(b"constant") as shared:
        assert client.read(shared.remote()) == b"constant"
        with pytest.raises(smartnic.RefusedError):
            client.write(shared.remote(), b"x")
    with pytest.raises(BufferError):
        server.share(b"constant", writable=True)
    with pytest.raises(BufferError):
        server.share(memoryview(bytearray(16))[::2])
    with pytest.raises(TypeError):
        server.share("text")
    with up.open_rdma("mlx5_0") as device, device.alloc_pd() as domain:
        with pytest.raises(smartnic.InvalidInputError, match="only be read"):
            domain.register(b"constant", access=["remote_write"])
        with pytest.raises(smartnic.InvalidInputError, match='no right "remote_control"'):
            domain.register(bytearray(8), access=["remote_control"])


def test_arrays_of_numpy_are_registered_without_a_copy(up: Host) -> None:
    numpy = pytest.importorskip("numpy")
    client, server = pair(up)
    table = numpy.arange(12, dtype="f8").reshape(3, 4)
    with server.share(table) as shared:
        client.write(shared.remote(), numpy.full(2, 0.5), 32)
        with pytest.raises(ValueError):
            table.resize((4, 4))
    assert table.tolist() == [[0, 1, 2, 3], [0.5, 0.5, 6, 7], [8, 9, 10, 11]]
    with pytest.raises((BufferError, ValueError)):
        server.share(table.T)
    ours = numpy.zeros(4)
    mine = client.share(ours)
    with server.share(table[2]) as shared:
        client.read(shared.remote(), into=mine)
    assert ours.tolist() == [8, 9, 10, 11]


def connected(host: Host, kind: str = "rc") -> Tuple[Any, QueuePair, QueuePair, CompletionQueue, CompletionQueue]:
    device = host.open_rdma("mlx5_0")
    domain = device.alloc_pd()
    gid = device.gids()[0]
    first, second = device.create_cq(16), device.create_cq(16)
    access = ["remote_read", "remote_write", "remote_atomic"] if kind == "rc" else ["remote_write"]
    a, b = domain.create_qp(kind, first), domain.create_qp(kind, second)
    assert (a.state, a.kind) == ("reset", kind)
    for qp in (a, b):
        qp.init(gid.port, access=access, qkey=5)
    a.connect(b.number, gid.gid, gid.index, port=gid.port)
    b.connect(a.number, gid.gid, gid.index, port=gid.port)
    assert a.state == b.state == "rts"
    return domain, a, b, first, second


def test_devices_tell_what_they_are(up: Host) -> None:
    names = [device.name for device in up.verbs_devices()]
    assert names == [device.name for device in up.rdma_devices()]
    with up.open_rdma(names[0]) as device:
        port = device.ports()[0]
        assert (port.number, port.state, port.link_layer) == (1, "active", "ethernet")
        assert [gid.gid for gid in device.gids()] == [gid.gid for gid in up.gids(names[0])]
        assert device.limits()["ports"] == 1 and device.pkey(1) == 0xFFFF
        assert port.to_dict()["state"] == "active"
        for link in up.devices()[0].links:
            up.set_link_up(link.name, False)
        event = device.next_event(5)
        assert event is not None and (event.event, event.source) == ("port down", "port")
        while device.next_event(0):
            pass
        assert device.next_event(0.01) is None
    with pytest.raises(smartnic.InvalidInputError, match="closed"):
        device.ports()
    with pytest.raises(smartnic.NotFoundError):
        up.open_rdma("mlx5_9")


def test_queue_pairs_send_write_read_and_count(up: Host) -> None:
    domain, a, b, first, second = connected(up)
    ours, theirs = bytearray(64), bytearray(64)
    rights = ["remote_read", "remote_write", "remote_atomic"]
    with domain.register(ours) as region, domain.register(theirs, access=rights) as there:
        ours[:5] = b"hello"
        b.receive(1, there[0:16])
        a.send(2, region[0:5], imm=9)
        (sent,), (came,) = first.wait(HALF), second.wait(HALF)
        assert (sent.id, sent.op, sent.ok, came.id, came.op, came.bytes, came.imm) == (2, "send", True, 1, "receive", 5, 9)
        assert theirs[:6] == b"hello\0"

        remote = there.remote()
        a.write(3, region[0:5], remote, 16)
        a.write(4, None, remote, 24, inline=b"inline")
        a.read(5, region[32:48], remote, 16)
        a.fetch_add(6, region[48:56], remote, 40, add=7)
        a.compare_swap(7, region[56:64], remote, 40, compare=7, swap=2**64 - 1)
        done: List[int] = []
        while len(done) < 5:
            done += [one.id for one in first.wait(HALF) if one.ok]
        assert done == [3, 4, 5, 6, 7]
        assert ours[32:48] == b"hello\0\0\0inline\0\0" and theirs[40:48] == b"\xff" * 8
        assert struct.unpack_from("2Q", ours, 48) == (0, 7)
        assert first.poll() == [] and second.wait(0.01) == []

        # Beyond what was shared: the device says so, and the queue pair fails.
        a.write(8, region[0:5], remote, 62)
        (failed,) = first.wait(HALF)
        assert (failed.id, failed.status, failed.ok) == (8, "remote access error", False)
        assert a.state == "err"
    with pytest.raises(smartnic.InvalidInputError, match="closed"):
        a.send(9, region[0:5])


def test_datagrams_go_where_they_are_sent(up: Host) -> None:
    device = up.open_rdma("mlx5_0")
    domain, done, gid = device.alloc_pd(), device.create_cq(), device.gids()[0]
    a, b = domain.create_qp("ud", done), domain.create_qp("ud", done)
    for qp in (a, b):
        qp.init(gid.port, qkey=7).ready_to_receive().ready_to_send()
    memory = bytearray(128)
    with domain.register(memory) as region, domain.create_ah(gid.gid, gid.index, port=gid.port) as way:
        b.receive(1, region)
        a.send(2, inline=b"a datagram", to=(way, b.number, 7))
        found = {one.id: one for one in done.wait(HALF)}
        while len(found) < 2:
            found.update({one.id: one for one in done.wait(HALF)})
        assert (found[1].bytes, found[1].source_qp, found[1].ok) == (50, a.number, True)
        assert memory[40:50] == b"a datagram"


def test_what_cannot_be_is_refused_with_its_reason(up: Host) -> None:
    domain, a, b, first, _ = connected(up, "uc")
    region = domain.register(bytearray(16))
    for wrong, why in [
        (lambda: a.read(1, region, RemoteRegion(0, 8, 1)), "reliable connection"),
        (lambda: a.send(1, inline=bytes(65)), "room for 64"),
        (lambda: a.send(1, region[0:4], flags=["loudly"]), 'no flag "loudly"'),
        (lambda: a.send(1, region[0:4], imm=2**33), "32 bits"),
        (lambda: a.modify(state="rts", mtu=999), "999 bytes"),
        (lambda: a.modify(colour="red"), "unknown field"),
        (lambda: domain.create_qp("xrc", first), 'no type "xrc"'),
        (lambda: up.listen_rdma("127.0.0.1:0", by="carrier pigeon"), "carrier pigeon"),
        (lambda: RemoteRegion.from_bytes(b"short"), "20 bytes"),
    ]:
        with pytest.raises(smartnic.SmartnicError, match=why):
            wrong()
    with pytest.raises(smartnic.RefusedError):
        domain.create_qp("rc", first).ready_to_send()
    with pytest.raises(TypeError):
        region[3]  # type: ignore[index]
    with pytest.raises(ValueError):
        region[0:8:2]
    assert len(region) == 16 and region[4:2].length == 0


def test_others_run_while_one_waits(up: Host) -> None:
    _, server = pair(up)
    ticks: List[float] = []
    stop = threading.Event()

    def tick() -> None:
        while not stop.wait(0.005):
            ticks.append(time.monotonic())

    ticker = threading.Thread(target=tick)
    ticker.start()
    assert server.receive(0.4) is None
    stop.set()
    ticker.join()
    assert len(ticks) > 5


def test_completions_are_awaited(up: Host) -> None:
    domain, a, b, first, second = connected(up)
    region = domain.register(bytearray(8))

    async def both() -> Tuple[List[smartnic.Completion], List[smartnic.Completion]]:
        waits = asyncio.ensure_future(second.next())
        await asyncio.sleep(0.01)
        b.receive(1, region[0:8])
        a.send(2, inline=b"12345678")
        return await waits, await first.next()

    came, sent = asyncio.run(asyncio.wait_for(both(), 10))
    assert [one.id for one in came] == [1] and [one.id for one in sent] == [2]
    assert bytes(region.buffer) == b"12345678"


def test_devices_are_measured_with_themselves(up: Host) -> None:
    found = up.measure_rdma(iterations=20, size=64)
    assert (found.test, found.operation, found.iterations, found.lost) == ("lat", "send", 20, 0)
    assert found.latency is not None and found.latency["min"] <= found.latency["median"] <= found.latency["max"]
    assert sum(one["count"] for one in found.histogram) == 20
    found = up.measure_rdma(test="bw", operation="read", size=4096, iterations=50, depth=4)
    assert found.bandwidth is not None and found.bandwidth["bytes_per_second"] > 0
    with pytest.raises(smartnic.InvalidInputError):
        up.measure_rdma(operation="read", transport="ud")
    with pytest.raises(smartnic.ParseError):
        up.measure_rdma(operation="teleport")


def test_objects_may_end_in_any_order_and_with_the_interpreter(up: Host) -> None:
    domain, a, b, first, second = connected(up)
    region = domain.register(bytearray(8))
    b.receive(1, region)
    for one in (domain, first, a, second, b, region):
        one.close()
    code = (
        "import smartnic\nhost = smartnic.Host('sim:bluefield3')\ndevice = host.open_rdma('mlx5_0')\n"
        "page = bytearray(4096)\nregion = device.alloc_pd().register(page)\nleft = [region, device, host]\n"
        "left.append(left)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_package_works_where_libibverbs_is_absent() -> None:
    """The package is loaded either way; what there is no library for says what to install."""
    with Host("linux:") as host:
        try:
            host.verbs_devices()
        except smartnic.UnsupportedError as error:
            assert "libibverbs1" in str(error)
