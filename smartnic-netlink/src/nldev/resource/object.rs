//! Entries as resources, one function for each kind.

use smartnic_core::rdma::{
    CmId, CmState, CompletionQueue, Context, MemoryRegion, PollContext, PortSpace, ProtectionDomain, QpState,
    QpType, QueuePair, SharedReceiveQueue, SrqType,
};

use super::entry::Entry;
use crate::codec::WireError;
use crate::uapi::rdma_netlink::*;

pub(super) fn queue_pair(entry: Entry) -> Result<QueuePair, WireError> {
    Ok(QueuePair {
        number: entry.needed(RDMA_NLDEV_ATTR_RES_LQPN, "RDMA_NLDEV_ATTR_RES_LQPN")?,
        pd: entry.get(RDMA_NLDEV_ATTR_RES_PDN),
        remote: entry.get(RDMA_NLDEV_ATTR_RES_RQPN),
        kind: QpType::from_number(entry.needed(RDMA_NLDEV_ATTR_RES_TYPE, "RDMA_NLDEV_ATTR_RES_TYPE")?),
        subtype: entry.subtype.clone(),
        state: QpState::from_number(entry.needed(RDMA_NLDEV_ATTR_RES_STATE, "RDMA_NLDEV_ATTR_RES_STATE")?),
        receive_psn: entry.get(RDMA_NLDEV_ATTR_RES_RQ_PSN),
        send_psn: entry.get(RDMA_NLDEV_ATTR_RES_SQ_PSN),
        path_migration: entry.get(RDMA_NLDEV_ATTR_RES_PATH_MIG_STATE).and_then(|state| state.try_into().ok()),
        place: entry.place,
        owner: entry.owner,
        driver: entry.driver,
    })
}

pub(super) fn cm_id(entry: Entry) -> Result<CmId, WireError> {
    Ok(CmId {
        number: entry.get(RDMA_NLDEV_ATTR_RES_CM_IDN),
        qp: entry.get(RDMA_NLDEV_ATTR_RES_LQPN),
        qp_type: entry.get(RDMA_NLDEV_ATTR_RES_TYPE).map(QpType::from_number),
        state: CmState::from_number(entry.needed(RDMA_NLDEV_ATTR_RES_STATE, "RDMA_NLDEV_ATTR_RES_STATE")?),
        port_space: PortSpace::from_number(entry.needed(RDMA_NLDEV_ATTR_RES_PS, "RDMA_NLDEV_ATTR_RES_PS")?),
        source: entry.source,
        destination: entry.destination,
        place: entry.place,
        owner: entry.owner,
        driver: entry.driver,
    })
}

pub(super) fn completion_queue(entry: Entry) -> Result<CompletionQueue, WireError> {
    Ok(CompletionQueue {
        number: entry.get(RDMA_NLDEV_ATTR_RES_CQN),
        entries: entry.needed(RDMA_NLDEV_ATTR_RES_CQE, "RDMA_NLDEV_ATTR_RES_CQE")?,
        users: entry.usecnt,
        poll_context: entry.get(RDMA_NLDEV_ATTR_RES_POLL_CTX).map(PollContext::from_number),
        adaptive_moderation: entry.get(RDMA_NLDEV_ATTR_DEV_DIM).map(|on| on != 0),
        context: entry.get(RDMA_NLDEV_ATTR_RES_CTXN),
        place: entry.place,
        owner: entry.owner,
        driver: entry.driver,
    })
}

pub(super) fn memory_region(entry: Entry) -> Result<MemoryRegion, WireError> {
    Ok(MemoryRegion {
        number: entry.get(RDMA_NLDEV_ATTR_RES_MRN),
        rkey: entry.get(RDMA_NLDEV_ATTR_RES_RKEY),
        lkey: entry.get(RDMA_NLDEV_ATTR_RES_LKEY),
        iova: entry.iova,
        length: entry.mrlen,
        pd: entry.get(RDMA_NLDEV_ATTR_RES_PDN),
        place: entry.place,
        owner: entry.owner,
        driver: entry.driver,
    })
}

pub(super) fn protection_domain(entry: Entry) -> Result<ProtectionDomain, WireError> {
    Ok(ProtectionDomain {
        number: entry.get(RDMA_NLDEV_ATTR_RES_PDN),
        local_dma_lkey: entry.get(RDMA_NLDEV_ATTR_RES_LOCAL_DMA_LKEY),
        users: entry.usecnt,
        unsafe_global_rkey: entry.get(RDMA_NLDEV_ATTR_RES_UNSAFE_GLOBAL_RKEY),
        context: entry.get(RDMA_NLDEV_ATTR_RES_CTXN),
        place: entry.place,
        owner: entry.owner,
        driver: entry.driver,
    })
}

pub(super) fn context(entry: Entry) -> Result<Context, WireError> {
    let number = entry.get(RDMA_NLDEV_ATTR_RES_CTXN);
    Ok(Context { number, place: entry.place, owner: entry.owner, driver: entry.driver })
}

pub(super) fn shared_receive_queue(entry: Entry) -> Result<SharedReceiveQueue, WireError> {
    Ok(SharedReceiveQueue {
        number: entry.get(RDMA_NLDEV_ATTR_RES_SRQN),
        kind: entry.get(RDMA_NLDEV_ATTR_RES_TYPE).map(SrqType::from_number),
        pd: entry.get(RDMA_NLDEV_ATTR_RES_PDN),
        cq: entry.get(RDMA_NLDEV_ATTR_RES_CQN),
        qps: entry.qps,
        place: entry.place,
        owner: entry.owner,
        driver: entry.driver,
    })
}
