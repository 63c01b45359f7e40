//! SR-IOV: how many VFs a physical function has and may have, and which devices they are.
//!
//! On the PCI bus the kernel itself makes the files. Other buses have what their driver makes: netdevsim has
//! `sriov_numvfs` alone, and its VFs are no devices.

use smartnic_core::device::{Sriov, VirtualFunction};
use smartnic_core::types::{DevlinkHandle, VfId};
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::transport::Kernel;

use super::{Device, driver};

pub(crate) fn read(kernel: &dyn Kernel, handle: &DevlinkHandle) -> Result<Sriov> {
    let op = "read the SR-IOV state";
    let device = Device::new(kernel, handle, op)?;
    let names = device.names()?;
    let num = device.number("sriov_numvfs")?.ok_or_else(|| no_vfs(&device))?;
    let total = device.number("sriov_totalvfs")?;
    let autoprobe = device.number("sriov_drivers_autoprobe")?.map(|number| number != 0);
    let numbers = names.iter().filter_map(|name| name.strip_prefix("virtfn")?.parse().ok());
    let mut functions = Vec::new();
    for number in numbers {
        // A VF may go away between the look at the directory and the look at the link.
        let Some(name) = device.link(&format!("virtfn{number}"))? else { continue };
        let function = DevlinkHandle::new(&handle.bus, name);
        let place = Device::new(kernel, &function, op)?;
        let (driver, driver_override) = (place.link("driver")?, driver::overridden(&place)?);
        functions.push(VirtualFunction { vf: VfId(number), device: function, driver, driver_override });
    }
    functions.sort_unstable_by_key(|function| function.vf);
    Ok(Sriov { total, num, autoprobe, functions })
}

pub(crate) fn set_num_vfs(kernel: &dyn Kernel, handle: &DevlinkHandle, num: u32) -> Result<()> {
    let device = Device::new(kernel, handle, "set the number of VFs")?;
    let Err(error) = device.write("sriov_numvfs", &num.to_string()) else { return Ok(()) };
    device.names()?;
    let Some(now) = device.number("sriov_numvfs")? else { return Err(no_vfs(&device)) };
    let error = device.error(error);
    Err(match error.kind() {
        // The file is there, so it is the driver that is missing.
        ErrorKind::NotFound => error
            .of_kind(ErrorKind::Unsupported)
            .reason("no driver is bound to the device, or its driver cannot make VFs"),
        ErrorKind::Busy if now != 0 && num != 0 => {
            error.hint(format!("there are {now} VFs: set the number to 0 first"))
        }
        _ => match device.number("sriov_totalvfs")? {
            Some(total) if num > total => error.hint(format!("the device can have at most {total} VFs")),
            _ => error,
        },
    })
}

pub(crate) fn set_autoprobe(kernel: &dyn Kernel, handle: &DevlinkHandle, on: bool) -> Result<()> {
    let device = Device::new(kernel, handle, "set sriov_drivers_autoprobe")?;
    let Err(error) = device.write("sriov_drivers_autoprobe", if on { "1" } else { "0" }) else {
        return Ok(());
    };
    device.names()?;
    if device.read("sriov_drivers_autoprobe")?.is_none() {
        return Err(device.unsupported("the device has no sriov_drivers_autoprobe"));
    }
    Err(device.error(error))
}

