//! QEMU's igb: a PCI NIC with SR-IOV, its VFs and what is laid down for them.

use std::fs;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh, sh_json};

const DRIVER: &str = "/sys/bus/pci/drivers/igb";

/// The physical function, while its driver is loaded.
pub(super) struct Igb {
    handle: String,
    pub(super) link: String,
    place: String,
}

impl Igb {
    pub(super) fn load() -> Result<Self, Why> {
        sh("modprobe -a igb igbvf")?;
        let listed = fs::read_dir(DRIVER).map_err(|error| Why(format!("{DRIVER}: {error}")))?;
        let names = listed.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        let address = names.into_iter().find(|name| name.starts_with("0000:"));
        let address = address.ok_or_else(|| Why("igb has no device".into()))?;
        let place = format!("/sys/bus/pci/devices/{address}");
        let link = sh(&format!("ls {place}/net"))?.trim().to_owned();
        sh(&format!("ip link set {link} up"))?;
        Ok(Self { handle: format!("pci/{address}"), link, place })
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(format!("{}/{name}", self.place)).unwrap_or_default().trim().to_owned()
    }

    fn driver(&self, vf: u32) -> Option<String> {
        let link = fs::read_link(format!("{}/virtfn{vf}/driver", self.place)).ok()?;
        Some(link.file_name()?.to_string_lossy().into_owned())
    }

    /// What the kernel tells of VFs through `ip`, and the files.
    fn state(&self) -> Result<Value, Why> {
        let shown = sh_json(&format!("ip -j -d link show dev {}", self.link))?;
        let vfs = shown[0]["vfinfo_list"].clone();
        let drivers: Vec<Option<String>> = (0..7).map(|vf| self.driver(vf)).collect();
        let overrides: Vec<String> =
            (0..7).map(|vf| self.file(&format!("virtfn{vf}/driver_override"))).collect();
        let files = ["sriov_numvfs", "sriov_drivers_autoprobe"].map(|name| self.file(name));
        Ok(serde_json::json!({ "vfs": vfs, "drivers": drivers, "overrides": overrides, "files": files }))
    }

    /// Holds `snicctl vf list` against `ip -d link show`.
    fn alike(&self, lab: &Lab) -> Result<(), Why> {
        let ours = lab.snicctl_json(&["vf", "list", &self.handle])?;
        let theirs = sh_json(&format!("ip -j -d link show dev {}", self.link))?;
        let own = ["pf", "device", "driver", "driver_override", "representor"];
        let strip = |vf: &Value| -> Map<String, Value> {
            let fields = vf.as_object().cloned().unwrap_or_default();
            fields.into_iter().filter(|(key, _)| !own.contains(&key.as_str())).collect()
        };
        let ours: Vec<_> = ours.as_array().into_iter().flatten().map(strip).collect();
        let theirs: Vec<_> = theirs[0]["vfinfo_list"].as_array().into_iter().flatten().map(strip).collect();
        expect_eq(&ours, &theirs, "the VFs as ip shows them")
    }
}

