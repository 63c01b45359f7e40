use std::mem::MaybeUninit;
use std::ptr::without_provenance_mut;
use std::sync::Arc;

use smartnic_core::backend::{CqConfig, VerbsCqEx};
use smartnic_core::verbs::{Completion, CompletionEx, CompletionOp, CompletionStatus, CqFields};
use smartnic_core::{Error, Result};

use super::channel::Channel;
use super::completion::Cq;
use super::constants::{
    IBV_CQ_INIT_ATTR_MASK_FLAGS, IBV_CREATE_CQ_ATTR_IGNORE_OVERRUN, IBV_WC_GRH, IBV_WC_IP_CSUM_OK,
    IBV_WC_RECV, IBV_WC_WITH_IMM, IBV_WC_WITH_INV,
};
use super::context::Context;
use super::extended::extended;
use super::raw::{Raw, next_id};
use super::types::{ibv_cq_ex, ibv_cq_init_attr_ex, ibv_poll_cq_attr};

/// A function of a queue that reads something of the completion at which it stands.
type Read<T> = unsafe extern "C" fn(*mut ibv_cq_ex) -> T;

/// What an extended queue says, and how: its own functions, of which those are there that it was made with.
#[derive(Debug)]
pub(super) struct Extended {
    fields: CqFields,
    start: unsafe extern "C" fn(*mut ibv_cq_ex, *mut ibv_poll_cq_attr) -> i32,
    next: Read<i32>,
    end: Read<()>,
    opcode: Read<u32>,
    vendor_error: Read<u32>,
    flags: Read<u32>,
    bytes: Option<Read<u32>>,
    imm: Option<Read<u32>>,
    qp: Option<Read<u32>>,
    source_qp: Option<Read<u32>>,
    source_lid: Option<Read<u32>>,
    service_level: Option<Read<u8>>,
    path_bits: Option<Read<u8>>,
    timestamp: Option<Read<u64>>,
    vlan: Option<Read<u16>>,
    flow_tag: Option<Read<u32>>,
    wall_clock: Option<Read<u64>>,
}

impl Extended {
    /// The functions of a queue that was made with these fields; none if the driver left out what every one has.
    fn of(cq: &ibv_cq_ex, fields: CqFields) -> Option<Self> {
        /// A function that is there even without its field is not called.
        fn wanted<T>(fields: CqFields, field: CqFields, read: Option<Read<T>>) -> Option<Read<T>> {
            read.filter(|_| fields.contains(field))
        }
        Some(Self {
            fields,
            start: cq.start_poll?,
            next: cq.next_poll?,
            end: cq.end_poll?,
            opcode: cq.read_opcode?,
            vendor_error: cq.read_vendor_err?,
            flags: cq.read_wc_flags?,
            bytes: wanted(fields, CqFields::BYTES, cq.read_byte_len),
            imm: wanted(fields, CqFields::IMM, cq.read_imm_data),
            qp: wanted(fields, CqFields::QP, cq.read_qp_num),
            source_qp: wanted(fields, CqFields::SOURCE_QP, cq.read_src_qp),
            source_lid: wanted(fields, CqFields::SOURCE_LID, cq.read_slid),
            service_level: wanted(fields, CqFields::SERVICE_LEVEL, cq.read_sl),
            path_bits: wanted(fields, CqFields::PATH_BITS, cq.read_dlid_path_bits),
            timestamp: wanted(fields, CqFields::TIMESTAMP, cq.read_completion_ts),
            vlan: wanted(fields, CqFields::VLAN, cq.read_cvlan),
            flow_tag: wanted(fields, CqFields::FLOW_TAG, cq.read_flow_tag),
            wall_clock: wanted(fields, CqFields::WALL_CLOCK, cq.read_completion_wallclock_ns),
        })
    }

    /// Takes off at most so many completions, and gives each with its place to `take`, which must not use the queue: the
    /// driver has it locked.
    pub(super) fn poll(
        &self,
        cq: &Cq,
        most: usize,
        mut take: impl FnMut(usize, CompletionEx),
    ) -> Result<usize> {
        if most == 0 {
            return Ok(0);
        }
        let queue = cq.cq.pointer().cast::<ibv_cq_ex>();
        let mut attr = ibv_poll_cq_attr { comp_mask: 0 };
        // SAFETY: the queue is there and was made as an extended one; the attributes are read only.
        let mut code = unsafe { (self.start)(queue, &raw mut attr) };
        if code == libc::ENOENT {
            return Ok(0);
        }
        if code != 0 {
            return Err(cq.failed());
        }
        let mut taken = 0;
        while code == 0 {
            take(taken, self.told(queue));
            taken += 1;
            if taken == most {
                break;
            }
            // SAFETY: it was begun, and the step before succeeded.
            code = unsafe { (self.next)(queue) };
        }
        // SAFETY: it was begun, and is ended once.
        unsafe { (self.end)(queue) };
        match code {
            0 | libc::ENOENT => Ok(taken),
            // What was taken off is not lost: the failure is told the next time.
            _ if taken > 0 => Ok(taken),
            _ => Err(cq.failed()),
        }
    }

