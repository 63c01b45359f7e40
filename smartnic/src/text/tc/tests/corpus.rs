use super::sent::sent;
use crate::text::tc::{Op, parse, rule_to_tc};

/// Lines, and what tc 7.3 sends to the kernel for each; recorded by testdata/record-corpus.
const CORPUS: &str = include_str!("../../../../testdata/tc-corpus.txt");

fn cases() -> Vec<(&'static str, String)> {
    let lines: Vec<&str> = CORPUS.lines().filter(|line| !line.starts_with("# ")).collect();
    let case = |pair: &[&'static str]| {
        // tc writes the ingress qdisc itself; the kernel takes its only class for the same place.
        (pair[0], pair[1].trim_start().replace("parent=ffff0000", "parent=fffffff2"))
    };
    lines.chunks_exact(2).map(case).collect()
}

#[test]
fn every_line_means_what_it_means_to_tc() {
    let cases = cases();
    assert!(cases.len() >= 120, "{}", cases.len());
    for (line, expected) in cases {
        let script = parse(line).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(script.items.len(), 1, "{line}");
        assert_eq!(sent(&script.items[0].op), expected, "{line}");
    }
}

#[test]
fn what_is_written_is_read_again() {
    for (line, _) in cases() {
        let op = parse(line).unwrap().items.remove(0).op;
        let (Op::Add(rule) | Op::Replace(rule) | Op::Change(rule)) = op else { continue };
        let written = rule_to_tc(&rule).unwrap();
        assert_eq!(parse(&written).unwrap().items[0].op, Op::Add(rule), "{line}\n{written}");
    }
}

#[test]
fn written_lines_keep_their_form() {
    let line = "filter add dev pf0vf0 ingress protocol 802.1Q pref 7 chain 2 handle 0x5 flower skip_sw vlan_id 5 \
                vlan_ethtype ip ip_proto tcp dst_ip 10.0.0.0/8 dst_port 80-90 tcp_flags 0x2/0x12 action vlan pop pipe \
                action mirred egress redirect dev pf0vf1 hw_stats disabled";
    let Op::Add(rule) = parse(line).unwrap().items.remove(0).op else { panic!("{line}") };
    assert_eq!(rule_to_tc(&rule).unwrap(), line);
}
