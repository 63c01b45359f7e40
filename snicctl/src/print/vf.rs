//! VFs as `ip -j -d link show` writes them in `vfinfo_list`.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use smartnic::device::VfSettings;
use smartnic::types::EtherType;

/// What a physical function lays down for a VF, but for the VF's number.
pub(crate) struct VfInfo(pub(crate) VfSettings);

#[derive(Serialize)]
struct Vlan {
    #[serde(skip_serializing_if = "Option::is_none")]
    vlan: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    qos: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
}

#[derive(Serialize)]
struct Rate {
    max_tx: u32,
    min_tx: u32,
}

impl Serialize for VfInfo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let now = &self.0;
        let mut map = serializer.serialize_map(None)?;
        if let Some(mac) = now.mac {
            let infiniband = now.node_guid.is_some();
            map.serialize_entry("link_type", if infiniband { "infiniband" } else { "ether" })?;
            map.serialize_entry("address", &mac)?;
        }
        if let Some(broadcast) = now.broadcast {
            map.serialize_entry("broadcast", &broadcast)?;
        }
        if let Some(vlan) = now.vlan {
            let plain = [EtherType(0), EtherType::VLAN].contains(&vlan.protocol);
            let list = [Vlan {
                vlan: Some(vlan.id).filter(|id| *id != 0),
                qos: Some(vlan.qos).filter(|qos| *qos != 0),
                protocol: (!plain).then(|| vlan.protocol.to_string()),
            }];
            map.serialize_entry("vlan_list", &list)?;
        }
        if let Some(rate) = now.max_tx_rate.filter(|rate| *rate != 0) {
            map.serialize_entry("tx_rate", &rate)?;
        }
        if let (Some(max_tx), Some(min_tx)) = (now.max_tx_rate, now.min_tx_rate) {
            map.serialize_entry("rate", &Rate { max_tx, min_tx })?;
        }
        if let Some(on) = now.spoof_check {
            map.serialize_entry("spoofchk", &on)?;
        }
        if let Some(guid) = now.node_guid {
            map.serialize_entry("node guid", &guid)?;
        }
        if let Some(guid) = now.port_guid {
            map.serialize_entry("port guid", &guid)?;
        }
        if let Some(state) = now.link_state {
            map.serialize_entry("link_state", &state)?;
        }
        if let Some(on) = now.trust {
            map.serialize_entry("trust", &on)?;
        }
        if let Some(on) = now.query_rss {
            map.serialize_entry("query_rss_en", &on)?;
        }
        map.end()
    }
}
