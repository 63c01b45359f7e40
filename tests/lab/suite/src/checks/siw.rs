//! siw: RDMA over TCP (iWARP) in software. What we make of a link is what `rdma` makes of it.

use serde_json::{Value, json};

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, run, sh, sh_json};

/// Takes the links away again, whatever came.
struct Links;

impl Links {
    /// Nothing if this kernel has no siw.
    fn new() -> Result<Option<Self>, Why> {
        if sh("modprobe siw").is_err() {
            return Ok(None);
        }
        let links = Self;
        sh("ip link add labsw0 type veth peer name labsw1")?;
        for link in ["labsw0", "labsw1"] {
            sh(&format!("ip link set {link} up"))?;
        }
        sh("ip addr add 192.0.2.17/28 dev labsw0")?;
        Ok(Some(links))
    }
}

impl Drop for Links {
    fn drop(&mut self) {
        // What is not there any more is no matter.
        for line in ["rdma link del siwlab", "ip link del labsw0", "modprobe -r siw"] {
            let _ = sh(line);
        }
    }
}

pub(crate) fn as_rdma_makes(lab: &Lab) -> Outcome {
    let Some(_links) = Links::new()? else {
        return Ok(Done::Skipped("this kernel has no siw".to_owned()));
    };
    let add = "link add siwlab type siw netdev labsw0";
    sh(&format!("rdma {add}"))?;
    let theirs = shown(lab)?;
    sh("rdma link del siwlab")?;
    let words = |line: &'static str| ["rdma"].into_iter().chain(line.split(' ')).collect::<Vec<_>>();
    lab.snicctl(&words(add))?;
    let ours = shown(lab)?;
    expect_eq(&ours, &theirs, "the device that we made, beside the one that rdma made")?;
    expect(ours.to_string().contains("rnic"), || format!("its kind is not told: {ours}"))?;

    // There are no partition keys and one GID, and its protocol is no RoCE.
    let gids = lab.snicctl_json(&["rdma", "gid", "list", "siwlab/1"])?;
    expect_eq(&gids.as_array().map(Vec::len), &Some(1), "the number of GIDs")?;
    let best = lab.try_snicctl(&["rdma", "gid", "best", "192.0.2.18", "--type", "roce-v2"])?;
    expect(best.code != 0, || format!("RoCE was found on iWARP: {}", best.out))?;

    // The kernel's number of its driver is the one that its adapter has.
    let direct = lab.try_snicctl(&["rdma", "direct", "siwlab"])?;
    expect(direct.code != 0 && direct.err.contains("devices of siw have no library"), || {
        format!("what its vendor adds: {}{}", direct.out, direct.err)
    })?;

    let twice = lab.try_snicctl(&words(add))?;
    let theirs = run(&words(add))?;
    expect_eq(&(twice.code, &*twice.err), &(theirs.code, &*theirs.err), "a second one of this name")?;
    lab.snicctl(&words("link delete siwlab"))?;
    expect_eq(&sh_json("rdma -j link")?, &json!([]), "the links behind it")?;
    Ok(Done::Passed)
}

/// What both programs show of it, which must be the same; less what differs from one device to the next.
fn shown(lab: &Lab) -> Result<Value, Why> {
    let mut all = Vec::new();
    for object in ["dev", "link", "resource"] {
        let theirs = sh_json(&format!("rdma -j -d {object} show"))?;
        let ours = lab.try_snicctl(&["rdma", "-j", "-d", object, "show"])?.json()?;
        expect_eq(&ours, &theirs, &format!("rdma {object} show"))?;
        all.push(ours);
    }
    let mut all = Value::Array(all);
    for device in all.as_array_mut().into_iter().flatten().flat_map(Value::as_array_mut).flatten() {
        if let Some(device) = device.as_object_mut() {
            device.remove("ifindex");
        }
    }
    Ok(all)
}
