use smartnic_core::adapter::Expectation::{Hardware, Software, Unknown};
use smartnic_core::adapter::OffloadContext;
use smartnic_core::flow::{Action, Attach, Control, IpProto, Rule};

use super::NETDEVSIM;
use crate::testing::{FOREIGN, REP0, SWITCHDEV, UPLINK, check, ip, port};

#[test]
fn a_new_kernel_takes_what_it_offers_to_drivers() {
    // Whether hw-tc-offload is on does not matter to this driver.
    let off = OffloadContext { tc_offload: Some(false), ..SWITCHDEV };
    for context in [SWITCHDEV, off, OffloadContext { kernel: "7.2.0-rc1", ..SWITCHDEV }] {
        let cases = vec![
            (
                "range",
                ip(REP0).matching(port(IpProto::SCTP, "80-90")).action(Action::drop()),
                Hardware,
                &[][..],
            ),
            ("chain", ip(REP0).chain(7).action(Action::goto_chain(3)), Hardware, &[]),
            ("anywhere", ip(UPLINK).action(Action::redirect(FOREIGN)), Hardware, &[]),
            ("skip_hw", ip(UPLINK).action(Action::drop()).skip_hw(), Software, &["skip_hw"]),
            ("pipe", ip(UPLINK).action(Action::gact(Control::Pipe)), Software, &["Offload of \"pipe\""]),
            (
                "egress",
                Rule::new(Attach::egress(UPLINK)).action(Action::drop()),
                Software,
                &["ingress side only"],
            ),
        ];
        check(&NETDEVSIM, &context, cases);
    }
}

#[test]
fn an_older_kernel_refuses_and_an_unknown_one_is_a_doubt() {
    let words = &["only offload of BPF classifiers supported"][..];
    for kernel in ["6.12.117+deb12-amd64", "7.0.1", "7.1.12"] {
        let context = OffloadContext { kernel, ..SWITCHDEV };
        check(&NETDEVSIM, &context, vec![(kernel, ip(REP0).action(Action::drop()), Software, words)]);
    }
    let context = OffloadContext { kernel: "", ..SWITCHDEV };
    let depends = &["depends on the kernel"][..];
    check(&NETDEVSIM, &context, vec![("unknown", ip(REP0).action(Action::drop()), Unknown, depends)]);
}
