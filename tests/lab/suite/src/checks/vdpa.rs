//! vDPA: what we show and what `vdpa` shows.

use serde_json::json;

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh, sh_json};

/// The lab has no device that carries virtio. VDUSE, which lets programs carry it, is a management device without one.
pub(crate) fn as_vdpa_shows(lab: &Lab) -> Outcome {
    if sh("modprobe vduse").is_err() {
        return Ok(Done::Skipped("this kernel has no vduse".to_owned()));
    }
    let theirs = sh_json("vdpa -j mgmtdev show")?;
    let devices = theirs["mgmtdev"].as_object().ok_or_else(|| Why(format!("vdpa shows {theirs}")))?;
    expect(!devices.is_empty(), || "vdpa shows no management device".to_owned())?;
    expect_eq(&lab.snicctl_json(&["vdpa", "mgmtdev"])?, &theirs, "the management devices")?;
    expect_eq(&lab.snicctl_json(&["vdpa", "list"])?, &sh_json("vdpa -j dev show")?, "the devices")?;
    expect_eq(&lab.snicctl_json(&["vdpa", "config"])?, &json!({"config": {}}), "the settings")?;
    let ran = lab.try_snicctl(&["vdpa", "add", "vdpa0", "--mgmtdev", "pci/0000:ff:1f.7"])?;
    ran.refused(5, &["vdpa0 on pci/0000:ff:1f.7"])?;
    let ran = lab.try_snicctl(&["vdpa", "del", "nothing-here"])?;
    ran.refused(5, &["nothing-here"])?;
    Ok(Done::Passed)
}
