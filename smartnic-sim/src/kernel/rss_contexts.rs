//! What may become of the ways in which a link spreads packets. Both faces stand on this.

use std::collections::BTreeMap;

use smartnic_core::ethtool::{
    Bits, Bytes, HASH_FIELDS, HashFunction, InputTransformation, Record, Rss as Told, Value,
};
use smartnic_core::types::IfIndex;

use crate::errno::Errno;
use crate::model::{Event, KEY, Machine, Netdev, Rss, SLOTS, Spread};

/// Fields of flows, as far as devices here tell packets apart.
pub(crate) const FLOWS: [&str; 6] = [
    "flow-hash.ip4",
    "flow-hash.ip6",
    "flow-hash.tcp4",
    "flow-hash.tcp6",
    "flow-hash.udp4",
    "flow-hash.udp6",
];

/// What a link spreads, and over how many queues.
pub(crate) fn of(netdev: &Netdev) -> Option<(&Rss, u32)> {
    let queues = netdev.queues.as_ref()?;
    Some((&queues.settings.as_ref()?.rss, queues.channels.combined.unwrap_or(1)))
}

/// The link's own way, 0, or that of a context.
pub(crate) fn find(netdev: &Netdev, context: u32) -> Result<Told, Errno> {
    let (rss, _) = of(netdev).ok_or(Errno::EOPNOTSUPP)?;
    if context != 0 && rss.most == 0 {
        return Err(Errno::EOPNOTSUPP);
    }
    rss.contexts.get(&context).cloned().ok_or(Errno::ENOENT)
}

/// What is told of one: a table that is even follows the queues, and fields come in the kernel's order.
pub(crate) fn shown(told: &Told, context: u32, queues: u32) -> Told {
    let mut shown = Told {
        context: Some(context).filter(|context| *context != 0),
        function: told.function,
        transformation: told.transformation,
        key: told.key.clone(),
        indirection: Some(told.indirection.clone().unwrap_or_else(|| Rss::even(queues))),
        ..Told::default()
    };
    for name in FLOWS {
        let Some(Value::Bits(bits)) = told.get(name) else { continue };
        let on = HASH_FIELDS.iter().map(|(field, _)| *field).filter(|field| bits.has(field));
        shown.put(name, Value::Bits(Bits { on: on.map(str::to_owned).collect(), of: None }));
    }
    shown
}

/// These devices have Toeplitz and exclusive or; that is ours.
pub(crate) fn take_function(told: &mut Told, function: HashFunction) -> Result<(), Errno> {
    if !matches!(function, HashFunction::Toeplitz | HashFunction::Xor) {
        return Err(Errno::EOPNOTSUPP);
    }
    told.function = Some(function);
    Ok(())
}

pub(crate) fn take_transformation(told: &mut Told, how: InputTransformation) -> Result<(), Errno> {
    if let InputTransformation::Unknown(_) = how {
        return Err(Errno::EOPNOTSUPP);
    }
    told.transformation = Some(how);
    Ok(())
}

/// `rss_set_prep_indir`: a short table is repeated; an empty one stands for the even one. A table that does not fit is refused
/// in words.
pub(crate) fn take_table(told: &mut Told, given: &[u32], queues: u32) -> Result<(), String> {
    if given.is_empty() {
        told.indirection = None;
        return Ok(());
    }
    if !SLOTS.is_multiple_of(given.len()) {
        return Err(format!("size ({}) mismatch with device indir table ({SLOTS})", given.len()));
    }
    if let Some((at, queue)) = given.iter().enumerate().find(|(_, queue)| **queue >= queues) {
        return Err(format!("entry {at}: queue out of range ({queue})"));
    }
    told.indirection = Some(given.iter().copied().map(u64::from).cycle().take(SLOTS).collect());
    Ok(())
}

pub(crate) fn take_key(told: &mut Told, key: &[u8]) -> Result<(), Errno> {
    if key.len() != KEY {
        return Err(Errno::EINVAL);
    }
    told.key = Some(Bytes(key.to_vec()));
    Ok(())
}

/// Which fields of a kind of flow are looked at.
pub(crate) fn take_flow(told: &mut Told, name: &str, on: Vec<String>) -> Result<(), Errno> {
    if !FLOWS.contains(&name) {
        return Err(Errno::EOPNOTSUPP);
    }
    told.put(name, Value::Bits(Bits { on, of: None }));
    Ok(())
}

/// Makes a change that was found to fit.
pub(crate) fn put(machine: &mut Machine, link: IfIndex, context: u32, told: Told) -> Result<(), Errno> {
    let before = contexts(machine, link)?.insert(context, told.clone());
    if before.as_ref() != Some(&told) {
        tell(machine, link, context, Spread::Changed);
    }
    Ok(())
}

/// The number of a new context, and what it begins with.
pub(crate) fn begin(netdev: &Netdev, wanted: Option<u32>) -> Result<(u32, Told), Errno> {
    let (rss, _) = of(netdev).ok_or(Errno::EOPNOTSUPP)?;
    if rss.most == 0 {
        return Err(Errno::EOPNOTSUPP);
    }
    let mut free = (1..=rss.most).filter(|number| !rss.contexts.contains_key(number));
    let number = match wanted {
        Some(number) if rss.contexts.contains_key(&number) || number > rss.most => {
            return Err(Errno::EBUSY);
        }
        Some(number) => number,
        None => free.next().ok_or(Errno::ENOSPC)?,
    };
    let own = rss.contexts.get(&0).cloned().unwrap_or_default();
    Ok((number, Told { indirection: None, ..own }))
}

/// Makes a context.
pub(crate) fn make(machine: &mut Machine, link: IfIndex, number: u32, told: Told) -> Result<(), Errno> {
    contexts(machine, link)?.insert(number, told);
    tell(machine, link, number, Spread::Came);
    Ok(())
}

/// Deletes a context.
pub(crate) fn delete(machine: &mut Machine, link: IfIndex, context: u32) -> Result<(), Errno> {
    find(machine.netdev(link)?, context)?;
    contexts(machine, link)?.remove(&context);
    tell(machine, link, context, Spread::Went);
    Ok(())
}

fn tell(machine: &mut Machine, link: IfIndex, context: u32, change: Spread) {
    machine.events.push(|| Event::Spread { link, context, change });
}

fn contexts(machine: &mut Machine, link: IfIndex) -> Result<&mut BTreeMap<u32, Told>, Errno> {
    let netdev = machine.netdevs.get_mut(&link.0).ok_or(Errno::ENODEV)?;
    let settings = netdev.queues.as_mut().and_then(|queues| queues.settings.as_mut());
    Ok(&mut settings.ok_or(Errno::EOPNOTSUPP)?.rss.contexts)
}
