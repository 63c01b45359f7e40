/// What happens to a request over RDMA when its turn comes. What is lost or refused without a reliable connection is not
/// told to its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerbsFault {
    /// The peer never answers: the request fails and so does its queue pair.
    RetryExceeded,
    /// The peer has no receive request for it, for too long.
    ReceiverNotReady,
    /// The peer says that its memory is not for this; both queue pairs fail.
    RemoteAccess,
    /// The queue pair fails by itself, and all in it is flushed.
    QpFatal,
    /// The port goes down; the request waits, and fails when its time is over.
    PortDown,
    /// The links get other addresses: whoever sends to the old ones gets no answer.
    GidChange,
    /// The device fails with all that stands on it.
    DeviceFatal,
}

impl VerbsFault {
    /// Every fault.
    pub const ALL: [Self; 7] = [
        Self::RetryExceeded,
        Self::ReceiverNotReady,
        Self::RemoteAccess,
        Self::QpFatal,
        Self::PortDown,
        Self::GidChange,
        Self::DeviceFatal,
    ];
}
