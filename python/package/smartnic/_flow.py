"""What became of flow rules: verdicts with their reasons, reports, entries with counters."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Sequence, Tuple, Union, overload

from . import _smartnic
from ._values import Table, Value, html_table

if TYPE_CHECKING:
    from ._smartnic import Rule, Rules


@dataclasses.dataclass(frozen=True)
class Reason(Value):
    """Why a rule is not in hardware, and who says so."""

    #: Who says so: ``"kernel"``, ``"mlx5 adapter"``, ``"host"``, …
    source: str
    text: str
    #: What would help, when that is known.
    hint: Optional[str] = None
    #: The link that it is about, if one is.
    link: Optional[str] = None

    def __str__(self) -> str:
        return f"{self.source}: {self.text}" + (f" ({self.hint})" if self.hint else "")


@dataclasses.dataclass(frozen=True)
class Verdict(Value):
    """Where a rule ended up."""

    #: ``"in_hardware"``, ``"software_only"`` or ``"refused"``.
    name: str
    #: In how many devices it is.
    count: int = 0
    #: Why it is not in hardware; empty if it is, or if nobody says.
    reasons: Tuple[Reason, ...] = ()

    @property
    def in_hardware(self) -> bool:
        """True if the NIC does it."""
        return self.name == "in_hardware"

    def __bool__(self) -> bool:
        return self.in_hardware

    def __str__(self) -> str:
        why = "; ".join(map(str, self.reasons))
        return self.name.replace("_", " ") + (f": {why}" if why else "")


def _verdict(told: Tuple[str, int, List[Any]]) -> Verdict:
    name, count, reasons = told
    return Verdict(name, count, tuple(Reason(*one) for one in reasons))


@dataclasses.dataclass(frozen=True)
class Prediction(Value):
    """What the vendor's adapter expects of a rule."""

    #: ``"hardware"``, ``"software"`` or ``"unknown"``.
    expect: str
    reasons: Tuple[Reason, ...] = ()

    def __str__(self) -> str:
        why = "; ".join(map(str, self.reasons))
        return self.expect + (f": {why}" if why else "")


def _prediction(told: Tuple[str, List[Any]]) -> Prediction:
    return Prediction(told[0], tuple(Reason(*one) for one in told[1]))


@dataclasses.dataclass(frozen=True)
class RuleReport(Value):
    """What became of one rule."""

    _columns = ("rule", "change", "verdict")

    rule: "Rule"
    #: ``"added"``, ``"replaced"``, ``"kept"``, ``"removed"`` or ``"failed"``.
    change: str
    #: Its identity in the kernel, if it is there.
    id: Optional[str]
    verdict: Verdict
    prediction: Prediction
    #: True if the adapter expected something else than what happened.
    surprise: bool


@dataclasses.dataclass(frozen=True)
class Counts(Value):
    """How many rules ended up where."""

    in_hardware: int
    software_only: int
    refused: int


