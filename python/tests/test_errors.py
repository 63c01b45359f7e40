"""Exceptions: one class for each kind, with all that an error has."""

import pytest

import smartnic
from smartnic import _errors, _smartnic

from conftest import NIC


def test_every_kind_has_a_class_of_its_own() -> None:
    kinds = {code: name for code, name, _ in _smartnic.error_kinds()}
    assert {code: cls.kind for code, cls in _errors.ERRORS.items()} == kinds
    assert len(set(_errors.ERRORS.values())) == len(kinds)
    for cls in _errors.ERRORS.values():
        assert cls.__name__ in smartnic.__all__ and issubclass(cls, smartnic.SmartnicError)


def test_an_error_has_its_parts(host: smartnic.Host) -> None:
    with pytest.raises(smartnic.NotFoundError) as caught:
        host.device("pci/0000:99:00.0")
    error = caught.value
    assert (error.code, error.kind, error.op, error.object) == (5, "NotFound", "find a device", "pci/0000:99:00.0")
    assert error.hint == "this host has: pci/0000:03:00.0, pci/0000:03:00.1"
    assert str(error).startswith("cannot find a device (pci/0000:99:00.0): no such devlink device")
    assert isinstance(error, LookupError)


def test_the_kernels_words_and_its_number_come_along(switch: smartnic.Host) -> None:
    before = list(switch.rules())
    with pytest.raises(smartnic.SmartnicError) as caught:
        switch.apply(
            "filter add dev pf0vf0 ingress protocol ip pref 1 flower action drop\n"
            "filter add dev pf0vf0 ingress protocol ip pref 2 flower skip_sw ip_proto tcp dst_port 80-90 action drop"
        )
    error = caught.value
    assert error.errno == 95 and error.kernel_text and error.hint, vars(error)
    assert "line 2" in error.object
    assert list(switch.rules()) == before


def test_a_wrong_address_and_a_wrong_text_are_values_that_are_wrong() -> None:
    for wrong in ("ssh:host", "sim:"):
        with pytest.raises(smartnic.ParseError) as caught:
            smartnic.Host(wrong)
        assert isinstance(caught.value, ValueError) and caught.value.hint
    with pytest.raises(smartnic.InvalidInputError):
        smartnic.Host("sim:no-such-nic")
    with pytest.raises(smartnic.InvalidInputError):
        smartnic.Host("sim:bluefield3", lock_wait=-1)


def test_a_closed_host_says_so() -> None:
    host = smartnic.Host("sim:bluefield3")
    assert repr(host) == "<Host 'sim:bluefield3'>"
    host.close()
    host.close()
    assert host.closed and repr(host) == "<Host 'sim:bluefield3', closed>"
    with pytest.raises(smartnic.InvalidInputError, match="it was closed"):
        host.devices()


def test_a_dry_run_of_what_cannot_be_is_refused_like_the_real_thing(host: smartnic.Host) -> None:
    for dry_run in (True, False):
        with pytest.raises(smartnic.InvalidInputError, match="at most 16"):
            host.set_vfs(NIC, 99, dry_run=dry_run)


def test_what_cannot_be_meant_is_told(host: smartnic.Host) -> None:
    with pytest.raises(TypeError, match="not None"):
        host.apply(None)  # type: ignore[arg-type]
    with pytest.raises(smartnic.InvalidInputError, match="negative, or larger"):
        host.set_vfs(NIC, -1)
