//! Programs that are killed while they change rules, and several that do so at the same time.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant, SystemTime};

use smartnic::ErrorKind;

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::corpus::file;
use crate::dump::{Dump, MADE_ANEW};
use crate::lab::{Lab, end, run, sh, until};
use crate::nic::Nic;
use crate::random::Random;

/// How often a program is killed; less often where the same was tried on a kernel with hardware.
const KILLS: u32 = 200;
const KILLS_WITHOUT_HARDWARE: u32 = 40;

/// Where programs of root keep journals.
const STATE: &str = "/run/snicctl";

/// How many rules each set has at `sim0`: more than travel in one datagram.
const RULES: usize = 72;

/// Where the sets have rules, and the qdiscs. `sim3` has no qdisc before the second set comes.
const SHOWN: [&str; 4] =
    ["filter show dev sim0 ingress", "filter show block 7", "filter show dev sim3 egress", "qdisc show"];

/// Two sets of rules, each to be brought in the place of the other. They share rules, rules whose action differs, and
/// rules whose key differs; and each has rules of its own, at the same priorities and at others.
fn sets() -> [Vec<String>; 2] {
    [0, 1].map(|set| {
        let rule = |at: usize| {
            let (prio, handle) = (10 + at % 3, 1 + at);
            let third = if at % 5 == set { 7 + set } else { 1 };
            let action = match (at + set) % 4 {
                0 => "mirred egress redirect dev sim1",
                _ => "drop",
            };
            format!(
                "filter add dev sim0 ingress protocol ip pref {prio} handle {handle} flower dst_ip 10.0.{third}.{at} \
                 action {action}"
            )
        };
        let own = |at: &usize| at % 7 != 3 + set;
        let mut lines: Vec<String> = (0..RULES).filter(own).map(rule).collect();
        let at_block = |at: u32| {
            format!("filter add block 7 protocol ip pref {} flower dst_ip 10.1.{set}.{at} action drop", 5 + set)
        };
        lines.extend((0..6).map(at_block));
        if set == 1 {
            let line = |at| format!("filter add dev sim3 egress protocol ip flower dst_ip 10.2.0.{at} action drop");
            lines.extend((0..4).map(line));
        }
        lines
    })
}

/// A device with rules of one of the sets.
struct Stage {
    _nic: Nic,
    /// The files with both sets.
    files: [String; 2],
    /// What tc shows when one of them is there, with the qdisc that the second brings and without.
    states: Vec<Dump>,
    bare: Vec<Dump>,
}

impl Stage {
    /// With the rules of the second set.
    fn new(lab: &Lab) -> Result<Self, Why> {
        let nic = Nic::new(4)?;
        sh("tc qdisc add dev sim0 clsact")?;
        sh("tc qdisc add dev sim1 ingress_block 7 clsact")?;
        sh("tc qdisc add dev sim2 ingress_block 7 clsact")?;
        let [one, two] = sets();
        let path = |name, lines: &[String]| file(name, lines).map(|path| path.to_string_lossy().into_owned());
        let files = [path("set-0", &one)?, path("set-1", &two)?];
        let mut stage = Self { _nic: nic, files, states: Vec::new(), bare: Vec::new() };
        for set in [0, 1] {
            lab.snicctl(&stage.apply(set))?;
            stage.states.push(stage.shown()?);
            stage.without_sim3()?;
            stage.bare.push(stage.shown()?);
        }
        lab.snicctl(&stage.apply(0))?;
        stage.shown()?.must_equal(&stage.states[0], "the first set after the second")?;
        lab.snicctl(&stage.apply(1))?;
        stage.shown()?.must_equal(&stage.states[1], "the second set once more")?;
        Ok(stage)
    }

    fn apply(&self, set: usize) -> Vec<&str> {
        vec!["flow", "apply", "--prune", "-q", &self.files[set]]
    }

    fn shown(&self) -> Result<Dump, Why> {
        Dump::of_batch(&SHOWN, &MADE_ANEW)
    }

    /// Takes away what the second set brings to a link that the first does not name.
    fn without_sim3(&self) -> Result<(), Why> {
        // It may not be there.
        run(&["tc", "qdisc", "del", "dev", "sim3", "clsact"]).map(drop)
    }
}

