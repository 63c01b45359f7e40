//! A device that goes away under our hands.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use smartnic::ErrorKind;

use crate::check::{Done, Outcome, Why, expect};
use crate::corpus::{file, tc_batch};
use crate::lab::{Lab, sh};
use crate::nic::Nic;

/// How long `snicctl` may go on once its device is gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// As soon as the first rules are there; once onto an empty link, once with rules of before to be put back.
pub(crate) fn while_applying(lab: &Lab) -> Outcome {
    let line = |at: usize| {
        let (high, low) = (at / 250, at % 250);
        format!("filter add dev sim0 ingress protocol ip pref 10 flower dst_ip 10.2.{high}.{low} action drop")
    };
    let lines: Vec<String> = (0..4000).map(line).collect();
    let file_new = file("gone", &lines)?;
    for earlier in [0, 500] {
        let nic = Nic::with_places()?;
        tc_batch(&file("gone-before", &lines[..earlier])?)?;
        let child = start(lab, &["flow", "apply", &file_new.to_string_lossy()])?;
        until("rules appear", || {
            let shown = sh("tc filter show dev sim0 ingress")?;
            Ok(shown.matches("handle 0x").count() > earlier)
        })?;
        nic.remove()?;
        let (code, said) = end(child)?;
        let gone = [ErrorKind::DeviceGone, ErrorKind::NotFound].map(|kind| i32::from(kind.code()));
        expect(gone.contains(&code), || format!("with {earlier} rules before: ended with {code}: {said}"))?;
    }
    Ok(Done::Passed)
}

/// At several moments of making VFs and representors.
pub(crate) fn while_changing_mode(lab: &Lab) -> Outcome {
    let mut in_time = 0;
    for delay in [0, 20, 40, 60, 80, 100, 150, 200] {
        let nic = Nic::new(2)?;
        let child = start(lab, &["eswitch", "set", &nic.handle(), "--mode", "switchdev", "--vfs", "4"])?;
        std::thread::sleep(Duration::from_millis(delay));
        nic.remove()?;
        let (code, said) = end(child)?;
        // It may have been done before; else it must say that the device is not there.
        let kinds = [ErrorKind::DeviceGone, ErrorKind::NotFound];
        let fitting = kinds.iter().any(|kind| code == i32::from(kind.code()));
        expect(code == 0 || fitting, || format!("removed after {delay} ms: ended with {code}: {said}"))?;
        in_time += usize::from(fitting);
    }
    expect(in_time > 0, || "no removal came in time to be noticed".into())?;
    Ok(Done::Passed)
}

fn start(lab: &Lab, words: &[&str]) -> Result<Child, Why> {
    let mut command = Command::new(lab.programs.join("snicctl"));
    command.args(words).env("RUST_BACKTRACE", "1").stdout(Stdio::null()).stderr(Stdio::piped());
    Ok(command.spawn()?)
}

fn until(what: &str, holds: impl Fn() -> Result<bool, Why>) -> Result<(), Why> {
    let begun = Instant::now();
    while !holds()? {
        expect(begun.elapsed() < PATIENCE, || format!("waited in vain until {what}"))?;
    }
    Ok(())
}

/// The exit code and what was said; a hang fails the check.
fn end(mut child: Child) -> Result<(i32, String), Why> {
    let begun = Instant::now();
    while child.try_wait()?.is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Err(Why("snicctl hung when its device had gone".into()));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output()?;
    Ok((output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned()))
}
