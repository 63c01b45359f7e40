//! What the kernel's refusals of rules and hooks mean, and what to do next.
//!
//! The kernel answers many of them with EINVAL; only its text tells them apart.

use smartnic_core::flow::Attach;
use smartnic_core::{Error, ErrorKind};

const ENODEV: i32 = 19;

/// A rule was refused at `attach`.
pub(super) fn about_rule(error: Error, attach: &Attach) -> Error {
    if says(&error, "Parent Qdisc doesn't exist") {
        return error
            .of_kind(ErrorKind::NotFound)
            .hint("add a clsact qdisc to the link first: tc qdisc add dev LINK clsact");
    }
    if says(&error, "Block of given index was not found") {
        return no_such_block(error.of_kind(ErrorKind::NotFound));
    }
    if says(&error, "filter block is shared") {
        return error.hint("the link's rules are those of a block: attach the rule to the block");
    }
    if says(&error, "Cannot find specified filter chain") {
        return error.of_kind(ErrorKind::NotFound);
    }
    if says(&error, "TC classifier not found") {
        return error.of_kind(ErrorKind::Unsupported).hint("load the classifier: modprobe cls_flower");
    }
    if says(&error, "Failed to load TC action module") {
        return error
            .of_kind(ErrorKind::Unsupported)
            .hint("load the action's module: act_gact, act_mirred or act_vlan");
    }
    // With a text, it is another device that is missing.
    let silent = error.extack().is_none_or(|extack| extack.message.is_none());
    if error.errno() == Some(ENODEV) && silent && attach.dev().is_some() {
        return error.reason("there is no such link");
    }
    error
}

/// A hook was refused.
pub(super) fn about_hook(error: Error) -> Error {
    if says(&error, "qdisc kind is unknown") {
        return error.of_kind(ErrorKind::Unsupported).hint("load the qdisc: modprobe sch_ingress");
    }
    // The second is said where there was a hook before.
    if says(&error, "Cannot find specified qdisc") || says(&error, "Invalid handle") {
        return error.of_kind(ErrorKind::NotFound).reason("the link has no such hook");
    }
    if error.kind() == ErrorKind::AlreadyExists {
        return error.hint("a link has one clsact or ingress qdisc; remove the one that is there first");
    }
    error
}

/// A block has no member.
pub(super) fn no_such_block(error: Error) -> Error {
    error
        .reason("no link is a member of the block")
        .hint("give a link the block first: tc qdisc add dev LINK ingress_block NUMBER clsact")
}

/// Whether the kernel's text contains `words`.
fn says(error: &Error, words: &str) -> bool {
    let text = error.extack().and_then(|extack| extack.message.as_deref());
    text.is_some_and(|text| text.contains(words))
}
