//! Rules that nobody takes, and rules of others that we do not understand.

use smartnic::{ErrorKind, Host};

use crate::check::{Done, During, Outcome, expect, expect_eq};
use crate::corpus::{file, foreign, refused, tc_batch};
use crate::dump::{AGES, Dump, PLACES};
use crate::lab::{Lab, run};
use crate::nic::Nic;
use crate::normal::{seen_by_tc, seen_by_us};

/// The smallest exit code that stands for an error of the SDK; 2 is a wrong command line.
const FIRST_KIND: i32 = 3;

/// The priority and handle of the foreign rule with a cookie.
const NOTED: (u16, u32) = (107, 6);

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

/// Keys, actions and kinds of filters that the flow model has no fields for.
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
    // Each flower rule is there, at its place, and what was not understood is shown as such.
    let names = |seen: &[crate::normal::Seen]| -> Vec<_> {
        seen.iter()
            .map(|rule| (rule.place.clone(), rule.chain, rule.prio, rule.protocol, rule.handle))
            .collect()
    };
    expect_eq(&names(&ours), &names(&theirs), "the flower rules")?;
    // The cookie of an action is a note of its maker; it does nothing to packets.
    let noted = theirs.iter().position(|rule| rule.prio == NOTED.0 && rule.handle == NOTED.1);
    let lost = ours.iter().enumerate().find(|(at, rule)| {
        let shown = rule.to_string();
        Some(*at) != noted && !shown.contains("attribute ") && !shown.contains("unknown ")
    });
    expect(lost.is_none(), || {
        format!("a part of this rule was lost: {}", lost.map_or("".into(), |(_, rule)| rule.to_string()))
    })?;
    for format in ["table", "json", "yaml", "tc"] {
        let listed = lab.try_snicctl(&["flow", "list", "-o", format])?;
        // What cannot be written as a rule must be refused, never be written as a wider rule.
        match format {
            "table" | "json" => drop(listed.good()?),
            _ => {
                must_not_widen(&listed.out).during(format_args!("flow list -o {format} of foreign rules"))?
            }
        }
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

/// None of these lines may be a rule that a reader takes: all of them lack what was not understood, but for the rule
/// with a cookie.
fn must_not_widen(printed: &str) -> Result<(), crate::check::Why> {
    let mut lines = printed.lines().filter(|line| !line.contains("10.0.0.12"));
    let rule = lines.find(|line| line.trim_start().starts_with("filter "));
    expect(rule.is_none(), || format!("a rule without its unknown part: {}", rule.unwrap_or_default()))
}
