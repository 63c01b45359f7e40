//! RDMA: what `rdma` prints and what `snicctl rdma` prints, line by line; what one changes the other sees.
//!
//! The device is rxe over a veth pair. Queue pairs, connections and memory regions are those of NVMe over Fabrics, whose
//! target and host are both this machine.

use serde_json::Value;

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, run, sh, sh_json};

const ADDRESS: &str = "10.77.0.1";
const NVMET: &str = "/sys/kernel/config/nvmet";

/// Takes everything away again, whatever came.
struct Device {
    connected: bool,
}

impl Device {
    /// Nothing if this kernel has no rxe.
    fn new() -> Result<Option<Self>, Why> {
        if sh("modprobe rdma_rxe").is_err() {
            return Ok(None);
        }
        let device = Self { connected: false };
        sh("ip link add labr0 type veth peer name labr1")?;
        sh("ip link set labr0 address 02:00:00:00:77:01")?;
        sh("ip link set labr1 up")?;
        sh("ip link set labr0 up")?;
        sh(&format!("ip addr add {ADDRESS}/24 dev labr0"))?;
        Ok(Some(device))
    }

    /// Connects this machine to itself; false if the kernel has no NVMe over RDMA.
    fn connect(&mut self) -> Result<bool, Why> {
        if sh("modprobe nvmet-rdma").is_err() || sh("modprobe nvme-rdma").is_err() {
            return Ok(false);
        }
        // It may be mounted already.
        let _ = sh("mount -t configfs none /sys/kernel/config");
        self.connected = true;
        let write = |file: &str, text: &str| std::fs::write(format!("{NVMET}/{file}"), text);
        std::fs::create_dir(format!("{NVMET}/subsystems/lab"))?;
        write("subsystems/lab/attr_allow_any_host", "1")?;
        std::fs::create_dir(format!("{NVMET}/ports/77"))?;
        for (file, text) in [("trtype", "rdma"), ("adrfam", "ipv4"), ("traddr", ADDRESS), ("trsvcid", "4420")]
        {
            write(&format!("ports/77/addr_{file}"), text)?;
        }
        std::os::unix::fs::symlink(
            format!("{NVMET}/subsystems/lab"),
            format!("{NVMET}/ports/77/subsystems/lab"),
        )?;
        let order =
            format!("transport=rdma,traddr={ADDRESS},trsvcid=4420,nqn=nqn.2014-08.org.nvmexpress.discovery");
        std::fs::write("/dev/nvme-fabrics", order)?;
        Ok(true)
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        // What is not there any more is no matter.
        if self.connected {
            for entry in std::fs::read_dir("/sys/class/nvme").into_iter().flatten().flatten() {
                let _ = std::fs::write(entry.path().join("delete_controller"), "1");
            }
            let _ = std::fs::remove_file(format!("{NVMET}/ports/77/subsystems/lab"));
            let _ = std::fs::remove_dir(format!("{NVMET}/ports/77"));
            let _ = std::fs::remove_dir(format!("{NVMET}/subsystems/lab"));
        }
        let _ = sh("rdma link del rxelab");
        let _ = sh("ip link del labr0");
    }
}

/// The device, its protocol and its link are in the graph; without `/sys`, too, by nldev alone.
fn in_the_inventory(lab: &Lab) -> Result<(), Why> {
    let without = ["unshare", "-m", "sh", "-c", "umount -l /sys && exec \"$0\" \"$@\""];
    for way in [&[][..], &without] {
        let graph = lab.try_snicctl_by(way, &["-o", "json", "topology"])?.json()?;
        let of = |list: &str, is: &dyn Fn(&Value) -> bool| {
            graph[list].as_array().into_iter().flatten().find(|it| is(it)).cloned().unwrap_or_default()
        };
        let device = of("nodes", &|node| node["id"] == "rdma:rxelab");
        expect_eq(&device["protocol"], &"roce".into(), &format!("the device by way of {way:?}"))?;
        expect_eq(&device["parent_netdev"], &"labr0".into(), "what it stands on")?;
        let link = of("nodes", &|node| node["name"] == "labr0");
        let tie = of("edges", &|edge| edge["from"] == "rdma:rxelab" && edge["kind"] == "rdma_over");
        expect_eq(&tie["to"], &link["id"], "the link of its port")?;
        let found = (&tie["number"], &tie["inferred"]);
        expect_eq(&found, &(&1.into(), &Value::Null), "its port, which somebody tells")?;
    }
    Ok(())
}

