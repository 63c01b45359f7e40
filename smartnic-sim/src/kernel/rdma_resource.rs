//! Resources of RDMA devices as nldev tells them: what the kernel itself makes, and what programs made.

use smartnic_core::rdma::QpType;
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;
use smartnic_netlink::uapi::rdma_netlink::*;

use super::rdma::handle;
use super::rdma_cm_id;
use crate::model::verbs::Verbs;
use crate::model::{Machine, RdmaDevice};

/// A resource of a device.
#[derive(Clone, Copy)]
pub(super) enum Held {
    /// The kernel's own, of which there is one queue pair for general services, with its queue and domain.
    Kernel,
    /// A program's, by its number in the model.
    Program(u32),
}

/// The resources of the kind that an operation dumps.
pub(super) fn held(machine: &Machine, device: &RdmaDevice, command: u16) -> Vec<Held> {
    let verbs = &machine.verbs;
    let of_pd = |pd: u32| verbs.device_of_pd(pd) == Some(device.index);
    let of_context = |context| verbs.contexts.get(&context).is_some_and(|it| it.device == device.index);
    let mine: Vec<u32> = match command {
        RDMA_NLDEV_CMD_RES_QP_GET => {
            keep(&verbs.qps, |number, _| verbs.device_of(number) == Some(device.index))
        }
        RDMA_NLDEV_CMD_RES_CQ_GET => keep(&verbs.cqs, |_, cq| of_context(cq.context)),
        RDMA_NLDEV_CMD_RES_PD_GET => keep(&verbs.pds, |number, _| of_pd(number)),
        RDMA_NLDEV_CMD_RES_MR_GET => keep(&verbs.mrs, |_, mr| of_pd(mr.pd)),
        RDMA_NLDEV_CMD_RES_CTX_GET => keep(&verbs.contexts, |number, _| of_context(number)),
        RDMA_NLDEV_CMD_RES_SRQ_GET => keep(&verbs.srqs, |_, srq| of_pd(srq.pd)),
        RDMA_NLDEV_CMD_RES_CM_ID_GET => rdma_cm_id::held(&verbs.cm, device.index),
        _ => Vec::new(),
    };
    let own =
        matches!(command, RDMA_NLDEV_CMD_RES_QP_GET | RDMA_NLDEV_CMD_RES_CQ_GET | RDMA_NLDEV_CMD_RES_PD_GET);
    let own = own.then_some(Held::Kernel);
    own.into_iter().chain(mine.into_iter().map(Held::Program)).collect()
}

fn keep<T>(all: &std::collections::BTreeMap<u32, T>, is: impl Fn(u32, &T) -> bool) -> Vec<u32> {
    all.iter().filter(|(number, it)| is(**number, it)).map(|(number, _)| *number).collect()
}

pub(super) fn write_summary(e: &mut Encoder<'_>, machine: &Machine, device: &RdmaDevice) {
    let most = machine.rdma_spec(device).most;
    handle(e, device);
    e.nest(RDMA_NLDEV_ATTR_RES_SUMMARY | NLA_F_NESTED, |e| {
        for (name, command, limited) in [
            ("pd", RDMA_NLDEV_CMD_RES_PD_GET, true),
            ("cq", RDMA_NLDEV_CMD_RES_CQ_GET, true),
            ("qp", RDMA_NLDEV_CMD_RES_QP_GET, true),
            ("cm_id", RDMA_NLDEV_CMD_RES_CM_ID_GET, false),
            ("mr", RDMA_NLDEV_CMD_RES_MR_GET, true),
            ("ctx", RDMA_NLDEV_CMD_RES_CTX_GET, false),
            ("srq", RDMA_NLDEV_CMD_RES_SRQ_GET, true),
        ] {
            e.nest(RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY | NLA_F_NESTED, |e| {
                e.text(RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY_NAME, name);
                let current = held(machine, device, command).len() as u64;
                e.u64(RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY_CURR, current);
                if limited {
                    e.u64(RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY_MAX, most);
                }
            });
        }
    });
}

