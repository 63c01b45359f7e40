"""What all topics have in common."""

from __future__ import annotations

from typing import Any

from .. import _smartnic


class Operations:
    """Operations that are asked of an open host."""

    _host: "_smartnic.Host"

    def _host_call(self, call: Any, *args: Any) -> Any:
        return call(self._host, *args)
