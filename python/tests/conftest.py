"""What tests have in common: simulated hosts."""

from typing import Iterator

import pytest

import smartnic

NIC = "pci/0000:03:00.0"


@pytest.fixture
def host() -> Iterator[smartnic.Host]:
    """A simulated NIC as it comes."""
    with smartnic.Host("sim:bluefield3") as host:
        yield host


@pytest.fixture
def switch(host: smartnic.Host) -> smartnic.Host:
    """A simulated NIC in switchdev mode with two VFs."""
    host.set_eswitch(NIC, "switchdev", vfs=2)
    return host
