use std::fmt;

use bitflags::bitflags;

use super::{
    ActionKind, Control, IpMatch, Match, MirredBlock, Mpls, PeditCommand, PeditKey, PortMatch, Rule, Skbedit,
};

bitflags! {
    /// Sets of match keys, in the kernel's own grouping (`enum flow_dissector_key_id`): what a driver says it
    /// can or cannot do is said in these terms.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct KeySet: u64 {
        /// Ethernet protocol and IP protocol (`FLOW_DISSECTOR_KEY_BASIC`).
        const BASIC = 1;
        /// MAC addresses (`FLOW_DISSECTOR_KEY_ETH_ADDRS`).
        const ETH_ADDRS = 1 << 1;
        /// Outer VLAN tag (`FLOW_DISSECTOR_KEY_VLAN`).
        const VLAN = 1 << 2;
        /// IPv4 addresses (`FLOW_DISSECTOR_KEY_IPV4_ADDRS`).
        const IPV4_ADDRS = 1 << 3;
        /// IPv6 addresses (`FLOW_DISSECTOR_KEY_IPV6_ADDRS`).
        const IPV6_ADDRS = 1 << 4;
        /// Type of service and time to live (`FLOW_DISSECTOR_KEY_IP`).
        const IP = 1 << 5;
        /// TCP, UDP and SCTP ports (`FLOW_DISSECTOR_KEY_PORTS`).
        const PORTS = 1 << 6;
        /// Port ranges (`FLOW_DISSECTOR_KEY_PORTS_RANGE`).
        const PORTS_RANGE = 1 << 7;
        /// TCP flags (`FLOW_DISSECTOR_KEY_TCP`).
        const TCP = 1 << 8;
        /// ICMP type and code (`FLOW_DISSECTOR_KEY_ICMP`).
        const ICMP = 1 << 9;
        /// Inner VLAN tag (`FLOW_DISSECTOR_KEY_CVLAN`).
        const CVLAN = 1 << 10;
        /// Number of VLAN tags (`FLOW_DISSECTOR_KEY_NUM_OF_VLANS`).
        const NUM_OF_VLANS = 1 << 11;
        /// PPPoE session and protocol (`FLOW_DISSECTOR_KEY_PPPOE`).
        const PPPOE = 1 << 12;
        /// MPLS label stack (`FLOW_DISSECTOR_KEY_MPLS`).
        const MPLS = 1 << 13;
        /// Fragments (`FLOW_DISSECTOR_KEY_CONTROL`).
        const CONTROL = 1 << 14;
        /// ARP (`FLOW_DISSECTOR_KEY_ARP`).
        const ARP = 1 << 15;
        /// L2TPv3 session (`FLOW_DISSECTOR_KEY_L2TPV3`).
        const L2TPV3 = 1 << 16;
        /// IPsec's security parameter index (`FLOW_DISSECTOR_KEY_IPSEC`).
        const IPSEC = 1 << 17;
        /// Connectivity fault management (`FLOW_DISSECTOR_KEY_CFM`).
        const CFM = 1 << 18;
        /// A tunnel's key (`FLOW_DISSECTOR_KEY_ENC_KEYID`).
        const ENC_KEYID = 1 << 19;
        /// A tunnel's IPv4 addresses (`FLOW_DISSECTOR_KEY_ENC_IPV4_ADDRS`).
        const ENC_IPV4_ADDRS = 1 << 20;
        /// A tunnel's IPv6 addresses (`FLOW_DISSECTOR_KEY_ENC_IPV6_ADDRS`).
        const ENC_IPV6_ADDRS = 1 << 21;
        /// A tunnel's UDP ports (`FLOW_DISSECTOR_KEY_ENC_PORTS`).
        const ENC_PORTS = 1 << 22;
        /// A tunnel's type of service and time to live (`FLOW_DISSECTOR_KEY_ENC_IP`).
        const ENC_IP = 1 << 23;
        /// A tunnel's options (`FLOW_DISSECTOR_KEY_ENC_OPTS`).
        const ENC_OPTS = 1 << 24;
        /// A tunnel's flags (`FLOW_DISSECTOR_KEY_ENC_CONTROL`).
        const ENC_CONTROL = 1 << 25;
        /// Connection tracking (`FLOW_DISSECTOR_KEY_CT`).
        const CT = 1 << 26;
        /// The link a packet came in by, a bridge's misses (`FLOW_DISSECTOR_KEY_META`).
        const META = 1 << 27;
        /// The packet's hash (`FLOW_DISSECTOR_KEY_HASH`).
        const HASH = 1 << 28;
        /// Keys that this version of the SDK does not know.
        const UNKNOWN = 1 << 63;
    }
}

