//! What drivers have of ethtool for upkeep (`struct ethtool_ops`), which is given by ioctl only. How long registers and
//! EEPROMs are, and what is in them, is ours.

use smartnic_netlink::uapi::ethtool::{
    ETHTOOL_PFC_PREVENTION_TOUT, ETHTOOL_RX_COPYBREAK, PFC_STORM_PREVENTION_AUTO,
};

use super::DumpRule;
use crate::errno::Errno;

/// What a driver has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UpkeepRules {
    /// The tests of itself.
    pub(crate) tests: &'static [(&'static str, Test)],
    /// Whether its port can blink.
    pub(crate) blinks: bool,
    /// What becomes of an order to reset parts: those that are left.
    pub(crate) reset: Option<fn(u32) -> Result<u32, Errno>>,
    /// Numbers that can be tuned.
    pub(crate) tunables: &'static [TunableRule],
    /// The number of the layout of registers, and their length in bytes.
    pub(crate) registers: Option<(u32, u32)>,
    pub(crate) eeprom: Option<EepromRule>,
    /// Whether single queues have coalescing of their own.
    pub(crate) queues: bool,
    pub(crate) dump: Option<DumpRule>,
}

/// When a test finds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    /// Never: hardware here is sound.
    Sound,
    /// While the link is down.
    Link,
    /// It is tried only while the link is taken down; VFs are in its way (`ice_self_test`).
    Offline,
}

/// A number that can be tuned.
#[derive(Debug)]
pub(crate) struct TunableRule {
    pub(crate) id: u32,
    /// What it is at first; where the driver does not say, that is ours.
    pub(crate) first: u32,
    /// What is made of a new number.
    pub(crate) take: fn(u32) -> Result<u32, Errno>,
}

/// An EEPROM.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EepromRule {
    pub(crate) len: u32,
    /// Whether it can be written, and how another device's number is refused.
    pub(crate) other: Option<Errno>,
}

const NONE: UpkeepRules = UpkeepRules {
    tests: &[],
    blinks: true,
    reset: None,
    tunables: &[],
    registers: None,
    eeprom: None,
    queues: false,
    dump: None,
};

/// `mlx5e_set_pfc_prevention_tout`
const PAUSE_LIMIT: TunableRule = TunableRule {
    id: ETHTOOL_PFC_PREVENTION_TOUT,
    first: 0,
    take: |number| match number {
        0 => Ok(0),
        PFC_STORM_PREVENTION_AUTO => Ok(100),
        80..=8000 => Ok(number),
        _ => Err(Errno::EINVAL),
    },
};

/// Of `bnxt_set_tunable`; the largest is ours.
const COPYBREAK: TunableRule = TunableRule {
    id: ETHTOOL_RX_COPYBREAK,
    first: 256,
    take: |number| if number <= 1024 { Ok(number) } else { Err(Errno::ERANGE) },
};

/// `ice_ethtool_reset`: one of `ICE_ETHTOOL_PFR`, `_CORER`, `_GLOBR`, and nothing besides.
fn ice_reset(parts: u32) -> Result<u32, Errno> {
    const WHOLE: [u32; 3] = [0x1e, 0x9e << 16, 0xfe << 16];
    if WHOLE.contains(&parts) { Ok(0) } else { Err(Errno::EOPNOTSUPP) }
}

/// `bnxt_reset`: the whole chip (`BNXT_FW_RESET_CHIP`). Chips of this generation leave the application processor out.
fn bnxt_reset(parts: u32) -> Result<u32, Errno> {
    const CHIP: u32 = 0xff << 16;
    Ok(if parts & CHIP == CHIP { parts & !CHIP } else { parts })
}

/// `hns3_set_reset`: all, or the function's own. The management processor can be reset on later devices only.
fn hns3_reset(parts: u32) -> Result<u32, Errno> {
    const DEDICATED: u32 = 0xffff;
    if matches!(parts, u32::MAX | DEDICATED) { Ok(0) } else { Err(Errno::EOPNOTSUPP) }
}

