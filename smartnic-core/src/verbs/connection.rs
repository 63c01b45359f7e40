use super::{AckTimeout, AddressVector};
use crate::rdma::{QpType, codes};
use crate::{Error, Result};

codes! {
    /// What happened to a connection or on the way to one (`enum rdma_cm_event_type`).
    CmEventKind {
        /// The address leads to a device of ours; what comes next is the route.
        AddressResolved = 0, "address resolved";
        /// The address leads nowhere.
        AddressError = 1, "address not resolved";
        /// The route is known; what comes next is to connect.
        RouteResolved = 2, "route resolved";
        /// There is no route.
        RouteError = 3, "route not resolved";
        /// Somebody wants to connect to an address that we listen at.
        ConnectRequest = 4, "connection asked for";
        /// The other end accepted; the connection is there once it is established.
        ConnectResponse = 5, "connection answered";
        /// The other end accepted what cannot be carried out.
        ConnectError = 6, "connection failed";
        /// Nobody answered.
        Unreachable = 7, "nobody answers";
        /// The other end refused, or nobody listens there.
        Rejected = 8, "rejected";
        /// The connection is there.
        Established = 9, "established";
        /// The other end left, or we did and it knows.
        Disconnected = 10, "disconnected";
        /// The device is going away.
        DeviceRemoval = 11, "device removed";
        /// A multicast group was joined.
        MulticastJoin = 12, "multicast group joined";
        /// A multicast group was not joined, or is no longer.
        MulticastError = 13, "multicast group failed";
        /// The address is another link's now.
        AddressChange = 14, "address changed";
        /// The queue pair may be used anew: nothing of the old connection comes any more.
        TimewaitExit = 15, "time-wait is over";
    }
}

/// One end's terms for a connection (`struct rdma_conn_param`): what it asks for, or what it answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CmParameters {
    /// The number of its queue pair.
    pub qp: u32,
    /// Reads and atomics of the other end's that are answered at a time.
    pub responder_resources: u8,
    /// Reads and atomics of its own that are under way at a time.
    pub initiator_depth: u8,
    /// How often a packet is sent again without an answer: up to 7. An answer has none.
    pub retries: u8,
    /// How often a packet is sent again because there is no receive request: up to 6, and 7 for ever.
    pub rnr_retries: u8,
    /// Whether its queue pair receives by a shared receive queue.
    pub shared: bool,
}

impl CmParameters {
    /// Those of a queue pair: one read at a time, seven retries, and for ever for a receive request.
    #[must_use]
    pub fn of_qp(qp: u32) -> Self {
        Self { qp, responder_resources: 1, initiator_depth: 1, retries: 7, rnr_retries: 7, shared: false }
    }
}

/// What of an id can be chosen before it is used (`rdma_set_option`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CmOption {
    /// The type of service of its packets, as in the header of IP (`RDMA_OPTION_ID_TOS`): before the route is resolved.
    ServiceType(u8),
    /// Whether others may have its port, too, who want the same; as long as none of them listens (`RDMA_OPTION_ID_REUSEADDR`).
    ReuseAddress(bool),
    /// Whether one that is bound to all IPv6 addresses leaves those of IPv4 to others (`RDMA_OPTION_ID_AFONLY`).
    OwnFamilyOnly(bool),
    /// How long its queue pair waits for an answer before it sends again, of reliable connections
    /// (`RDMA_OPTION_ID_ACK_TIMEOUT`).
    AckTimeout(AckTimeout),
}

/// Where datagrams to the other end go (`struct rdma_ud_param`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CmDatagrams {
    /// The way there.
    pub address: AddressVector,
    /// Its queue pair.
    pub qp: u32,
    /// The key that its queue pair wants.
    pub qkey: u32,
}

/// Something that happened to a connection (`struct rdma_cm_event`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CmEvent {
    /// What happened.
    pub kind: CmEventKind,
    /// To what: the [`crate::backend::VerbsCmId::number`] of an id; for [`CmEventKind::ConnectRequest`], of the new one.
    pub id: u64,
    /// The number of the id that listens, for [`CmEventKind::ConnectRequest`].
    pub listener: Option<u64>,
    /// Why: 0, or an error number of the kernel, negative; for [`CmEventKind::Rejected`] the reason of InfiniBand's
    /// specification, of which 8 is that nobody listens there, and 28 that the program there refused.
    pub status: i32,
    /// The other end's terms, of reliable connections.
    pub parameters: Option<CmParameters>,
    /// Where datagrams go, of [`QpType::Ud`], once it is known.
    pub datagrams: Option<CmDatagrams>,
    /// The other end's bytes, filled up with zeroes to as many as a message of this kind has ([`CmStep::most`]).
    pub private_data: Vec<u8>,
}

/// Nobody listens at that address (`IB_CM_REJ_INVALID_SERVICE_ID`).
pub const CM_REJECTED_NO_LISTENER: i32 = 8;
/// The program at the other end refused (`IB_CM_REJ_CONSUMER_DEFINED`).
pub const CM_REJECTED_BY_PROGRAM: i32 = 28;

/// What private data travels with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CmStep {
    /// The wish to connect.
    Connect,
    /// Its acceptance.
    Accept,
    /// Its refusal.
    Reject,
}

impl CmStep {
    /// How many bytes of private data there can be, of ids that have an IP address.
    #[must_use]
    pub const fn most(self, kind: QpType) -> usize {
        match (self, kind) {
            (Self::Connect, QpType::Ud) => 180,
            (Self::Connect, _) => 56,
            (Self::Accept | Self::Reject, QpType::Ud) => 136,
            (Self::Accept, _) => 196,
            (Self::Reject, _) => 148,
        }
    }

    /// Looks whether so many bytes can go along.
    ///
    /// # Errors
    /// `InvalidInput` if they cannot.
    pub fn check(self, op: &'static str, kind: QpType, private_data: &[u8]) -> Result<()> {
        let most = self.most(kind);
        match private_data.len() <= most {
            true => Ok(()),
            false => {
                let reason = format!("{} bytes of private data, and {most} are the most", private_data.len());
                Err(Error::invalid(op, reason))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn private_data_has_its_limits() {
        let told = |step: CmStep, kind, length: usize| step.check("connect", kind, &vec![0; length]);
        assert!(told(CmStep::Connect, QpType::Rc, 56).is_ok());
        let error = told(CmStep::Connect, QpType::Rc, 57).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("56 are the most"), "{error}");
        assert!(told(CmStep::Connect, QpType::Ud, 180).is_ok());
        assert!(told(CmStep::Accept, QpType::Rc, 196).is_ok());
    }
}
