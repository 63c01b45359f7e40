use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smartnic_core::device::{
    EncapMode, EswitchMode, FunctionState, InlineMode, ParamMode, ParamValue, PortFunction,
    PortFunctionChange, VfLinkState, VfSettings, VfVlan,
};
use smartnic_core::types::{DevlinkHandle, EtherType, Guid, HwAddr, Mac, SfNumber, VfId};

use super::forwarding::{BondDoc, BridgeDoc, Wanted};
use super::rates::RateDoc;
use crate::{Error, Result};

/// The version of documents that this SDK writes and reads.
pub const VERSION: u32 = 1;

/// What devices are to be like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`VERSION`].
    pub version: u32,
    /// The devices, each on its own.
    pub devices: Vec<DeviceDoc>,
    /// Bonds. Others that have ports on the devices are removed if that is asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bonds: Option<Vec<BondDoc>>,
    /// Bridges. Others that have ports on the devices are removed if that is asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bridges: Option<Vec<BridgeDoc>>,
}

/// What one device is to be like; what is left out stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceDoc {
    /// Its devlink handle.
    pub device: DevlinkHandle,
    /// The driver that it must have; empty if any will do.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub driver: String,
    /// Devlink parameters, by name, with a value for each mode.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub params: BTreeMap<String, BTreeMap<ParamMode, ParamDoc>>,
    /// Its eswitch.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub eswitch: Option<EswitchDoc>,
    /// Whether `hw-tc-offload` is on at the uplink.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hw_tc_offload: Option<bool>,
    /// Its VFs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vfs: Option<VfsDoc>,
    /// Its sub-functions. Others are removed if that is asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sub_functions: Option<Vec<SubFunctionDoc>>,
    /// Its rate objects. Others are removed, or set to nothing, if that is asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rates: Option<Vec<RateDoc>>,
}

/// The value of a parameter; which type it has in the kernel, the device knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ParamDoc {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(u64),
    /// Text.
    Text(String),
    /// Several numbers.
    Numbers(Vec<u64>),
}

/// The settings of an eswitch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EswitchDoc {
    /// The mode.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mode: Option<EswitchMode>,
    /// The inline mode.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub inline_mode: Option<InlineMode>,
    /// The encapsulation mode.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub encap_mode: Option<EncapMode>,
}

/// VFs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VfsDoc {
    /// How many there are.
    pub count: u32,
    /// Whether new ones are bound to their driver (`sriov_drivers_autoprobe`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub autoprobe: Option<bool>,
    /// What is laid down for them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub settings: Vec<VfDoc>,
}

/// What is laid down for one VF, in the words of `ip -j link show`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VfDoc {
    /// The VF.
    pub vf: VfId,
    /// The MAC address; all zero lets the VF choose its own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mac: Option<Mac>,
    /// The VLAN, 0 for none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vlan: Option<u16>,
    /// The priority in its tag; 0 if it is left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub qos: Option<u8>,
    /// The protocol of its tag; 802.1Q if it is left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vlan_proto: Option<EtherType>,
    /// The guaranteed rate in Mbit/s.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub min_tx_rate: Option<u32>,
    /// The limit in Mbit/s, 0 for none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_tx_rate: Option<u32>,
    /// Whether the source address is checked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub spoofchk: Option<bool>,
    /// What the VF sees of the link.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link_state: Option<VfLinkState>,
    /// Whether the VF is trusted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trust: Option<bool>,
    /// Whether the VF may read how receive queues are chosen.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub query_rss: Option<bool>,
    /// The node GUID, on InfiniBand.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub node_guid: Option<Guid>,
    /// The port GUID, on InfiniBand.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub port_guid: Option<Guid>,
    /// What has the VF: `own` for the driver that claims it, `none`, or the name of the only driver that may take it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub driver: Option<String>,
    /// The function behind its devlink port.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub function: Option<FunctionDoc>,
}