    /// The completion at which a queue stands that is being polled.
    fn told(&self, cq: *mut ibv_cq_ex) -> CompletionEx {
        // SAFETY: the queue is there and locked for us; drivers write these members at each step.
        let (status, id) = unsafe { ((&raw const (*cq).status).read(), (&raw const (*cq).wr_id).read()) };
        let status = CompletionStatus::from_number(status);
        // SAFETY: each function reads of the completion at which the queue stands.
        unsafe {
            let qp = self.qp.map_or(0, |read| read(cq));
            if status != CompletionStatus::Success {
                let vendor_error = (self.vendor_error)(cq);
                let completion = Completion { id, status, qp, vendor_error, ..Completion::default() };
                return CompletionEx { completion, ..CompletionEx::default() };
            }
            let flags = (self.flags)(cq);
            let has = |flag: u32| flags & flag != 0;
            // The key that was taken back is read where the number would be.
            let op = (self.opcode)(cq);
            let came = has(IBV_WC_WITH_IMM | IBV_WC_WITH_INV) && op & IBV_WC_RECV != 0;
            let imm = self.imm.filter(|_| came).map(|read| read(cq));
            CompletionEx {
                completion: Completion {
                    id,
                    status,
                    op: CompletionOp::from_number(op),
                    vendor_error: 0,
                    bytes: self.bytes.map_or(0, |read| read(cq)),
                    imm: imm.filter(|_| has(IBV_WC_WITH_IMM)).map(u32::from_be),
                    invalidated: imm.filter(|_| has(IBV_WC_WITH_INV)),
                    qp,
                    source_qp: self.source_qp.map_or(0, |read| read(cq)),
                    has_grh: has(IBV_WC_GRH),
                    pkey_index: 0,
                    source_lid: self.source_lid.map_or(0, |read| read(cq) as u16),
                    service_level: self.service_level.map_or(0, |read| read(cq)),
                },
                timestamp: self.timestamp.map(|read| read(cq)),
                wall_clock: self.wall_clock.map(|read| read(cq)),
                vlan: self.vlan.map(|read| read(cq)),
                flow_tag: self.flow_tag.map(|read| read(cq)),
                path_bits: self.path_bits.map(|read| read(cq)),
                checksum_is_good: has(IBV_WC_IP_CSUM_OK),
            }
        }
    }
}

impl Cq {
    pub(super) fn new_ex(context: &Arc<Context>, config: &CqConfig<'_>) -> Result<Self> {
        const OP: &str = "make an extended completion queue";
        let driver = Self::driver(context, OP)?;
        let absent = |reason: &str| Error::unsupported(OP).on(&context.name).reason(reason);
        let create = extended!(context, create_cq_ex).ok_or_else(|| absent("its driver has none"))?;
        let id = next_id();
        // SAFETY: zeroes are a value of it: it is numbers, and pointers that may be null.
        let mut init: ibv_cq_init_attr_ex = unsafe { MaybeUninit::zeroed().assume_init() };
        init.cqe = config.entries;
        init.cq_context = without_provenance_mut(id as usize);
        init.channel = Channel::known(config.channel, context, OP)?;
        init.comp_vector = config.vector;
        init.wc_flags = config.fields.bits();
        if config.ignore_overrun {
            (init.comp_mask, init.flags) = (IBV_CQ_INIT_ATTR_MASK_FLAGS, IBV_CREATE_CQ_ATTR_IGNORE_OVERRUN);
        }
        // SAFETY: context and channel are there, and stay so until the queue is gone; the attributes are read only.
        let cq = Raw::made(unsafe { create(context.context.as_ptr(), &raw mut init) }, OP, context)?;
        // SAFETY: it was just made, and what is read of it does not change.
        let told = Extended::of(unsafe { &*cq.pointer() }, config.fields);
        // An extended queue begins as any other.
        let cq = Raw::made(cq.pointer().cast(), OP, context)?;
        let is_whole = told.is_some();
        let cq = Self::of(driver, context, cq, id, config.channel, told);
        if is_whole { Ok(cq) } else { Err(absent("its driver leaves out how it is polled")) }
    }
}

impl VerbsCqEx for Cq {
    fn fields(&self) -> CqFields {
        self.extended.as_ref().map_or(CqFields::default(), |extended| extended.fields)
    }

    fn poll_ex(&self, into: &mut [CompletionEx]) -> Result<usize> {
        match &self.extended {
            Some(extended) => extended.poll(self, into.len(), |at, told| into[at] = told),
            None => Err(Error::unsupported("poll a completion queue").on(&self.context.name)),
        }
    }
}
