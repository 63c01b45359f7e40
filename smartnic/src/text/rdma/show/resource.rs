//! Resources: which of them are wanted, and what is shown of each.

use smartnic_core::rdma::{
    CmId, CompletionQueue, Context, MemoryRegion, Place, ProtectionDomain, QueuePair, Resources,
    SharedReceiveQueue,
};

use super::Show;
use crate::text::rdma::filter::Filter;

/// The resources of one kind that are wanted.
pub fn resources(resources: &Resources, filter: &Filter, show: &mut Show<'_>) {
    match resources {
        Resources::Qp(all) => entries(all, filter, show),
        Resources::CmId(all) => entries(all, filter, show),
        Resources::Cq(all) => entries(all, filter, show),
        Resources::Mr(all) => entries(all, filter, show),
        Resources::Pd(all) => entries(all, filter, show),
        Resources::Ctx(all) => entries(all, filter, show),
        Resources::Srq(all) => entries(all, filter, show),
    }
}

fn entries<T: Entry>(all: &[T], filter: &Filter, show: &mut Show<'_>) {
    for entry in all {
        let Place { device, port, .. } = entry.place();
        if filter.wants_place(device, *port) && entry.is_wanted(filter) {
            show.entry(|show| entry.fill(show));
        }
    }
}

/// A resource of one kind.
trait Entry {
    fn place(&self) -> &Place;
    /// Whether a filter lets it through, wherever it is.
    fn is_wanted(&self, filter: &Filter) -> bool;
    fn fill(&self, show: &mut Show<'_>);
}

fn wide(value: Option<u32>) -> Option<u64> {
    value.map(Into::into)
}

/// `enum ib_mig_state`
fn migration(state: u8) -> &'static str {
    match state {
        0 => "MIGRATED",
        1 => "REARM",
        2 => "ARMED",
        _ => "UNKNOWN",
    }
}

impl Entry for QueuePair {
    fn place(&self) -> &Place {
        &self.place
    }

    fn is_wanted(&self, filter: &Filter) -> bool {
        filter.wants_number("lqpn", Some(self.number.into()))
            && filter.wants_number("rqpn", wide(self.remote))
            && filter.wants_number("pdn", wide(self.pd))
            && filter.wants_number("pid", wide(self.owner.pid))
            && filter.wants_number("sq-psn", wide(self.send_psn))
            && filter.wants_number("rq-psn", wide(self.receive_psn))
            && filter.wants_word("type", Some(self.kind.word()))
            && filter.wants_word("subtype", self.subtype.as_deref())
            && filter.wants_word("path-mig-state", self.path_migration.map(migration))
            && filter.wants_word("state", Some(self.state.word()))
    }

    fn fill(&self, show: &mut Show<'_>) {
        show.link(self.place.device_index, &self.place.device, self.place.port);
        show.number("lqpn", Some(self.number));
        show.number("pdn", self.pd);
        show.number("rqpn", self.remote);
        show.word("type", Some(self.kind.word()));
        show.word("subtype", self.subtype.as_deref());
        show.word("state", Some(self.state.word()));
        show.number("rq-psn", self.receive_psn);
        show.number("sq-psn", self.send_psn);
        show.word("path-mig-state", self.path_migration.map(migration));
        show.owner(&self.owner);
        show.driver(&self.driver);
    }
}

impl Entry for CmId {
    fn place(&self) -> &Place {
        &self.place
    }

    fn is_wanted(&self, filter: &Filter) -> bool {
        let address = |at: Option<std::net::SocketAddr>| at.map(|at| at.ip().to_string());
        let port = |at: Option<std::net::SocketAddr>| at.map(|at| at.port().into());
        filter.wants_number("cm-idn", wide(self.number))
            && filter.wants_number("lqpn", wide(self.qp))
            && filter.wants_number("pid", wide(self.owner.pid))
            && filter.wants_word("qp-type", self.qp_type.map(|kind| kind.word()))
            && filter.wants_word("state", Some(self.state.word()))
            && filter.wants_word("ps", Some(self.port_space.word()))
            && filter.wants_word("src-addr", address(self.source).as_deref())
            && filter.wants_word("dst-addr", address(self.destination).as_deref())
            && filter.wants_number("src-port", port(self.source))
            && filter.wants_number("dst-port", port(self.destination))
    }

