//! What a physical function lays down for its VFs (`IFLA_VFINFO_LIST` of a link).

use smartnic_core::device::{VfChange, VfLinkState, VfSettings, VfVlan};
use smartnic_core::types::{EtherType, Guid, IfIndex, Mac, VfId};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::link::{NAMES, wire_index};
use crate::codec::{Attr, AttrSet, Attrs, Encoder, Flags, IfInfo, Inner, Names, Request, WireError};
use crate::uapi::if_link::*;
use crate::uapi::rtnetlink::RTM_NEWLINK;

static VLANS: AttrSet = AttrSet::flat(IFLA_VF_VLAN_INFO_NAMES);
static STATS: AttrSet = AttrSet::flat(IFLA_VF_STATS_NAMES);

/// The names of the attributes of a VF.
pub(super) static VF: AttrSet = AttrSet {
    names: IFLA_VF_NAMES,
    nests: &[(IFLA_VF_VLAN_LIST, Inner::Set(&VLANS)), (IFLA_VF_STATS, Inner::Set(&STATS))],
};

/// The number that stands for "the driver does not say".
const NOT_SAID: u32 = u32::MAX;

/// `struct ifla_vf_mac`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct VfMac {
    vf: u32,
    mac: [u8; 32],
}

/// `struct ifla_vf_vlan`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Vlan {
    vf: u32,
    vlan: u32,
    qos: u32,
}

/// `struct ifla_vf_vlan_info`; its two last bytes are padding.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct VlanInfo {
    vf: u32,
    vlan: u32,
    qos: u32,
    protocol: [u8; 2],
    pad: [u8; 2],
}

/// `struct ifla_vf_rate`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Rate {
    vf: u32,
    min: u32,
    max: u32,
}

/// `struct ifla_vf_spoofchk`, `ifla_vf_trust`, `ifla_vf_link_state`, `ifla_vf_rss_query_en`, `ifla_vf_tx_rate`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Setting {
    vf: u32,
    setting: u32,
}

/// `struct ifla_vf_guid`; the compiler of the kernel puts four bytes between the two.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct VfGuid {
    vf: u32,
    pad: u32,
    guid: u64,
}

/// Changes one thing of a VF (`RTM_NEWLINK` with `IFLA_VFINFO_LIST`).
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    /// The link of the physical function.
    pub link: IfIndex,
    /// The VF.
    pub vf: VfId,
    /// What to change.
    pub change: &'a VfChange,
}

impl Request for Set<'_> {
    fn kind(&self) -> u16 {
        RTM_NEWLINK
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        encoder.fixed(&IfInfo { index: wire_index(self.link)?, ..IfInfo::default() });
        encoder.nest(IFLA_VFINFO_LIST, |e| e.nest(IFLA_VF_INFO, |e| encode(e, self.vf.0, self.change)));
        Ok(())
    }
}

fn encode(e: &mut Encoder<'_>, vf: u32, change: &VfChange) {
    let mut set = |kind, setting| e.attr_fixed(kind, &Setting { vf, setting });
    match *change {
        VfChange::Mac(Mac(bytes)) => {
            let mut mac = [0; 32];
            mac[..6].copy_from_slice(&bytes);
            e.attr_fixed(IFLA_VF_MAC, &VfMac { vf, mac });
        }
        VfChange::Vlan(VfVlan { id, qos, protocol: EtherType::VLAN }) => {
            e.attr_fixed(IFLA_VF_VLAN, &Vlan { vf, vlan: id.into(), qos: qos.into() });
        }
        VfChange::Vlan(VfVlan { id, qos, protocol }) => e.nest(IFLA_VF_VLAN_LIST, |e| {
            let (protocol, pad) = (protocol.0.to_be_bytes(), [0; 2]);
            let info = VlanInfo { vf, vlan: id.into(), qos: qos.into(), protocol, pad };
            e.attr_fixed(IFLA_VF_VLAN_INFO, &info);
        }),
        VfChange::Rate { min, max } => e.attr_fixed(IFLA_VF_RATE, &Rate { vf, min, max }),
        VfChange::SpoofCheck(on) => set(IFLA_VF_SPOOFCHK, on.into()),
        VfChange::LinkState(state) => set(IFLA_VF_LINK_STATE, state.number()),
        VfChange::QueryRss(on) => set(IFLA_VF_RSS_QUERY_EN, on.into()),
        VfChange::Trust(on) => set(IFLA_VF_TRUST, on.into()),
        VfChange::NodeGuid(Guid(guid)) => e.attr_fixed(IFLA_VF_IB_NODE_GUID, &VfGuid { vf, pad: 0, guid }),
        VfChange::PortGuid(Guid(guid)) => e.attr_fixed(IFLA_VF_IB_PORT_GUID, &VfGuid { vf, pad: 0, guid }),
    }
}

