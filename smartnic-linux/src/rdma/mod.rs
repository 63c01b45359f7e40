//! RDMA devices: nldev, and the tables that only files tell.

mod files;
mod roce;
mod watch;

use std::net::IpAddr;

use smartnic_core::backend::{Rdma, RdmaWatch};
use smartnic_core::rdma::{
    Binding, BoundCounter, Device, DeviceChange, GidEntry, HwCounter, LinkEcn, MrCounters, MrPool,
    MrPoolChange, NewLink, NewSubDevice, OptionalCounter, Port, QpMode, RawResource, ResourceKind, Resources,
    RoceDefaults, Route, StatMode, Summary, System, SystemChange,
};
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::codec::Message;
use smartnic_netlink::nldev::{self, Ask, Call, RawKind};
use smartnic_netlink::rtnl::route;
use smartnic_netlink::transport::HeldNetns;

use crate::{LinuxHost, Netns};

impl Rdma for LinuxHost {
    fn rdma_devices(&self) -> Result<Vec<Device>> {
        let op = "list RDMA devices";
        self.here(op)?;
        self.rdma.list(op, &"", &Call(Ask::Devices), &|message| nldev::decode_device(message).map(Some))
    }

    fn rdma_device(&self, name: &str) -> Result<Device> {
        let op = "read an RDMA device";
        let index = self.rdma_index(op, name)?;
        self.rdma.fetch(op, &name, &Call(Ask::Device(index)), &nldev::decode_device)
    }

    fn rdma_driver(&self, name: &str) -> Result<Option<u32>> {
        let op = "ask for the driver of an RDMA device";
        let index = self.rdma_index(op, name)?;
        self.rdma.fetch(op, &name, &Call(Ask::Verbs(index)), &nldev::decode_driver)
    }

    fn set_rdma_device(&self, name: &str, change: &DeviceChange) -> Result<()> {
        let op = "change an RDMA device";
        let index = self.rdma_index(op, name)?;
        match change {
            DeviceChange::Name(to) => self.rdma.change(op, &name, &Call(Ask::Rename(index, to))),
            DeviceChange::AdaptiveModeration(on) => {
                self.rdma.change(op, &name, &Call(Ask::SetAdaptiveModeration(index, *on)))
            }
            DeviceChange::Netns(to) => {
                let opened = match to.parse::<u32>() {
                    Ok(pid) => Netns::of_process(pid),
                    Err(_) => Netns::open(to),
                };
                let netns = opened.map_err(|error| {
                    let error = Error::io(op, error).on(name);
                    error.reason(format!("the network namespace {to} cannot be opened"))
                })?;
                let descriptor = u32::try_from(netns.descriptor()).unwrap_or_default();
                self.rdma.change(op, &name, &Call(Ask::SetNetns(index, descriptor)))
            }
        }
        .map(drop)
    }

    fn add_rdma_device(&self, device: &NewSubDevice) -> Result<()> {
        let op = "add an RDMA sub-device";
        let parent = self.rdma_index(op, &device.parent)?;
        let ask = Ask::NewDevice(parent, &device.name, device.kind);
        self.rdma.change(op, &format_args!("{} of {}", device.name, device.parent), &Call(ask)).map(drop)
    }

    fn remove_rdma_device(&self, name: &str) -> Result<()> {
        let op = "remove an RDMA sub-device";
        let index = self.rdma_index(op, name)?;
        self.rdma.change(op, &name, &Call(Ask::DelDevice(index))).map(drop)
    }

    fn rdma_ports(&self, device: &str) -> Result<Vec<Port>> {
        let op = "list the ports of an RDMA device";
        let index = self.rdma_index(op, device)?;
        self.rdma
            .list(op, &device, &Call(Ask::Ports(index)), &|message| nldev::decode_port(message).map(Some))
    }

