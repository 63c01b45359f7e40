//! Reads `tc -j -s filter show`.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::{Map, Value};

use super::{Seen, bits, exact};
use crate::check::Why;
use crate::lab::{Lab, sh_json};

/// The names that iproute2 prints for protocols of Ethernet, and their numbers.
const PROTOCOLS: [(&str, u16); 9] = [
    ("all", 0x0003),
    ("ip", 0x0800),
    ("ipv4", 0x0800),
    ("ipv6", 0x86dd),
    ("arp", 0x0806),
    ("802.1Q", 0x8100),
    ("802.1ad", 0x88a8),
    ("LLDP", 0x88cc),
    ("mpls_uc", 0x8847),
];

/// The names that it prints for protocols of IP.
const IP_PROTOCOLS: [(&str, u128); 8] = [
    ("tcp", 6),
    ("udp", 17),
    ("sctp", 132),
    ("icmp", 1),
    ("icmpv6", 58),
    ("l2tp", 115),
    ("esp", 50),
    ("ah", 51),
];

/// The flower rules at one place, such as `dev sim0 ingress`.
pub(crate) fn seen_by_tc(place: &str) -> Result<Vec<Seen>, Why> {
    read_all(&sh_json(&format!("tc -j -s filter show {place}"))?, |_| Ok(place.to_owned()))
}

/// What `snicctl flow list -o json` prints of every place: tc's own shape, with the place in each rule.
pub(crate) fn seen_by_snicctl(lab: &Lab) -> Result<Vec<Seen>, Why> {
    read_all(&lab.snicctl_json(&["flow", "list"])?, |filter| {
        let side = if filter["egress"] == true { "egress" } else { "ingress" };
        match filter["block"].as_u64() {
            Some(block) => Ok(format!("block {block}")),
            None => Ok(format!("dev {} {side}", text(&filter["dev"])?)),
        }
    })
}

fn read_all(shown: &Value, place: impl Fn(&Value) -> Result<String, Why>) -> Result<Vec<Seen>, Why> {
    let filters = shown.as_array().ok_or_else(|| Why("no list was printed".into()))?;
    // A filter without a handle is the head of a priority.
    let rules =
        filters.iter().filter(|filter| filter["kind"] == "flower" && !filter["options"]["handle"].is_null());
    rules
        .map(|filter| {
            place(filter)
                .and_then(|place| read(&place, filter))
                .map_err(|why| Why(format!("this check cannot read what is printed: {why}: {filter}")))
        })
        .collect()
}

fn read(place: &str, filter: &Value) -> Result<Seen, Why> {
    let options = &filter["options"];
    let protocol = ether_type(text(&filter["protocol"])?)?;
    let flag = |name: &str| options[name] == true;
    let actions = options["actions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let counted = actions.first().map(|action| &action["stats"]);
    let count = |name: &str| counted.and_then(|stats| stats[name].as_u64()).unwrap_or(0);
    Ok(Seen {
        place: match filter["block"].as_u64() {
            Some(block) => format!("block {block}"),
            None => place.to_owned(),
        },
        chain: number(&filter["chain"])?,
        prio: number(&filter["pref"])?,
        protocol,
        handle: number(&options["handle"])?,
        keys: keys(options["keys"].as_object().ok_or_else(|| Why("no keys".into()))?, protocol)?,
        actions: actions.iter().map(action).collect::<Result<_, _>>()?,
        skip: match (flag("skip_sw"), flag("skip_hw")) {
            (true, _) => "skip_sw",
            (_, true) => "skip_hw",
            _ => "",
        },
        in_hw: match (flag("in_hw"), flag("not_in_hw")) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        },
        in_hw_count: options["in_hw_count"].as_u64().map_or(Ok(0), u32::try_from)?,
        counted: (count("packets"), count("bytes")),
    })
}

/// Writes the keys of every rule in what tc printed as `value/mask`: tc prints bits that do not count as they were
/// given, and so `10.1.2.3/8` for what we write as `10.0.0.0/8`.
pub(crate) fn even_out(shown: &mut Value) {
    for filter in shown.as_array_mut().into_iter().flatten() {
        let protocol = filter["protocol"].as_str().and_then(|text| ether_type(text).ok());
        if let (Some(fields), Some(protocol)) = (filter["options"]["keys"].as_object(), protocol)
            && let Ok(keys) = keys(fields, protocol)
        {
            filter["options"]["keys"] =
                keys.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
        }
    }
}

