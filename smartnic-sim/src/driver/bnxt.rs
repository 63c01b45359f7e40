//! bnxt_en: Broadcom NetXtreme-E, Thor, Thor 2.
//!
//! Eswitch: `bnxt_vfr.c` (`bnxt_dl_eswitch_mode_set`). Rules: `bnxt_tc.c` (`bnxt_tc_parse_flow`,
//! `bnxt_tc_can_offload`); the actions are in [`super::bnxt_actions`].
//!
//! This driver says why it refuses in the kernel's log only, and it overlooks what it does not know: keys such as
//! TOS or TCP flags and actions such as mirror are left out of the hardware's rule without a word.

use smartnic_core::device::{
    EswitchMode, FlashStatus, ReloadAction, ReloadLimit, Selftest, SelftestStatus, TunnelKind,
};
use smartnic_core::flow::{Action, ActionKind, HwStats, IpMatch, IpProto, KeySet, Match, PortMatch, Rule};
use smartnic_core::types::{Mac, Masked};

use super::bnxt_actions::actions;
use super::device::DeviceFacts;
use super::flash::{self, FlashOrder, FlashRules};
use super::{
    Change, Driver, EswitchKind, Facts, HwForm, ModeChange, Site, Upkeep, VfDevlink, bnxt_device, check_flags,
};
use crate::errno::Errno;
use crate::model::Pf;
use crate::note::Note;

/// bnxt_en.
#[derive(Debug)]
pub(crate) struct Bnxt;

/// bnxt_en.
pub(crate) const BNXT: Bnxt = Bnxt;

const FACTS: Facts = Facts {
    name: "bnxt_en",
    vf_name: "bnxt_en",
    eswitch: EswitchKind::Settable,
    uplink_port: true,
    vf_devlink: VfDevlink::Bare,
    uplink_tc_offload: true,
    representor_tc_offload: true,
    counters: Some(HwStats::DELAYED),
    vfs_need_link_up: Some("bnxt_en: Reject SRIOV config request since if is down!"),
    ..Facts::PLAIN
};

impl Driver for Bnxt {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn upkeep(&self) -> &'static Upkeep {
        &super::bnxt_upkeep::UPKEEP
    }

    fn serials(&self, mut dsn: [u8; 8]) -> (Option<String>, Option<String>) {
        let board = format!("P1400D{:08}", u64::from_be_bytes(dsn) % 100_000_000);
        dsn.reverse();
        let bytes = dsn.map(|byte| format!("{byte:02X}"));
        (Some(bytes.join("-")), Some(board))
    }

    fn device(&self) -> &'static DeviceFacts {
        &bnxt_device::FACTS
    }

    fn reload(
        &self,
        pf: &Pf,
        link_up: bool,
        action: ReloadAction,
        limit: ReloadLimit,
        note: &mut Note,
    ) -> Result<Vec<ReloadAction>, Errno> {
        bnxt_device::reload(pf, link_up, action, limit, note)
    }

    fn flash_rules(&self) -> Option<&'static FlashRules> {
        Some(&flash::BNXT_FLASH)
    }

    fn flash(
        &self,
        order: &FlashOrder<'_>,
        tell: &mut dyn FnMut(FlashStatus),
        note: &mut Note,
    ) -> Result<(), Errno> {
        flash::bnxt_flash(order, tell, note)
    }

    fn selftests(&self) -> Option<&'static [Selftest]> {
        Some(&[Selftest::Flash])
    }

    /// `bnxt_nvm_test`: what stands in the card's memory is read and written again. That it goes well is ours.
    fn run_selftest(&self, _test: Selftest, _note: &mut Note) -> SelftestStatus {
        SelftestStatus::Passed
    }

    /// `bnxt_tc_setup_indr_block`
    fn hears_of_tunnels(&self, _pf: &Pf, kind: TunnelKind) -> bool {
        kind == TunnelKind::Vxlan
    }

    fn set_mode(&self, change: ModeChange, log: &mut Vec<String>, _note: &mut Note) -> Result<Change, Errno> {
        match change.to {
            same if same == change.now => {
                log.push(format!("bnxt_en: already in {} eswitch mode", change.now));
                Err(Errno::EINVAL)
            }
            EswitchMode::Legacy | EswitchMode::Switchdev => Ok(Change::Made),
            _ => Err(Errno::EINVAL),
        }
    }

    fn offload(
        &self,
        site: &Site<'_>,
        rule: &Rule,
        log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<Option<HwForm>, Errno> {
        // The PF's setting counts, for its representors too.
        if site.machine.uplink(site.pf_index).is_none_or(|dev| dev.hw_tc != Some(true)) {
            note.say("TC offload is disabled on net device");
            return Err(Errno::EOPNOTSUPP);
        }
        if rule.chain != 0 {
            note.say("Driver supports only offload of chain 0");
            return Err(Errno::EOPNOTSUPP);
        }
        check_flags("bnxt_en", &rule.key, 0, note).inspect_err(|errno| failed(log, *errno))?;
        let outer = [rule.key.enc_src_ip, rule.key.enc_dst_ip];
        if outer.iter().flatten().any(|ip| matches!(ip, IpMatch::V6(_))) {
            failed(log, Errno::EOPNOTSUPP);
            return Err(Errno::EOPNOTSUPP);
        }
        let actions = actions(site, rule, log, note).inspect_err(|errno| failed(log, *errno))?;
        if let Some(why) = refused_key(&rule.key) {
            log.push(format!("bnxt_en: {why}"));
            return Err(Errno::EOPNOTSUPP);
        }
        if site.full() && !site.held {
            failed(log, Errno::ENOSPC);
            return Err(Errno::ENOSPC);
        }
        let form = HwForm { key: known_part(&rule.key, &actions), actions };
        Ok((form.key != rule.key || form.actions != rule.actions).then_some(form))
    }
}

