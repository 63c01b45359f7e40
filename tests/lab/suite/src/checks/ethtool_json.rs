//! Everything that ethtool 7.2 tells in JSON, on links of three drivers: what it tells we tell, what it is refused we are.

use serde_json::Value;

use super::igb::Igb;
use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, run, sh};
use crate::nic::Nic;

/// Our words, and ethtool's options. It has no JSON for its other ones (`-i`, `-d`, `-e`, `-T`, `-P`, `--show-tunnels` and
/// more); the link's own settings, `-k` and groups of statistics are held against ours by checks of their own.
const TOPICS: [(&str, &str); 12] = [
    ("ring show", "-g"),
    ("channel show", "-l"),
    ("coalesce show", "-c"),
    ("pause show", "-I -a"),
    ("fec show", "-I --show-fec"),
    ("rss show", "-x"),
    ("eee show", "--show-eee"),
    ("module power show", "--show-module"),
    ("module show", "-m"),
    ("mm show", "-I --show-mm"),
    ("pse show", "--show-pse"),
    ("phy signal", "--show-mse"),
];

pub(crate) fn alike(lab: &Lab) -> Outcome {
    let mut told = {
        let _nic = Nic::with_places()?;
        // The first have a check of their own on netdevsim, with changes.
        of(lab, "sim0", &TOPICS[5..])?
    };
    sh("ip link add veth-a type veth peer name veth-b")?;
    let veth = of(lab, "veth-a", &TOPICS);
    sh("ip link del veth-a")?;
    told += veth?;
    let igb = Igb::load()?;
    let link = of(lab, &igb.link, &TOPICS);
    // Others count the NICs that are there.
    sh("modprobe -r igbvf igb")?;
    told += link?;
    expect(told >= 9, || format!("ethtool told only {told} times something"))?;
    Ok(Done::Passed)
}

/// How many of the topics ethtool tells of a link.
fn of(lab: &Lab, link: &str, topics: &[(&str, &str)]) -> Result<usize, Why> {
    let mut told = 0;
    for (ours, theirs) in topics {
        let what = format!("{ours} {link}");
        let words: Vec<&str> = theirs.split(' ').collect();
        let theirs = run(&[&["ethtool", "--json"], &words[..], &[link]].concat())?;
        let words: Vec<&str> = ours.split(' ').chain([link]).collect();
        if theirs.code != 0 {
            let refused = lab.try_snicctl(&words)?;
            expect_eq(&refused.code, &8, &format!("{what}, which ethtool is refused ({})", theirs.err))?;
            continue;
        }
        let theirs: Value = serde_json::from_str(&theirs.out)?;
        let mut ours = lab.snicctl_json(&words)?;
        if let Some(shown) = ours[0].as_object_mut() {
            // ethtool has the fields of flows elsewhere.
            shown.remove("flow-hash");
        }
        expect_eq(&ours, &theirs, &what)?;
        told += 1;
    }
    Ok(told)
}
