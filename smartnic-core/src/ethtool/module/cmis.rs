//! QSFP-DD, OSFP and kin (CMIS): eight lanes to a bank.

use super::{Lane, Limits, Map, Memory, Module, Part, Reading, kind, limits, memory, raise};
use crate::Result;

const ADDRESS: u8 = 0x50;
/// Byte 2: only page 0 is there.
const FLAT: u8 = 1 << 7;
/// Lanes of a bank.
const LANES: usize = 8;

pub(super) fn read(low: &Memory, read: &mut dyn FnMut(Part) -> Result<Vec<u8>>) -> Result<Module> {
    let high = memory::half(read, Part::high(ADDRESS, 0))?;
    let identifier = low.u8(0);
    let mut module = Module {
        identifier,
        kind: kind(identifier).unwrap_or("unknown").to_owned(),
        map: Map::Cmis,
        connector: high.u8(203),
        vendor: high.text(129, 16),
        oui: high.oui(145),
        part_number: high.text(148, 16),
        revision: high.text(164, 2),
        serial_number: high.text(166, 16),
        date: high.text(182, 8),
        temperature: None,
        voltage: None,
        lanes: Vec::new(),
        alarms: Vec::new(),
    };
    if low.u8(2) & FLAT != 0 {
        return Ok(module);
    }
    // What it can measure at all, and in which unit the current is.
    let Ok(abilities) = memory::half(read, Part::high(ADDRESS, 1)) else { return Ok(module) };
    let thresholds = memory::half(read, Part::high(ADDRESS, 2)).ok();
    let of = |at: usize, value: &dyn Fn(&Memory, usize) -> i64| -> Option<Limits> {
        thresholds.as_ref().map(|page| limits(at, |at| value(page, at)))
    };
    let (whole, lanes) = (abilities.u8(159), abilities.u8(160));
    if whole & 1 != 0 {
        let limits = of(128, &Memory::temperature);
        module.temperature = Some(Reading { now: low.temperature(14), limits });
    }
    if whole & 2 != 0 {
        module.voltage = Some(Reading { now: low.voltage(16), limits: of(136, &Memory::voltage) });
    }
    raise(&mut module.alarms, "temperature", mirrored(low.u8(9)));
    raise(&mut module.alarms, "voltage", mirrored(low.u8(9) >> 4));
    let times = 1 << (lanes >> 3 & 3).min(2);
    let bias = move |memory: &Memory, at: usize| memory.bias(at) * times;
    let reading = |page: &Memory, can: u8, at: usize, limit: usize, value: &dyn Fn(&Memory, usize) -> i64| {
        (lanes & can != 0).then(|| Reading { now: value(page, at), limits: of(limit, value) })
    };
    for bank in 0..banks(abilities.u8(142)) {
        // A module may tell of banks that its host cannot reach.
        let part = Part { bank, ..Part::high(ADDRESS, 0x11) };
        let Ok(page) = memory::half(read, part) else { break };
        for lane in 0..LANES {
            module.lanes.push(Lane {
                tx_power: reading(&page, 2, 154 + 2 * lane, 176, &Memory::power),
                bias: reading(&page, 1, 170 + 2 * lane, 184, &bias),
                rx_power: reading(&page, 4, 186 + 2 * lane, 192, &Memory::power),
            });
        }
        for (what, at) in [("tx-power", 139), ("bias", 143), ("rx-power", 149)] {
            for lane in 0..LANES {
                // A byte for each kind of alarm, a bit in it for each lane.
                let bit = |kind: usize| (page.u8(at + kind) >> lane & 1) << (3 - kind);
                let bits = (0..4).map(bit).sum();
                let number = usize::from(bank) * LANES + lane + 1;
                raise(&mut module.alarms, &format!("lane {number} {what}"), bits);
            }
        }
    }
    Ok(module)
}

/// How many banks there are, by the lower bits of byte 142 of page 1.
fn banks(bits: u8) -> u8 {
    match bits & 3 {
        0 => 1,
        1 => 2,
        _ => 4,
    }
}

/// Four bits, the lowest first, as four with the highest first.
fn mirrored(bits: u8) -> u8 {
    (bits & 0xf).reverse_bits() >> 4
}
