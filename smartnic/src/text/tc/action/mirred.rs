//! `mirred`: redirect and mirror.

use serde_json::{Map, Value};
use smartnic_core::flow::{Action, ActionKind, Control, MirredTarget, Netdev};

use super::{following_control, written_control};
use crate::text::cursor::{Cursor, Parsed};

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let word = cursor.value_of("mirred")?;
    let ingress = match () {
        () if word.begins("egress") => false,
        () if word.begins("ingress") => true,
        () => {
            let fault = word.unknown("direction of mirred", ["egress", "ingress"]);
            return Err(match word.text {
                "redirect" | "mirror" => fault.hint(format!("write `mirred egress {} dev NAME`", word.text)),
                _ => fault,
            });
        }
    };
    let what = cursor.value_of("mirred")?;
    let redirect = match () {
        () if what.begins("redirect") => true,
        () if what.begins("mirror") => false,
        () => return Err(what.unknown("kind of mirred", ["redirect", "mirror"])),
    };
    let word = cursor.value_of(what.text)?;
    match word.text {
        "blockid" => return Err(word.wrong("`blockid` is not supported by this version")),
        "index" => {
            let fault = word.wrong("`index` of an action is not supported by this version");
            return Err(fault.hint("leave it out: the kernel numbers actions itself"));
        }
        _ if word.begins("dev") => {}
        _ => return Err(word.wrong("`dev` and a link must follow").hint("write `dev NAME`")),
    }
    let dev = cursor.value_of("dev")?;
    let target = MirredTarget { dev: Netdev::Name(super::super::filter::link_name(&dev)?), ingress };
    if redirect {
        // tc takes no control here: a redirected packet is gone.
        return Ok(Action::new(ActionKind::Redirect(target)));
    }
    let action = Action::new(ActionKind::Mirror(target));
    Ok(match following_control(cursor)? {
        Some(control) => action.then(control),
        None => action,
    })
}

pub(super) fn write(action: &Action, target: &MirredTarget) -> Result<String, String> {
    let dev = super::super::print::written_link(&target.dev)?;
    let side = if target.ingress { "ingress" } else { "egress" };
    match (&action.kind, action.control) {
        (ActionKind::Redirect(_), Control::Stolen) => Ok(format!("mirred {side} redirect dev {dev}")),
        (ActionKind::Redirect(_), control) => Err(format!("the control `{control}` behind a redirect")),
        (_, control) => Ok(format!("mirred {side} mirror dev {dev} {}", written_control(control)?)),
    }
}

pub(super) fn json(
    what: &str,
    target: &MirredTarget,
    shown: &dyn Fn(&Netdev) -> String,
    map: &mut Map<String, Value>,
) {
    let side = if target.ingress { "ingress" } else { "egress" };
    for (name, value) in
        [("kind", "mirred"), ("mirred_action", what), ("direction", side), ("to_dev", &shown(&target.dev))]
    {
        map.insert(name.to_owned(), value.into());
    }
}
