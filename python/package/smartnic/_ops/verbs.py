"""RDMA: connections, devices that are opened, and how fast they are."""

from __future__ import annotations

from typing import Any, List, Optional

from .. import _smartnic
from .._rdma import Endpoint, Listener, Measurement
from .._values import Table
from .._verbs import VerbsContext, VerbsDevice
from .base import Operations


class VerbsOperations(Operations):
    """What is asked of RDMA devices that programs send over."""

    def listen_rdma(self, address: str, *, by: str = "tcp") -> Listener:
        """Waits for other ends at an address such as ``"192.0.2.7:7471"``; port 0 takes a free one.

        Both ends meet over TCP and send over RDMA from then on, by the GID that leads there; with ``by="rdma_cm"`` they meet
        without TCP, if librdmacm is there.

        >>> import smartnic, threading
        >>> host = smartnic.Host("sim:bluefield3")
        >>> for device in host.devices():
        ...     for link in device.links:
        ...         host.set_link_up(link.name, True)
        >>> listener = host.listen_rdma("127.0.0.1:0")
        >>> def serve():
        ...     with listener.accept() as peer:
        ...         peer.send(peer.receive()[::-1])
        >>> server = threading.Thread(target=serve)
        >>> server.start()
        >>> with host.connect_rdma(listener.address) as peer:
        ...     peer.send(b"hello")
        ...     peer.receive()
        b'olleh'
        >>> server.join()
        """
        return Listener(self._host_call(_smartnic.listen_rdma, address, by))

    def connect_rdma(self, address: str, *, by: str = "tcp") -> Endpoint:
        """Connects to somebody who listens at an address, in the same way (see :meth:`listen_rdma`)."""
        return Endpoint(self._host_call(_smartnic.connect_rdma, address, by))

    def verbs_devices(self) -> "Table[VerbsDevice]":
        """The RDMA devices that can be opened; :class:`UnsupportedError` names the package to install if libibverbs is missing."""
        return VerbsDevice._list(self._host_call(_smartnic.verbs_devices))

    def open_rdma(self, device: str) -> VerbsContext:
        """Opens an RDMA device.

        >>> import smartnic
        >>> with smartnic.Host("sim:bluefield3") as host, host.open_rdma("mlx5_0") as device:
        ...     domain, done = device.alloc_pd(), device.create_cq(16)
        ...     page = bytearray(4096)
        ...     with domain.register(page, access=["remote_read"]) as region:
        ...         print(len(region), domain.create_qp("rc", done).state)
        4096 reset
        """
        return VerbsContext(self._host_call(_smartnic.open_rdma, device))

    def measure_rdma(
        self,
        peer: Optional[str] = None,
        *,
        test: str = "lat",
        operation: str = "send",
        size: int = 8,
        transport: Optional[str] = None,
        iterations: Optional[int] = None,
        depth: Optional[int] = None,
        bidirectional: bool = False,
        device: Optional[str] = None,
        port: Optional[int] = None,
        gid_index: Optional[int] = None,
    ) -> Measurement:
        """Measures latency (``"lat"``) or bandwidth (``"bw"``) of a device with itself, or with the host at ``peer``
        (``"192.0.2.7:18515"``), where ``snicctl rdma serve`` runs.

        The device, its port and the place of its GID are chosen by the way there if they are left out.
        """
        wanted = {
            "test": test,
            "operation": operation,
            "size": size,
            "transport": transport,
            "iterations": iterations,
            "depth": depth,
            "bidirectional": bidirectional,
            "device": device,
            "port": port,
            "gid_index": gid_index,
        }
        return Measurement._of(self._host_call(_smartnic.measure_rdma, peer, wanted))

    def rdma_mr_pools(self, device: str, *, with_kernel: bool = False) -> List[Any]:
        """The pools of memory regions that a device keeps (kernel 7.1 and later), each as a dict; ``pool["name"]`` is what
        :meth:`set_rdma_mr_pools` takes."""
        told = self._host_call(_smartnic.rdma_mr_pools, device, with_kernel)
        return [{**pool, "name": name} for pool, name in told]

    def set_rdma_mr_pools(
        self, device: str, *, aging: Optional[int] = None, pool: Optional[str] = None, pinned: int = 0
    ) -> None:
        """Changes after how many seconds regions that nobody uses are given back, or how many of a pool are kept."""
        kept = None if pool is None else (pool, pinned)
        self._host_call(_smartnic.set_rdma_mr_pools, device, aging, kept)

    def rdma_raw(self, device: str, kind: str, number: Optional[int] = None) -> List[Any]:
        """What the driver dumps of queue pairs (``"qp"``), ``"cq"``, ``"mr"`` or ``"srq"``, in its own format: of all, or of the
        one with this number."""
        told: List[Any] = self._host_call(_smartnic.rdma_raw, device, kind, number)
        return [{**one, "data": bytes(one["data"])} for one in told]
