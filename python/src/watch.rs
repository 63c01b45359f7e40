//! What happens on a host, as it happens.

use std::os::fd::AsRawFd;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::prelude::*;
use serde_json::{Value, json};
use smartnic::ethtool::{LinkChanged, LinkNotice};
use smartnic::flow::{Netdev, TcMessage, TcObject, Told};
use smartnic::names::Names;
use smartnic::text::tc::show::{Show, Style};
use smartnic::text::tc::show_message::{Asked, show_message};
use smartnic::{backend, inventory, settings};

use crate::convert::to_py;
use crate::error::Result;
use crate::host::{Host, seconds};

enum Kind {
    Topology(inventory::Watch),
    Flow(Box<dyn backend::Watch>, smartnic::Host),
    Rdma(Box<dyn backend::RdmaWatch>),
    Links(Box<dyn backend::LinkWatch>),
}

/// Something that is listened to.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct Watch {
    kind: Mutex<Kind>,
    fd: Option<i32>,
}

/// An event on its way to Python.
enum Event {
    Value(Value),
    Change(Box<inventory::Change>),
    Rdma(Box<smartnic::rdma::Event>),
}

impl Kind {
    fn wait(&mut self, most: Option<Duration>) -> smartnic::Result<Option<Event>> {
        Ok(match self {
            Self::Topology(watch) => watch.wait(most)?.map(|change| Event::Change(Box::new(change))),
            Self::Rdma(watch) => watch.wait(most)?.map(|event| Event::Rdma(Box::new(event))),
            Self::Links(watch) => watch.wait(most)?.map(|notice| Event::Value(link_told(&notice))),
            Self::Flow(watch, host) => match watch.wait(most)? {
                // Links come and go while others change things.
                Some(message) => Some(Event::Value(told(&message, &host.names()?))),
                None => None,
            },
        })
    }
}

fn told(message: &TcMessage, names: &Names) -> Value {
    let object = match message.object {
        TcObject::Filter(_) => "filter",
        TcObject::Chain(_) => "chain",
        TcObject::Actions(_) => "actions",
        TcObject::Qdisc(_) => "qdisc",
    };
    let event = match message.told {
        Told::There => "there",
        Told::Added => "added",
        Told::Replaced => "replaced",
        Told::Deleted => "deleted",
    };
    let name = |dev: &Netdev| dev.index().map_or_else(|_| dev.to_string(), |index| names.name(index));
    let mut show = Show::new(Style { json: true, ..Style::default() }, &name);
    show.open_list(None);
    show_message(message, &Asked::default(), &mut show);
    show.close_list();
    let shown: Value = serde_json::from_str(&show.take()).unwrap_or_default();
    json!({ "event": event, "object": object, "remark": message.remark, "tc": shown })
}

fn link_told(notice: &LinkNotice) -> Value {
    let event = match &notice.what {
        LinkChanged::LinkGone(_) | LinkChanged::RssGone(_) => "gone",
        LinkChanged::RssMade(_) => "appeared",
        LinkChanged::Link(_) => "there",
        _ => "changed",
    };
    let fields = settings::fields(&notice.what).into_iter();
    let fields: serde_json::Map<_, _> = fields.map(|(name, value)| (name, settings::plain(&value))).collect();
    let topic = notice.what.topic();
    json!({ "event": event, "link": notice.name, "ifindex": notice.link, "topic": topic, "fields": fields })
}

#[pymethods]
impl Watch {
    /// The next event; none if there is none within so many seconds.
    #[pyo3(signature = (timeout=None))]
    fn wait(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Option<Py<PyAny>>> {
        let most = timeout.map(|most| seconds("wait for an event", most)).transpose()?;
        let event = py.detach(|| self.kind.lock().unwrap_or_else(PoisonError::into_inner).wait(most));
        let event = event.map_err(crate::error::Failure::from)?;
        event
            .map(|event| match event {
                Event::Value(value) => to_py(py, &value),
                Event::Change(change) => to_py(py, &*change),
                Event::Rdma(event) => to_py(py, &*event),
            })
            .transpose()
    }

    /// A descriptor that becomes readable when an event waits; none if there is no such thing.
    fn fileno(&self) -> Option<i32> {
        self.fd
    }
}

/// Begins to listen for devices, ports, links and functions that come, go and change.
#[pyfunction]
pub(crate) fn watch_topology(py: Python<'_>, host: &Host) -> Result<Watch> {
    let watch = host.ask(py, inventory::Watch::new)?;
    Ok(Watch { kind: Mutex::new(Kind::Topology(watch)), fd: None })
}

/// Begins to listen for rules, chains, actions and qdiscs that anyone changes.
#[pyfunction]
pub(crate) fn watch_flow(py: Python<'_>, host: &Host) -> Result<Watch> {
    let watch = host.ask(py, |host| host.traffic_control()?.watch())?;
    let fd = watch.fd().map(|fd| fd.as_raw_fd());
    Ok(Watch { kind: Mutex::new(Kind::Flow(watch, host.open()?)), fd })
}

/// Begins to listen for what changes at links. They are told over several descriptors, so none is handed out.
#[pyfunction]
pub(crate) fn watch_links(py: Python<'_>, host: &Host) -> Result<Watch> {
    let watch = host.ask(py, |host| host.ethtool()?.watch_links())?;
    Ok(Watch { kind: Mutex::new(Kind::Links(watch)), fd: None })
}

/// Begins to listen for RDMA devices that come, go and change.
#[pyfunction]
pub(crate) fn watch_rdma(py: Python<'_>, host: &Host) -> Result<Watch> {
    let watch = host.ask(py, |host| host.rdma()?.watch_rdma())?;
    let fd = watch.fd().map(|fd| fd.as_raw_fd());
    Ok(Watch { kind: Mutex::new(Kind::Rdma(watch)), fd })
}