fn keys(fields: &Map<String, Value>, protocol: u16) -> Result<BTreeMap<String, String>, Why> {
    let tagged = protocol == 0x8100 || protocol == 0x88a8;
    let mut keys = BTreeMap::new();
    for (name, value) in fields {
        let key = match name.as_str() {
            // Behind a tag this is the protocol that `vlan_ethtype` says.
            "eth_type" if tagged => continue,
            "eth_type" | "vlan_ethtype" => exact(u128::from(ether_type(text(value)?)?), 4),
            "dst_mac" | "src_mac" => mac(text(value)?)?,
            "vlan_id" => exact(number(value)?, 3),
            "vlan_prio" => exact(number(value)?, 1),
            "ip_proto" => exact(ip_protocol(text(value)?)?, 2),
            "dst_ip" | "src_ip" => address(text(value)?)?,
            "ip_tos" | "ip_ttl" => masked(fields, name, 2)?,
            "dst_port" | "src_port" if value.is_object() => {
                format!("{}-{}", number::<u16>(&value["start"])?, number::<u16>(&value["end"])?)
            }
            "dst_port" | "src_port" => masked(fields, name, 4)?,
            "tcp_flags" => slashed(text(value)?, 16, 3)?,
            "icmp_type" | "icmp_code" => slashed(text(value)?, 10, 2)?,
            "dst_port_mask" | "src_port_mask" | "ip_tos_mask" | "ip_ttl_mask" => continue,
            _ => value.to_string(),
        };
        keys.insert(name.clone(), key);
    }
    Ok(keys)
}

/// A key whose mask is a field of its own, in hexadecimal.
fn masked(fields: &Map<String, Value>, name: &str, digits: usize) -> Result<String, Why> {
    let value = number(&fields[name])?;
    match fields.get(&format!("{name}_mask")) {
        Some(mask) => Ok(bits(value, hex(text(mask)?)?, digits)),
        None => Ok(exact(value, digits)),
    }
}

/// A key printed as `value` or `value/mask`; the mask of TCP flags is hexadecimal without saying so.
fn slashed(text: &str, radix: u32, digits: usize) -> Result<String, Why> {
    let read = |text: &str| Ok::<_, Why>(u128::from_str_radix(text.trim_start_matches("0x"), radix)?);
    match text.split_once('/') {
        Some((value, mask)) => Ok(bits(read(value)?, read(mask)?, digits)),
        None => Ok(exact(read(text)?, digits)),
    }
}

fn mac(text: &str) -> Result<String, Why> {
    let (value, mask) = text.split_once('/').unwrap_or((text, "48"));
    let value = hex(&value.replace(':', ""))?;
    let mask = match mask.parse::<u32>() {
        Ok(length) => prefix(length, 48)?,
        Err(_) => hex(&mask.replace(':', ""))?,
    };
    Ok(bits(value, mask, 12))
}

fn address(text: &str) -> Result<String, Why> {
    let (value, mask) = text.split_once('/').map_or((text, None), |(value, mask)| (value, Some(mask)));
    let (value, width) = match value.parse()? {
        IpAddr::V4(value) => (u128::from(value.to_bits()), 32),
        IpAddr::V6(value) => (value.to_bits(), 128),
    };
    let mask = match mask {
        None => prefix(width, width)?,
        Some(mask) if width == 32 && mask.contains('.') => u128::from(mask.parse::<Ipv4Addr>()?.to_bits()),
        Some(mask) if mask.contains(':') => mask.parse::<Ipv6Addr>()?.to_bits(),
        Some(length) => prefix(length.parse()?, width)?,
    };
    Ok(bits(value, mask, width as usize / 4))
}

/// The mask of so many leading bits out of `width`.
fn prefix(length: u32, width: u32) -> Result<u128, Why> {
    let shift = width.checked_sub(length).ok_or_else(|| Why(format!("a prefix of {length} bits")))?;
    Ok((u128::MAX >> (128 - width)).checked_shr(shift).unwrap_or(0).checked_shl(shift).unwrap_or(0))
}