/// A sub-function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubFunctionDoc {
    /// Its physical function's number.
    #[serde(default)]
    pub pf: u16,
    /// Its number.
    pub sf: SfNumber,
    /// The controller, if the card serves several hosts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub controller: Option<u32>,
    /// Whether it is to be used.
    pub state: FunctionState,
    /// The rest of its function.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub function: Option<FunctionDoc>,
}

/// The function behind a devlink port, in the words of `devlink port function set`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FunctionDoc {
    /// The address that it comes up with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hw_addr: Option<HwAddr>,
    /// Whether it has RoCE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roce: Option<bool>,
    /// Whether it can be moved with its virtual machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migratable: Option<bool>,
    /// Whether it offloads the cryptography of IPsec.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipsec_crypto: Option<bool>,
    /// Whether it offloads whole IPsec packets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipsec_packet: Option<bool>,
    /// How many event queues it can have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_io_eqs: Option<u32>,
}

impl Document {
    /// Reads a YAML or JSON document.
    ///
    /// # Errors
    /// `Parse` with the place of what cannot be read, unknown fields included; of another version, `Unsupported`.
    pub fn from_yaml(text: &str) -> Result<Self> {
        let op = "read a document of devices";
        let document: Self = serde_saphyr::from_str(text).map_err(|error| {
            let said = error.without_snippet().to_string();
            Error::parse(op, said).hint("snicctl device export writes such documents")
        })?;
        if document.version != VERSION {
            let reason = format!("it is of version {}, this program reads {VERSION}", document.version);
            return Err(Error::unsupported(op).reason(reason));
        }
        Ok(document)
    }

    /// The devices that it names.
    pub(super) fn handles(&self) -> Vec<DevlinkHandle> {
        self.devices.iter().map(|device| device.device.clone()).collect()
    }

    /// What it says of bridges and bonds.
    pub(super) fn forwarding(&self) -> Wanted<'_> {
        Wanted { bridges: self.bridges.as_deref(), bonds: self.bonds.as_deref() }
    }

    /// Writes it in YAML.
    ///
    /// # Errors
    /// `Unsupported` if a value has no form in YAML, which no value of a device is without.
    pub fn to_yaml(&self) -> Result<String> {
        serde_saphyr::to_string(self)
            .map_err(|error| Error::unsupported("write a document of devices").reason(error.to_string()))
    }
}

impl ParamDoc {
    /// A value as it stands in a document; none for types without a written form.
    #[must_use]
    pub fn of(value: &ParamValue) -> Option<Self> {
        Some(match value {
            ParamValue::Bool(flag) => Self::Flag(*flag),
            ParamValue::U8(number) => Self::Number((*number).into()),
            ParamValue::U16(number) => Self::Number((*number).into()),
            ParamValue::U32(number) => Self::Number((*number).into()),
            ParamValue::U64(number) => Self::Number(*number),
            ParamValue::Text(text) => Self::Text(text.clone()),
            ParamValue::Numbers(numbers) => Self::Numbers(numbers.clone()),
            _ => return None,
        })
    }

    /// As it is written on a command line.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Flag(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Numbers(numbers) => numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(","),
        }
    }
}

impl From<&VfSettings> for VfDoc {
    fn from(now: &VfSettings) -> Self {
        Self {
            vf: now.vf,
            mac: now.mac,
            vlan: now.vlan.map(|vlan| vlan.id),
            qos: now.vlan.map(|vlan| vlan.qos).filter(|qos| *qos != 0),
            vlan_proto: now.vlan.map(|vlan| vlan.protocol).filter(|protocol| *protocol != EtherType::VLAN),
            min_tx_rate: now.min_tx_rate,
            max_tx_rate: now.max_tx_rate,
            spoofchk: now.spoof_check,
            link_state: now.link_state,
            trust: now.trust,
            query_rss: now.query_rss,
            node_guid: now.node_guid,
            port_guid: now.port_guid,
            driver: None,
            function: None,
        }
    }
}