/// Reads one VF (`IFLA_VF_INFO`); nothing if it does not tell its number.
pub(super) fn decode(attrs: Attrs<'_>) -> Result<Option<VfSettings>, WireError> {
    let mut number = None;
    let mut settings = VfSettings::new(VfId(0));
    let flag = |setting: &Setting| (setting.setting != NOT_SAID).then_some(setting.setting != 0);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            IFLA_VF_MAC => {
                let VfMac { vf, mac: [a, b, c, d, e, f, ..] } = attr.fixed()?;
                (number, settings.mac) = (Some(vf), Some(Mac([a, b, c, d, e, f])));
            }
            IFLA_VF_BROADCAST => settings.broadcast = attr.payload.first_chunk().copied().map(Mac),
            // The list tells more, and comes behind.
            IFLA_VF_VLAN => {
                let Vlan { vf, vlan, qos } = attr.fixed()?;
                (number, settings.vlan) = (Some(vf), vlan_of(vlan, qos, EtherType::VLAN));
            }
            IFLA_VF_VLAN_LIST => {
                if let Some(info) = attr.nested().find(IFLA_VF_VLAN_INFO)? {
                    let VlanInfo { vlan, qos, protocol, .. } = info.fixed()?;
                    settings.vlan = vlan_of(vlan, qos, EtherType(u16::from_be_bytes(protocol)));
                }
            }
            IFLA_VF_RATE => {
                let Rate { vf, min, max } = attr.fixed()?;
                (number, settings.min_tx_rate, settings.max_tx_rate) = (Some(vf), Some(min), Some(max));
            }
            // What kernels before 3.18 tell of the rate, and later ones once more.
            IFLA_VF_TX_RATE => {
                let rate: Setting = attr.fixed()?;
                settings.max_tx_rate = settings.max_tx_rate.or(Some(rate.setting));
            }
            IFLA_VF_STATS => {}
            kind if u32::from(kind) > IFLA_VF_MAX => settings.unknown.push(attr.to_unknown()),
            IFLA_VF_SPOOFCHK => {
                let setting: Setting = attr.fixed()?;
                (number, settings.spoof_check) = (Some(setting.vf), flag(&setting));
            }
            IFLA_VF_TRUST => {
                let setting: Setting = attr.fixed()?;
                (number, settings.trust) = (Some(setting.vf), flag(&setting));
            }
            IFLA_VF_RSS_QUERY_EN => settings.query_rss = flag(&attr.fixed()?),
            IFLA_VF_LINK_STATE => {
                let Setting { setting, .. } = attr.fixed()?;
                settings.link_state = Some(VfLinkState::from_number(setting));
            }
            IFLA_VF_IB_NODE_GUID => settings.node_guid = Some(guid(&attr)?),
            IFLA_VF_IB_PORT_GUID => settings.port_guid = Some(guid(&attr)?),
            _ => {}
        }
    }
    Ok(number.map(|vf| VfSettings { vf: VfId(vf), ..settings }))
}

