//! `snic_flow_trace`: the way of a packet through the rules that are on a host.

use std::ffi::c_char;

use smartnic::flow::{Attach, Netdev, Side, TraceReport, trace_at};
use smartnic::text::tc::rule_to_tc;
use smartnic::text::{packet, packet_words};

use crate::argument::{place, place_for, text};
use crate::entry::{done, enter, misuse};
use crate::error::{snic_error, snic_status};
use crate::flow_list::snic_side;
use crate::handle::{self, opaque};
use crate::host::snic_host;
use crate::list::{List, Texts, tri};

/// The way of a packet through rules. Made by `snic_flow_trace`, freed with `snic_trace_free`; used by one thread at a time.
pub struct snic_trace {
    _opaque: [u8; 0],
}
opaque!(snic_trace, Walked);

/// A way, with its steps as C reads them.
pub(crate) struct Walked {
    result: snic_trace_result,
    steps: List<snic_trace_step>,
    _texts: Texts,
}

/// A rule that a packet met.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_trace_step {
    /// The size of this structure in the library.
    pub size: usize,
    /// The rule as a line of tc; NULL for one that tc has no words for.
    pub rule: *const c_char,
    /// Its chain.
    pub chain: u32,
    /// Its priority.
    pub prio: u32,
    /// Its handle.
    pub handle: u32,
    /// How many of its actions were carried out.
    pub actions: u32,
    /// 1 if it is in hardware, 0 if not, -1 if that is not told.
    pub in_hardware: i32,
}

/// How the way of a packet ended.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_trace_result {
    /// The size of this structure in the library.
    pub size: usize,
    /// How it ended, in words: "dropped", "sent to eth1", "goes on to the stack".
    pub fate: *const c_char,
    /// The packet as it was at the end, in words.
    pub packet: *const c_char,
    /// The links that copies were sent to, with spaces between them.
    pub copies: *const c_char,
    /// 1 if every rule that it met is in hardware, and it met one: the CPU does not see such packets.
    pub in_hardware: i32,
    /// How many rules stand at the place.
    pub rules: u32,
    /// How many of them it met.
    pub met: u32,
}

impl Walked {
    fn new(report: &TraceReport) -> Self {
        let steps = report.met.iter().zip(&report.path.steps);
        let steps = List::of(steps, |(entry, step), texts: &mut Texts| snic_trace_step {
            size: size_of::<snic_trace_step>(),
            rule: texts.keep_any(rule_to_tc(&entry.rule).ok()),
            chain: step.chain,
            prio: step.prio.into(),
            handle: entry.rule.handle.unwrap_or(0),
            actions: step.actions as u32,
            in_hardware: tri(entry.in_hw),
        });
        let mut texts = Texts::default();
        let copies = report.path.copies.iter().map(|(dev, _)| dev.to_string()).collect::<Vec<_>>();
        let result = snic_trace_result {
            size: size_of::<snic_trace_result>(),
            fate: texts.keep(report.path.fate_words()),
            packet: texts.keep(packet_words(&report.path.packet)),
            copies: texts.keep(copies.join(" ")),
            in_hardware: report.in_hardware.into(),
            rules: report.rules as u32,
            met: report.met.len() as u32,
        };
        Self { result, steps, _texts: texts }
    }
}

/// Walks a packet, given in words such as "ip_proto udp dst_ip 10.0.0.1 dst_port 53", through the rules that stand at a side
/// (a number of `snic_side`; 0 stands for ingress) of a link. Nothing is sent, and no counter moves. `*trace` is the
/// caller's; freed with `snic_trace_free`.
///
/// Fails with NOT_FOUND if there is no such link, PARSE for a packet that cannot be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_trace(
    host: *const snic_host,
    link: *const c_char,
    side: i32,
    packet: *const c_char,
    trace: *mut *mut snic_trace,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(trace, "trace")?;
        let side = match side {
            side if side == snic_side::None as i32 || side == snic_side::Ingress as i32 => Side::Ingress,
            side if side == snic_side::Egress as i32 => Side::Egress,
            _ => return Err(misuse("side", "it must be one of snic_side")),
        };
        let packet = self::packet(text(packet, "packet")?)?;
        let host = &handle::get(host)?.host;
        let names = host.names()?;
        let dev = Netdev::Index(names.index(text(link, "link")?)?);
        let mut report = trace_at(host, &Attach::Dev { dev, side }, &packet)?;
        report.put_names(&names);
        *out = handle::give(Walked::new(&report));
        Ok(())
    })
}

/// Lends how the way ended in `*out`, which lives as long as the trace.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_trace_end(
    trace: *const snic_trace,
    out: *mut *const snic_trace_result,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        *place(out, "out")? = &handle::get(trace)?.result;
        Ok(())
    })
}

/// Lends the next rule that the packet met in `*out`, which lives as long as the trace. Returns `SNIC_STATUS_END` behind the
/// last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_trace_next(
    trace: *mut snic_trace,
    out: *mut *const snic_trace_step,
    error: *mut *mut snic_error,
) -> snic_status {
    enter(error, || handle::get_mut(trace)?.steps.next(out))
}

/// Frees a trace; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_trace_free(trace: *mut snic_trace) -> snic_status {
    handle::free(trace)
}
