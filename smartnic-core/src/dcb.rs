//! Data centre bridging (IEEE 802.1Q): which priority a packet has, which are paused instead of dropped, how classes
//! share the wire, and what the neighbour says of itself.

use serde::{Deserialize, Serialize};

/// Priorities, traffic classes and buffers: there are eight of each.
pub const COUNT: usize = 8;

/// The highest DSCP.
pub const MAX_DSCP: u16 = 63;

/// Why a link tells nothing of it.
pub const ABSENT: &str = "the link's driver has no data centre bridging";

/// What an entry of the application table goes by (`IEEE_8021QAZ_APP_SEL_*`, `DCB_APP_SEL_PCP`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DcbSelector {
    /// By EtherType; 0 stands for everything else, the default priority.
    Ethertype,
    /// By TCP or SCTP port.
    Stream,
    /// By UDP or DCCP port.
    Datagram,
    /// By port of any of them.
    Port,
    /// By DSCP.
    Dscp,
    /// By the PCP of the VLAN tag, with its drop-eligible bit as 8.
    Pcp,
    /// Something else.
    Unknown(u8),
}

impl DcbSelector {
    /// The kernel's number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Ethertype => 1,
            Self::Stream => 2,
            Self::Datagram => 3,
            Self::Port => 4,
            Self::Dscp => 5,
            Self::Pcp => 255,
            Self::Unknown(number) => number,
        }
    }

    /// What the kernel's number stands for.
    #[must_use]
    pub const fn of(number: u8) -> Self {
        match number {
            1 => Self::Ethertype,
            2 => Self::Stream,
            3 => Self::Datagram,
            4 => Self::Port,
            5 => Self::Dscp,
            255 => Self::Pcp,
            number => Self::Unknown(number),
        }
    }
}

/// An entry of the application or rewrite table (`struct dcb_app`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DcbApp {
    /// What it goes by.
    pub selector: DcbSelector,
    /// The EtherType, port, DSCP or PCP.
    pub protocol: u16,
    /// The priority, 0 to 7.
    pub priority: u8,
}

/// Enhanced transmission selection: how classes share the wire (`struct ieee_ets`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DcbEts {
    /// Whether the neighbour's recommendation is taken over.
    pub willing: bool,
    /// How many classes can share.
    pub capacity: u8,
    /// Whether the credit-based shaper is there.
    pub cbs: bool,
    /// Per cent of the wire for sending, by class.
    pub tx_bandwidth: [u8; COUNT],
    /// Per cent of the wire for receiving, by class.
    pub rx_bandwidth: [u8; COUNT],
    /// How each class is chosen (`IEEE_8021QAZ_TSA_*`): 0 strict, 1 shaper, 2 sharing, 255 the vendor's way.
    pub selection: [u8; COUNT],
    /// The class of each priority.
    pub priority_class: [u8; COUNT],
    /// What is recommended to the neighbour.
    pub advised_bandwidth: [u8; COUNT],
    /// What is recommended to the neighbour.
    pub advised_selection: [u8; COUNT],
    /// What is recommended to the neighbour.
    pub advised_priority_class: [u8; COUNT],
}

/// Priority flow control (`struct ieee_pfc`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DcbPfc {
    /// How many classes can be paused.
    pub capacity: u8,
    /// The priorities that are paused instead of dropped, as bits.
    pub enabled: u8,
    /// Whether pausing goes on when MACsec is used.
    pub macsec_bypass: bool,
    /// How long the wire and the neighbour take to obey, in bits of time.
    pub delay: u16,
    /// Pauses sent, by priority.
    pub requests: [u64; COUNT],
    /// Pauses received, by priority.
    pub indications: [u64; COUNT],
}

/// The port's receive buffers (`struct dcbnl_buffer`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DcbBuffer {
    /// The buffer of each priority.
    pub priority_buffer: [u8; COUNT],
    /// Bytes of each buffer.
    pub size: [u32; COUNT],
    /// Bytes of all.
    pub total: u32,
}

/// Everything that a link tells of data centre bridging (`DCB_CMD_IEEE_GET`); none: its driver does not tell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DcbState {
    /// How classes share the wire.
    pub ets: Option<DcbEts>,
    /// Which priorities are paused.
    pub pfc: Option<DcbPfc>,
    /// The highest rate of each class, in kbit/s; 0: none.
    pub max_rate: Option<[u64; COUNT]>,
    /// Receive buffers.
    pub buffer: Option<DcbBuffer>,
    /// Which priority packets have.
    pub apps: Option<Vec<DcbApp>>,
    /// What is written into packets, by their priority.
    pub rewrites: Option<Vec<DcbApp>>,
    /// What of a packet is believed, the first most.
    pub trust: Option<Vec<DcbSelector>>,
    /// What the neighbour says of itself.
    pub peer_ets: Option<DcbEts>,
    /// What the neighbour says of itself.
    pub peer_pfc: Option<DcbPfc>,
    /// What the neighbour says of itself.
    pub peer_apps: Option<Vec<DcbApp>>,
    /// Who negotiates, and in which version (`DCB_CAP_DCBX_*`, as bits).
    pub dcbx: Option<u8>,
}

/// What is to be changed; none stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DcbChange {
    /// How classes share the wire.
    pub ets: Option<DcbEts>,
    /// Which priorities are paused.
    pub pfc: Option<DcbPfc>,
    /// The highest rate of each class, in kbit/s.
    pub max_rate: Option<[u64; COUNT]>,
    /// Receive buffers.
    pub buffer: Option<DcbBuffer>,
    /// Entries of the application table.
    pub apps: Vec<DcbApp>,
    /// Entries of the rewrite table.
    pub rewrites: Vec<DcbApp>,
    /// What of a packet is believed.
    pub trust: Option<Vec<DcbSelector>>,
}
