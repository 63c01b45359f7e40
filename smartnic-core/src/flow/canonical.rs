use super::{ActionFlags, Cfm, IpMatch, Match, MplsLse, PortMatch, Rule, TunnelOptsMatch};
use crate::types::{EtherType, MaskValue, Masked};

impl Rule {
    /// The form in which rules are compared: two rules that do the same have the same canonical form, apart from
    /// handle and priority if the kernel chose them.
    ///
    /// Keys under an empty mask match everything and are left out; a masked value holds no bits outside its mask; a
    /// VLAN tag without a protocol is 802.1Q; a rule for tagged packets has the tag's protocol in its key; what an
    /// action leaves to the kernel has the kernel's default. What a kernel does not tell of a rule is left out: class 0,
    /// index 0 of IPsec, PPPoE as a tag's protocol.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        self.key.make_canonical();
        self.classid = self.classid.filter(|class| *class != 0);
        if self.protocol_hides() {
            self.key.eth_type.get_or_insert(self.protocol);
        }
        for action in &mut self.actions {
            action.kind.make_canonical();
            // Where an action of a rule is to be is the rule's own say; the kernel takes no other.
            action.flags -= ActionFlags::SKIP_SW | ActionFlags::SKIP_HW;
        }
        self
    }
}

impl Rule {
    /// True if a kernel tells the protocol of the rule's packets in the filter only, and in the key what is behind it.
    #[must_use]
    pub fn protocol_hides(&self) -> bool {
        let tagged = self.key.num_of_vlans.is_some_and(|tags| tags > 0) && self.protocol != EtherType::ALL;
        self.protocol.is_vlan() || self.protocol == EtherType::PPP_SES || tagged
    }
}

impl Match {
    fn make_canonical(&mut self) {
        tidy(&mut self.dst_mac);
        tidy(&mut self.src_mac);
        tidy(&mut self.ip_tos);
        tidy(&mut self.ip_ttl);
        tidy(&mut self.tcp_flags);
        tidy(&mut self.icmp_type);
        tidy(&mut self.icmp_code);
        tidy(&mut self.ip_flags);
        tidy(&mut self.arp_sip);
        tidy(&mut self.arp_tip);
        tidy(&mut self.arp_op);
        tidy(&mut self.arp_sha);
        tidy(&mut self.arp_tha);
        tidy(&mut self.spi);
        tidy(&mut self.enc_src_port);
        tidy(&mut self.enc_dst_port);
        tidy(&mut self.enc_tos);
        tidy(&mut self.enc_ttl);
        tidy(&mut self.enc_flags);
        tidy(&mut self.ct_state);
        tidy(&mut self.ct_zone);
        tidy(&mut self.ct_mark);
        tidy(&mut self.ct_label);
        tidy(&mut self.hash);
        self.spi = self.spi.filter(|index| index.value != 0);
        self.cfm = self.cfm.filter(|cfm| *cfm != Cfm::default());
        let looks_behind = self.ppp_proto.is_some() || self.pppoe_sid.is_some();
        for tag in [&mut self.vlan_ethtype, &mut self.cvlan_ethtype] {
            *tag = tag.filter(|kind| *kind != EtherType::PPP_SES || looks_behind);
        }
        self.merge_mpls();
        for address in [&mut self.src_ip, &mut self.dst_ip, &mut self.enc_src_ip, &mut self.enc_dst_ip] {
            *address = match address.take() {
                Some(IpMatch::V4(mut address)) => keep(&mut address).then_some(IpMatch::V4(address)),
                Some(IpMatch::V6(mut address)) => keep(&mut address).then_some(IpMatch::V6(address)),
                None => None,
            };
        }
        self.enc_opts.iter_mut().for_each(TunnelOptsMatch::make_canonical);
        for port in [&mut self.src_port, &mut self.dst_port] {
            *port = match port.take() {
                Some(PortMatch::Masked(mut masked)) => keep(&mut masked).then_some(PortMatch::Masked(masked)),
                range => range,
            };
        }
    }
}

