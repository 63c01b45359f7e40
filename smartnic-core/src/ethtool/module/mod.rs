//! What a plugged-in module tells of itself: who made it, and what it measures.
//!
//! Three memory maps are read: SFF-8472 (SFP and kin), SFF-8636 (QSFP, QSFP28), CMIS (QSFP-DD, OSFP and kin). Readings are
//! whole numbers in small units, so that nothing is lost and values can be compared.

mod cmis;
mod memory;
mod sff8472;
mod sff8636;

use serde::{Deserialize, Serialize};

pub use memory::{HALF, Memory, Part};

use crate::{Error, Result};

/// Where alarms and warnings begin, in the unit of the reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Above this it is an alarm.
    pub high_alarm: i64,
    /// Below this it is an alarm.
    pub low_alarm: i64,
    /// Above this it is a warning.
    pub high_warning: i64,
    /// Below this it is a warning.
    pub low_warning: i64,
}

/// Something that a module measures: the reading, and its limits if the module has some.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The value now.
    pub now: i64,
    /// Where alarms and warnings begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
}

/// What a module measures on one lane.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// Received power in nanowatts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rx_power: Option<Reading>,
    /// Sent power in nanowatts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tx_power: Option<Reading>,
    /// Current of the laser in microamperes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bias: Option<Reading>,
}

/// A memory map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Map {
    /// SFP and kin.
    #[serde(rename = "SFF-8472")]
    Sff8472,
    /// QSFP, QSFP+, QSFP28.
    #[serde(rename = "SFF-8636")]
    Sff8636,
    /// QSFP-DD, OSFP and kin.
    #[serde(rename = "CMIS")]
    Cmis,
}

/// A plugged-in module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// What sort of module it is, by SFF-8024's number.
    pub identifier: u8,
    /// What sort of module it is.
    pub kind: String,
    /// How its memory is laid out.
    pub map: Map,
    /// Its plug, by SFF-8024's number.
    pub connector: u8,
    /// Who made it.
    pub vendor: String,
    /// The maker's number at the IEEE.
    pub oui: [u8; 3],
    /// The maker's number for the product.
    pub part_number: String,
    /// The product's revision.
    pub revision: String,
    /// This module's number.
    pub serial_number: String,
    /// When it was made: year, month, day, and perhaps a lot.
    pub date: String,
    /// Thousandths of a degree Celsius.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<Reading>,
    /// Microvolts of its supply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voltage: Option<Reading>,
    /// What it measures on each lane.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lanes: Vec<Lane>,
    /// Alarms and warnings that the module itself raises, such as `temperature high alarm` and `lane 2 rx-power low warning`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alarms: Vec<String>,
}

/// SFF-8024's names of modules.
const KINDS: &[(u8, &str)] = &[
    (0x01, "GBIC"),
    (0x02, "soldered to the board"),
    (0x03, "SFP/SFP+/SFP28"),
    (0x0b, "DWDM-SFP/SFP+"),
    (0x0c, "QSFP"),
    (0x0d, "QSFP+"),
    (0x11, "QSFP28"),
    (0x18, "QSFP-DD"),
    (0x19, "OSFP"),
    (0x1b, "DSFP"),
    (0x1e, "QSFP+ with CMIS"),
    (0x1f, "SFP-DD with CMIS"),
    (0x20, "SFP+ with CMIS"),
];

/// The name of a sort of module, by SFF-8024's number.
#[must_use]
pub fn kind(identifier: u8) -> Option<&'static str> {
    KINDS.iter().find(|(number, _)| *number == identifier).map(|(_, name)| *name)
}

impl Module {
    /// Reads a module. `read` is asked for parts of its memory, at most [`HALF`] bytes at a time.
    ///
    /// # Errors
    /// Those of `read` for the parts that every module has; `Unsupported` if the memory map is not known; `Protocol` if a
    /// part is shorter than was asked for. Pages that cannot be read are left out.
    pub fn read(read: &mut dyn FnMut(Part) -> Result<Vec<u8>>) -> Result<Self> {
        let low = memory::half(read, Part::low(0x50))?;
        match low.u8(0) {
            0x01..=0x03 | 0x0b => sff8472::read(&low, read),
            0x0c | 0x0d | 0x11 => sff8636::read(&low, read),
            0x18..=0x23 => cmis::read(&low, read),
            other => {
                let error = Error::unsupported("decode a module").on(format_args!("identifier {other:#04x}"));
                Err(error.hint("snicctl module eeprom prints its bytes"))
            }
        }
    }
}

/// Limits as all three maps have them: high alarm, low alarm, high warning, low warning.
fn limits(at: usize, value: impl Fn(usize) -> i64) -> Limits {
    Limits {
        high_alarm: value(at),
        low_alarm: value(at + 2),
        high_warning: value(at + 4),
        low_warning: value(at + 6),
    }
}

/// Four bits that say alarm or warning, the highest first: high alarm, low alarm, high warning, low warning.
fn raise(alarms: &mut Vec<String>, what: &str, bits: u8) {
    for (bit, text) in [(8, "high alarm"), (4, "low alarm"), (2, "high warning"), (1, "low warning")] {
        if bits & bit != 0 {
            alarms.push(format!("{what} {text}"));
        }
    }
}

#[cfg(test)]
mod tests;
