use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Action, Attach, KeySet, Match, Netdev, PortMatch};
use crate::types::EtherType;
use crate::{Error, Result};

/// The highest chain number (`TC_ACT_EXT_VAL_MASK`).
pub const MAX_CHAIN: u32 = 0x0fff_ffff;

/// Where a rule must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// In hardware if the NIC takes it, and in software.
    #[default]
    None,
    /// In hardware only; refused if the NIC refuses (`TCA_CLS_FLAGS_SKIP_SW`).
    SkipSw,
    /// In software only (`TCA_CLS_FLAGS_SKIP_HW`).
    SkipHw,
}

/// What decides whether a packet meets a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Classifier {
    /// The rule's keys (`flower`).
    #[default]
    Flower,
    /// Every packet meets it (`matchall`); it has no keys.
    Matchall,
}

impl Classifier {
    fn is_flower(&self) -> bool {
        *self == Self::Flower
    }

    /// The kernel's name of it (`TCA_KIND`).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Flower => "flower",
            Self::Matchall => "matchall",
        }
    }
}

impl fmt::Display for Classifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A flow rule: tc's flower or matchall filter without its wire format.
///
/// ```
/// use smartnic_core::flow::{Action, Attach, Rule};
/// use smartnic_core::types::EtherType;
///
/// let rule = Rule::new(Attach::ingress("enp3s0f0_0"))
///     .prio(10)
///     .protocol(EtherType::IPV4)
///     .matching(|key| key.dst_ip = Some("10.0.0.0/8".parse().unwrap()))
///     .action(Action::drop());
/// assert!(rule.check().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rule {
    /// Where it stands.
    pub attach: Attach,
    /// Its chain, 0..=[`MAX_CHAIN`].
    pub chain: u32,
    /// Its priority: the lowest comes first. 0 lets the kernel choose. tc calls it `prio` or `pref`.
    pub prio: u16,
    /// The protocol of the packets it sees; [`EtherType::ALL`] for all.
    pub protocol: EtherType,
    /// Its number within chain, prio and protocol; `None` lets the kernel choose.
    pub handle: Option<u32>,
    /// What decides whether a packet meets it.
    #[serde(skip_serializing_if = "Classifier::is_flower", default)]
    pub classifier: Classifier,
    /// The class that packets which meet it belong to, `major:minor` (`TCA_FLOWER_CLASSID`, `TCA_MATCHALL_CLASSID`);
    /// from `:ffe0` on a hardware traffic class (`hw_tc`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub classid: Option<u32>,
    /// What it matches.
    pub key: Match,
    /// What it does, in order.
    pub actions: Vec<Action>,
    /// Where it must not be.
    pub skip: Skip,
}

impl Rule {
    /// A rule for every packet, with no action yet.
    #[must_use]
    pub fn new(attach: Attach) -> Self {
        Self {
            attach,
            chain: 0,
            prio: 0,
            protocol: EtherType::ALL,
            handle: None,
            classifier: Classifier::Flower,
            classid: None,
            key: Match::default(),
            actions: Vec::new(),
            skip: Skip::None,
        }
    }

    /// Puts it into a chain.
    #[must_use]
    pub fn chain(mut self, chain: u32) -> Self {
        self.chain = chain;
        self
    }

    /// Gives it a priority.
    #[must_use]
    pub fn prio(mut self, prio: u16) -> Self {
        self.prio = prio;
        self
    }

    /// Limits it to one protocol, in the filter and in its key, as tc does.
    #[must_use]
    pub fn protocol(mut self, protocol: EtherType) -> Self {
        self.protocol = protocol;
        self.key.eth_type = (protocol != EtherType::ALL).then_some(protocol);
        self
    }

    /// Gives it a handle.
    #[must_use]
    pub fn handle(mut self, handle: u32) -> Self {
        self.handle = Some(handle);
        self
    }

    /// Sets keys.
    #[must_use]
    pub fn matching(mut self, set: impl FnOnce(&mut Match)) -> Self {
        set(&mut self.key);
        self
    }

