//! A link's settings: what we show and change, and what `ethtool` shows, on a veth pair and on igb.

use serde_json::Value;

use super::ethtool_counts;
use super::igb::Igb;
use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh, sh_json, until};

/// What ethtool shows beside a link's own settings; these have nouns of their own here.
const ELSEWHERE: [&str; 3] = ["supports-wake-on", "wake-on", "current-message-level"];

pub(crate) fn as_ethtool_shows(lab: &Lab) -> Outcome {
    sh("ip link add veth-a type veth peer name veth-b")?;
    sh("ip link set veth-a up")?;
    sh("ip link set veth-b up")?;
    let veth = alike(lab, "veth-a").and_then(|()| ethtool_counts::alike(lab, "veth-a"));
    sh("ip link del veth-a")?;
    veth?;

    let igb = Igb::load()?;
    let settings = of_igb(lab, &igb);
    // Others count the NICs that are there.
    sh("modprobe -r igbvf igb")?;
    settings
}

fn of_igb(lab: &Lab, igb: &Igb) -> Outcome {
    let link = igb.link.as_str();
    has_link(link)?;
    alike(lab, link)?;
    let before = theirs(link)?;
    lab.snicctl(&["link", "set", link, "modes", "-10baseT/Half,-10baseT/Full"])?;
    let after = theirs(link)?;
    expect(before["advertised-link-modes"] != after["advertised-link-modes"], || {
        format!("ethtool sees nothing of modes that were taken away: {after}")
    })?;
    has_link(link)?;
    alike(lab, link)?;
    lab.snicctl(&["link", "set", link, "modes", "+10baseT/Half,+10baseT/Full"])?;
    expect_eq(&theirs(link)?["advertised-link-modes"], &before["advertised-link-modes"], "the modes")?;

    lab.snicctl(&["wol", "set", link, "wake-on", "magic,bcast"])?;
    expect_eq(&theirs(link)?["wake-on"], &"bg".into(), "what wakes the machine")?;
    lab.snicctl(&["wol", "set", link, "wake-on", "-bcast"])?;
    expect_eq(&theirs(link)?["wake-on"], &"g".into(), "what wakes the machine")?;
    lab.try_snicctl(&["wol", "set", link, "wake-on", "+filter"])?
        .refused(11, &["cannot enable unsupported WoL mode"])?;
    lab.try_snicctl(&["wol", "set", link, "wake-on", "song"])?.refused(8, &["bit name not found"])?;

    lab.snicctl(&["messages", "set", link, "message-level", "drv,link"])?;
    expect_eq(&theirs(link)?["current-message-level"], &5.into(), "the message level")?;

    ethtool_counts::alike(lab, link)?;
    ethtool_counts::spread(lab, link)?;

    let flags = lab.snicctl_json(&["private", "show", link])?;
    let shown = sh(&format!("ethtool --show-priv-flags {link}"))?;
    let on = |name: &str| flags[0]["flags"].as_array().is_some_and(|flags| flags.contains(&name.into()));
    for (name, state) in shown.lines().skip(1).filter_map(|line| line.split_once(':')) {
        expect_eq(&on(name.trim()), &(state.trim() == "on"), name)?;
    }
    Ok(Done::Passed)
}

/// Negotiating takes a while, during which every look at the link can see something else.
fn has_link(link: &str) -> Result<(), Why> {
    until("there is a link", || Ok(theirs(link)?["link-detected"] == true))
}

fn theirs(link: &str) -> Result<Value, Why> {
    Ok(sh_json(&format!("ethtool --json {link}"))?[0].take())
}

/// All that ethtool shows is what we show, and nothing more.
fn alike(lab: &Lab, link: &str) -> Result<(), Why> {
    let ours = lab.snicctl_json(&["link", "show", link])?[0].take();
    let mut theirs = theirs(link)?;
    if let Some(shown) = theirs.as_object_mut() {
        for name in ELSEWHERE {
            shown.remove(name);
        }
    }
    expect_eq(&ours, &theirs, link)
}