bitflags! {
    /// Sets of actions, in the kernel's own grouping (`enum flow_action_id`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct ActionSet: u64 {
        /// Let the packet go on to the stack (`FLOW_ACTION_ACCEPT`).
        const ACCEPT = 1;
        /// Drop it (`FLOW_ACTION_DROP`).
        const DROP = 1 << 1;
        /// Hand it to the CPU (`FLOW_ACTION_TRAP`).
        const TRAP = 1 << 2;
        /// Go on in another chain (`FLOW_ACTION_GOTO`).
        const GOTO = 1 << 3;
        /// Send it out of another link (`FLOW_ACTION_REDIRECT`).
        const REDIRECT = 1 << 4;
        /// Send a copy out of another link (`FLOW_ACTION_MIRRED`).
        const MIRRED = 1 << 5;
        /// Redirect or mirror into the receive side of a link (`FLOW_ACTION_REDIRECT_INGRESS`, `_MIRRED_INGRESS`).
        const MIRRED_INGRESS = 1 << 6;
        /// Add a VLAN tag (`FLOW_ACTION_VLAN_PUSH`).
        const VLAN_PUSH = 1 << 7;
        /// Take a VLAN tag off (`FLOW_ACTION_VLAN_POP`).
        const VLAN_POP = 1 << 8;
        /// Change a VLAN tag (`FLOW_ACTION_VLAN_MANGLE`).
        const VLAN_MANGLE = 1 << 9;
        /// Go on with the next rule (`FLOW_ACTION_CONTINUE`).
        const CONTINUE = 1 << 10;
        /// Do nothing, go on with the next action (`FLOW_ACTION_PIPE`).
        const PIPE = 1 << 11;
        /// Classify again (`TC_ACT_RECLASSIFY`); no driver offloads it.
        const RECLASSIFY = 1 << 12;
        /// Send it through a tunnel (`FLOW_ACTION_TUNNEL_ENCAP`).
        const TUNNEL_ENCAP = 1 << 13;
        /// Forget the tunnel it came through (`FLOW_ACTION_TUNNEL_DECAP`).
        const TUNNEL_DECAP = 1 << 14;
        /// Set parts of headers (`FLOW_ACTION_MANGLE`).
        const MANGLE = 1 << 15;
        /// Add to parts of headers (`FLOW_ACTION_ADD`).
        const ADD = 1 << 16;
        /// Compute checksums anew (`FLOW_ACTION_CSUM`).
        const CSUM = 1 << 17;
        /// Track its connection (`FLOW_ACTION_CT`).
        const CT = 1 << 18;
        /// Add an MPLS entry (`FLOW_ACTION_MPLS_PUSH`).
        const MPLS_PUSH = 1 << 19;
        /// Take an MPLS entry off (`FLOW_ACTION_MPLS_POP`).
        const MPLS_POP = 1 << 20;
        /// Change an MPLS entry (`FLOW_ACTION_MPLS_MANGLE`).
        const MPLS_MANGLE = 1 << 21;
        /// Limit its rate (`FLOW_ACTION_POLICE`).
        const POLICE = 1 << 22;
        /// Take samples (`FLOW_ACTION_SAMPLE`).
        const SAMPLE = 1 << 23;
        /// Mark it (`FLOW_ACTION_MARK`).
        const MARK = 1 << 24;
        /// Set its packet type (`FLOW_ACTION_PTYPE`).
        const PTYPE = 1 << 25;
        /// Set its priority (`FLOW_ACTION_PRIORITY`).
        const PRIORITY = 1 << 26;
        /// Choose its receive queue (`FLOW_ACTION_RX_QUEUE_MAPPING`).
        const QUEUE = 1 << 27;
        /// Put an Ethernet header before it (`FLOW_ACTION_VLAN_PUSH_ETH`).
        const PUSH_ETH = 1 << 28;
        /// Take the Ethernet header off (`FLOW_ACTION_VLAN_POP_ETH`).
        const POP_ETH = 1 << 29;
        /// Let it pass in a cycle (`FLOW_ACTION_GATE`).
        const GATE = 1 << 30;
        /// Actions that the kernel offers to no driver: `nat`, `connmark`, `ctinfo`, `ife`, `simple`, `bpf`, `skbmod`,
        /// and what `mpls` and `skbedit` do beyond the others.
        const SOFTWARE = 1 << 31;
        /// Actions that this version of the SDK does not know.
        const UNKNOWN = 1 << 63;
    }
}