    /// Adds an action behind the others.
    #[must_use]
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// Keeps it in hardware only.
    #[must_use]
    pub fn skip_sw(mut self) -> Self {
        self.skip = Skip::SkipSw;
        self
    }

    /// Keeps it in software only.
    #[must_use]
    pub fn skip_hw(mut self) -> Self {
        self.skip = Skip::SkipHw;
        self
    }

    /// Its identity, if it has a handle and a priority of its own.
    #[must_use]
    pub fn id(&self) -> Option<RuleId> {
        let handle = self.handle.filter(|_| self.prio != 0)?;
        Some(RuleId {
            attach: self.attach.clone(),
            chain: self.chain,
            prio: self.prio,
            protocol: self.protocol,
            classifier: self.classifier,
            handle,
        })
    }

    /// Every link the rule names: where it stands, then where it sends to.
    pub fn netdevs_mut(&mut self) -> impl Iterator<Item = &mut Netdev> {
        let own = match &mut self.attach {
            Attach::Dev { dev, .. } => Some(dev),
            Attach::Block(_) => None,
        };
        own.into_iter()
            .chain(self.actions.iter_mut().filter_map(Action::target_mut).map(|target| &mut target.dev))
    }

    /// Checks what no kernel would take: numbers out of range, keys that need another key.
    ///
    /// # Errors
    /// `InvalidInput`, naming the key and the reason.
    pub fn check(&self) -> Result<()> {
        let key = &self.key;
        let wrong = |reason: &str| Err(Error::invalid("use a flow rule", reason).on(self));
        if self.chain > MAX_CHAIN {
            return wrong("the chain must be at most 268435455 (0xfffffff)");
        }
        if self.handle == Some(0) {
            return wrong("handle 0 stands for \"the kernel chooses\"; leave it out");
        }
        if self.protocol == EtherType(0) {
            return wrong("0 is no protocol; `all` is for every protocol");
        }
        if key.vlan_id.is_some_and(|id| id > 4095) {
            return wrong("vlan_id must be at most 4095");
        }
        if key.vlan_prio.is_some_and(|prio| prio > 7) {
            return wrong("vlan_prio must be at most 7");
        }
        let vlan = key.vlan_id.is_some() || key.vlan_prio.is_some() || key.vlan_ethtype.is_some();
        let tags = key.num_of_vlans.unwrap_or(0);
        if vlan && !key.eth_type.is_some_and(EtherType::is_vlan) && tags == 0 {
            return wrong("vlan keys need protocol 802.1Q or 802.1ad");
        }
        self.check_layers()?;
        if let Some(reason) = key.meta_fault() {
            return wrong(reason);
        }
        let network = key.network_type();
        let is_ip = matches!(network, Some(EtherType::IPV4 | EtherType::IPV6));
        let needs_ip = key.ip_proto.is_some() || key.ip_tos.is_some() || key.ip_ttl.is_some();
        if needs_ip && !is_ip {
            return wrong("ip keys need protocol ip or ipv6 (behind a VLAN tag: vlan_ethtype ip or ipv6)");
        }
        for address in [&key.src_ip, &key.dst_ip].into_iter().flatten() {
            let wanted = match address {
                super::IpMatch::V4(_) => EtherType::IPV4,
                super::IpMatch::V6(_) => EtherType::IPV6,
            };
            if network != Some(wanted) {
                return wrong("an address must be of the rule's protocol: IPv4 for ip, IPv6 for ipv6");
            }
        }
        let ports = [&key.src_port, &key.dst_port];
        if ports.iter().any(|port| port.is_some()) && !key.ip_proto.is_some_and(super::IpProto::has_ports) {
            return wrong("ports need ip_proto tcp, udp or sctp");
        }
        if ports.into_iter().flatten().any(|port| matches!(port, PortMatch::Range { min, max } if min >= max))
        {
            return wrong("the first port of a range must be smaller than the last");
        }
        if key.tcp_flags.is_some() && key.ip_proto != Some(super::IpProto::TCP) {
            return wrong("tcp_flags need ip_proto tcp");
        }
        let icmp = match network {
            Some(EtherType::IPV4) => Some(super::IpProto::ICMP),
            _ => Some(super::IpProto::ICMPV6),
        };
        if (key.icmp_type.is_some() || key.icmp_code.is_some()) && key.ip_proto != icmp {
            return wrong("icmp keys need ip_proto icmp with protocol ip, or icmpv6 with protocol ipv6");
        }
        self.actions.iter().try_for_each(|action| self.check_action(action))
    }