class Report(Sequence[RuleReport]):
    """What an apply or remove did: a sequence with what became of each rule, in the order of the set.

    The rules are made into Python's values when they are looked at; a report of many rules costs nothing before.
    """

    def __init__(self, report: "_smartnic.Report") -> None:
        self._report = report

    def __len__(self) -> int:
        return len(self._report)

    @overload
    def __getitem__(self, at: int) -> RuleReport: ...
    @overload
    def __getitem__(self, at: slice) -> "Table[RuleReport]": ...
    def __getitem__(self, at: Union[int, slice]) -> Union[RuleReport, "Table[RuleReport]"]:
        if isinstance(at, slice):
            return Table(self[one] for one in range(*at.indices(len(self))))
        rule, change, id, verdict, prediction, surprise = self._report.get(at)
        return RuleReport(rule, change, id, _verdict(verdict), _prediction(prediction), surprise)

    def count_of(self, change: str) -> int:
        """How many rules met this change: ``added``, ``replaced``, ``kept``, ``removed`` or ``failed``."""
        return self._report.count(change)

    @property
    def counts(self) -> Counts:
        """How many rules ended up where."""
        return Counts(*self._report.counts())

    @property
    def groups(self) -> Dict[str, Counts]:
        """How many rules ended up where, by group; rules without a group come under ``""``."""
        return {name: Counts(*counts) for name, counts in self._report.groups()}

    @property
    def pruned(self) -> List[str]:
        """The rules that are gone because the set does not name them (``prune=True``)."""
        return self._report.pruned

    @property
    def hooks_added(self) -> int:
        """How many ``clsact`` hooks had to be added."""
        return self._report.hooks_added

    @property
    def unchanged(self) -> bool:
        """True if nothing was changed on the host."""
        return self._report.unchanged

    @property
    def recovered(self) -> Optional[Dict[str, Any]]:
        """An earlier change that had not come to its end, and was taken back first."""
        return self._report.recovered()

    def to_dict(self) -> Dict[str, Any]:
        """Everything, as plain values."""
        return {
            "rules": [one.to_dict() for one in self],
            "counts": self.counts.to_dict(),
            "pruned": self.pruned,
            "hooks_added": self.hooks_added,
            "recovered": self.recovered,
        }

    def __repr__(self) -> str:
        done = ("added", "replaced", "kept", "removed", "failed")
        parts = [f"{number} {name}" for name in done if (number := self.count_of(name))]
        where = [f"{number} {name.replace('_', ' ')}" for name, number in self.counts.to_dict().items() if number]
        return f"<Report: {', '.join(parts) or 'no rules'}" + (f"; {', '.join(where)}>" if where else ">")

    def _repr_html_(self) -> str:
        return html_table(self)


@dataclasses.dataclass(frozen=True)
class Entry(Value):
    """A rule as it stands on a host, with its counters."""

    _columns = ("rule", "in_hardware", "packets", "hw_packets", "bytes")

    rule: "Rule"
    #: In how many devices it is; 0 if the CPU carries it out.
    in_hardware: int
    #: Packets and bytes in all, and those that the NIC handled.
    packets: int
    bytes: int
    hw_packets: int
    hw_bytes: int
    #: Milliseconds since it was added, and since a packet last met it, if the kernel tells.
    age_ms: Optional[int] = None
    idle_ms: Optional[int] = None


class Entries(Iterator[Entry]):
    """The rules that are there, as they are read; a notebook shows them as a table."""

    def __init__(self, listing: "_smartnic.Listing") -> None:
        self._listing = listing

    def __iter__(self) -> "Entries":
        return self

    def __next__(self) -> Entry:
        return Entry(*next(self._listing))

    def _repr_html_(self) -> str:
        return html_table(self)


@dataclasses.dataclass(frozen=True)
class Explanation(Value):
    """What is known of one rule: what the adapter predicts, what the kernel did, and why."""

    _columns = ("rule", "verdict", "prediction", "cpu_packets")

    rule: "Rule"
    #: What the kernel did with it; ``None`` if it is not there.
    verdict: Optional[Verdict]
    prediction: Prediction
    #: Packets and bytes that the CPU handled by it; ``None`` if it is not there.
    cpu_packets: Optional[int]
    cpu_bytes: Optional[int]
    #: What helps to read the driver's refusals, if it is known for something.
    note: Optional[str]
    surprise: bool

    @classmethod
    def _from(cls, told: Tuple[Any, ...]) -> "Explanation":
        rule, verdict, prediction, packets, bytes_, note, surprise = told
        judged = None if verdict is None else _verdict(verdict)
        return cls(rule, judged, _prediction(prediction), packets, bytes_, note, surprise)


@dataclasses.dataclass(frozen=True)
class NicUse(Value):
    """The rules of one NIC, by where they are."""

    nic: str
    adapter: str
    in_hardware: int
    software_only: int
    cpu_packets: int
    cpu_bytes: int
    mode: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class Trace(Value):
    """The way of a packet through the rules."""

    #: The rules that it met, in order.
    met: List["Rule"]
    #: What became of it, and of what copies were made.
    path: Dict[str, Any]
    #: True if every rule that it met is in hardware, and it met at least one.
    in_hardware: bool
    #: How many rules stand at the place.
    rules: int
