//! The suite on every simulated NIC, by direct calls and in netlink bytes.

use conformance::{Bench, checks, run};
use smartnic::Host;

fn suite(uri: &str) {
    let host = Host::open(uri).unwrap();
    let bench = Bench::new(&host, None).unwrap();
    println!("{uri}");
    let report = run(&bench, &checks::all(), &mut |line| println!("{line}"));
    assert!(report.failed.is_empty(), "{uri}: {report}\n{:#?}", report.failed);
    // bnxt has neither sub-functions nor addresses of functions nor resources.
    assert!(report.skipped.len() < 6, "{uri}: {report}: {:#?}", report.skipped);
}

macro_rules! suites {
    ($($name:ident: $uri:literal,)*) => {
        $(#[test]
        fn $name() {
            suite($uri);
        })*
    };
}

suites! {
    bluefield3_direct: "sim:bluefield3?face=direct",
    bluefield3_netlink: "sim:bluefield3?face=netlink",
    e810_direct: "sim:e810?face=direct",
    e810_netlink: "sim:e810?face=netlink",
    thor2_direct: "sim:thor2?face=direct",
    thor2_netlink: "sim:thor2?face=netlink",
}

#[test]
fn every_profile_is_in_the_list() {
    let list = include_str!("sim.rs");
    for (profile, _) in smartnic_sim::profiles() {
        for face in ["direct", "netlink"] {
            let uri = format!("\"sim:{profile}?face={face}\"");
            assert!(list.contains(&uri), "{uri} is missing");
        }
    }
}