    /// Keys below and above IP.
    fn check_layers(&self) -> Result<()> {
        let key = &self.key;
        let wrong = |reason: &str| Err(Error::invalid("use a flow rule", reason).on(self));
        if self.classifier == Classifier::Matchall && !(key.keys() - KeySet::BASIC).is_empty() {
            return wrong("matchall has no keys: every packet meets it");
        }
        let inner = key.cvlan_id.is_some() || key.cvlan_prio.is_some() || key.cvlan_ethtype.is_some();
        let tags = key.num_of_vlans.unwrap_or(0);
        if inner && !key.vlan_ethtype.is_some_and(EtherType::is_vlan) && tags < 2 {
            return wrong("cvlan keys need vlan_ethtype 802.1Q or 802.1ad, or num_of_vlans 2");
        }
        if key.cvlan_id.is_some_and(|id| id > 4095) || key.cvlan_prio.is_some_and(|prio| prio > 7) {
            return wrong("cvlan_id must be at most 4095 and cvlan_prio at most 7");
        }
        let outer_label = key.mpls_label.is_some() || key.mpls_bos.is_some();
        let outer_entry = outer_label || key.mpls_tc.is_some() || key.mpls_ttl.is_some();
        if outer_entry && !key.mpls.is_empty() {
            return wrong("mpls and mpls_label, mpls_tc, mpls_bos, mpls_ttl exclude each other");
        }
        if (outer_entry || !key.mpls.is_empty()) && !key.network_type().is_some_and(EtherType::is_mpls) {
            return wrong("mpls keys need protocol mpls_uc or mpls_mc");
        }
        let arp_ip = key.arp_sip.is_some() || key.arp_tip.is_some() || key.arp_op.is_some();
        let arp = arp_ip || key.arp_sha.is_some() || key.arp_tha.is_some();
        if arp && !matches!(key.network_type(), Some(EtherType::ARP | EtherType::RARP)) {
            return wrong("arp keys need protocol arp or rarp");
        }
        if key.cfm.is_some() && key.network_type() != Some(EtherType::CFM) {
            return wrong("cfm needs protocol cfm");
        }
        if key.l2tpv3_sid.is_some() && key.ip_proto != Some(super::IpProto::L2TP) {
            return wrong("l2tpv3_sid needs ip_proto l2tp");
        }
        let ipsec = [super::IpProto::ESP, super::IpProto::AH];
        if key.spi.is_some() && !key.ip_proto.is_some_and(|proto| ipsec.contains(&proto)) {
            return wrong("spi needs ip_proto esp or ah");
        }
        if key.cfm.is_some_and(|cfm| cfm.mdl.is_some_and(|level| level > 7)) {
            return wrong("the level of cfm must be at most 7");
        }
        if (key.pppoe_sid.is_some() || key.ppp_proto.is_some())
            && key.ethernet_type() != Some(EtherType::PPP_SES)
        {
            return wrong(
                "pppoe_sid and ppp_proto need protocol ppp_ses (behind a VLAN tag: vlan_ethtype ppp_ses)",
            );
        }
        if key.mpls.iter().any(|entry| !(1..=7).contains(&entry.depth)) {
            return wrong("an entry of mpls has a depth from 1 to 7");
        }
        let entries = key.mpls.iter().map(|entry| (entry.label, entry.tc, entry.bos));
        let outer = (key.mpls_label, key.mpls_tc, key.mpls_bos);
        let too_large = |(label, tc, bos): (Option<u32>, Option<u8>, Option<u8>)| {
            label.is_some_and(|label| label > 0xf_ffff)
                || tc.is_some_and(|tc| tc > 7)
                || bos.is_some_and(|bos| bos > 1)
        };
        if entries.chain([outer]).any(too_large) {
            return wrong(
                "an MPLS label must be at most 1048575, its traffic class at most 7, its end of stack 0 or 1",
            );
        }
        Ok(())
    }