impl Match {
    /// One entry for each depth, the outermost first; if it is alone, the older keys stand for it.
    fn merge_mpls(&mut self) {
        if self.mpls.is_empty() {
            return;
        }
        let mut entries: Vec<MplsLse> = Vec::with_capacity(self.mpls.len());
        for entry in std::mem::take(&mut self.mpls) {
            match entries.iter_mut().find(|other| other.depth == entry.depth) {
                None => entries.push(entry),
                Some(other) => {
                    other.label = entry.label.or(other.label);
                    other.tc = entry.tc.or(other.tc);
                    other.bos = entry.bos.or(other.bos);
                    other.ttl = entry.ttl.or(other.ttl);
                }
            }
        }
        entries.sort_by_key(|entry| entry.depth);
        match entries[..] {
            [MplsLse { depth: 1, label, tc, bos, ttl }]
                if entries[0] != (MplsLse { depth: 1, ..Default::default() }) =>
            {
                (self.mpls_label, self.mpls_tc) = (label, tc);
                (self.mpls_bos, self.mpls_ttl) = (bos, ttl);
            }
            _ => self.mpls = entries,
        }
    }
}

/// Clears the bits outside the mask and says whether any bit counts.
fn keep<T: MaskValue>(masked: &mut Masked<T>) -> bool {
    masked.value = masked.value.and(masked.mask);
    masked.mask.prefix() != Some(0)
}

fn tidy<T: MaskValue>(key: &mut Option<Masked<T>>) {
    if key.as_mut().is_some_and(|masked| !keep(masked)) {
        *key = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{Action, ActionKind, Attach};

    #[test]
    fn an_empty_mask_is_no_key_and_a_tag_gets_its_protocol() {
        let rule = Rule::new(Attach::ingress("eth0"))
            .protocol(EtherType::IPV4)
            .matching(|key| {
                key.dst_ip = Some("0.0.0.0/0".parse().unwrap());
                key.ip_tos = Some(Masked { value: 0xff, mask: 0x0f });
                key.src_mac = Some("00:00:00:00:00:00/00:00:00:00:00:00".parse().unwrap());
            })
            .action(Action::vlan_push(5));
        let mut expected = rule.clone();
        expected.key = Match {
            eth_type: Some(EtherType::IPV4),
            ip_tos: Some(Masked { value: 0x0f, mask: 0x0f }),
            ..Match::default()
        };
        let ActionKind::VlanPush(tag) = &mut expected.actions[0].kind else {
            unreachable!("built as a push")
        };
        (tag.protocol, tag.priority) = (Some(EtherType::VLAN), Some(0));
        assert_eq!(rule.canonical(), expected);
        // A kernel does not tell whether the key of a rule for tagged packets named the tag's protocol.
        let tagged = Rule { protocol: EtherType::QINQ, ..Rule::new(Attach::ingress("eth0")) };
        assert_eq!(tagged.canonical().key.eth_type, Some(EtherType::QINQ));
    }
    #[test]
    fn what_a_kernel_tells_in_other_words_is_the_same() {
        let on = |protocol, set: fn(&mut Match)| {
            Rule::new(Attach::ingress("eth0")).protocol(protocol).matching(set).canonical()
        };
        // One entry is told in the older keys; several of one depth are one.
        let stack = on(EtherType::MPLS, |key| {
            let entry = MplsLse { depth: 1, ..MplsLse::default() };
            key.mpls =
                vec![MplsLse { label: Some(5), ..entry }, MplsLse { label: Some(7), ttl: Some(3), ..entry }];
        });
        let outer = on(EtherType::MPLS, |key| (key.mpls_label, key.mpls_ttl) = (Some(7), Some(3)));
        assert_eq!(stack, outer);
        let deep = on(EtherType::MPLS, |key| {
            let at = |depth| MplsLse { depth, ttl: Some(depth), ..MplsLse::default() };
            key.mpls = vec![at(3), at(1)];
        });
        assert_eq!(deep.key.mpls.iter().map(|entry| entry.depth).collect::<Vec<_>>(), [1, 3]);
        // PPPoE behind a tag is not told unless the rule looks at it, nor the protocol of a counted tag as a key.
        let told = on(EtherType::VLAN, |key| key.vlan_id = Some(5));
        let asked = on(EtherType::VLAN, |key| {
            (key.vlan_ethtype, key.vlan_id) = (Some(EtherType::PPP_SES), Some(5));
        });
        assert_eq!(asked, told);
        let mut counted = on(EtherType::IPV4, |key| key.num_of_vlans = Some(2));
        counted.key.eth_type = None;
        assert_eq!(counted.clone().canonical(), on(EtherType::IPV4, |key| key.num_of_vlans = Some(2)));
    }
}
