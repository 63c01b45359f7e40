"""What happens on a host, as asyncio's iterators and as plain ones."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any, AsyncIterator, Callable, Dict, Generic, Iterator, Optional, TypeVar

from . import _smartnic
from ._device import Edge, Node
from ._values import Value

E = TypeVar("E")

#: How long a thread waits at most before it looks whether it is still wanted, in seconds.
_SLICE = 0.2


@dataclasses.dataclass(frozen=True)
class TopologyChange(Value):
    """Something came, went or changed; or a tie between two things did."""

    #: ``"appeared"``, ``"gone"``, ``"changed"``, ``"joined"`` or ``"parted"``; ``"moved"`` for a netdev that went to another
    #: network namespace.
    change: str
    #: What came, went or changed; ``None`` for ties.
    node: Optional[Node] = None
    #: What was known of it before it changed.
    before: Optional[Node] = None
    #: The tie that came or went.
    edge: Optional[Edge] = None

    @classmethod
    def _from(cls, told: Dict[str, Any]) -> "TopologyChange":
        node = told.get("node") or told.get("after")
        before, edge = told.get("before"), told.get("edge")
        return cls(
            told["change"],
            node and Node._from(node),
            before and Node._from(before),
            edge and Edge._from(edge),
        )


@dataclasses.dataclass(frozen=True)
class FlowEvent(Value):
    """A rule, chain, shared action or qdisc that somebody changed."""

    #: ``"added"``, ``"replaced"``, ``"deleted"``; ``"there"`` where the kernel does not say.
    event: str
    #: ``"filter"``, ``"chain"``, ``"actions"`` or ``"qdisc"``.
    object: str
    #: What ``tc -j monitor`` shows of it.
    tc: Any = None
    #: What the kernel or driver says about it.
    remark: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class RdmaEvent(Value):
    """An RDMA device that came, went or changed."""

    fields: Dict[str, Any]


class Watch(Generic[E]):
    """Something that is listened to from now on.

    ``async for event in watch`` waits without a thread where the kernel gives a descriptor to wait on; ``for event in
    watch`` and :meth:`wait` block. A watch that is left behind ends by itself.
    """

    def __init__(self, watch: "_smartnic.Watch", make: Callable[[Any], E]) -> None:
        self._watch = watch
        self._make = make

    def fileno(self) -> Optional[int]:
        """A descriptor that becomes readable when an event waits; ``None`` if there is no such thing."""
        return self._watch.fileno()

    def wait(self, timeout: Optional[float] = None) -> Optional[E]:
        """The next event; ``None`` if there was none within so many seconds."""
        told = self._watch.wait(timeout)
        return None if told is None else self._make(told)

    def __iter__(self) -> Iterator[E]:
        return self

    def __next__(self) -> E:
        # In pieces, so that Ctrl-C is heard.
        while True:
            event = self.wait(_SLICE)
            if event is not None:
                return event

    def __aiter__(self) -> AsyncIterator[E]:
        return self

    async def __anext__(self) -> E:
        loop = asyncio.get_running_loop()
        fd = self.fileno()
        while True:
            if fd is None:
                event = await loop.run_in_executor(None, self.wait, _SLICE)
            else:
                event = self.wait(0)
                if event is None:
                    await _readable(loop, fd)
            if event is not None:
                return event


async def _readable(loop: asyncio.AbstractEventLoop, fd: int) -> None:
    """Waits until a descriptor is readable."""
    ready: "asyncio.Future[None]" = loop.create_future()

    def tell() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(fd, tell)
    try:
        await ready
    finally:
        loop.remove_reader(fd)
