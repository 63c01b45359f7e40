//! Bridges and bonds that we make are those that `ip` and `bridge` make, what changes is heard, and all can be removed.

use std::fs;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh, sh_json, until};

/// The same settings by us and by iproute2.
const OURS: [&str; 7] = [
    "bridge add BRIDGE --vlan-filtering on --ageing-time 100 --mcast-snooping off --default-pvid 7",
    "bridge port add PORT0 --bridge BRIDGE",
    "bridge vlan add 10-12 --dev PORT0",
    "bridge port set PORT0 learning off isolated on cost 9",
    "bond add BOND --mode active-backup --miimon 200",
    "bond port add PORT1 --bond BOND",
    "bond set BOND --active PORT1",
];
const THEIRS: [&str; 10] = [
    "ip link add BRIDGE type bridge vlan_filtering 1 ageing_time 10000 mcast_snooping 0 vlan_default_pvid 7",
    "ip link set BRIDGE up",
    "ip link set PORT0 master BRIDGE",
    "bridge vlan add vid 10-12 dev PORT0",
    "bridge link set dev PORT0 learning off isolated on cost 9",
    "ip link add BOND type bond mode active-backup miimon 200",
    "ip link set BOND up",
    "ip link set PORT1 down",
    "ip link set PORT1 master BOND",
    "ip link set BOND type bond active_slave PORT1",
];

/// Names of one maker's links.
struct Links(&'static str);

impl Links {
    fn new(letter: &'static str) -> Result<Self, Why> {
        let links = Self(letter);
        for port in ["PORT0", "PORT1"] {
            sh(&links.named(&format!("ip link add {port} type dummy")))?;
            sh(&links.named(&format!("ip link set {port} up")))?;
        }
        Ok(links)
    }

    fn named(&self, line: &str) -> String {
        let name = |what: &str| format!("lab{}{what}", self.0);
        let line = line.replace("BRIDGE", &name("br")).replace("BOND", &name("bond"));
        line.replace("PORT0", &name("p0")).replace("PORT1", &name("p1"))
    }
}

impl Drop for Links {
    fn drop(&mut self) {
        for link in ["BOND", "BRIDGE", "PORT0", "PORT1"] {
            // What the check has removed is no matter.
            let _ = sh(&self.named(&format!("ip link del {link}")));
        }
    }
}

pub(crate) fn as_ip_makes(lab: &Lab) -> Outcome {
    let (ours, theirs) = (Links::new("o")?, Links::new("t")?);
    let before = shown(&ours)?;
    let mut watch = Watch::start(lab)?;
    for line in OURS {
        let line = ours.named(line);
        lab.snicctl(&line.split(' ').collect::<Vec<_>>())?;
    }
    for line in THEIRS {
        sh(&theirs.named(line))?;
    }
    expect_eq(&shown(&ours)?, &shown(&theirs)?, "the links that we made, beside those that ip made")?;
    expect(shown(&ours)? != before, || "nothing was made".to_owned())?;
    let entry = "fdb add 02:00:00:00:00:01 dev PORT0 master static vlan 10";
    sh(&format!("bridge {}", theirs.named(entry)))?;
    sh(&format!("bridge {}", theirs.named(&entry.replace("add", "del").replace(" static", ""))))?;
    watch.hears(&theirs)?;

    for line in ["bond port del PORT1", "bond del BOND", "bridge port del PORT0", "bridge del BRIDGE"] {
        let line = ours.named(line);
        lab.snicctl(&line.split(' ').collect::<Vec<_>>())?;
    }
    let mut after = shown(&ours)?;
    // A port of a bond is set down for that, and stays so.
    sh(&ours.named("ip link set PORT1 up"))?;
    if after != before {
        after = shown(&ours)?;
    }
    expect_eq(&after, &before, "the links after everything was taken back")?;
    Ok(Done::Passed)
}

/// What `ip` and `bridge` show of the links of one maker, by names that both have.
fn shown(links: &Links) -> Result<Value, Why> {
    let named = |what: &str| links.named(what);
    let mut all = sh_json("ip -j -d link show")?;
    let mut vlans = sh_json("bridge -j vlan show")?;
    let prefix = format!("lab{}", links.0);
    for list in [&mut all, &mut vlans] {
        if let Some(list) = list.as_array_mut() {
            list.retain(|link| link["ifname"].as_str().is_some_and(|name| name.starts_with(&prefix)));
            list.sort_by_key(|link| link["ifname"].to_string());
        }
    }
    strip(&mut all);
    let text = serde_json::json!({ "links": all, "vlans": vlans }).to_string();
    let text =
        ["BRIDGE", "BOND", "PORT0", "PORT1"].iter().fold(text, |text, what| text.replace(&named(what), what));
    serde_json::from_str(&text).map_err(|error| Why(error.to_string()))
}

/// Takes out numbers, addresses made by chance, and clocks.
fn strip(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(strip),
        Value::Object(map) => {
            map.retain(|key, _| {
                let by_chance =
                    ["ifindex", "address", "perm_hwaddr", "bridge_id", "root_id", "designated_bridge"];
                let moving =
                    ["designated_root", "ad_lp_partner_oper_key", "operstate", "state", "mii_status"];
                !by_chance.contains(&&**key) && !moving.contains(&&**key) && !key.contains("timer")
            });
            map.values_mut().for_each(strip);
        }
        _ => {}
    }
}

/// `snicctl bridge watch`, which writes into a file.
struct Watch(Child);

const TOLD: &str = "/tmp/told-by-bridge-watch";

impl Watch {
    fn start(lab: &Lab) -> Result<Self, Why> {
        let groups = || -> Result<usize, Why> {
            let sockets = fs::read_to_string("/proc/net/netlink")?;
            // Sockets of rtnetlink that hear of groups.
            Ok(sockets
                .lines()
                .filter(|line| line.split_whitespace().nth(3).is_some_and(|it| it != "00000000"))
                .count())
        };
        let before = groups()?;
        let mut command = Command::new(lab.programs.join("snicctl"));
        command.args(["-o", "json", "bridge", "watch", "--timeout", "120"]);
        let watch = Self(command.stdin(Stdio::null()).stdout(fs::File::create(TOLD)?).spawn()?);
        until("the watch listens", || Ok(groups()? > before))?;
        Ok(watch)
    }

    /// Waits until the changes of `links` were told.
    fn hears(&mut self, links: &Links) -> Result<(), Why> {
        let (port, bridge) = (links.named("PORT0"), links.named("BRIDGE"));
        let told = |event: &str, fits: &dyn Fn(&Value) -> bool| -> Result<bool, Why> {
            let text = fs::read_to_string(TOLD)?;
            let values = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            Ok(values.into_iter().any(|value| value["event"] == event && fits(&value)))
        };
        let came = "added or changed";
        until("the port was told", || {
            told(came, &|value| value["port"]["ifname"] == *port && value["port"]["master"] == *bridge)
        })?;
        until("the VLANs were told", || {
            told(came, &|value| {
                value["vlans"]["ifname"] == *port && value["vlans"].to_string().contains(":12")
            })
        })?;
        for event in [came, "deleted"] {
            until("the address was told", || {
                told(event, &|value| {
                    let address = &value["address"];
                    address["mac"] == "02:00:00:00:00:01"
                        && address["vlan"] == 10
                        && address["ifname"] == *port
                })
            })?;
        }
        Ok(())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It has ended already if its time was up.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
