"""RDMA verbs: devices that are open, and the objects that they make. They keep each other alive: close them in any order."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from . import _smartnic
from ._rdma import SLICE, Closing, RemoteRegion, patiently
from ._values import Table, Value
from ._watch import _readable


@dataclasses.dataclass(frozen=True)
class VerbsDevice(Value):
    """An RDMA device that can be opened."""

    name: str
    #: The node GUID as a number.
    guid: int


@dataclasses.dataclass(frozen=True)
class VerbsPort(Value):
    """A port of an open device (``ibv_query_port``)."""

    number: int
    #: ``"active"``, ``"down"``, …
    state: Any
    #: ``"ethernet"`` or ``"infiniband"``.
    link_layer: Any
    #: The largest payload of a packet, in bytes.
    active_mtu: Optional[int]
    #: The largest message, in bytes.
    max_message: int
    gids: int
    pkeys: int
    lid: int


@dataclasses.dataclass(frozen=True)
class VerbsGid(Value):
    """An entry of a port's GID table."""

    port: int
    #: It changes when addresses come and go: look it up, do not keep it.
    index: int
    gid: str
    kind: Optional[str] = None
    #: The number of the network link that it belongs to.
    link: Optional[int] = None


@dataclasses.dataclass(frozen=True)
class DeviceEvent(Value):
    """What happened to a device, or to an object of it."""

    #: Such as ``"port active"``.
    event: str
    #: ``"device"``, ``"port"``, ``"qp"``, ``"cq"`` or ``"srq"``, and its number.
    source: str
    number: int


@dataclasses.dataclass(frozen=True)
class Completion(Value):
    """What came of a request. Of one that failed only the id, the status and the queue pair mean something."""

    #: The number that the request was given.
    id: int
    #: ``"success"``, or what went wrong.
    status: str
    ok: bool
    #: ``"send"``, ``"write"``, ``"read"``, ``"receive"``, …
    op: str
    #: How many bytes came; of datagrams with the 40 of the routing header.
    bytes: int
    #: The peer's number that came along.
    imm: Optional[int]
    #: The queue pair, and of datagrams the peer's.
    qp: int
    source_qp: int
    has_grh: bool
    #: What the device says beyond the status.
    vendor_error: int
    #: The remote key of ours that the peer took away.
    invalidated: Optional[int] = None


class MemoryRegion(Closing):
    """A registered buffer of Python's, where it is: nothing is copied, and it stays exported until this is closed.

    A slice of it is a piece for a request: ``region[0:64]``.
    """

    _it: "_smartnic.MemoryRegion"

    def __init__(self, it: "_smartnic.MemoryRegion", buffer: Any) -> None:
        self._it = it
        #: The object that was registered.
        self.buffer = buffer
        self._size = memoryview(buffer).nbytes

    def __len__(self) -> int:
        return self._size

    def __repr__(self) -> str:
        return f"<MemoryRegion: {self._size} bytes{', closed' if self.closed else ''}>"

    def __getitem__(self, part: slice) -> "Piece":
        if not isinstance(part, slice):
            raise TypeError("a piece of a region is a slice, such as region[0:64]")
        start, stop, step = part.indices(self._size)
        if step != 1:
            raise ValueError("the bytes of a piece stand one behind the other")
        return Piece(self, start, max(stop - start, 0))

    @property
    def local_key(self) -> int:
        """The key that our own requests name it by."""
        return self._it.place()[3]

    def remote(self) -> RemoteRegion:
        """What peers must know of it."""
        address, length, key, _ = self._it.place()
        return RemoteRegion(address, length, key)


@dataclasses.dataclass(frozen=True)
class Piece:
    """A piece of registered memory."""

    region: MemoryRegion
    offset: int
    length: int


#: What a request reads from or writes to: a region, a slice of one, or several.
Pieces = Union[MemoryRegion, Piece, Sequence[Union[MemoryRegion, Piece]]]


def _pieces(pieces: Optional[Pieces]) -> "List[Tuple[_smartnic.MemoryRegion, int, int]]":
    if pieces is None:
        return []
    some = [pieces] if isinstance(pieces, (MemoryRegion, Piece)) else pieces
    whole = (one[:] if isinstance(one, MemoryRegion) else one for one in some)
    return [(one.region._it, one.offset, one.length) for one in whole]