impl Match {
    /// The groups of keys that the match uses.
    #[must_use]
    pub fn keys(&self) -> KeySet {
        let mut keys = KeySet::empty();
        let mut add = |used: bool, key: KeySet| keys |= if used { key } else { KeySet::empty() };
        add(self.eth_type.is_some() || self.ip_proto.is_some(), KeySet::BASIC);
        add(self.dst_mac.is_some() || self.src_mac.is_some(), KeySet::ETH_ADDRS);
        add(self.vlan_id.is_some() || self.vlan_prio.is_some() || self.vlan_ethtype.is_some(), KeySet::VLAN);
        add(self.ip_tos.is_some() || self.ip_ttl.is_some(), KeySet::IP);
        for address in [&self.src_ip, &self.dst_ip].into_iter().flatten() {
            add(matches!(address, IpMatch::V4(_)), KeySet::IPV4_ADDRS);
            add(matches!(address, IpMatch::V6(_)), KeySet::IPV6_ADDRS);
        }
        for port in [&self.src_port, &self.dst_port].into_iter().flatten() {
            add(matches!(port, PortMatch::Masked(_)), KeySet::PORTS);
            add(matches!(port, PortMatch::Range { .. }), KeySet::PORTS_RANGE);
        }
        add(self.tcp_flags.is_some(), KeySet::TCP);
        add(self.icmp_type.is_some() || self.icmp_code.is_some(), KeySet::ICMP);
        let inner_tag = self.cvlan_id.is_some() || self.cvlan_prio.is_some() || self.cvlan_ethtype.is_some();
        add(inner_tag, KeySet::CVLAN);
        add(self.num_of_vlans.is_some(), KeySet::NUM_OF_VLANS);
        add(self.pppoe_sid.is_some() || self.ppp_proto.is_some(), KeySet::PPPOE);
        let outer_label = self.mpls_label.is_some() || self.mpls_bos.is_some();
        let outer_entry = outer_label || self.mpls_tc.is_some() || self.mpls_ttl.is_some();
        add(outer_entry || !self.mpls.is_empty(), KeySet::MPLS);
        add(self.ip_flags.is_some(), KeySet::CONTROL);
        let arp_ip = self.arp_sip.is_some() || self.arp_tip.is_some() || self.arp_op.is_some();
        add(arp_ip || self.arp_sha.is_some() || self.arp_tha.is_some(), KeySet::ARP);
        add(self.l2tpv3_sid.is_some(), KeySet::L2TPV3);
        add(self.spi.is_some(), KeySet::IPSEC);
        add(self.cfm.is_some(), KeySet::CFM);
        add(self.enc_key_id.is_some(), KeySet::ENC_KEYID);
        for address in [&self.enc_src_ip, &self.enc_dst_ip].into_iter().flatten() {
            add(matches!(address, IpMatch::V4(_)), KeySet::ENC_IPV4_ADDRS);
            add(matches!(address, IpMatch::V6(_)), KeySet::ENC_IPV6_ADDRS);
        }
        add(self.enc_src_port.is_some() || self.enc_dst_port.is_some(), KeySet::ENC_PORTS);
        add(self.enc_tos.is_some() || self.enc_ttl.is_some(), KeySet::ENC_IP);
        add(self.enc_opts.is_some(), KeySet::ENC_OPTS);
        add(self.enc_flags.is_some(), KeySet::ENC_CONTROL);
        let state = self.ct_state.is_some() || self.ct_zone.is_some();
        add(state || self.ct_mark.is_some() || self.ct_label.is_some(), KeySet::CT);
        add(self.indev.is_some() || self.l2_miss.is_some(), KeySet::META);
        add(self.hash.is_some(), KeySet::HASH);
        add(!self.unknown.is_empty(), KeySet::UNKNOWN);
        keys
    }
}

