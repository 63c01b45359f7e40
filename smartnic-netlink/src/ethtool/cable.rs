//! Tests of cables (`ETHTOOL_MSG_CABLE_TEST_*`, `ETHTOOL_MSG_CABLE_TEST_TDR_*`).

use smartnic_core::ethtool::{
    CableCode, CableFinding, CablePair, CableReach, CableSource, CableStatus, CableTest,
};
use smartnic_core::types::IfIndex;

use super::record::nested;
use super::{inner, names, start};
use crate::codec::{Attr, Attrs, Encoder, Flags, Names, Request, WireError};
use crate::uapi::ethtool_netlink::*;

static NAMES: Names = names!(ETHTOOL_A_CABLE_TEST_NAMES, ETHTOOL_A_CABLE_TEST_HEADER);

/// Begins a test of the cable; with a reach, raw reflections are measured. What is found comes in notifications.
#[derive(Clone, Copy, Debug)]
pub struct Test<'a> {
    /// The family's message type.
    pub family: u16,
    /// The link.
    pub link: IfIndex,
    /// Where reflections are measured.
    pub reach: Option<&'a CableReach>,
}

impl Request for Test<'_> {
    fn kind(&self) -> u16 {
        self.family
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        let Some(reach) = self.reach else {
            start(e, ETHTOOL_MSG_CABLE_TEST_ACT, ETHTOOL_A_CABLE_TEST_HEADER, self.link, 0);
            return Ok(());
        };
        let header = ETHTOOL_A_CABLE_TEST_TDR_HEADER as u16;
        start(e, ETHTOOL_MSG_CABLE_TEST_TDR_ACT, header, self.link, 0);
        if *reach == CableReach::default() {
            return Ok(());
        }
        e.nest(nested(ETHTOOL_A_CABLE_TEST_TDR_CFG as u16), |e| {
            for (kind, centimetres) in [
                (ETHTOOL_A_CABLE_TEST_TDR_CFG_FIRST, reach.first),
                (ETHTOOL_A_CABLE_TEST_TDR_CFG_LAST, reach.last),
                (ETHTOOL_A_CABLE_TEST_TDR_CFG_STEP, reach.step),
            ] {
                if let Some(centimetres) = centimetres {
                    e.u32(kind as u16, centimetres);
                }
            }
            if let Some(pair) = reach.pair {
                e.u8(ETHTOOL_A_CABLE_TEST_TDR_CFG_PAIR as u16, pair.number());
            }
        });
        Ok(())
    }
}

/// What is in the nest of raw reflections (`ETHTOOL_A_CABLE_TDR_NEST_*`); the header gives these numbers no width.
const TDR_STEP: u16 = 1;
const TDR_AMPLITUDE: u16 = 2;
const TDR_PULSE: u16 = 3;

/// `ETHTOOL_A_CABLE_STEP_*`.
const STEP_FIRST: u16 = 1;
const STEP_LAST: u16 = 2;
const STEP_STEP: u16 = 3;

/// `ETHTOOL_A_CABLE_AMPLITUDE_*`, `ETHTOOL_A_CABLE_PULSE_*`.
const AMPLITUDE_PAIR: u16 = 1;
const AMPLITUDE_MV: u16 = 2;
const PULSE_MV: u16 = 1;

/// Reads what a notification tells. Both kinds have the same attributes at the top.
pub(super) fn read(attrs: Attrs<'_>, tdr: bool) -> Result<CableTest, WireError> {
    let status = attrs.find(ETHTOOL_A_CABLE_TEST_NTF_STATUS)?;
    let status = status.ok_or(WireError::Missing { attr: "ETHTOOL_A_CABLE_TEST_NTF_STATUS" })?.u8()?;
    let mut findings = Vec::new();
    if let Some(nest) = attrs.find(ETHTOOL_A_CABLE_TEST_NTF_NEST)? {
        for attr in nest.nested() {
            let attr = attr?;
            findings.extend(if tdr { reflection(&attr)? } else { result(&attr)? });
        }
    }
    Ok(CableTest { tdr, status: CableStatus::from_number(status), findings })
}

fn result(attr: &Attr<'_>) -> Result<Option<CableFinding>, WireError> {
    const PAIR: u16 = ETHTOOL_A_CABLE_RESULT_PAIR as u16;
    const CODE: u16 = ETHTOOL_A_CABLE_RESULT_CODE as u16;
    const FAULT_PAIR: u16 = ETHTOOL_A_CABLE_FAULT_LENGTH_PAIR as u16;
    const FAULT_CM: u16 = ETHTOOL_A_CABLE_FAULT_LENGTH_CM as u16;
    let source = |kind: u32| -> Result<Option<CableSource>, WireError> {
        let found = attr.nested().find(kind as u16)?;
        found.map(|attr| attr.u32().map(CableSource::from_number)).transpose()
    };
    Ok(match u32::from(attr.kind()) {
        ETHTOOL_A_CABLE_NEST_RESULT => Some(CableFinding::Pair {
            pair: pair(attr, PAIR, "ETHTOOL_A_CABLE_RESULT_PAIR")?,
            code: CableCode::from_number(inner(attr, CODE, "ETHTOOL_A_CABLE_RESULT_CODE")?.u8()?),
            source: source(ETHTOOL_A_CABLE_RESULT_SRC)?,
        }),
        ETHTOOL_A_CABLE_NEST_FAULT_LENGTH => Some(CableFinding::Fault {
            pair: pair(attr, FAULT_PAIR, "ETHTOOL_A_CABLE_FAULT_LENGTH_PAIR")?,
            centimetres: inner(attr, FAULT_CM, "ETHTOOL_A_CABLE_FAULT_LENGTH_CM")?.u32()?,
            source: source(ETHTOOL_A_CABLE_FAULT_LENGTH_SRC)?,
        }),
        _ => None,
    })
}

fn reflection(attr: &Attr<'_>) -> Result<Option<CableFinding>, WireError> {
    let millivolts =
        |kind, name| -> Result<i16, WireError> { inner(attr, kind, name)?.array().map(i16::from_ne_bytes) };
    Ok(match attr.kind() {
        TDR_STEP => Some(CableFinding::Steps {
            first: inner(attr, STEP_FIRST, "ETHTOOL_A_CABLE_STEP_FIRST_DISTANCE")?.u32()?,
            last: inner(attr, STEP_LAST, "ETHTOOL_A_CABLE_STEP_LAST_DISTANCE")?.u32()?,
            step: inner(attr, STEP_STEP, "ETHTOOL_A_CABLE_STEP_STEP_DISTANCE")?.u32()?,
        }),
        TDR_AMPLITUDE => Some(CableFinding::Amplitude {
            pair: pair(attr, AMPLITUDE_PAIR, "ETHTOOL_A_CABLE_AMPLITUDE_PAIR")?,
            millivolts: millivolts(AMPLITUDE_MV, "ETHTOOL_A_CABLE_AMPLITUDE_mV")?,
        }),
        TDR_PULSE => {
            Some(CableFinding::Pulse { millivolts: millivolts(PULSE_MV, "ETHTOOL_A_CABLE_PULSE_mV")? })
        }
        _ => None,
    })
}

fn pair(attr: &Attr<'_>, kind: u16, name: &'static str) -> Result<CablePair, WireError> {
    inner(attr, kind, name)?.u8().map(CablePair::from_number)
}