impl VfDoc {
    /// The settings; a rate that is left out is none if the other is said.
    #[must_use]
    pub fn settings(&self) -> VfSettings {
        let vlan = self.vlan.map(|id| VfVlan {
            id,
            qos: self.qos.unwrap_or(0),
            protocol: self.vlan_proto.unwrap_or(EtherType::VLAN),
        });
        let rated = self.min_tx_rate.is_some() || self.max_tx_rate.is_some();
        let rate = |rate: Option<u32>| if rated { Some(rate.unwrap_or(0)) } else { None };
        VfSettings {
            mac: self.mac,
            vlan,
            min_tx_rate: rate(self.min_tx_rate),
            max_tx_rate: rate(self.max_tx_rate),
            spoof_check: self.spoofchk,
            link_state: self.link_state,
            trust: self.trust,
            query_rss: self.query_rss,
            node_guid: self.node_guid,
            port_guid: self.port_guid,
            ..VfSettings::new(self.vf)
        }
    }
}

impl From<&PortFunction> for FunctionDoc {
    fn from(now: &PortFunction) -> Self {
        Self {
            hw_addr: now.hw_addr,
            roce: now.roce,
            migratable: now.migratable,
            ipsec_crypto: now.ipsec_crypto,
            ipsec_packet: now.ipsec_packet,
            max_io_eqs: now.max_io_eqs,
        }
    }
}

impl From<&PortFunctionChange> for FunctionDoc {
    fn from(now: &PortFunctionChange) -> Self {
        Self {
            hw_addr: now.hw_addr,
            roce: now.roce,
            migratable: now.migratable,
            ipsec_crypto: now.ipsec_crypto,
            ipsec_packet: now.ipsec_packet,
            max_io_eqs: now.max_io_eqs,
        }
    }
}

impl FunctionDoc {
    /// What of it differs from what is there.
    pub(super) fn missing(&self, now: &Self) -> PortFunctionChange {
        fn differs<T: PartialEq + Copy>(wanted: Option<T>, now: Option<T>) -> Option<T> {
            wanted.filter(|wanted| now != Some(*wanted))
        }
        PortFunctionChange {
            hw_addr: differs(self.hw_addr, now.hw_addr),
            state: None,
            roce: differs(self.roce, now.roce),
            migratable: differs(self.migratable, now.migratable),
            ipsec_crypto: differs(self.ipsec_crypto, now.ipsec_crypto),
            ipsec_packet: differs(self.ipsec_packet, now.ipsec_packet),
            max_io_eqs: differs(self.max_io_eqs, now.max_io_eqs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "version: 1\ndevices:\n- device: pci/0000:03:00.0\n  driver: mlx5_core\n  params:\n    \
        enable_roce:\n      driverinit: true\n  eswitch:\n    mode: switchdev\n  vfs:\n    count: 1\n    settings:\n    - vf: 0\n      \
        mac: 02:00:00:00:00:07\n      vlan: 100\n  sub_functions:\n  - pf: 0\n    sf: 88\n    state: active\n";

    #[test]
    fn documents_are_read_as_they_are_written() {
        let document = Document::from_yaml(TEXT).unwrap();
        assert_eq!(Document::from_yaml(&document.to_yaml().unwrap()).unwrap(), document);
        let device = &document.devices[0];
        assert_eq!(device.params["enable_roce"][&ParamMode::DriverInit], ParamDoc::Flag(true));
        let vf = device.vfs.as_ref().unwrap().settings[0].settings();
        assert_eq!(vf.vlan, Some(VfVlan { id: 100, qos: 0, protocol: EtherType::VLAN }));
        assert_eq!((vf.min_tx_rate, vf.trust), (None, None));
    }

    #[test]
    fn what_is_not_known_is_refused_with_its_place() {
        for (from, to, said) in [
            ("mode: switchdev", "mood: switchdev", "mood"),
            ("vlan: 100", "vlan: many", "line 15"),
            ("version: 1", "version: 2", "version 2"),
            ("state: active", "state: up", "active"),
            ("    count: 1\n", "", "count"),
        ] {
            let error = Document::from_yaml(&TEXT.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
