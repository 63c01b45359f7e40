use smartnic_core::flow::{
    Action, ActionKind, Classifier, IpMatch, IpProto, Match, PortMatch, Rule, TunnelOptsMatch,
};
use smartnic_core::types::{EtherType, MaskValue, Masked};

use super::{action_kinds, beside, stack};

/// Brings a rule into the form in which the kernel holds it.
///
/// `fl_set_key` takes only keys that go with the protocols before them and passes over the others without a word;
/// masked bits are cleared; a key under an empty mask is none; tags get their default protocol and priority.
pub(crate) fn normalise(rule: &mut Rule) {
    rule.key = normal_match(&rule.key);
    rule.classid = rule.classid.filter(|class| *class != 0);
    if rule.classifier == Classifier::Matchall {
        // It has no keys; its protocol is that of its priority.
        let eth_type = (!matches!(rule.protocol.0, 0 | 3)).then_some(rule.protocol);
        rule.key = Match { eth_type, ..Match::default() };
    }
    for action in &mut rule.actions {
        normalise_action(action);
    }
}

/// Brings one action into the form in which the kernel holds it.
pub(super) fn normalise_action(action: &mut Action) {
    // Asking for any kind of counter is asking for none in particular.
    action.hw_stats = action.hw_stats.filter(|stats| !stats.is_all());
    match &mut action.kind {
        ActionKind::VlanPush(tag) => {
            tag.protocol.get_or_insert(EtherType::VLAN);
            tag.priority.get_or_insert(0);
        }
        ActionKind::VlanModify(tag) => {
            tag.protocol.get_or_insert(EtherType::VLAN);
        }
        other => {
            action_kinds::normalise(other);
            beside::normalise(other);
        }
    }
}

/// What the kernel takes the packets of a rule to be, one layer after the other.
struct Layers {
    /// Whether keys of the outer and of the inner tag are looked at.
    tagged: bool,
    twice: bool,
    /// The protocol behind the tags; PPPoE hides it unless the rule looks behind it.
    network: Option<EtherType>,
    pppoe: bool,
}

impl Layers {
    /// `is_vlan_key`, `fl_set_key_pppoe`.
    fn of(key: &Match) -> Self {
        let tags = key.num_of_vlans.unwrap_or(0);
        let is_tag = |kind: Option<EtherType>, below| tags > below || kind.is_some_and(EtherType::is_vlan);
        let tagged = is_tag(key.eth_type, 0);
        let twice = tagged && is_tag(key.vlan_ethtype, 1);
        let frame = match (tagged, twice) {
            (false, _) => key.eth_type,
            (true, false) => key.vlan_ethtype,
            (true, true) => key.cvlan_ethtype,
        };
        let pppoe = frame == Some(EtherType::PPP_SES);
        let network = match (pppoe, key.ppp_proto) {
            (false, _) => frame,
            (true, None) => None,
            (true, Some(0x21)) => Some(EtherType::IPV4),
            (true, Some(0x57)) => Some(EtherType::IPV6),
            (true, Some(0x281)) => Some(EtherType::MPLS),
            (true, Some(0x283)) => Some(EtherType::MPLS_MC),
            (true, Some(_)) => frame,
        };
        Self { tagged, twice, network, pppoe }
    }
}

