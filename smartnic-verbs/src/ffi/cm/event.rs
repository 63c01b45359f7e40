use std::ffi::c_void;

use smartnic_core::verbs::{CmDatagrams, CmEvent, CmEventKind as Kind, CmParameters};

use super::super::constants::RDMA_PS_UDP;
use super::super::types::{rdma_cm_event, rdma_cm_id};
use super::super::values;

/// An event by our names. The id of a request has its number later.
///
/// # Safety
/// The event is one that was got and was not acknowledged, so that its ids and its bytes are there.
pub(super) unsafe fn told(event: &rdma_cm_event) -> CmEvent {
    let kind = Kind::from_number(event.event);
    let asks = kind == Kind::ConnectRequest && !event.listen_id.is_null();
    // SAFETY: the caller says so; the context of each id of ours is a number. Only a request has an id that listens.
    let (id, listener, is_datagrams) = unsafe {
        let number_of = |id: *mut rdma_cm_id| (*id).context.addr() as u64;
        let listener = asks.then(|| number_of(event.listen_id));
        (number_of(event.id), listener, (*event.id).ps == RDMA_PS_UDP)
    };
    let (mut parameters, mut datagrams, mut private_data) = (None, None, Vec::new());
    // Both forms of parameters begin with the bytes. What is no event of a connection has other parameters.
    if !matches!(kind, Kind::Unknown(_)) {
        // SAFETY: the type of the id says which member was written; what was not is zero.
        unsafe {
            private_data = bytes(event.param.conn.private_data, event.param.conn.private_data_len);
            let (ud, conn) = (event.param.ud, event.param.conn);
            match kind {
                Kind::ConnectRequest | Kind::Established | Kind::MulticastJoin if is_datagrams => {
                    let address = values::address(&ud.ah_attr);
                    datagrams = Some(CmDatagrams { address, qp: ud.qp_num, qkey: ud.qkey });
                }
                Kind::ConnectRequest | Kind::ConnectResponse => {
                    parameters = Some(CmParameters {
                        qp: conn.qp_num,
                        responder_resources: conn.responder_resources,
                        initiator_depth: conn.initiator_depth,
                        retries: conn.retry_count,
                        rnr_retries: conn.rnr_retry_count,
                        shared: conn.srq != 0,
                    });
                }
                _ => {}
            }
        }
    }
    CmEvent { kind, id, listener, status: event.status, parameters, datagrams, private_data }
}

/// A copy of an event's bytes.
///
/// # Safety
/// There are so many at the pointer, unless it is null.
unsafe fn bytes(start: *const c_void, length: u8) -> Vec<u8> {
    match start.is_null() {
        true => Vec::new(),
        // SAFETY: the caller says so.
        false => unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length.into()) }.to_vec(),
    }
}
