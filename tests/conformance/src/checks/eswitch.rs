//! The eswitch mode, in the driver's order, and the representors.

use std::collections::BTreeSet;

use smartnic_core::ErrorKind;
use smartnic_core::adapter::Step;
use smartnic_core::device::EswitchMode::{Legacy, Switchdev};
use smartnic_core::device::{EswitchChange, PortName};

use crate::bench::VFS;
use crate::state::State;
use crate::{Bench, Result, Rig, Stop, ensure, equal};

super::checks! {
    "legacy, switchdev, legacy with four VFs, in the adapter's order": there_and_back,
    "the number of VFs changes in switchdev mode": vfs_in_switchdev,
    "switchdev mode without VFs": without_vfs,
    "four representors are found by their devlink ports": representors,
    "links go up and down": up_and_down,
    "a step out of the driver's order is refused in its words": out_of_order,
}

fn there_and_back(bench: &Bench<'_>) -> Result {
    bench.wants_modes()?;
    let before = State::read(bench)?;
    let steps = bench.go(Switchdev, VFS)?;
    ensure!(steps.contains(&Step::Mode(Switchdev)), "no step sets the mode: {steps:?}");
    equal!(bench.mode()?, Switchdev, "the mode after {steps:?}");
    equal!(bench.host.switchdev().sriov(bench.device())?.num, VFS, "VFs after {steps:?}");
    equal!(Rig::find(bench)?.representors.len() as u32, VFS, "representors after {steps:?}");
    let again = bench.go(Switchdev, VFS)?;
    ensure!(again.is_empty(), "asked again, the adapter wants {again:?}");
    bench.go(Legacy, VFS)?;
    equal!(bench.mode()?, Legacy, "the mode after going back");
    equal!(bench.host.switchdev().sriov(bench.device())?.num, VFS, "VFs after going back");
    equal!(Rig::find(bench)?.representors, [], "representors after going back");
    bench.put_back(&before)
}

fn vfs_in_switchdev(bench: &Bench<'_>) -> Result {
    bench.wants_representors()?;
    for vfs in [1, VFS, 2, 0, VFS] {
        let steps = bench.go(Switchdev, vfs)?;
        equal!(bench.mode()?, Switchdev, "the mode with {vfs} VFs after {steps:?}");
        equal!(Rig::find(bench)?.representors.len() as u32, vfs, "representors after {steps:?}");
    }
    Ok(())
}

fn without_vfs(bench: &Bench<'_>) -> Result {
    bench.wants_representors()?;
    if !bench.subject.own_link {
        return Err(Stop::skip("representors of this function stand for those of others"));
    }
    bench.go(Switchdev, 0)?;
    equal!(bench.mode()?, Switchdev, "the mode");
    equal!(Rig::find(bench)?.representors, [], "representors");
    Ok(())
}

fn representors(bench: &Bench<'_>) -> Result {
    bench.wants_representors()?;
    bench.go(Switchdev, VFS)?;
    let rig = Rig::find(bench)?;
    let vfs: Vec<u32> = rig.representors.iter().map(|representor| representor.vf.0).collect();
    equal!(vfs, (0..VFS).collect::<Vec<_>>(), "the VFs that representors stand for");
    let links: BTreeSet<_> = rig.links().map(|link| link.ifindex).collect();
    ensure!(links.len() as u32 == VFS + 1, "uplink and representors are {} links", links.len());
    let switch = &rig.uplink.switch_id;
    ensure!(switch.is_some(), "the uplink tells no switch");
    for representor in &rig.representors {
        equal!(&representor.link.switch_id, switch, "the switch of {}", representor.link.name);
        let name: Option<PortName> = representor.link.port_name.as_ref().and_then(|name| name.parse().ok());
        let Some(PortName::Vf { vf, .. }) = name else {
            return Err(Stop::Failed(format!("{:?} is no VF's port name", representor.link.port_name)));
        };
        equal!(vf, representor.vf, "the VF in the port name of {}", representor.link.name);
    }
    if rig.representors.iter().all(|representor| representor.port.is_none()) {
        return Err(Stop::skip(
            "this driver has no devlink ports for representors; they were found by switch and port name",
        ));
    }
    Ok(())
}

fn up_and_down(bench: &Bench<'_>) -> Result {
    bench.wants_representors()?;
    bench.go_switchdev()?;
    let rig = Rig::find(bench)?;
    for link in rig.links() {
        for up in [!link.up, link.up] {
            bench.host.switchdev().set_link_up(link.ifindex, up)?;
            let now = Rig::find(bench)?.links().find(|now| now.ifindex == link.ifindex).map(|now| now.up);
            equal!(now, Some(up), "link {}", link.name);
        }
    }
    Ok(())
}

fn out_of_order(bench: &Bench<'_>) -> Result {
    let set = |mode| bench.host.devlink().set_eswitch(bench.device(), &EswitchChange::mode(mode));
    let (result, kind, words) = match bench.subject.adapter.name() {
        "ice" => {
            bench.go(Legacy, VFS)?;
            let words = Some("Changing eswitch mode is allowed only if there is no VFs created");
            (set(Switchdev), ErrorKind::Unsupported, words)
        }
        // This driver says why in the kernel's log only.
        "bnxt" => (set(Legacy), ErrorKind::Refused, None),
        name => return Err(Stop::skip(format!("{name} refuses no step out of order"))),
    };
    let Err(error) = result else { return Err(Stop::Failed("it was done".into())) };
    equal!(error.kind(), kind, "the refusal {error}");
    let said = error.extack().and_then(|extack| extack.message.clone()).unwrap_or_default();
    ensure!(words.is_none_or(|words| said.contains(words)), "the driver said {said:?}, not {words:?}");
    equal!(bench.mode()?, Legacy, "the mode after the refusal");
    Ok(())
}
