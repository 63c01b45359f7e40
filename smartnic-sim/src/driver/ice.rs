//! ice: Intel E810 and its family.
//!
//! Eswitch: `ice_eswitch.c` (`ice_eswitch_mode_set`). Rules: `ice_tc_lib.c` (`ice_add_cls_flower`,
//! `ice_parse_cls_flower`, `ice_eswitch_tc_parse_action`), `ice_switch.c` (`ice_add_adv_rule`).

use std::net::{Ipv4Addr, Ipv6Addr};

use smartnic_core::device::{
    EswitchMode, FlashStatus, NewPort, PortFunctionChange, ReloadAction, ReloadLimit,
};
use smartnic_core::flow::{Action, ActionKind, ActionSet, IpMatch, IpProto, KeySet, Match, PortMatch, Rule};
use smartnic_core::types::{EtherType, Mac, MaskValue, Masked};

use super::device::{DeviceFacts, FunctionSite};
use super::flash::{self, FlashOrder, FlashRules};
use super::rates::{self, RateRules, RateSetting, RateSite};
use super::{
    Change, Driver, ETH_P_8021Q, EswitchKind, Facts, HwForm, ModeChange, Site, Upkeep, check_flags,
    ice_device,
};
use crate::errno::Errno;
use crate::model::{LaidDown, Pf, Role, VfOrder};
use crate::note::Note;

/// ice.
#[derive(Debug)]
pub(crate) struct Ice;

/// ice.
pub(crate) const ICE: Ice = Ice;

const FACTS: Facts = Facts {
    name: "ice",
    vf_name: "iavf",
    eswitch: EswitchKind::Settable,
    uplink_port: true,
    representor_ports: true,
    switch_id_in_legacy: true,
    uplink_egress: true,
    ..Facts::PLAIN
};

/// 16-bit words that one rule may look at (`ICE_MAX_CHAIN_WORDS`).
const MAX_WORDS: u32 = 25;
/// Words for the metadata that every rule looks at: direction and source. The number is ours.
const METADATA_WORDS: u32 = 2;
/// The keys that the driver reads, in this SDK's grouping.
const KEYS: KeySet = KeySet::BASIC
    .union(KeySet::ETH_ADDRS)
    .union(KeySet::VLAN)
    .union(KeySet::CVLAN)
    .union(KeySet::PPPOE)
    .union(KeySet::L2TPV3)
    .union(KeySet::IPV4_ADDRS)
    .union(KeySet::IPV6_ADDRS)
    .union(KeySet::IP)
    .union(KeySet::PORTS)
    .union(KeySet::CONTROL)
    .union(TUNNEL);
/// Those of them that belong to a tunnel device, of which this host has none.
const TUNNEL: KeySet = KeySet::ENC_KEYID
    .union(KeySet::ENC_IPV4_ADDRS)
    .union(KeySet::ENC_IPV6_ADDRS)
    .union(KeySet::ENC_PORTS)
    .union(KeySet::ENC_IP)
    .union(KeySet::ENC_OPTS)
    .union(KeySet::ENC_CONTROL);

