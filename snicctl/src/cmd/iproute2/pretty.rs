//! JSON over several lines, as iproute2's `-p` sets it.

/// Sets out compact JSON.
pub(crate) fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    // For every open bracket, whether it is a list.
    let mut open: Vec<bool> = Vec::new();
    let mut in_text = false;
    let mut escaped = false;
    // Whether the innermost object or list has anything in it.
    let mut filled = false;
    for c in json.chars() {
        if in_text {
            out.push(c);
            in_text = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        let in_object = open.last() == Some(&false);
        match c {
            '{' | '[' => {
                out.push(c);
                open.push(c == '[');
                if c == '[' {
                    out.push(' ');
                }
                filled = false;
                continue;
            }
            '}' => {
                open.pop();
                if filled {
                    line(&mut out, open.len());
                }
                out.push('}');
            }
            ']' => {
                open.pop();
                if filled {
                    out.push(' ');
                }
                out.push(']');
            }
            ',' => {
                out.push(',');
                if in_object {
                    line(&mut out, open.len());
                }
            }
            ':' => out.push_str(": "),
            c => {
                if in_object && !filled {
                    line(&mut out, open.len());
                }
                in_text = c == '"';
                out.push(c);
            }
        }
        filled = true;
    }
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("    ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_names_stand_as_tc_sets_them() {
        let set = pretty(r#"[{"kind":"a{\"","options":{},"actions":[{"order":1},{"n":[2,3]}]}]"#);
        let want = r#"[ {
        "kind": "a{\"",
        "options": {},
        "actions": [ {
                "order": 1
            },{
                "n": [ 2,3 ]
            } ]
    } ]"#;
        assert_eq!(set, want);
        assert_eq!(pretty("[]"), "[ ]");
    }
}