fn normal_match(key: &Match) -> Match {
    let Layers { tagged, twice, network, pppoe } = Layers::of(key);
    let is_ip = matches!(network, Some(EtherType::IPV4 | EtherType::IPV6));
    let ip_proto = key.ip_proto.filter(|_| is_ip);
    let ports = ip_proto.is_some_and(IpProto::has_ports);
    let icmp = matches!(
        (network, ip_proto),
        (Some(EtherType::IPV4), Some(IpProto::ICMP)) | (Some(EtherType::IPV6), Some(IpProto::ICMPV6))
    );
    let arp = matches!(network, Some(EtherType::ARP | EtherType::RARP));
    // A tag's protocol is not told if it is PPPoE and the rule does not look behind it.
    let looks_behind = key.ppp_proto.is_some() || key.pppoe_sid.is_some();
    let told = |kind: &EtherType| *kind != EtherType::PPP_SES || looks_behind;
    // IPv4 addresses win over IPv6 addresses; the protocol is not looked at.
    let v4 = [key.src_ip, key.dst_ip].into_iter().flatten().any(|ip| matches!(ip, IpMatch::V4(_)));
    let ip = |ip: Option<IpMatch>| ip.and_then(|ip| normal_ip(ip, v4));
    // Of a tunnel's addresses IPv6 wins.
    let v6 = [key.enc_src_ip, key.enc_dst_ip].into_iter().flatten().any(|ip| matches!(ip, IpMatch::V6(_)));
    let enc_ip = |ip: Option<IpMatch>| {
        ip.filter(|ip| matches!(ip, IpMatch::V6(_)) == v6).and_then(|ip| normal_ip(ip, false))
    };
    let normal = Match {
        eth_type: key.eth_type,
        dst_mac: key.dst_mac.and_then(normal_mask),
        src_mac: key.src_mac.and_then(normal_mask),
        vlan_id: key.vlan_id.filter(|_| tagged).map(|id| id & 0xfff),
        vlan_prio: key.vlan_prio.filter(|_| tagged).map(|prio| prio & 7),
        vlan_ethtype: key.vlan_ethtype.filter(|_| tagged).filter(told),
        cvlan_id: key.cvlan_id.filter(|_| twice).map(|id| id & 0xfff),
        cvlan_prio: key.cvlan_prio.filter(|_| twice).map(|prio| prio & 7),
        cvlan_ethtype: key.cvlan_ethtype.filter(|_| twice).filter(told),
        pppoe_sid: key.pppoe_sid.filter(|_| pppoe),
        ppp_proto: key.ppp_proto.filter(|_| pppoe),
        ip_proto,
        ip_tos: key.ip_tos.filter(|_| is_ip).and_then(normal_mask),
        ip_ttl: key.ip_ttl.filter(|_| is_ip).and_then(normal_mask),
        src_ip: ip(key.src_ip),
        dst_ip: ip(key.dst_ip),
        src_port: key.src_port.filter(|_| ports).and_then(normal_port),
        dst_port: key.dst_port.filter(|_| ports).and_then(normal_port),
        tcp_flags: key.tcp_flags.filter(|_| ip_proto == Some(IpProto::TCP)).and_then(normal_mask),
        icmp_type: key.icmp_type.filter(|_| icmp).and_then(normal_mask),
        icmp_code: key.icmp_code.filter(|_| icmp).and_then(normal_mask),
        enc_src_ip: enc_ip(key.enc_src_ip),
        enc_dst_ip: enc_ip(key.enc_dst_ip),
        enc_src_port: key.enc_src_port.and_then(normal_mask),
        enc_dst_port: key.enc_dst_port.and_then(normal_mask),
        enc_tos: key.enc_tos.and_then(normal_mask),
        enc_ttl: key.enc_ttl.and_then(normal_mask),
        enc_opts: key.enc_opts.as_ref().map(TunnelOptsMatch::as_kept),
        enc_flags: key.enc_flags.and_then(normal_mask),
        ip_flags: key.ip_flags.and_then(normal_mask),
        ct_state: key.ct_state.and_then(normal_mask),
        ct_zone: key.ct_zone.and_then(normal_mask),
        ct_mark: key.ct_mark.and_then(normal_mask),
        ct_label: key.ct_label.and_then(normal_mask),
        hash: key.hash.and_then(normal_mask),
        arp_sip: key.arp_sip.filter(|_| arp).and_then(normal_mask),
        arp_tip: key.arp_tip.filter(|_| arp).and_then(normal_mask),
        arp_op: key.arp_op.filter(|_| arp).and_then(normal_mask),
        arp_sha: key.arp_sha.filter(|_| arp).and_then(normal_mask),
        arp_tha: key.arp_tha.filter(|_| arp).and_then(normal_mask),
        l2tpv3_sid: key.l2tpv3_sid.filter(|_| ip_proto == Some(IpProto::L2TP)),
        // The index 0 is matched on, but not told.
        spi: key.spi.filter(|index| index.value != 0).and_then(normal_mask),
        cfm: key.cfm.filter(|cfm| network == Some(EtherType::CFM) && (cfm.mdl, cfm.op) != (None, None)),
        unknown: key.unknown.clone(),
        ..key.clone()
    };
    stack::normal(normal, network.is_some_and(EtherType::is_mpls))
}

fn normal_mask<T: MaskValue>(masked: Masked<T>) -> Option<Masked<T>> {
    let empty = masked.mask.and(T::ONES).prefix() == Some(0);
    (!empty).then(|| Masked::new(masked.value.and(masked.mask), masked.mask))
}

fn normal_ip(ip: IpMatch, v4: bool) -> Option<IpMatch> {
    match ip {
        IpMatch::V4(ip) => normal_mask(ip).map(IpMatch::V4),
        IpMatch::V6(_) if v4 => None,
        IpMatch::V6(ip) => normal_mask(ip).map(IpMatch::V6),
    }
}

fn normal_port(port: PortMatch) -> Option<PortMatch> {
    match port {
        PortMatch::Masked(port) => normal_mask(port).map(PortMatch::Masked),
        range @ PortMatch::Range { .. } => Some(range),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::flow::{Action, Attach};
    use smartnic_core::types::IfIndex;

    #[test]
    fn what_the_kernel_overlooks_is_left_out_and_defaults_are_filled_in() {
        let mut rule = Rule::new(Attach::ingress(IfIndex(2)))
            .protocol(EtherType::IPV4)
            .matching(|key| {
                key.vlan_id = Some(5);
                key.ip_proto = Some(IpProto::UDP);
                key.tcp_flags = Some("0x2".parse().unwrap());
                key.dst_port = Some(53.into());
                key.src_ip = Some("0.0.0.0/0".parse().unwrap());
                key.dst_ip =
                    Some(IpMatch::V4(Masked { value: [10, 1, 2, 3].into(), mask: [255, 0, 0, 0].into() }));
            })
            .action(Action::vlan_push(7))
            .action(Action::redirect(IfIndex(3)));
        normalise(&mut rule);
        let mut wanted = Rule::new(Attach::ingress(IfIndex(2)))
            .protocol(EtherType::IPV4)
            .matching(|key| {
                key.ip_proto = Some(IpProto::UDP);
                key.dst_port = Some(53.into());
                key.dst_ip = Some("10.0.0.0/8".parse().unwrap());
            })
            .action(Action::vlan_push(7))
            .action(Action::redirect(IfIndex(3)));
        if let ActionKind::VlanPush(tag) = &mut wanted.actions[0].kind {
            (tag.protocol, tag.priority) = (Some(EtherType::VLAN), Some(0));
        }
        assert_eq!(rule, wanted);
    }
}
