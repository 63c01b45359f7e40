use super::record::{record, words};
use super::{Bits, PowerRange};

words! {
    /// How far the check of the peer is (`ETHTOOL_MM_VERIFY_STATUS_*`).
    VerifyStatus: u8 {
        /// Nobody knows.
        NotKnown = 0, "UNKNOWN";
        /// It was not begun.
        Initial = 1, "INITIAL";
        /// It goes on.
        Verifying = 2, "VERIFYING";
        /// The peer can do it.
        Succeeded = 3, "SUCCEEDED";
        /// The peer cannot.
        Failed = 4, "FAILED";
        /// It is off.
        Disabled = 5, "DISABLED";
    }
}

record! {
    /// Frame pre-emption, the MAC Merge layer (`ethtool --show-mm`, `ETHTOOL_MSG_MM_GET`).
    MacMerge {
        /// Whether frames that were cut can be received.
        pmac: bool = "pmac-enabled";
        /// Whether frames may be cut.
        tx: bool = "tx-enabled";
        /// Whether they are.
        tx_active: bool = "tx-active";
        /// Bytes of the shortest piece that is sent.
        tx_min_frag: u32 = "tx-min-frag-size";
        /// Bytes of the shortest piece that is taken.
        rx_min_frag: u32 = "rx-min-frag-size";
        /// Whether the peer is asked first.
        verify: bool = "verify-enabled";
        /// How long an answer may take, in milliseconds.
        verify_time: u32 = "verify-time";
        /// The most that `verify_time` can be.
        verify_time_max: u32 = "max-verify-time";
        /// How far that is.
        verify_status: VerifyStatus = "verify-status";
        /// Frames that could not be put together.
        reassembly_errors: u64 = "statistics.MACMergeFrameAssErrorCount";
        /// Pieces that belonged to nothing.
        smd_errors: u64 = "statistics.MACMergeFrameSmdErrorCount";
        /// Frames that were put together.
        reassembled: u64 = "statistics.MACMergeFrameAssOkCount";
        /// Pieces that came in.
        rx_frags: u64 = "statistics.MACMergeFragCountRx";
        /// Pieces that were sent.
        tx_frags: u64 = "statistics.MACMergeFragCountTx";
        /// Times that sending was held.
        holds: u64 = "statistics.MACMergeHoldCount";
    }
}

record! {
    /// Who speaks when on a shared cable (`ethtool --get-plca-cfg`, `ETHTOOL_MSG_PLCA_GET_CFG`).
    Plca {
        /// Whether it is on.
        enabled: bool = "enabled";
        /// Whether it works: the coordinator's beacon is heard.
        status: bool = "status";
        /// The version of the register map, in hexadecimal as ethtool shows it.
        version: u32 = "version";
        /// This node's number; 0 coordinates, 255 takes no part.
        node_id: u32 = "node-id";
        /// How many there are; the coordinator must know.
        node_count: u32 = "node-count";
        /// How long each may wait, in bit times.
        to_timer: u32 = "to-timer";
        /// How many more packets each may send at once.
        burst_count: u32 = "burst-count";
        /// How long a burst may wait for the next packet, in bit times.
        burst_timer: u32 = "burst-timer";
    }
}

words! {
    /// Whether power over Ethernet is given (`ETHTOOL_C33_PSE_ADMIN_STATE_*`, `ETHTOOL_PODL_PSE_ADMIN_STATE_*`).
    PowerAdmin: u32 {
        /// Nobody knows.
        NotKnown = 1, "unknown";
        /// It is not to be.
        Disabled = 2, "disabled";
        /// It is to be, if something wants it.
        Enabled = 3, "enabled";
    }
}

words! {
    /// What becomes of it (`ETHTOOL_C33_PSE_PW_D_STATUS_*`).
    PowerStatus: u32 {
        /// Nobody knows.
        NotKnown = 1, "unknown";
        /// It is off.
        Disabled = 2, "disabled";
        /// Something that wants power is looked for.
        Searching = 3, "searching";
        /// It is given.
        Delivering = 4, "delivering power";
        /// A test runs.
        Test = 5, "test";
        /// Something is wrong.
        Fault = 6, "fault";
        /// Something else is wrong.
        OtherFault = 7, "otherfault";
    }
}

record! {
    /// Power over Ethernet that this side gives (`ethtool --show-pse`, `ETHTOOL_MSG_PSE_GET`).
    PowerSourcing {
        /// Over two wires: whether it is to be given, as it is.
        podl_state: PowerAdmin = "podl-pse-admin-state";
        /// Over two wires: whether it is to be given.
        podl_control: PowerAdmin = "podl-pse-admin-control";
        /// Over two wires: what becomes of it, by the kernel's number.
        podl_status: u32 = "podl-pse-power-detection-status";
        /// Over four pairs: whether it is to be given, as it is.
        state: PowerAdmin = "c33-pse-admin-state";
        /// Over four pairs: whether it is to be given.
        control: PowerAdmin = "c33-pse-admin-control";
        /// Over four pairs: what becomes of it.
        status: PowerStatus = "c33-pse-power-detection-status";
        /// The class of what takes it.
        class: u32 = "c33-pse-power-class";
        /// Milliwatts that are taken now.
        actual: u32 = "c33-pse-actual-power";
        /// Why there is trouble, by the kernel's number (`ETHTOOL_C33_PSE_EXT_STATE_*`).
        extended: u32 = "c33-pse-extended-state";
        /// What exactly, by the kernel's number, which depends on the state.
        extended_detail: u32 = "c33-pse-extended-substate";
        /// Milliwatts that may be taken.
        limit: u32 = "c33-pse-available-power-limit";
        /// The limits that can be set.
        limit_ranges: Vec<PowerRange> = "c33-pse-power-limit-ranges";
        /// The number of the domain that shares a supply.
        domain: u32 = "pse-power-domain-id";
        /// The lowest priority there is.
        priority_max: u32 = "pse-priority-max";
        /// Who loses power first when there is too little.
        priority: u32 = "pse-priority";
    }
}

/// What can happen to power over Ethernet (`ETHTOOL_PSE_EVENT_*`, `ETHTOOL_C33_PSE_EVENT_*`): names and bits.
pub const POWER_EVENTS: &[(&str, u64)] = &[
    ("over-current", 1),
    ("over-temperature", 1 << 1),
    ("detection", 1 << 2),
    ("classification", 1 << 3),
    ("disconnection", 1 << 4),
    ("over-budget", 1 << 5),
    ("control-error", 1 << 6),
];

record! {
    /// What happened to power over Ethernet (`ETHTOOL_MSG_PSE_NTF`).
    PowerEvents {
        /// The events, of [`POWER_EVENTS`].
        events: Bits = "events";
    }
}
