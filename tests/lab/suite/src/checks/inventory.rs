//! What is there, as we see it and as iproute2 sees it.

use serde_json::{Map, Value, json};
use smartnic::Host;
use smartnic::device::{Link, Port};

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh, sh_json};
use crate::nic::Nic;

/// In both modes: every device, port and link of ours is one of iproute2's, and the other way round.
pub(crate) fn as_iproute2_shows(lab: &Lab) -> Outcome {
    let nic = Nic::new(2)?;
    let host = Host::open("linux:")?;
    compare(lab, &nic, &host, 0)?;
    // Not by our own hands: this is about seeing.
    std::fs::write(nic.file("sriov_numvfs"), "4")?;
    sh(&format!("devlink dev eswitch set {} mode switchdev", nic.handle()))?;
    compare(lab, &nic, &host, 4)?;
    Ok(Done::Passed)
}

fn compare(lab: &Lab, nic: &Nic, host: &Host, vfs: usize) -> Result<(), Why> {
    let inventory = host.inventory()?;
    let nics: Vec<_> = inventory.nics.iter().filter(|nic| nic.has_devlink).collect();
    let [ours] = nics[..] else {
        return Err(Why(format!("we see {} NICs with devlink instead of one", nics.len())));
    };
    expect_eq(&ours.handle().to_string(), &nic.handle(), "the device")?;
    expect_eq(&ours.driver().to_owned(), &"netdevsim".to_owned(), "its driver")?;
    let mode = sh_json(&format!("devlink -j dev eswitch show {}", nic.handle()))?;
    let mode = &mode["dev"][nic.handle()]["mode"];
    expect_eq(&json!(ours.mode().map(|mode| mode.to_string())), mode, "the eswitch mode")?;
    expect_eq(&ours.sriov.as_ref().map(|sriov| sriov.num as usize), &Some(vfs), "the number of VFs")?;
    expect_eq(&ours.vf_representors(), &vfs, "the number of VF representors")?;

    let theirs = sh_json("devlink -j port show")?;
    let theirs = theirs["port"].as_object().cloned().unwrap_or_default();
    let ports: Map<String, Value> =
        ours.ports.iter().map(|port| (port.handle.to_string(), port_object(port))).collect();
    expect_eq(&ports, &theirs, "the devlink ports")?;
    expect(ports.len() == 2 + vfs, || format!("{} devlink ports", ports.len()))?;

    let theirs = sh_json("ip -j -d link show")?;
    let mut links: Vec<&Link> = ours.links.iter().chain(&inventory.other_links).collect();
    links.sort_by_key(|link| link.ifindex);
    let links: Vec<Value> = links.into_iter().map(link_object).collect();
    let wanted: Vec<Value> = theirs.as_array().into_iter().flatten().map(link_of_ip).collect();
    expect_eq(&links, &wanted, "the links")?;

    // snicctl prints what the library sees, in devlink's own shape.
    let shown = lab.snicctl_json(&["device", "show", &nic.handle()])?;
    expect_eq(&shown["port"], &Value::Object(ports.clone()), "the ports in snicctl device show -o json")?;
    let info = sh_json(&format!("devlink -j dev info {}", nic.handle()))?;
    expect_eq(&shown["info"], &info["info"], "the device in snicctl device show -o json")?;
    expect_eq(
        &lab.snicctl_json(&["eswitch", "show"])?["dev"][nic.handle()]["mode"],
        mode,
        "snicctl eswitch show",
    )?;
    let table = lab.snicctl(&["device", "list"])?;
    expect(table.contains(&nic.handle()), || {
        format!("snicctl device list does not name the device: {table}")
    })?;

    let representors = lab.snicctl_json(&["representor", "list"])?;
    let listed = representors.as_array().into_iter().flatten();
    let listed: Vec<&Value> = listed.map(|representor| &representor["netdev"]).collect();
    let wanted = ports.values().filter(|port| port["flavour"] == "pcivf");
    expect_eq(&listed, &wanted.map(|port| &port["netdev"]).collect(), "the links in snicctl representor list")
}

/// A port as `devlink -j port show` prints it.
fn port_object(port: &Port) -> Value {
    let mut object = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    };
    put("type", Some(json!(port.kind.to_string())));
    put("netdev", port.netdev.clone().map(Value::from));
    put("flavour", Some(json!(port.flavour.to_string())));
    put("port", port.number.map(Value::from));
    put("controller", port.controller.map(Value::from));
    put("pfnum", port.pf.map(Value::from));
    put("vfnum", port.vf.map(|vf| json!(vf.0)));
    put("external", port.is_representor().then(|| json!(port.external)));
    put("splittable", Some(json!(port.splittable)));
    Value::Object(object)
}

/// What both know of a link.
fn link_object(link: &Link) -> Value {
    json!({
        "ifindex": link.ifindex.0,
        "ifname": link.name,
        "up": link.up,
        "mtu": link.mtu,
        "address": link.mac.map(|mac| mac.to_string()),
        "phys_port_name": link.port_name,
        "phys_switch_id": link.switch_id.as_ref().map(|id| id.to_string()),
        "parentbus": link.parent_bus,
        "parentdev": link.parent_device,
        "vfs": link.vfs.len(),
    })
}

/// The same, out of what ip prints.
fn link_of_ip(shown: &Value) -> Value {
    let flags = shown["flags"].as_array().map(Vec::as_slice).unwrap_or_default();
    json!({
        "ifindex": shown["ifindex"],
        "ifname": shown["ifname"],
        "up": flags.contains(&json!("UP")),
        "mtu": shown["mtu"],
        "address": shown["address"],
        "phys_port_name": shown["phys_port_name"],
        "phys_switch_id": shown["phys_switch_id"],
        "parentbus": shown["parentbus"],
        "parentdev": shown["parentdev"],
        "vfs": shown["vfinfo_list"].as_array().map_or(0, Vec::len),
    })
}
