//! ethtool's netlink family: one topic per file.
//!
//! It is a generic netlink family, to be resolved by the name [`FAMILY`]; see [`crate::genl`].

pub mod bitset;
pub mod cable;
pub mod channels;
pub mod clock;
pub mod coalesce;
pub mod driver;
pub mod eeprom;
pub mod features;
pub mod fec;
pub mod firmware;
pub mod ioctl;
pub mod link;
pub mod notice;
pub mod pause;
pub mod phy;
pub mod power;
pub mod record;
pub mod rings;
pub mod rows;
pub mod rss;
pub mod segment;
pub mod statistics;
pub mod strings;
pub mod tunnel;

use smartnic_core::types::IfIndex;

use crate::codec::{Attr, AttrSet, Encoder, GenlHeader, Inner, Names, WireError};
use crate::uapi::ethtool_netlink::*;
use crate::uapi::netlink::NLA_F_NESTED;

/// The family's name (`ETHTOOL_GENL_NAME`).
pub const FAMILY: &str = ETHTOOL_GENL_NAME;

/// Every topic that is a record, by name.
pub static TOPICS: &[(&str, &record::Layout)] = &[
    ("rings", &rings::LAYOUT),
    ("channels", &channels::LAYOUT),
    ("coalesce", &coalesce::LAYOUT),
    ("pause", &pause::LAYOUT),
    ("fec", &fec::LAYOUT),
    ("linkinfo", &link::INFO),
    ("linkmodes", &link::MODES),
    ("linkstate", &link::STATE),
    ("eee", &power::EEE),
    ("wol", &power::WOL),
    ("module", &power::MODULE),
    ("pse", &power::PSE),
    ("privflags", &driver::FLAGS),
    ("debug", &driver::MESSAGES),
    ("tsinfo", &clock::INFO),
    ("tsconfig", &clock::CONFIG),
    ("phc-vclocks", &clock::VIRTUAL),
    ("plca", &segment::PLCA),
    ("plca-status", &segment::PLCA_STATUS),
    ("mm", &segment::MM),
    ("rss", &rss::LAYOUT),
    ("phy", &phy::LAYOUT),
    ("mse", &phy::SIGNAL),
];

/// The names of the attributes of a topic whose header is this one, and of what is in nests.
macro_rules! names {
    ($names:expr, $header:expr $(, $nest:expr => $set:expr)* $(,)?) => {
        $crate::codec::Names {
            fixed_len: $crate::uapi::genetlink::SIZEOF_GENLMSGHDR,
            set: &$crate::codec::AttrSet {
                names: $names,
                nests: &[
                    ($header, $crate::codec::Inner::Set(&$crate::ethtool::HEADER)),
                    $(($nest, $crate::codec::Inner::Set(&$set)),)*
                ],
            },
        }
    };
}
use names;

static HEADER: AttrSet = AttrSet::flat(ETHTOOL_A_HEADER_NAMES);
static BIT: AttrSet = AttrSet::flat(ETHTOOL_A_BITSET_BIT_NAMES);
static BITSET: AttrSet =
    AttrSet { names: ETHTOOL_A_BITSET_NAMES, nests: &[(ETHTOOL_A_BITSET_BITS, Inner::List(&BIT))] };

/// The names of the attributes of feature messages.
static FEATURES: Names =
    names!(ETHTOOL_A_FEATURES_NAMES, ETHTOOL_A_FEATURES_HEADER, ETHTOOL_A_FEATURES_WANTED => BITSET);

static STRINGSETS: AttrSet = AttrSet {
    names: ETHTOOL_A_STRINGSETS_NAMES,
    nests: &[(ETHTOOL_A_STRINGSETS_STRINGSET, Inner::Set(&STRINGSET))],
};
static STRINGSET: AttrSet = AttrSet::flat(ETHTOOL_A_STRINGSET_NAMES);

/// Writes the generic netlink header and the nest that names the link, with flags (`ETHTOOL_FLAG_*`) if there are any.
fn start(encoder: &mut Encoder<'_>, command: u8, header: u16, link: IfIndex, flags: u32) {
    encoder.fixed(&GenlHeader { command, version: ETHTOOL_GENL_VERSION, reserved: 0 });
    encoder.nest(NLA_F_NESTED | header, |e| {
        e.u32(ETHTOOL_A_HEADER_DEV_INDEX, link.0);
        if flags != 0 {
            e.u32(ETHTOOL_A_HEADER_FLAGS, flags);
        }
    });
}

/// The attribute of this kind in a nest, which must be there.
fn inner<'a>(nest: &Attr<'a>, kind: u16, name: &'static str) -> Result<Attr<'a>, WireError> {
    nest.nested().find(kind)?.ok_or(WireError::Missing { attr: name })
}
