use super::record::{record, words};
use super::{Bits, Bytes, Record, Value};
use crate::{Error, Result};

words! {
    /// How a packet's fields become a number (`ETH_RSS_HASH_*`).
    HashFunction: u32 {
        /// Toeplitz, with a key.
        Toeplitz = 1, "toeplitz";
        /// Exclusive or.
        Xor = 2, "xor";
        /// A checksum.
        Crc32 = 4, "crc32";
    }
}

words! {
    /// What is done to a packet's fields before (`RXH_XFRM_*`), so that both ways of a flow come to one queue.
    InputTransformation: u32 {
        /// Nothing.
        None = 0, "none";
        /// Source and destination are joined by exclusive or.
        SymmetricXor = 1, "symmetric-xor";
        /// They are joined by or and by exclusive or.
        SymmetricOrXor = 2, "symmetric-or-xor";
    }
}

/// The fields that are looked at, by their bits (`RXH_*`).
pub const HASH_FIELDS: &[(&str, u64)] = &[
    ("l2da", 1 << 1),
    ("vlan", 1 << 2),
    ("l3-proto", 1 << 3),
    ("ip-src", 1 << 4),
    ("ip-dst", 1 << 5),
    ("l4-b-0-1", 1 << 6),
    ("l4-b-2-3", 1 << 7),
    ("gtp-teid", 1 << 8),
    ("ip6-fl", 1 << 9),
    ("discard", 1 << 31),
];

record! {
    /// How received packets are spread over queues (`ethtool -x`, `ETHTOOL_MSG_RSS_GET`).
    ///
    /// Besides the one of the link there can be contexts, which rules direct packets to.
    Rss {
        /// The context; not there for the link's own.
        context: u32 = "context";
        /// The function.
        function: HashFunction = "rss-hash-function";
        /// What is done to the fields before.
        transformation: InputTransformation = "rss-input-transformation";
        /// The key.
        key: Bytes = "rss-hash-key";
        /// The queue of each slot.
        indirection: Vec<u64> = "rss-indirection-table";
        /// The fields of Ethernet.
        ether: Bits = "flow-hash.ether";
        /// The fields of IPv4 without a transport that is known.
        ip4: Bits = "flow-hash.ip4";
        /// As `ip4`, of IPv6.
        ip6: Bits = "flow-hash.ip6";
        /// The fields of TCP over IPv4.
        tcp4: Bits = "flow-hash.tcp4";
        /// As `tcp4`, over IPv6.
        tcp6: Bits = "flow-hash.tcp6";
        /// The fields of UDP over IPv4.
        udp4: Bits = "flow-hash.udp4";
        /// As `udp4`, over IPv6.
        udp6: Bits = "flow-hash.udp6";
        /// The fields of SCTP over IPv4.
        sctp4: Bits = "flow-hash.sctp4";
        /// As `sctp4`, over IPv6.
        sctp6: Bits = "flow-hash.sctp6";
        /// The fields of IPsec's header of authentication over IPv4.
        ah4: Bits = "flow-hash.ah4";
        /// As `ah4`, over IPv6.
        ah6: Bits = "flow-hash.ah6";
        /// The fields of IPsec's encryption over IPv4.
        esp4: Bits = "flow-hash.esp4";
        /// As `esp4`, over IPv6.
        esp6: Bits = "flow-hash.esp6";
        /// The fields of both over IPv4.
        ah_esp4: Bits = "flow-hash.ah-esp4";
        /// As `ah_esp4`, over IPv6.
        ah_esp6: Bits = "flow-hash.ah-esp6";
        /// The fields of GTP's user data over IPv4.
        gtpu4: Bits = "flow-hash.gtpu4";
        /// As `gtpu4`, over IPv6.
        gtpu6: Bits = "flow-hash.gtpu6";
        /// The fields of GTP's control over IPv4.
        gtpc4: Bits = "flow-hash.gtpc4";
        /// As `gtpc4`, over IPv6.
        gtpc6: Bits = "flow-hash.gtpc6";
        /// As `gtpc4`, with an endpoint's number.
        gtpc_teid4: Bits = "flow-hash.gtpc-teid4";
        /// As `gtpc_teid4`, over IPv6.
        gtpc_teid6: Bits = "flow-hash.gtpc-teid6";
        /// As `gtpu4`, with an extension.
        gtpu_eh4: Bits = "flow-hash.gtpu-eh4";
        /// As `gtpu_eh4`, over IPv6.
        gtpu_eh6: Bits = "flow-hash.gtpu-eh6";
        /// As `gtpu4`, from the mobile side.
        gtpu_ul4: Bits = "flow-hash.gtpu-ul4";
        /// As `gtpu_ul4`, over IPv6.
        gtpu_ul6: Bits = "flow-hash.gtpu-ul6";
        /// As `gtpu4`, to the mobile side.
        gtpu_dl4: Bits = "flow-hash.gtpu-dl4";
        /// As `gtpu_dl4`, over IPv6.
        gtpu_dl6: Bits = "flow-hash.gtpu-dl6";
    }
}

impl Rss {
    /// The same with whole sets of fields: the kernel knows no others, so that `+` and `-` go by what is there now, which
    /// `now` reads if it is needed.
    ///
    /// # Errors
    /// `InvalidInput` for a field that no packet has, `Unsupported` if the driver does not tell which fields it looks at,
    /// and those of `now`.
    pub fn whole(&self, now: impl FnOnce() -> Result<Self>) -> Result<Self> {
        const OP: &str = "choose the fields that are looked at";
        let mut whole = self.clone();
        let mut there = None;
        let mut now = Some(now);
        for (name, value) in self.fields() {
            let Value::Bits(asked) = value else { continue };
            for field in asked.of.iter().flatten().chain(&asked.on) {
                if !HASH_FIELDS.iter().any(|(known, _)| known == field) {
                    let known: Vec<&str> = HASH_FIELDS.iter().map(|(known, _)| *known).collect();
                    let error = Error::invalid(OP, "no packet has such a field").on(field);
                    return Err(error.hint(format!("fields: {}", known.join(" "))));
                }
            }
            let Some(of) = asked.of else { continue };
            if let Some(now) = now.take() {
                there = Some(now()?);
            }
            let Some(Value::Bits(before)) = there.as_ref().and_then(|there| there.get(name)) else {
                let error = Error::unsupported(OP).on(name).reason("the driver does not tell them");
                return Err(error.hint("name all fields, without + and -"));
            };
            let kept = before.on.into_iter().filter(|field| !of.contains(field));
            let on = kept.chain(asked.on).collect();
            whole.put(name, Value::Bits(Bits { on, of: None }));
        }
        Ok(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_go_by_what_is_there() {
        let mut now = Rss::default();
        now.read("flow-hash.udp4", "ip-src,ip-dst").unwrap();
        let wish = |text| {
            let mut wish = Rss::default();
            wish.read("flow-hash.udp4", text).unwrap();
            wish
        };
        let whole = wish("+l4-b-0-1,-ip-dst").whole(|| Ok(now.clone())).unwrap();
        assert_eq!(whole, wish("ip-src,l4-b-0-1"));
        // What is there is read only if it is needed.
        let kept = wish("ip-src").whole(|| Err(Error::unsupported("read"))).unwrap();
        assert_eq!(kept, wish("ip-src"));
        wish("+ip-src").whole(|| Ok(Rss::default())).unwrap_err();
        let error = wish("+colour").whole(|| Ok(now.clone())).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
    }
}
