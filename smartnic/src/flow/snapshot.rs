//! The rules and hooks of some places as they are at one moment.

use smartnic_core::backend::{FlowScope, Hook};
use smartnic_core::flow::{Attach, FlowEntry, Side};

use crate::{Error, ErrorKind, Host, Result};

/// How often a read is tried when the kernel says that it was disturbed.
const TRIES: usize = 5;

/// What stands at some places.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    /// The hooks of all links.
    pub(crate) hooks: Vec<Hook>,
    /// The rules, in the kernel's order.
    pub(crate) entries: Vec<FlowEntry>,
}

impl Snapshot {
    /// Reads the rules at these places; a link without a hook has none.
    pub(crate) fn read(host: &Host, places: &[Attach]) -> Result<Self> {
        let hooks = patiently(|| host.flow().hooks(None))?;
        let mut found = Vec::new();
        for place in places {
            if hook_at(&hooks, place).is_some() {
                found.extend(patiently(|| host.flow().entries(&FlowScope::at(place.clone())))?);
            }
        }
        Ok(Self { hooks, entries: found })
    }
}

/// The hook that carries the rules of a place.
pub(crate) fn hook_at<'a>(hooks: &'a [Hook], place: &Attach) -> Option<&'a Hook> {
    hooks.iter().find(|hook| match place {
        Attach::Block(block) => [hook.ingress_block, hook.egress_block].contains(&Some(*block)),
        Attach::Dev { dev, side } => {
            let carries = *side == Side::Ingress || hook.kind == smartnic_core::backend::HookKind::Clsact;
            carries && dev.index().is_ok_and(|index| index == hook.link)
        }
    })
}

/// The rules at one place, or at every place that has a hook.
///
/// # Errors
/// Those of reading hooks and rules.
pub fn entries(host: &Host, place: Option<&Attach>) -> Result<Vec<FlowEntry>> {
    let places = match place {
        Some(place) => vec![place.clone()],
        None => places(host)?,
    };
    Ok(Snapshot::read(host, &places)?.entries)
}

/// Every place of a host that rules can stand at, a shared block only once.
///
/// # Errors
/// Those of reading hooks.
pub fn places(host: &Host) -> Result<Vec<Attach>> {
    Ok(places_of(&patiently(|| host.flow().hooks(None))?))
}

/// Lends the rules at one place, or at every place that has a hook, one at a time; memory does not grow with their number.
/// With `chain`, only those of it.
///
/// # Errors
/// Those of reading hooks and rules, `Interrupted` among them if rules kept changing: what was lent until then may have
/// been lent in part. Also the first error that `each` returns.
pub fn visit(
    host: &Host,
    place: Option<&Attach>,
    chain: Option<u32>,
    each: &mut dyn FnMut(&FlowEntry) -> Result<()>,
) -> Result<()> {
    let hooks = patiently(|| host.flow().hooks(None))?;
    let places = match place {
        Some(place) => vec![place.clone()],
        None => places_of(&hooks),
    };
    let there = places.into_iter().filter(|place| hook_at(&hooks, place).is_some());
    there.into_iter().try_for_each(|attach| host.flow().visit(&FlowScope { attach, chain }, each))
}

/// Every place that hooks offer, a shared block only once.
fn places_of(hooks: &[Hook]) -> Vec<Attach> {
    let mut places = Vec::new();
    for hook in hooks {
        let sides = [
            Some((hook.ingress_block, Attach::ingress(hook.link))),
            (hook.kind == smartnic_core::backend::HookKind::Clsact)
                .then(|| (hook.egress_block, Attach::egress(hook.link))),
        ];
        for (block, own) in sides.into_iter().flatten() {
            let place = block.map_or(own, Attach::Block);
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    places
}

/// True if the same request may well succeed when it is made again.
pub(crate) fn is_passing(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Interrupted
            | ErrorKind::Overrun
            | ErrorKind::Timeout
            | ErrorKind::Busy
            | ErrorKind::Protocol
    )
}

/// Repeats a read that was disturbed, a few times.
pub(crate) fn patiently<T>(read: impl Fn() -> Result<T>) -> Result<T> {
    let mut tries = 0;
    loop {
        match read() {
            Err(error) if is_passing(&error) && tries < TRIES => tries += 1,
            result => return result,
        }
    }
}