/// Each line by rdma and by us, in every form: the same output, words of refusal and exit code.
fn alike(lab: &Lab, lines: &[&str]) -> Result<(), Why> {
    for line in lines {
        for form in ["", "-d", "-j", "-j -p", "-d -j"] {
            let words: Vec<&str> = form.split_whitespace().chain(line.split_whitespace()).collect();
            let theirs = run(&[&["rdma"][..], &words].concat())?;
            let ours = lab.try_snicctl(&[&["rdma"][..], &words].concat())?;
            let what = format!("rdma {form} {line}");
            expect_eq(&ours.out, &theirs.out, &what)?;
            expect_eq(&ours.err, &theirs.err, &what)?;
            expect_eq(&ours.code, &theirs.code, &what)?;
        }
    }
    Ok(())
}

const SHOWN: &[&str] = &[
    "dev",
    "dev show rxelab",
    "link",
    "link show rxelab/1",
    "resource",
    "resource show rxelab",
    "resource show qp",
    "resource show cm_id",
    "resource show pd",
    "resource show mr",
    "resource show cq",
    "resource show ctx",
    "resource show srq",
    "resource show qp link rxelab/1",
    "resource show qp link rxelab/1 type RC,UD",
    "resource show qp link rxelab/1 state RTS lqpn 1-5",
    "resource show pd dev rxelab users 1",
    "resource show cm_id link rxelab/1 dst-port 4420",
    "system",
    "statistic qp mode",
    "statistic qp show",
    "statistic mode",
    "statistic mode supported",
];

const REFUSED: &[&str] = &[
    "dev show nope",
    "link show nope/1",
    "link show rxelab/7",
    "link show rxelab",
    "bogus",
    "dev bogus",
    "dev set rxelab adaptive-moderation foo",
    "dev set nope name a",
    "dev set rxelab bogus 1",
    "system set netns foo",
    "resource show qp dev rxelab",
    "resource show qp link rxelab/1 bogus 3",
    "resource show mr dev nope",
    "link add rxelab type rxe netdev labr0",
    "link add x type rxe netdev nolink",
    "statistic qp set link rxelab/1 auto foo on",
    "statistic qp set link nope/1 auto type on",
    "statistic qp bind link rxelab/1 lqpn 1",
];

pub(crate) fn as_rdma_shows(lab: &Lab) -> Outcome {
    let Some(mut device) = Device::new()? else {
        return Ok(Done::Skipped("this kernel has no rdma_rxe".to_owned()));
    };
    lab.snicctl(&["rdma", "link", "add", "rxelab", "type", "rxe", "netdev", "labr0"])?;
    let links = sh_json("rdma -j link")?;
    expect_eq(&links[0]["netdev"], &"labr0".into(), "the link that we made, as rdma shows it")?;
    in_the_inventory(lab)?;
    // The GID of the address comes a moment later.
    alike(lab, SHOWN)?;
    if device.connect()? {
        alike(lab, SHOWN)?;
        let qps = sh_json("rdma -j resource show qp")?;
        let rc = qps.as_array().into_iter().flatten().filter(|qp| qp["type"] == "RC").count();
        expect(rc >= 2, || format!("both ends of a connection were to be shown, not {qps}"))?;
    }
    changes(lab)?;
    gids(lab)?;
    if lab.offloads() {
        alike_but_words(lab)?;
    }
    lab.snicctl(&["rdma", "link", "delete", "rxelab"])?;
    expect_eq(&sh_json("rdma -j link")?, &serde_json::json!([]), "the links behind it all")?;
    Ok(Done::Passed)
}