impl Driver for Ice {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn bridges(&self) -> Option<&'static super::BridgeRules> {
        Some(&super::bridging::ICE)
    }

    fn upkeep(&self) -> &'static Upkeep {
        &super::ice_upkeep::UPKEEP
    }

    /// The index of the function's main VSI: the PF's first, then the VFs'.
    fn port_index(&self, _pf: usize, vf: Option<usize>) -> u32 {
        vf.map_or(0, |vf| vf as u32 + 1)
    }

    fn serials(&self, dsn: [u8; 8]) -> (Option<String>, Option<String>) {
        let bytes = dsn.map(|byte| format!("{byte:02x}"));
        (Some(bytes.join("-")), None)
    }

    fn device(&self) -> &'static DeviceFacts {
        &ice_device::FACTS
    }

    fn sf_port_index(&self, _pf: usize, slot: u32) -> u32 {
        ice_device::sf_port_index(slot)
    }

    fn check_sub_function(
        &self,
        pf: usize,
        new: &NewPort,
        switchdev: bool,
        note: &mut Note,
    ) -> Result<(), Errno> {
        ice_device::check_sub_function(pf, new, switchdev, note)
    }

    fn check_function(
        &self,
        site: FunctionSite,
        change: &PortFunctionChange,
        note: &mut Note,
    ) -> Result<(), Errno> {
        ice_device::check_function(site, change, note)
    }

    fn reload(
        &self,
        pf: &Pf,
        _link_up: bool,
        action: ReloadAction,
        _limit: ReloadLimit,
        note: &mut Note,
    ) -> Result<Vec<ReloadAction>, Errno> {
        ice_device::reload(pf, action, note)
    }

    fn split(&self, count: u32, pending: Option<u32>, note: &mut Note) -> Result<(), Errno> {
        ice_device::split(count, pending, note)
    }

    /// `ice_set_vf_trust` refuses in switchdev mode. Tags of 802.1ad need double VLAN mode, which is not simulated.
    fn check_vf(&self, order: VfOrder, _now: &LaidDown, switchdev: bool) -> Result<(), Errno> {
        match order {
            VfOrder::QueryRss(_) | VfOrder::Guid { .. } => Err(Errno::EOPNOTSUPP),
            VfOrder::Vlan { protocol, .. } if protocol != ETH_P_8021Q => Err(Errno::EPROTONOSUPPORT),
            VfOrder::Trust(_) if switchdev => Err(Errno::EOPNOTSUPP),
            _ => Ok(()),
        }
    }

    fn rates(&self) -> Option<&'static RateRules> {
        Some(&rates::ICE_RATES)
    }

    fn check_rate(
        &self,
        site: &RateSite<'_>,
        setting: &RateSetting<'_>,
        _log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        rates::ice_check(site, setting, note)
    }

    fn flash_rules(&self) -> Option<&'static FlashRules> {
        Some(&flash::ICE_FLASH)
    }

    fn flash(
        &self,
        order: &FlashOrder<'_>,
        tell: &mut dyn FnMut(FlashStatus),
        note: &mut Note,
    ) -> Result<(), Errno> {
        flash::ice_flash(order, tell, note)
    }

    fn set_mode(&self, change: ModeChange, _log: &mut Vec<String>, note: &mut Note) -> Result<Change, Errno> {
        if change.now == change.to {
            return Ok(Change::None);
        }
        if change.num_vfs > 0 {
            note.say("ice: Changing eswitch mode is allowed only if there is no VFs created");
            return Err(Errno::EOPNOTSUPP);
        }
        match change.to {
            EswitchMode::Legacy => note.say("ice: Changed eswitch mode to legacy"),
            EswitchMode::Switchdev => note.say("ice: Changed eswitch mode to switchdev"),
            _ => {
                note.say("ice: Unknown eswitch mode");
                return Err(Errno::EINVAL);
            }
        }
        Ok(Change::Made)
    }

    fn check_param(&self, name: &str, value: &str, _pf: &Pf, note: &mut Note) -> Result<(), Errno> {
        let refused = match name {
            "tx_scheduling_layers" if !matches!(value, "5" | "9") => {
                "ice: Wrong number of tx scheduler layers provided."
            }
            "local_forwarding" if !matches!(value, "enabled" | "disabled" | "prioritized") => {
                "ice: Error: Requested value is not supported."
            }
            _ => return Ok(()),
        };
        note.say(refused);
        Err(Errno::EINVAL)
    }

    fn offload(
        &self,
        site: &Site<'_>,
        rule: &Rule,
        _log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<Option<HwForm>, Errno> {
        if rule.chain != 0 {
            return Err(Errno::EOPNOTSUPP);
        }
        // While firmware's agent is on, not a word is said (`ice_add_cls_flower`).
        if site.machine.uplink(site.pf_index).is_some_and(|uplink| site.machine.firmware_has_dcb(uplink)) {
            return Err(Errno::EINVAL);
        }
        // The PF's setting counts for its representors too (`ICE_FLAG_CLS_FLOWER`).
        let enabled = [Some(site.dev), site.machine.uplink(site.pf_index)];
        if !enabled.into_iter().flatten().any(|dev| dev.hw_tc == Some(true)) {
            note.say("ice: can't apply TC flower filters, turn ON hw-tc-offload and try again");
            return Err(Errno::EINVAL);
        }
        if site.held {
            note.say("ice: filter cookie already exists, ignoring");
            return Err(Errno::EEXIST);
        }
        check_key(site, &rule.key, note)?;
        let form = HwForm { key: known_part(&rule.key), actions: actions(site, rule, note)? };
        // The driver gives all rules one priority and refuses a second one with the same lookups.
        if site.has_match(form.key.clone()) {
            note.say("ice: Unable to add filter because it already exist");
            return Err(Errno::EINVAL);
        }
        if site.full() || METADATA_WORDS + words(&form.key) > MAX_WORDS {
            note.say("ice: Unable to add filter: insufficient space available.");
            return Err(Errno::ENOSPC);
        }
        Ok((form.key != rule.key || form.actions != rule.actions).then_some(form))
    }
}

