//! ethtool's topics: what we show and change, and what `ethtool` shows.

use serde_json::Value;

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh_json};
use crate::nic::Nic;

const LINK: &str = "sim0";

/// Our words for a topic, and ethtool's options.
const TOPICS: [(&str, &str); 5] =
    [("ring", "-g"), ("channel", "-l"), ("coalesce", "-c"), ("pause", "-I -a"), ("fec", "-I --show-fec")];

/// What a driver is asked for, in our words. The kernel of the lab takes all of it on netdevsim.
const CHANGES: [(&str, [&str; 4]); 4] = [
    ("ring", ["rx", "256", "tx", "128"]),
    ("coalesce", ["rx-usecs", "9", "adaptive-tx", "on"]),
    ("pause", ["rx", "on", "tx", "on"]),
    ("fec", ["config", "RS", "auto", "on"]),
];

pub(crate) fn as_ethtool_shows(lab: &Lab) -> Outcome {
    let _nic = Nic::with_places()?;
    alike(lab)?;
    for (noun, change) in CHANGES {
        let mut words = vec![noun, "set", LINK];
        words.extend(change);
        let before = theirs(noun)?;
        lab.snicctl(&words)?;
        expect(before != theirs(noun)?, || format!("ethtool sees nothing of {words:?}"))?;
    }
    alike(lab)?;
    // ethtool has words of its own for these two.
    lab.snicctl(&["fec", "set", LINK, "config", "None,BASER", "auto", "off"])?;
    expect_eq(&lab.snicctl_json(&["fec", "show", LINK])?, &theirs("fec")?, "encodings by ethtool's words")?;
    lab.try_snicctl(&["ring", "set", LINK, "rx", "5000"])?
        .refused(11, &["requested ring size exceeds maximum"])?;
    lab.try_snicctl(&["ring", "show", "lo"])?.refused(8, &["read rings"])?;
    Ok(Done::Passed)
}

fn alike(lab: &Lab) -> Result<(), Why> {
    for (noun, _) in TOPICS {
        expect_eq(&lab.snicctl_json(&[noun, "show", LINK])?, &theirs(noun)?, noun)?;
    }
    let ours = lab.snicctl_json(&["features", "show", LINK])?;
    let theirs = sh_json(&format!("ethtool --json -k {LINK}"))?;
    let theirs = theirs[0].as_object().ok_or_else(|| Why("ethtool shows no features".to_owned()))?;
    // ethtool has names of its own for some and for groups; those that both know must be the same.
    let ours = ours[0].as_object().ok_or_else(|| Why("we show no features".to_owned()))?;
    let common = ours.iter().filter_map(|(name, state)| Some((name, state, theirs.get(name)?)));
    let mut count = 0;
    for (name, ours, theirs) in common {
        expect_eq(ours, theirs, name)?;
        count += 1;
    }
    expect(count > 40, || format!("only {count} features have the same name"))
}

/// What ethtool shows of a topic.
fn theirs(noun: &str) -> Result<Value, Why> {
    let options = TOPICS.iter().find(|(ours, _)| *ours == noun).map_or("", |(_, options)| options);
    sh_json(&format!("ethtool --json {options} {LINK}"))
}