    fn add_rdma_link(&self, link: &NewLink) -> Result<()> {
        let op = "add an RDMA link";
        self.here(op)?;
        let object = format!("{} over {}", link.name, link.netdev);
        let made = self.rdma.change(op, &object, &Call(Ask::NewLink(link)));
        made.map(drop).map_err(|error| match error.kind() {
            // The kernel asks for the module by itself, and says the same of a link that is not there.
            ErrorKind::InvalidInput | ErrorKind::NotFound => error.hint(format!(
                "is there a link {}, and does this kernel have {}? try: modprobe rdma_{}",
                link.netdev, link.kind, link.kind
            )),
            _ => error,
        })
    }

    fn remove_rdma_link(&self, name: &str) -> Result<()> {
        let op = "remove an RDMA link";
        let index = self.rdma_index(op, name)?;
        let removed = self.rdma.change(op, &name, &Call(Ask::DelLink(index)));
        removed.map(drop).map_err(|error| match error.kind() {
            ErrorKind::InvalidInput => error.hint("only software devices (rxe, siw) can be removed"),
            _ => error,
        })
    }

    fn rdma_system(&self) -> Result<System> {
        let op = "read the settings of RDMA";
        self.here(op)?;
        self.rdma.fetch(op, &"", &Call(Ask::System), &nldev::decode_system)
    }

    fn set_rdma_system(&self, change: SystemChange) -> Result<()> {
        let op = "change the settings of RDMA";
        self.here(op)?;
        let set = self.rdma.change(op, &"", &Call(Ask::SetSystem(change)));
        set.map(drop).map_err(|error| match (error.kind(), change) {
            (ErrorKind::Busy, SystemChange::Netns(_)) => {
                error.hint("it can be set only while there is no other network namespace")
            }
            _ => error,
        })
    }

    fn rdma_summary(&self, device: &str) -> Result<Summary> {
        let op = "count the resources of an RDMA device";
        let index = self.rdma_index(op, device)?;
        // A dump tells of all devices.
        let all = self.rdma.list(op, &device, &Call(Ask::Summary(index)), &|message| {
            nldev::decode_summary(message).map(Some)
        })?;
        all.into_iter().find(|summary| summary.device_index == index).ok_or_else(|| gone(op, device))
    }

    fn rdma_resources(&self, device: &str, kind: ResourceKind) -> Result<Resources> {
        let op = "list the resources of an RDMA device";
        let index = self.rdma_index(op, device)?;
        let parts = self.rdma.list(op, &device, &Call(Ask::Resources(index, kind)), &|message| {
            nldev::decode_resources(kind, message).map(Some)
        })?;
        Ok(join(kind, parts))
    }

    fn rdma_raw(&self, device: &str, kind: ResourceKind, number: Option<u32>) -> Result<Vec<RawResource>> {
        let op = "dump the resources of an RDMA device";
        let index = self.rdma_index(op, device)?;
        let raw = RawKind::of(kind);
        let raw =
            raw.ok_or_else(|| Error::unsupported(op).on(device).reason("drivers dump nothing of these"))?;
        let call = Call(Ask::Raw(index, raw, number));
        let read = |message: &Message<'_>| nldev::decode_raw(kind, message);
        let parts = match number {
            Some(_) => self.rdma.fetch(op, &device, &call, &read).map(|one| vec![one]),
            None => self.rdma.list(op, &device, &call, &|message| read(message).map(Some)),
        };
        parts.map(|parts| parts.concat()).map_err(|error| match error.kind() {
            ErrorKind::InvalidInput => error.hint("few drivers have such a dump (mlx5, hns)"),
            _ => error,
        })
    }

    fn rdma_mr_pools(&self, device: &str, with_kernel: bool) -> Result<Vec<MrPool>> {
        let op = "list the pools of memory regions";
        let index = self.rdma_index(op, device)?;
        let parts = self.rdma.list(op, &device, &Call(Ask::MrPools(index, with_kernel)), &|message| {
            nldev::decode_pools(message).map(Some)
        })?;
        Ok(parts.concat())
    }

