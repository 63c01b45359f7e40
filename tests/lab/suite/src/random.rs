//! Rules that nobody thought of: random lines that tc takes, the same for the same seed.

/// A source of random numbers (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number from 0 to `below` - 1.
    pub(crate) fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % below
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, among: &[&'a str]) -> &'a str {
        among[self.below(among.len() as u64) as usize]
    }

    /// A rule for one of the places of [`crate::nic::Nic::with_places`], with this priority.
    ///
    /// Every rule has a priority of its own, so that none meets another's mask or protocol.
    pub(crate) fn line(&mut self, prio: u16, may_skip_sw: bool) -> String {
        let place =
            self.pick(&["dev sim0 ingress", "dev sim0 ingress", "dev sim0 egress", "block 7", "block 8"]);
        let chain = if self.chance(25) { format!(" chain {}", self.below(1 << 28)) } else { String::new() };
        let protocol =
            self.pick(&["ip", "ip", "ip", "ipv6", "ipv6", "802.1Q", "802.1ad", "all", "arp", "0x88f7"]);
        let handle =
            if self.chance(20) { format!(" handle {:#x}", 1 + self.below(0xffff)) } else { String::new() };
        let mut keys = self.keys(protocol);
        let side = place.ends_with("ingress") || place == "block 7";
        match self.below(10) {
            0 if may_skip_sw && side => keys += " skip_sw",
            1 => keys += " skip_hw",
            _ => {}
        }
        let actions = self.actions(keys.contains("skip_sw"));
        format!("filter add {place}{chain} protocol {protocol} pref {prio}{handle} flower{keys}{actions}")
    }

    fn keys(&mut self, protocol: &str) -> String {
        let mut keys = String::new();
        for side in ["dst_mac", "src_mac"] {
            if self.chance(15) {
                keys += &format!(" {side} {}{}", self.mac(), self.mac_mask());
            }
        }
        let mut network = protocol;
        if protocol.starts_with("802") {
            if self.chance(70) {
                keys += &format!(" vlan_id {}", self.below(4096));
            }
            if self.chance(30) {
                keys += &format!(" vlan_prio {}", self.below(8));
            }
            network = self.pick(&["ip", "ipv6", "arp", ""]);
            if !network.is_empty() {
                keys += &format!(" vlan_ethtype {network}");
            }
        }
        match network {
            "ip" | "ipv6" => keys + &self.ip_keys(network == "ip"),
            _ => keys,
        }
    }

    fn ip_keys(&mut self, v4: bool) -> String {
        let mut keys = String::new();
        let transport = match self.below(6) {
            0 | 1 => " ip_proto tcp".to_owned(),
            2 => " ip_proto udp".to_owned(),
            3 => " ip_proto sctp".to_owned(),
            4 => format!(" ip_proto {}", if v4 { "icmp" } else { "icmpv6" }),
            _ if self.chance(50) => format!(" ip_proto {:#04x}", self.below(256)),
            _ => String::new(),
        };
        keys += &transport;
        for side in ["src_ip", "dst_ip"] {
            if self.chance(50) {
                keys += &format!(" {side} {}", if v4 { self.v4() } else { self.v6() });
            }
        }
        for (name, percent) in [("ip_tos", 15), ("ip_ttl", 15)] {
            if self.chance(percent) {
                keys += &format!(" {name} {:#x}{}", self.below(256), self.byte_mask());
            }
        }
        match transport.rsplit(' ').next() {
            Some("tcp" | "udp" | "sctp") => {
                for side in ["src_port", "dst_port"] {
                    if self.chance(60) {
                        keys += &format!(" {side} {}", self.port());
                    }
                }
                if transport.ends_with("tcp") && self.chance(30) {
                    keys += &format!(" tcp_flags {:#x}/{:#x}", self.below(0x1000), 1 + self.below(0xfff));
                }
            }
            Some("icmp" | "icmpv6") => {
                for name in ["type", "code"] {
                    if self.chance(60) {
                        keys += &format!(" {name} {}", self.below(256));
                        if self.chance(25) {
                            keys += &format!("/{}", 1 + self.below(255));
                        }
                    }
                }
            }
            _ => {}
        }
        keys
    }

    fn actions(&mut self, in_hardware: bool) -> String {
        let mut actions = String::new();
        for _ in 0..self.below(4) {
            let action = match self.below(5) {
                0 | 1 => {
                    format!("mirred {} mirror dev {}", self.pick(&["egress", "ingress"]), self.pick(&LINKS))
                }
                2 => {
                    let protocol = self.pick(&["", " protocol 802.1Q", " protocol 802.1ad"]);
                    let priority =
                        if self.chance(40) { format!(" priority {}", self.below(8)) } else { String::new() };
                    let what = self.pick(&["push", "modify"]);
                    format!("vlan {what}{protocol} id {}{priority}", self.below(4095))
                }
                _ => "vlan pop".to_owned(),
            };
            actions += &format!(" action {action}{}", self.hw_stats());
        }
        let end = match self.below(8) {
            0 => "action pass".to_owned(),
            1 => "action trap".to_owned(),
            2 => format!("action goto chain {}", self.below(1 << 28)),
            3 | 4 => {
                format!(
                    "action mirred {} redirect dev {}",
                    self.pick(&["egress", "ingress"]),
                    self.pick(&LINKS)
                )
            }
            5 if !in_hardware => format!("action {}", self.pick(&["continue", "reclassify"])),
            _ => "action drop".to_owned(),
        };
        format!("{actions} {end}{}", self.hw_stats())
    }

    fn hw_stats(&mut self) -> String {
        match self.chance(20) {
            true => format!(" hw_stats {}", self.pick(&["immediate", "delayed", "disabled"])),
            false => String::new(),
        }
    }

    fn mac(&mut self) -> String {
        let bytes: Vec<String> = (0..6).map(|_| format!("{:02x}", self.below(256))).collect();
        bytes.join(":")
    }

    fn mac_mask(&mut self) -> String {
        match self.below(4) {
            0 => format!("/{}", 1 + self.below(48)),
            1 => format!("/{}", self.mac()),
            _ => String::new(),
        }
    }

    fn byte_mask(&mut self) -> String {
        if self.chance(40) { format!("/{:#x}", 1 + self.below(255)) } else { String::new() }
    }

    fn v4(&mut self) -> String {
        let address = std::net::Ipv4Addr::from_bits(self.below(1 << 32) as u32);
        if self.chance(50) { format!("{address}/{}", 1 + self.below(32)) } else { address.to_string() }
    }

    fn v6(&mut self) -> String {
        let half = |random: &mut Self| u128::from(random.below(1 << 32) << 32 | random.below(1 << 32));
        let address = std::net::Ipv6Addr::from_bits(half(self) << 64 | half(self));
        if self.chance(50) { format!("{address}/{}", 1 + self.below(128)) } else { address.to_string() }
    }

    fn port(&mut self) -> String {
        let port = self.below(65535);
        match self.below(4) {
            0 => format!("{port}-{}", port + 1 + self.below(65535 - port)),
            1 => format!("{port}/{:#x}", 1 + self.below(65535)),
            _ => port.to_string(),
        }
    }
}

/// The links that packets are sent to.
const LINKS: [&str; 3] = ["sim0", "sim1", "sim2"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_rules_and_another_gives_others() {
        let lines = |seed| {
            let mut random = Random(seed);
            (1..50).map(|prio| random.line(prio, true)).collect::<Vec<_>>()
        };
        assert_eq!(lines(7), lines(7));
        assert_ne!(lines(7), lines(8));
    }
}
