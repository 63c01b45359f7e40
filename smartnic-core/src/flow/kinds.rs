use std::fmt;

use bitflags::bitflags;

use super::{ActionKind, Control, IpMatch, Match, PortMatch, Rule};

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
        add(!self.unknown.is_empty(), KeySet::UNKNOWN);
        keys
    }
}

impl ActionKind {
    /// The group that the action belongs to; `control` matters for generic actions only.
    #[must_use]
    pub fn group(&self, control: Control) -> ActionSet {
        match self {
            Self::Gact => match control {
                Control::Pass => ActionSet::ACCEPT,
                Control::Drop => ActionSet::DROP,
                Control::Trap => ActionSet::TRAP,
                Control::Goto(_) => ActionSet::GOTO,
                Control::Continue => ActionSet::CONTINUE,
                Control::Pipe => ActionSet::PIPE,
                Control::Reclassify => ActionSet::RECLASSIFY,
                Control::Stolen | Control::Unknown(_) => ActionSet::UNKNOWN,
            },
            Self::Redirect(target) if target.ingress => ActionSet::MIRRED_INGRESS,
            Self::Mirror(target) if target.ingress => ActionSet::MIRRED_INGRESS,
            Self::Redirect(_) => ActionSet::REDIRECT,
            Self::Mirror(_) => ActionSet::MIRRED,
            Self::VlanPush(_) => ActionSet::VLAN_PUSH,
            Self::VlanPop => ActionSet::VLAN_POP,
            Self::VlanModify(_) => ActionSet::VLAN_MANGLE,
            Self::Unknown { .. } => ActionSet::UNKNOWN,
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
    UNKNOWN = "unknown actions",
});
