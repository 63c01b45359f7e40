//! What is on a host, in the package's shape.

use serde::Serialize;
use smartnic::device::{DeviceInfo, Eswitch, Link, Port, PortName, Sriov, VfSettings};
use smartnic::inventory::{Nic, Representor, Seat};
use smartnic::types::{DevlinkHandle, IfIndex, Mac, PortHandle, VfId};
use smartnic::{ErrorKind, Host, cycle};

/// One NIC.
#[derive(Serialize)]
pub(crate) struct Device<'a> {
    handle: &'a DevlinkHandle,
    driver: &'a str,
    adapter: &'a str,
    has_devlink: bool,
    serial: &'a Option<String>,
    board_serial: &'a Option<String>,
    versions: &'a DeviceInfo,
    eswitch: &'a Option<Eswitch>,
    sriov: &'a Option<Sriov>,
    ports: &'a [Port],
    links: &'a [Link],
    elsewhere: &'a [Link],
    uplink: Option<&'a str>,
    seat: Option<&'static str>,
    host_functions: usize,
}

impl<'a> Device<'a> {
    pub(crate) fn of((nic, seat): &'a (Nic, Option<Seat>)) -> Self {
        Self {
            handle: nic.handle(),
            driver: nic.driver(),
            adapter: nic.adapter.name(),
            has_devlink: nic.has_devlink,
            serial: &nic.info.serial,
            board_serial: &nic.info.board_serial,
            versions: &nic.info,
            eswitch: &nic.eswitch,
            sriov: &nic.sriov,
            ports: &nic.ports,
            links: &nic.links,
            elsewhere: &nic.elsewhere,
            uplink: nic.uplink().map(|link| &*link.name),
            seat: seat.map(Seat::name),
            host_functions: seat.and_then(Seat::host_functions).unwrap_or(0),
        }
    }
}

/// One VF with all that is known of it.
#[derive(Serialize)]
pub(crate) struct Vf {
    pf: DevlinkHandle,
    vf: VfId,
    device: Option<DevlinkHandle>,
    driver: Option<String>,
    driver_override: Option<String>,
    representor: Option<String>,
    settings: Option<VfSettings>,
}

/// The VFs of a device.
pub(crate) fn vfs(host: &Host, handle: &DevlinkHandle) -> smartnic::Result<Vec<Vf>> {
    let now = match cycle::DeviceState::read(host, handle) {
        // A VF of a driver that gives VFs devlink instances.
        Err(error) if error.kind() == ErrorKind::Unsupported => return Ok(Vec::new()),
        now => now?,
    };
    let representors = host.nic(handle).map(|nic| nic.representors()).unwrap_or_default();
    let stands_for = |wanted: VfId| {
        let is = |name: &PortName| matches!(name, PortName::Vf { vf, .. } if *vf == wanted);
        representors.iter().find(|representor| is(&representor.name)).map(|found| found.link.name.clone())
    };
    let one = |vf: VfId| {
        let function = now.function(vf);
        Vf {
            pf: handle.clone(),
            vf,
            device: function.map(|function| function.device.clone()),
            driver: function.and_then(|function| function.driver.clone()),
            driver_override: function.and_then(|function| function.driver_override.clone()),
            representor: stands_for(vf),
            settings: now.vfs.iter().find(|setting| setting.vf == vf).cloned(),
        }
    };
    let count = now.sriov.as_ref().map_or(0, |sriov| sriov.num);
    Ok((0..count).map(|vf| one(VfId(vf))).collect())
}

/// One representor with what it stands for.
#[derive(Serialize)]
pub(crate) struct Stand {
    name: PortName,
    device: DevlinkHandle,
    netdev: String,
    ifindex: IfIndex,
    port: Option<PortHandle>,
    mac: Option<Mac>,
    up: bool,
    mtu: u32,
    function: Option<DevlinkHandle>,
}

/// The representors of a NIC.
pub(crate) fn representors(nic: &Nic) -> Vec<Stand> {
    let one = |Representor { name, link, port, function }: Representor| Stand {
        name,
        device: nic.handle().clone(),
        netdev: link.name,
        ifindex: link.ifindex,
        port: port.map(|port| port.handle).or(link.devlink_port),
        mac: link.mac,
        up: link.up,
        mtu: link.mtu,
        function,
    };
    nic.representors().into_iter().map(one).collect()
}
