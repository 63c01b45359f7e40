//! What programs are told without asking: ports that come and go, GIDs that change, devices that fail.

use smartnic_core::verbs::{AsyncEvent, AsyncEventKind, AsyncSource};

use super::{Counter, Verbs};
use crate::model::Machine;

/// A port as programs saw it last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Port {
    up: bool,
    gids: Vec<[u8; 16]>,
}

impl Verbs {
    /// Tells a program of an event.
    pub(super) fn tell(&mut self, context: u32, event: AsyncEvent) {
        if let Some(context) = self.contexts.get(&context) {
            context.events.push(event);
        }
    }

    pub(super) fn tell_of_qp(&mut self, number: u32, kind: AsyncEventKind) {
        if let Some(context) = self.context_of(number) {
            self.tell(context, AsyncEvent { kind, source: AsyncSource::Qp(number) });
        }
    }

    /// Tells all who opened a device.
    fn tell_all(&mut self, device: u32, event: AsyncEvent) {
        for context in self.contexts.values().filter(|context| context.device == device) {
            context.events.push(event);
        }
    }

    /// Lets a device fail, with all that stands on it.
    pub(super) fn kill(&mut self, device: u32) {
        if !self.dead.insert(device) {
            return;
        }
        let on_it = self.qps.keys().copied().filter(|qp| self.device_of(*qp) == Some(device));
        for qp in on_it.collect::<Vec<_>>() {
            self.fail(qp, None);
        }
        self.tell_all(device, AsyncEvent { kind: AsyncEventKind::DeviceFatal, source: AsyncSource::Device });
    }

    /// Lets everybody look again who waits for completions: a request waits now, and will fail at some time.
    pub(super) fn nudge(&self) {
        self.cqs.values().filter_map(|cq| cq.channel.as_ref()).for_each(|channel| channel.nudge());
    }
}

impl Machine {
    /// Tells of what changed at ports, and tries what waited for it.
    pub(crate) fn watch_verbs(&mut self) {
        self.watch_ports();
        self.watch_connections();
        self.run_verbs();
    }

    /// Looks at the ports of the devices that programs have open, and tells of what changed since.
    pub(super) fn watch_ports(&mut self) {
        let mut open: Vec<u32> = self.verbs.contexts.values().map(|context| context.device).collect();
        open.dedup();
        for index in open {
            let Ok(device) = self.rdma_device(index) else {
                self.verbs.kill(index);
                continue;
            };
            let up = self.netdev(device.netdev).is_ok_and(|netdev| netdev.up);
            let now = Port { up, gids: self.gids(device).into_iter().map(|entry| entry.gid).collect() };
            let Some(before) = self.verbs.ports.insert(index, now.clone()) else { continue };
            let mut tell = |kind| {
                self.verbs.tell_all(index, AsyncEvent { kind, source: AsyncSource::Port(1) });
            };
            match (before.up, now.up) {
                (true, false) => tell(AsyncEventKind::PortError),
                (false, true) => tell(AsyncEventKind::PortActive),
                _ => {}
            }
            if before.gids != now.gids {
                tell(AsyncEventKind::GidChange);
            }
            if before.up && !now.up {
                self.verbs.count(index, Counter::LinkDowned, 1);
            }
        }
    }
}