class CompletionQueue(Closing):
    """What came of requests, in order.

    :meth:`poll` does not wait, :meth:`wait` does, and ``await queue.next()`` waits without a thread where the kernel gives a
    descriptor.
    """

    _it: "_smartnic.CompletionQueue"

    def __init__(self, it: "_smartnic.CompletionQueue") -> None:
        self._it = it

    def __repr__(self) -> str:
        return f"<CompletionQueue{', closed' if self.closed else f': room for {self.capacity}'}>"

    @property
    def capacity(self) -> int:
        """How many completions fit into it."""
        return self._it.capacity

    def fileno(self) -> Optional[int]:
        """A descriptor that becomes readable once after :meth:`arm`; ``None`` if there is no such thing."""
        return self._it.fileno()

    def arm(self) -> None:
        """Has the descriptor become readable with the next completion; those that are there already do not count."""
        self._it.arm()

    def poll(self, most: int = 16) -> List[Completion]:
        """Takes completions off it, as many as are there, and does not wait."""
        return [Completion(*told) for told in self._it.poll(most)]

    def wait(self, timeout: Optional[float] = None, most: int = 16) -> List[Completion]:
        """The same, and waits for the first; an empty list if there was none within so many seconds."""
        told = patiently(lambda limit: self._it.wait(most, limit) or None, timeout)
        return [Completion(*one) for one in told or ()]

    async def next(self, most: int = 16) -> List[Completion]:
        """The same for asyncio: at least one."""
        loop = asyncio.get_running_loop()
        fd = self.fileno()
        while True:
            if fd is None:
                some = await loop.run_in_executor(None, self.wait, SLICE, most)
            else:
                self.arm()
                # What came before it was armed tells nobody.
                some = self.poll(most)
                if not some:
                    await _readable(loop, fd)
                    some = self.poll(most)
            if some:
                return some


class AddressHandle(Closing):
    """The way to a peer, for datagrams."""

    _it: "_smartnic.AddressHandle"

    def __init__(self, it: "_smartnic.AddressHandle") -> None:
        self._it = it


def _way(
    port: int,
    gid: Optional[str],
    gid_index: int,
    hop_limit: int = 64,
    traffic_class: int = 0,
    flow_label: int = 0,
    lid: int = 0,
    service_level: int = 0,
) -> Dict[str, Any]:
    return dict(locals())


