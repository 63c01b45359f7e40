//! `snicctl devlink` in place of `devlink`: the same lines by both, on a fresh device each.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, Ran, run, until};
use crate::nic::Nic;

/// The forms in which everything is shown.
const FORMS: &[&str] = &["", "-j"];

/// Other forms, where they change something.
const OTHER_FORMS: &[&str] = &[
    "-s dev show H",
    "-sj dev",
    "dev -jp show",
    "-jp dev info H",
    "-jp port show",
    "-n port show sim0",
    "--pretty --json dev param show H",
    "-v resource show H",
    "-vj resource show H",
];

/// What only reads. `H` is the device.
const READS: &[&str] = &[
    "dev",
    "dev show H",
    "d s",
    "dev info",
    "dev info H",
    "dev eswitch show H",
    "port",
    "port show H",
    "port show H/0",
    "port show sim1",
    "port list",
    "dev param",
    "dev param show H",
    "dev param show H name max_macs",
    "port param show",
    "resource show H",
    "r show H/1",
    "resource show scope dev",
    "resource show scope port",
    "port function rate show",
    "port function rate show H/1",
    "sb show",
    "sb pool show",
    "sb port pool show",
    "sb tc bind show",
    "sb occupancy show H",
    "lc show",
    "dev selftests show",
];

/// Lines that are wrong in one way or another.
const WRONG: &[&str] = &[
    "nothing",
    "dev nothing",
    "dev eswitch nothing",
    "dev eswitch set H",
    "dev eswitch set H mode",
    "dev eswitch set H mode nothing",
    "dev eswitch set H inline-mode nothing",
    "dev eswitch set H encap-mode nothing",
    "dev eswitch set H nothing",
    "dev eswitch set nothing mode legacy",
    "dev show a/b/c",
    "dev show netdevsim/none",
    "dev show H nothing",
    "port show none",
    "port show H/99",
    "port show H/x",
    "port show a/b/c/d",
    "port set H/0",
    "port set H/0 type nothing",
    "port set H/0 type eth",
    "port set none type eth",
    "port split H/0",
    "port split H/0 count x",
    "port split H/0 count 2",
    "port unsplit H/0",
    "port add H",
    "port add H flavour pcisf",
    "port add H flavour pcisf pfnum 0 sfnum 8",
    "port add H flavour nothing pfnum 0",
    "port del H/0",
    "port function set H/0 hw_addr zz",
    "port function set H/0 hw_addr 00:11:22:33:44:55",
    "port function set H/0 roce maybe",
    "port function set H/0 roce enable",
    "port function set H/0 state up",
    "port function set H/0 max_io_eqs 5",
    "dev param set H",
    "dev param set H name max_macs",
    "dev param set H name max_macs value x cmode driverinit",
    "dev param set H name max_macs value 1 cmode nothing",
    "dev param set H name max_macs value 1 cmode runtime",
    "dev param set H name nothing value 1 cmode driverinit",
    "dev param set H name max_macs value 1 default cmode driverinit",
    "dev param set H name test1 value maybe cmode driverinit",
    "dev param show H name nothing",
    "dev param show H nothing",
    "port param show H/0 name nothing",
    "port param set H/0 name nothing value 1 cmode runtime",
    "dev reload H action nothing",
    "dev reload H limit nothing",
    "dev reload H action fw_activate",
    "dev reload H action driver_reinit limit no_reset",
    "resource nothing",
    "resource set H",
    "resource set H path /nothing size 10",
    "resource set H path IPv4/fib size x",
    "resource set H path IPv4/fib size 18446744073709551616",
    "resource show scope nothing",
    "port function rate nothing",
    "port function rate add H/1",
    "port function rate add H",
    "port function rate add H/group tx_max 9furlongs",
    "port function rate add H/group tx_max 1mbit tx_share 2mbit",
    "port function rate add H/group",
    "port function rate del H/group",
    "port function rate del H/1",
    "port function rate set H/99 tx_max 1mbit",
    "port function rate set H/group tc-bw 0:20 0:0 2:0 3:0 4:0 5:80 6:0 7:0",
    "port function rate set H/group tc-bw 0:20 9:0 2:0 3:0 4:0 5:80 6:0 7:0",
    "port function rate set H/group tc-bw 0:x 1:0 2:0 3:0 4:0 5:80 6:0 7:0",
    "port function rate set H/group nothing",
    "sb nothing",
    "sb pool set H pool 0",
    "sb pool set H pool 0 size 1 thtype static",
    "sb port pool set H/0 pool 0 th 3",
    "sb tc bind set H/0 tc 0 type ingress pool 0 th 3",
    "sb tc bind set H/0 tc 0 type nothing pool 0 th 3",
    "sb occupancy snapshot H",
    "sb occupancy clearmax H sb 1",
    "lc show H lc 0",
    "lc set H lc 0",
    "lc set H lc 0 type nothing",
    "lc set H lc 0 notype",
    "dpipe nothing",
    "dpipe table set H name nothing counters_enabled true",
    "dev selftests run H id nothing",
    "dev selftests run H",
    "dev flash H file no-such-file.bin",
    "dev flash H file no-such-file.bin overwrite nothing",
    "monitor nothing",
    "-q",
    "--nothing dev",
];