    fn check_action(&self, action: &Action) -> Result<()> {
        use super::{ActionKind, Control};
        let wrong = |reason: &str| Err(Error::invalid("use a flow rule", reason).on(self));
        if let Control::Goto(chain) = action.control
            && chain > MAX_CHAIN
        {
            return wrong("the chain to go to must be at most 268435455 (0xfffffff)");
        }
        match &action.kind {
            ActionKind::VlanPush(tag) | ActionKind::VlanModify(tag) => {
                if tag.id > 4095 || tag.priority.is_some_and(|priority| priority > 7) {
                    return wrong("a VLAN is at most 4095 and its priority at most 7");
                }
                if tag.protocol.is_some_and(|protocol| !protocol.is_vlan()) {
                    return wrong("a VLAN tag's protocol is 802.1Q or 802.1ad");
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} chain {} pref {} protocol {}", self.attach, self.chain, self.prio, self.protocol)?;
        match self.handle {
            Some(handle) => write!(f, " handle {handle:#x}"),
            None => Ok(()),
        }
    }
}

/// What names one rule: its place, chain, priority, protocol and handle.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleId {
    /// Where it stands.
    pub attach: Attach,
    /// Its chain.
    pub chain: u32,
    /// Its priority.
    pub prio: u16,
    /// Its protocol.
    pub protocol: EtherType,
    /// What decides whether a packet meets it.
    #[serde(skip_serializing_if = "Classifier::is_flower", default)]
    pub classifier: Classifier,
    /// Its handle.
    pub handle: u32,
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { attach, chain, prio, protocol, handle, .. } = self;
        write!(f, "{attach} chain {chain} pref {prio} protocol {protocol} handle {handle:#x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::IpProto;

    fn on(protocol: EtherType, set: impl FnOnce(&mut Match)) -> Result<()> {
        Rule::new(Attach::ingress("eth0")).protocol(protocol).matching(set).check()
    }

    #[test]
    fn impossible_rules_are_named() {
        assert!(on(EtherType::IPV4, |key| key.dst_ip = Some("10.0.0.0/8".parse().unwrap())).is_ok());
        type Case = (EtherType, fn(&mut Match), &'static str);
        let cases: [Case; 8] = [
            (EtherType(0), |_| {}, "`all` is for every"),
            (EtherType::IPV6, |key| key.dst_ip = Some("10.0.0.0/8".parse().unwrap()), "IPv4 for ip"),
            (EtherType::IPV4, |key| key.vlan_id = Some(5), "802.1Q"),
            (EtherType::VLAN, |key| key.vlan_id = Some(4096), "4095"),
            (EtherType::IPV4, |key| key.dst_port = Some(80.into()), "ip_proto tcp"),
            (EtherType::ALL, |key| key.ip_proto = Some(IpProto::TCP), "protocol ip"),
            (EtherType::IPV4, |key| key.tcp_flags = Some("0x2".parse().unwrap()), "ip_proto tcp"),
            (
                EtherType::IPV6,
                |key| (key.ip_proto, key.icmp_type) = (Some(IpProto::ICMP), Some(8.into())),
                "icmpv6",
            ),
        ];
        for (protocol, set, text) in cases {
            let error = on(protocol, set).unwrap_err().to_string();
            assert!(error.contains(text), "{error}");
        }
    }

    #[test]
    fn a_tag_hides_the_network_protocol_until_the_rule_looks_behind_it() {
        let set = |key: &mut Match| {
            key.vlan_id = Some(5);
            key.vlan_ethtype = Some(EtherType::IPV4);
            key.ip_proto = Some(IpProto::UDP);
            key.dst_port = Some(53.into());
        };
        assert!(on(EtherType::VLAN, set).is_ok());
    }
}
