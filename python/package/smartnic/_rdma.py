"""Connections over RDMA: ends that send messages and reach each other's memory."""

from __future__ import annotations

import dataclasses
from types import TracebackType
from typing import Any, Callable, Dict, List, Optional, Tuple, Type, TypeVar, Union

from . import _smartnic
from ._values import Value

C = TypeVar("C", bound="Closing")
T = TypeVar("T")

#: How long is waited at most before it is looked whether Ctrl-C was pressed, in seconds.
SLICE = 0.2

#: What peers may do with memory that was shared with them, if nothing else is said.
SHARED = ("remote_read", "remote_write", "remote_atomic")


def patiently(ask: Callable[[float], Optional[T]], timeout: Optional[float]) -> Optional[T]:
    """What comes within so many seconds; without a limit it is asked for in pieces, so that Ctrl-C is heard."""
    while True:
        came = ask(SLICE if timeout is None else timeout)
        if came is not None or timeout is not None:
            return came


class Closing:
    """What can be closed, and is when a ``with`` block ends; or when nobody has it any more."""

    _it: Any

    def __enter__(self: C) -> C:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        """True once it is closed."""
        return bool(self._it.closed)

    def close(self) -> None:
        """Closes it; what is asked of it afterwards raises :class:`InvalidInputError`."""
        self._it.close()


@dataclasses.dataclass(frozen=True)
class RemoteRegion(Value):
    """Memory of the other end, as it tells of it: 20 bytes of a message.

    >>> import smartnic
    >>> region = smartnic.RemoteRegion(address=0x7000, length=4096, key=17)
    >>> smartnic.RemoteRegion.from_bytes(region.to_bytes()) == region
    True
    """

    address: int
    length: int
    key: int

    def to_bytes(self) -> bytes:
        """As bytes of a message; programs in other languages read the same."""
        return _smartnic.remote_bytes(self._place)

    @classmethod
    def from_bytes(cls, bytes: Any) -> "RemoteRegion":
        """From the bytes of a message."""
        return cls(*_smartnic.remote_from_bytes(bytes))

    @property
    def _place(self) -> Tuple[int, int, int]:
        return (self.address, self.length, self.key)


class SharedRegion(Closing):
    """Memory that the other end may touch: a buffer of Python's where it is, without a copy.

    The buffer stays exported until this is closed: it is neither freed nor resized meanwhile. :attr:`buffer` is the object
    that was shared.
    """

    _it: "_smartnic.SharedRegion"

    def __init__(self, it: "_smartnic.SharedRegion", buffer: Any) -> None:
        self._it = it
        self.buffer = buffer
        self._size = memoryview(buffer).nbytes

    def __len__(self) -> int:
        return self._size

    def __repr__(self) -> str:
        return f"<SharedRegion: {self._size} bytes{', closed' if self.closed else ''}>"

    def remote(self) -> RemoteRegion:
        """What the other end must know of it, to be sent there."""
        return RemoteRegion(*self._it.remote())


class Endpoint(Closing):
    """One end of a reliable connection: messages both ways, and memory of the other end.

    It comes from :meth:`Host.connect_rdma` or :meth:`Listener.accept`. While it waits, the interpreter runs other threads; an
    end is used by one thread at a time, and a second one waits for it.
    """

    _it: "_smartnic.Endpoint"

    def __init__(self, it: "_smartnic.Endpoint") -> None:
        self._it = it

    def __repr__(self) -> str:
        return f"<Endpoint{', closed' if self.closed else ''}>"

    def send(self, message: Any) -> None:
        """Sends a message, and waits until the other end has it: ``bytes``, or anything else with a buffer."""
        self._it.send(message)

    def receive(self, timeout: Optional[float] = None) -> Optional[bytes]:
        """The next message; ``None`` if there was none within so many seconds."""
        return patiently(self._it.receive, timeout)

    def share(self, buffer: Any, *, writable: Optional[bool] = None) -> SharedRegion:
        """Lets the other end read a buffer, and write it if it can be written or as ``writable`` says.

        ``bytearray``, ``memoryview``, ``array``, ``mmap`` and arrays of numpy are taken as they are, if their bytes stand one
        behind the other; nothing is copied.
        """
        writable = not memoryview(buffer).readonly if writable is None else writable
        rights = ["local_write", *SHARED] if writable else ["remote_read"]
        return SharedRegion(self._it.share(buffer, writable, rights), buffer)

    def read(
        self,
        region: RemoteRegion,
        offset: int = 0,
        length: Optional[int] = None,
        *,
        into: Optional[SharedRegion] = None,
        at: int = 0,
    ) -> Optional[bytes]:
        """Reads memory of the other end, which does nothing for it; all of it if no length is said.

        The bytes are returned, unless they go straight ``into`` memory that this end shares, where they begin ``at``.
        """
        if into is None:
            return self._it.read(region._place, offset, region.length - offset if length is None else length)
        length = min(region.length - offset, len(into) - at) if length is None else length
        self._it.read_into(region._place, offset, into._it, at, length)
        return None

    def write(
        self,
        region: RemoteRegion,
        data: Union[SharedRegion, Any],
        offset: int = 0,
        *,
        at: int = 0,
        length: Optional[int] = None,
    ) -> None:
        """Writes into memory of the other end, which learns nothing of it.

        ``data`` is bytes, which are copied on their way, or memory that this end shares, of which ``length`` bytes go straight
        from ``at`` on.
        """
        if isinstance(data, SharedRegion):
            length = len(data) - at if length is None else length
            self._it.write_from(region._place, offset, data._it, at, length)
        else:
            self._it.write(region._place, offset, memoryview(data).cast("B")[at:][:length])


class Listener(Closing):
    """Waits for other ends; it comes from :meth:`Host.listen_rdma`."""

    _it: "_smartnic.Listener"

    def __init__(self, it: "_smartnic.Listener") -> None:
        self._it = it

    def __repr__(self) -> str:
        return f"<Listener{', closed' if self.closed else f': {self.address}'}>"

    @property
    def address(self) -> str:
        """Where it waits, with the port that was chosen."""
        return self._it.address()

    def accept(self, timeout: Optional[float] = None) -> Optional[Endpoint]:
        """The next other end; ``None`` if none came within so many seconds."""
        end = patiently(self._it.accept, timeout)
        return None if end is None else Endpoint(end)


@dataclasses.dataclass(frozen=True)
class Measurement(Value):
    """How fast a device is, as :meth:`Host.measure_rdma` found it."""

    _columns = ("test", "operation", "transport", "size", "iterations", "seconds", "lost")

    #: ``"lat"`` or ``"bw"``.
    test: str
    #: ``"send"``, ``"write"``, ``"read"``, ``"fetch-add"`` or ``"compare-swap"``.
    operation: str
    #: ``"rc"``, ``"uc"`` or ``"ud"``.
    transport: str
    size: int
    iterations: int
    depth: int
    bidirectional: bool
    #: Our device and its port, and our GID if there is one.
    place: str
    gid: Optional[str]
    mtu: int
    #: From the first to the last.
    seconds: float
    #: Microseconds: ``min``, ``median``, ``p90``, ``p99``, ``p999``, ``max``, ``mean``.
    latency: Optional[Dict[str, float]] = None
    #: How many took how long: ``from``, ``below`` (microseconds), ``count``.
    histogram: List[Dict[str, Any]] = dataclasses.field(default_factory=list, repr=False)
    #: ``bytes_per_second``, ``gigabits_per_second``, ``messages_per_second``.
    bandwidth: Optional[Dict[str, float]] = None
    #: Messages that did not arrive, of transports that lose some.
    lost: int = 0