/// Changes, one after the other; behind each the whole state is looked at.
const CHANGES: &[&str] = &[
    "dev param set H name max_macs value 16 cmode driverinit",
    "dev param set H name test1 value false cmode driverinit",
    "dev param set H name max_macs value 16 cmode driverinit",
    "dev param set H name max_macs default cmode driverinit",
    "resource set H path IPv4/fib size 100",
    "resource set H path /IPv6 size 50",
    "dev reload H action driver_reinit",
    "resource set H path /IPv6 size 18446744073709551615",
    "-j dev reload H action driver_reinit",
    "dev reload H",
    "dev eswitch set H inline-mode transport encap-mode basic",
    "dev eswitch set H mode switchdev",
    "port function set H/128 hw_addr 00:11:22:33:44:55",
    "dev eswitch set H mode legacy",
];

/// What the state is looked at by.
const LOOKS: &[&str] =
    &["-s dev show H", "dev eswitch show H", "dev param show H", "port show H", "resource show H"];

/// One of the two programs, on its device.
struct Side<'l> {
    /// The program's words.
    program: Vec<String>,
    handle: &'l str,
}

impl Side<'_> {
    fn run(&self, line: &str) -> Result<Ran, Why> {
        let words = line.split(' ').filter(|word| !word.is_empty());
        let named = words.map(|word| match word.strip_prefix('H') {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{}{rest}", self.handle),
            _ => word.to_owned(),
        });
        let all: Vec<String> = self.program.iter().cloned().chain(named).collect();
        run(&all.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// Both programs, devlink first.
fn sides<'l>(lab: &Lab, handle: &'l str) -> [Side<'l>; 2] {
    let snicctl = lab.programs.join("snicctl").to_string_lossy().into_owned();
    let theirs = Side { program: vec!["devlink".to_owned()], handle };
    [theirs, Side { program: vec![snicctl, "devlink".to_owned()], handle }]
}

/// Whatever is read, and whatever is wrong, both print the same and end alike.
pub(crate) fn reads_alike(lab: &Lab) -> Outcome {
    let nic = Nic::new(3)?;
    let handle = nic.handle();
    let [theirs, ours] = sides(lab, &handle);
    fs::write(nic.file("sriov_numvfs"), "2")?;
    let shown = READS.iter().flat_map(|line| FORMS.iter().map(move |form| format!("{form} {line}")));
    let others = OTHER_FORMS.iter().chain(WRONG).map(|line| (*line).to_owned());
    let mut wrong = Vec::new();
    for line in shown.chain(others) {
        let [devlink, us] = [theirs.run(&line)?, ours.run(&line)?];
        // getopt says the program's name as it was called.
        let said = |ran: &Ran| ran.err.replace("/usr/sbin/devlink", "devlink");
        if (devlink.code, &devlink.out, said(&devlink)) != (us.code, &us.out, said(&us)) {
            wrong.push(format!(
                "devlink {line}\n  devlink ended with {}: {}{}\n  we ended with {}: {}{}",
                devlink.code, devlink.out, devlink.err, us.code, us.out, us.err
            ));
        }
    }
    expect(wrong.is_empty(), || format!("{} lines differ:\n{}", wrong.len(), wrong.join("\n")))?;
    Ok(Done::Passed)
}

/// The same changes by each, on a fresh device, come to the same states.
pub(crate) fn changes_alike(lab: &Lab) -> Outcome {
    let mut all = Vec::new();
    for at in 0..2 {
        let nic = Nic::new(2)?;
        let handle = nic.handle();
        fs::write(nic.file("sriov_numvfs"), "1")?;
        let both = sides(lab, &handle);
        let mut course = Vec::new();
        for line in CHANGES {
            let ran = both[at].run(line)?;
            course.push(format!("{line}: {} {}{}", ran.code, ran.out, ran.err));
            for look in LOOKS {
                // Numbers, and names of new links, differ from one device to the next.
                let seen = both[0].run(&format!("-j {look}"))?.good()?;
                course.push(without_links(&seen)?);
            }
        }
        all.push(course);
    }
    for (ours, theirs) in all[1].iter().zip(&all[0]) {
        expect_eq(ours, theirs, "a line or the state behind it")?;
    }
    Ok(Done::Passed)
}

/// What both monitors hear of the same changes is the same.
pub(crate) fn monitors_alike(lab: &Lab) -> Outcome {
    let nic = Nic::new(2)?;
    let handle = nic.handle();
    let both = sides(lab, &handle);
    for form in ["", "-j"] {
        let mut heard = Vec::new();
        for (at, side) in both.iter().enumerate() {
            let path = format!("/tmp/devlink-monitor-{at}");
            let mut words = side.program.clone();
            words.extend(form.split(' ').filter(|word| !word.is_empty()).map(str::to_owned));
            words.extend(["monitor", "dev", "port"].map(str::to_owned));
            let mut command = Command::new(&words[0]);
            command.args(&words[1..]).stdout(File::create(&path)?).stderr(Stdio::null());
            heard.push((command.spawn()?, path));
        }
        // devlink holds back what it prints into a file; the last message is there when it ends.
        std::thread::sleep(std::time::Duration::from_millis(1500));
        both[0].run("dev reload H")?.good()?;
        both[0].run("dev reload H")?.good()?;
        let ours = heard[1].1.clone();
        let news = if form == "-j" { "\"reload\"" } else { "[dev,new]" };
        until("the monitor has heard of both reloads", || {
            Ok(fs::read_to_string(&ours)?.matches(news).count() >= 2)
        })?;
        std::thread::sleep(std::time::Duration::from_millis(500));
        let mut told = Vec::new();
        for (mut child, path) in heard {
            run(&["kill", "-INT", &child.id().to_string()])?.good()?;
            child.wait()?;
            // Only devlink closes its list when it is interrupted.
            told.push(fs::read_to_string(&path)?.trim_end().trim_end_matches("]}").to_owned());
        }
        expect(told[0].lines().count() > 3 || form == "-j", || format!("devlink heard {:?}", told[0]))?;
        expect_eq(&told[1], &told[0], &format!("devlink {form} monitor"))?;
    }
    Ok(Done::Passed)
}

/// A state without the names of links and without numbers that count up.
fn without_links(text: &str) -> Result<String, Why> {
    let mut value: serde_json::Value = serde_json::from_str(text)?;
    strip(&mut value);
    Ok(value.to_string())
}

fn strip(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            map.retain(|name, _| !["netdev", "occ", "index"].contains(&name.as_str()));
            map.values_mut().for_each(strip);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(strip),
        _ => {}
    }
}
