//! mlx5_core: ConnectX and BlueField.
//!
//! Eswitch: `eswitch_offloads.c` (`mlx5_devlink_eswitch_*_set`). Rules: `en_tc.c` (`mlx5e_configure_flower`,
//! `__parse_cls_flower`, `verify_attr_actions`) and `en/tc/act/`; the actions are in [`super::mlx5_actions`].

use smartnic_core::device::{
    EncapMode, EswitchMode, FlashStatus, InlineMode, NewPort, PortFunctionChange, ReloadAction, ReloadLimit,
    TrapAction, TunnelKind,
};
use smartnic_core::flow::{Action, ActionKind, HwStats, IpProto, KeySet, Match, Rule};

use super::device::{DeviceFacts, FunctionSite};
use super::flash::{self, FlashOrder, FlashRules};
use super::mlx5_actions::{check_actions, form};
use super::mlx5_police::takes_action;
use super::rates::{self, RateRules, RateSetting, RateSite};
use super::{
    Change, Driver, ETH_P_8021Q, EswitchKind, Facts, HwForm, ModeChange, Site, TrapSpec, Upkeep, VfDevlink,
    check_flags, mlx5_device, mlx5_tunnel,
};
use crate::errno::Errno;
use crate::model::{LaidDown, Pf, VfOrder};
use crate::note::Note;

/// mlx5_core.
#[derive(Debug)]
pub(crate) struct Mlx5;

/// mlx5_core.
pub(crate) const MLX5: Mlx5 = Mlx5;

const FACTS: Facts = Facts {
    name: "mlx5_core",
    vf_name: "mlx5_core",
    eswitch: EswitchKind::Settable,
    uplink_port: true,
    inline_mode: Some(InlineMode::None),
    encap_mode: Some(EncapMode::Basic),
    representor_ports: true,
    switch_id_in_legacy: true,
    vf_devlink: VfDevlink::VirtualPort,
    representor_tc_offload: true,
    switchdev_turns_tc_offload_on: true,
    counters: Some(HwStats::DELAYED),
    ..Facts::PLAIN
};

/// The keys that the driver reads, in this SDK's grouping.
const KEYS: KeySet = KeySet::BASIC
    .union(KeySet::ETH_ADDRS)
    .union(KeySet::VLAN)
    .union(KeySet::CVLAN)
    .union(KeySet::IPV4_ADDRS)
    .union(KeySet::IPV6_ADDRS)
    .union(KeySet::IP)
    .union(KeySet::PORTS)
    .union(KeySet::TCP)
    .union(KeySet::ICMP)
    .union(KeySet::MPLS)
    .union(KeySet::CONTROL)
    .union(KeySet::CT)
    .union(KeySet::META)
    .union(TUNNEL);
/// Those of them that it reads on tunnel devices, and overlooks everywhere else (`mlx5e_get_tc_tun`).
const TUNNEL: KeySet = KeySet::ENC_KEYID
    .union(KeySet::ENC_IPV4_ADDRS)
    .union(KeySet::ENC_IPV6_ADDRS)
    .union(KeySet::ENC_PORTS)
    .union(KeySet::ENC_IP)
    .union(KeySet::ENC_OPTS)
    .union(KeySet::ENC_CONTROL);

/// The vport number of the uplink (`MLX5_VPORT_UPLINK`).
const UPLINK: u32 = 0xffff;
/// The only flag of a packet that the hardware matches on (`FLOW_DIS_IS_FRAGMENT`).
const FRAGMENT: u32 = 1;
/// States of connections (`TCA_FLOWER_KEY_CT_FLAGS_*`).
const RELATED: u16 = 1 << 2;
const INVALID: u16 = 1 << 4;

impl Driver for Mlx5 {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    /// `mlx5e_rep_indr_setup_cb`, which the uplink's representor registers.
    fn hears_of_tunnels(&self, pf: &Pf, _kind: TunnelKind) -> bool {
        pf.eswitch.mode != EswitchMode::Legacy
    }

