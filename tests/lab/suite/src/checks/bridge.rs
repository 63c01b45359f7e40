//! Bridges: what we do and what `bridge` shows of it, and the other way round.

use serde_json::{Value, json};

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh, sh_json};

/// Takes the links away again, whatever came.
struct Links;

impl Links {
    fn new() -> Result<Self, Why> {
        let links = Self;
        for line in [
            "ip link add labbr0 type bridge vlan_filtering 1 mcast_snooping 1",
            "ip link add labd0 type dummy",
            "ip link add labd1 type dummy",
            "ip link set labd0 master labbr0",
            "ip link set labd1 master labbr0",
            "ip link add labvx0 type vxlan id 5 dstport 4789 remote 192.0.2.9",
            "ip link add labd2 type dummy",
            "ip link add labbond0 type bond mode active-backup miimon 100",
            "ip link set labd2 master labbond0",
        ] {
            sh(line)?;
        }
        for link in ["labbr0", "labd0", "labd1"] {
            sh(&format!("ip link set {link} up"))?;
        }
        Ok(links)
    }
}

impl Drop for Links {
    fn drop(&mut self) {
        for link in ["labbond0", "labvx0", "labbr0", "labd0", "labd1", "labd2"] {
            // One that is not there any more is no matter.
            let _ = sh(&format!("ip link del {link}"));
        }
    }
}

pub(crate) fn as_bridge_shows(lab: &Lab) -> Outcome {
    let _links = Links::new()?;
    let before = shown()?;
    let steps: &[&[&str]] = &[
        &["bridge", "vlan", "add", "10-20", "--dev", "labd0"],
        &["bridge", "vlan", "add", "30", "--dev", "labd0", "--pvid", "--untagged"],
        &["bridge", "vlan", "add", "10", "--dev", "labbr0", "--self"],
        &[
            "bridge",
            "fdb",
            "add",
            "02:00:00:00:00:01",
            "--dev",
            "labd0",
            "--master",
            "--static",
            "--vlan",
            "10",
        ],
        &["bridge", "fdb", "add", "02:00:00:00:00:02", "--dev", "labd1", "--master", "--static", "--sticky"],
        &[
            "bridge",
            "fdb",
            "add",
            "02:00:00:00:00:03",
            "--dev",
            "labd1",
            "--master",
            "--dynamic",
            "--extern-learn",
        ],
        &["bridge", "fdb", "add", "02:00:00:00:00:04", "--dev", "labvx0", "--dst", "192.0.2.1", "--vni", "7"],
        &["bridge", "fdb", "append", "00:00:00:00:00:00", "--dev", "labvx0", "--dst", "192.0.2.2"],
        &[
            "bridge", "port", "set", "labd0", "learning", "off", "isolated", "on", "cost", "7", "priority",
            "5",
        ],
        &[
            "bridge",
            "mdb",
            "add",
            "239.1.1.1",
            "--bridge",
            "labbr0",
            "--port",
            "labd0",
            "--permanent",
            "--vlan",
            "10",
        ],
        &["bridge", "mdb", "add", "ff0e::1", "--bridge", "labbr0", "--port", "labd1"],
        &[
            "bridge",
            "mdb",
            "add",
            "239.1.1.2",
            "--bridge",
            "labbr0",
            "--port",
            "labd1",
            "--source",
            "192.0.2.7",
        ],
        &["bridge", "set", "labbr0", "--ageing-time", "100", "--mcast-snooping", "on"],
    ];
    for step in steps {
        lab.snicctl(step)?;
    }
    compare(lab)?;
    let after = shown()?;
    let entry = |mac: &str| {
        let entries = after["fdb"].as_array().into_iter().flatten();
        entries.filter(|entry| entry["mac"] == mac).cloned().collect::<Vec<_>>()
    };
    let fixed = json!({"mac": "02:00:00:00:00:01", "ifname": "labd0", "vlan": 10, "flags": [], "master": "labbr0",
        "state": "static"});
    expect_eq(&entry("02:00:00:00:00:01"), &vec![fixed], "the address in a VLAN")?;
    let sticky = entry("02:00:00:00:00:02");
    let all = !sticky.is_empty() && sticky.iter().all(|entry| entry["flags"] == json!(["sticky"]));
    expect(all, || format!("the sticky address is {sticky:?}"))?;
    expect(before != after, || "nothing was changed".to_owned())?;
    let ageing = sh_json("ip -j -d link show labbr0")?;
    expect_eq(&ageing[0]["linkinfo"]["info_data"]["ageing_time"], &json!(10000), "the ageing time")?;

    // Everything back.
    let back: &[&[&str]] = &[
        &[
            "bridge",
            "mdb",
            "del",
            "239.1.1.2",
            "--bridge",
            "labbr0",
            "--port",
            "labd1",
            "--source",
            "192.0.2.7",
        ],
        &["bridge", "mdb", "del", "ff0e::1", "--bridge", "labbr0", "--port", "labd1"],
        &["bridge", "mdb", "del", "239.1.1.1", "--bridge", "labbr0", "--port", "labd0", "--vlan", "10"],
        &[
            "bridge", "port", "set", "labd0", "learning", "on", "isolated", "off", "cost", "100", "priority",
            "32",
        ],
        &["bridge", "fdb", "del", "00:00:00:00:00:00", "--dev", "labvx0", "--dst", "192.0.2.2"],
        &["bridge", "fdb", "del", "02:00:00:00:00:04", "--dev", "labvx0", "--dst", "192.0.2.1", "--vni", "7"],
        &["bridge", "fdb", "flush", "labbr0", "--only", "extern_learn"],
        &["bridge", "fdb", "flush", "labbr0", "--port", "labd1", "--only", "sticky"],
        &["bridge", "fdb", "del", "02:00:00:00:00:01", "--dev", "labd0", "--master", "--vlan", "10"],
        &["bridge", "vlan", "del", "10", "--dev", "labbr0", "--self"],
        &["bridge", "vlan", "del", "30", "--dev", "labd0"],
        &["bridge", "vlan", "del", "10-20", "--dev", "labd0"],
        &["bridge", "vlan", "add", "1", "--dev", "labd0", "--pvid", "--untagged"],
        &["bridge", "set", "labbr0", "--ageing-time", "300"],
    ];
    for step in back {
        lab.snicctl(step)?;
    }
    compare(lab)?;
    expect_eq(&shown()?, &before, "the bridge after everything was taken back")?;

    let refused =
        lab.try_snicctl(&["bridge", "fdb", "add", "02:00:00:00:00:09", "--dev", "labbond0", "--master"])?;
    expect(refused.code != 0, || "an address was added to what is no port".to_owned())?;
    bond(lab)?;
    Ok(Done::Passed)
}

