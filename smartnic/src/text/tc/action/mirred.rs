//! `mirred`: redirect and mirror.

use smartnic_core::flow::{Action, ActionKind, ActionState, Control, MirredTarget, Netdev};

use super::{Show, following_control, show_control, show_state, written_control};
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

pub(super) fn show(
    what: &str,
    target: &MirredTarget,
    action: &Action,
    state: &ActionState,
    show: &mut Show<'_>,
) {
    let (side, shown_side) = if target.ingress { ("ingress", "Ingress") } else { ("egress", "Egress") };
    let shown_what = if what == "redirect" { "Redirect" } else { "Mirror" };
    show.any("kind", "mirred", format_args!("mirred ({shown_side} {shown_what}"));
    show.json("mirred_action", what);
    show.json("direction", side);
    let dev = show.link(&target.dev);
    show.any("to_dev", &dev, format_args!(" to device {dev}) "));
    show_control(show, action.control);
    show_state(show, "\t", state);
}
