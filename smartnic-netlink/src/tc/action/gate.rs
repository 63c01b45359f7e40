//! Gates that open and close in a cycle (`struct tc_gate`).

use smartnic_core::flow::{ActionKind, Gate, GateEntry};

use super::{Gen, Options, control};
use crate::codec::{Attr, Attrs, Encoder, WireError};
use crate::uapi::netlink::NLA_F_NESTED;
use crate::uapi::tc_gate::*;

pub(super) const KIND: &str = "gate";

pub(super) fn encode(encoder: &mut Encoder<'_>, gate: &Gate, common: Gen) {
    encoder.attr_fixed(TCA_GATE_PARMS, &common);
    if let Some(priority) = gate.priority {
        encoder.attr_fixed(TCA_GATE_PRIORITY, &priority);
    }
    if let Some(flags) = gate.flags {
        encoder.u32(TCA_GATE_FLAGS, flags);
    }
    let times = [
        (TCA_GATE_BASE_TIME, gate.base_time_ns),
        (TCA_GATE_CYCLE_TIME, gate.cycle_time_ns),
        (TCA_GATE_CYCLE_TIME_EXT, gate.cycle_time_ext_ns),
    ];
    for (attr, time) in times {
        if let Some(time) = time {
            encoder.u64(attr, time);
        }
    }
    if let Some(clock) = gate.clock_id {
        encoder.attr_fixed(TCA_GATE_CLOCKID, &clock);
    }
    encoder.nest(TCA_GATE_ENTRY_LIST | NLA_F_NESTED, |encoder| {
        for entry in &gate.entries {
            encoder.nest(TCA_GATE_ONE_ENTRY | NLA_F_NESTED, |encoder| put_entry(encoder, entry));
        }
    });
}

fn put_entry(encoder: &mut Encoder<'_>, entry: &GateEntry) {
    if entry.open {
        encoder.flag(TCA_GATE_ENTRY_GATE);
    }
    encoder.u32(TCA_GATE_ENTRY_INTERVAL, entry.interval_ns);
    encoder.attr_fixed(TCA_GATE_ENTRY_IPV, &entry.ipv);
    encoder.attr_fixed(TCA_GATE_ENTRY_MAX_OCTETS, &entry.max_octets);
}

/// Nothing if an interval has something that has no name here.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut params = None;
    let mut gate = Gate::default();
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_GATE_PARMS => params = Some(attr.fixed::<Gen>()?),
            TCA_GATE_PRIORITY => gate.priority = Some(attr.i32()?),
            TCA_GATE_FLAGS => gate.flags = Some(attr.u32()?),
            TCA_GATE_BASE_TIME => gate.base_time_ns = Some(attr.u64()?),
            TCA_GATE_CYCLE_TIME => gate.cycle_time_ns = Some(attr.u64()?),
            TCA_GATE_CYCLE_TIME_EXT => gate.cycle_time_ext_ns = Some(attr.u64()?),
            TCA_GATE_CLOCKID => gate.clock_id = Some(attr.i32()?),
            TCA_GATE_ENTRY_LIST => {
                for entry in attr.nested() {
                    let Some(entry) = read_entry(&entry?)? else { return Ok(None) };
                    gate.entries.push(entry);
                }
            }
            TCA_GATE_TM | TCA_GATE_PAD => {}
            _ => return Ok(None),
        }
    }
    let Some(common) = params else { return Ok(None) };
    Ok(Some(Options { kind: ActionKind::Gate(gate), control: control::read(common.action) }))
}

fn read_entry(attr: &Attr<'_>) -> Result<Option<GateEntry>, WireError> {
    if attr.kind() != TCA_GATE_ONE_ENTRY {
        return Ok(None);
    }
    let mut entry = GateEntry { open: false, interval_ns: 0, ipv: -1, max_octets: -1 };
    for attr in attr.nested() {
        let attr = attr?;
        match attr.kind() {
            // The entries come in order; their numbers say it again.
            TCA_GATE_ENTRY_INDEX => {}
            TCA_GATE_ENTRY_GATE => entry.open = true,
            TCA_GATE_ENTRY_INTERVAL => entry.interval_ns = attr.u32()?,
            TCA_GATE_ENTRY_IPV => entry.ipv = attr.i32()?,
            TCA_GATE_ENTRY_MAX_OCTETS => entry.max_octets = attr.i32()?,
            _ => return Ok(None),
        }
    }
    Ok(Some(entry))
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<super::Gen>(), super::SIZEOF_TC_GATE);
    }
}