fn failed(log: &mut Vec<String>, errno: Errno) {
    log.push(format!("bnxt_en: Error: bnxt_tc_add_flow: error=-{}", errno.0));
}

/// Why the driver refuses a match, in the words of its log (`bnxt_tc_can_offload`).
fn refused_key(key: &Match) -> Option<String> {
    let ports = key.keys().contains(KeySet::PORTS);
    if ports && !matches!(key.ip_proto, Some(IpProto::TCP | IpProto::UDP)) {
        let proto = key.ip_proto.map_or(0, |proto| proto.0);
        return Some(format!("Cannot offload non-TCP/UDP ({proto}) ports"));
    }
    let partial = |mac: Masked<Mac>| mac.value != Mac::default() && !mac.is_exact();
    if key.src_mac.is_some_and(partial) {
        return Some("Wildcard match unsupported for Source MAC".into());
    }
    if key.dst_mac.is_some_and(partial) {
        return Some("Wildcard match unsupported for Dest MAC".into());
    }
    // The id must be given; the priority must be left open or be 0.
    let tagged = key.vlan_id.is_some_and(|id| id != 0) || key.vlan_prio.is_some_and(|prio| prio != 0);
    if tagged && (key.vlan_id.is_none() || key.vlan_prio.is_some_and(|prio| prio != 0)) {
        return Some("Unsupported VLAN TCI".into());
    }
    if key.network_type().is_none() {
        return Some("Wildcard match unsupported for Ethertype".into());
    }
    None
}

/// The part of a match that the driver hands to the hardware.
fn known_part(key: &Match, actions: &[Action]) -> Match {
    let exact = |port: Option<PortMatch>| port.filter(|port| matches!(port, PortMatch::Masked(_)));
    let decap = actions.iter().any(|action| action.kind == ActionKind::TunnelUnset);
    // The driver hands over no masks of MAC addresses; that an address of zeros means none given is ours.
    let given = |mac: Option<Masked<Mac>>| mac.filter(|mac| mac.value != Mac::default());
    Match {
        eth_type: key.eth_type,
        vlan_id: key.vlan_id,
        vlan_prio: key.vlan_prio,
        vlan_ethtype: key.vlan_ethtype,
        src_mac: given(key.src_mac),
        dst_mac: given(key.dst_mac),
        ip_proto: key.ip_proto,
        src_ip: key.src_ip.map(prefixed),
        dst_ip: key.dst_ip.map(prefixed),
        src_port: exact(key.src_port),
        dst_port: exact(key.dst_port),
        icmp_type: key.icmp_type,
        icmp_code: key.icmp_code,
        // A tunnel counts with the action that takes it off only; its source port does not (`bnxt_tc_get_decap_handle`).
        enc_src_ip: key.enc_src_ip.filter(|_| decap),
        enc_dst_ip: key.enc_dst_ip.filter(|_| decap),
        enc_key_id: key.enc_key_id.filter(|_| decap),
        enc_dst_port: key.enc_dst_port.filter(|_| decap),
        ..Match::default()
    }
}

/// An address under the mask that the hardware gets: the driver takes every mask for a prefix, down to its lowest
/// bit, in each 32-bit word (`inet_mask_len`, `ipv6_mask_len`).
fn prefixed(address: IpMatch) -> IpMatch {
    let length = |mask: u32| 32 - mask.trailing_zeros().min(32);
    match address {
        IpMatch::V4(ip) => {
            let prefix = length(ip.mask.to_bits()) as u8;
            IpMatch::V4(Masked::prefix(ip.value, prefix).unwrap_or(ip))
        }
        IpMatch::V6(ip) => {
            let words = (0..4).map(|word| (ip.mask.to_bits() >> (32 * word)) as u32);
            let prefix = words.map(length).sum::<u32>() as u8;
            IpMatch::V6(Masked::prefix(ip.value, prefix).unwrap_or(ip))
        }
    }
}
