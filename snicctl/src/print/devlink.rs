//! Devices, ports and eswitches in the shape of `devlink -j` (iproute2 7.x): objects keyed by handle.

use std::io;

use serde::Serialize;
use smartnic::device::{DeviceInfo, Eswitch, Link, Port, PortFunction, VersionKind};
use smartnic::inventory::{Nic, Seat};
use smartnic::text::devlink::show::{Show, Style};
use smartnic::types::{DevlinkHandle, HwAddr, IfIndex, PortHandle};

use super::{Format, Pairs};
use crate::session::Session;

/// What `devlink -j dev info` says of a device.
#[derive(Debug, Serialize)]
pub(crate) struct Info {
    #[serde(skip_serializing_if = "String::is_empty")]
    driver: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial_number: Option<String>,
    #[serde(rename = "board.serial_number", skip_serializing_if = "Option::is_none")]
    board_serial_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    versions: Option<Pairs<VersionKind, Pairs<String, String>>>,
}

impl Info {
    /// What is known of a device.
    pub(crate) fn of(info: &DeviceInfo) -> Self {
        let mut sets: Vec<(VersionKind, Pairs<String, String>)> = Vec::new();
        for version in &info.versions {
            let at = sets.iter().position(|(kind, _)| *kind == version.kind).unwrap_or_else(|| {
                sets.push((version.kind, Pairs(Vec::new())));
                sets.len() - 1
            });
            sets[at].1.0.push((version.name.clone(), version.value.clone()));
        }
        // devlink prints what never changes first, then what runs, then what is stored.
        sets.sort_by_key(|(kind, _)| kind.number());
        Self {
            driver: info.driver.clone(),
            serial_number: info.serial.clone(),
            board_serial_number: info.board_serial.clone(),
            versions: (!sets.is_empty()).then_some(Pairs(sets)),
        }
    }
}

/// What `devlink -j dev eswitch show` says of a device.
#[derive(Debug, Serialize)]
pub(crate) struct EswitchObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<String>,
    #[serde(rename = "inline-mode", skip_serializing_if = "Option::is_none")]
    inline_mode: Option<String>,
    #[serde(rename = "encap-mode", skip_serializing_if = "Option::is_none")]
    encap_mode: Option<String>,
}

impl EswitchObject {
    /// The settings of an eswitch; empty where there is none.
    pub(crate) fn of(eswitch: Option<&Eswitch>) -> Self {
        Self {
            mode: eswitch.and_then(|eswitch| eswitch.mode).map(|mode| mode.to_string()),
            inline_mode: eswitch.and_then(|eswitch| eswitch.inline_mode).map(|mode| mode.to_string()),
            encap_mode: eswitch.and_then(|eswitch| eswitch.encap_mode).map(|mode| mode.to_string()),
        }
    }
}

/// What `devlink -j port show` says of a port.
#[derive(Debug, Serialize)]
pub(crate) struct PortObject {
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    netdev: Option<String>,
    flavour: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lanes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pfnum: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vfnum: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sfnum: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external: Option<bool>,
    splittable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<FunctionObject>,
}

/// The function behind a port.
#[derive(Debug, Serialize)]
struct FunctionObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    hw_addr: Option<HwAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opstate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    roce: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    migratable: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ipsec_crypto: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ipsec_packet: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_io_eqs: Option<u32>,
}

/// On and off, as devlink has them.
fn switch(on: Option<bool>) -> Option<&'static str> {
    on.map(|on| if on { "enable" } else { "disable" })
}

impl FunctionObject {
    fn of(function: &PortFunction) -> Self {
        Self {
            hw_addr: function.hw_addr,
            state: function.state.map(|state| state.to_string()),
            opstate: function.opstate.map(|state| state.to_string()),
            roce: switch(function.roce),
            migratable: switch(function.migratable),
            ipsec_crypto: switch(function.ipsec_crypto),
            ipsec_packet: switch(function.ipsec_packet),
            max_io_eqs: function.max_io_eqs,
        }
    }
}

impl PortObject {
    /// What is known of a port.
    pub(crate) fn of(port: &Port) -> Self {
        Self {
            kind: port.kind.to_string(),
            netdev: port.netdev.clone(),
            flavour: port.flavour.to_string(),
            port: port.number,
            lanes: port.lanes,
            controller: port.controller,
            pfnum: port.pf,
            vfnum: port.vf.map(|vf| vf.0),
            sfnum: port.sf.map(|sf| sf.0),
            external: port.is_representor().then_some(port.external),
            splittable: port.splittable,
            function: port.function.as_ref().map(FunctionObject::of),
        }
    }
}

/// What the SDK knows of a device and devlink does not say.
#[derive(Debug, Serialize)]
pub(crate) struct NicObject {
    adapter: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    uplink: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vfs: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_vfs: Option<u32>,
    representors: usize,
    /// Its links in other network namespaces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<Elsewhere>,
    /// Whose the card is, of those with a processor of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<&'static str>,
    /// How many functions of the host that the card is in have their ends of the eswitch here.
    #[serde(skip_serializing_if = "Option::is_none")]
    host_functions: Option<usize>,
}

