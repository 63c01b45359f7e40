use super::Verbs;

/// What is counted of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counter {
    TxPackets,
    RxPackets,
    TxBytes,
    RxBytes,
    Sends,
    Receives,
    WriteRequests,
    ReadRequests,
    AtomicRequests,
    /// There was no receive request for what came.
    NotReadySent,
    NotReadyReceived,
    RetriesExceeded,
    NotReadyExceeded,
    Timeouts,
    SendErrors,
    LinkDowned,
}

/// What the drivers' counters count of it. The others stay at nothing: no packet is lost on the way or comes twice.
const NAMES: &[(&str, Counter)] = &[
    ("sent_pkts", Counter::TxPackets),
    ("rcvd_pkts", Counter::RxPackets),
    ("sent_bytes", Counter::TxBytes),
    ("rcvd_bytes", Counter::RxBytes),
    ("rdma_sends", Counter::Sends),
    ("rdma_recvs", Counter::Receives),
    ("send_rnr_err", Counter::NotReadySent),
    ("rcvd_rnr_err", Counter::NotReadyReceived),
    ("retry_exceeded_err", Counter::RetriesExceeded),
    ("retry_rnr_exceeded_err", Counter::NotReadyExceeded),
    ("send_err", Counter::SendErrors),
    ("link_downed", Counter::LinkDowned),
    ("rx_write_requests", Counter::WriteRequests),
    ("rx_read_requests", Counter::ReadRequests),
    ("rx_atomic_requests", Counter::AtomicRequests),
    ("out_of_buffer", Counter::NotReadySent),
    ("rnr_nak_retry_err", Counter::NotReadyReceived),
    ("local_ack_timeout_err", Counter::Timeouts),
    ("ip4InPkts", Counter::RxPackets),
    ("ip4OutPkts", Counter::TxPackets),
    ("RxUDP", Counter::RxPackets),
    ("TxUDP", Counter::TxPackets),
    ("to_retransmits", Counter::Timeouts),
    ("max_retry_exceeded", Counter::RetriesExceeded),
    ("rnr_naks_rcvd", Counter::NotReadyReceived),
];

impl Verbs {
    pub(super) fn count(&mut self, device: u32, counter: Counter, by: u64) {
        *self.counted.entry((device, counter)).or_default() += by;
    }

    /// The value of a driver's counter.
    pub(crate) fn counter(&self, device: u32, name: &str) -> u64 {
        let known = NAMES.iter().find(|(known, _)| *known == name);
        known.and_then(|(_, counter)| self.counted.get(&(device, *counter))).copied().unwrap_or(0)
    }
}