fn check_key(site: &Site<'_>, key: &Match, note: &mut Note) -> Result<(), Errno> {
    if !(key.keys() - KEYS).is_empty() {
        note.say("ice: Unsupported key used");
        return Err(Errno::EOPNOTSUPP);
    }
    if key.keys().intersects(TUNNEL) {
        note.say("ice: Tunnel key used, but device isn't a tunnel");
        return Err(Errno::EOPNOTSUPP);
    }
    if site.egress && site.switchdev() != (key.network_type() == Some(EtherType(0x88cc))) {
        note.say(match site.switchdev() {
            true => "ice: Non-LLDP filtering is not supported on egress in switchdev mode",
            false => "ice: LLDP filtering is not supported on egress in legacy mode",
        });
        return Err(Errno::EOPNOTSUPP);
    }
    check_flags("ice", key, 0, note)?;
    let loopback =
        |ip: &Option<IpMatch>| matches!(ip, Some(IpMatch::V6(ip)) if ip.value == Ipv6Addr::LOCALHOST);
    if loopback(&key.src_ip) || loopback(&key.dst_ip) {
        note.say("ice: Bad IPv6, addr is LOOPBACK");
        return Err(Errno::EINVAL);
    }
    let ports = key.keys().contains(KeySet::PORTS);
    if ports && !matches!(key.ip_proto, Some(IpProto::TCP | IpProto::UDP)) {
        note.say("ice: Only UDP and TCP transport are supported");
        return Err(Errno::EINVAL);
    }
    Ok(())
}

/// Reads the actions as the driver does: one after the other, each in the place of the one before, so that of
/// several only the last reaches the hardware.
fn actions(site: &Site<'_>, rule: &Rule, note: &mut Note) -> Result<Vec<Action>, Errno> {
    for action in &rule.actions {
        let group = action.kind.group(action.control);
        match (site.switchdev(), group) {
            (true, ActionSet::DROP) => {
                // On a representor, what comes in is what the VF sends, and that the driver does not drop.
                if !matches!(site.dev.role, Role::Uplink { .. }) {
                    unsupported_here(note)?;
                }
            }
            (true, ActionSet::REDIRECT | ActionSet::MIRRED) => check_target(site, action, note)?,
            (true, _) => {
                note.say("ice: Unsupported action in switchdev mode");
                return Err(Errno::EINVAL);
            }
            (false, ActionSet::DROP) => {}
            (false, _) => {
                note.say("ice: Unsupported TC action");
                return Err(Errno::EOPNOTSUPP);
            }
        }
    }
    let last = rule.actions.last().ok_or(Errno::EINVAL)?;
    Ok(vec![last.clone()])
}

