//! A RoCE profile on a real kernel: labnic has all of data centre bridging, rxe is the RDMA device over its uplink.

use std::time::{Duration, Instant};

use super::killed::journal;
use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::corpus::file;
use crate::lab::{Lab, end, run, sh, sh_json};
use crate::random::Random;

const LINK: &str = "lab0";
const OBJECTS: [&str; 8] = ["ets", "pfc", "buffer", "maxrate", "dcbx", "apptrust", "app", "rewr"];
/// How often a program is killed.
const KILLS: u32 = 10;

/// What other programs see of all that a profile changes.
fn seen() -> Result<Vec<String>, Why> {
    let told = |object: &&str| Ok(sh_json(&format!("dcb -j {object} show dev {LINK}"))?.to_string());
    let mut all: Vec<String> = OBJECTS.iter().map(told).collect::<Result<_, Why>>()?;
    all.push(sh_json(&format!("ip -j link show dev {LINK}"))?[0]["mtu"].to_string());
    Ok(all)
}

/// A NIC with something of its own, to be kept or brought back.
fn set_up() -> Result<Vec<String>, Why> {
    sh("modprobe labnic")?;
    sh(&format!("ip link set dev {LINK} up"))?;
    sh(&format!("rdma link add labrxe type rxe netdev {LINK}"))?;
    sh(&format!("dcb app add dev {LINK} dscp-prio 26:5 10:3"))?;
    sh(&format!("dcb apptrust set dev {LINK} order pcp dscp"))?;
    seen()
}

fn tear_down() -> Result<(), Why> {
    // It goes with the link in any case.
    run(&["rdma", "link", "delete", "labrxe"])?;
    sh("modprobe -r labnic").map(drop)
}

pub(crate) fn whole(lab: &Lab) -> Outcome {
    if lab.kernel != "7.3" {
        return Ok(Done::Skipped("one kernel is enough for the order of steps".to_owned()));
    }
    sh("modprobe rdma_rxe")?;
    sh("modprobe rdma_cm")?;
    let done = set_up().and_then(|before| there_and_back(lab, &before));
    tear_down()?;
    let after = done?;
    killed(lab, &after)?;
    Ok(Done::Passed)
}

fn profile(name: &str, mtu: u32) -> Result<String, Why> {
    let text = format!(
        "roce: {{priority: 3, dscp: 26, cnp_dscp: 48, pfc: [3], ets: {{0: 50, 3: 50, 6: strict}}, ecn: on, mtu: {mtu}}}"
    );
    file(name, &[text]).map(|path| path.to_string_lossy().into_owned())
}

/// Returns what is seen once the profile is applied.
fn there_and_back(lab: &Lab, before: &[String]) -> Result<Vec<String>, Why> {
    let (wanted, too_large) = (profile("roce", 1400)?, profile("roce-large", 60_000)?);
    let must_be_as_before = |when: &str| expect_eq(&&*seen()?, &before, when);

    // The check finds what is wrong, and says so by its exit code.
    let found = lab.try_snicctl(&["roce", "check", LINK, "--profile", &wanted])?;
    expect(found.code == 21 && found.out.contains("dscp: ") && found.out.contains("pfc: "), || {
        format!("{found}: {}", found.out)
    })?;
    must_be_as_before("what dcb shows after a check")?;

    // A step that the driver refuses: all is as before.
    lab.try_snicctl(&["roce", "apply", LINK, &too_large])?
        .refused(11, &["MTU"])
        .during("an MTU too large")?;
    must_be_as_before("what dcb shows after a step was refused")?;

    // A trial changes nothing, and what is applied is there.
    lab.snicctl(&["roce", "apply", LINK, &wanted, "--dry-run"])?;
    must_be_as_before("what dcb shows after a trial")?;
    lab.snicctl(&["roce", "apply", LINK, &wanted])?;
    let after = seen()?;
    let says = |object: &str, words: &str| {
        let told = sh(&format!("dcb {object} show dev {LINK}"))?;
        expect(told.contains(words), || format!("dcb {object} show: no {words:?} in {told}"))
    };
    says("pfc", "3:on")?;
    says("app", "AF31:3")?;
    says("app", "CS6:6")?;
    says("apptrust", "order: dscp")?;
    says("ets", "tc-bw 0:50 1:0 2:0 3:50")?;
    says("ets", "prio-tc 0:0 1:0 2:0 3:3 4:0 5:0 6:6 7:0")?;
    let rest = lab.snicctl(&["roce", "diff", LINK, &wanted])?;
    expect(!rest.contains("add") && !rest.contains("set "), || format!("something is left to do: {rest}"))?;
    Ok(after)
}

/// Killed at any moment of it, a change can be finished, or taken back.
fn killed(lab: &Lab, after: &[String]) -> Result<(), Why> {
    let wanted = profile("roce", 1400)?;
    let seed = u64::from(std::process::id());
    let (mut random, mut halfway, mut change) = (Random(seed), 0, Duration::from_secs(2));
    println!("        seed {seed}");
    for kill in 0..KILLS {
        let before = set_up()?;
        let mut child = lab.start(&["roce", "apply", LINK, &wanted])?;
        let begun = Instant::now();
        if journal(&mut child, true)? {
            std::thread::sleep(Duration::from_micros(random.below(change.as_micros() as u64)));
        }
        // What comes too late is sent sooner the next time.
        change = if child.try_wait()?.is_some() { change * 3 / 4 } else { change * 9 / 8 };
        child.kill()?;
        let _ = end(child);
        let at = format!("seed {seed}, kill {kill}, after {} ms", begun.elapsed().as_millis());
        let (halted, was) = (lab.snicctl_json(&["recover"])?, seen()?);
        halfway += u32::from(was != before && was != after);
        if halted["device"].is_object() {
            expect(halted["device"]["steps"].as_array().is_some_and(|steps| !steps.is_empty()), || {
                format!("{at}: no steps are told: {halted}")
            })?;
            let (way, wanted) = if kill % 2 == 0 { ("--undo", &*before) } else { ("--finish", after) };
            lab.snicctl(&["recover", way]).during(&at)?;
            expect_eq(&&*seen()?, &wanted, &at)?;
        } else {
            expect(was == before || was == after, || {
                format!("{at}: half done, and nothing is told: {was:?}")
            })?;
        }
        tear_down()?;
    }
    println!("        {halfway} of {KILLS} kills came in the middle of a change");
    expect(halfway > 0, || "no kill came in the middle of a change".to_owned())
}