fn no_vfs(device: &Device<'_>) -> Error {
    let error = device.unsupported("the device has no sriov_numvfs: it is no SR-IOV physical function");
    match device.link("physfn") {
        Ok(Some(pf)) => error.hint(format!("it is a VF itself; its PF is {}/{pf}", device.handle.bus)),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::System;
    use crate::sysfs::tests::Tree;

    fn pf() -> DevlinkHandle {
        "pci/0000:03:00.0".parse().unwrap()
    }

    fn kind_and_text<T: std::fmt::Debug>(result: Result<T>) -> (ErrorKind, String) {
        let error = result.unwrap_err();
        (error.kind(), error.to_string())
    }

    #[test]
    fn a_pci_function_shows_its_vfs_in_their_order() {
        let tree = Tree::new()
            .file("bus/pci/devices/0000:03:00.0/sriov_numvfs", "11\n")
            .file("bus/pci/devices/0000:03:00.0/sriov_totalvfs", "16\n")
            .file("bus/pci/devices/0000:03:00.0/sriov_drivers_autoprobe", "0\n")
            .file("bus/pci/devices/0000:03:00.0/sriov_vf_device", "101e\n")
            .link("bus/pci/devices/0000:03:00.0/virtfn10", "../0000:03:01.4")
            .link("bus/pci/devices/0000:03:00.0/virtfn2", "../0000:03:00.4")
            .link("bus/pci/devices/0000:03:00.4/driver", "../../../bus/pci/drivers/mlx5_core");
        let function = |vf, device: &str, driver: Option<&str>| VirtualFunction {
            vf: VfId(vf),
            device: device.parse().unwrap(),
            driver: driver.map(Into::into),
            driver_override: None,
        };
        let want = Sriov {
            total: Some(16),
            num: 11,
            autoprobe: Some(false),
            functions: vec![
                function(2, "pci/0000:03:00.4", Some("mlx5_core")),
                function(10, "pci/0000:03:01.4", None),
            ],
        };
        assert_eq!(read(&tree.system(), &pf()).unwrap(), want);
    }

    #[test]
    fn netdevsim_has_a_number_and_nothing_else() {
        let tree = Tree::new().file("bus/netdevsim/devices/netdevsim10/sriov_numvfs", "0\n");
        let handle = "netdevsim/netdevsim10".parse().unwrap();
        let want = Sriov { total: None, num: 0, autoprobe: None, functions: vec![] };
        assert_eq!(read(&tree.system(), &handle).unwrap(), want);
        set_num_vfs(&tree.system(), &handle, 4).unwrap();
        assert_eq!(read(&tree.system(), &handle).unwrap(), Sriov { num: 4, ..want });
        let (kind, text) = kind_and_text(set_autoprobe(&tree.system(), &handle, true));
        assert_eq!(kind, ErrorKind::Unsupported);
        assert!(text.ends_with("the device has no sriov_drivers_autoprobe"), "{text}");
    }

    #[test]
    fn what_is_no_physical_function_says_so() {
        let tree = Tree::new().link("bus/pci/devices/0000:03:00.0/physfn", "../0000:02:00.1");
        for result in [read(&tree.system(), &pf()).map(drop), set_num_vfs(&tree.system(), &pf(), 1)] {
            let (kind, text) = kind_and_text(result);
            assert_eq!(kind, ErrorKind::Unsupported);
            assert!(
                text.ends_with(
                    "(pci/0000:03:00.0): the device has no sriov_numvfs: it is no SR-IOV physical function\n\
                     hint: it is a VF itself; its PF is pci/0000:02:00.1"
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn absent_devices_odd_names_and_odd_numbers_are_named() {
        let tree = Tree::new().file("bus/pci/devices/0000:03:00.0/sriov_numvfs", "many\n");
        let (kind, text) = kind_and_text(read(&tree.system(), &pf()));
        assert_eq!(kind, ErrorKind::Io);
        assert!(text.ends_with(r#"sriov_numvfs holds "many", which is no number"#), "{text}");

        let (kind, text) = kind_and_text(set_num_vfs(&tree.system(), &DevlinkHandle::new("pci", "x"), 1));
        assert_eq!(kind, ErrorKind::NotFound);
        assert!(text.ends_with("there is no device x on the pci bus"), "{text}");

        for (bus, device) in [("pci", ".."), ("", "x"), ("a/b", "x")] {
            let (kind, _) = kind_and_text(read(&System::new(), &DevlinkHandle::new(bus, device)));
            assert_eq!(kind, ErrorKind::InvalidInput);
        }
    }
}
