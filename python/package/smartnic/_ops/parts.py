"""What devices have besides: traps, regions, rates, resources, buffers, firmware, tests."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence

from .. import _smartnic
from .._parts import (
    BufferPool,
    BufferShare,
    DocumentTask,
    LineCard,
    Rate,
    Region,
    Resource,
    SharedBuffer,
    Trap,
    TrapGroup,
    TrapPolicer,
)
from .._values import Table
from .base import Operations


class PartOperations(Operations):
    """What is asked of parts of devices; without a handle, of all devices."""

    # Packets that a device gives to the processor

    def traps(self, handle: Optional[str] = None) -> "Table[Trap]":
        """The packet traps."""
        return Trap._list(self._host_call(_smartnic.traps, handle))

    def set_trap(self, handle: str, name: str, action: str) -> Optional[str]:
        """Sets what is done with the packets of a trap; what the kernel says beside is returned.

        >>> import smartnic
        >>> with smartnic.Host("sim:bluefield3") as host:
        ...     host.set_trap("pci/0000:03:00.0", "dmac_filter", "trap")
        ...     print([trap.name for trap in host.traps("pci/0000:03:00.0") if trap.action == "trap"])
        ['dmac_filter']
        """
        note: Optional[str] = self._host_call(_smartnic.set_trap, handle, name, action)
        return note

    def trap_groups(self, handle: Optional[str] = None) -> "Table[TrapGroup]":
        """The groups of packet traps."""
        return TrapGroup._list(self._host_call(_smartnic.trap_groups, handle))

    def set_trap_group(
        self, handle: str, name: str, *, action: Optional[str] = None, policer: Optional[int] = None
    ) -> Optional[str]:
        """Changes the action of all traps of a group that drop, or its policer (0 for none)."""
        note: Optional[str] = self._host_call(_smartnic.set_trap_group, handle, name, action, policer)
        return note

    def trap_policers(self, handle: Optional[str] = None) -> "Table[TrapPolicer]":
        """The limits on packets that reach the processor."""
        return TrapPolicer._list(self._host_call(_smartnic.trap_policers, handle))

    def set_trap_policer(
        self, handle: str, id: int, *, rate: Optional[int] = None, burst: Optional[int] = None
    ) -> None:
        """Changes how many packets a policer lets pass in a second, and at once."""
        self._host_call(_smartnic.set_trap_policer, handle, id, rate, burst)

    # Regions of memory

    def regions(self, handle: Optional[str] = None) -> "Table[Region]":
        """The regions of devices' memory."""
        return Region._list(self._host_call(_smartnic.regions, handle))

    def take_snapshot(self, region: str, number: Optional[int] = None) -> int:
        """Takes a snapshot of a region (``DEVICE/NAME``), and returns its number."""
        taken: int = self._host_call(_smartnic.take_snapshot, region, number)
        return taken

    def remove_snapshot(self, region: str, number: int) -> None:
        """Removes a snapshot."""
        self._host_call(_smartnic.remove_snapshot, region, number)

    def read_region(
        self, region: str, snapshot: Optional[int] = None, *, address: int = 0, length: Optional[int] = None
    ) -> bytes:
        """Bytes of a snapshot, or of the device itself (which few drivers allow); to the end without a length."""
        return bytes(self._host_call(_smartnic.read_region, region, snapshot, address, length))

    # How much ports may send

    def rates(self, handle: Optional[str] = None) -> "Table[Rate]":
        """The rate objects: leaves come with representors, nodes are made."""
        return Rate._list(self._host_call(_smartnic.rates, handle))

    def add_rate(self, name: str, **wanted: Any) -> Optional[str]:
        """Makes a node (``DEVICE/NAME``); see :meth:`set_rate` for what it can have."""
        note: Optional[str] = self._host_call(_smartnic.change_rate, name, _rate(wanted), True)
        return note

    def set_rate(self, name: str, **wanted: Any) -> Optional[str]:
        """Changes a leaf or a node; what the driver says beside is returned.

        ``share`` and ``max`` are bytes a second (0 for none), ``priority`` and ``weight`` numbers, ``tc_shares`` eight shares of
        traffic classes; ``parent`` is the name of a node, on ``parent_device`` if that is another one, and ``parent=None`` hangs
        it at the top.

        >>> import smartnic
        >>> with smartnic.Host("sim:bluefield3") as host:
        ...     _ = host.set_eswitch("pci/0000:03:00.0", "switchdev", vfs=1)
        ...     host.add_rate("pci/0000:03:00.0/tenant", max=1_250_000_000)
        ...     host.set_rate("pci/0000:03:00.0/1", parent="tenant")
        ...     for rate in host.rates("pci/0000:03:00.0"):
        ...         print(rate.name, rate.kind, rate.tx_max, rate.parent)
        pci/0000:03:00.0/tenant node 1250000000 None
        pci/0000:03:00.0/1 leaf 0 {'node': 'tenant'}
        """
        note: Optional[str] = self._host_call(_smartnic.change_rate, name, _rate(wanted), False)
        return note

    def remove_rate(self, name: str) -> Optional[str]:
        """Removes a node; nothing may hang below it."""
        note: Optional[str] = self._host_call(_smartnic.remove_rate, name)
        return note

    # What devices have only so much of

    def resources(self, handle: Optional[str] = None) -> "Table[Resource]":
        """The resources; parts stand behind what they are parts of. Of all devices with kernel 7.1 and later."""
        return Resource._list(self._host_call(_smartnic.resources, handle))

    def set_resource(self, handle: str, path: str, size: int) -> None:
        """Changes the size of a resource; it takes effect with the next reload."""
        self._host_call(_smartnic.set_resource, handle, path, size)

    def buffers(self, handle: Optional[str] = None) -> "Table[SharedBuffer]":
        """The shared buffers of switches."""
        return SharedBuffer._list(self._host_call(_smartnic.buffers, handle))

    def buffer_pools(self, handle: Optional[str] = None) -> "Table[BufferPool]":
        """The pools of shared buffers."""
        return BufferPool._list(self._host_call(_smartnic.buffer_pools, handle))

    def set_buffer_pool(
        self, handle: str, pool: int, *, size: int, thresholds: str = "static", buffer: int = 0
    ) -> None:
        """Changes a pool's size, and what thresholds within it mean: ``static`` or ``dynamic``."""
        self._host_call(_smartnic.set_buffer_pool, handle, buffer, pool, size, thresholds)

    def buffer_shares(self, handle: Optional[str] = None) -> "Table[BufferShare]":
        """How much of pools ports may use, then which pools their traffic classes use."""
        ports = BufferShare._list(self._host_call(_smartnic.port_pools, handle))
        return Table([*ports, *BufferShare._list(self._host_call(_smartnic.tc_bindings, handle))])

    def set_port_pool(self, port: str, pool: int, threshold: int, *, buffer: int = 0) -> None:
        """Changes how much of a pool a port may use."""
        self._host_call(_smartnic.set_port_pool, port, buffer, pool, threshold)

    def bind_tc(
        self, port: str, tc: int, pool: int, threshold: int, *, kind: str = "egress", buffer: int = 0
    ) -> None:
        """Lets a traffic class of a port use a pool."""
        self._host_call(_smartnic.bind_tc, port, (buffer, tc, kind), pool, threshold)

    def snapshot_occupancy(self, handle: str, buffer: int = 0) -> None:
        """Lets a device note how full a buffer is; :meth:`buffer_shares` tells it then."""
        self._host_call(_smartnic.note_occupancy, handle, buffer, False)

    def clear_max_occupancy(self, handle: str, buffer: int = 0) -> None:
        """Lets the marks of the highest occupancy begin anew."""
        self._host_call(_smartnic.note_occupancy, handle, buffer, True)

    # Firmware, reloads, tests

    def flash(
        self,
        handle: str,
        file: str,
        *,
        component: Optional[str] = None,
        overwrite: Iterable[str] = (),
        progress: Optional[Callable[[Dict[str, Any]], None]] = None,
    ) -> Optional[str]:
        """Writes firmware into a device, and returns when that is over.

        The kernel looks for the file below ``/lib/firmware``. ``overwrite`` may name ``settings`` and ``identifiers``;
        ``progress`` is called with what the driver tells meanwhile.
        """
        over = set(overwrite)
        if over - {"settings", "identifiers"}:
            raise ValueError("overwrite may name settings and identifiers")
        parts = ("settings" in over, "identifiers" in over)
        note: Optional[str] = self._host_call(_smartnic.flash, handle, file, component, parts, progress)
        return note

    def reload(
        self,
        handle: str,
        action: Optional[str] = None,
        *,
        limit: Optional[str] = None,
        netns: Optional[str] = None,
    ) -> List[str]:
        """Starts a device anew, which applies what waits for it, and returns what was performed.

        Kernels tell it only where an action is named. ``action`` is ``driver_reinit`` or ``fw_activate``, ``limit`` may be ``no_reset``, ``netns`` is where it moves to.
        """
        done: List[str] = self._host_call(_smartnic.reload, handle, action, limit, netns)
        return done

    def selftests(self, handle: Optional[str] = None) -> Dict[str, List[str]]:
        """The tests that devices can run on themselves, by device."""
        return {one["device"]: one["tests"] for one in self._host_call(_smartnic.selftests, handle)}

    def run_selftests(self, handle: str, tests: Optional[Sequence[str]] = None) -> Dict[str, str]:
        """Runs tests, all if none is named, and returns how each ended; they disturb the device while they run."""
        named = None if tests is None else list(tests)
        return {one["test"]: one["status"] for one in self._host_call(_smartnic.run_selftests, handle, named)}

    def test_reporter(self, place: str, name: str) -> None:
        """Lets a device have an error, to try what comes of it; few drivers have that."""
        self._host_call(_smartnic.test_reporter, place, name)

    # What few devices have

    def line_cards(self, handle: Optional[str] = None) -> "Table[LineCard]":
        """The slots of modular switches, and the cards in them."""
        return LineCard._list(self._host_call(_smartnic.line_cards, handle))

    def set_line_card(self, handle: str, index: int, kind: Optional[str]) -> Optional[str]:
        """Sets the type that a slot is provisioned for, or takes it away."""
        note: Optional[str] = self._host_call(_smartnic.set_line_card, handle, index, kind)
        return note

    def pipeline(self, handle: str, table: Optional[str] = None) -> Dict[str, Any]:
        """The tables of a device's pipeline with their entries, and the headers that they look at (dpipe)."""
        told: Dict[str, Any] = self._host_call(_smartnic.pipeline, handle, table)
        return told

    def count_pipeline(self, handle: str, table: str, on: bool) -> None:
        """Lets the entries of a pipeline's table be counted or not."""
        self._host_call(_smartnic.count_pipeline, handle, table, on)

    # Devices as documents

    def export_devices(self, handle: Optional[str] = None) -> str:
        """What a device is like, or all of them, as a YAML document: parameters, eswitch, VFs, sub-functions, rates, and the
        bridges and bonds over it."""
        document: str = self._host_call(_smartnic.export_devices, handle)
        return document

    def apply_document(
        self,
        document: str,
        *,
        allow_reload: bool = False,
        allow_permanent: bool = False,
        prune: bool = False,
        dry_run: bool = False,
        timeout: float = 30.0,
        force: bool = False,
    ) -> "Table[DocumentTask]":
        """Brings devices to what a document says, and tells what was done; a second time that is nothing.

        A dry run also tells what would be refused; otherwise refusals raise :class:`InvalidInputError` before anything is changed.

        >>> import smartnic
        >>> with smartnic.Host("sim:bluefield3") as host:
        ...     before = host.export_devices("pci/0000:03:00.0")
        ...     plan = host.set_vfs("pci/0000:03:00.0", 2)
        ...     host.apply_document(before)[0].text, len(host.apply_document(before))
        ('set the number of VFs to 0', 0)
        """
        may, how = (allow_reload, allow_permanent, prune), (dry_run, timeout, force)
        return DocumentTask._list(self._host_call(_smartnic.apply_document, document, may, how))


def _rate(wanted: Dict[str, Any]) -> Dict[str, Any]:
    names = ("share", "max", "priority", "weight", "tc_shares", "parent", "parent_device")
    for name in wanted:
        if name not in names:
            raise TypeError(f"{name!r} is nothing that a rate object has; it is one of: {', '.join(names)}")
    top = "parent" in wanted and wanted["parent"] is None
    return {**dict.fromkeys(names), **wanted, "top": top}