class QueuePair(Closing):
    """A queue pair of a reliable or unreliable connection, or for datagrams.

    It begins in the state ``"reset"``: :meth:`init` gives it a port, :meth:`ready_to_receive` a peer, :meth:`ready_to_send` lets
    it send; :meth:`connect` is the last two together. What a state does not allow raises :class:`RefusedError`. Requests are
    posted and return at once; the completion queue tells what came of them, with the number that each was given.
    """

    _it: "_smartnic.QueuePair"

    def __init__(self, it: "_smartnic.QueuePair", kind: str) -> None:
        self._it = it
        #: ``"rc"``, ``"uc"`` or ``"ud"``.
        self.kind = kind

    def __repr__(self) -> str:
        return f"<QueuePair {self.kind}{', closed' if self.closed else f' {self.number}'}>"

    @property
    def number(self) -> int:
        """Its number, which its peer must know."""
        return self._it.number

    @property
    def state(self) -> str:
        """``"reset"``, ``"init"``, ``"rtr"``, ``"rts"``, …, as the device says."""
        return str(self.query()["state"])

    def query(self) -> Dict[str, Any]:
        """Its state and attributes as they are now."""
        told: Dict[str, Any] = self._it.query()
        return told

    # States

    def init(
        self,
        port: int = 1,
        *,
        pkey_index: int = 0,
        access: Iterable[str] = (),
        qkey: int = 0,
    ) -> "QueuePair":
        """Binds it to a port. ``access`` is what the peer may do over it: ``"remote_read"``, ``"remote_write"``,
        ``"remote_atomic"``; ``qkey`` is what datagrams to it must have."""
        change: Dict[str, Any] = {"state": "init", "port": port, "pkey_index": pkey_index}
        change.update({"qkey": qkey} if self.kind == "ud" else {"access": list(access)})
        self._it.modify(change)
        return self

    def ready_to_receive(
        self,
        peer: int = 0,
        gid: Optional[str] = None,
        gid_index: int = 0,
        *,
        port: int = 1,
        psn: int = 0,
        mtu: int = 1024,
        max_reads: int = 1,
        rnr_timer: int = 12,
        lid: int = 0,
        traffic_class: int = 0,
        service_level: int = 0,
    ) -> "QueuePair":
        """Connects it to a peer's queue pair by its GID, from the GID of ours at ``gid_index``; ``psn`` is the number of its first
        packet. Queue pairs for datagrams have no peer."""
        change: Dict[str, Any] = {"state": "rtr"}
        if self.kind != "ud":
            way = _way(port, gid, gid_index, lid=lid, traffic_class=traffic_class, service_level=service_level)
            change.update(way=way, peer=peer, receive_psn=psn, mtu=mtu)
        if self.kind == "rc":
            change.update(max_answered_reads=max_reads, rnr_timer=rnr_timer)
        self._it.modify(change)
        return self

    def ready_to_send(
        self, *, psn: int = 0, timeout: int = 14, retries: int = 7, rnr_retries: int = 7, max_reads: int = 1
    ) -> "QueuePair":
        """Lets it send. ``timeout`` is 4.096 µs · 2ⁿ; ``rnr_retries`` 7 waits for a receive request for ever."""
        change: Dict[str, Any] = {"state": "rts", "send_psn": psn}
        if self.kind == "rc":
            change.update(timeout=timeout, retries=retries, rnr_retries=rnr_retries, max_reads=max_reads)
        self._it.modify(change)
        return self

    def connect(self, peer: int, gid: Optional[str], gid_index: int = 0, **receiving: Any) -> "QueuePair":
        """:meth:`ready_to_receive` and :meth:`ready_to_send` with what is usual."""
        return self.ready_to_receive(peer, gid, gid_index, **receiving).ready_to_send()

    def modify(self, **change: Any) -> None:
        """Any other change (``ibv_modify_qp``), such as ``state="err"`` or ``state="reset"``, by the names of :meth:`query`."""
        self._it.modify(change)

    # Requests

    def receive(self, id: int, pieces: Pieces) -> None:
        """Posts memory for the next message; the first 40 bytes of a datagram are its routing header."""
        self._it.post_receive(id, _pieces(pieces))

    def send(
        self,
        id: int,
        pieces: Optional[Pieces] = None,
        *,
        inline: Any = None,
        imm: Optional[int] = None,
        to: Optional[Tuple[AddressHandle, int, int]] = None,
        flags: Iterable[str] = ("signaled",),
    ) -> None:
        """Posts a message of registered memory, or of ``inline`` bytes, which are copied while it is posted.

        ``imm`` is a number that comes with it; a datagram goes ``to`` an address handle, a queue pair and a key.
        """
        self._post(id, "send", pieces, inline, None, [] if imm is None else [imm], to, flags)

    def write(
        self,
        id: int,
        pieces: Optional[Pieces],
        remote: RemoteRegion,
        offset: int = 0,
        *,
        inline: Any = None,
        imm: Optional[int] = None,
        flags: Iterable[str] = ("signaled",),
    ) -> None:
        """Posts a write into the peer's memory; with ``imm`` the peer's next receive request ends with that number."""
        self._post(id, "write", pieces, inline, (remote, offset), [] if imm is None else [imm], None, flags)

    def read(
        self,
        id: int,
        pieces: Pieces,
        remote: RemoteRegion,
        offset: int = 0,
        *,
        flags: Iterable[str] = ("signaled",),
    ) -> None:
        """Posts a read of the peer's memory into ours."""
        self._post(id, "read", pieces, None, (remote, offset), [], None, flags)

    def fetch_add(
        self,
        id: int,
        pieces: Pieces,
        remote: RemoteRegion,
        offset: int = 0,
        *,
        add: int,
        flags: Iterable[str] = ("signaled",),
    ) -> None:
        """Posts an atomic addition to eight bytes of the peer's; ours get what was there."""
        self._post(id, "fetch_add", pieces, None, (remote, offset), [add], None, flags)

    def compare_swap(
        self,
        id: int,
        pieces: Pieces,
        remote: RemoteRegion,
        offset: int = 0,
        *,
        compare: int,
        swap: int,
        flags: Iterable[str] = ("signaled",),
    ) -> None:
        """Posts an atomic comparison and swap of eight bytes of the peer's; ours get what was there."""
        self._post(id, "compare_swap", pieces, None, (remote, offset), [compare, swap], None, flags)

    def _post(
        self,
        id: int,
        op: str,
        pieces: Optional[Pieces],
        inline: Any,
        there: Optional[Tuple[RemoteRegion, int]],
        numbers: List[int],
        to: Optional[Tuple[AddressHandle, int, int]],
        flags: Iterable[str],
    ) -> None:
        remote = None if there is None else (there[0].address + there[1], there[0].key)
        goal = None if to is None else (to[0]._it, to[1], to[2])
        self._it.post((id, op, _pieces(pieces), inline, remote, numbers, goal, list(flags)))