    fn bridges(&self) -> Option<&'static super::BridgeRules> {
        Some(&super::bridging::MLX5)
    }

    fn has_lag(&self) -> bool {
        true
    }

    fn vdpa(&self) -> Option<&'static super::VdpaRules> {
        Some(&super::bridging::MLX5_VDPA)
    }

    fn upkeep(&self) -> &'static Upkeep {
        &super::mlx5_upkeep::UPKEEP
    }

    fn check_trap(
        &self,
        _trap: &TrapSpec,
        action: TrapAction,
        pf: &Pf,
        note: &mut Note,
    ) -> Result<(), Errno> {
        if pf.eswitch.mode != EswitchMode::Legacy {
            note.say("mlx5_core: Devlink traps can't be set in switchdev mode");
            return Err(Errno::EOPNOTSUPP);
        }
        match action {
            TrapAction::Drop | TrapAction::Trap => Ok(()),
            _ => Err(Errno::EOPNOTSUPP),
        }
    }

    /// The eswitch owner's vhca id in the upper half, the vport in the lower (`mlx5_esw_vport_to_devlink_port_index`).
    fn port_index(&self, pf: usize, vf: Option<usize>) -> u32 {
        (pf as u32) << 16 | vf.map_or(UPLINK, |vf| vf as u32 + 1)
    }

    /// The host's physical function is vport 0 (`MLX5_VPORT_HOST_PF`).
    fn host_port_index(&self, pf: usize, vf: Option<usize>) -> u32 {
        (pf as u32) << 16 | vf.map_or(0, |vf| vf as u32 + 1)
    }

    /// Both are the serial number in the vital product data.
    fn serials(&self, dsn: [u8; 8]) -> (Option<String>, Option<String>) {
        let serial = format!("MT{:010}", u64::from_be_bytes(dsn) % 10_000_000_000);
        (Some(serial.clone()), Some(serial))
    }

    fn device(&self) -> &'static DeviceFacts {
        &mlx5_device::FACTS
    }

    fn sf_port_index(&self, pf: usize, slot: u32) -> u32 {
        mlx5_device::sf_port_index(pf, slot)
    }

    fn check_sub_function(
        &self,
        pf: usize,
        new: &NewPort,
        switchdev: bool,
        note: &mut Note,
    ) -> Result<(), Errno> {
        mlx5_device::check_sub_function(pf, new, switchdev, note)
    }

    fn check_function(
        &self,
        site: FunctionSite,
        change: &PortFunctionChange,
        note: &mut Note,
    ) -> Result<(), Errno> {
        mlx5_device::check_function(site, change, note)
    }

    fn reload(
        &self,
        pf: &Pf,
        _link_up: bool,
        action: ReloadAction,
        limit: ReloadLimit,
        note: &mut Note,
    ) -> Result<Vec<ReloadAction>, Errno> {
        mlx5_device::reload(pf, action, limit, note)
    }

    fn rates(&self) -> Option<&'static RateRules> {
        Some(&rates::MLX5_RATES)
    }

    /// `mlx5_esw_devlink_rate_node_new`
    fn check_rate_node(&self, pf: &Pf, note: &mut Note) -> Result<(), Errno> {
        if pf.eswitch.mode == EswitchMode::Legacy {
            note.say("mlx5_core: Rate node creation supported only in switchdev mode");
            return Err(Errno::EOPNOTSUPP);
        }
        Ok(())
    }

    fn check_rate(
        &self,
        site: &RateSite<'_>,
        setting: &RateSetting<'_>,
        log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        rates::mlx5_check(site, setting, log, note)
    }

    fn flash_rules(&self) -> Option<&'static FlashRules> {
        Some(&flash::MLX5_FLASH)
    }

    fn flash(
        &self,
        order: &FlashOrder<'_>,
        tell: &mut dyn FnMut(FlashStatus),
        note: &mut Note,
    ) -> Result<(), Errno> {
        flash::mlx5_flash(order, tell, note)
    }

    fn set_mode(&self, change: ModeChange, _log: &mut Vec<String>, note: &mut Note) -> Result<Change, Errno> {
        let switchdev = |mode| matches!(mode, EswitchMode::Switchdev | EswitchMode::SwitchdevInactive);
        if change.to != EswitchMode::Legacy && !switchdev(change.to) {
            return Err(Errno::EINVAL);
        }
        // Between active and inactive nothing stands in the way.
        if switchdev(change.now) && switchdev(change.to) && change.now != change.to {
            return Ok(Change::Made);
        }
        if change.flows > 0 {
            note.say("mlx5_core: Can't change mode, E-Switch is busy");
            return Err(Errno::EBUSY);
        }
        Ok(if change.now == change.to { Change::None } else { Change::Made })
    }

    /// The card needs no inline headers (`MLX5_CAP_INLINE_MODE_NOT_REQUIRED`), so only `none` can be set.
    /// VLANs, checks of addresses and trust are those of legacy mode (`esw/legacy.c`); no VLAN is none there too.
    fn check_vf(&self, order: VfOrder, _now: &LaidDown, switchdev: bool) -> Result<(), Errno> {
        match order {
            VfOrder::QueryRss(_) | VfOrder::Guid { .. } => Err(Errno::EOPNOTSUPP),
            VfOrder::Vlan { protocol, .. } if protocol != ETH_P_8021Q => Err(Errno::EPROTONOSUPPORT),
            VfOrder::Vlan { id: 0, .. } => Ok(()),
            VfOrder::Vlan { .. } | VfOrder::SpoofCheck(_) | VfOrder::Trust(_) if switchdev => {
                Err(Errno::EOPNOTSUPP)
            }
            _ => Ok(()),
        }
    }

    fn set_inline_mode(&self, mode: InlineMode, note: &mut Note) -> Result<(), Errno> {
        if mode == InlineMode::None {
            return Ok(());
        }
        note.say("mlx5_core: Inline mode can't be set");
        Err(Errno::EOPNOTSUPP)
    }

    fn set_encap_mode(&self, mode: EncapMode, pf: &Pf, note: &mut Note) -> Result<(), Errno> {
        if !matches!(mode, EncapMode::None | EncapMode::Basic) {
            return Err(Errno::EOPNOTSUPP);
        }
        let changes = pf.eswitch.mode != EswitchMode::Legacy && pf.eswitch.encap_mode != Some(mode);
        if changes && pf.flows > 0 {
            note.say("mlx5_core: Can't set encapsulation when flows are configured");
            return Err(Errno::EOPNOTSUPP);
        }
        Ok(())
    }

    fn check_param(&self, name: &str, value: &str, pf: &Pf, note: &mut Note) -> Result<(), Errno> {
        let switchdev = pf.eswitch.mode != EswitchMode::Legacy;
        match name {
            "flow_steering_mode" if switchdev => {
                note.say("mlx5_core: Changing fs mode is not supported when eswitch offloads enabled.");
                Err(Errno::EOPNOTSUPP)
            }
            "flow_steering_mode" if !matches!(value, "dmfs" | "smfs" | "hmfs") => {
                note.say("mlx5_core: Bad parameter: supported values are [\"dmfs\", \"smfs\", \"hmfs\"]");
                Err(Errno::EINVAL)
            }
            "esw_port_metadata" if switchdev => Err(Errno::EBUSY),
            _ => Ok(()),
        }
    }

    fn may_turn_offload_off(&self, flows: u32, log: &mut Vec<String>) -> bool {
        if flows > 0 {
            log.push("mlx5_core: Active offloaded tc filters, can't turn hw_tc_offload off".into());
        }
        flows == 0
    }

    fn takes_action(&self, action: &Action) -> bool {
        takes_action(action)
    }

    fn offload(
        &self,
        site: &Site<'_>,
        rule: &Rule,
        log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<Option<HwForm>, Errno> {
        if site.held {
            note.say("mlx5_core: flow cookie already exists, ignoring");
            return Err(Errno::EEXIST);
        }
        if site.own().hw_tc != Some(true) {
            note.say("TC offload is disabled on net device");
            return Err(Errno::EOPNOTSUPP);
        }
        check_key(site, rule, note)?;
        let tunnel = site.machine.tunnel(site.dev.ifindex);
        if let Some(tunnel) = tunnel {
            mlx5_tunnel::check_match(site, tunnel, rule, log, note)?;
        }
        let actions = check_actions(site, rule, note)?;
        if site.full() {
            // The flow group's `ida_alloc_max`; the driver adds no text.
            return Err(Errno::ENOSPC);
        }
        let key = if tunnel.is_some() { rule.key.clone() } else { without_tunnel(rule.key.clone()) };
        Ok(form(rule, without_mpls(key), actions))
    }

    /// `mlx5e_tc_configure_matchall`, which representors of functions have.
    fn offload_matchall(&self, site: &Site<'_>, rule: &Rule, note: &mut Note) -> Result<(), Errno> {
        if !site.dev.role.is_representor() {
            return Err(Errno::EOPNOTSUPP);
        }
        let (text, errno) = match &rule.actions[..] {
            _ if rule.prio != 1 => ("only priority 1 is supported", Errno::EINVAL),
            [] => ("matchall called with no action", Errno::EINVAL),
            [action] if matches!(action.kind, ActionKind::Police(_)) => return Ok(()),
            [_] => ("mlx5 supports only police action for matchall", Errno::EOPNOTSUPP),
            _ => ("matchall policing support only a single action", Errno::EOPNOTSUPP),
        };
        note.say(format!("mlx5_core: {text}"));
        Err(errno)
    }
}

