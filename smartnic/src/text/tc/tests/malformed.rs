use crate::text::tc::parse;

/// Lines, and behind them where they are wrong (`@COLUMN`) and words that the message must have.
const CORPUS: &str = include_str!("../../../../testdata/tc-malformed.txt");

#[test]
fn every_mistake_is_found_where_it_is() {
    let lines: Vec<&str> = CORPUS.lines().filter(|line| !line.starts_with("# ")).collect();
    assert!(lines.len() >= 150, "{}", lines.len());
    for pair in lines.chunks_exact(2) {
        let (line, expected) = (pair[0], pair[1].trim_start());
        let problems = parse(line).expect_err(line);
        let [problem] = &problems.list[..] else { panic!("{problems}") };
        let said = format!("@{} {}{}", problem.column, problem.message, hint(problem.hint.as_deref()));
        assert_eq!(said, expected, "{line}");
        assert_eq!((problem.line, problem.source.as_str()), (1, line));
    }
}

fn hint(hint: Option<&str>) -> String {
    hint.map_or(String::new(), |hint| format!(" // {hint}"))
}

#[test]
fn all_lines_are_looked_at() {
    let text = "filter add dev a ingress flower foo\n\nqdisc add dev a clsact\nfilter add dev a \\\n  ingress fower\nnope\n";
    let places: Vec<_> =
        parse(text).unwrap_err().list.iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(places, [(1, 33), (5, 11), (6, 1)]);
}

#[test]
fn a_problem_is_shown_with_its_place() {
    let problems =
        parse("filter add dev a ingress protocol ip flower ip_proto tcp dst_prt 80 action drop").unwrap_err();
    let expected = "line 1, column 58: no key of flower is called `dst_prt`
    filter add dev a ingress protocol ip flower ip_proto tcp dst_prt 80 action drop
                                                             ^^^^^^^
    did you mean `dst_port`?";
    assert_eq!(problems.to_string(), expected);
}
