"""Exceptions: one class for each kind of failure, all of them a :class:`SmartnicError`."""

from __future__ import annotations

from typing import Optional


class SmartnicError(Exception):
    """A failure: what was attempted, on which object, and what the kernel said.

    >>> import smartnic
    >>> with smartnic.Host("sim:bluefield3") as host:
    ...     try:
    ...         host.device("pci/0000:99:00.0")
    ...     except smartnic.SmartnicError as error:
    ...         print(type(error).__name__, error.code, error.op, error.object, error.hint, sep="; ")
    NotFoundError; 5; find a device; pci/0000:99:00.0; this host has: pci/0000:03:00.0, pci/0000:03:00.1
    """

    #: The number of the kind, which never changes; also the exit code of ``snicctl``.
    code: int = 0
    #: The kind, as a word.
    kind: str = ""
    #: What was attempted, such as ``set the eswitch mode``.
    op: str = ""
    #: The object that it was attempted on; empty if there is none.
    object: str = ""
    #: Why it failed, without the operation and the object.
    reason: str = ""
    #: What to do next, when that is known.
    hint: Optional[str] = None
    #: The kernel's error number, positive, if there is one.
    errno: Optional[int] = None
    #: The words of the kernel or the driver.
    kernel_text: Optional[str] = None
    #: The attribute that the kernel points at, as a path such as ``TCA_OPTIONS/TCA_FLOWER_KEY_VLAN_ID``.
    attribute: Optional[str] = None
    #: The failure that caused this one, in words.
    cause: Optional[str] = None


class InvalidInputError(SmartnicError, ValueError):
    """The caller's value cannot be used: out of range, contradictory, or not known here."""

    code, kind = 3, "InvalidInput"


class ParseError(SmartnicError, ValueError):
    """Text (a rule, a document, a handle) cannot be read."""

    code, kind = 4, "Parse"


class NotFoundError(SmartnicError, LookupError):
    """The object does not exist."""

    code, kind = 5, "NotFound"


class AlreadyExistsError(SmartnicError):
    """The object is there already."""

    code, kind = 6, "AlreadyExists"


class PermissionDeniedError(SmartnicError):
    """The caller lacks a privilege, most often ``CAP_NET_ADMIN``."""

    code, kind = 7, "PermissionDenied"


class UnsupportedError(SmartnicError):
    """Neither this backend, this driver nor this kernel has the operation."""

    code, kind = 8, "Unsupported"


class BusyError(SmartnicError):
    """The object is in use or changing."""

    code, kind = 9, "Busy"


class NoSpaceError(SmartnicError):
    """A table of the device is full."""

    code, kind = 10, "NoSpace"


class RefusedError(SmartnicError):
    """The kernel or the driver refused the request, for the reason it gives."""

    code, kind = 11, "Refused"


class ProtocolError(SmartnicError):
    """A netlink message is malformed, truncated or not what was asked for."""

    code, kind = 12, "Protocol"


class InterruptedReadError(SmartnicError):
    """What was read kept changing, more often than it was tried again."""

    code, kind = 13, "Interrupted"


class OverrunError(SmartnicError):
    """The kernel dropped messages because they were not read in time."""

    code, kind = 14, "Overrun"


class WaitTimeoutError(SmartnicError):
    """What was waited for did not happen in time."""

    code, kind = 15, "Timeout"


class DeviceGoneError(SmartnicError):
    """The device went away while it was worked on."""

    code, kind = 16, "DeviceGone"


class IoError(SmartnicError):
    """Any other failure of the operating system."""

    code, kind = 17, "Io"


class RollbackFailedError(SmartnicError):
    """The change failed, and so did taking it back; the system is in neither state."""

    code, kind = 18, "RollbackFailed"


class MismatchError(SmartnicError):
    """What was read back is not what was asked for."""

    code, kind = 19, "Mismatch"


class LockedError(SmartnicError):
    """Another process changes the same host, and did not end in the time that was waited."""

    code, kind = 20, "Locked"


#: The class of each kind, by its number.
ERRORS = {one.code: one for one in SmartnicError.__subclasses__()}


def _make(
    code: int,
    message: str,
    op: str,
    object: str,
    reason: str,
    hint: Optional[str],
    errno: Optional[int],
    kernel_text: Optional[str],
    attribute: Optional[str],
    cause: Optional[str],
) -> SmartnicError:
    """An exception from an error of the extension module."""
    # Where the advice is an option of the command line, it is an argument here.
    message, hint = message.replace("--keep-going", "keep_going=True"), hint and hint.replace("--keep-going", "keep_going=True")
    error = ERRORS.get(code, SmartnicError)(message)
    error.code, error.op, error.object, error.reason, error.hint = code, op, object, reason, hint
    error.errno, error.kernel_text, error.attribute, error.cause = errno, kernel_text, attribute, cause
    return error
