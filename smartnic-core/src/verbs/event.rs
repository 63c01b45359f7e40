use crate::rdma::codes;

codes! {
    /// What happened to a device or an object (`enum ibv_event_type`).
    AsyncEventKind {
        /// A completion queue overflowed.
        CqError = 0, "completion queue error";
        /// A queue pair failed for good.
        QpFatal = 1, "queue pair failed";
        /// A queue pair was asked what it cannot do.
        QpRequestError = 2, "queue pair request error";
        /// A peer touched memory that it must not.
        QpAccessError = 3, "queue pair access violation";
        /// The first packet came before the connection was finished.
        CommunicationEstablished = 4, "communication established";
        /// The send queue is drained.
        SendQueueDrained = 5, "send queue drained";
        /// The connection goes by its other path now.
        PathMigrated = 6, "path migrated";
        /// It could not change to its other path.
        PathMigrationError = 7, "path migration failed";
        /// The device failed; nothing on it works any more.
        DeviceFatal = 8, "device failed";
        /// A port came up.
        PortActive = 9, "port active";
        /// A port went down.
        PortError = 10, "port down";
        /// A port has another local identifier.
        LidChange = 11, "local identifier changed";
        /// A port has another partition table.
        PkeyChange = 12, "partition table changed";
        /// A port has another subnet manager.
        SubnetManagerChange = 13, "subnet manager changed";
        /// A shared receive queue failed.
        SrqError = 14, "shared receive queue error";
        /// A shared receive queue has fewer requests than its limit.
        SrqLimit = 15, "shared receive queue limit reached";
        /// A failed queue pair takes nothing more from its shared receive queue.
        LastRequestReached = 16, "last request reached";
        /// The subnet manager wants to be told everything again.
        ClientReregister = 17, "register again";
        /// The GID table of a port changed.
        GidChange = 18, "GID table changed";
        /// A work queue failed.
        WorkQueueFatal = 19, "work queue failed";
        /// The speed of a port changed.
        SpeedChange = 20, "speed changed";
    }
}

/// What an event happened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AsyncSource {
    /// The whole device.
    Device,
    /// A port, by its number.
    Port(u8),
    /// A queue pair, by its number.
    Qp(u32),
    /// A completion queue, by [`crate::backend::VerbsCq::id`].
    Cq(u64),
    /// A shared receive queue, by [`crate::backend::VerbsSrq::id`].
    Srq(u64),
}

/// Something that happened without being asked for (`struct ibv_async_event`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AsyncEvent {
    /// What happened.
    pub kind: AsyncEventKind,
    /// To what.
    pub source: AsyncSource,
}