/// VFs, their settings and drivers, there and back.
pub(crate) fn vfs(lab: &Lab) -> Outcome {
    let igb = Igb::load()?;
    let (handle, before) = (igb.handle.as_str(), igb.state()?);
    let dry = lab.snicctl(&["vf", "create", handle, "2", "--dry-run"])?;
    let line = format!("echo 2 > {}/sriov_numvfs", igb.place);
    expect(dry.contains(&line), || format!("the dry run does not say {line}: {dry}"))?;
    expect_eq(&igb.state()?, &before, "the state after a dry run")?;

    lab.snicctl(&["vf", "create", handle, "2"])?;
    expect_eq(&igb.file("sriov_numvfs"), &"2".to_owned(), "sriov_numvfs")?;
    expect_eq(&igb.driver(1).as_deref(), &Some("igbvf"), "the driver of VF 1")?;
    igb.alike(lab)?;

    let address = "52:54:00:aa:bb:cc";
    lab.snicctl(&["vf", "set", handle, "0", "--mac", address, "--vlan", "5", "--qos", "3", "--trust", "on"])?;
    lab.snicctl(&["vf", "set", handle, "0", "--spoofchk", "off", "--max-rate", "100"])?;
    let shown = sh_json(&format!("ip -j -d link show dev {}", igb.link))?;
    let vf = &shown[0]["vfinfo_list"][0];
    let wanted = serde_json::json!([{ "vlan": 5, "qos": 3 }]);
    expect_eq(&vf["vlan_list"], &wanted, "the VLAN of VF 0")?;
    expect_eq(&vf["address"], &address.into(), "the address of VF 0")?;
    expect_eq(
        &(&vf["spoofchk"], &vf["trust"]),
        &(&false.into(), &true.into()),
        "spoofchk and trust of VF 0",
    )?;
    expect_eq(&vf["rate"]["max_tx"], &100.into(), "the rate of VF 0")?;
    igb.alike(lab)?;

    // The driver takes the address and has no state of the link: the address is taken back.
    let set = igb.state()?;
    let refused = lab.try_snicctl(&["vf", "set", handle, "1", "--mac", address, "--state", "disable"])?;
    expect(refused.code != 0, || "igb took a state of a VF's link".into())?;
    expect_eq(&igb.state()?, &set, "the state after a setting that was refused")?;
    let absent = lab.try_snicctl(&["vf", "set", handle, "6", "--trust", "on"])?;
    expect_eq(
        &absent.code,
        &i32::from(smartnic::ErrorKind::NotFound.code()),
        "the exit code for a VF that is not there",
    )?;

    lab.snicctl(&["vf", "unbind", handle, "0", "1"])?;
    expect_eq(&(igb.driver(0), igb.driver(1)), &(None, None), "the drivers of unbound VFs")?;
    lab.snicctl(&["vf", "bind", handle, "0"])?;
    lab.snicctl(&["vf", "bind", handle, "1", "--driver", "igbvf"])?;
    expect_eq(&igb.driver(0).as_deref(), &Some("igbvf"), "the driver of VF 0")?;
    expect_eq(&igb.driver(1).as_deref(), &Some("igbvf"), "the driver of VF 1")?;
    expect_eq(&igb.file("virtfn1/driver_override"), &"igbvf".to_owned(), "driver_override of VF 1")?;

    lab.snicctl(&["vf", "create", handle, "3", "--autoprobe", "off"])?;
    expect_eq(&igb.driver(2), &None, "the driver of a VF that nothing looks for")?;
    lab.snicctl(&["vf", "create", handle, "0", "--autoprobe", "on"])?;
    expect_eq(&igb.state()?, &before, "the state without VFs")?;
    let none = lab.try_snicctl(&["eswitch", "set", handle, "--mode", "switchdev"])?;
    expect_eq(
        &none.code,
        &i32::from(smartnic::ErrorKind::Unsupported.code()),
        "the exit code for switchdev mode",
    )?;
    expect(none.err.contains("no representors"), || format!("the reason: {}", none.err))?;
    sh("modprobe -r igbvf igb")?;
    Ok(Done::Passed)
}

/// A change is killed; the next process sees it, and takes it back or finishes it.
pub(crate) fn killed(lab: &Lab) -> Outcome {
    let igb = Igb::load()?;
    let handle = igb.handle.as_str();
    // The driver gives each new VF an address of chance, unless one is laid down.
    let furnish = || -> Result<(), Why> {
        lab.snicctl(&["vf", "create", handle, "2"])?;
        lab.snicctl(&["vf", "set", handle, "0", "--mac", "52:54:00:aa:bb:00"])?;
        lab.snicctl(&["vf", "set", handle, "1", "--mac", "52:54:00:aa:bb:01", "--vlan", "9"])?;
        lab.snicctl(&["vf", "unbind", handle, "0"])?;
        Ok(())
    };
    furnish()?;
    let old = igb.state()?;
    let mut seen = 0;
    for (delay, finish) in [(200, false), (500, true), (900, false), (1400, true), (2000, false)] {
        let mut child = lab.start(&["vf", "create", handle, "4"])?;
        std::thread::sleep(Duration::from_millis(delay));
        child.kill()?;
        child.wait()?;
        let stands = lab.snicctl(&["recover"])?;
        seen += u32::from(stands.contains("was interrupted"));
        lab.snicctl(&["recover", if finish { "--finish" } else { "--undo" }])?;
        if igb.file("sriov_numvfs") == "4" {
            expect_eq(&igb.driver(3).as_deref(), &Some("igbvf"), "the driver of VF 3")?;
            furnish()?;
        }
        expect_eq(&igb.state()?, &old, "the state afterwards")?;
    }
    lab.snicctl(&["vf", "create", handle, "0"])?;
    sh("modprobe -r igbvf igb")?;
    expect(seen > 0, || "no change was interrupted".into())?;
    Ok(Done::Passed)
}
