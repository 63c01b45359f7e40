"""Links: what they tell, count, and let change."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple, Union

from .. import _smartnic
from .._link import (
    CableFinding,
    Feature,
    LinkCounter,
    LinkEvent,
    Ntuple,
    SelfTest,
    Setting,
    TunnelTable,
)
from .._values import Table
from .._watch import Watch
from .base import Operations

#: What a setting can be given: ``True`` is ``on``, a list is its members with commas between them.
Settable = Union[bool, int, str, List[Any], Tuple[Any, ...]]


def _pairs(wanted: Dict[str, Settable]) -> List[Tuple[str, str]]:
    return [(name.replace("_", "-"), _text(value)) for name, value in wanted.items()]


def _text(value: Settable) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


class LinkOperations(Operations):
    """What is asked of links."""

    def set_link_up(self, link: str, up: bool) -> None:
        """Sets a link up or down."""
        self._host_call(_smartnic.set_link_up, link, up)

    def settings(self, link: Optional[str] = None, topic: Optional[str] = None) -> "Table[Setting]":
        """What links tell, by the names of ``ethtool --json``: of one topic or all, of one link or each that tells it.

        Topics are ``ring``, ``channel``, ``coalesce``, ``pause``, ``fec``, ``link``, ``eee``, ``wol``, ``private``, ``driver``,
        ``messages``, ``timestamp``, ``plca``, ``mm``, ``pse``, ``tunable`` and ``module``, as those of ``snicctl``.

        >>> import smartnic
        >>> with smartnic.Host("sim:bluefield3") as host:
        ...     link = host.devices()[0].uplink
        ...     host.set_settings(link, "ring", rx=2048, tx=1024)
        ...     for setting in host.settings(link, "ring"):
        ...         if setting.name in ("rx", "tx"):
        ...             print(setting.name, setting.value)
        rx 2048
        tx 1024
        """
        return Setting._list(self._host_call(_smartnic.link_settings, link, topic))

    def set_settings(
        self, link: str, topic: str, wanted: Optional[Dict[str, Settable]] = None, /, **more: Settable
    ) -> None:
        """Changes settings of a topic, and reads back what came of it; ``_`` in names stands for ``-``.

        Sets of names are replaced by a list, and changed by ``"+NAME,-NAME"``. :class:`MismatchError` says that the kernel took
        something and the driver made something else of it; all values are read before anything is changed.
        """
        self._host_call(_smartnic.set_link, link, topic, _pairs({**(wanted or {}), **more}))

    def queue_coalesce(self, link: str, queue: int) -> "Table[Setting]":
        """How interrupts of one queue are held back."""
        return Setting._list(self._host_call(_smartnic.queue_settings, link, queue))

    def set_queue_coalesce(self, link: str, queue: int, **wanted: Settable) -> None:
        """Changes that, as :meth:`set_settings` does for all queues."""
        self._host_call(_smartnic.set_queue, link, queue, _pairs(wanted))

    def features(self, link: str) -> "Table[Feature]":
        """The features of a link: what it does in hardware or leaves to the kernel."""
        return Feature._list(self._host_call(_smartnic.features, link))

    def set_features(self, link: str, wanted: Optional[Dict[str, bool]] = None, /, **more: bool) -> None:
        """Turns features on or off, and reads back what came of it; ``_`` in names given as keywords stands for ``-``."""
        named = {name.replace("_", "-"): on for name, on in more.items()}
        self._host_call(_smartnic.set_features, link, list({**(wanted or {}), **named}.items()))

    def counters(
        self, link: str, groups: Optional[Iterable[str]] = None, *, source: Optional[str] = None
    ) -> "Table[LinkCounter]":
        """What a link counts.

        ``groups`` are ``eth-phy``, ``eth-mac``, ``eth-ctrl``, ``rmon``, ``phydev``, ``private`` (the driver's own) and ``phy``
        (the PHY's own); without it, those of standards. ``source`` is ``emac`` or ``pmac`` where frames that give way have a
        MAC of their own.
        """
        chosen = None if groups is None else list(groups)
        return LinkCounter._list(self._host_call(_smartnic.link_counters, link, chosen, source))

    def rss(self, link: str) -> "Table[Setting]":
        """How a link spreads received packets over queues, and how its contexts do (``part`` is the context)."""
        return Setting._list(self._host_call(_smartnic.rss, link))

    def set_rss(
        self, link: str, wanted: Dict[str, Settable], *, context: Optional[int] = None
    ) -> None:
        """Changes that, such as ``{"rss-indirection-table": [0, 1, 2, 3]}`` (kernel 6.17 and later)."""
        self._host_call(_smartnic.set_rss, link, context, _pairs(wanted))

    def create_rss(self, link: str, wanted: Optional[Dict[str, Settable]] = None) -> Optional[int]:
        """Makes a context, for n-tuple rules to direct packets to, and returns its number."""
        made: Optional[int] = self._host_call(_smartnic.create_rss, link, _pairs(wanted or {}))
        return made

    def delete_rss(self, link: str, context: int) -> None:
        """Deletes a context."""
        self._host_call(_smartnic.delete_rss, link, context)

    def ntuples(self, link: str) -> "Table[Ntuple]":
        """The rules by which a link chooses the queue of received packets."""
        return Ntuple._list(self._host_call(_smartnic.ntuples, link))

    def add_ntuple(
        self,
        link: str,
        kind: str,
        looks: Optional[Dict[str, Settable]] = None,
        *,
        queue: Optional[int] = None,
        vf: Optional[int] = None,
        action: Optional[str] = None,
        location: Optional[int] = None,
        context: Optional[int] = None,
    ) -> int:
        """Adds a rule for packets of a kind (``tcp4``, ``udp6``, ``ether``, …), and returns its place.

        They go to ``queue`` (of a VF with ``vf``), or ``action`` is ``"drop"`` or ``"wake"``.

        >>> import smartnic
        >>> with smartnic.Host("sim:bluefield3") as host:
        ...     link = host.devices()[0].uplink
        ...     place = host.add_ntuple(link, "tcp4", {"dst-port": 80}, queue=3)
        ...     print(host.ntuples(link)[0].action, host.ntuples(link)[0].match)
        queue 3 {'dst-port': '80'}
        """
        if (queue is None) == (action is None):
            raise TypeError("one of queue and action must be given")
        to: Dict[str, Any] = {"to": action} if queue is None else {"to": "queue", "queue": queue, "vf": vf}
        made: int = self._host_call(_smartnic.add_ntuple, link, kind, _pairs(looks or {}), to, location, context)
        return made

    def remove_ntuple(self, link: str, location: int) -> None:
        """Removes the rule at a place."""
        self._host_call(_smartnic.remove_ntuple, link, location)

    # Upkeep of the device

    def test_link(self, link: str, *, offline: bool = False) -> SelfTest:
        """Lets the device test itself: ``offline`` is everything, for which the link goes down."""
        return SelfTest._of(self._host_call(_smartnic.test_link, link, offline))

    def identify(self, link: str, seconds: float = 5.0) -> None:
        """Lets the port's lamp blink, and waits for its end."""
        self._host_call(_smartnic.identify, link, seconds)

    def reset_link(self, link: str, *parts: str) -> List[str]:
        """Resets parts of the device (``mac``, ``phy``, …, ``all``), and returns those that were not."""
        left: List[str] = self._host_call(_smartnic.reset_link, link, list(parts))
        return left

    def registers(self, link: str) -> "tuple[int, bytes]":
        """The driver's number for the layout of the registers, and their bytes."""
        found: "tuple[int, bytes]" = self._host_call(_smartnic.registers, link)
        return found

    def eeprom(self, link: str, offset: int = 0, length: Optional[int] = None) -> bytes:
        """Bytes of the device's EEPROM; all from ``offset`` on without a length."""
        return bytes(self._host_call(_smartnic.eeprom, link, offset, length))

    def module(self, link: str) -> Dict[str, Any]:
        """What is plugged into the port, who made it, and what it measures."""
        told: Dict[str, Any] = self._host_call(_smartnic.module, link)
        return told

    def module_memory(
        self, link: str, *, page: int = 0, bank: int = 0, offset: int = 0, length: int = 128, i2c: int = 0x50
    ) -> bytes:
        """Bytes of half a page of a plugged-in module's memory."""
        return bytes(self._host_call(_smartnic.module_memory, link, (i2c, page, bank, offset, length)))

    def flash_module(
        self,
        link: str,
        file: str,
        *,
        password: Optional[int] = None,
        progress: Optional[Callable[[Dict[str, Any]], None]] = None,
    ) -> None:
        """Writes new firmware into a plugged-in module; the kernel looks for the file below ``/lib/firmware``."""
        self._host_call(_smartnic.flash_module, link, file, password, progress)

    def phys(self, link: str) -> List[Dict[str, Any]]:
        """The PHYs that the kernel's own library serves (kernel 6.12 and later)."""
        told: List[Dict[str, Any]] = self._host_call(_smartnic.phys, link)
        return told

    def signal_error(self, link: str) -> Dict[str, Any]:
        """How far off the received signal is (kernel 6.19 and later)."""
        told: Dict[str, Any] = self._host_call(_smartnic.signal_error, link)
        return told

    def test_cable(
        self, link: str, *, reflections: Optional[Dict[str, Any]] = None, timeout: float = 60.0
    ) -> "Table[CableFinding]":
        """Tests the cable; the link goes down for that time.

        With ``reflections``, raw ones are measured: ``first``, ``last`` and ``step`` in centimetres, ``pair`` as ``"A"``.
        """
        return CableFinding._list(self._host_call(_smartnic.test_cable, link, reflections, timeout))

    def udp_ports(self, link: str) -> "Table[TunnelTable]":
        """The tables of UDP ports by which a device knows tunnels."""
        return TunnelTable._list(self._host_call(_smartnic.udp_ports, link))

    def watch_links(self) -> "Watch[LinkEvent]":
        """Listens from now on for what changes at links, whoever changes it."""
        return Watch(self._host_call(_smartnic.watch_links), LinkEvent._of)
