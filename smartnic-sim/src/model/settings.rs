use std::collections::BTreeMap;

use super::{Rss, Traffic};
use serde::{Deserialize, Serialize};
use smartnic_core::ethtool::{
    Bits, Coalesce, Duplex, Eee, Fec, FecMode, LinkInfo, LinkModes, Mdix, Messages, ModulePower,
    ModulePowerMode, ModulePowerPolicy, Port, PrivateFlags, TimestampConfig, Timestamping, Transceiver,
    WakeOnLan,
};

/// What ethtool tells of an uplink besides its queues.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) modes: LinkModes,
    pub(crate) info: LinkInfo,
    /// None: fibre has no such thing.
    pub(crate) eee: Option<Eee>,
    pub(crate) wol: WakeOnLan,
    pub(crate) messages: Messages,
    /// None if the driver has none.
    pub(crate) private: Option<PrivateFlags>,
    pub(crate) stamps: Timestamping,
    pub(crate) stamping: TimestampConfig,
    pub(crate) module: ModulePower,
    pub(crate) fec: Fec,
    #[serde(default)]
    pub(crate) traffic: Traffic,
    #[serde(default)]
    pub(crate) rss: Rss,
    /// Rules for received packets by their places, as they came.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) ntuple: BTreeMap<u32, Vec<u8>>,
    /// What ioctls alone change.
    #[serde(default, skip_serializing_if = "Kept::is_plain")]
    pub(crate) kept: Kept,
}

/// What ioctls alone change of an uplink, where it is not what it was at first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    /// Tunables by their numbers.
    pub(crate) tunables: BTreeMap<u32, u32>,
    /// Bytes of the EEPROM by their places.
    pub(crate) eeprom: BTreeMap<u32, u8>,
    /// Coalescing of single queues.
    pub(crate) queues: BTreeMap<u32, Coalesce>,
    /// The numbers that choose what the driver writes down, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) dump: Vec<u32>,
}

impl Kept {
    fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// Private flags by driver: those that are off at first and those that are on. The names are the drivers'; which are on
/// is ours.
const FLAGS: &[(&str, &[&str], &[&str])] = &[
    (
        "mlx5_core",
        &["rx_cqe_compress", "rx_striding_rq", "rx_no_csum_complete", "skb_tx_mpwqe", "tx_port_ts"],
        &["rx_cqe_moder", "tx_cqe_moder", "xdp_tx_mpwqe"],
    ),
    // The profile's card has its agent switched off.
    (
        "ice",
        &[
            "link-down-on-close",
            "fw-lldp-agent",
            "vf-true-promisc-support",
            "mdd-auto-reset-vf",
            "vf-vlan-pruning",
        ],
        &[],
    ),
    (
        "i40e",
        &[
            "hw-atr-eviction",
            "link-down-on-close",
            "legacy-rx",
            "disable-source-pruning",
            "disable-fw-lldp",
            "rs-fec",
            "base-r-fec",
            "vf-vlan-pruning",
            "mdd-auto-reset-vf",
        ],
        &["flow-director-atr", "veb-stats"],
    ),
];

fn own(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn some(on: &[&str], of: Option<&[&str]>) -> Option<Bits> {
    Some(Bits { on: own(on), of: of.map(own) })
}

impl Settings {
    /// As after boot: a cable that takes 25, 50 and 100 gigabits per second. All of it is ours and that of no product.
    pub(crate) fn new(driver: &str, clock: u32) -> Self {
        let modes: &[&str] = &[
            "Autoneg",
            "FIBRE",
            "Pause",
            "25000baseCR/Full",
            "50000baseCR2/Full",
            "100000baseCR4/Full",
            "None",
            "RS",
            "BASER",
        ];
        let private = FLAGS
            .iter()
            .find(|(name, _, _)| *name == driver)
            .map(|(_, off, on)| PrivateFlags { flags: some(on, Some(&[*off, *on].concat())) });
        Self {
            modes: LinkModes {
                autoneg: Some(true),
                speed: Some(100_000),
                lanes: Some(4),
                duplex: Some(Duplex::Full),
                modes: some(modes, Some(modes)),
                ..LinkModes::default()
            },
            info: LinkInfo {
                port: Some(Port::DirectAttach),
                phyaddr: Some(0),
                mdix: Some(Mdix::Invalid),
                mdix_control: Some(Mdix::Invalid),
                transceiver: Some(Transceiver::Internal),
            },
            eee: None,
            wol: WakeOnLan { modes: some(&[], Some(&["magic"])), password: None },
            messages: Messages { mask: some(&["link"], None) },
            private,
            stamps: Timestamping {
                capabilities: some(
                    &[
                        "hardware-transmit",
                        "software-transmit",
                        "hardware-receive",
                        "software-receive",
                        "software-system-clock",
                        "hardware-raw-clock",
                    ],
                    None,
                ),
                phc: Some(clock),
                tx_types: some(&["off", "on"], None),
                rx_filters: some(&["none", "all"], None),
                ..Timestamping::default()
            },
            stamping: TimestampConfig {
                tx: some(&["off"], None),
                rx: some(&["none"], None),
                ..TimestampConfig::default()
            },
            module: ModulePower { policy: Some(ModulePowerPolicy::High), mode: Some(ModulePowerMode::High) },
            traffic: Traffic::default(),
            rss: Rss::new(driver, clock),
            ntuple: BTreeMap::new(),
            kept: Kept::default(),
            fec: Fec {
                modes: some(&["RS"], None),
                auto: Some(true),
                active: Some(FecMode::Rs),
                ..Fec::default()
            },
        }
    }
}
