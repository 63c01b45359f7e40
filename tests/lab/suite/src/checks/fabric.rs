//! `fabric report` on a real kernel: libfabric's providers are those that its own program lists, and the neighbour is what
//! the other end of labnic's wire says of itself.

use serde_json::Value;

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh};

const LINK: &str = "lab0";
const PARTNER: &str = "lab0w";

pub(crate) fn as_others_tell(lab: &Lab) -> Outcome {
    sh("modprobe labnic")?;
    let done = alike(lab);
    sh("modprobe -r labnic")?;
    done
}

fn alike(lab: &Lab) -> Outcome {
    let posture = posture(lab)?;
    let told = posture["libfabric"].as_str().unwrap_or_default();
    let (version, names) = told.split_once(": ").ok_or_else(|| Why(format!("no providers: {told}")))?;
    let listed = sh("fi_info -l")?;
    let theirs: Vec<&str> = listed.lines().filter_map(|line| line.strip_suffix(':')).collect();
    expect(!theirs.is_empty(), || format!("fi_info lists nothing: {listed}"))?;
    expect_eq(&names.split(", ").collect::<Vec<_>>(), &theirs, "the providers")?;
    let about = sh("fi_info --version")?;
    expect(about.contains(version), || format!("{version} is not the version in {about}"))?;

    for on in ["3", "5"] {
        sh(&format!("dcb pfc set dev {PARTNER} prio-pfc all:off {on}:on"))?;
        let dcbx = self::posture(lab)?["dcbx"].clone();
        let wanted = format!("neighbour pauses {on},");
        expect(dcbx.as_str().is_some_and(|dcbx| dcbx.contains(&wanted)), || {
            format!("the partner pauses {on}, and the report says {dcbx}")
        })?;
    }
    Ok(Done::Passed)
}

/// What is reported of the link.
fn posture(lab: &Lab) -> Result<Value, Why> {
    let all = lab.snicctl_json(&["fabric", "report"])?;
    let of_link = all.as_array().into_iter().flatten().find(|posture| posture["link"] == LINK);
    of_link.cloned().ok_or_else(|| Why(format!("{LINK} is not reported: {all}")))
}