    fn set_rdma_mr_pools(&self, device: &str, change: MrPoolChange) -> Result<()> {
        let op = "change the pools of memory regions";
        let index = self.rdma_index(op, device)?;
        let set = self.rdma.change(op, &device, &Call(Ask::SetMrPools(index, change)));
        set.map(drop).map_err(|error| match error.kind() {
            ErrorKind::InvalidInput => {
                error.hint("only some drivers keep pools (mlx5, kernel 7.1 and later)")
            }
            _ => error,
        })
    }

    fn rdma_counters(&self, device: &str, port: u32) -> Result<Vec<HwCounter>> {
        let op = "read the counters of an RDMA port";
        let index = self.rdma_index(op, device)?;
        let object = format!("{device}/{port}");
        self.rdma.fetch(op, &object, &Call(Ask::Counters(index, port)), &nldev::decode_counters)
    }

    fn rdma_port_counters(&self, device: &str, port: u32) -> Result<Vec<HwCounter>> {
        files::port_counters(&*self.kernel, device, port)
    }

    fn rdma_optional_counters(&self, device: &str, port: u32) -> Result<Vec<OptionalCounter>> {
        let op = "list the optional counters of an RDMA port";
        let index = self.rdma_index(op, device)?;
        let object = format!("{device}/{port}");
        self.rdma.fetch(op, &object, &Call(Ask::CounterStatus(index, port)), &nldev::decode_optional)
    }

    fn set_rdma_optional_counters(&self, device: &str, port: u32, on: &[u32]) -> Result<()> {
        let op = "set the optional counters of an RDMA port";
        let index = self.rdma_index(op, device)?;
        let object = format!("{device}/{port}");
        self.rdma.change(op, &object, &Call(Ask::SetCounters(index, port, on))).map(drop)
    }

    fn rdma_qp_mode(&self, device: &str, port: u32) -> Result<StatMode> {
        let op = "read how queue pairs get counters";
        let index = self.rdma_index(op, device)?;
        let object = format!("{device}/{port}");
        self.rdma.fetch(op, &object, &Call(Ask::QpMode(index, port)), &nldev::decode_mode)
    }

    fn set_rdma_qp_mode(&self, device: &str, port: u32, mode: QpMode, optional: Option<bool>) -> Result<()> {
        let op = "set how queue pairs get counters";
        let index = self.rdma_index(op, device)?;
        let ask = Ask::SetQpMode(index, port, mode, optional);
        self.rdma.change(op, &format_args!("{device}/{port}"), &Call(ask)).map(drop)
    }

    fn rdma_bound_counters(&self, device: &str) -> Result<Vec<BoundCounter>> {
        let op = "list the counters of queue pairs";
        let index = self.rdma_index(op, device)?;
        let parts = self.rdma.list(op, &device, &Call(Ask::BoundCounters(index)), &|message| {
            nldev::decode_bound(message).map(Some)
        })?;
        Ok(parts.concat())
    }

    fn rdma_mr_counters(&self, device: &str) -> Result<Vec<MrCounters>> {
        let op = "list the counters of memory regions";
        let index = self.rdma_index(op, device)?;
        let parts = self.rdma.list(op, &device, &Call(Ask::MrCounters(index)), &|message| {
            nldev::decode_mr_counters(message).map(Some)
        })?;
        Ok(parts.concat())
    }

    fn bind_rdma_counter(
        &self,
        device: &str,
        port: u32,
        qp: u32,
        counter: Option<u32>,
    ) -> Result<Option<Binding>> {
        let op = "bind a queue pair to a counter";
        let index = self.rdma_index(op, device)?;
        let ask = Ask::Bind(index, port, qp, counter);
        let object = format!("queue pair {qp} of {device}/{port}");
        self.rdma.change_told(op, &object, &Call(ask), &nldev::decode_binding).map(|(binding, _)| binding)
    }

    fn unbind_rdma_counter(&self, device: &str, port: u32, binding: Binding) -> Result<()> {
        let op = "take a queue pair off its counter";
        let index = self.rdma_index(op, device)?;
        let object = format!("counter {} of {device}/{port}", binding.counter);
        let ask = Ask::Unbind(index, port, binding);
        // It is answered with what was undone.
        self.rdma.change_told(op, &object, &Call(ask), &|_| Ok(())).map(drop)
    }

