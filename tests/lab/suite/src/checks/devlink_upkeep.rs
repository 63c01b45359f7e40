//! `snicctl devlink health`, `region` and `trap` in place of devlink's on netdevsim, and our own commands beside them.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, run, sh, sh_json};
use crate::nic::Nic;

/// Where netdevsim is told what to do.
const DEBUG: &str = "/sys/kernel/debug/netdevsim/netdevsim1";

/// What both are asked, and must answer alike to the last byte; `D` is the device. Nothing of it changes anything.
const ALIKE: &[&str] = &[
    "health",
    "-j health",
    "-jp health show D",
    "he sh D reporter dummy",
    "-j health show D reporter empty",
    "health show D reporter nope",
    "health show D bogus 1",
    "health show D reporter",
    "health set D",
    "health show pci/none",
    "health recover D reporter nope",
    "health test D reporter dummy",
    "health set D reporter empty grace_period 5",
    "health diagnose D reporter empty",
    "-j health diagnose D reporter empty",
    "-j health dump show D reporter empty",
    "health dump clear D",
    "health dump nonsense",
    "health nonsense",
    "health help",
    "region",
    "-j region",
    "-jp region show D/dummy",
    "region show D",
    "region show D/nope",
    "region read D/dummy snapshot 25 address 0 length 40",
    "-j region read D/dummy snapshot 25 address 0 length 40",
    "-jp region read D/dummy snapshot 25 address 240 length 600",
    "region read D/dummy snapshot 25 address 40000 length 40",
    "region read D/dummy snapshot 25 address 32768 length 40",
    "region read D/dummy address 0 length 40",
    "region read D/dummy snapshot 99 address 0 length 40",
    "region read D/nope snapshot 99 address 0 length 40",
    "region dump D/dummy snapshot 25",
    "-j region dump D/dummy snapshot 25",
    "region dump D/dummy",
    "region del D/dummy snapshot 77",
    "region new D/dummy snapshot 25",
    "region new D/nope",
    "region list",
    "region help",
    "trap",
    "-j trap",
    "-jv trap show D trap ingress_flow_action_drop",
    "-v trap show D",
    "trap show D trap nope",
    "trap set D trap nope action drop",
    "trap set D trap fid_miss action nope",
    "trap set D trap fid_miss",
    "trap set D trap ttl_value_is_too_small action drop",
    "trap foo",
    "trap group",
    "-jp trap group show D group l3_drops",
    "trap group set D group l2_drops policer 1337",
    "trap group set D group nope action drop",
    "trap policer",
    "-j trap policer show D policer 2",
    "trap policer show D policer 1337",
    "trap policer set D policer 1 rate 0",
    "trap policer set D policer 1 rate 9000000000000000000000",
    "trap policer set D policer 1337",
    "trap policer set D",
    "trap help",
];

/// Both answer alike, before and after an error.
pub(crate) fn alike(lab: &Lab) -> Outcome {
    let nic = broken(lab)?;
    sh(&format!("devlink region new {}/dummy snapshot 25", nic.handle()))?;
    for line in ALIKE {
        both(lab, &nic, line)?;
    }
    Ok(Done::Passed)
}

/// A device whose links are down, so that no trap counts, and whose reporter had an error.
fn broken(lab: &Lab) -> Result<Nic, Why> {
    let nic = Nic::new(1)?;
    sh("ip link set sim0 down")?;
    let _ = run(&["mount", "-t", "debugfs", "none", "/sys/kernel/debug"]);
    lab.snicctl(&["devlink", "health", "set", &nic.handle(), "reporter", "dummy", "auto_recover", "false"])?;
    fs::write(format!("{DEBUG}/health/break_health"), "foo bar").during("break the health")?;
    Ok(nic)
}

