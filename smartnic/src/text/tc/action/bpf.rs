//! `bpf`: runs a program, which is pinned or a classic one.

use smartnic_core::flow::{Action, ActionKind, ActionState, Bpf};

use super::common::{by_index, end, written_end};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::tc::print::quoted;

/// The most instructions of a classic program (`BPF_MAXINSNS`).
const MAX_OPS: usize = 4096;

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let word = cursor.value_of("bpf")?;
    let word = if word.begins("run") { cursor.value_of("run")? } else { word };
    let text = word.text;
    let bpf = match () {
        () if word.begins("index") => {
            cursor.back();
            Bpf::default()
        }
        () if word.begins("bytecode") || text == "bc" => {
            Bpf { ops: ops(&cursor.value_of("bytecode")?)?, ..Bpf::default() }
        }
        () if word.begins("bytecode-file") || text == "bcf" => {
            let fault = word.wrong("programs are not read from files");
            return Err(fault.hint("write what stands in the file behind `bytecode`"));
        }
        () if word.begins("object-file") || text == "obj" => {
            let fault = word.wrong("programs are not loaded from object files");
            let hint =
                "load and pin it, for instance with `bpftool prog load`, and write `object-pinned PATH`";
            return Err(fault.hint(hint));
        }
        () if ["object-pinned", "pinned", "fd"].iter().any(|name| word.begins(name)) => pinned(cursor)?,
        () => return Err(word.unknown("kind of program", ["bytecode", "object-pinned"])),
    };
    let action = end(cursor, ActionKind::Bpf(bpf))?;
    match (&action.kind, action.index) {
        (ActionKind::Bpf(bpf), Some(_)) if *bpf == Bpf::default() => Ok(by_index(action)),
        _ => Ok(action),
    }
}

/// The path, and words that matter only for programs from files.
fn pinned(cursor: &mut Cursor<'_>) -> Parsed<Bpf> {
    let path = cursor.value_of("object-pinned")?;
    if cursor.next_if(|word| word.begins("section")).is_some() {
        cursor.value_of("section")?;
    }
    if cursor.next_if(|word| word.text == "program").is_some() {
        cursor.value_of("program")?;
    }
    if let Some(word) = cursor.peek().filter(|word| word.begins("export")) {
        return Err(word.wrong("a program's maps are not handed to others"));
    }
    cursor.next_if(|word| word.begins("verbose"));
    Ok(Bpf { pinned: Some(path.text.to_owned()), ..Bpf::default() })
}

/// A program as text: the number of its instructions, and each as code, two jumps, operand.
fn ops(word: &Word<'_>) -> Parsed<Vec<(u16, u8, u8, u32)>> {
    let hint = "such as '1,6 0 0 4294967295': the number of instructions, then each as four numbers";
    let wrong = |message: String| word.wrong(message).hint(hint);
    let (count, rest) = word.text.split_once(',').ok_or_else(|| wrong("this is no program".to_owned()))?;
    let count = count.trim_start().parse::<usize>().ok().filter(|count| (1..=MAX_OPS).contains(count));
    let count = count.ok_or_else(|| wrong(format!("a program has 1 to {MAX_OPS} instructions")))?;
    // A comma may stand behind the last one.
    let rest = rest.strip_suffix(',').unwrap_or(rest);
    let one = |(number, text): (usize, &str)| {
        op(text).ok_or_else(|| wrong(format!("the instruction {number} is not made of four numbers")))
    };
    let ops = (1..).zip(rest.split(',')).map(one).collect::<Result<Vec<_>, _>>()?;
    match ops.len() == count {
        true => Ok(ops),
        false => {
            Err(wrong(format!("the program says that it has {count} instructions and has {}", ops.len())))
        }
    }
}

fn op(text: &str) -> Option<(u16, u8, u8, u32)> {
    let mut numbers = text.split_ascii_whitespace();
    let mut next = || numbers.next();
    let op = (next()?.parse().ok()?, next()?.parse().ok()?, next()?.parse().ok()?, next()?.parse().ok()?);
    next().is_none().then_some(op)
}

pub(super) fn write(bpf: &Bpf, action: &Action) -> Result<String, String> {
    let text = match bpf {
        Bpf { pinned: Some(path), .. } => format!("bpf object-pinned {}", quoted(path)?),
        Bpf { ops, .. } if !ops.is_empty() => {
            let each = ops.iter().map(|(code, jt, jf, k)| format!(",{code} {jt} {jf} {k}"));
            format!("bpf bytecode '{}{}'", ops.len(), each.collect::<String>())
        }
        _ => return Err("a loaded program that is not known by its path".to_owned()),
    };
    Ok(text + &written_end(action)?)
}

pub(super) fn show(bpf: &Bpf, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.any("kind", "bpf", format_args!("bpf "));
    if let Some(name) = &bpf.name {
        show.any("bpf_name", name, format_args!("{name} "));
    }
    show_ops(&bpf.ops, show);
    if let Some(id) = bpf.id {
        show.open(Some("prog"));
        show.any("id", id, format_args!("id {id} "));
        show.close();
    }
    if let Some(tag) = bpf.tag {
        let tag: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
        show.any("tag", &tag, format_args!("tag {tag} "));
    }
    show.text(format_args!("default-action "));
    show_control(show, action.control);
    show_state(show, "\t ", state);
    show.text(format_args!(" "));
}

fn show_ops(ops: &[(u16, u8, u8, u32)], show: &mut Show<'_>) {
    if ops.is_empty() {
        return;
    }
    show.open(Some("bytecode"));
    let length = u32::try_from(ops.len()).unwrap_or(u32::MAX);
    show.any("length", length, format_args!("bytecode '{length},"));
    show.open_list(Some("insns"));
    for (at, (code, jt, jf, k)) in ops.iter().enumerate() {
        let end = if at + 1 == ops.len() { "' " } else { "," };
        show.open(None);
        show.any("code", *code, format_args!("{code} "));
        show.any("jt", *jt, format_args!("{jt} "));
        show.any("jf", *jf, format_args!("{jf} "));
        show.any("k", *k, format_args!("{k}{end}"));
        show.close();
    }
    show.close_list();
    show.close();
}