    fn fill(&self, show: &mut Show<'_>) {
        show.link(self.place.device_index, &self.place.device, self.place.port);
        show.number("cm-idn", self.number);
        show.number("lqpn", self.qp);
        show.word("qp-type", self.qp_type.map(|kind| kind.word()));
        show.word("state", Some(self.state.word()));
        show.word("ps", Some(self.port_space.word()));
        show.owner(&self.owner);
        // rdma sets no brackets around IPv6 addresses.
        let text = |at: Option<std::net::SocketAddr>| at.map(|at| format!("{}:{}", at.ip(), at.port()));
        show.word("src-addr", text(self.source).as_deref());
        show.word("dst-addr", text(self.destination).as_deref());
        show.driver(&self.driver);
    }
}

impl Entry for CompletionQueue {
    fn place(&self) -> &Place {
        &self.place
    }

    fn is_wanted(&self, filter: &Filter) -> bool {
        filter.wants_number("users", self.users)
            && filter.wants_number("cqn", wide(self.number))
            && filter.wants_number("ctxn", wide(self.context))
            && filter.wants_number("pid", wide(self.owner.pid))
            && filter.wants_word("poll-ctx", self.poll_context.map(|context| context.word()))
    }

    fn fill(&self, show: &mut Show<'_>) {
        show.dev(&self.place);
        show.number("cqn", self.number);
        show.number("cqe", Some(self.entries));
        show.number("users", self.users);
        show.word("poll-ctx", self.poll_context.map(|context| context.word()));
        show.on_off("adaptive-moderation", self.adaptive_moderation);
        show.number("ctxn", self.context);
        show.owner(&self.owner);
        show.driver(&self.driver);
    }
}

impl Entry for MemoryRegion {
    fn place(&self) -> &Place {
        &self.place
    }

    fn is_wanted(&self, filter: &Filter) -> bool {
        filter.wants_number("rkey", wide(self.rkey))
            && filter.wants_number("lkey", wide(self.lkey))
            && filter.wants_number("mrlen", self.length)
            && filter.wants_number("mrn", wide(self.number))
            && filter.wants_number("pdn", wide(self.pd))
            && filter.wants_number("pid", wide(self.owner.pid))
    }

    fn fill(&self, show: &mut Show<'_>) {
        show.dev(&self.place);
        show.number("mrn", self.number);
        show.key("rkey", self.rkey);
        show.key("lkey", self.lkey);
        show.key("iova", self.iova);
        show.number("mrlen", self.length);
        show.number("pdn", self.pd);
        show.owner(&self.owner);
        show.driver(&self.driver);
    }
}

impl Entry for ProtectionDomain {
    fn place(&self) -> &Place {
        &self.place
    }

    fn is_wanted(&self, filter: &Filter) -> bool {
        filter.wants_number("users", self.users)
            && filter.wants_number("pdn", wide(self.number))
            && filter.wants_number("ctxn", wide(self.context))
            && filter.wants_number("pid", wide(self.owner.pid))
    }

    fn fill(&self, show: &mut Show<'_>) {
        show.dev(&self.place);
        show.number("pdn", self.number);
        show.key("local_dma_lkey", self.local_dma_lkey);
        show.number("users", self.users);
        show.key("unsafe_global_rkey", self.unsafe_global_rkey);
        show.number("ctxn", self.context);
        show.owner(&self.owner);
        show.driver(&self.driver);
    }
}

impl Entry for Context {
    fn place(&self) -> &Place {
        &self.place
    }

    fn is_wanted(&self, filter: &Filter) -> bool {
        filter.wants_number("ctxn", wide(self.number)) && filter.wants_number("pid", wide(self.owner.pid))
    }

    fn fill(&self, show: &mut Show<'_>) {
        show.dev(&self.place);
        show.number("ctxn", self.number);
        show.owner(&self.owner);
        show.driver(&self.driver);
    }
}

impl Entry for SharedReceiveQueue {
    fn place(&self) -> &Place {
        &self.place
    }

    fn is_wanted(&self, filter: &Filter) -> bool {
        let overlaps = |first: u64, last: u64| {
            self.qps.0.iter().any(|(from, to)| u64::from(*from) <= last && first <= u64::from(*to))
        };
        filter.wants_number("srqn", wide(self.number))
            && filter.wants_number("pdn", wide(self.pd))
            && filter.wants_number("cqn", wide(self.cq))
            && filter.wants_number("pid", wide(self.owner.pid))
            && filter.wants_word("type", self.kind.map(|kind| kind.word()))
            && filter.wants_any("lqpn", overlaps)
    }

    fn fill(&self, show: &mut Show<'_>) {
        show.dev(&self.place);
        show.number("srqn", self.number);
        show.word("type", self.kind.map(|kind| kind.word()));
        show.qp_numbers(&self.qps);
        show.number("pdn", self.pd);
        show.number("cqn", self.cq);
        show.owner(&self.owner);
        show.driver(&self.driver);
    }
}