impl ActionKind {
    /// The groups that the action belongs to; `control` matters for generic actions only.
    #[must_use]
    pub fn group(&self, control: Control) -> ActionSet {
        match self {
            Self::Gact | Self::GactRandom(_) => match control {
                Control::Pass => ActionSet::ACCEPT,
                Control::Drop => ActionSet::DROP,
                Control::Trap => ActionSet::TRAP,
                Control::Goto(_) => ActionSet::GOTO,
                Control::Continue => ActionSet::CONTINUE,
                Control::Pipe => ActionSet::PIPE,
                Control::Reclassify => ActionSet::RECLASSIFY,
                Control::Stolen | Control::Jump(_) | Control::Unknown(_) => ActionSet::UNKNOWN,
            },
            Self::Redirect(target) if target.ingress => ActionSet::MIRRED_INGRESS,
            Self::Mirror(target) if target.ingress => ActionSet::MIRRED_INGRESS,
            Self::Redirect(_) => ActionSet::REDIRECT,
            Self::Mirror(_) => ActionSet::MIRRED,
            Self::VlanPush(_) => ActionSet::VLAN_PUSH,
            Self::VlanPop => ActionSet::VLAN_POP,
            Self::VlanModify(_) => ActionSet::VLAN_MANGLE,
            Self::MirredBlock(MirredBlock { ingress: true, .. }) => ActionSet::MIRRED_INGRESS,
            Self::MirredBlock(MirredBlock { redirect: true, .. }) => ActionSet::REDIRECT,
            Self::MirredBlock(_) => ActionSet::MIRRED,
            Self::VlanPushEth(_) => ActionSet::PUSH_ETH,
            Self::VlanPopEth => ActionSet::POP_ETH,
            Self::TunnelSet(_) => ActionSet::TUNNEL_ENCAP,
            Self::TunnelUnset => ActionSet::TUNNEL_DECAP,
            Self::Pedit(pedit) => pedit.keys.iter().fold(ActionSet::empty(), |set, key| set | key.group()),
            Self::Csum(_) => ActionSet::CSUM,
            Self::Ct(_) => ActionSet::CT,
            Self::Mpls(Mpls::Push { .. }) => ActionSet::MPLS_PUSH,
            Self::Mpls(Mpls::Pop { .. }) => ActionSet::MPLS_POP,
            Self::Mpls(Mpls::Modify(_)) => ActionSet::MPLS_MANGLE,
            Self::Mpls(Mpls::DecTtl | Mpls::MacPush { .. }) => ActionSet::SOFTWARE,
            Self::Police(_) => ActionSet::POLICE,
            Self::Sample(_) => ActionSet::SAMPLE,
            Self::Skbedit(skbedit) => skbedit.group(),
            Self::Gate(_) => ActionSet::GATE,
            Self::Skbmod(_) | Self::Nat(_) | Self::Connmark(_) | Self::Ctinfo(_) => ActionSet::SOFTWARE,
            Self::Ife(_) | Self::Simple(_) | Self::Bpf(_) => ActionSet::SOFTWARE,
            Self::ByIndex(_) | Self::Unknown { .. } => ActionSet::UNKNOWN,
        }
    }
}

impl PeditKey {
    fn group(&self) -> ActionSet {
        match self.command {
            PeditCommand::Set => ActionSet::MANGLE,
            PeditCommand::Add => ActionSet::ADD,
            PeditCommand::Unknown(_) => ActionSet::UNKNOWN,
        }
    }
}