/// What is refused is refused alike. Only the usage of rdma, which also knows pools of memory regions, differs.
fn alike_but_words(lab: &Lab) -> Result<(), Why> {
    for line in REFUSED {
        let words: Vec<&str> = line.split_whitespace().collect();
        let theirs = run(&[&["rdma"][..], &words].concat())?;
        let ours = lab.try_snicctl(&[&["rdma"][..], &words].concat())?;
        expect_eq(&(&*ours.err, ours.code), &(&*theirs.err, theirs.code), &format!("rdma {line}"))?;
    }
    Ok(())
}

/// What we change, rdma shows.
fn changes(lab: &Lab) -> Result<(), Why> {
    for line in ["dev set rxelab adaptive-moderation on", "system set privileged-qkey on"] {
        let words: Vec<&str> = ["rdma"].into_iter().chain(line.split_whitespace()).collect();
        lab.snicctl(&words)?;
    }
    let dev = sh_json("rdma -d -j dev show rxelab")?;
    expect_eq(&dev[0]["adaptive-moderation"], &true.into(), "adaptive moderation")?;
    // Kernel 6.12 has no automatic counters for this driver: then rdma is refused too, in the same words.
    let auto = ["rdma", "statistic", "qp", "set", "link", "rxelab/1", "auto", "type,pid", "on"];
    let ours = lab.try_snicctl(&auto)?;
    if ours.code == 0 {
        let modes = sh("rdma statistic qp mode")?;
        expect(modes.contains("qp auto type,pid on"), || format!("the mode of counters is {modes}"))?;
    } else {
        let theirs = run(&auto)?;
        expect_eq(&(&*ours.err, ours.code), &(&*theirs.err, theirs.code), "rdma statistic qp set")?;
    }
    expect(sh("rdma system")?.contains("privileged-qkey on"), || "the privileged key is off".to_owned())?;
    alike(lab, &["statistic qp mode", "system", "dev show rxelab"])?;
    if ours.code == 0 {
        lab.snicctl(&["rdma", "statistic", "qp", "set", "link", "rxelab/1", "auto", "off"])?;
    }
    lab.snicctl(&["rdma", "system", "set", "privileged-qkey", "off"])?;
    lab.snicctl(&["rdma", "dev", "set", "rxelab", "name", "rxelab2"])?;
    expect(sh("rdma dev")?.contains(" rxelab2: "), || "the device has its old name".to_owned())?;
    lab.snicctl(&["rdma", "dev", "set", "rxelab2", "name", "rxelab"])?;
    Ok(())
}

/// The GID that is chosen is that of the address that the kernel's route sends from.
fn gids(lab: &Lab) -> Result<(), Why> {
    let all = lab.snicctl_json(&["rdma", "gid", "list", "rxelab/1"])?;
    let of_files =
        |index: &str| std::fs::read_to_string(format!("/sys/class/infiniband/rxelab/ports/1/gids/{index}"));
    for entry in all.as_array().into_iter().flatten() {
        let there = of_files(&entry["index"].to_string())?;
        expect_eq(&entry["gid"], &there.trim().into(), "a GID")?;
    }
    let best = lab.snicctl_json(&["rdma", "gid", "best", "10.77.0.9"])?;
    expect_eq(
        &best["entry"]["gid"],
        &"0000:0000:0000:0000:0000:ffff:0a4d:0001".into(),
        "the GID for 10.77.0.9",
    )?;
    expect_eq(&best["entry"]["kind"], &"roce_v2".into(), "its type")?;
    let ran = lab.try_snicctl(&["rdma", "gid", "best", "10.77.0.9", "--type", "roce-v1"])?;
    ran.refused(5, &["not RoCE v1"])?;
    if !lab.offloads() {
        // Kernel 6.12 counts no bytes here.
        return Ok(());
    }
    let counters = lab.snicctl_json(&["rdma", "counters", "rxelab/1"])?;
    let sent = counters.as_array().into_iter().flatten().find(|counter| counter["name"] == "sent_bytes");
    expect_eq(&sent.map(|sent| &sent["canonical"]), &Some(&"rdma.tx.bytes".into()), "the name of sent_bytes")
}
