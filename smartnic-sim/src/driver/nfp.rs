//! nfp with the flower firmware: Netronome and Corigine Agilio.
//!
//! Eswitch: `flower/main.c` (`eswitch_mode_get`). Rules: `flower/offload.c` (`nfp_flower_add_offload`,
//! `nfp_flower_calculate_key_layers`), `flower/match.c`; actions are in [`super::nfp_actions`]. That the firmware has all
//! of its features (QinQ, Geneve, IPv6 tunnels) is ours; that the PF has no link of its own is ours too.

use smartnic_core::device::TunnelKind;
use smartnic_core::flow::{
    ActionKind, ActionSet, HwStats, IpMatch, IpProto, KeySet, Match, Rule, TunnelOpts,
};
use smartnic_core::types::EtherType;

use super::nfp_actions::check_actions;
use super::offer::{can_offload, check_hw_stats, refuse};
use super::{Driver, EswitchKind, Facts, HwForm, Site, check_flags};
use crate::errno::Errno;
use crate::model::{Pf, Role};
use crate::note::Note;

/// nfp.
#[derive(Debug)]
pub(crate) struct Nfp;

/// nfp.
pub(crate) const NFP: Nfp = Nfp;

const FACTS: Facts = Facts {
    name: "nfp",
    vf_name: "nfp_netvf",
    eswitch: EswitchKind::AlwaysSwitchdev { told: true },
    uplink_port: true,
    switch_id_in_legacy: true,
    uplink_tc_offload: true,
    representor_tc_offload: true,
    counters: Some(HwStats::DELAYED),
    ..Facts::PLAIN
};

/// `NFP_FLOWER_WHITELIST_DISSECTOR`, in this SDK's grouping.
const KEYS: KeySet = KeySet::BASIC
    .union(KeySet::CONTROL)
    .union(KeySet::IPV4_ADDRS)
    .union(KeySet::IPV6_ADDRS)
    .union(KeySet::TCP)
    .union(KeySet::PORTS)
    .union(KeySet::ETH_ADDRS)
    .union(KeySet::VLAN)
    .union(KeySet::CVLAN)
    .union(KeySet::MPLS)
    .union(KeySet::CT)
    .union(KeySet::META)
    .union(KeySet::IP)
    .union(TUNNEL);
const TUNNEL: KeySet = KeySet::ENC_KEYID
    .union(KeySet::ENC_IPV4_ADDRS)
    .union(KeySet::ENC_IPV6_ADDRS)
    .union(KeySet::ENC_PORTS)
    .union(KeySet::ENC_IP)
    .union(KeySet::ENC_OPTS)
    .union(KeySet::ENC_CONTROL);

const FIN_SYN_RST: u16 = 0x07;
const PSH_URG: u16 = 0x28;
/// `TCA_FLOWER_KEY_CT_FLAGS_ESTABLISHED`.
const ESTABLISHED: u16 = 1 << 1;

impl Driver for Nfp {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn port_index(&self, pf: usize, vf: Option<usize>) -> u32 {
        vf.map_or(pf as u32, |vf| vf as u32)
    }

    /// `nfp_fl_is_netdev_to_offload`
    fn hears_of_tunnels(&self, _pf: &Pf, kind: TunnelKind) -> bool {
        kind != TunnelKind::Bareudp
    }

    fn serials(&self, dsn: [u8; 8]) -> (Option<String>, Option<String>) {
        (Some(dsn.map(|byte| format!("{byte:02x}")).concat()), None)
    }