fn action(action: &Value) -> Result<String, Why> {
    let kind = text(&action["kind"])?;
    let shown = match kind {
        "gact" => "gact".to_owned(),
        "mirred" => {
            let [what, side, dev] =
                [&action["mirred_action"], &action["direction"], &action["to_dev"]].map(|field| text(field));
            format!("{} {} {}", what?, side?, dev?)
        }
        "vlan" => {
            let mut shown = format!("vlan {}", text(&action["vlan_action"])?);
            if let Some(id) = action["id"].as_u64() {
                shown += &format!(" {id} of {:#06x}", ether_type(text(&action["protocol"])?)?);
            }
            if let Some(priority) = action["priority"].as_u64() {
                shown += &format!(" priority {priority}");
            }
            shown
        }
        other => format!("unknown {other}"),
    };
    let next = match text(&action["control_action"]["type"]).unwrap_or("nothing") {
        "goto" => format!("goto {}", action["control_action"]["chain"]),
        other => other.to_owned(),
    };
    let mut counted: Vec<&str> =
        action["hw_stats"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    counted.sort_unstable();
    Ok(format!(
        "{shown}, then {next}, counted {}",
        if counted.is_empty() { "any".into() } else { counted.join("+") }
    ))
}

fn ether_type(text: &str) -> Result<u16, Why> {
    if let Some((_, number)) = PROTOCOLS.iter().find(|(name, _)| *name == text) {
        return Ok(*number);
    }
    // A filter's protocol without a name is printed as a decimal number in brackets, a key's as bare hexadecimal digits.
    match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(number) => Ok(number.parse()?),
        None => Ok(u16::try_from(hex(text)?)?),
    }
}

fn ip_protocol(text: &str) -> Result<u128, Why> {
    match IP_PROTOCOLS.iter().find(|(name, _)| *name == text) {
        Some((_, number)) => Ok(*number),
        None => hex(text.trim_start_matches("0x")),
    }
}

fn hex(digits: &str) -> Result<u128, Why> {
    u128::from_str_radix(digits, 16).map_err(|error| Why(format!("{digits:?}: {error}")))
}

fn text(value: &Value) -> Result<&str, Why> {
    value.as_str().ok_or_else(|| Why(format!("{value} is no text")))
}

fn number<T: TryFrom<u64>>(value: &Value) -> Result<T, Why> {
    let number = value.as_u64().and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| Why(format!("{value} is no number of the right size")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_filter_is_read_whole() {
        let filter = json!({
            "protocol": "802.1Q", "pref": 22, "kind": "flower", "chain": 5,
            "options": {
                "handle": 4, "skip_sw": true, "in_hw": true, "in_hw_count": 2,
                "keys": {
                    "vlan_id": 14, "vlan_ethtype": "ip", "eth_type": "ipv4", "ip_proto": "0x2f",
                    "dst_ip": "10.2.3.4/8", "dst_port": 0x1235, "dst_port_mask": "ff",
                    "src_port": { "start": 80, "end": 90 }, "tcp_flags": "0x12/3",
                    "dst_mac": "02:00:00:00:00:01/ff:00:00:00:00:00", "icmp_type": "12/6",
                },
                "actions": [
                    { "kind": "vlan", "vlan_action": "push", "id": 7, "protocol": "802.1ad", "priority": 3,
                      "control_action": { "type": "pipe" }, "stats": { "packets": 2, "bytes": 84 } },
                    { "kind": "gact", "control_action": { "type": "goto", "chain": 9 },
                      "hw_stats": ["immediate", "delayed"] },
                ],
            },
        });
        let seen = read("dev sim0 ingress", &filter).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(
            seen.to_string(),
            "dev sim0 ingress chain 5 pref 22 protocol 0x8100 handle 0x4 skip_sw \
             dst_ip 0a000000/ff000000 dst_mac 020000000000/ff0000000000 dst_port 0035/00ff icmp_type 04/06 \
             ip_proto 2f/ff src_port 80-90 tcp_flags 002/003 vlan_ethtype 0800/ffff vlan_id 00e/fff \
             [vlan push 7 of 0x88a8 priority 3, then pipe, counted any] \
             [gact, then goto 9, counted delayed+immediate] in_hw Some(true) in 2 devices, 2 packets, 84 bytes"
        );
    }

    #[test]
    fn protocols_are_read_as_tc_prints_them() {
        for (text, number) in [("[35063]", 0x88f7), ("88f7", 0x88f7), ("802.1ad", 0x88a8), ("LLDP", 0x88cc)] {
            assert_eq!(ether_type(text).ok(), Some(number), "{text}");
        }
    }
}
