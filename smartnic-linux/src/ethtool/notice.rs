//! What changes at links: ethtool's notifications, and those of the links themselves.

use std::collections::HashMap;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use smartnic_core::backend::{EthtoolNotices, LinkWatch};
use smartnic_core::ethtool::{LinkNotice, StringSet};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, Result};
use smartnic_netlink::codec::{Header, Message, WireError};
use smartnic_netlink::ethtool::bitset::SetNames;
use smartnic_netlink::ethtool::{FAMILY, notice, strings};
use smartnic_netlink::genl;
use smartnic_netlink::transport::Protocol;
use smartnic_netlink::uapi::rtnetlink::RTNLGRP_LINK;

use crate::LinuxHost;
use crate::connection::Channel;
use crate::listener::{Listener, wait_for_one};

const WATCH: &str = "watch links";

impl EthtoolNotices for LinuxHost {
    fn watch_links(&self) -> Result<Box<dyn LinkWatch>> {
        let family = self.family(FAMILY, WATCH, &"")?;
        let found = self.generic.fetch(WATCH, &"", &genl::GetFamily { name: FAMILY }, &genl::decode)?;
        let group = found.group(notice::GROUP).ok_or_else(|| Error::unsupported(WATCH))?;
        Ok(Box::new(Ear {
            links: Listener::open(self, WATCH, Protocol::Route, &[RTNLGRP_LINK], notice::decode_link)?,
            settings: Listener::open(self, WATCH, Protocol::Generic, &[group], keep)?,
            names: Names {
                family,
                channel: Channel::new(Arc::clone(&self.kernel), Protocol::Generic),
                common: SetNames::default(),
                flags: HashMap::new(),
            },
        }))
    }
}

/// A message as it came: it can be read only with the names of its bits.
struct Told {
    header: Header,
    payload: Vec<u8>,
}

fn keep(message: &Message<'_>) -> Result<Option<Told>, WireError> {
    Ok(Some(Told { header: message.header, payload: message.payload.to_vec() }))
}

/// A socket for links, and one for what ethtool tells of them.
struct Ear {
    links: Listener<LinkNotice>,
    settings: Listener<Told>,
    names: Names,
}

impl LinkWatch for Ear {
    fn wait(&mut self, most: Option<Duration>) -> Result<Option<LinkNotice>> {
        let end = most.map(|most| Instant::now() + most);
        loop {
            if let Some(notice) = self.links.wait(Some(Duration::ZERO))? {
                return Ok(Some(notice));
            }
            if let Some(told) = self.settings.wait(Some(Duration::ZERO))? {
                match self.names.read(&told)? {
                    Some(notice) => return Ok(Some(notice)),
                    None => continue,
                }
            }
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Ok(None);
            }
            wait_for_one(&[self.links.fd(), self.settings.fd()], left)
                .map_err(|error| Error::io(WATCH, error))?;
        }
    }

    fn fds(&self) -> Vec<BorrowedFd<'_>> {
        [self.links.fd(), self.settings.fd()].into_iter().flatten().collect()
    }
}

/// The names of bits, asked for once and kept.
struct Names {
    family: u16,
    /// Of its own: the host's may be gone before the watch is.
    channel: Channel,
    common: SetNames,
    /// Each driver has private flags of its own.
    flags: HashMap<IfIndex, Vec<String>>,
}

impl Names {
    fn read(&mut self, told: &Told) -> Result<Option<LinkNotice>> {
        let malformed = |error| Error::protocol(WATCH, "a message is malformed").source(error);
        let message = Message { header: told.header, payload: &told.payload };
        for set in notice::sets(&message).map_err(malformed)? {
            let (link, _) = notice::about(&message).map_err(malformed)?;
            self.learn(set, link);
        }
        notice::decode(&message, &self.common).map_err(malformed)
    }

    /// Sees to it that the names of a set are those of this link. If they cannot be had, as when the link is gone by now, bits
    /// go by their numbers.
    fn learn(&mut self, set: StringSet, link: IfIndex) {
        let own = set == StringSet::Flags;
        if own && let Some(flags) = self.flags.get(&link) {
            self.common.put(set, flags.clone());
            return;
        }
        if !own && self.common.has(set) {
            return;
        }
        let request = strings::Get { family: self.family, link: own.then_some(link), sets: &[set] };
        let found = self.channel.fetch(WATCH, &set, &request, &strings::decode).ok();
        let found = found.and_then(|sets| sets.into_iter().find(|(id, _)| *id == set));
        match found {
            Some((_, names)) => {
                if own {
                    self.flags.insert(link, names.clone());
                }
                self.common.put(set, names);
            }
            None if own => self.common.put(set, Vec::new()),
            None => {}
        }
    }
}
