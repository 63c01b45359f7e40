//! Things that are elsewhere, not there, or in use.

use smartnic::backend::{Hook, HookKind};
use smartnic::{ErrorKind, Host};

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::corpus::file;
use crate::lab::{Lab, run, sh, sh_json};
use crate::nic::Nic;

const NAMESPACE: &str = "lab-blue";

/// By name and by path; the caller's own namespace sees nothing of it.
pub(crate) fn namespace(lab: &Lab) -> Outcome {
    let nic = Nic::new(1)?;
    sh(&format!("ip netns add {NAMESPACE}"))?;
    let tried = inside(lab, &nic);
    // The device comes back when its namespace goes.
    sh(&format!("ip netns del {NAMESPACE}"))?;
    tried
}

fn inside(lab: &Lab, nic: &Nic) -> Outcome {
    let handle = nic.handle();
    sh(&format!("devlink dev reload {handle} netns {NAMESPACE}"))?;
    let links = sh_json(&format!("ip -n {NAMESPACE} -j link show type netdevsim"))?;
    let links = if links.as_array().is_none_or(Vec::is_empty) {
        sh_json(&format!("ip -n {NAMESPACE} -j link"))?
    } else {
        links
    };
    let link = links.as_array().into_iter().flatten().find(|link| link["ifname"] != "lo");
    let link = link
        .and_then(|link| link["ifname"].as_str())
        .ok_or_else(|| Why(format!("no link inside: {links}")))?;
    sh(&format!("ip -n {NAMESPACE} link set {link} name blue0 up"))?;

    let line = "filter add dev blue0 ingress protocol ip pref 1 flower dst_ip 10.0.0.1 action drop";
    let file = file("blue", &[line])?;
    let file = file.to_string_lossy();
    for host in [format!("linux:netns={NAMESPACE}"), format!("linux:netns=/run/netns/{NAMESPACE}")] {
        let on = |words: &[&str]| lab.snicctl(&[&["--host", &host], words].concat());
        expect(on(&["device", "list"])?.contains(&handle), || "the device is not listed".into())?;
        on(&["flow", "apply", &file])?;
        let there = sh_json(&format!("tc -n {NAMESPACE} -j filter show dev blue0 ingress"))?;
        let rules =
            there.as_array().into_iter().flatten().filter(|filter| !filter["options"]["handle"].is_null());
        expect_eq(&rules.count(), &1, "rules inside by tc's word")?;
        expect_eq(&on(&["flow", "list", "-o", "tc"])?.lines().count(), &1, "rules inside by our word")?;
        on(&["flow", "del", "--file", &file])?;
        on(&["eswitch", "set", &handle, "--mode", "switchdev", "--vfs", "2"])?;
        let listed: serde_json::Value = serde_json::from_str(&on(&["representor", "list", "-o", "json"])?)?;
        expect_eq(&listed.as_array().map(Vec::len), &Some(2), "representors inside")?;
        on(&["eswitch", "set", &handle, "--mode", "legacy", "--vfs", "0"])?;
    }
    let outside = Host::open("linux:")?.inventory()?;
    let shown = outside.nics.iter().any(|nic| nic.handle().to_string() == handle);
    expect(!shown, || "the caller's own namespace shows the device".into())?;
    let ran = lab.try_snicctl(&["flow", "apply", &file])?;
    ran.refused(i32::from(ErrorKind::NotFound.code()), &["blue0"])?;
    Ok(Done::Passed)
}

/// Where there is no devlink, that is what must be said; kernels with netdevsim have it, so this one is run by hand on
/// others.
pub(crate) fn no_devlink(lab: &Lab) -> Outcome {
    if run(&["devlink", "dev", "show"])?.code == 0 {
        let reason = "this kernel has devlink built in; the simulated kernel shows what is said without it";
        return Ok(Done::Skipped(reason.into()));
    }
    let ran = lab.try_snicctl(&["device", "list"])?;
    ran.refused(i32::from(ErrorKind::Unsupported.code()), &["this kernel has no devlink"])?;
    Ok(Done::Passed)
}

/// Each with its own exit code, the name that was not found, and what to do.
pub(crate) fn unknown(lab: &Lab) -> Outcome {
    let nic = Nic::with_places()?;
    let not_found = i32::from(ErrorKind::NotFound.code());
    let elsewhere = file("unknown", &["filter add dev sim9 ingress protocol ip flower action drop"])?;
    let no_block = file("no-block", &["filter add block 99 protocol ip flower action drop"])?;
    let handle = nic.handle();
    let cases: [(&[&str], &[&str]); 9] = [
        (&["device", "show", "netdevsim/netdevsim77"], &["netdevsim77", &handle]),
        (&["eswitch", "set", "netdevsim/netdevsim77", "--mode", "legacy"], &["netdevsim77"]),
        (&["vf", "create", "pci/0000:99:00.0", "2"], &["0000:99:00.0"]),
        (&["flow", "list", "--dev", "sim9"], &["sim9", "did you mean"]),
        (&["flow", "list", "--block", "99"], &["block 99"]),
        (&["flow", "apply", &elsewhere.to_string_lossy()], &["sim9", "line 1"]),
        (&["flow", "apply", &no_block.to_string_lossy()], &["block 99", "hint:"]),
        (&["--host", "linux:netns=nowhere", "device", "list"], &["nowhere"]),
        (
            &["flow", "del", "dev", "sim0", "ingress", "protocol", "ip", "pref", "9", "flower"],
            &["no such rule"],
        ),
    ];
    for (words, said) in cases {
        lab.try_snicctl(words)?.refused(not_found, said)?;
    }
    let parse = i32::from(ErrorKind::Parse.code());
    lab.try_snicctl(&["--host", "linux:blue", "device", "list"])?.refused(parse, &["linux:netns=NAME"])?;
    Ok(Done::Passed)
}

/// What the kernel answers when something is in use or there already.
pub(crate) fn busy(_: &Lab) -> Outcome {
    let nic = Nic::with_places()?;
    let host = Host::open("linux:")?;
    let device = nic.handle().parse()?;
    let kind = |result: smartnic::Result<()>| result.err().map(|error| error.kind());
    host.switchdev().set_num_vfs(&device, 2)?;
    expect_eq(
        &kind(host.switchdev().set_num_vfs(&device, 3)),
        &Some(ErrorKind::Busy),
        "3 VFs while there are 2",
    )?;
    host.switchdev().set_num_vfs(&device, 0)?;

    let link = host.names()?.index("sim0")?;
    let hook = Hook::clsact(link);
    expect_eq(&host.flow().hooks(Some(link))?, &vec![hook], "the hooks of sim0")?;
    expect_eq(&kind(host.flow().add_hook(&hook)), &Some(ErrorKind::AlreadyExists), "a second hook")?;
    host.flow().remove_hook(&hook)?;
    expect_eq(&kind(host.flow().remove_hook(&hook)), &Some(ErrorKind::NotFound), "a hook that is gone")?;
    let ingress = Hook { kind: HookKind::Ingress, ingress_block: Some(42), ..hook };
    host.flow().add_hook(&ingress)?;
    expect_eq(&host.flow().hooks(Some(link))?, &vec![ingress], "an ingress hook with a block")?;
    let shown = sh("tc qdisc show dev sim0")?;
    expect(shown.contains("ingress_block 42"), || format!("tc shows {shown}"))?;
    Ok(Done::Passed)
}