/// What `bridge` shows, less what comes and goes by itself.
fn shown() -> Result<Value, Why> {
    let mut groups = sh_json("bridge -j mdb show dev labbr0")?;
    // The links themselves join groups of IPv6.
    if let Some(entries) = groups[0]["mdb"].as_array_mut() {
        entries.retain(|entry| !entry["grp"].as_str().is_some_and(|group| group.starts_with("ff02")));
    }
    let mut addresses = sh_json("bridge -j fdb show br labbr0")?;
    let tunnel = sh_json("bridge -j fdb show dev labvx0")?;
    if let Some(entries) = addresses.as_array_mut() {
        entries.retain(|entry| !entry["mac"].as_str().is_some_and(|mac| mac.starts_with("33:33")));
        // The kernel gives them in the order of a hash.
        entries.sort_by_key(ToString::to_string);
    }
    Ok(json!({
        "fdb": addresses,
        "tunnel": tunnel,
        "vlan": sh_json("bridge -j vlan show")?,
        "mdb": groups,
        "link": sh_json("bridge -j -d link show")?,
    }))
}

/// What we show is what `bridge` shows.
pub(super) fn compare(lab: &Lab) -> Result<(), Why> {
    expect_eq(
        &lab.snicctl_json(&["bridge", "fdb", "list"])?,
        &sh_json("bridge -j fdb show")?,
        "the addresses",
    )?;
    let ours = one_by_one(lab.snicctl_json(&["bridge", "vlan", "list"])?);
    expect_eq(&ours, &sh_json("bridge -j vlan show")?, "the VLANs")?;
    let groups = sh_json("bridge -j mdb show")?;
    expect_eq(&lab.snicctl_json(&["bridge", "mdb", "list"])?, &groups[0]["mdb"], "the groups")?;
    let mut theirs = sh_json("bridge -j -d link show")?;
    for port in theirs.as_array_mut().into_iter().flatten() {
        // Counts of groups are told by kernels that limit them; they are no settings.
        for count in ["mcast_n_groups", "mcast_max_groups"] {
            port.as_object_mut().map(|port| port.remove(count));
        }
    }
    expect_eq(&lab.snicctl_json(&["bridge", "port", "list"])?, &theirs, "the ports")
}

/// Ranges of VLANs as the VLANs that they are: `bridge` shows ranges only if it is asked to.
fn one_by_one(mut ports: Value) -> Value {
    for port in ports.as_array_mut().into_iter().flatten() {
        let vlans = port["vlans"].as_array().cloned().unwrap_or_default();
        let each = vlans.into_iter().flat_map(|vlan| {
            let first = vlan["vlan"].as_u64().unwrap_or_default();
            let last = vlan["vlanEnd"].as_u64().unwrap_or(first);
            (first..=last).map(move |number| {
                let mut one = vlan.clone();
                one["vlan"] = json!(number);
                one.as_object_mut().map(|one| one.remove("vlanEnd"));
                one
            })
        });
        port["vlans"] = each.collect();
    }
    ports
}

fn bond(lab: &Lab) -> Result<(), Why> {
    let bonds = lab.snicctl_json(&["bond", "list"])?;
    let found = bonds.as_array().into_iter().flatten().find(|bond| bond["name"] == "labbond0");
    let Some(bond) = found else { return Err(Why(format!("the bond is missing in {bonds}"))) };
    expect_eq(&bond["mode"], &json!("active-backup"), "the bond's mode")?;
    expect_eq(&bond["ports"][0]["name"], &json!("labd2"), "the bond's port")?;
    let ip = sh_json("ip -j -d link show labd2")?;
    let slave = &ip[0]["linkinfo"]["info_slave_data"];
    expect_eq(&bond["ports"][0]["permanent_mac"], &slave["perm_hwaddr"], "the address that the port had")?;
    let up = slave["mii_status"] == "UP";
    expect_eq(&bond["ports"][0]["mii_up"], &json!(up), "the port's link")?;
    expect_eq(&bond["offload"]["state"], &json!("inactive"), "the offload of a bond without a NIC")
}