/// From the uplink to a representor, from a representor to another or to the uplink; nothing else.
fn check_target(site: &Site<'_>, action: &Action, note: &mut Note) -> Result<(), Errno> {
    let (ActionKind::Redirect(target) | ActionKind::Mirror(target)) = &action.kind else {
        return unsupported_here(note);
    };
    let out = target.dev.index().ok().and_then(|index| site.machine.netdevs.get(&index.0));
    let ok = match (site.dev.role, out.map(|out| out.role)) {
        (Role::Uplink { .. }, Some(to)) if to.is_representor() => !site.egress && same_pf(site, to),
        (from, Some(to)) if from.is_representor() && to.is_on_switch() => same_pf(site, to),
        _ => false,
    };
    if ok { Ok(()) } else { unsupported_here(note) }
}

/// The driver itself does not look at the port of the other end; that rules stay within one port is ours.
fn same_pf(site: &Site<'_>, other: Role) -> bool {
    other.pf() == Some(site.pf_index)
}

fn unsupported_here(note: &mut Note) -> Result<(), Errno> {
    note.say("ice: The action is not supported for this netdevice");
    Err(Errno::EINVAL)
}

/// The part of a match that the driver hands to the hardware: it takes zeros for "not given" (`if (match.key->dst)`),
/// and the IP protocol only says what the ports are ports of.
fn known_part(key: &Match) -> Match {
    let mac = |mac: Option<Masked<Mac>>| mac.filter(|mac| mac.value != Mac::default());
    let ip = |ip: Option<IpMatch>| {
        ip.filter(|ip| !matches!(ip, IpMatch::V4(ip) if ip.value == Ipv4Addr::UNSPECIFIED))
    };
    let port = |port: Option<PortMatch>| {
        port.filter(|port| !matches!(port, PortMatch::Masked(port) if port.value == 0))
    };
    let (src_port, dst_port) = (port(key.src_port), port(key.dst_port));
    Match {
        src_mac: mac(key.src_mac),
        dst_mac: mac(key.dst_mac),
        src_ip: ip(key.src_ip),
        dst_ip: ip(key.dst_ip),
        ip_proto: key.ip_proto.filter(|_| src_port.is_some() || dst_port.is_some()),
        src_port,
        dst_port,
        ..key.clone()
    }
}

/// The 16-bit words of a packet that a match looks at.
fn words(key: &Match) -> u32 {
    let mac = |mask: Mac| mask.0.chunks(2).filter(|word| word.iter().any(|byte| *byte != 0)).count() as u32;
    let ip = |ip: &IpMatch| match ip {
        IpMatch::V4(ip) => ip.mask.to_bits().to_be_bytes().chunks(2).filter(|w| **w != [0, 0]).count() as u32,
        IpMatch::V6(ip) => ip.mask.segments().iter().filter(|word| **word != 0).count() as u32,
    };
    let port = |port: &PortMatch| match port {
        PortMatch::Masked(port) => u32::from(port.mask.prefix() != Some(0)),
        PortMatch::Range { .. } => 0,
    };
    let vlan = key.vlan_id.is_some() || key.vlan_prio.is_some();
    let inner = key.cvlan_id.is_some() || key.cvlan_prio.is_some();
    u32::from(key.network_type().is_some())
        + u32::from(vlan)
        + u32::from(inner)
        + u32::from(key.pppoe_sid.is_some())
        + u32::from(key.ppp_proto.is_some())
        + 2 * u32::from(key.l2tpv3_sid.is_some())
        + u32::from(key.ip_tos.is_some() || key.ip_ttl.is_some())
        + [&key.src_mac, &key.dst_mac].into_iter().flatten().map(|mask| mac(mask.mask)).sum::<u32>()
        + [&key.src_ip, &key.dst_ip].into_iter().flatten().map(ip).sum::<u32>()
        + [&key.src_port, &key.dst_port].into_iter().flatten().map(port).sum::<u32>()
}
