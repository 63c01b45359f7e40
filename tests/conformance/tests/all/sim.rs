//! The suite on every simulated NIC, by direct calls and in netlink bytes.

use conformance::{Bench, checks, run};
use smartnic::Host;

fn suite(uri: &str, skipped: usize) {
    let host = Host::open(uri).unwrap();
    let bench = Bench::new(&host, None).unwrap();
    println!("{uri}");
    let report = run(&bench, &checks::all(), &mut |line| println!("{line}"));
    assert!(report.failed.is_empty(), "{uri}: {report}\n{:#?}", report.failed);
    // bnxt has neither sub-functions nor addresses of functions nor resources; others have less. A switch is simulated
    // for what devlink tells of it: it has neither VFs nor flow rules.
    assert!(report.skipped.len() <= skipped, "{uri}: {report}: {:#?}", report.skipped);
}

macro_rules! suites {
    ($($name:ident: $uri:literal, $skipped:literal;)*) => {
        $(#[test]
        fn $name() {
            suite($uri, $skipped);
        })*
    };
}

suites! {
    bluefield3_direct: "sim:bluefield3?face=direct", 5;
    bluefield3_netlink: "sim:bluefield3?face=netlink", 5;
    bluefield3_dpu_direct: "sim:bluefield3-dpu?face=direct", 5;
    bluefield3_dpu_netlink: "sim:bluefield3-dpu?face=netlink", 5;
    e810_direct: "sim:e810?face=direct", 5;
    e810_netlink: "sim:e810?face=netlink", 5;
    thor2_direct: "sim:thor2?face=direct", 5;
    thor2_netlink: "sim:thor2?face=netlink", 5;
    agilio_direct: "sim:agilio?face=direct", 9;
    agilio_netlink: "sim:agilio?face=netlink", 9;
    u25n_direct: "sim:u25n?face=direct", 9;
    u25n_netlink: "sim:u25n?face=netlink", 9;
    cn10k_direct: "sim:cn10k?face=direct", 18;
    cn10k_netlink: "sim:cn10k?face=netlink", 18;
    cn10k_rep_direct: "sim:cn10k-rep?face=direct", 16;
    cn10k_rep_netlink: "sim:cn10k-rep?face=netlink", 16;
    connectx3_direct: "sim:connectx3?face=direct", 38;
    connectx3_netlink: "sim:connectx3?face=netlink", 38;
    connectx7_ib_direct: "sim:connectx7-ib?face=direct", 34;
    connectx7_ib_netlink: "sim:connectx7-ib?face=netlink", 34;
    x710_direct: "sim:x710?face=direct", 18;
    x710_netlink: "sim:x710?face=netlink", 18;
    i350_direct: "sim:i350?face=direct", 30;
    i350_netlink: "sim:i350?face=netlink", 30;
    t6_direct: "sim:t6?face=direct", 26;
    t6_netlink: "sim:t6?face=netlink", 26;
    kunpeng_direct: "sim:kunpeng?face=direct", 18;
    kunpeng_netlink: "sim:kunpeng?face=netlink", 18;
    fastlinq_direct: "sim:fastlinq?face=direct", 18;
    fastlinq_netlink: "sim:fastlinq?face=netlink", 18;
    spectrum_direct: "sim:spectrum?face=direct", 38;
    spectrum_netlink: "sim:spectrum?face=netlink", 38;
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
