//! What files alone tell and take of RoCE: rdma_cm's defaults in configfs, congestion control in debugfs and in files of
//! the vendor's driver.

use smartnic_core::rdma::{GidType, LinkEcn, RoceDefaults};
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::transport::Kernel;

const CONFIG: &str = "/sys/kernel/config/rdma_cm";

/// The directory of a device in configfs. It is a view: making and removing it changes no setting. One that was not
/// there is removed again.
struct View<'k> {
    kernel: &'k dyn Kernel,
    place: String,
    ours: bool,
}

impl<'k> View<'k> {
    fn open(kernel: &'k dyn Kernel, op: &'static str, device: &str) -> Result<Self> {
        let place = format!("{CONFIG}/{device}");
        let there = kernel.list(CONFIG).map_err(|error| {
            Error::unsupported(op)
                .on(device)
                .reason(format!("there is no {CONFIG} ({error})"))
                .hint("modprobe rdma_cm; mount -t configfs none /sys/kernel/config")
        })?;
        let ours = !there.iter().any(|name| name == device);
        if ours {
            kernel.make(&place).map_err(|error| Error::io(op, error).on(device))?;
        }
        Ok(Self { kernel, place, ours })
    }

    fn file(&self, port: u32, name: &str) -> String {
        format!("{}/ports/{port}/{name}", self.place)
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        if self.ours {
            // A view that stays does no harm.
            let _ = self.kernel.unmake(&self.place);
        }
    }
}

pub(super) fn defaults(kernel: &dyn Kernel, device: &str, port: u32) -> Result<RoceDefaults> {
    let op = "read the defaults of rdma_cm";
    let view = View::open(kernel, op, device)?;
    let read = |name: &str| {
        let text = kernel.read(&view.file(port, name));
        text.map(|text| text.trim().to_owned()).map_err(|error| Error::io(op, error).on(device))
    };
    let mode = match read("default_roce_mode")?.as_str() {
        "RoCE v2" => GidType::RoceV2,
        "IB/RoCE v1" => GidType::RoceV1,
        other => return Err(Error::protocol(op, "an unknown mode").on(device).reason(other.to_owned())),
    };
    let tos = read("default_roce_tos")?;
    let tos =
        tos.parse().map_err(|_| Error::protocol(op, "a type of service that is no number").on(device))?;
    Ok(RoceDefaults { mode, tos })
}

pub(super) fn set_defaults(
    kernel: &dyn Kernel,
    device: &str,
    port: u32,
    wanted: &RoceDefaults,
) -> Result<()> {
    let op = "change the defaults of rdma_cm";
    let now = defaults(kernel, device, port)?;
    let view = View::open(kernel, op, device)?;
    let write = |name: &str, value: &str| {
        kernel.write(&view.file(port, name), value).map_err(|error| Error::io(op, error).on(device))
    };
    if now.mode != wanted.mode {
        write(
            "default_roce_mode",
            match wanted.mode {
                GidType::RoceV2 => "RoCE v2",
                GidType::RoceV1 | GidType::Infiniband => "IB/RoCE v1",
            },
        )?;
    }
    if now.tos != wanted.tos {
        write("default_roce_tos", &wanted.tos.to_string())?;
    }
    Ok(())
}

/// The directory of a device's parameters.
fn parameters(kernel: &dyn Kernel, op: &'static str, device: &str) -> Result<String> {
    let under = kernel.link(&format!("/sys/class/infiniband/{device}/device"));
    let under = under.map_err(|error| Error::io(op, error).on(device))?;
    let function = under.rsplit('/').next().unwrap_or_default();
    let place = format!("/sys/kernel/debug/mlx5/{function}/cc_params");
    match kernel.list(&place) {
        Ok(_) => Ok(place),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            Err(Error::new(ErrorKind::PermissionDenied, op).on(device).reason("debugfs is for root"))
        }
        Err(_) => Err(Error::unsupported(op)
            .on(device)
            .reason("this kernel and driver show no parameters of congestion control")),
    }
}

pub(super) fn congestion(kernel: &dyn Kernel, device: &str) -> Result<Vec<(String, u64)>> {
    let op = "read congestion control";
    let place = parameters(kernel, op, device)?;
    let names = kernel.list(&place).map_err(|error| Error::io(op, error).on(device))?;
    // What this firmware does not have cannot be read.
    let value = |name: &str| kernel.read(&format!("{place}/{name}")).ok()?.trim().parse().ok();
    Ok(names
        .into_iter()
        .filter_map(|name| Some((value(&name)?, name)))
        .map(|(value, name)| (name, value))
        .collect())
}

pub(super) fn set_congestion(kernel: &dyn Kernel, device: &str, name: &str, value: u64) -> Result<()> {
    let op = "change congestion control";
    let file = format!("{}/{name}", parameters(kernel, op, device)?);
    kernel
        .write(&file, &value.to_string())
        .map_err(|error| Error::io(op, error).on(format_args!("{device} {name}")))
}

/// The two sides of congestion control: who reports marked packets, and who obeys such reports.
const SIDES: [&str; 2] = ["roce_np", "roce_rp"];

fn switch(link: &str, side: &str, priority: u8) -> String {
    format!("/sys/class/net/{link}/ecn/{side}/enable/{priority}")
}

pub(super) fn link_ecn(kernel: &dyn Kernel, link: &str) -> Result<LinkEcn> {
    let op = "read congestion control of a link";
    if let Err(error) = kernel.list(&format!("/sys/class/net/{link}/ecn")) {
        return Err(match error.kind() {
            std::io::ErrorKind::NotFound => Error::unsupported(op)
                .on(link)
                .reason("this kernel's driver has no files for it; NVIDIA's own driver has"),
            _ => Error::io(op, error).on(link),
        });
    }
    let bits = |side: &str| {
        (0..8).try_fold(0, |bits, priority| {
            let file = switch(link, side, priority);
            let text = kernel.read(&file).map_err(|error| Error::io(op, error).on(&file))?;
            match text.trim() {
                "0" => Ok(bits),
                "1" => Ok(bits | 1 << priority),
                other => Err(Error::protocol(op, "neither 0 nor 1").on(&file).reason(other.to_owned())),
            }
        })
    };
    let [notification, reaction] = SIDES.map(bits);
    Ok(LinkEcn { notification: notification?, reaction: reaction? })
}

pub(super) fn set_link_ecn(kernel: &dyn Kernel, link: &str, wanted: &LinkEcn) -> Result<()> {
    let op = "change congestion control of a link";
    let now = link_ecn(kernel, link)?;
    let changes = [(now.notification, wanted.notification), (now.reaction, wanted.reaction)];
    for (side, (is, to)) in SIDES.iter().zip(changes) {
        for priority in (0..8).filter(|priority| (is ^ to) >> priority & 1 == 1) {
            let file = switch(link, side, priority);
            let value = (to >> priority & 1).to_string();
            kernel.write(&file, &value).map_err(|error| Error::io(op, error).on(&file))?;
        }
    }
    Ok(())
}
