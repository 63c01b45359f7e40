//! A long text is read in parts; what comes out is that of the whole.

use crate::text::tc::parse_parts;
use crate::text::words;

const TEXT: &str = "filter add dev a ingress pref 1 flower action drop\n# group: web\nfilter add dev a ingress \\\n \
                    pref 2 flower action drop\nfilter add dev a ingress pref 3 flower action drop\n# group:\n\
                    filter add dev a ingress pref 4 flower action drop\n# group: dns\n\nfilter add dev a ingress pref \
                    5 flower action drop\nfilter add dev a ingress pref 6 flower action drop\n";

#[test]
fn parts_come_together_as_the_whole() {
    let whole = parse_parts(&[TEXT]).unwrap();
    let groups: Vec<_> = whole.items.iter().map(|item| (item.line, item.group.as_deref())).collect();
    let (web, dns) = (Some("web"), Some("dns"));
    assert_eq!(groups, [(1, None), (3, web), (5, web), (7, None), (10, dns), (11, dns)]);
    for count in 2..12 {
        assert_eq!(parse_parts(&words::parts(TEXT, count)).unwrap(), whole, "{count} parts");
    }
}

#[test]
fn what_is_wrong_in_parts_is_told_as_of_the_whole() {
    let text = TEXT.replace("pref", "perf");
    let whole = parse_parts(&[text.as_str()]).unwrap_err();
    assert_eq!(whole.list.iter().map(|problem| problem.line).collect::<Vec<_>>(), [1, 4, 5, 7, 10, 11]);
    for count in 2..12 {
        assert_eq!(parse_parts(&words::parts(&text, count)).unwrap_err(), whole, "{count} parts");
    }
}
