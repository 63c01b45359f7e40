//! What ports counted, with vendor-neutral names and meanings from the adapters.

use serde::Serialize;
use smartnic_core::adapter::{Facts, PORT_COUNTERS, Place, RdmaFacts, Unit};

use crate::{ErrorKind, Host, Result};

/// A counter of a port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The device.
    pub device: String,
    /// The port.
    pub port: u32,
    /// The kernel's name for it.
    pub name: String,
    /// The name that it has for every vendor; none if no adapter knows it.
    pub canonical: Option<&'static str>,
    /// Its value.
    pub value: u64,
    /// In what it counts; none if no adapter knows it.
    pub unit: Option<Unit>,
    /// What it tells; none if no adapter knows it.
    pub meaning: Option<&'static str>,
    /// Whether the driver counts it beside the counters of the specification.
    pub hardware: bool,
}

/// The counters of a device's port: first the driver's own, then those that the specification has for every port.
///
/// # Errors
/// `NotFound` if there is no such device; a port that has no counters of one kind has none of them in the list.
pub fn counters(host: &Host, device: &str, port: u32) -> Result<Vec<Counted>> {
    let rdma = host.rdma()?;
    let hardware = rdma.rdma_counters(device, port).or_else(|error| match error.kind() {
        ErrorKind::Unsupported | ErrorKind::InvalidInput => Ok(Vec::new()),
        _ => Err(error),
    })?;
    let standard = rdma.rdma_port_counters(device, port).unwrap_or_default();
    let known = known_of(host, device);
    let one = |hardware: bool, counter: smartnic_core::rdma::HwCounter| {
        let place = if hardware { Place::RdmaHardware } else { Place::RdmaPort };
        let fact = match known {
            Some(facts) => facts.counter(place, &counter.name),
            None => PORT_COUNTERS.iter().find(|fact| fact.place == place && fact.name == counter.name),
        };
        Counted {
            device: device.to_owned(),
            port,
            canonical: fact.map(|fact| fact.canonical).filter(|name| !name.is_empty()),
            unit: fact.map(|fact| fact.unit),
            meaning: fact.map(|fact| fact.meaning),
            name: counter.name,
            value: counter.value,
            hardware,
        }
    };
    let hardware = hardware.into_iter().map(|counter| one(true, counter));
    Ok(hardware.chain(standard.into_iter().map(|counter| one(false, counter))).collect())
}

/// What is known of a device's driver.
///
/// The kernel tells the driver's number, of most drivers. Else the driver is that of the function under the RDMA device,
/// where files tell it; else the kernel's pattern for names tells it, which holds as long as nobody renamed the device.
pub(super) fn known_of(host: &Host, device: &str) -> Option<&'static Facts> {
    let all = || host.registry().iter().map(|adapter| adapter.facts()).filter(|facts| facts.rdma.is_some());
    let the_one = |is: &dyn Fn(&RdmaFacts) -> bool| all().find(|facts| facts.rdma.as_ref().is_some_and(is));
    let number = host.rdma().and_then(|rdma| rdma.rdma_driver(device)).ok().flatten();
    if let Some(number) = number {
        return the_one(&|rdma| rdma.driver_id == number);
    }
    let function = host.hardware().and_then(smartnic_core::backend::Hardware::tree).ok().and_then(|tree| {
        let at = tree.rdma.iter().find(|it| it.name == device)?.function.clone()?;
        tree.functions.iter().find(|it| it.handle == at)?.driver.clone()
    });
    let by_function = function.and_then(|driver| the_one(&|rdma| rdma.stands_on.contains(&&*driver)));
    by_function.or_else(|| the_one(&|rdma| device.starts_with(rdma.name_pattern.trim_end_matches("%d"))))
}

#[cfg(test)]
mod tests {
    use smartnic_core::rdma::{DeviceChange, NewLink};

    use super::*;

    #[test]
    fn a_device_of_any_name_has_the_meanings_of_its_driver() {
        let host = Host::open("sim:bluefield3").unwrap();
        let rdma = host.rdma().unwrap();
        let netdev = rdma.rdma_ports("mlx5_0").unwrap()[0].netdev.clone().unwrap();
        let soft = NewLink { name: "soft".into(), kind: "rxe".into(), netdev };
        rdma.add_rdma_link(&soft).unwrap();
        rdma.set_rdma_device("mlx5_0", &DeviceChange::Name("rxe7".into())).unwrap();
        let meaning = |device: &str, name: &str| {
            let all = counters(&host, device, 1).unwrap();
            all.into_iter().find(|counter| counter.name == name).unwrap().canonical
        };
        assert_eq!(meaning("soft", "sent_bytes"), Some("rdma.tx.bytes"));
        assert_eq!(meaning("rxe7", "out_of_sequence"), Some("rdma.rx.out_of_sequence"));
    }
}
