//! VFs and the eswitch mode, there and back.

use smartnic::{ErrorKind, Host, eswitch};

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::dump::Dump;
use crate::lab::{Lab, sh_json};
use crate::nic::Nic;

/// By the commands that a user gives.
pub(crate) fn through_snicctl(lab: &Lab) -> Outcome {
    let nic = Nic::with_places()?;
    let handle = nic.handle();
    let before = Dump::of_machine(&handle)?;
    lab.snicctl(&["eswitch", "set", &handle, "--mode", "switchdev", "--vfs", "4", "--dry-run"])?;
    Dump::of_machine(&handle)?.must_equal(&before, "after a dry run")?;

    lab.snicctl(&["eswitch", "set", &handle, "--mode", "switchdev", "--vfs", "4"])?;
    must_be(&nic, "switchdev", 4)?;
    lab.snicctl(&["eswitch", "set", &handle, "--mode", "legacy", "--vfs", "0"])?;
    Dump::of_machine(&handle)?.must_equal(&before, "after legacy, switchdev, legacy")?;

    // VFs first, mode later; then the other way back.
    lab.snicctl(&["vf", "create", &handle, "4"])?;
    must_be(&nic, "legacy", 4)?;
    lab.snicctl(&["eswitch", "set", &handle, "--mode", "switchdev"])?;
    must_be(&nic, "switchdev", 4)?;
    lab.snicctl(&["vf", "create", &handle, "2"])?;
    must_be(&nic, "switchdev", 2)?;
    lab.snicctl(&["eswitch", "set", &handle, "--mode", "legacy"])?;
    must_be(&nic, "legacy", 2)?;
    lab.snicctl(&["vf", "create", &handle, "0"])?;
    Dump::of_machine(&handle)?.must_equal(&before, "after VFs, mode, mode, no VFs")?;
    Ok(Done::Passed)
}

/// By plans of the library.
pub(crate) fn through_the_library(_: &Lab) -> Outcome {
    let nic = Nic::with_places()?;
    let handle = nic.handle().parse()?;
    let before = Dump::of_machine(&nic.handle())?;
    let host = Host::open("linux:")?;
    for (mode, vfs) in [("switchdev", 4), ("switchdev", 1), ("legacy", 0)] {
        let mut steps = 0;
        let plan = eswitch::plan(&host, &handle, &eswitch::target(mode, Some(vfs))?)?;
        plan.run(&host, &mut |_| steps += 1)?;
        expect_eq(&steps, &plan.steps.len(), "the steps announced")?;
        must_be(&nic, mode, vfs as usize)?;
        let rest = eswitch::plan(&host, &handle, &eswitch::target(mode, Some(vfs))?)?;
        expect(rest.steps.is_empty(), || format!("a second run would do {:?}", rest.steps))?;
    }
    Dump::of_machine(&nic.handle())?.must_equal(&before, "after legacy, switchdev, legacy")?;
    Ok(Done::Passed)
}

/// The mode that is there already; a mode that netdevsim has not; too many VFs; a failure that is taken back.
pub(crate) fn limits(lab: &Lab) -> Outcome {
    let nic = Nic::with_places()?;
    let handle = nic.handle();
    let before = Dump::of_machine(&handle)?;
    let same = lab.snicctl(&["eswitch", "set", &handle, "--mode", "legacy", "--vfs", "0"])?;
    expect(same.contains("nothing to do"), || format!("a target that is met already: {same}"))?;

    let wrong = lab.try_snicctl(&["eswitch", "set", &handle, "--mode", "switchdev_inactive"])?;
    expect(wrong.code != 0, || "netdevsim has no switchdev_inactive".into())?;
    Dump::of_machine(&handle)?.must_equal(&before, "after a mode that the driver refused")?;
    let wrong = lab.try_snicctl(&["eswitch", "set", &handle, "--mode", "sideways"])?;
    expect_eq(&wrong.code, &2, "the exit code for a mode that does not exist")?;

    // More VFs than the driver has room for: refused on the way, and taken back.
    let many = lab.try_snicctl(&["eswitch", "set", &handle, "--mode", "switchdev", "--vfs", "5000"])?;
    expect(many.code != 0, || "5,000 VFs were taken".into())?;
    expect(many.code != i32::from(ErrorKind::RollbackFailed.code()), || many.to_string())?;
    Dump::of_machine(&handle)?.must_equal(&before, "after too many VFs")?;
    Ok(Done::Passed)
}

/// Fails the check unless devlink says so.
pub(crate) fn must_be(nic: &Nic, mode: &str, vfs: usize) -> Result<(), Why> {
    let shown = sh_json(&format!("devlink -j dev eswitch show {}", nic.handle()))?;
    expect(shown["dev"][nic.handle()]["mode"] == mode, || format!("wanted {mode}, devlink says {shown}"))?;
    let ports = sh_json("devlink -j port show")?;
    let ports = ports["port"].as_object().into_iter().flat_map(|ports| ports.values());
    let representors = ports.filter(|port| port["flavour"] == "pcivf").count();
    expect_eq(&representors, &if mode == "switchdev" { vfs } else { 0 }, "VF representors in devlink")?;
    let count = std::fs::read_to_string(nic.file("sriov_numvfs"))?;
    expect_eq(&count.trim().to_owned(), &vfs.to_string(), "sriov_numvfs")
}
