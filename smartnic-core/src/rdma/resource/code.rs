//! The kernel's codes for what resources are and do.

use crate::rdma::codes;

codes! {
    /// What a queue pair is for (`enum ib_qp_type`).
    QpType {
        /// Subnet management.
        Smi = 0, "SMI";
        /// General services: connections are managed through it.
        Gsi = 1, "GSI";
        /// Reliable, connected.
        Rc = 2, "RC";
        /// Unreliable, connected.
        Uc = 3, "UC";
        /// Datagrams.
        Ud = 4, "UD";
        /// Raw frames with an IPv6 header.
        RawIpv6 = 5, "RAW_IPV6";
        /// Raw frames with an Ethernet type.
        RawEthertype = 6, "RAW_ETHERTYPE";
        /// Raw frames.
        RawPacket = 8, "RAW_PACKET";
        /// The sending end of extended reliable connections.
        XrcIni = 9, "XRC_INI";
        /// The receiving end of extended reliable connections.
        XrcTgt = 10, "XRC_TGT";
        /// The driver's own.
        Driver = 255, "DRIVER";
    }
}

codes! {
    /// The state of a queue pair (`enum ib_qp_state`).
    QpState {
        /// Just made.
        Reset = 0, "RESET";
        /// Receives can be posted.
        Init = 1, "INIT";
        /// Ready to receive.
        Rtr = 2, "RTR";
        /// Ready to send.
        Rts = 3, "RTS";
        /// Its sends are drained.
        Sqd = 4, "SQD";
        /// A send failed.
        Sqe = 5, "SQE";
        /// It failed.
        Err = 6, "ERR";
    }
}

codes! {
    /// Where a connection is on its way (`enum rdma_cm_state`).
    CmState {
        /// Nothing was asked for.
        Idle = 0, "IDLE";
        /// The address is looked for.
        AddrQuery = 1, "ADDR_QUERY";
        /// The address is known.
        AddrResolved = 2, "ADDR_RESOLVED";
        /// The route is looked for.
        RouteQuery = 3, "ROUTE_QUERY";
        /// The route is known.
        RouteResolved = 4, "ROUTE_RESOLVED";
        /// A connection is being made.
        Connect = 5, "CONNECT";
        /// It ended.
        Disconnect = 6, "DISCONNECT";
        /// An address was taken.
        AddrBound = 7, "ADDR_BOUND";
        /// It waits for peers.
        Listen = 8, "LISTEN";
        /// The device went.
        DeviceRemoval = 9, "DEVICE_REMOVAL";
        /// It is being taken down.
        Destroying = 10, "DESTROYING";
    }
}

codes! {
    /// The space that the port of a connection is taken from (`enum rdma_ucm_port_space`).
    PortSpace {
        /// IP over InfiniBand.
        Ipoib = 2, "IPoIB";
        /// InfiniBand's own.
        Ib = 0x13f, "IPoIB";
        /// TCP's.
        Tcp = 0x106, "TCP";
        /// UDP's.
        Udp = 0x111, "UDP";
    }
}

codes! {
    /// Who looks for completions (`enum ib_poll_context`).
    PollContext {
        /// Whoever made the queue.
        Direct = 0, "DIRECT";
        /// A soft interrupt.
        Softirq = 1, "SOFTIRQ";
        /// A work queue.
        Workqueue = 2, "WORKQUEUE";
        /// A work queue of no certain processor.
        UnboundWorkqueue = 3, "UNBOUND_WORKQUEUE";
    }
}

codes! {
    /// What a shared receive queue is for (`enum ib_srq_type`).
    SrqType {
        /// Plain receives.
        Basic = 0, "BASIC";
        /// Extended reliable connections.
        Xrc = 1, "XRC";
        /// Receives with matching of tags.
        Tm = 2, "TM";
    }
}