/// Some resources of a kind; keys are told to the privileged only.
pub(super) fn write(
    e: &mut Encoder<'_>,
    machine: &Machine,
    device: &RdmaDevice,
    command: u16,
    some: &[Held],
    admin: bool,
) {
    let (table, entry) = match command {
        RDMA_NLDEV_CMD_RES_QP_GET => (RDMA_NLDEV_ATTR_RES_QP, RDMA_NLDEV_ATTR_RES_QP_ENTRY),
        RDMA_NLDEV_CMD_RES_CQ_GET => (RDMA_NLDEV_ATTR_RES_CQ, RDMA_NLDEV_ATTR_RES_CQ_ENTRY),
        RDMA_NLDEV_CMD_RES_PD_GET => (RDMA_NLDEV_ATTR_RES_PD, RDMA_NLDEV_ATTR_RES_PD_ENTRY),
        RDMA_NLDEV_CMD_RES_CM_ID_GET => (RDMA_NLDEV_ATTR_RES_CM_ID, RDMA_NLDEV_ATTR_RES_CM_ID_ENTRY),
        RDMA_NLDEV_CMD_RES_MR_GET => (RDMA_NLDEV_ATTR_RES_MR, RDMA_NLDEV_ATTR_RES_MR_ENTRY),
        RDMA_NLDEV_CMD_RES_CTX_GET => (RDMA_NLDEV_ATTR_RES_CTX, RDMA_NLDEV_ATTR_RES_CTX_ENTRY),
        _ => (RDMA_NLDEV_ATTR_RES_SRQ, RDMA_NLDEV_ATTR_RES_SRQ_ENTRY),
    };
    handle(e, device);
    e.nest(table | NLA_F_NESTED, |e| {
        for one in some {
            e.nest(entry | NLA_F_NESTED, |e| match one {
                Held::Kernel => write_own(e, device, command),
                Held::Program(number) => write_program(e, &machine.verbs, device, command, *number, admin),
            });
        }
    });
}

fn write_own(e: &mut Encoder<'_>, device: &RdmaDevice, command: u16) {
    match command {
        RDMA_NLDEV_CMD_RES_QP_GET => {
            e.u32(RDMA_NLDEV_ATTR_PORT_INDEX, 1);
            e.u32(RDMA_NLDEV_ATTR_RES_LQPN, 1);
            e.u32(RDMA_NLDEV_ATTR_RES_SQ_PSN, 0);
            e.u8(RDMA_NLDEV_ATTR_RES_TYPE, 1);
            e.u8(RDMA_NLDEV_ATTR_RES_STATE, 3);
        }
        RDMA_NLDEV_CMD_RES_CQ_GET => {
            e.u32(RDMA_NLDEV_ATTR_RES_CQE, 1023);
            e.u64(RDMA_NLDEV_ATTR_RES_USECNT, 2);
            e.u8(RDMA_NLDEV_ATTR_RES_POLL_CTX, 2);
            e.u8(RDMA_NLDEV_ATTR_DEV_DIM, u8::from(device.dim));
            e.u32(RDMA_NLDEV_ATTR_RES_CQN, 0);
        }
        _ => {
            e.u64(RDMA_NLDEV_ATTR_RES_USECNT, 1);
            e.u32(RDMA_NLDEV_ATTR_RES_PDN, 0);
        }
    }
    e.text(RDMA_NLDEV_ATTR_RES_KERN_NAME, "ib_core");
}

