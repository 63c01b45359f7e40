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