impl Skbedit {
    /// The kernel offers one change at a time to drivers (`tcf_skbedit_offload_act_setup`).
    fn group(&self) -> ActionSet {
        let queue = self.queue.is_some() || self.by_hash;
        match (self.mark, self.ptype, self.priority, queue, self.inherit_dsfield) {
            (Some(_), None, None, false, false) if self.mark_mask.is_none() => ActionSet::MARK,
            (None, Some(_), None, false, false) => ActionSet::PTYPE,
            (None, None, Some(_), false, false) => ActionSet::PRIORITY,
            (None, None, None, true, false) if !self.by_hash => ActionSet::QUEUE,
            _ => ActionSet::SOFTWARE,
        }
    }
}

impl Rule {
    /// The groups of actions that the rule uses.
    #[must_use]
    pub fn action_set(&self) -> ActionSet {
        self.actions.iter().fold(ActionSet::empty(), |set, action| set | action.kind.group(action.control))
    }
}

macro_rules! names {
    ($set:ty { $($flag:ident = $name:literal,)* }) => {
        impl $set {
            /// The groups in the set by the names that people know them by, in a fixed order.
            pub fn names(self) -> impl Iterator<Item = &'static str> {
                [$((<$set>::$flag, $name),)*].into_iter().filter(move |(flag, _)| self.contains(*flag)).map(|(_, name)| name)
            }
        }

        impl fmt::Display for $set {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for (at, name) in self.names().enumerate() {
                    write!(f, "{}{name}", if at == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    };
}

names!(KeySet {
    BASIC = "protocol",
    ETH_ADDRS = "MAC addresses",
    VLAN = "VLAN tag",
    IPV4_ADDRS = "IPv4 addresses",
    IPV6_ADDRS = "IPv6 addresses",
    IP = "TOS/TTL",
    PORTS = "ports",
    PORTS_RANGE = "port ranges",
    TCP = "TCP flags",
    ICMP = "ICMP type/code",
    CVLAN = "inner VLAN tag",
    NUM_OF_VLANS = "number of VLAN tags",
    PPPOE = "PPPoE",
    MPLS = "MPLS labels",
    CONTROL = "fragments",
    ARP = "ARP",
    L2TPV3 = "L2TPv3 session",
    IPSEC = "IPsec SPI",
    CFM = "fault management",
    ENC_KEYID = "tunnel key",
    ENC_IPV4_ADDRS = "tunnel IPv4 addresses",
    ENC_IPV6_ADDRS = "tunnel IPv6 addresses",
    ENC_PORTS = "tunnel ports",
    ENC_IP = "tunnel TOS/TTL",
    ENC_OPTS = "tunnel options",
    ENC_CONTROL = "tunnel flags",
    CT = "connection tracking",
    META = "incoming link or l2_miss",
    HASH = "packet hash",
    UNKNOWN = "unknown keys",
});

names!(ActionSet {
    ACCEPT = "pass",
    DROP = "drop",
    TRAP = "trap",
    GOTO = "goto chain",
    REDIRECT = "redirect",
    MIRRED = "mirror",
    MIRRED_INGRESS = "redirect or mirror to ingress",
    VLAN_PUSH = "vlan push",
    VLAN_POP = "vlan pop",
    VLAN_MANGLE = "vlan modify",
    CONTINUE = "continue",
    PIPE = "pipe",
    RECLASSIFY = "reclassify",
    TUNNEL_ENCAP = "tunnel_key set",
    TUNNEL_DECAP = "tunnel_key unset",
    MANGLE = "pedit set",
    ADD = "pedit add",
    CSUM = "csum",
    CT = "ct",
    MPLS_PUSH = "mpls push",
    MPLS_POP = "mpls pop",
    MPLS_MANGLE = "mpls modify",
    POLICE = "police",
    SAMPLE = "sample",
    MARK = "skbedit mark",
    PTYPE = "skbedit ptype",
    PRIORITY = "skbedit priority",
    QUEUE = "skbedit queue_mapping",
    PUSH_ETH = "vlan push_eth",
    POP_ETH = "vlan pop_eth",
    GATE = "gate",
    SOFTWARE = "actions that no driver is offered",
    UNKNOWN = "unknown actions",
});
