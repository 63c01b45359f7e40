//! What is there, and how it hangs together.

use smartnic_core::ErrorKind;
use smartnic_core::adapter::DeviceIdentity;
use smartnic_core::types::{DevlinkHandle, IfIndex};

use crate::representors::may_be_uplink;
use crate::state::State;
use crate::{Bench, Result, Stop, ensure, equal};

super::checks! {
    "the device is listed once and says who it is": device,
    "its driver is the one that its adapter speaks for": adapter,
    "every port can be read alone, and one is physical": ports,
    "links and devlink ports name each other": join,
    "every parameter can be read alone": params,
    "it starts in its first mode without VFs": beginning,
    "what is not there is not found": absent,
}

fn device(bench: &Bench<'_>) -> Result {
    bench.wants_devlink()?;
    let devices = bench.host.devlink().devices()?;
    let found = devices.iter().filter(|device| device.handle == *bench.device()).count();
    ensure!(found == 1, "{} is listed {found} times", bench.device());
    let info = bench.host.devlink().info(bench.device())?;
    ensure!(!info.driver.is_empty(), "the driver's name is empty");
    Ok(())
}

fn adapter(bench: &Bench<'_>) -> Result {
    bench.wants_devlink()?;
    let driver = bench.host.devlink().info(bench.device())?.driver;
    let identity = DeviceIdentity { driver, bus: bench.device().bus.clone(), pci_id: None };
    let found = vendor_adapters::registry().find(&identity);
    equal!(found.name(), bench.subject.adapter.name(), "the adapter for driver {}", identity.driver);
    Ok(())
}

fn ports(bench: &Bench<'_>) -> Result {
    bench.wants_devlink()?;
    bench.with_links()?;
    let ports = bench.host.devlink().ports(Some(bench.device()))?;
    let physical = ports.iter().filter(|port| may_be_uplink(port)).count();
    let none = bench.uplink_without_port()?.is_some();
    ensure!(physical >= 1 || none, "no port is physical");
    for port in &ports {
        equal!(bench.host.devlink().port(&port.handle)?, *port, "port {} read alone", port.handle);
    }
    let all = bench.host.devlink().ports(None)?;
    let own: Vec<_> = all.into_iter().filter(|port| port.handle.device == *bench.device()).collect();
    equal!(own, ports, "the ports of this device among all");
    Ok(())
}

fn join(bench: &Bench<'_>) -> Result {
    bench.with_links()?;
    let links = State::links_of(bench)?;
    ensure!(!links.is_empty(), "the NIC has no link");
    for port in bench.ports()? {
        let Some(index) = port.ifindex else { continue };
        let link = links.iter().find(|link| link.ifindex == index);
        let Some(link) = link else {
            return Err(Stop::Failed(format!("port {} names a link that is not there", port.handle)));
        };
        equal!(link.devlink_port.as_ref(), Some(&port.handle), "the port of link {}", link.name);
        equal!(port.netdev.as_deref(), Some(&*link.name), "the link's name at port {}", port.handle);
    }
    Ok(())
}

fn params(bench: &Bench<'_>) -> Result {
    bench.wants_devlink()?;
    let params = match bench.host.devlink().params(bench.device()) {
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            return Err(Stop::skip("the driver has no parameters"));
        }
        params => params?,
    };
    if params.is_empty() {
        return Err(Stop::skip("the driver has no parameters"));
    }
    for param in &params {
        equal!(bench.host.devlink().param(bench.device(), &param.name)?, *param, "parameter {}", param.name);
        ensure!(!param.values.is_empty(), "parameter {} has no value", param.name);
    }
    let missing = bench.host.devlink().param(bench.device(), "no_such_parameter");
    ensure!(missing.is_err(), "a parameter that is not there was read");
    Ok(())
}

fn beginning(bench: &Bench<'_>) -> Result {
    equal!(bench.mode()?, bench.first_mode(), "the mode at first");
    equal!(bench.host.switchdev().sriov(bench.device())?.num, 0, "the number of VFs at first");
    Ok(())
}

fn absent(bench: &Bench<'_>) -> Result {
    let (devlink, switchdev) = (bench.host.devlink(), bench.host.switchdev());
    let nobody = DevlinkHandle::new("pci", "ffff:ff:1f.7");
    let nowhere = IfIndex(0x7fff_fff0);
    let kinds = [
        ("information on a device", devlink.info(&nobody).map(drop)),
        ("the eswitch of a device", devlink.eswitch(&nobody).map(drop)),
        ("the VFs of a device", switchdev.sriov(&nobody).map(drop)),
        ("a port", devlink.port(&bench.device().port(4_000_000_000)).map(drop)),
        ("whether a link is up", switchdev.set_link_up(nowhere, true)),
        ("hw-tc-offload of a link", switchdev.tc_offload(nowhere).map(drop)),
    ];
    for (what, result) in kinds {
        let kind = result.map_err(|error| error.kind());
        equal!(kind, Err(ErrorKind::NotFound), "{what} that is not there");
    }
    Ok(())
}