fn both(lab: &Lab, nic: &Nic, line: &str) -> Result<(), Why> {
    let line = line.replace("D ", &format!("{} ", nic.handle())).replace("D/", &format!("{}/", nic.handle()));
    let line = match line.strip_suffix(" D") {
        Some(head) => format!("{head} {}", nic.handle()),
        None => line,
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let theirs = run(&[&["devlink"][..], &words].concat())?;
    let ours = lab.try_snicctl(&[&["devlink"][..], &words].concat())?;
    expect_eq(&ours.code, &theirs.code, &format!("{line}: exit code ({}{})", ours.err, theirs.err))?;
    expect_eq(&ours.out, &theirs.out, &format!("{line}: output"))?;
    expect_eq(&ours.err, &theirs.err, &format!("{line}: errors"))
}

/// A dump is what devlink makes of it, and more: netdevsim ends an object too early, where devlink gives up.
pub(crate) fn dumps(lab: &Lab) -> Outcome {
    let nic = broken(lab)?;
    let handle = nic.handle();
    for length in [16, 8192] {
        fs::write(format!("{DEBUG}/health/binary_len"), length.to_string()).during("set binary_len")?;
        sh(&format!("devlink health dump clear {handle} reporter dummy"))?;
        let words = ["devlink", "-j", "health", "dump", "show", &handle, "reporter", "dummy"];
        // The first one makes the dump.
        let ours = lab.try_snicctl(&words)?.json()?;
        let theirs = run(&words)?.json()?;
        let Value::Object(fields) = &theirs else { return Err(Why(format!("no object: {theirs}"))) };
        expect(fields.len() >= 7, || format!("devlink shows little: {theirs}"))?;
        for (name, value) in fields {
            expect_eq(&&ours[name], &value, &format!("{length} bytes: {name}"))?;
        }
        let bytes = ours["test_binary"].as_array().map_or(0, Vec::len);
        expect_eq(&bytes, &length, "bytes in the dump")?;
        expect_eq(&ours["test_u32_array"], &(0..10).collect::<Vec<u32>>().into(), "what devlink leaves out")?;
        let objects = ours["test_array_of_objects"].as_array().map_or(0, Vec::len);
        expect_eq(&objects, &10, "objects that devlink leaves out")?;
        let text = ["devlink", "health", "dump", "show", &handle, "reporter", "dummy"];
        let (ours, theirs) = (lab.snicctl(&text)?, run(&text)?.out);
        expect(ours.starts_with(&theirs) && theirs.lines().count() > 4, || {
            format!("{length} bytes: ours\n{ours}\ntheirs\n{theirs}")
        })?;
        let file = "/tmp/dumped.bin";
        let own = ["health", "dump", "show", &handle, "dummy", "--bytes", "test_binary", "--to", file];
        lab.snicctl(&own)?;
        expect_eq(&(fs::read(file)?.len()), &length, "bytes written by health dump show")?;
    }
    Ok(Done::Passed)
}

/// What we change devlink sees, and the other way round.
pub(crate) fn changes(lab: &Lab) -> Outcome {
    let nic = broken(lab)?;
    let handle = nic.handle();
    let reporter = || sh_json(&format!("devlink -j health show {handle} reporter dummy"));
    let reporter = || Ok::<_, Why>(reporter()?["health"][&handle][0].clone());
    expect_eq(&reporter()?["state"], &"error".into(), "the state of a broken reporter")?;
    lab.snicctl(&["health", "set", &handle, "dummy", "--grace-period", "10", "--auto-dump", "false"])?;
    lab.snicctl(&["health", "recover", &handle, "dummy"])?;
    lab.snicctl(&["health", "clear", &handle, "dummy"])?;
    let after = reporter()?;
    let want = [("state", "healthy".into()), ("recover", 1.into()), ("grace_period", 10.into())];
    for (name, value) in
        want.into_iter().chain([("auto_dump", false.into()), ("last_dump_date", Value::Null)])
    {
        expect_eq(&after[name], &value, name)?;
    }
    fs::write(format!("{DEBUG}/health/fail_recover"), "Y").during("let recovery fail")?;
    fs::write(format!("{DEBUG}/health/break_health"), "again").during("break the health")?;
    let refused = lab.try_snicctl(&["health", "recover", &handle, "dummy"])?;
    refused.refused(11, &["User setup the recover to fail"])?;

    let region = format!("{handle}/dummy");
    let regions = || Ok::<_, Why>(sh_json("devlink -j region")?["regions"][&region]["snapshot"].clone());
    let taken = lab.snicctl(&["region", "snapshot", &region])?;
    lab.snicctl(&["region", "snapshot", &region, "--id", "25"])?;
    let file = "/tmp/region.bin";
    lab.snicctl(&["region", "read", &region, "--snapshot", "25", "--to", file])?;
    let bytes = fs::read(file)?;
    let theirs = sh(&format!("devlink region dump {region} snapshot 25"))?;
    let numbers = theirs.lines().flat_map(|line| line.split_whitespace().skip(1));
    let theirs: Vec<u8> = numbers.filter_map(|word| u8::from_str_radix(word, 16).ok()).collect();
    expect(bytes == theirs && bytes.len() == 32768, || format!("{} bytes of the region", bytes.len()))?;
    lab.snicctl(&["region", "read", &region, "--fresh", "--length", "100"])?;
    let number: u32 = taken.trim().parse()?;
    expect_eq(&regions()?, &vec![number, 25].into(), "snapshots")?;
    lab.snicctl(&["region", "del", &region, "25"])?;
    lab.snicctl(&["devlink", "region", "del", &region, "snapshot", &number.to_string()])?;
    expect_eq(&regions()?, &Value::Array(Vec::new()), "snapshots at the end")?;

    lab.snicctl(&["trap", "set", &handle, "blackhole_route", "trap"])?;
    lab.snicctl(&["trap", "group", "set", &handle, "l2_drops", "--action", "trap", "--policer", "2"])?;
    lab.snicctl(&["trap", "policer", "set", &handle, "1", "--rate", "2000", "--burst", "16"])?;
    let traps = sh_json("devlink -j trap")?["trap"][&handle].clone();
    let trapped = |trap: &&Value| trap["type"] == "drop" && trap["action"] == "trap";
    let names: Vec<&Value> = traps.as_array().into_iter().flatten().filter(trapped).collect();
    let wanted = |trap: &Value| trap["group"] == "l2_drops" || trap["name"] == "blackhole_route";
    expect(names.len() == 7 && names.iter().all(|trap| wanted(trap)), || format!("trapped: {names:?}"))?;
    let group = sh_json(&format!("devlink -j trap group show {handle} group l2_drops"))?;
    expect_eq(&group["trap_group"][&handle][0]["policer"], &2.into(), "the group's policer")?;
    lab.snicctl(&["devlink", "trap", "group", "set", &handle, "group", "l2_drops", "nopolicer"])?;
    let group = sh_json(&format!("devlink -j trap group show {handle} group l2_drops"))?;
    expect_eq(&group["trap_group"][&handle][0]["policer"], &Value::Null, "the group's policer")?;
    let policer = sh_json(&format!("devlink -j trap policer show {handle} policer 1"))?;
    let policer = &policer["trap_policer"][&handle][0];
    expect_eq(
        &(policer["rate"].as_u64(), policer["burst"].as_u64()),
        &(Some(2000), Some(16)),
        "the policer",
    )?;

    // Packets are trapped as soon as the link is up, ten times a second.
    sh("ip link set sim0 up")?;
    sleep(Duration::from_secs(1));
    let packets = |table: &Value| table[0]["stats"]["packets"].as_u64().unwrap_or(0);
    let ours = lab.snicctl_json(&["trap", "show", &handle, "blackhole_route"])?;
    let theirs = sh_json(&format!("devlink -js trap show {handle} trap blackhole_route"))?;
    let theirs = theirs["trap"][&handle][0]["stats"]["rx"]["packets"].as_u64().unwrap_or(0);
    expect((1..=theirs).contains(&packets(&ours)), || format!("{} packets, then {theirs}", packets(&ours)))?;
    Ok(Done::Passed)
}

/// Both hear the same of regions, traps and health.
pub(crate) fn monitors(lab: &Lab) -> Outcome {
    let nic = Nic::new(1)?;
    let handle = nic.handle();
    let _ = run(&["mount", "-t", "debugfs", "none", "/sys/kernel/debug"]);
    let snicctl = lab.programs.join("snicctl").to_string_lossy().into_owned();
    let start = |program: &[&str], file: &str| -> Result<Child, Why> {
        let out = fs::File::create(file)?;
        let words = [&["--signal=INT", "5"], program, &["monitor"]].concat();
        Ok(Command::new("timeout").args(words).stdout(out).stderr(Stdio::null()).spawn()?)
    };
    let theirs = start(&["devlink"], "/tmp/theirs.mon")?;
    let ours = start(&[&snicctl, "devlink"], "/tmp/ours.mon")?;
    sleep(Duration::from_secs(2));
    sh(&format!("devlink region new {handle}/dummy snapshot 5"))?;
    sh(&format!("devlink region del {handle}/dummy snapshot 5"))?;
    fs::write(format!("{DEBUG}/health/break_health"), "foo bar").during("break the health")?;
    drop(nic);
    for mut child in [theirs, ours] {
        child.wait()?;
    }
    let (ours, theirs) = (fs::read_to_string("/tmp/ours.mon")?, fs::read_to_string("/tmp/theirs.mon")?);
    for word in ["[region,new]", "[region,del]", "[health,status]", "[trap,del]", "[trap-policer,del]"] {
        expect(theirs.contains(word), || format!("devlink monitor says nothing of {word}:\n{theirs}"))?;
    }
    let of_ours = |text: &str| {
        let known = ["[region,", "[health,", "[trap"];
        let mine = |line: &&str| known.iter().any(|word| line.contains(word)) || line.contains("reporter");
        text.lines().filter(mine).map(str::to_owned).collect::<Vec<_>>()
    };
    expect_eq(&of_ours(&ours), &of_ours(&theirs), "what is told")?;
    Ok(Done::Passed)
}