    fn rdma_gids(&self, device: &str, port: u32) -> Result<Vec<GidEntry>> {
        files::gids(&*self.kernel, device, port)
    }

    fn roce_defaults(&self, device: &str, port: u32) -> Result<RoceDefaults> {
        self.here("read the defaults of rdma_cm")?;
        roce::defaults(&*self.kernel, device, port)
    }

    fn set_roce_defaults(&self, device: &str, port: u32, defaults: &RoceDefaults) -> Result<()> {
        self.here("change the defaults of rdma_cm")?;
        roce::set_defaults(&*self.kernel, device, port, defaults)
    }

    fn congestion(&self, device: &str) -> Result<Vec<(String, u64)>> {
        self.here("read congestion control")?;
        roce::congestion(&*self.kernel, device)
    }

    fn set_congestion(&self, device: &str, name: &str, value: u64) -> Result<()> {
        self.here("change congestion control")?;
        roce::set_congestion(&*self.kernel, device, name, value)
    }

    fn link_ecn(&self, link: &str) -> Result<LinkEcn> {
        self.here("read congestion control of a link")?;
        roce::link_ecn(&*self.kernel, link)
    }

    fn set_link_ecn(&self, link: &str, ecn: &LinkEcn) -> Result<()> {
        self.here("change congestion control of a link")?;
        roce::set_link_ecn(&*self.kernel, link, ecn)
    }

    fn route(&self, to: IpAddr, link: Option<u32>) -> Result<Route> {
        let op = "find a route";
        self.here(op)?;
        let found = self.route.fetch(op, &to, &route::GetRoute { to, link }, &route::decode);
        found.map_err(|error| match error.extack().map(|extack| extack.errno) {
            Some(libc::ENETUNREACH | libc::EHOSTUNREACH) => error.of_kind(ErrorKind::NotFound),
            _ => error,
        })
    }

    fn watch_rdma(&self) -> Result<Box<dyn RdmaWatch>> {
        watch::open(self)
    }
}

impl LinuxHost {
    /// Files alone tell nothing of this.
    fn here(&self, op: &'static str) -> Result<()> {
        match self.files_only {
            true => Err(Error::unsupported(op).on(smartnic_core::backend::Host::uri(self))),
            false => Ok(()),
        }
    }

    /// The number of a device.
    fn rdma_index(&self, op: &'static str, name: &str) -> Result<u32> {
        let devices = self.rdma_devices().map_err(|error| error.on(name))?;
        if let Some(device) = devices.iter().find(|device| device.name == name) {
            return Ok(device.index);
        }
        let known: Vec<&str> = devices.iter().map(|device| &*device.name).collect();
        let error = gone(op, name);
        Err(match known.is_empty() {
            true => error.hint("this host has no RDMA device"),
            false => error.hint(format!("this host has: {}", known.join(", "))),
        })
    }
}

fn gone(op: &'static str, name: &str) -> Error {
    Error::new(ErrorKind::NotFound, op).on(name).reason("no such RDMA device")
}

/// The parts of a table as one.
fn join(kind: ResourceKind, parts: Vec<Resources>) -> Resources {
    macro_rules! joined {
        ($variant:ident) => {{
            let lists = parts.into_iter().filter_map(|part| match part {
                Resources::$variant(list) => Some(list),
                _ => None,
            });
            Resources::$variant(lists.flatten().collect())
        }};
    }
    match kind {
        ResourceKind::Qp => joined!(Qp),
        ResourceKind::CmId => joined!(CmId),
        ResourceKind::Cq => joined!(Cq),
        ResourceKind::Mr => joined!(Mr),
        ResourceKind::Pd => joined!(Pd),
        ResourceKind::Ctx => joined!(Ctx),
        ResourceKind::Srq => joined!(Srq),
    }
}
