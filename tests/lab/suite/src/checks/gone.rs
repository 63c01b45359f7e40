//! A device that goes away under our hands.

use std::time::Duration;

use smartnic::ErrorKind;

use crate::check::{Done, Outcome, expect};
use crate::corpus::{file, tc_batch};
use crate::lab::{Lab, end, sh, until};
use crate::nic::Nic;

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
        let child = lab.start(&["flow", "apply", &file_new.to_string_lossy()])?;
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
        let child = lab.start(&["eswitch", "set", &nic.handle(), "--mode", "switchdev", "--vfs", "4"])?;
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