/// A link in another network namespace.
#[derive(Debug, Serialize)]
struct Elsewhere {
    netns: String,
    netdev: String,
    ifindex: IfIndex,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<PortHandle>,
}

impl Elsewhere {
    fn of(link: &Link) -> Option<Self> {
        let (netns, netdev) = (link.netns.clone()?, link.name.clone());
        Some(Self { netns, netdev, ifindex: link.ifindex, port: link.devlink_port.clone() })
    }
}

impl NicObject {
    fn of(nic: &Nic, seat: Option<Seat>) -> Self {
        Self {
            seat: seat.map(Seat::name),
            host_functions: seat.and_then(Seat::host_functions),
            adapter: nic.adapter.name(),
            uplink: nic.uplink().map(|link| link.name.clone()),
            vfs: nic.sriov.as_ref().map(|sriov| sriov.num),
            total_vfs: nic.sriov.as_ref().and_then(|sriov| sriov.total),
            representors: nic.representors().len(),
            elsewhere: nic.elsewhere.iter().filter_map(Elsewhere::of).collect(),
        }
    }
}

/// Devices: the sections `dev` (as `devlink -j dev eswitch show`), `info` and `port` are devlink's, `nic` is ours.
#[derive(Debug, Serialize)]
pub(crate) struct Devices {
    dev: Pairs<DevlinkHandle, EswitchObject>,
    info: Pairs<DevlinkHandle, Info>,
    port: Pairs<PortHandle, PortObject>,
    nic: Pairs<DevlinkHandle, NicObject>,
}

impl Devices {
    /// What is known of these devices, and whose each is.
    pub(crate) fn of(nics: &[Nic], seats: &[Option<Seat>]) -> Self {
        let seated = nics.iter().zip(seats);
        let ports = nics.iter().flat_map(|nic| &nic.ports);
        Self {
            dev: nics
                .iter()
                .map(|nic| (nic.handle().clone(), EswitchObject::of(nic.eswitch.as_ref())))
                .collect(),
            info: nics.iter().map(|nic| (nic.handle().clone(), Info::of(&nic.info))).collect(),
            port: ports.map(|port| (port.handle.clone(), PortObject::of(port))).collect(),
            nic: seated.map(|(nic, seat)| (nic.handle().clone(), NicObject::of(nic, *seat))).collect(),
        }
    }
}

/// Prints what devlink would print of something, as JSON or YAML.
pub(crate) fn print_as_devlink(
    session: &mut Session,
    section: &str,
    fill: impl FnOnce(&mut Show<'_>),
) -> io::Result<()> {
    let style = Style { json: true, stats: true, ..Style::default() };
    let names = |_: &PortHandle| None;
    let mut show = Show::new(style, &names);
    show.open_section(section);
    fill(&mut show);
    show.close_section();
    let text = show.take();
    if session.format() == Format::Json {
        return session.json_text(std::iter::once(text));
    }
    let value: serde_json::Value = serde_json::from_str(&text)?;
    session.data(&value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use smartnic::device::{PortFlavour, PortType, Version};
    use smartnic::types::VfId;

    /// As devlink 7.3.0 prints netdevsim's VF port.
    #[test]
    fn a_vf_port_is_as_devlink_prints_it() {
        let handle = DevlinkHandle::new("netdevsim", "netdevsim1").port(128);
        let port = Port {
            kind: PortType::Eth,
            ifindex: Some(IfIndex(6)),
            netdev: Some("eth2".into()),
            controller: Some(0),
            pf: Some(0),
            vf: Some(VfId(0)),
            ..Port::new(handle, PortFlavour::PciVf)
        };
        let printed = serde_json::to_value(PortObject::of(&port)).unwrap();
        let expected = json!({"type": "eth", "netdev": "eth2", "flavour": "pcivf", "controller": 0, "pfnum": 0,
            "vfnum": 0, "external": false, "splittable": false});
        assert_eq!(printed, expected);
    }

    /// As devlink 7.3.0 prints netdevsim.
    #[test]
    fn versions_are_grouped_as_devlink_groups_them() {
        let version = |kind| Version { kind, name: "fw.mgmt".into(), value: "10.20.30".into() };
        let info = DeviceInfo {
            driver: "netdevsim".into(),
            versions: vec![version(VersionKind::Stored), version(VersionKind::Running)],
            ..DeviceInfo::default()
        };
        assert_eq!(
            serde_json::to_string(&Info::of(&info)).unwrap(),
            r#"{"driver":"netdevsim","versions":{"running":{"fw.mgmt":"10.20.30"},"stored":{"fw.mgmt":"10.20.30"}}}"#
        );
    }
}
