//! A device written down and brought back.

use std::fs;

use smartnic::ErrorKind;

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::checks::eswitch::must_be;
use crate::dump::Dump;
use crate::lab::{Lab, sh, sh_json};
use crate::nic::Nic;

/// There and back by documents: switchdev mode, VFs, a parameter; what is refused changes nothing.
pub(crate) fn there_and_back(lab: &Lab) -> Outcome {
    let nic = Nic::with_places()?;
    let handle = nic.handle();
    let apply = |text: &str, words: &[&str]| {
        fs::write("/tmp/devices.yaml", text)?;
        lab.try_snicctl(&[&["device", "apply", "/tmp/devices.yaml"], words].concat())
    };
    let before = Dump::of_machine(&handle)?;
    let old = lab.snicctl(&["device", "export", &handle])?;
    lab.snicctl(&["eswitch", "set", &handle, "--mode", "switchdev", "--vfs", "3"])?;
    sh(&format!("devlink dev param set {handle} name max_macs value 16 cmode driverinit"))?;
    lab.snicctl(&["rate", "add", &format!("{handle}/tenant"), "--max", "1gbit"])?;
    let leaf = sh_json("devlink -j port function rate show")?;
    let leaf = leaf["rate"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
    let leaf = leaf.filter(|name| name.starts_with(&handle) && !name.ends_with("tenant")).min();
    let Some(leaf) = leaf else { return Err(Why("no leaf of a VF".to_owned())) };
    lab.snicctl(&["rate", "set", &leaf, "--parent", "tenant", "--share", "100mbit"])?;
    let rates = sh_json("devlink -j port function rate show")?;
    let new = lab.snicctl(&["device", "export", &handle])?;

    // The parameter would count only after a reload, which is not said to be allowed.
    let refused = apply(&old, &[])?;
    refused.refused(ErrorKind::InvalidInput.code().into(), &["max_macs", "--allow reload"])?;
    must_be(&nic, "switchdev", 3)?;

    // A reload takes all ports of this driver away; without that setting the rest needs none.
    sh(&format!("devlink dev param set {handle} name max_macs value 32 cmode driverinit"))?;
    let wanted = new.replace("driverinit: 16", "driverinit: 32");
    // The node stands in the way of the mode, and the document knows nothing of it.
    apply(&old, &[])?.refused(ErrorKind::InvalidInput.code().into(), &["node tenant", "--prune"])?;
    apply(&old, &["--prune"])?.good()?;
    Dump::of_machine(&handle)?.must_equal(&before, "after the first document")?;
    apply(&wanted, &["--dry-run"])?.good()?;
    Dump::of_machine(&handle)?.must_equal(&before, "after a dry run")?;
    apply(&wanted, &[])?.good()?;
    must_be(&nic, "switchdev", 3)?;
    expect_eq(&lab.snicctl(&["device", "export", &handle])?, &wanted, "what was brought back")?;
    expect_eq(&sh_json("devlink -j port function rate show")?, &rates, "the rates, as devlink shows them")?;
    let again = apply(&wanted, &[])?.good()?;
    expect(again.contains("nothing was changed"), || format!("a second time: {again}"))?;

    apply(&old, &["--prune"])?.good()?;
    Dump::of_machine(&handle)?.must_equal(&before, "after there and back")?;
    let wrong = apply(&old.replace("eswitch:", "switch:"), &[])?;
    wrong.refused(ErrorKind::Parse.code().into(), &["unknown field `switch`"])?;
    Ok(Done::Passed)
}

/// A bond and a bridge over a device, made by `ip` and `bridge`, written down, removed, brought back: `bridge` shows the same.
/// A step that fails takes all back.
pub(crate) fn bridges(lab: &Lab) -> Outcome {
    let nic = Nic::new(2)?;
    let _links = Masters;
    for line in [
        "ip link add labdum type dummy",
        "ip link add labbond type bond mode active-backup miimon 100",
        "ip link set sim0 down",
        "ip link set sim0 master labbond",
        "ip link set labbond up",
        "ip link add labbr type bridge vlan_filtering 1 ageing_time 10000",
        "ip link set labbr up",
        "ip link set labbond master labbr",
        "ip link set sim1 master labbr",
        "ip link set labdum master labbr",
        "bridge vlan add dev sim1 vid 30-33",
        "bridge vlan del dev labdum vid 1",
        "bridge link set dev sim1 isolated on learning off",
    ] {
        sh(line)?;
    }
    let shown = || -> Result<_, Why> {
        Ok((sh_json("bridge -j vlan show")?, sh_json("bridge -j -d link show dev sim1")?))
    };
    let (wanted, document) = (shown()?, lab.snicctl(&["device", "export", &nic.handle()])?);
    let apply = |text: &str, words: &[&str]| {
        fs::write("/tmp/bridges.yaml", text)?;
        lab.try_snicctl(&[&["device", "apply", "/tmp/bridges.yaml"], words].concat())
    };
    sh("ip link del labbr")?;
    sh("ip link del labbond")?;
    apply(&document, &[])?.good()?;
    expect_eq(&shown()?, &wanted, "VLANs and switches, as bridge shows them")?;
    expect_eq(&lab.snicctl(&["device", "export", &nic.handle()])?, &document, "what was brought back")?;
    let again = apply(&document, &[])?.good()?;
    expect(again.contains("nothing was changed"), || format!("a second time: {again}"))?;

    let code = ErrorKind::InvalidInput.code().into();
    let other = document.replace("bridge: labbr", "bridge: labbr2");
    apply(&other, &[])?.refused(code, &["is a port of labbr", "--prune"])?;
    // The loopback can be no port: the kernel says so after the others were taken in.
    let wrong =
        "version: 1\ndevices: []\nbridges:\n- bridge: labbr2\n  ports:\n  - link: labdum\n  - link: lo\n";
    apply(wrong, &["--prune"])?.refused(ErrorKind::Refused.code().into(), &["as they were"])?;
    expect_eq(&shown()?, &wanted, "after a failure")?;
    apply(&other, &["--prune"])?.good()?;
    let left = sh("ip -br link show type bridge")?;
    expect(left.contains("labbr2") && !left.contains("labbr "), || format!("with --prune: {left}"))?;
    Ok(Done::Passed)
}

/// What the check makes beside the device.
struct Masters;

impl Drop for Masters {
    fn drop(&mut self) {
        for link in ["labbr", "labbr2", "labbond", "labdum"] {
            // What the check has removed is no matter.
            let _ = sh(&format!("ip link del {link}"));
        }
    }
}