fn vlan_of(vlan: u32, qos: u32, protocol: EtherType) -> Option<VfVlan> {
    Some(VfVlan { id: u16::try_from(vlan).ok()?, qos: u8::try_from(qos).ok()?, protocol })
}

fn guid(attr: &Attr<'_>) -> Result<Guid, WireError> {
    let VfGuid { guid, .. } = attr.fixed()?;
    Ok(Guid(guid))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Message;

    #[test]
    fn structures_have_the_kernels_sizes() {
        let ours = [size_of::<VfMac>(), size_of::<Vlan>(), size_of::<VlanInfo>(), size_of::<Rate>()];
        assert_eq!(
            ours,
            [SIZEOF_IFLA_VF_MAC, SIZEOF_IFLA_VF_VLAN, SIZEOF_IFLA_VF_VLAN_INFO, SIZEOF_IFLA_VF_RATE]
        );
        let settings = [
            SIZEOF_IFLA_VF_SPOOFCHK,
            SIZEOF_IFLA_VF_TRUST,
            SIZEOF_IFLA_VF_LINK_STATE,
            SIZEOF_IFLA_VF_RSS_QUERY_EN,
        ];
        assert_eq!([size_of::<Setting>(); 4], settings);
        assert_eq!(size_of::<VfGuid>(), SIZEOF_IFLA_VF_GUID);
    }

    fn decoded(body: impl FnOnce(&mut Encoder<'_>)) -> VfSettings {
        let mut buf = Vec::new();
        let mut e = Encoder::message(&mut buf, RTM_NEWLINK, Flags::empty(), 1, 1);
        body(&mut e);
        e.finish().unwrap();
        decode(Attrs::new(Message::decode(&buf).unwrap().payload)).unwrap().unwrap()
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let wanted = VfSettings {
            mac: Some(Mac([2, 0, 0, 0, 0, 9])),
            vlan: Some(VfVlan { id: 5, qos: 3, protocol: EtherType::QINQ }),
            min_tx_rate: Some(10),
            max_tx_rate: Some(100),
            spoof_check: Some(true),
            link_state: Some(VfLinkState::Disable),
            trust: Some(true),
            query_rss: Some(true),
            node_guid: Some(Guid(7)),
            port_guid: Some(Guid(8)),
            ..VfSettings::new(VfId(7))
        };
        let zero = VfSettings {
            mac: Some(Mac::default()),
            vlan: Some(VfVlan::NONE),
            min_tx_rate: Some(0),
            max_tx_rate: Some(0),
            spoof_check: Some(false),
            link_state: Some(VfLinkState::Auto),
            trust: Some(false),
            query_rss: Some(false),
            node_guid: Some(Guid(0)),
            port_guid: Some(Guid(0)),
            ..VfSettings::new(VfId(7))
        };
        let changes = wanted.changes_from(&zero);
        assert_eq!(changes.len(), 9);
        assert_eq!(decoded(|e| changes.iter().for_each(|change| encode(e, 7, change))), wanted);
    }

    #[test]
    fn what_a_driver_does_not_say_is_not_known_and_a_later_kernels_word_is_kept() {
        let later = IFLA_VF_MAX as u16 + 1;
        let read = decoded(|e| {
            e.attr_fixed(IFLA_VF_SPOOFCHK, &[7_u32, u32::MAX]);
            e.attr_fixed(IFLA_VF_RSS_QUERY_EN, &[7_u32, u32::MAX]);
            e.attr_fixed(IFLA_VF_TRUST, &[7_u32, 1]);
            e.attr_fixed(IFLA_VF_LINK_STATE, &[7_u32, 9]);
            e.u32(later, 1);
        });
        let want = VfSettings {
            trust: Some(true),
            link_state: Some(VfLinkState::Unknown(9)),
            unknown: read.unknown.clone(),
            ..VfSettings::new(VfId(7))
        };
        assert_eq!((read.unknown.len(), &read), (1, &want));
    }
}