    fn offload(
        &self,
        site: &Site<'_>,
        rule: &Rule,
        _log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<Option<HwForm>, Errno> {
        // Rules on tunnel devices come in without that question (`nfp_flower_setup_indr_block_cb`).
        if site.dev.role != Role::Tunnel {
            can_offload(site, note)?;
        }
        if tracks(rule, note)? {
            return Ok(None);
        }
        // `offload_pre_check`
        if rule.key.ct_state.is_some_and(|state| state.value != 0) || rule.chain != 0 {
            return Err(Errno::EOPNOTSUPP);
        }
        check_key(site, &rule.key, note)?;
        check_hw_stats("nfp", &rule.actions, false, note)?;
        check_actions(site, rule, note)?;
        if site.full() {
            return refuse(note, "nfp: invalid entry: cannot allocate stats context", Errno::ENOENT);
        }
        let form = HwForm { key: known_part(&rule.key), actions: rule.actions.clone() };
        Ok((form.key != rule.key).then_some(form))
    }

    /// `nfp_flower_install_rate_limiter`.
    fn offload_matchall(&self, site: &Site<'_>, rule: &Rule, note: &mut Note) -> Result<(), Errno> {
        can_offload(site, note)?;
        let police = rule.actions.iter().all(|action| matches!(action.kind, ActionKind::Police(_)));
        let text = if !matches!(site.dev.role, Role::Representor { .. }) {
            "qos rate limit offload not supported on non-VF ports"
        } else if !matches!(rule.actions.len(), 1 | 2) {
            "qos rate limit offload only support action number 1 or 2"
        } else if rule.prio != 1 {
            "qos rate limit offload requires highest priority"
        } else if !police {
            "qos rate limit offload requires police action"
        } else {
            return Ok(());
        };
        refuse(note, format!("nfp: unsupported offload: {text}"), Errno::EOPNOTSUPP)
    }
}

/// Rules of connections, which the driver keeps and joins (`is_pre_ct_flow`, `is_post_ct_flow`).
fn tracks(rule: &Rule, note: &mut Note) -> Result<bool, Errno> {
    let state = rule.key.ct_state.map_or(0, |state| state.value & state.mask);
    let tracking = rule.actions.iter().find_map(|action| match &action.kind {
        ActionKind::Ct(ct) => Some(ct.flags.bits()),
        _ => None,
    });
    // Without flags, or with NAT alone, it is a lookup.
    let lookup = tracking.is_some_and(|flags| flags & 0x7 == 0);
    if state == 0 && rule.chain == 0 && lookup {
        if !rule.action_set().contains(ActionSet::GOTO) {
            let text = "nfp: unsupported offload: Conntrack requires ACTION_GOTO";
            return refuse(note, text, Errno::EOPNOTSUPP);
        }
        return Ok(true);
    }
    Ok(state & ESTABLISHED != 0)
}

fn check_key(site: &Site<'_>, key: &Match, note: &mut Note) -> Result<(), Errno> {
    let used = key.keys();
    let mut unless = |refused: bool, text: &str| match refused {
        true => refuse(note, format!("nfp: unsupported offload: {text}"), Errno::EOPNOTSUPP),
        false => Ok(()),
    };
    unless(!(used - KEYS).is_empty(), "match not supported")?;
    if used.intersects(TUNNEL) {
        tunnel(site, key, &mut unless)?;
    }
    let known = matches!(
        key.network_type(),
        None | Some(
            EtherType::IPV4 | EtherType::IPV6 | EtherType::MPLS | EtherType::MPLS_MC | EtherType::VLAN
        )
    );
    unless(key.network_type() == Some(EtherType::ARP), "ARP not supported")?;
    unless(!known, "match on given EtherType is not supported")?;
    let ports = used.contains(KeySet::PORTS);
    let transport = [IpProto::TCP, IpProto::UDP, IpProto::SCTP, IpProto::ICMP, IpProto::ICMPV6];
    let known = key.ip_proto.is_some_and(|proto| transport.contains(&proto));
    unless(ports && !known, "cannot match on L4 information without specified IP protocol type")?;
    if let Some(flags) = key.tcp_flags {
        let flags = flags.value.0;
        unless(flags & !(FIN_SYN_RST | PSH_URG) != 0, "no match support for selected TCP flags")?;
        unless(
            flags & PSH_URG != 0 && flags & FIN_SYN_RST == 0,
            "PSH and URG is only supported when used with FIN, SYN or RST",
        )?;
    }
    check_flags("nfp", key, 3, note)?;
    let deep = key.mpls.iter().any(|entry| entry.depth != 1);
    match deep {
        true => refuse(
            note,
            "nfp: unsupported offload: invalid LSE depth for MPLS match offload",
            Errno::EOPNOTSUPP,
        ),
        false => Ok(()),
    }
}

/// Keys of a tunnel, which the link must be a device of.
fn tunnel(
    site: &Site<'_>,
    key: &Match,
    unless: &mut impl FnMut(bool, &str) -> Result<(), Errno>,
) -> Result<(), Errno> {
    let addresses = key.enc_src_ip.is_some() || key.enc_dst_ip.is_some();
    unless(!addresses, "tunnel match not supported")?;
    unless(key.enc_flags.is_some(), "Unsupported match on enc_control.flags")?;
    let (v6, whole) = match &key.enc_dst_ip {
        Some(IpMatch::V4(ip)) => (false, ip.is_exact()),
        Some(IpMatch::V6(ip)) => (true, ip.is_exact()),
        None => (matches!(key.enc_src_ip, Some(IpMatch::V6(_))), false),
    };
    unless(v6 && !whole, "only an exact match IPv6 destination address is supported")?;
    unless(!whole, "only an exact match IPv4 destination address is supported")?;
    let kind = site.machine.tunnel(site.dev.ifindex).map(|tunnel| tunnel.kind);
    let Some(port) = key.enc_dst_port else {
        let needs = "an exact match on L4 destination port is required for non-GRE tunnels";
        unless(kind != Some(TunnelKind::Gretap), needs)?;
        return unless(key.enc_opts.is_some(), "encap options not supported on GRE tunnels");
    };
    unless(!port.is_exact(), "only an exact match L4 destination port is supported")?;
    let geneve = matches!(&key.enc_opts, Some(opts) if matches!(opts.value, TunnelOpts::Geneve(_)));
    unless(
        port.value == 4789 && key.enc_opts.is_some() && !geneve,
        "encap options not supported on vxlan tunnels",
    )?;
    unless(port.value == 4789 && geneve, "encap options not supported on vxlan tunnels")?;
    unless(![4789, 6081].contains(&port.value), "tunnel type unknown")?;
    let fits = kind.is_some_and(|kind| kind.port() == Some(port.value));
    unless(!fits, "ingress netdev does not match the expected tunnel type")
}

/// The part of a match that reaches the card: the link and a bridge's misses do not, nor the TTL of an MPLS entry.
fn known_part(key: &Match) -> Match {
    let mut known = Match { indev: None, l2_miss: None, mpls_ttl: None, ..key.clone() };
    known.mpls.iter_mut().for_each(|entry| entry.ttl = None);
    known
}
