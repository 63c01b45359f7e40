//! Ports, the functions behind them, parameters and resources.

use smartnic_core::ErrorKind;
use smartnic_core::device::EswitchMode::Switchdev;
use smartnic_core::device::{
    FunctionOpstate, FunctionState, NewPort, ParamMode, ParamValue, PortFunctionChange,
};
use smartnic_core::types::{Mac, SfNumber};

use crate::{Bench, Result, Stop, ensure, equal};

super::checks! {
    "a sub-function is added, used, and gone without a trace": sub_function,
    "the address of a VF's function is set and read back": address,
    "functions of another host are told as such and left alone": other_hosts,
    "a parameter is set, read back, and given its default again": default,
    "resources are told alike one by one and all at once": resources,
}

fn sub_function(bench: &Bench<'_>) -> Result {
    bench.wants_representors()?;
    let devlink = bench.host.devlink();
    let pf = devlink.ports(Some(bench.device()))?.iter().find_map(|port| port.number).unwrap_or(0);
    let new = NewPort::sub_function(bench.device().clone(), pf as u16, Some(SfNumber(88)));
    match devlink.add_port(&new) {
        Err(error) if error.kind() == ErrorKind::Unsupported => {}
        Err(error) => return Err(error.into()),
        Ok(port) => {
            devlink.remove_port(&port.handle)?;
            return Err(Stop::Failed("a sub-function was added in legacy mode".into()));
        }
    }
    bench.go(Switchdev, 0)?;
    let before = devlink.ports(None)?;
    let port = match devlink.add_port(&new) {
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            return Err(Stop::skip("the driver has no sub-functions"));
        }
        added => added?,
    };
    equal!(port.sf, Some(SfNumber(88)), "the number of the sub-function");
    ensure!(devlink.add_port(&new).is_err(), "a second sub-function with the same number was added");
    let activate = PortFunctionChange { state: Some(FunctionState::Active), ..PortFunctionChange::default() };
    devlink.set_port_function(&port.handle, &activate)?;
    let function = devlink.port(&port.handle)?.function;
    let function = function.ok_or_else(|| Stop::Failed("the port has no function".into()))?;
    equal!(function.state, Some(FunctionState::Active), "the state of the function");
    equal!(function.opstate, Some(FunctionOpstate::Attached), "whether a driver uses the function");
    if let Some(nested) = function.nested {
        ensure!(devlink.device(&nested.handle).is_ok(), "{} is not there", nested.handle);
    }
    devlink.remove_port(&port.handle)?;
    equal!(devlink.ports(None)?, before, "the ports afterwards");
    Ok(())
}

fn other_hosts(bench: &Bench<'_>) -> Result {
    bench.wants_representors()?;
    bench.go_switchdev()?;
    let devlink = bench.host.devlink();
    let ports = devlink.ports(Some(bench.device()))?;
    for port in &ports {
        let elsewhere = port.controller.is_some_and(|controller| controller != 0);
        equal!(port.external, elsewhere, "whether {} is of another host", port.handle);
        if elsewhere {
            let named = port.name().is_some_and(|name| name.controller() != 0);
            ensure!(named, "the name of {} does not tell the controller", port.handle);
            ensure!(devlink.remove_port(&port.handle).is_err(), "{} was removed", port.handle);
        }
    }
    let pf = ports.iter().find_map(|port| port.number).unwrap_or(0);
    let new = NewPort::sub_function(bench.device().clone(), pf as u16, Some(SfNumber(88)));
    let added = devlink.add_port(&NewPort { controller: Some(1), ..new });
    ensure!(added.is_err(), "a sub-function was added on another host");
    equal!(devlink.ports(Some(bench.device()))?, ports, "the ports afterwards");
    Ok(())
}

fn address(bench: &Bench<'_>) -> Result {
    bench.wants_representors()?;
    bench.go_switchdev()?;
    let devlink = bench.host.devlink();
    let ports = devlink.ports(Some(bench.device()))?;
    let told = |port: &&smartnic_core::device::Port| {
        port.vf.is_some() && port.function.as_ref().is_some_and(|function| function.hw_addr.is_some())
    };
    let Some(port) = ports.iter().find(told) else {
        return Err(Stop::skip("the driver tells no addresses of functions"));
    };
    let change = |mac: Mac| PortFunctionChange { hw_addr: Some(mac.into()), ..PortFunctionChange::default() };
    let mac = Mac([2, 0, 0, 0, 0, 0x77]);
    match devlink.set_port_function(&port.handle, &change(mac)) {
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            return Err(Stop::skip("the driver sets no addresses of functions"));
        }
        set => drop(set?),
    }
    let now = devlink.port(&port.handle)?.function.and_then(|function| function.hw_addr);
    equal!(now, Some(mac.into()), "the address of {}", port.handle);
    let multicast = devlink.set_port_function(&port.handle, &change(Mac::BROADCAST));
    ensure!(multicast.is_err(), "{} took the broadcast address", port.handle);
    let after = devlink.port(&port.handle)?.function.and_then(|function| function.hw_addr);
    equal!(after, now, "the address after a refusal");
    Ok(())
}

fn default(bench: &Bench<'_>) -> Result {
    bench.wants_devlink()?;
    let devlink = bench.host.devlink();
    let params = match devlink.params(bench.device()) {
        Err(error) if error.kind() == ErrorKind::Unsupported => Vec::new(),
        params => params?,
    };
    // Nothing is reloaded, so values of this mode change nothing.
    let mode = ParamMode::DriverInit;
    let with_default = params.iter().find_map(|param| {
        let setting = param.setting(mode)?;
        match (&setting.value, &setting.default) {
            (ParamValue::Bool(now), Some(default)) => Some((param, ParamValue::Bool(!now), default.clone())),
            _ => None,
        }
    });
    let Some((param, other, default)) = with_default else {
        return Err(Stop::skip("no parameter of mode driverinit that is yes or no tells its default"));
    };
    let value = || -> Result<ParamValue> {
        let setting = devlink.param(bench.device(), &param.name)?.setting(mode).cloned();
        setting.map(|setting| setting.value).ok_or_else(|| Stop::Failed("the mode is gone".into()))
    };
    devlink.set_param(bench.device(), &param.name, mode, &other)?;
    equal!(value()?, other, "parameter {}", param.name);
    devlink.reset_param(bench.device(), &param.name, mode)?;
    equal!(value()?, default, "parameter {} after its reset", param.name);
    Ok(())
}

fn resources(bench: &Bench<'_>) -> Result {
    bench.wants_devlink()?;
    let devlink = bench.host.devlink();
    let own = match devlink.resources(bench.device()) {
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            return Err(Stop::skip("the driver has no resources"));
        }
        own => own?,
    };
    let size = own.resources.first().map(|resource| (resource.id, resource.size_max));
    if let Some((id, most)) = size.filter(|(_, most)| *most < u64::MAX) {
        ensure!(
            devlink.set_resource(bench.device(), id, most + 1).is_err(),
            "resource {id} became too large"
        );
    }
    let all = match devlink.all_resources(None, None) {
        // Kernels before 7.1 tell of one device at a time only.
        Err(error) if error.kind() == ErrorKind::Unsupported => return Ok(()),
        all => all?,
    };
    let ids = |resources: &smartnic_core::device::Resources| -> Vec<u64> {
        resources.resources.iter().map(|resource| resource.id).collect()
    };
    let here = all.iter().find(|one| one.device == *bench.device() && one.port.is_none());
    equal!(here.map(ids), Some(ids(&own)), "the resources of {}", bench.device());
    Ok(())
}
