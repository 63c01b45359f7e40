//! VFs come and go.

use smartnic_core::ErrorKind;
use smartnic_core::device::EswitchMode::Legacy;

use crate::bench::VFS;
use crate::state::State;
use crate::{Bench, Result, Rig, Stop, ensure, equal};

super::checks! {
    "four VFs, without representors in legacy mode": legacy,
    "from two VFs to four by way of none": more,
    "a number of VFs is not changed for another directly": directly,
    "more VFs than the device has are refused": too_many,
    "autoprobe can be turned off and on": autoprobe,
}

fn legacy(bench: &Bench<'_>) -> Result {
    bench.go(bench.first_mode(), VFS)?;
    let sriov = bench.host.switchdev().sriov(bench.device())?;
    equal!(sriov.num, VFS, "the number of VFs");
    let own_devices = bench.device().bus == "pci";
    equal!(sriov.functions.len() as u32, if own_devices { VFS } else { 0 }, "the VFs' devices");
    for (number, function) in sriov.functions.iter().enumerate() {
        equal!(function.vf.0 as usize, number, "the number of {}", function.device);
    }
    let representors = if bench.first_mode() == Legacy { 0 } else { VFS as usize };
    equal!(Rig::find(bench)?.representors.len(), representors, "representors in the first mode");
    Ok(())
}

fn more(bench: &Bench<'_>) -> Result {
    bench.go(bench.first_mode(), 2)?;
    bench.go(bench.first_mode(), VFS)?;
    equal!(bench.host.switchdev().sriov(bench.device())?.num, VFS, "the number of VFs");
    let steps = bench.go(bench.first_mode(), VFS)?;
    ensure!(steps.is_empty(), "asked again, the adapter wants {steps:?}");
    Ok(())
}

fn directly(bench: &Bench<'_>) -> Result {
    bench.go(bench.first_mode(), 2)?;
    let before = State::read(bench)?;
    let kind = bench.host.switchdev().set_num_vfs(bench.device(), 3).map_err(|error| error.kind());
    equal!(kind, Err(ErrorKind::Busy), "from 2 VFs to 3");
    before.must_equal(&State::read(bench)?)
}

fn too_many(bench: &Bench<'_>) -> Result {
    let before = State::read(bench)?;
    let total = bench.host.switchdev().sriov(bench.device())?.total;
    let Some(total) = total else {
        return Err(Stop::skip("this bus does not tell how many VFs there can be"));
    };
    let result = bench.go(bench.first_mode(), total + 1);
    ensure!(result.is_err(), "{} VFs were made, the device has {total}", total + 1);
    before.must_equal(&State::read(bench)?)
}

fn autoprobe(bench: &Bench<'_>) -> Result {
    let sriov = bench.host.switchdev().sriov(bench.device())?;
    let Some(before) = sriov.autoprobe else {
        return Err(Stop::skip("this bus has no sriov_drivers_autoprobe"));
    };
    for on in [!before, before] {
        bench.host.switchdev().set_autoprobe(bench.device(), on)?;
        equal!(bench.host.switchdev().sriov(bench.device())?.autoprobe, Some(on), "autoprobe");
    }
    Ok(())
}
