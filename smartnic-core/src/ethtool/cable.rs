use serde::{Deserialize, Serialize};

use crate::device::kernel_enum;

kernel_enum! {
    /// How far a test of a cable is (`ETHTOOL_A_CABLE_TEST_NTF_STATUS_*`).
    CableStatus: u8 {
        /// It was begun.
        Started = 1, "started";
        /// It is done.
        Completed = 2, "completed";
    }
}

kernel_enum! {
    /// A pair of wires (`ETHTOOL_A_CABLE_PAIR_*`).
    CablePair: u8 {
        /// The first.
        A = 0, "A";
        /// The second.
        B = 1, "B";
        /// The third.
        C = 2, "C";
        /// The fourth.
        D = 3, "D";
    }
}

kernel_enum! {
    /// How a pair of wires is (`ETHTOOL_A_CABLE_RESULT_CODE_*`).
    CableCode: u8 {
        /// Nobody knows.
        Unspecified = 0, "unspecified";
        /// It is whole.
        Ok = 1, "OK";
        /// It is open.
        Open = 2, "open";
        /// Its wires touch.
        SameShort = 3, "short within the pair";
        /// Wires of it touch those of another pair.
        CrossShort = 4, "short to another pair";
        /// Its impedance changes on the way.
        ImpedanceMismatch = 5, "impedance mismatch";
        /// There is too much noise to tell.
        Noise = 6, "noise";
        /// It is too near or too far to tell.
        NoResolution = 7, "resolution not possible";
    }
}

kernel_enum! {
    /// How it was found out (`ETHTOOL_A_CABLE_INF_SRC_*`).
    CableSource: u32 {
        /// Nobody says.
        Unspecified = 0, "unspecified";
        /// By a pulse and its reflection.
        Tdr = 1, "TDR";
        /// While the link works.
        Alcd = 2, "ALCD";
    }
}

/// One thing that a test of a cable found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum CableFinding {
    /// How a pair is (`ETHTOOL_A_CABLE_NEST_RESULT`).
    Pair {
        /// The pair.
        pair: CablePair,
        /// How it is.
        code: CableCode,
        /// How that was found out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<CableSource>,
    },
    /// How far away a pair has its fault (`ETHTOOL_A_CABLE_NEST_FAULT_LENGTH`).
    Fault {
        /// The pair.
        pair: CablePair,
        /// Centimetres.
        centimetres: u32,
        /// How that was found out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<CableSource>,
    },
    /// Where reflections are measured (`ETHTOOL_A_CABLE_TDR_NEST_STEP`), in centimetres.
    Steps {
        /// The nearest place.
        first: u32,
        /// The farthest.
        last: u32,
        /// From one to the next.
        step: u32,
    },
    /// The reflection at the next place (`ETHTOOL_A_CABLE_TDR_NEST_AMPLITUDE`).
    Amplitude {
        /// The pair.
        pair: CablePair,
        /// Millivolts.
        millivolts: i16,
    },
    /// The pulse that is sent (`ETHTOOL_A_CABLE_TDR_NEST_PULSE`).
    Pulse {
        /// Millivolts.
        millivolts: i16,
    },
}

/// Word of a test of a cable (`ETHTOOL_MSG_CABLE_TEST_NTF`, `ETHTOOL_MSG_CABLE_TEST_TDR_NTF`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CableTest {
    /// True if raw reflections are measured (TDR), false if only faults are looked for.
    pub tdr: bool,
    /// How far it is.
    pub status: CableStatus,
    /// What was found.
    pub findings: Vec<CableFinding>,
}

/// Where raw reflections are to be measured (`ETHTOOL_A_CABLE_TEST_TDR_CFG_*`); what is left out the PHY chooses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CableReach {
    /// The nearest place, in centimetres.
    pub first: Option<u32>,
    /// The farthest, in centimetres.
    pub last: Option<u32>,
    /// From one to the next, in centimetres.
    pub step: Option<u32>,
    /// This pair alone.
    pub pair: Option<CablePair>,
}
