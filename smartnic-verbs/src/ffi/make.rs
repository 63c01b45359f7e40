//! How queue pairs are made.

use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::Arc;

use smartnic_core::backend::QpConfig;
use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{QpCapacity, Segments, SendOps};
use smartnic_core::{Error, Result};

use super::batch::Batches;
use super::completion::Cq;
use super::constants::{
    IBV_QP_INIT_ATTR_MAX_TSO_HEADER, IBV_QP_INIT_ATTR_PD, IBV_QP_INIT_ATTR_SEND_OPS_FLAGS,
    IBV_QP_INIT_ATTR_XRCD, IBV_QPT_RAW_PACKET, IBV_QPT_RC, IBV_QPT_UC, IBV_QPT_UD, IBV_QPT_XRC_RECV,
    IBV_QPT_XRC_SEND,
};
use super::context::Context;
use super::domain::Pd;
use super::extended::extended;
use super::multicast::Groups;
use super::queue_pair::{Home, Qp};
use super::raw::Raw;
use super::shared::{NONE, Srq};
use super::steering::needs_right;
use super::types::{ibv_qp, ibv_qp_init_attr, ibv_qp_init_attr_ex};
use super::values;
use super::xrc::Xrcd;

const OP: &str = "make a queue pair";

impl Qp {
    pub(super) fn new(pd: &Pd, config: &QpConfig<'_>) -> Result<Self> {
        let context = &pd.inner.context;
        let qp_type = match config.kind {
            QpType::Rc => IBV_QPT_RC,
            QpType::Uc => IBV_QPT_UC,
            QpType::Ud => IBV_QPT_UD,
            QpType::XrcIni => IBV_QPT_XRC_SEND,
            QpType::RawPacket => IBV_QPT_RAW_PACKET,
            other => {
                let reason = format!("queue pairs of type {other} cannot be made here");
                return Err(Error::unsupported(OP).on(&context.name).reason(reason));
            }
        };
        let mut init = ibv_qp_init_attr {
            qp_context: null_mut(),
            send_cq: Cq::known(&**config.send_cq, context, OP)?,
            recv_cq: Cq::known(&**config.receive_cq, context, OP)?,
            srq: config.srq.map_or(Ok(NONE), |srq| Srq::known(&**srq, context, OP))?,
            cap: values::qp_cap(&config.capacity),
            qp_type,
            sq_sig_all: config.signal_all.into(),
        };
        let qp = match config.batches {
            // SAFETY: domain and queues are there, and are held until it is gone; the attributes are read and written.
            None => unsafe { (context.library.functions.create_qp)(pd.inner.pd.pointer(), &raw mut init) },
            Some(ops) => {
                let mut more = nothing();
                (more.send_cq, more.recv_cq, more.srq) = (init.send_cq, init.recv_cq, init.srq);
                (more.cap, more.qp_type, more.sq_sig_all) = (init.cap, init.qp_type, init.sq_sig_all);
                more.comp_mask = IBV_QP_INIT_ATTR_PD | IBV_QP_INIT_ATTR_SEND_OPS_FLAGS;
                (more.pd, more.send_ops_flags) = (pd.inner.pd.pointer(), ops.bits());
                if ops.contains(SendOps::SEGMENTS) {
                    more.comp_mask |= IBV_QP_INIT_ATTR_MAX_TSO_HEADER;
                    more.max_tso_header = Segments::LONGEST_HEADER as u16;
                }
                let qp = create(context, &mut more)?;
                init.cap = more.cap;
                qp
            }
        };
        let made = Self::of(qp, Home::Domain(pd.clone()), config.kind, values::capacity(&init.cap));
        let mut made =
            made.map_err(|error| if config.kind == QpType::RawPacket { needs_right(error) } else { error })?;
        made.receives = config.srq.is_none() && config.kind != QpType::XrcIni;
        made._queues = vec![Arc::clone(config.send_cq), Arc::clone(config.receive_cq)];
        made._srq = config.srq.cloned();
        if let Some(ops) = config.batches {
            let absent = || {
                Error::unsupported(OP)
                    .on(&context.name)
                    .reason("its driver leaves out how batches are posted")
            };
            made.batches = Some(Batches::new(context, &made.qp, ops).ok_or_else(absent)?);
        }
        Ok(made)
    }

    /// The receiving end of an extended connection.
    pub(super) fn new_target(xrcd: &Xrcd) -> Result<Self> {
        let mut init = nothing();
        (init.qp_type, init.comp_mask) = (IBV_QPT_XRC_RECV, IBV_QP_INIT_ATTR_XRCD);
        init.xrcd = xrcd.inner.xrcd.pointer();
        let qp = create(&xrcd.inner.context, &mut init)?;
        let none =
            QpCapacity { send_requests: 0, receive_requests: 0, send_sges: 0, receive_sges: 0, inline: 0 };
        Self::of(qp, Home::Extended(xrcd.clone()), QpType::XrcTgt, none)
    }

    /// What a function returned that makes queue pairs.
    fn of(qp: *mut ibv_qp, home: Home, kind: QpType, capacity: QpCapacity) -> Result<Self> {
        let context = home.context();
        let qp = Raw::made(qp, OP, context)?;
        let ops = context.ops();
        let (Some(post_send), Some(post_receive)) = (ops.post_send, ops.post_recv) else {
            let error = Error::unsupported(OP).on(&context.name).reason("its driver cannot post requests");
            // SAFETY: it was just made, and nobody has it.
            let _ = unsafe { (context.library.functions.destroy_qp)(qp.pointer()) };
            return Err(error);
        };
        // SAFETY: it was just made, and its number does not change.
        let number = unsafe { (*qp.pointer()).qp_num };
        Ok(Self {
            qp,
            home,
            kind,
            number,
            capacity,
            post_send,
            post_receive,
            receives: false,
            batches: None,
            groups: Groups::default(),
            _queues: Vec::new(),
            _srq: None,
        })
    }
}

fn nothing() -> ibv_qp_init_attr_ex {
    // SAFETY: zeroes are a value of it: it is numbers, and pointers that may be null.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// Makes one that is more than the older function makes; null if that fails.
fn create(context: &Context, init: &mut ibv_qp_init_attr_ex) -> Result<*mut ibv_qp> {
    let create = extended!(context, create_qp_ex);
    let create = create.ok_or_else(|| Error::unsupported(OP).on(&context.name))?;
    // SAFETY: what the attributes name is there, and whoever asks holds it until the queue pair is gone.
    Ok(unsafe { create(context.context.as_ptr(), init) })
}
