"""What all values have in common: made of what the extension module gives, shown as text and as tables."""

from __future__ import annotations

import dataclasses
import html
from typing import Any, Callable, ClassVar, Dict, Iterable, List, Mapping, Tuple, Type, TypeVar

V = TypeVar("V", bound="Value")


@dataclasses.dataclass(frozen=True)
class Value:
    """A value: fields that compare, and that become a dict or a table."""

    #: How fields are made that are values themselves.
    _parts: ClassVar[Dict[str, Callable[[Any], Any]]] = {}
    #: The columns of a table; all fields if there are none.
    _columns: ClassVar[Tuple[str, ...]] = ()

    @classmethod
    def _of(cls: Type[V], fields: Mapping[str, Any]) -> V:
        known = {}
        for field in dataclasses.fields(cls):
            if field.name in fields:
                value = fields[field.name]
                part = cls._parts.get(field.name)
                known[field.name] = value if part is None or value is None else part(value)
        return cls(**known)

    @classmethod
    def _list(cls: Type[V], items: Iterable[Mapping[str, Any]]) -> "Table[V]":
        return Table(cls._of(item) for item in items)

    def to_dict(self) -> Dict[str, Any]:
        """The fields and their values, down to plain dicts, lists and numbers."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}

    def _repr_html_(self) -> str:
        rows = [(field.name, getattr(self, field.name)) for field in dataclasses.fields(self) if field.repr]
        cells = "".join(f"<tr><th>{_cell(name)}</th><td>{_cell(value)}</td></tr>" for name, value in rows)
        return f"<table>{cells}</table>"


def _plain(value: Any) -> Any:
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return str(len(value)) if any(isinstance(one, Value) for one in value) else html.escape(", ".join(map(str, value)))
    return html.escape(str(value))


class Table(List[V]):
    """A list of values that a notebook shows as a table.

    >>> import smartnic
    >>> with smartnic.Host("sim:e810") as host:
    ...     print(host.devices()._repr_html_())
    <table><tr><th>handle</th><th>driver</th><th>mode</th>...
    """

    def to_dicts(self) -> List[Dict[str, Any]]:
        """Each value as a dict: what ``pandas.DataFrame`` takes."""
        return [one.to_dict() for one in self]

    def _repr_html_(self) -> str:
        return html_table(self)


def html_table(values: Iterable[Value], limit: int = 200) -> str:
    """A table of values of one type; of long ones the first."""
    rows: List[str] = []
    columns: Tuple[str, ...] = ()
    left = 0
    for at, value in enumerate(values):
        columns = value._columns or tuple(field.name for field in dataclasses.fields(value) if field.repr)
        if at >= limit:
            left += 1
            continue
        rows.append("".join(f"<td>{_cell(getattr(value, name))}</td>" for name in columns))
    if not rows:
        return "<p>nothing</p>"
    head = "".join(f"<th>{_cell(name)}</th>" for name in columns)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    more = f"<p>and {left} more</p>" if left else ""
    return f"<table><tr>{head}</tr>{body}</table>{more}"
