//! QSFP, QSFP+, QSFP28 (SFF-8636): four lanes, pages at one address.

use super::{Lane, Limits, Map, Memory, Module, Part, Reading, kind, limits, memory, raise};
use crate::Result;

const ADDRESS: u8 = 0x50;
/// Byte 2: only page 0 is there.
const FLAT: u8 = 1 << 2;
/// Byte 220: the power that is sent is measured.
const HAS_TX_POWER: u8 = 1 << 2;

pub(super) fn read(low: &Memory, read: &mut dyn FnMut(Part) -> Result<Vec<u8>>) -> Result<Module> {
    let high = memory::half(read, Part::high(ADDRESS, 0))?;
    let identifier = low.u8(0);
    let mut module = Module {
        identifier,
        kind: kind(identifier).unwrap_or("unknown").to_owned(),
        map: Map::Sff8636,
        connector: high.u8(130),
        vendor: high.text(148, 16),
        oui: high.oui(165),
        part_number: high.text(168, 16),
        revision: high.text(184, 2),
        serial_number: high.text(196, 16),
        date: high.text(212, 8),
        temperature: None,
        voltage: None,
        lanes: Vec::new(),
        alarms: Vec::new(),
    };
    // Cables of copper measure nothing: supply and temperature read as zero.
    if low.u16(26) == 0 && low.i16(22) == 0 {
        return Ok(module);
    }
    let thresholds = match low.u8(2) & FLAT {
        0 => memory::half(read, Part::high(ADDRESS, 3)).ok(),
        _ => None,
    };
    let of = |value: fn(&Memory, usize) -> i64, at: usize| -> Option<Limits> {
        thresholds.as_ref().map(|page| limits(at, |at| value(page, at)))
    };
    let reading = |now, limits| Some(Reading { now, limits });
    module.temperature = reading(low.temperature(22), of(Memory::temperature, 128));
    module.voltage = reading(low.voltage(26), of(Memory::voltage, 144));
    let sends = high.u8(220) & HAS_TX_POWER != 0;
    for lane in 0..4 {
        module.lanes.push(Lane {
            rx_power: reading(low.power(34 + 2 * lane), of(Memory::power, 176)),
            bias: reading(low.bias(42 + 2 * lane), of(Memory::bias, 184)),
            tx_power: sends
                .then_some(Reading { now: low.power(50 + 2 * lane), limits: of(Memory::power, 192) }),
        });
    }
    raise(&mut module.alarms, "temperature", low.u8(6) >> 4);
    raise(&mut module.alarms, "voltage", low.u8(7) >> 4);
    for (what, at) in [("rx-power", 9), ("bias", 11), ("tx-power", 13)] {
        for lane in 0..4 {
            // Two lanes to a byte, the first in the upper half.
            let bits = low.u8(at + lane / 2) >> (4 * (1 - lane % 2));
            raise(&mut module.alarms, &format!("lane {} {what}", lane + 1), bits & 0xf);
        }
    }
    Ok(module)
}