/// The match without MPLS, which the driver looks at within tunnels only.
fn without_mpls(key: Match) -> Match {
    Match { mpls: Vec::new(), mpls_label: None, mpls_tc: None, mpls_bos: None, mpls_ttl: None, ..key }
}

fn check_key(site: &Site<'_>, rule: &Rule, note: &mut Note) -> Result<(), Errno> {
    let keys = rule.key.keys();
    if !(keys - KEYS).is_empty() {
        note.say("mlx5_core: Unsupported key");
        return Err(Errno::EOPNOTSUPP);
    }
    if rule.key.l2_miss.is_some() {
        note.say("mlx5_core: Can't match on \"l2_miss\"");
        return Err(Errno::EOPNOTSUPP);
    }
    check_flags("mlx5_core", &rule.key, FRAGMENT, note)?;
    // `mlx5e_flower_parse_meta`: on the link that it stands on, or on one that shares its block, a rule for another
    // link is refused.
    if rule.key.indev.as_ref().is_some_and(|link| *link != site.dev.name) {
        note.say("mlx5_core: Can't match on the ingress filter port");
        return Err(Errno::EOPNOTSUPP);
    }
    if keys.contains(KeySet::PORTS) && !matches!(rule.key.ip_proto, Some(IpProto::TCP | IpProto::UDP)) {
        note.say("mlx5_core: Only UDP and TCP transports are supported for L4 matching");
        return Err(Errno::EINVAL);
    }
    // `mlx5_tc_ct_match_add`
    let state = rule.key.ct_state.map_or(0, |state| state.value & state.mask);
    for (bit, text) in [(RELATED, "+rel"), (INVALID, "+inv")] {
        if state & bit != 0 {
            note.say(format!("mlx5_core: matching on ct_state {text} isn't supported"));
            return Err(Errno::EOPNOTSUPP);
        }
    }
    Ok(())
}

fn without_tunnel(key: Match) -> Match {
    Match {
        enc_src_ip: None,
        enc_dst_ip: None,
        enc_key_id: None,
        enc_src_port: None,
        enc_dst_port: None,
        enc_tos: None,
        enc_ttl: None,
        enc_opts: None,
        enc_flags: None,
        ..key
    }
}
