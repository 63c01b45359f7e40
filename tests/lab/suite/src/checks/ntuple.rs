//! Rules that choose queues: no driver of the lab takes any (QEMU's igb is an 82576, and igb has them from the I350 on), so that
//! what is shown and refused is all there is to compare.

use serde_json::json;

use super::igb::Igb;
use crate::check::{Done, Outcome, expect, expect_eq};
use crate::lab::{Lab, run, sh};

pub(crate) fn as_ethtool_answers(lab: &Lab) -> Outcome {
    let igb = Igb::load()?;
    let done = on(lab, &igb.link);
    sh("modprobe -r igbvf igb")?;
    done
}

fn on(lab: &Lab, link: &str) -> Outcome {
    let shown = sh(&format!("ethtool -n {link}"))?;
    expect(shown.contains("Total 0 rules"), || format!("ethtool shows rules: {shown}"))?;
    expect_eq(&lab.snicctl_json(&["ntuple", "list", link])?[0]["rules"], &json!([]), "the rules")?;
    let theirs =
        run(&["ethtool", "-N", link, "flow-type", "ether", "proto", "0x88f7", "action", "1", "loc", "3"])?;
    expect(theirs.err.contains("Operation not supported"), || format!("not refused: {theirs}"))?;
    let ours = ["ntuple", "add", link, "ether", "ether-type", "0x88f7", "--queue", "1", "--location", "3"];
    lab.try_snicctl(&ours)?.refused(8, &["add an n-tuple rule", "Operation not supported"])?;
    lab.try_snicctl(&["ntuple", "list", "lo"])?.refused(8, &["list n-tuple rules"])?;
    Ok(Done::Passed)
}
