//! Ports of tunnels that netdevsim is told: what we show is what `ethtool --show-tunnels` shows. What igb has none of.

use serde_json::Value;

use super::igb::Igb;
use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh};
use crate::nic::Nic;

const TUNNELS: [(&str, &str); 3] = [
    ("labvx0", "type vxlan id 7 dstport 4789 remote 192.0.2.1"),
    ("labvx1", "type vxlan id 8 dstport 10001 remote 192.0.2.1"),
    ("labgnv", "type geneve id 9 dstport 6081 remote 192.0.2.1"),
];

pub(crate) fn as_ethtool_shows(lab: &Lab) -> Outcome {
    let _nic = Nic::new(1)?;
    let empty = alike(lab)?;
    let tunnels = with_tunnels(lab, &empty);
    for (link, _) in TUNNELS {
        // A check that failed may have made fewer.
        let _ = sh(&format!("ip link del {link}"));
    }
    tunnels?;
    expect_eq(&alike(lab)?, &empty, "the tables after the tunnels are gone")?;

    let igb = Igb::load()?;
    let refused = without_any(lab, &igb.link);
    sh("modprobe -r igbvf igb")?;
    refused?;
    Ok(Done::Passed)
}

fn with_tunnels(lab: &Lab, empty: &[String]) -> Result<(), Why> {
    for (link, how) in TUNNELS {
        sh(&format!("ip link add {link} {how}"))?;
        sh(&format!("ip link set {link} up"))?;
    }
    let told = alike(lab)?;
    expect(told.len() > empty.len(), || format!("no port was told: {told:?}"))?;
    for port in ["port 4789, vxlan", "port 10001, vxlan", "port 6081, geneve"] {
        expect(told.iter().any(|line| line == port), || format!("{port} is missing in {told:?}"))?;
    }
    Ok(())
}

/// What both show, line by line.
fn alike(lab: &Lab) -> Result<Vec<String>, Why> {
    let theirs = sh("ethtool --show-tunnels sim0")?;
    let mut theirs: Vec<String> = theirs.lines().map(|line| line.trim().to_owned()).collect();
    let ours = lab.snicctl_json(&["udp-port", "show", "sim0"])?;
    let mut lines = vec!["Tunnel information for sim0:".to_owned()];
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for (number, table) in list(&ours[0]["tables"]).iter().enumerate() {
        lines.push(format!("UDP port table {number}:"));
        lines.push(format!("Size: {}", table["size"]));
        let kinds: Vec<String> =
            list(&table["kinds"]).iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let kinds = if kinds.is_empty() { "none (static entries)".to_owned() } else { kinds.join(", ") };
        lines.push(format!("Types: {kinds}"));
        let ports = list(&table["ports"]);
        match ports.len() {
            0 => lines.push("No entries".to_owned()),
            count => lines.push(format!("Entries ({count}):")),
        }
        for port in ports {
            let kind = port["kind"].as_str().unwrap_or_default();
            lines.push(format!("port {}, {kind}", port["port"]));
        }
    }
    theirs.retain(|line| !line.is_empty());
    expect_eq(&lines, &theirs, "the tables of ports")?;
    Ok(lines)
}

/// A NIC without PHYs of the kernel's, without a module, and without such tables says so.
fn without_any(lab: &Lab, link: &str) -> Result<(), Why> {
    expect_eq(&lab.snicctl_json(&["phy", "show", link])?, &serde_json::json!([]), "the PHYs")?;
    lab.try_snicctl(&["cable", "test", link])?.refused(8, &["test a cable"])?;
    lab.try_snicctl(&["cable", "test", link, "--tdr", "--first", "100"])?.refused(8, &["test a cable"])?;
    lab.try_snicctl(&["udp-port", "show", link])?.refused(8, &["read ports of tunnels"])?;
    if lab.kernel != "6.12" {
        lab.try_snicctl(&["phy", "signal", link])?.refused(8, &["read how good the signal is"])?;
    }
    let flash = lab.try_snicctl(&["module", "flash", link, "none.bin"])?;
    flash.refused(8, &["flash a module", "not supported by this device"])
}
