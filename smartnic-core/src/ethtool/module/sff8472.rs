//! SFP and kin (SFF-8472): one lane, what it is at one address and what it measures at another.

use super::{Lane, Map, Memory, Module, Part, Reading, kind, limits, memory};
use crate::Result;

/// Byte 92 of the first address: it measures.
const MEASURES: u8 = 1 << 6;
/// Byte 92 of the first address: readings are to be corrected by what the module says.
const CORRECTED: u8 = 1 << 4;

pub(super) fn read(low: &Memory, read: &mut dyn FnMut(Part) -> Result<Vec<u8>>) -> Result<Module> {
    let identifier = low.u8(0);
    let mut module = Module {
        identifier,
        kind: kind(identifier).unwrap_or("unknown").to_owned(),
        map: Map::Sff8472,
        connector: low.u8(2),
        vendor: low.text(20, 16),
        oui: low.oui(37),
        part_number: low.text(40, 16),
        revision: low.text(56, 4),
        serial_number: low.text(68, 16),
        date: low.text(84, 8),
        temperature: None,
        voltage: None,
        lanes: Vec::new(),
        alarms: Vec::new(),
    };
    if low.u8(92) & MEASURES == 0 {
        return Ok(module);
    }
    let Ok(second) = memory::half(read, Part::low(0x51)) else { return Ok(module) };
    let scale = Scale { memory: &second, corrected: low.u8(92) & CORRECTED != 0 };
    let reading = |at, first, value: &dyn Fn(usize) -> i64| {
        Some(Reading { now: value(at), limits: Some(limits(first, value)) })
    };
    module.temperature = reading(96, 0, &|at| scale.temperature(at));
    module.voltage = reading(98, 8, &|at| scale.voltage(at));
    module.lanes.push(Lane {
        bias: reading(100, 16, &|at| scale.bias(at)),
        tx_power: reading(102, 24, &|at| scale.tx_power(at)),
        rx_power: reading(104, 32, &|at| scale.rx_power(at)),
    });
    for (at, text) in [(112, "alarm"), (116, "warning")] {
        let pairs = [
            (at, 6, "temperature"),
            (at, 4, "voltage"),
            (at, 2, "lane 1 bias"),
            (at, 0, "lane 1 tx-power"),
            (at + 1, 6, "lane 1 rx-power"),
        ];
        for (at, shift, what) in pairs {
            let bits = second.u8(at) >> shift;
            for (bit, side) in [(2, "high"), (1, "low")] {
                if bits & bit != 0 {
                    module.alarms.push(format!("{what} {side} {text}"));
                }
            }
        }
    }
    Ok(module)
}

/// Readings, corrected by the module's own slopes and offsets where it says that they must be.
struct Scale<'a> {
    memory: &'a Memory,
    corrected: bool,
}

impl Scale<'_> {
    /// `raw` by slope (in 1/256) and offset, which stand at `constants`.
    fn line(&self, raw: i64, constants: usize) -> i64 {
        match self.corrected {
            true => raw * self.memory.u16(constants) / 256 + self.memory.i16(constants + 2),
            false => raw,
        }
    }

    fn temperature(&self, at: usize) -> i64 {
        self.line(self.memory.i16(at), 84) * 1000 / 256
    }

    fn voltage(&self, at: usize) -> i64 {
        self.line(self.memory.u16(at), 88) * 100
    }

    fn bias(&self, at: usize) -> i64 {
        self.line(self.memory.u16(at), 76) * 2
    }

    fn tx_power(&self, at: usize) -> i64 {
        self.line(self.memory.u16(at), 80) * 100
    }

    fn rx_power(&self, at: usize) -> i64 {
        if !self.corrected {
            return self.memory.power(at);
        }
        // A polynomial of the fourth degree, its highest term first; what is no number reads as zero.
        let raw = self.memory.u16(at) as f64;
        let value = (0..5).fold(0.0, |sum, term| sum * raw + self.memory.f32(56 + 4 * term));
        (value.clamp(-1e12, 1e12) * 100.0) as i64
    }
}
