//! Attributes and completions, from C's form and into it.

use std::mem::MaybeUninit;

use smartnic_core::rdma::{Gid, QpState};
use smartnic_core::verbs::{
    Access, AckTimeout, AddressVector, Completion, CompletionOp, CompletionStatus, PathMtu, QpAttributes,
    QpCapacity, QpChange, RnrTimer,
};

#[allow(clippy::wildcard_imports, reason = "masks, one for each attribute")]
use super::constants::*;
use super::types::{ibv_ah_attr, ibv_qp_attr, ibv_qp_cap, ibv_wc};

/// Everything that can be asked of a queue pair.
pub(super) const ALL_ATTRIBUTES: u32 = IBV_QP_STATE
    | IBV_QP_ACCESS_FLAGS
    | IBV_QP_PKEY_INDEX
    | IBV_QP_PORT
    | IBV_QP_QKEY
    | IBV_QP_AV
    | IBV_QP_PATH_MTU
    | IBV_QP_TIMEOUT
    | IBV_QP_RETRY_CNT
    | IBV_QP_RNR_RETRY
    | IBV_QP_RQ_PSN
    | IBV_QP_MAX_QP_RD_ATOMIC
    | IBV_QP_MIN_RNR_TIMER
    | IBV_QP_SQ_PSN
    | IBV_QP_MAX_DEST_RD_ATOMIC
    | IBV_QP_CAP
    | IBV_QP_DEST_QPN;

/// What came of a request.
pub(super) fn completion(wc: &ibv_wc) -> Completion {
    let has = |flag: u32| wc.wc_flags & flag != 0;
    let is_receive = wc.opcode & IBV_WC_RECV != 0;
    // SAFETY: both members are numbers of the same size.
    let (imm, key) = unsafe { (wc.__bindgen_anon_1.imm_data, wc.__bindgen_anon_1.invalidated_rkey) };
    Completion {
        id: wc.wr_id,
        status: CompletionStatus::from_number(wc.status),
        op: CompletionOp::from_number(wc.opcode),
        vendor_error: wc.vendor_err,
        bytes: wc.byte_len,
        // rxe says so of what was sent, too, where no number came along.
        imm: (has(IBV_WC_WITH_IMM) && is_receive).then_some(u32::from_be(imm)),
        invalidated: (has(IBV_WC_WITH_INV) && is_receive).then_some(key),
        qp: wc.qp_num,
        source_qp: wc.src_qp,
        has_grh: has(IBV_WC_GRH),
        pkey_index: wc.pkey_index,
        source_lid: wc.slid,
        service_level: wc.sl,
    }
}

pub(super) fn qp_cap(capacity: &QpCapacity) -> ibv_qp_cap {
    ibv_qp_cap {
        max_send_wr: capacity.send_requests,
        max_recv_wr: capacity.receive_requests,
        max_send_sge: capacity.send_sges,
        max_recv_sge: capacity.receive_sges,
        max_inline_data: capacity.inline,
    }
}

pub(super) fn capacity(cap: &ibv_qp_cap) -> QpCapacity {
    QpCapacity {
        send_requests: cap.max_send_wr,
        receive_requests: cap.max_recv_wr,
        send_sges: cap.max_send_sge,
        receive_sges: cap.max_recv_sge,
        inline: cap.max_inline_data,
    }
}

pub(super) fn ah_attr(address: &AddressVector) -> ibv_ah_attr {
    // SAFETY: zeroes are a value: it is all numbers.
    let mut attr: ibv_ah_attr = unsafe { MaybeUninit::zeroed().assume_init() };
    if let Some(gid) = address.gid {
        attr.is_global = 1;
        attr.grh.dgid.raw = gid.0;
        attr.grh.sgid_index = address.gid_index;
        attr.grh.hop_limit = address.hop_limit;
        attr.grh.traffic_class = address.traffic_class;
        attr.grh.flow_label = address.flow_label;
    }
    attr.dlid = address.lid;
    attr.sl = address.service_level;
    attr.src_path_bits = address.source_path_bits;
    attr.static_rate = address.static_rate;
    attr.port_num = address.port;
    attr
}

pub(super) fn address(attr: &ibv_ah_attr) -> AddressVector {
    // SAFETY: every member of this union is sixteen bytes, of which any value is one of theirs.
    let gid = Gid(unsafe { attr.grh.dgid.raw });
    AddressVector {
        port: attr.port_num,
        gid: (attr.is_global != 0).then_some(gid),
        gid_index: attr.grh.sgid_index,
        hop_limit: attr.grh.hop_limit,
        traffic_class: attr.grh.traffic_class,
        flow_label: attr.grh.flow_label,
        lid: attr.dlid,
        service_level: attr.sl,
        source_path_bits: attr.src_path_bits,
        static_rate: attr.static_rate,
    }
}

