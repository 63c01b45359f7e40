//! `qdisc` for `clsact` and `ingress`: add, change, replace, link, delete, list.

use smartnic_core::flow::{CLSACT_PARENT, QdiscRequest, ROOT_PARENT, TcRequest, TcTable, TcVerb};
use smartnic_core::types::IfIndex;

use super::{Command, Read, Reader, Stop, block_of, classid_of};
use crate::text::number::{Base, read as read_number};
use crate::text::tc::show_message::Asked;

/// The number of both qdiscs.
const HANDLE: u32 = 0xffff_0000;

/// Reads what follows `qdisc`.
pub(super) fn read(reader: &mut Reader<'_, '_>) -> Read<Command> {
    let Some(word) = reader.cursor.next() else { return list(reader) };
    let verb = match () {
        () if word.begins("add") => TcVerb::Add,
        () if word.begins("change") => TcVerb::Change,
        () if word.begins("replace") => TcVerb::Replace,
        () if word.begins("link") => TcVerb::Link,
        () if word.begins("delete") => TcVerb::Delete,
        () if word.begins("list") || word.begins("show") || word.begins("lst") => return list(reader),
        () if word.begins("help") => return Err(Stop::help()),
        () => {
            return Err(Stop::usage(format!("Command \"{}\" is unknown, try \"tc qdisc help\".", word.text)));
        }
    };
    modify(reader, verb)
}

fn modify(reader: &mut Reader<'_, '_>, verb: TcVerb) -> Read<Command> {
    let mut dev = None;
    let mut wanted = QdiscRequest {
        link: IfIndex(0),
        kind: None,
        handle: 0,
        parent: 0,
        ingress_block: None,
        egress_block: None,
    };
    while let Some(word) = reader.cursor.next() {
        match word.text {
            "dev" => {
                let value = reader.value()?;
                if dev.is_some() {
                    return Err(Stop::twice("dev", value));
                }
                dev = Some(value);
            }
            "handle" => {
                if wanted.handle != 0 {
                    let value = reader.cursor.peek().map(|word| word.text).unwrap_or_default();
                    return Err(Stop::twice("handle", value));
                }
                let value = reader.value()?;
                wanted.handle = handle_of(value).ok_or_else(|| Stop::wrong(value, "invalid qdisc ID"))?;
            }
            "root" => {
                if wanted.parent != 0 {
                    return Err(Stop::usage("Error: \"root\" is duplicate parent ID"));
                }
                wanted.parent = ROOT_PARENT;
            }
            kind @ ("clsact" | "ingress") => {
                if wanted.parent != 0 {
                    return Err(Stop::usage(format!("Error: \"{kind}\" is a duplicate parent ID")));
                }
                (wanted.parent, wanted.handle) = (CLSACT_PARENT, HANDLE);
                wanted.kind = Some(kind.to_owned());
                break;
            }
            "parent" => {
                let value = reader.value()?;
                if wanted.parent != 0 {
                    return Err(Stop::twice("parent", value));
                }
                wanted.parent = classid_of(value).ok_or_else(|| Stop::wrong(value, "invalid parent ID"))?;
            }
            _ if word.begins("estimator") => return Err(Stop::left_to_tc("`estimator`")),
            _ if word.begins("stab") => return Err(Stop::left_to_tc("`stab`")),
            _ if word.begins("ingress_block") => {
                let block = block_of(reader.value()?, "invalid ingress block index value")?;
                wanted.ingress_block = Some(block);
            }
            _ if word.begins("egress_block") => {
                let block = block_of(reader.value()?, "invalid egress block index value")?;
                wanted.egress_block = Some(block);
            }
            _ if word.begins("help") => return Err(Stop::help()),
            kind => return Err(Stop::left_to_tc(&format!("the qdisc \"{kind}\""))),
        }
    }
    nothing_else(reader, wanted.kind.as_deref())?;
    if let Some(dev) = dev {
        wanted.link = reader.link(dev)?;
    }
    Ok(Command::Change { request: TcRequest::Qdisc(verb, wanted), refused: String::new(), code: 2 })
}

/// `ingress` takes a number that means nothing, `clsact` takes no word.
fn nothing_else(reader: &mut Reader<'_, '_>, kind: Option<&str>) -> Read<()> {
    while let Some(word) = reader.cursor.next() {
        if kind == Some("ingress") && word.text == "handle" {
            reader.value()?;
            continue;
        }
        return Err(Stop::fault(format!("What is \"{}\"?", word.text)));
    }
    Ok(())
}

/// `major:` in base sixteen.
fn handle_of(text: &str) -> Option<u32> {
    if text == "none" {
        return Some(0);
    }
    let digits = text.split_once(':').map_or(text, |(major, _)| major);
    let major = read_number(digits, Base::Sixteen, 0xffff)?;
    u32::try_from(major << 16).ok()
}

fn list(reader: &mut Reader<'_, '_>) -> Read<Command> {
    let (mut dev, mut parent, mut handle, mut invisible) = (None, 0, 0, false);
    while let Some(word) = reader.cursor.next() {
        let given = match (parent, handle) {
            (0, 0) => None,
            (0, _) => Some("handle is already specified"),
            _ => Some("parent is already specified"),
        };
        let open = |word: &str| given.map_or(Ok(()), |why| Err(Stop::wrong(word, why)));
        match word.text {
            "dev" => dev = Some(reader.value()?),
            "root" => {
                open(word.text)?;
                parent = ROOT_PARENT;
            }
            "ingress" | "clsact" => {
                open(word.text)?;
                parent = CLSACT_PARENT;
            }
            _ if word.begins("parent") => {
                open(word.text)?;
                let value = reader.value()?;
                parent = classid_of(value).ok_or_else(|| Stop::wrong(value, "invalid parent ID"))?;
            }
            _ if word.begins("handle") => {
                open(word.text)?;
                let value = reader.value()?;
                handle = handle_of(value).ok_or_else(|| Stop::wrong(value, "invalid handle ID"))?;
            }
            _ if word.begins("help") => return Err(Stop::help()),
            "invisible" => invisible = true,
            word => {
                return Err(Stop::usage(format!("What is \"{word}\"? Try \"tc qdisc help\".")));
            }
        }
    }
    let link = dev.map(|dev| reader.link(dev)).transpose()?;
    let table = TcTable::Qdiscs { link: link.unwrap_or(IfIndex(0)), parent, handle, invisible };
    Ok(Command::List { table, asked: Asked { link, parent, handle, ..Asked::default() }, block: None })
}
