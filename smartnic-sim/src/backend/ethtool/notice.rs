//! Word of what changes at links, straight from the model.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use smartnic_core::backend::{EthtoolNotices, LinkWatch};
use smartnic_core::ethtool::{LinkChanged, LinkNotice, Rss};
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::uapi::ethtool_netlink::*;

use super::super::{SimHost, switchdev};
use super::{features_of, record_of};
use crate::kernel::Topic;
use crate::kernel::rss_contexts::{of, shown};
use crate::machine::SimMachine;
use crate::model::{Event, Machine, Netdev, Spread};

const WATCH: &str = "watch links";

/// Notices that are kept for who does not listen; more are lost. The number is ours.
const MOST: usize = 4096;

impl EthtoolNotices for SimHost {
    fn watch_links(&self) -> Result<Box<dyn LinkWatch>> {
        let netns = self.machine.netns().map(str::to_owned);
        let ear = Arc::new(Ear { netns, heard: Mutex::default(), ready: Condvar::new() });
        self.machine.listen(&ear);
        Ok(Box::new(Watch { machine: self.machine.clone(), ear: Some(ear) }))
    }
}

/// What hears of links.
#[derive(Debug)]
pub(crate) struct Ear {
    /// The network namespace that it listens in; none for the first.
    netns: Option<String>,
    heard: Mutex<Heard>,
    ready: Condvar,
}

#[derive(Debug, Default)]
struct Heard {
    links: VecDeque<LinkNotice>,
    settings: VecDeque<LinkNotice>,
    overrun: bool,
}

impl Ear {
    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears of an event, if it is one of links in its namespace.
    pub(crate) fn hear(&self, machine: &Machine, event: &Event) {
        if self.netns.as_deref() != machine.netns() {
            return;
        }
        let Some(notice) = notice_of(machine, event) else { return };
        let mut heard = self.lock();
        if heard.links.len() + heard.settings.len() == MOST {
            heard.overrun = true;
        } else if matches!(notice.what, LinkChanged::Link(_) | LinkChanged::LinkGone(_)) {
            heard.links.push_back(notice);
        } else {
            heard.settings.push_back(notice);
        }
        self.ready.notify_all();
    }
}

struct Watch {
    machine: SimMachine,
    /// There until it is dropped.
    ear: Option<Arc<Ear>>,
}

impl LinkWatch for Watch {
    fn wait(&mut self, most: Option<Duration>) -> Result<Option<LinkNotice>> {
        let Some(ear) = &self.ear else { return Ok(None) };
        let end = most.map(|most| Instant::now() + most);
        let mut heard = ear.lock();
        loop {
            if std::mem::take(&mut heard.overrun) {
                let lost = Error::new(ErrorKind::Overrun, WATCH).reason("the kernel dropped messages");
                return Err(lost.hint("read the state again; the watch goes on"));
            }
            let next = heard.links.pop_front();
            if let Some(notice) = next.or_else(|| heard.settings.pop_front()) {
                return Ok(Some(notice));
            }
            heard = match end.map(|end| end.saturating_duration_since(Instant::now())) {
                None => ear.ready.wait(heard).unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => {
                    drop(heard);
                    // Who waits lets time pass.
                    self.machine.lock().contact();
                    return Ok(None);
                }
                Some(left) => ear.ready.wait_timeout(heard, left).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.ear = None;
        self.machine.count_listeners();
    }
}

fn notice_of(machine: &Machine, event: &Event) -> Option<LinkNotice> {
    let (netdev, what) = match event {
        Event::LinkGone(netdev) => {
            let link = Box::new(switchdev::link(machine, netdev));
            return Some(notice(netdev, LinkChanged::LinkGone(link)));
        }
        Event::Link(index) | Event::LinkNew(index) => {
            let netdev = machine.netdevs.get(&index.0)?;
            (netdev, LinkChanged::Link(Box::new(switchdev::link(machine, netdev))))
        }
        Event::Features(index) => {
            let netdev = machine.netdevs.get(&index.0)?;
            (netdev, LinkChanged::Features(features_of(netdev)))
        }
        Event::Setting(index, get) => {
            let netdev = machine.netdevs.get(&index.0)?;
            (netdev, setting(netdev, *get)?)
        }
        Event::Spread { link, context, change } => {
            let netdev = machine.netdevs.get(&link.0)?;
            (netdev, spread(netdev, *context, *change)?)
        }
        _ => return None,
    };
    Some(notice(netdev, what))
}

fn notice(netdev: &Netdev, what: LinkChanged) -> LinkNotice {
    LinkNotice { link: netdev.ifindex, name: netdev.name.clone(), what }
}

/// A topic as it is now. The kernel tells nobody of time stamps.
fn setting(netdev: &Netdev, get: u8) -> Option<LinkChanged> {
    let fields = Topic::of(get)?.settings(netdev).ok()?;
    Some(match get {
        ETHTOOL_MSG_RINGS_GET => LinkChanged::Rings(Box::new(record_of(fields))),
        ETHTOOL_MSG_CHANNELS_GET => LinkChanged::Channels(Box::new(record_of(fields))),
        ETHTOOL_MSG_COALESCE_GET => LinkChanged::Coalesce(Box::new(record_of(fields))),
        ETHTOOL_MSG_PAUSE_GET => LinkChanged::Pause(Box::new(record_of(fields))),
        ETHTOOL_MSG_FEC_GET => LinkChanged::Fec(Box::new(record_of(fields))),
        ETHTOOL_MSG_LINKINFO_GET => LinkChanged::LinkInfo(Box::new(record_of(fields))),
        ETHTOOL_MSG_LINKMODES_GET => LinkChanged::LinkModes(Box::new(record_of(fields))),
        ETHTOOL_MSG_EEE_GET => LinkChanged::Eee(Box::new(record_of(fields))),
        ETHTOOL_MSG_WOL_GET => LinkChanged::WakeOnLan(Box::new(record_of(fields))),
        ETHTOOL_MSG_MODULE_GET => LinkChanged::ModulePower(Box::new(record_of(fields))),
        ETHTOOL_MSG_PRIVFLAGS_GET => LinkChanged::PrivateFlags(Box::new(record_of(fields))),
        ETHTOOL_MSG_DEBUG_GET => LinkChanged::Messages(Box::new(record_of(fields))),
        _ => return None,
    })
}

fn spread(netdev: &Netdev, context: u32, change: Spread) -> Option<LinkChanged> {
    if change == Spread::Went {
        // Of a context that went, its number is all.
        let gone = Rss { context: Some(context), ..Rss::default() };
        return Some(LinkChanged::RssGone(Box::new(gone)));
    }
    let (rss, queues) = of(netdev)?;
    let told = Box::new(shown(rss.contexts.get(&context)?, context, queues));
    Some(match change {
        Spread::Came => LinkChanged::RssMade(told),
        _ => LinkChanged::Rss(told),
    })
}