class ProtectionDomain(Closing):
    """Regions, queue pairs and handles of one domain work together, and with no others."""

    _it: "_smartnic.ProtectionDomain"

    def __init__(self, it: "_smartnic.ProtectionDomain") -> None:
        self._it = it

    def register(self, buffer: Any, *, access: Iterable[str] = (), writable: Optional[bool] = None) -> MemoryRegion:
        """Registers a buffer of Python's, where it is.

        ``bytearray``, ``memoryview``, ``array``, ``mmap`` and arrays of numpy are taken as they are, if their bytes stand one
        behind the other. The device may write it if it can be written, or as ``writable`` says; ``access`` is what peers
        may do: ``"remote_read"``, ``"remote_write"``, ``"remote_atomic"``, and how: ``"on_demand"``, ``"relaxed_ordering"``.
        """
        writable = not memoryview(buffer).readonly if writable is None else writable
        rights = [*(["local_write"] if writable else []), *access]
        return MemoryRegion(self._it.register(buffer, writable, rights), buffer)

    def create_qp(
        self,
        kind: str,
        send_cq: CompletionQueue,
        receive_cq: Optional[CompletionQueue] = None,
        *,
        send_requests: int = 128,
        receive_requests: int = 128,
        send_pieces: int = 1,
        receive_pieces: int = 1,
        inline: int = 64,
    ) -> QueuePair:
        """Makes a queue pair: ``"rc"``, ``"uc"`` or ``"ud"``, with room for so many requests and bytes that are copied."""
        capacity = (send_requests, receive_requests, send_pieces, receive_pieces, inline)
        receive = send_cq if receive_cq is None else receive_cq
        return QueuePair(self._it.create_qp(kind, send_cq._it, receive._it, capacity), kind)

    def create_ah(self, gid: Optional[str], gid_index: int = 0, *, port: int = 1, **way: int) -> AddressHandle:
        """Makes a handle of the way to a peer, for datagrams."""
        return AddressHandle(self._it.create_ah(_way(port, gid, gid_index, **way)))


class VerbsContext(Closing):
    """A device that is open; it comes from :meth:`Host.open_rdma`."""

    _it: "_smartnic.VerbsContext"

    def __init__(self, it: "_smartnic.VerbsContext") -> None:
        self._it = it

    def __repr__(self) -> str:
        return f"<VerbsContext {self.name!r}{', closed' if self.closed else ''}>"

    @property
    def name(self) -> str:
        """The device's name."""
        return self._it.name

    def limits(self) -> Dict[str, Any]:
        """What the device can do (``ibv_query_device``): ``max_qp``, ``max_mr_size``, ``atomics``, …"""
        limits: Dict[str, Any] = self._it.query()["limits"]
        return limits

    def ports(self) -> "Table[VerbsPort]":
        """Its ports as they are now."""
        return VerbsPort._list(self._it.query()["ports"])

    def gids(self) -> "Table[VerbsGid]":
        """The GID tables of all ports, without the places that are empty."""
        return VerbsGid._list(self._it.query()["gids"])

    def pkey(self, port: int, index: int = 0) -> int:
        """The partition key at a place of a port's table."""
        return self._it.pkey(port, index)

    def alloc_pd(self) -> ProtectionDomain:
        """Makes a protection domain."""
        return ProtectionDomain(self._it.alloc_pd())

    def create_cq(self, entries: int = 128) -> CompletionQueue:
        """Makes a completion queue of at least so many entries."""
        return CompletionQueue(self._it.create_cq(entries))

    def next_event(self, timeout: Optional[float] = None) -> Optional[DeviceEvent]:
        """The next thing that happens to the device or its objects; ``None`` if nothing did within so many seconds."""
        told = patiently(self._it.next_event, timeout)
        return None if told is None else DeviceEvent(*told)
