//! Rules that nobody takes, and rules of others that we do not understand.

use smartnic::{ErrorKind, Host};

use crate::check::{Done, Outcome, expect, expect_eq};
use crate::corpus::{file, foreign, refused, tc_batch};
use crate::dump::{AGES, Dump, PLACES};
use crate::lab::{Lab, run};
use crate::nic::Nic;
use crate::normal::{seen_by_tc, seen_by_us};

/// The smallest exit code that stands for an error of the SDK; 2 is a wrong command line.
const FIRST_KIND: i32 = 3;

/// Line by line; tc must refuse it too, or the line has no place in the file.
pub(crate) fn refused_alike(lab: &Lab) -> Outcome {
    let _nic = Nic::with_places()?;
    let before = Dump::of_rules(&AGES)?;
    for line in refused() {
        let file = file("refused", &[line])?;
        let file = file.to_string_lossy();
        let tc = run(&["tc", "-batch", &file])?;
        expect(tc.code != 0, || format!("tc takes: {line}"))?;
        let ours = lab.try_snicctl(&["flow", "apply", &file])?;
        expect(ours.code >= FIRST_KIND, || format!("we take what tc refuses: {line} (code {})", ours.code))?;
        let names_it = ours.err.contains("line 1") || ours.err.contains("block 99");
        expect(names_it, || format!("the message names neither the line nor the place: {}", ours.err))?;
        let left = seen_by_tc(PLACES[0])?;
        expect(left.is_empty(), || format!("refused, but it left a rule: {line}"))?;
    }
    Dump::of_rules(&AGES)?.must_equal(&before, "after all were refused")?;
    Ok(Done::Passed)
}

/// Kinds of filters that are none of ours.
pub(crate) fn foreign_rules(lab: &Lab) -> Outcome {
    let _nic = Nic::with_places()?;
    let lines = foreign();
    tc_batch(&file("foreign", &lines)?)?;
    let before = Dump::of_rules(&AGES)?;
    let host = Host::open("linux:")?;
    let ours = seen_by_us(&host)?;
    let mut theirs = Vec::new();
    for place in PLACES {
        theirs.extend(seen_by_tc(place)?);
    }
    // None of them is a rule of ours, and none is shown as one.
    expect_eq(&(ours.len(), theirs.len()), &(0, 0), "rules read")?;
    for format in ["table", "json", "yaml", "tc"] {
        let listed = lab.try_snicctl(&["flow", "list", "-o", format])?;
        let listed = listed.good()?;
        let line = listed.lines().find(|line| line.trim_start().starts_with("filter "));
        expect(line.is_none(), || format!("flow list -o {format} prints {}", line.unwrap_or_default()))?;
    }

    // Our own rules come and go around them, also when they fail half-way.
    let own = ["filter add dev sim0 ingress protocol ip pref 1 flower dst_ip 10.0.0.1 action drop"];
    let clash = "filter add dev sim0 ingress protocol ipv6 pref 103 flower dst_ip 2001:db8::1 action drop";
    let failing = lab.try_snicctl(&["flow", "apply", &file("own", &[own[0], clash])?.to_string_lossy()])?;
    failing.refused(i32::from(ErrorKind::Refused.code()), &["specified priority", "line 2"])?;
    Dump::of_rules(&AGES)?.must_equal(&before, "after a failed apply beside foreign filters")?;
    let own = file("own", &own)?;
    lab.snicctl(&["flow", "apply", &own.to_string_lossy()])?;
    lab.snicctl(&["flow", "del", "--file", &own.to_string_lossy()])?;
    Dump::of_rules(&AGES)?.must_equal(&before, "after rules came and went beside foreign filters")?;
    Ok(Done::Passed)
}
