//! What igb tells for upkeep: its tests, registers and EEPROM are those that ethtool shows; what it has not is refused.

use std::fs;
use std::time::{Duration, Instant};

use super::igb::Igb;
use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, run, sh};

const OURS: &str = "/tmp/bytes-by-snicctl";
const THEIRS: &str = "/tmp/bytes-by-ethtool";

pub(crate) fn as_ethtool_tells(lab: &Lab) -> Outcome {
    let igb = Igb::load()?;
    let done = on(lab, &igb.link);
    sh("modprobe -r igbvf igb")?;
    done
}

fn on(lab: &Lab, link: &str) -> Outcome {
    let ours = lab.snicctl_json(&["driver", "test", link])?;
    let theirs = sh(&format!("ethtool -t {link} online"))?;
    expect_eq(&ours[0]["test"]["passed"], &theirs.contains("PASS").into(), "whether all is well")?;
    let results = ours[0]["test"]["results"].as_array().cloned().unwrap_or_default();
    expect(!results.is_empty(), || format!("no test was made: {ours}"))?;
    for result in results {
        let name = result["name"].as_str().unwrap_or_default();
        let line = theirs.lines().find(|line| line.starts_with(name));
        let line = line.ok_or_else(|| Why(format!("ethtool does not know the test {name}: {theirs}")))?;
        let value = result["value"].to_string();
        expect(line.trim_end().ends_with(&value), || format!("{name}: we say {value}, ethtool {line}"))?;
    }

    lab.snicctl(&["driver", "eeprom", link, "--out", OURS])?;
    theirs_of(&format!("ethtool -e {link} raw on"))?;
    expect_eq(&fs::read(OURS)?, &fs::read(THEIRS)?, "the EEPROM")?;
    let part = lab.snicctl_json(&["driver", "eeprom", link, "--offset", "4", "--length", "8"])?;
    let part: Vec<u8> = serde_json::from_value(part[0]["data"].clone()).unwrap_or_default();
    expect_eq(&part, &fs::read(THEIRS)?[4..12].to_vec(), "a part of the EEPROM")?;

    lab.snicctl(&["driver", "registers", link, "--out", OURS])?;
    theirs_of(&format!("ethtool -d {link} raw on"))?;
    let (ours, theirs) = (fs::read(OURS)?, fs::read(THEIRS)?);
    expect_eq(&ours.len(), &theirs.len(), "the length of the registers")?;
    // Some count, or are cleared as they are read.
    let same = ours.iter().zip(&theirs).filter(|(ours, theirs)| ours == theirs).count();
    expect(same * 10 > ours.len() * 9, || format!("only {same} of {} bytes are the same", ours.len()))?;
    expect(ours.iter().any(|byte| *byte != 0), || "all registers are zero".to_owned())?;

    let begun = Instant::now();
    lab.snicctl(&["driver", "identify", link, "--seconds", "2"])?;
    expect(begun.elapsed() >= Duration::from_secs(2), || "the lamp did not blink for its time".to_owned())?;

    lab.try_snicctl(&["driver", "reset", link, "all"])?.refused(8, &["reset a device"])?;
    lab.try_snicctl(&["tunable", "show", link])?.refused(8, &["read tunables"])?;
    lab.try_snicctl(&["coalesce", "queue", link, "0"])?.refused(8, &["read interrupt coalescing"])?;
    Ok(Done::Passed)
}

/// Bytes that ethtool prints.
fn theirs_of(line: &str) -> Result<(), Why> {
    run(&["sh", "-c", &format!("{line} > {THEIRS}")])?.good().map(drop)
}