/// A change, and the mask that says what of it counts.
pub(super) fn qp_change(change: &QpChange) -> (ibv_qp_attr, u32) {
    // SAFETY: zeroes are a value: it is all numbers.
    let mut attr: ibv_qp_attr = unsafe { MaybeUninit::zeroed().assume_init() };
    let mut mask = 0;
    macro_rules! set {
        ($($field:ident => $bit:ident, $value:ident: $attr:ident = $to:expr;)*) => {
            $(if let Some($value) = change.$field {
                attr.$attr = $to;
                mask |= $bit;
            })*
        };
    }
    set! {
        state => IBV_QP_STATE, state: qp_state = state.number();
        pkey_index => IBV_QP_PKEY_INDEX, index: pkey_index = index;
        port => IBV_QP_PORT, port: port_num = port;
        access => IBV_QP_ACCESS_FLAGS, access: qp_access_flags = access.bits();
        qkey => IBV_QP_QKEY, qkey: qkey = qkey;
        address => IBV_QP_AV, address: ah_attr = ah_attr(&address);
        path_mtu => IBV_QP_PATH_MTU, mtu: path_mtu = mtu.number();
        peer => IBV_QP_DEST_QPN, peer: dest_qp_num = peer;
        receive_psn => IBV_QP_RQ_PSN, psn: rq_psn = psn;
        send_psn => IBV_QP_SQ_PSN, psn: sq_psn = psn;
        max_answered_reads => IBV_QP_MAX_DEST_RD_ATOMIC, reads: max_dest_rd_atomic = reads;
        max_reads => IBV_QP_MAX_QP_RD_ATOMIC, reads: max_rd_atomic = reads;
        rnr_timer => IBV_QP_MIN_RNR_TIMER, timer: min_rnr_timer = timer.0;
        timeout => IBV_QP_TIMEOUT, timeout: timeout = timeout.0;
        retries => IBV_QP_RETRY_CNT, retries: retry_cnt = retries;
        rnr_retries => IBV_QP_RNR_RETRY, retries: rnr_retry = retries;
    }
    (attr, mask)
}

/// The change that attributes stand for, of which a mask says what counts. What we do not have, a path beside the first one,
/// is left out: a queue pair works without.
pub(super) fn change_of(attr: &ibv_qp_attr, mask: u32) -> QpChange {
    let all = attributes(attr);
    macro_rules! given {
        ($($field:ident => $bit:ident;)*) => {
            QpChange { $($field: (mask & $bit != 0).then_some(all.$field),)* }
        };
    }
    given! {
        state => IBV_QP_STATE;
        pkey_index => IBV_QP_PKEY_INDEX;
        port => IBV_QP_PORT;
        access => IBV_QP_ACCESS_FLAGS;
        qkey => IBV_QP_QKEY;
        address => IBV_QP_AV;
        path_mtu => IBV_QP_PATH_MTU;
        peer => IBV_QP_DEST_QPN;
        receive_psn => IBV_QP_RQ_PSN;
        send_psn => IBV_QP_SQ_PSN;
        max_answered_reads => IBV_QP_MAX_DEST_RD_ATOMIC;
        max_reads => IBV_QP_MAX_QP_RD_ATOMIC;
        rnr_timer => IBV_QP_MIN_RNR_TIMER;
        timeout => IBV_QP_TIMEOUT;
        retries => IBV_QP_RETRY_CNT;
        rnr_retries => IBV_QP_RNR_RETRY;
    }
}

pub(super) fn attributes(attr: &ibv_qp_attr) -> QpAttributes {
    QpAttributes {
        state: QpState::from_number(attr.qp_state),
        capacity: capacity(&attr.cap),
        port: attr.port_num,
        pkey_index: attr.pkey_index,
        access: Access::from_bits_retain(attr.qp_access_flags),
        qkey: attr.qkey,
        address: address(&attr.ah_attr),
        path_mtu: PathMtu::from_number(attr.path_mtu),
        peer: attr.dest_qp_num,
        receive_psn: attr.rq_psn,
        send_psn: attr.sq_psn,
        max_answered_reads: attr.max_dest_rd_atomic,
        max_reads: attr.max_rd_atomic,
        rnr_timer: RnrTimer(attr.min_rnr_timer),
        timeout: AckTimeout(attr.timeout),
        retries: attr.retry_cnt,
        rnr_retries: attr.rnr_retry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_changed_is_marked_and_the_way_comes_back_as_it_went() {
        let way = AddressVector {
            flow_label: 7,
            traffic_class: 0x68,
            service_level: 3,
            ..AddressVector::to_gid(1, 5, Gid([9; 16]))
        };
        let change = QpChange { address: Some(way), peer: Some(17), ..QpChange::to(QpState::Rtr) };
        let (attr, mask) = qp_change(&change);
        assert_eq!(mask, IBV_QP_STATE | IBV_QP_AV | IBV_QP_DEST_QPN);
        let read = attributes(&attr);
        assert_eq!((read.state, read.address, read.peer), (QpState::Rtr, way, 17));
        assert_eq!(change_of(&attr, mask | IBV_QP_ALT_PATH), change);
        assert_eq!(qp_change(&QpChange::default()).1, 0);
    }

    #[test]
    fn completions_have_their_number_only_with_its_flag() {
        // SAFETY: zeroes are a value: it is all numbers.
        let mut wc: ibv_wc = unsafe { MaybeUninit::zeroed().assume_init() };
        wc.__bindgen_anon_1.imm_data = 0x0102_0304_u32.to_be();
        (wc.status, wc.opcode) = (IBV_WC_RNR_RETRY_EXC_ERR, IBV_WC_RECV_RDMA_WITH_IMM);
        assert_eq!(completion(&wc).imm, None);
        wc.wc_flags = IBV_WC_WITH_IMM;
        let read = completion(&wc);
        assert_eq!((read.imm, read.invalidated), (Some(0x0102_0304), None));
        assert_eq!(
            (read.status, read.op),
            (CompletionStatus::RnrRetryExceeded, CompletionOp::ReceiveWriteImm)
        );
    }
}