/// `ef100_map_reset_flags`: a part of the port resets all of it. That management is reset, which leaves the device switched
/// off, is not simulated.
fn ef100_reset(parts: u32) -> Result<u32, Errno> {
    const PORT: u32 = 0x60 << 16;
    const MANAGEMENT: u32 = 1;
    match parts & PORT {
        0 if parts & MANAGEMENT != 0 => Err(Errno::EOPNOTSUPP),
        0 => Err(Errno::EINVAL),
        _ => Ok(parts & !PORT),
    }
}

const ICE_TESTS: &[(&str, Test)] = &[
    ("Register test  (offline)", Test::Offline),
    ("EEPROM test    (offline)", Test::Offline),
    ("Interrupt test (offline)", Test::Offline),
    ("Loopback test  (offline)", Test::Offline),
    ("Link test   (on/offline)", Test::Link),
];

const IGB_TESTS: &[(&str, Test)] = &[
    ("Register test  (offline)", Test::Sound),
    ("Eeprom test    (offline)", Test::Sound),
    ("Interrupt test (offline)", Test::Sound),
    ("Loopback test  (offline)", Test::Sound),
    ("Link test   (on/offline)", Test::Link),
];

const I40E_TESTS: &[(&str, Test)] = &[
    ("Register test  (offline)", Test::Offline),
    ("Eeprom test    (offline)", Test::Offline),
    ("Interrupt test (offline)", Test::Offline),
    ("Link test   (on/offline)", Test::Link),
];

/// The rules of a driver; none if it has nothing of this.
pub(crate) fn upkeep_rules(driver: &str) -> Option<UpkeepRules> {
    let only_read = |len| Some(EepromRule { len, other: None });
    Some(match driver {
        "mlx5_core" => UpkeepRules {
            tests: &[
                ("Link Test", Test::Link),
                ("Speed Test", Test::Link),
                ("Health Test", Test::Sound),
                ("Loopback Test", Test::Sound),
            ],
            tunables: &[PAUSE_LIMIT],
            queues: true,
            ..NONE
        },
        "ice" => UpkeepRules {
            tests: ICE_TESTS,
            reset: Some(ice_reset),
            registers: Some((1, 256)),
            eeprom: only_read(4096),
            queues: true,
            ..NONE
        },
        // A number that is the device's own is refused; others are orders to the NVM, which are not simulated.
        "i40e" => UpkeepRules {
            tests: I40E_TESTS,
            registers: Some((1, 128)),
            eeprom: only_read(4096),
            queues: true,
            ..NONE
        },
        "igb" => UpkeepRules {
            tests: IGB_TESTS,
            registers: Some((1 << 24 | 0x1521, 2960)),
            eeprom: Some(EepromRule { len: 1024, other: Some(Errno::EFAULT) }),
            ..NONE
        },
        "bnxt_en" => UpkeepRules {
            tunables: &[COPYBREAK],
            reset: Some(bnxt_reset),
            dump: Some(DumpRule::Bnxt),
            ..NONE
        },
        "nfp" => UpkeepRules {
            tests: &[
                ("Link Test", Test::Link),
                ("NSP Test", Test::Sound),
                ("Firmware Test", Test::Sound),
                ("Register Test", Test::Sound),
            ],
            dump: Some(DumpRule::Nfp),
            ..NONE
        },
        "qede" => UpkeepRules { dump: Some(DumpRule::Qede), ..NONE },
        "cxgb4" => UpkeepRules { dump: Some(DumpRule::Cxgb4), ..NONE },
        "hns3" => UpkeepRules { reset: Some(hns3_reset), ..NONE },
        "sfc" => UpkeepRules { reset: Some(ef100_reset), ..NONE },
        "mlx4_core" => NONE,
        _ => return None,
    })
}
