//! Which driver serves a link, what it counts and how it spreads packets: what we show and change, and what `ethtool`
//! shows, for the check of links' settings on veth and igb.

use serde_json::{Value, json};

use crate::check::{During, Why, expect, expect_eq};
use crate::lab::{Lab, sh, sh_json, until};

/// Driver, standard counters and private ones.
pub(super) fn alike(lab: &Lab, link: &str) -> Result<(), Why> {
    driver(lab, link).during(format_args!("the driver of {link}"))?;
    let standard = sh_json(&format!("ethtool --json -S {link} --all-groups"))?;
    expect_eq(&lab.snicctl_json(&["stats", "show", link])?, &standard, "the standard counters")?;
    until("ethtool and we count the same", || Ok(private(lab, link)? == counted(link)?))?;
    lab.try_snicctl(&["stats", "phy", link])?.refused(8, &["read the PHY's statistics"])
}

fn driver(lab: &Lab, link: &str) -> Result<(), Why> {
    let ours = lab.snicctl_json(&["driver", "show", link])?[0].take();
    let theirs = sh(&format!("ethtool -i {link}"))?;
    let text = |name: &str| ours[name].as_str().unwrap_or_default();
    let some = |name: &str| ours[name].as_u64().is_some_and(|number| number > 0);
    let mut lines = 0;
    for (name, value) in theirs.lines().filter_map(|line| line.split_once(": ")) {
        let counted = match name {
            "supports-statistics" => "private-statistics",
            "supports-test" => "self-tests",
            "supports-eeprom-access" => "eeprom-bytes",
            "supports-register-dump" => "register-bytes",
            "supports-priv-flags" => "private-flags",
            name => {
                expect_eq(&text(name), &value, name)?;
                lines += 1;
                continue;
            }
        };
        expect_eq(&some(counted), &(value == "yes"), name)?;
        lines += 1;
    }
    expect_eq(&lines, &10, "the number of lines of ethtool -i")
}

/// The private counters as we show them, which may change between two looks.
fn private(lab: &Lab, link: &str) -> Result<Value, Why> {
    Ok(lab.snicctl_json(&["stats", "private", link])?[0]["private"].take())
}

fn counted(link: &str) -> Result<Value, Why> {
    let shown = sh(&format!("ethtool -S {link}"))?;
    let lines = shown.lines().skip(1).filter_map(|line| line.trim().split_once(": "));
    let counters = lines.map(|(name, value)| Ok(json!({ "name": name, "value": value.parse::<u64>()? })));
    let counters = counters.collect::<Result<Vec<_>, Why>>()?;
    expect(counters.len() >= 10, || format!("ethtool -S {link} shows too little: {shown}"))?;
    Ok(counters.into())
}

/// How packets are spread, and a change of it that ethtool sees, on kernels that let one.
pub(super) fn spread(lab: &Lab, link: &str) -> Result<(), Why> {
    // On a machine of one processor the driver begins with one queue, which leaves nothing to spread over.
    lab.snicctl(&["channel", "set", link, "combined", "2"])?;
    let before = same_spread(lab, link)?;
    let change = ["rss", "set", link, "rss-indirection-table", "1,0"];
    if !lab.offloads() {
        return lab.try_snicctl(&change)?.refused(8, &["change how packets are spread"]);
    }
    lab.snicctl(&change)?;
    let after = same_spread(lab, link)?;
    let table = "rss-indirection-table";
    expect_eq(&after[table], &json!([1, 0].repeat(64)), "the table that ethtool shows")?;
    lab.snicctl(&["rss", "set", link, table, "default"])?;
    expect_eq(&same_spread(lab, link)?[table], &json!([0, 1].repeat(64)), "the kernel's own table")?;
    // The driver's own is another.
    let own: Vec<String> = before[table].as_array().into_iter().flatten().map(Value::to_string).collect();
    lab.snicctl(&["rss", "set", link, table, &own.join(",")])?;
    expect_eq(&same_spread(lab, link)?, &before, "how packets are spread in the end")?;

    let ports = "L4 bytes 0 & 1";
    let fields = || sh(&format!("ethtool -n {link} rx-flow-hash udp4"));
    expect(!fields()?.contains(ports), || "UDP's ports are looked at from the start".into())?;
    lab.snicctl(&["rss", "set", link, "flow-hash.udp4", "+l4-b-0-1,+l4-b-2-3"])?;
    expect(fields()?.contains(ports), || "ethtool sees nothing of UDP's ports".into())?;
    lab.snicctl(&["rss", "set", link, "flow-hash.udp4", "-l4-b-0-1,-l4-b-2-3"])?;
    expect(!fields()?.contains(ports), || "UDP's ports are still looked at".into())?;
    lab.try_snicctl(&["rss", "set", link, "rss-hash-key", "00:01"])?.refused(11, &["ETHTOOL_A_RSS_HKEY"])
}

/// What both show; the fields of flows ethtool has elsewhere.
fn same_spread(lab: &Lab, link: &str) -> Result<Value, Why> {
    let mut ours = lab.snicctl_json(&["rss", "show", link])?[0].take();
    if let Some(shown) = ours.as_object_mut() {
        shown.remove("flow-hash");
    }
    let theirs = sh_json(&format!("ethtool --json -x {link}"))?[0].take();
    expect_eq(&ours, &theirs, "how packets are spread")?;
    Ok(theirs)
}
