use super::{ActionFlags, IpMatch, Match, PortMatch, Rule, TunnelOptsMatch};
use crate::types::{MaskValue, Masked};

impl Rule {
    /// The form in which rules are compared: two rules that do the same have the same canonical form, apart from
    /// handle and priority if the kernel chose them.
    ///
    /// Keys under an empty mask match everything and are left out; a masked value holds no bits outside its mask; a
    /// VLAN tag without a protocol is 802.1Q; a rule for tagged packets has the tag's protocol in its key; what an
    /// action leaves to the kernel has the kernel's default.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        self.key.make_canonical();
        if self.protocol.is_vlan() {
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
    use crate::types::EtherType;

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
}
