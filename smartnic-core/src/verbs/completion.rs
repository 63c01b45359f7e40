use bitflags::bitflags;

use crate::rdma::codes;

codes! {
    /// How a request ended (`enum ibv_wc_status`).
    CompletionStatus {
        /// Well.
        Success = 0, "success";
        /// A message did not fit into the memory of the request, or is longer than a queue pair can send.
        LocalLength = 1, "local length error";
        /// The queue pair could not carry it out.
        LocalQpOperation = 2, "local QP operation error";
        /// Of a retired service (EEC).
        LocalEecOperation = 3, "local EE context operation error";
        /// The request's memory is not registered in the queue pair's protection domain, or not for this.
        LocalProtection = 4, "local protection error";
        /// The queue pair failed before its turn came.
        Flushed = 5, "flushed";
        /// A memory window could not be bound.
        WindowBind = 6, "memory window bind error";
        /// The peer answered what it could not have.
        BadResponse = 7, "bad response";
        /// The peer wrote with a number, and the memory is not for writing.
        LocalAccess = 8, "local access error";
        /// The peer could not take the request: too long for its receive request, or an operation that it does not have.
        RemoteInvalidRequest = 9, "remote invalid request";
        /// The peer's memory is not for this: a wrong key, beyond its end, or a right that was not given.
        RemoteAccess = 10, "remote access error";
        /// The peer failed to carry it out.
        RemoteOperation = 11, "remote operation error";
        /// The peer never answered, however often it was tried.
        RetryExceeded = 12, "retries exceeded";
        /// The peer had no receive request, however often it was tried.
        RnrRetryExceeded = 13, "receiver not ready, retries exceeded";
        /// Of a retired service (RDD).
        LocalRddViolation = 14, "local RDD violation";
        /// Of a retired service (RD).
        RemoteInvalidRd = 15, "remote invalid RD request";
        /// The peer gave up.
        RemoteAborted = 16, "remote aborted";
        /// Of a retired service (EEC).
        InvalidEecNumber = 17, "invalid EE context number";
        /// Of a retired service (EEC).
        InvalidEecState = 18, "invalid EE context state";
        /// The device failed.
        Fatal = 19, "fatal error";
        /// The device waited for an answer too long.
        ResponseTimeout = 20, "response timeout";
        /// Anything else.
        General = 21, "general error";
        /// Tag matching failed.
        TagMatching = 22, "tag matching error";
        /// A tag-matched message must be fetched by the program.
        TagRendezvous = 23, "tag matching rendezvous incomplete";
    }
}

codes! {
    /// What was done (`enum ibv_wc_opcode`). It counts only if all went well.
    CompletionOp {
        /// A send.
        Send = 0, "send";
        /// A write.
        Write = 1, "write";
        /// A read.
        Read = 2, "read";
        /// An atomic comparison and swap.
        CompareSwap = 3, "compare-swap";
        /// An atomic addition.
        FetchAdd = 4, "fetch-add";
        /// A window was bound.
        BindWindow = 5, "bind-window";
        /// A key of ours was taken away.
        LocalInvalidate = 6, "local-invalidate";
        /// What was written before was flushed.
        Flush = 8, "flush";
        /// A word was written at once.
        AtomicWrite = 9, "atomic-write";
        /// A message was received.
        Receive = 128, "receive";
        /// The peer wrote with a number.
        ReceiveWriteImm = 129, "receive-write-imm";
    }
}

/// What came of a request (`struct ibv_wc`).
///
/// Of a request that failed, only `id`, `status`, `vendor_error` and `qp` mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completion {
    /// The number that the request was given.
    pub id: u64,
    /// How it ended.
    pub status: CompletionStatus,
    /// What was done.
    pub op: CompletionOp,
    /// What the device says beyond the status.
    pub vendor_error: u32,
    /// How many bytes came; of datagrams with the 40 of the routing header.
    pub bytes: u32,
    /// The peer's number that came along.
    pub imm: Option<u32>,
    /// The remote key of ours that the peer took away.
    pub invalidated: Option<u32>,
    /// The queue pair.
    pub qp: u32,
    /// The peer's queue pair, of datagrams.
    pub source_qp: u32,
    /// Whether the first 40 bytes of a datagram are a routing header.
    pub has_grh: bool,
    /// The place of its partition key.
    pub pkey_index: u16,
    /// The sender's local identifier, of datagrams on InfiniBand.
    pub source_lid: u16,
    /// The service level of a datagram.
    pub service_level: u8,
}

impl Completion {
    /// Whether the request ended well.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status == CompletionStatus::Success
    }
}

bitflags! {
    /// What an extended completion queue says of a request beside its number and its status (`enum ibv_create_cq_wc_flags`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub struct CqFields: u64 {
        /// How many bytes came.
        const BYTES = 1;
        /// The number or the key that came along.
        const IMM = 1 << 1;
        /// The queue pair.
        const QP = 1 << 2;
        /// The peer's queue pair, of datagrams.
        const SOURCE_QP = 1 << 3;
        /// The sender's local identifier.
        const SOURCE_LID = 1 << 4;
        /// The service level.
        const SERVICE_LEVEL = 1 << 5;
        /// Which of our local identifiers it came to.
        const PATH_BITS = 1 << 6;
        /// When the device was done, by its own clock.
        const TIMESTAMP = 1 << 7;
        /// The tag of the VLAN, of raw packets.
        const VLAN = 1 << 8;
        /// The number of the steering rule that brought it.
        const FLOW_TAG = 1 << 9;
        /// When the device was done, by the time of day.
        const WALL_CLOCK = 1 << 11;
    }
}

impl Default for CqFields {
    /// Those that [`Completion`] has.
    fn default() -> Self {
        Self::BYTES | Self::IMM | Self::QP | Self::SOURCE_QP | Self::SOURCE_LID | Self::SERVICE_LEVEL
    }
}

/// What came of a request, from an extended completion queue. What the queue was not made with is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CompletionEx {
    /// What every completion has.
    pub completion: Completion,
    /// When the device was done, in ticks of its own clock ([`super::VerbsExtended::core_clock_khz`]).
    pub timestamp: Option<u64>,
    /// When the device was done, in nanoseconds since 1970.
    pub wall_clock: Option<u64>,
    /// The tag of the VLAN that the device took off.
    pub vlan: Option<u16>,
    /// The number of the steering rule that brought it.
    pub flow_tag: Option<u32>,
    /// Which of our local identifiers it came to.
    pub path_bits: Option<u8>,
    /// Whether the device found the checksums of IP, TCP and UDP right, of raw packets and datagrams over IP.
    pub checksum_is_good: bool,
}

impl Default for Completion {
    fn default() -> Self {
        Self {
            id: 0,
            status: CompletionStatus::Success,
            op: CompletionOp::Send,
            vendor_error: 0,
            bytes: 0,
            imm: None,
            invalidated: None,
            qp: 0,
            source_qp: 0,
            has_grh: false,
            pkey_index: 0,
            source_lid: 0,
            service_level: 0,
        }
    }
}
