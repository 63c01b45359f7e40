//! How received packets are spread, straight on the model.

use smartnic_core::backend::EthtoolRss;
use smartnic_core::ethtool::{Record, Rss, Value};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, Result};

use super::super::SimHost;
use super::told;
use crate::errno::Errno;
use crate::kernel::rss_contexts::{self as contexts, of, shown};
use crate::model::Machine;

impl EthtoolRss for SimHost {
    fn rss(&self, link: IfIndex, context: Option<u32>) -> Result<Rss> {
        self.read("read how packets are spread", link, |machine| {
            let (netdev, context) = (machine.netdev(link)?, context.unwrap_or(0));
            let told = contexts::find(netdev, context)?;
            Ok(shown(&told, context, queues(machine, link)?))
        })
    }

    fn all_rss(&self, link: IfIndex) -> Result<Vec<Rss>> {
        self.read("read how packets are spread", link, |machine| {
            let Some((rss, queues)) = of(machine.netdev(link)?) else { return Ok(Vec::new()) };
            let all = rss.contexts.iter().map(|(context, told)| shown(told, *context, queues));
            Ok(all.collect())
        })
    }

    fn set_rss(&self, link: IfIndex, change: &Rss) -> Result<()> {
        let op = "change how packets are spread";
        let named = usize::from(change.context.is_some());
        if change.fields().len() == named {
            let error = Error::invalid(op, "nothing is said that should change");
            return Err(error.on(format_args!("ifindex {link}")));
        }
        let change = change.whole(|| self.rss(link, change.context))?;
        let table = table_of(op, link, &change)?;
        self.order(op, link, |machine| {
            let context = change.context.unwrap_or(0);
            let mut told = contexts::find(machine.netdev(link)?, context)?;
            take(&mut told, &change, table.as_deref(), queues(machine, link)?)?;
            contexts::put(machine, link, context, told)
        })
    }

    fn create_rss(&self, link: IfIndex, wish: &Rss) -> Result<Rss> {
        let op = "make a context";
        let wish = wish.whole(|| self.rss(link, None))?;
        let table = table_of(op, link, &wish)?;
        self.order(op, link, |machine| {
            let (number, mut told) = contexts::begin(machine.netdev(link)?, wish.context)?;
            let queues = queues(machine, link)?;
            take(&mut told, &wish, table.as_deref(), queues)?;
            contexts::make(machine, link, number, told.clone())?;
            Ok(shown(&told, number, queues))
        })
    }

    fn delete_rss(&self, link: IfIndex, context: u32) -> Result<()> {
        self.order("delete a context", link, |machine| {
            of(machine.netdev(link)?).ok_or(Errno::EOPNOTSUPP)?;
            // The link's own way has no number here.
            if context == 0 { Err(Errno::EINVAL) } else { contexts::delete(machine, link, context) }
        })
    }
}

fn queues(machine: &Machine, link: IfIndex) -> std::result::Result<u32, Errno> {
    of(machine.netdev(link)?).map(|(_, queues)| queues).ok_or(Errno::EOPNOTSUPP)
}

/// The table, if no queue's number is out of all proportion. The kernel looks at the key's length before it looks for the link.
fn table_of(op: &'static str, link: IfIndex, change: &Rss) -> Result<Option<Vec<u32>>> {
    if change.key.as_ref().is_some_and(|key| key.0.is_empty()) {
        return Err(told(op, Errno::ERANGE, link));
    }
    let Some(given) = &change.indirection else { return Ok(None) };
    let slots: std::result::Result<Vec<u32>, _> = given.iter().map(|queue| u32::try_from(*queue)).collect();
    let large = |_| Error::invalid(op, "no kernel has so many queues").on(format_args!("ifindex {link}"));
    slots.map(Some).map_err(large)
}

fn take(told: &mut Rss, change: &Rss, table: Option<&[u32]>, queues: u32) -> std::result::Result<(), Errno> {
    if let Some(function) = change.function {
        contexts::take_function(told, function)?;
    }
    if let Some(transformation) = change.transformation {
        contexts::take_transformation(told, transformation)?;
    }
    if let Some(table) = table {
        contexts::take_table(told, table, queues).map_err(|_| Errno::EINVAL)?;
    }
    if let Some(key) = &change.key {
        contexts::take_key(told, &key.0)?;
    }
    for (name, value) in change.fields() {
        if let Value::Bits(bits) = value {
            contexts::take_flow(told, name, shown_in_order(&bits.on))?;
        }
    }
    Ok(())
}

/// Fields in the kernel's order.
fn shown_in_order(on: &[String]) -> Vec<String> {
    let known = smartnic_core::ethtool::HASH_FIELDS.iter().map(|(name, _)| (*name).to_owned());
    known.filter(|name| on.contains(name)).collect()
}
