//! Tunnel devices that we make are those that `ip` makes.

use serde_json::Value;

use crate::check::{Done, During, Outcome, Why, expect_eq};
use crate::lab::{Lab, sh, sh_json};

const NAME: &str = "labtun";

/// The same devices in our words and in those of `ip link add … type`.
const ALIKE: [(&str, &str); 8] = [
    ("--kind vxlan --external", "vxlan external dstport 4789"),
    ("--kind vxlan --id 7 --remote 192.0.2.1 --port 8472", "vxlan id 7 remote 192.0.2.1 dstport 8472"),
    (
        "--kind vxlan --id 16777215 --remote 2001:db8::1 --local 2001:db8::2",
        "vxlan id 16777215 remote 2001:db8::1 local 2001:db8::2 dstport 4789",
    ),
    ("--kind geneve --external", "geneve external dstport 6081"),
    ("--kind geneve --id 9 --remote 192.0.2.1 --port 6082", "geneve id 9 remote 192.0.2.1 dstport 6082"),
    ("--kind gretap --external", "gretap external"),
    (
        "--kind gretap --id 4294967295 --remote 192.0.2.1 --local 192.0.2.2",
        "gretap key 4294967295 remote 192.0.2.1 local 192.0.2.2",
    ),
    ("--kind gretap --remote 192.0.2.1", "gretap remote 192.0.2.1"),
];

/// Takes the link away again, whatever came.
struct Cleaner;

impl Drop for Cleaner {
    fn drop(&mut self) {
        // It is gone already if all went well.
        let _ = sh(&format!("ip link del {NAME}"));
        // It has a link in every namespace.
        let _ = sh("modprobe -r ip_gre");
    }
}

pub(crate) fn as_ip_makes(lab: &Lab) -> Outcome {
    let _cleaner = Cleaner;
    for (ours, theirs) in ALIKE {
        let words = ["tunnel", "add", NAME].into_iter().chain(ours.split(' ')).collect::<Vec<_>>();
        lab.snicctl(&words)?;
        let made = shown()?;
        expect_eq(&listed(lab)?, &vec![NAME.to_owned()], "the tunnel devices listed")?;
        lab.snicctl(&["tunnel", "del", NAME])?;
        sh(&format!("ip link add {NAME} type {theirs}"))?;
        sh(&format!("ip link set {NAME} up"))?;
        let wanted = shown()?;
        sh(&format!("ip link del {NAME}"))?;
        expect_eq(&made, &wanted, "the device that we made, beside the one that ip made").during(ours)?;
    }
    expect_eq(&listed(lab)?, &Vec::new(), "the tunnel devices behind it all")?;

    sh(&format!("ip link add {NAME} type dummy"))?;
    lab.try_snicctl(&["tunnel", "del", NAME])?
        .refused(3, &[NAME, "no VXLAN, Geneve, gretap or bareudp device"])?;
    lab.try_snicctl(&["tunnel", "add", NAME, "--kind", "vxlan", "--external"])?.refused(6, &[NAME])?;
    // Debian's kernels are built without it.
    lab.try_snicctl(&["tunnel", "add", "labudp", "--kind", "bareudp"])?
        .refused(8, &["Unknown device type"])?;
    Ok(Done::Passed)
}

/// The names of tunnel devices, without the one that the kernel's module for GRE makes in every namespace.
fn listed(lab: &Lab) -> Result<Vec<String>, Why> {
    let listed = lab.snicctl_json(&["tunnel", "list"])?;
    let names = listed.as_array().into_iter().flatten().filter_map(|tunnel| tunnel["name"].as_str());
    Ok(names.filter(|name| *name != "gretap0").map(str::to_owned).collect())
}

/// The link as `ip` shows it, less what is another from one to the next.
fn shown() -> Result<Value, Why> {
    let mut link = sh_json(&format!("ip -j -d link show dev {NAME}"))?[0].take();
    if let Some(link) = link.as_object_mut() {
        for by_chance in ["ifindex", "address"] {
            link.remove(by_chance);
        }
    }
    Ok(link)
}