/// What a program made (`fill_res_*_entry`), with the program's number.
fn write_program(
    e: &mut Encoder<'_>,
    verbs: &Verbs,
    device: &RdmaDevice,
    command: u16,
    number: u32,
    admin: bool,
) {
    let context_of = |pd: u32| verbs.pds.get(&pd).map_or(0, |pd| pd.context);
    let context = match command {
        RDMA_NLDEV_CMD_RES_QP_GET => {
            let Some(qp) = verbs.qps.get(&number) else { return };
            if qp.now.port != 0 {
                e.u32(RDMA_NLDEV_ATTR_PORT_INDEX, qp.now.port.into());
            }
            e.u32(RDMA_NLDEV_ATTR_RES_LQPN, number);
            if qp.kind != QpType::Ud {
                e.u32(RDMA_NLDEV_ATTR_RES_RQPN, qp.now.peer);
                e.u32(RDMA_NLDEV_ATTR_RES_RQ_PSN, qp.now.receive_psn);
                // IB_MIG_MIGRATED
                e.u8(RDMA_NLDEV_ATTR_RES_PATH_MIG_STATE, 0);
            }
            e.u32(RDMA_NLDEV_ATTR_RES_SQ_PSN, qp.now.send_psn);
            e.u8(RDMA_NLDEV_ATTR_RES_TYPE, qp.kind.number() as u8);
            e.u8(RDMA_NLDEV_ATTR_RES_STATE, qp.now.state.number() as u8);
            if qp.xrcd.is_none() {
                e.u32(RDMA_NLDEV_ATTR_RES_PDN, qp.pd);
            }
            verbs.context_of(number).unwrap_or(0)
        }
        RDMA_NLDEV_CMD_RES_CQ_GET => {
            let Some(cq) = verbs.cqs.get(&number) else { return };
            let users = verbs.qps.values().flat_map(|qp| [qp.send_cq, qp.receive_cq]);
            e.u32(RDMA_NLDEV_ATTR_RES_CQE, cq.capacity);
            e.u64(RDMA_NLDEV_ATTR_RES_USECNT, users.filter(|cq| *cq == number).count() as u64);
            e.u8(RDMA_NLDEV_ATTR_DEV_DIM, u8::from(device.dim));
            e.u32(RDMA_NLDEV_ATTR_RES_CQN, number);
            e.u32(RDMA_NLDEV_ATTR_RES_CTXN, cq.context);
            cq.context
        }
        RDMA_NLDEV_CMD_RES_PD_GET => {
            let Some(pd) = verbs.pds.get(&number) else { return };
            let users = verbs.qps.values().filter(|qp| qp.pd == number).count()
                + verbs.mrs.values().filter(|mr| mr.pd == number).count()
                + verbs.srqs.values().filter(|srq| srq.pd == number).count();
            e.u64(RDMA_NLDEV_ATTR_RES_USECNT, users as u64);
            e.u32(RDMA_NLDEV_ATTR_RES_PDN, number);
            e.u32(RDMA_NLDEV_ATTR_RES_CTXN, pd.context);
            pd.context
        }
        RDMA_NLDEV_CMD_RES_MR_GET => {
            let Some(mr) = verbs.mrs.get(&number) else { return };
            if admin {
                e.u32(RDMA_NLDEV_ATTR_RES_RKEY, number);
                e.u32(RDMA_NLDEV_ATTR_RES_LKEY, number);
            }
            e.u64(RDMA_NLDEV_ATTR_RES_MRLEN, mr.store.len() as u64);
            e.u32(RDMA_NLDEV_ATTR_RES_MRN, number >> 8);
            e.u32(RDMA_NLDEV_ATTR_RES_PDN, mr.pd);
            context_of(mr.pd)
        }
        RDMA_NLDEV_CMD_RES_CTX_GET => {
            e.u32(RDMA_NLDEV_ATTR_RES_CTXN, number);
            number
        }
        RDMA_NLDEV_CMD_RES_CM_ID_GET => return rdma_cm_id::write(e, &verbs.cm, number),
        _ => {
            let Some(srq) = verbs.srqs.get(&number) else { return };
            e.u32(RDMA_NLDEV_ATTR_RES_SRQN, number);
            // IB_SRQT_BASIC
            e.u8(RDMA_NLDEV_ATTR_RES_TYPE, 0);
            e.u32(RDMA_NLDEV_ATTR_RES_PDN, srq.pd);
            e.nest(RDMA_NLDEV_ATTR_RES_QP | NLA_F_NESTED, |e| {
                for (qp, _) in verbs.qps.iter().filter(|(_, qp)| qp.srq == Some(number)) {
                    e.nest(RDMA_NLDEV_ATTR_RES_QP_ENTRY | NLA_F_NESTED, |e| {
                        e.u32(RDMA_NLDEV_ATTR_RES_LQPN, *qp)
                    });
                }
            });
            context_of(srq.pd)
        }
    };
    if let Some(context) = verbs.contexts.get(&context) {
        e.u32(RDMA_NLDEV_ATTR_RES_PID, context.pid);
    }
}