/// At moments from the first to the last of a program's life, most of them while it changes rules; half of what is left
/// is taken back by `flow recover`, the other half by the next `flow apply`.
pub(crate) fn at_random(lab: &Lab) -> Outcome {
    let stage = Stage::new(lab)?;
    let seed = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos() as u64);
    let mut random = Random(seed);
    println!("        seed {seed}");
    stage.without_sim3()?;
    let (whole, mut change) = times(lab, &stage)?;
    let (mut is, mut halfway, mut ended) = (0, 0, 0);
    let kills = if lab.offloads() { KILLS } else { KILLS_WITHOUT_HARDWARE };
    for kill in 0..kills {
        let wanted = 1 - is;
        let at = format!("seed {seed}, kill {kill}");
        let mut child = lab.start(&stage.apply(wanted))?;
        // The first part of its life, in which it changes nothing, is of less interest.
        let changing = random.below(4) > 0 && journal(&mut child, true)?;
        let longest = if changing { change } else { whole };
        std::thread::sleep(Duration::from_micros(random.below((longest.as_micros() as u64).max(1))));
        if changing {
            // One change that was watched says little of how long the next takes: what comes too late is sent sooner.
            let late = child.try_wait()?.is_some();
            change = if late { change * 9 / 10 } else { change * 21 / 20 };
        }
        child.kill()?;
        child.wait()?;
        let again = kill % 2 == 1;
        let words = if again { stage.apply(wanted) } else { vec!["flow", "recover"] };
        let ran = lab.try_snicctl(&words)?;
        expect(ran.code == 0, || format!("{at}: {ran}"))?;
        let told = format!("{}{}", ran.out, ran.err);
        halfway += u32::from(told.contains("was taken back: ") && told.contains("removed"));
        let now = stage.shown()?;
        match now.must_equal(&stage.states[wanted], &at) {
            Ok(()) => {
                ended += u32::from(!again);
                is = wanted;
            }
            Err(why) if again => return Err(Why(format!("applied again: {}", why.0))),
            Err(_) => now.must_equal(&stage.bare[is], &format!("{at}: neither the new rules nor the old"))?,
        }
        stage.without_sim3()?;
    }
    println!("        {halfway} of {kills} kills came in the middle of a change, {ended} after its end");
    expect(halfway >= kills / 10, || {
        format!("only {halfway} of {kills} kills came in the middle of a change")
    })?;
    Ok(Done::Passed)
}

/// How long a program lives that brings the first set in the place of the second, and how long it has a journal.
fn times(lab: &Lab, stage: &Stage) -> Result<(Duration, Duration), Why> {
    let begun = Instant::now();
    let mut child = lab.start(&stage.apply(0))?;
    journal(&mut child, true)?;
    let changes = Instant::now();
    journal(&mut child, false)?;
    let change = changes.elapsed();
    expect_eq(&end(child)?, &(0, String::new()), "how a change ended that was not killed")?;
    Ok((begun.elapsed(), change))
}

/// Waits until there is a journal, or none any more; false if the program ended before.
pub(crate) fn journal(child: &mut Child, wanted: bool) -> Result<bool, Why> {
    let is_journal = |entry: std::io::Result<fs::DirEntry>| {
        entry.is_ok_and(|entry| entry.path().extension().is_some_and(|ending| ending == "journal"))
    };
    while fs::read_dir(STATE)?.any(is_journal) != wanted {
        if child.try_wait()?.is_some() {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(true)
}

/// Programs that change the same rules at the same time wait for each other; one that may not wait is told for whom.
/// Readers, and those in another network namespace, do not wait.
pub(crate) fn at_once(lab: &Lab) -> Outcome {
    let stage = Stage::new(lab)?;
    for round in 0..3 {
        let children: Vec<_> =
            [0, 1, 0, 1].into_iter().map(|set| lab.start(&stage.apply(set))).collect::<Result<_, _>>()?;
        for child in children {
            let (code, said) = end(child)?;
            expect_eq(&(code, said.as_str()), &(0, ""), "how one of four at once ended")?;
        }
        stage.without_sim3()?;
        let now = stage.shown()?;
        let differs = |set: usize| now.must_equal(&stage.bare[set], "one set as a whole").err();
        if let (Some(one), Some(two)) = (differs(0), differs(1)) {
            return Err(Why(format!("round {round}: neither set is there as a whole: {one}; {two}")));
        }
    }
    let long = |at: usize| {
        format!(
            "filter add dev sim3 ingress pref 9 protocol ip flower dst_ip 10.{}.{}.1 action drop",
            at / 250,
            at % 250
        )
    };
    let long: Vec<String> = (0..3000).map(long).collect();
    let child = lab.start(&["flow", "apply", &file("long", &long)?.to_string_lossy()])?;
    until("the long change has begun", || Ok(sh("tc filter show dev sim3 ingress")?.contains("handle 0x")))?;
    let pid = format!("pid {} ", child.id());
    let locked = i32::from(ErrorKind::Locked.code());
    let rule = ["dev", "lo", "ingress", "protocol", "ip", "pref", "1", "flower", "action", "pass"];
    let add = |options: &[&str]| lab.try_snicctl(&[options, &["flow", "add"], &rule].concat());
    add(&["--lock-wait", "0"])?.refused(locked, &[&pid, "flow apply", "--lock-wait SECONDS"])?;
    let listed = lab.try_snicctl(&["flow", "list", "--dev", "sim0"])?;
    expect_eq(&(listed.code, listed.err.as_str()), &(0, ""), "how a reader ended meanwhile")?;
    sh("ip netns add lab-red")?;
    let elsewhere = add(&["--lock-wait", "0", "--host", "linux:netns=lab-red"]);
    sh("ip netns del lab-red")?;
    elsewhere?.good()?;
    expect_eq(&end(child)?, &(0, String::new()), "how the long change ended")?;
    Ok(Done::Passed)
}
