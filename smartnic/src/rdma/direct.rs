//! What vendors' own libraries say of devices: which library to ask, the adapter says.

use serde::Serialize;
use smartnic_core::verbs::DirectCaps;

use super::counters::known_of;
use crate::{Error, Host, Result};

/// What a device can do by its vendor's own library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Direct {
    /// The device.
    pub device: String,
    /// The driver, as its adapter calls it.
    pub driver: &'static str,
    /// What the library says.
    #[serde(flatten)]
    pub caps: DirectCaps,
}

/// Asks the library that a device's adapter names.
///
/// # Errors
/// `NotFound` if there is no such device; `Unsupported` if no adapter knows its driver, if the driver has no such library, and
/// if the library is missing, with the package to install.
pub fn direct(host: &Host, device: &str) -> Result<Direct> {
    const OP: &str = "query what a vendor adds to RDMA";
    host.rdma()?.rdma_device(device)?;
    let unsupported = |reason: String| Err(Error::unsupported(OP).on(device).reason(reason));
    let Some(facts) = known_of(host, device) else {
        return unsupported("no adapter knows its driver".to_owned());
    };
    let Some(library) = facts.rdma.as_ref().and_then(|rdma| rdma.direct) else {
        return unsupported(format!(
            "devices of {} have no library of their vendor that is asked here",
            facts.name
        ));
    };
    let caps = host.verbs()?.open(device)?.direct(library)?;
    Ok(Direct { device: device.to_owned(), driver: facts.name, caps })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use smartnic_core::verbs::{DirectVerbs, EfaCaps, EfaFlags};

    #[test]
    fn the_adapter_says_whom_to_ask() {
        let host = Host::open("sim:bluefield3").expect("a simulated host");
        let told = direct(&host, "mlx5_0").expect("what mlx5dv says");
        let json = serde_json::to_value(&told).expect("JSON");
        assert_eq!((&json["driver"], &json["library"]), (&"mlx5_ib".into(), &"mlx5dv".into()));
        assert!(json["tunnels"].as_array().is_some_and(|all| all.contains(&"vxlan".into())), "{json}");
        assert_eq!(direct(&host, "nope").map_err(|error| error.kind()), Err(ErrorKind::NotFound));
    }

    #[test]
    fn who_has_no_such_library_says_so() {
        let host = Host::open("sim:e810").expect("a simulated host");
        let device =
            host.rdma().and_then(smartnic_core::backend::Rdma::rdma_devices).expect("devices").remove(0);
        let error = direct(&host, &device.name).expect_err("irdma has none");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("irdma"), "{error}");
        let context = host.verbs().and_then(|verbs| verbs.open(&device.name)).expect("an open device");
        let error = context.direct(DirectVerbs::Efa).expect_err("it is no EFA");
        assert!(error.to_string().contains("efadv knows no devices of irdma"), "{error}");
    }

    #[test]
    fn bits_have_names_and_those_without_are_kept() {
        let caps = EfaCaps { flags: EfaFlags::from_bits_retain(0x109), ..EfaCaps::default() };
        let json = serde_json::to_value(DirectCaps::Efa(caps)).expect("JSON");
        assert_eq!(json["flags"], serde_json::json!(["rdma_read", "rdma_write", "0x100"]));
    }
}
