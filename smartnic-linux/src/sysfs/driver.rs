//! Which driver a function is bound to.

use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::transport::Kernel;

use super::{Device, check_name};

/// What the kernel shows in `driver_override` where nothing is set.
const NO_OVERRIDE: &str = "(null)";

/// The only driver that may take a function, if one was named.
pub(super) fn overridden(device: &Device<'_>) -> Result<Option<String>> {
    Ok(device.read("driver_override")?.and_then(named))
}

/// The driver in a `driver_override`, if there is one.
pub(super) fn named(text: String) -> Option<String> {
    Some(text).filter(|name| name != NO_OVERRIDE && !name.is_empty())
}

/// Names the only driver that may take a function; none lifts it.
pub(crate) fn set_override(
    kernel: &dyn Kernel,
    function: &DevlinkHandle,
    driver: Option<&str>,
) -> Result<()> {
    let op = "set driver_override";
    let device = Device::new(kernel, function, op)?;
    if let Some(driver) = driver {
        check_name(op, driver).map_err(|error| error.on(function))?;
    }
    device.names()?;
    if device.read("driver_override")?.is_none() {
        return Err(
            device.unsupported(format!("devices of the {} bus have no driver_override", function.bus))
        );
    }
    // An empty line lifts it.
    device.write("driver_override", driver.unwrap_or("\n")).map_err(|error| device.error(error))
}

/// Lets the kernel look for the driver of a function.
pub(crate) fn probe(kernel: &dyn Kernel, function: &DevlinkHandle) -> Result<()> {
    let device = Device::new(kernel, function, "look for a function's driver")?;
    device.names()?;
    let file = format!("/sys/bus/{}/drivers_probe", function.bus);
    match kernel.write(&file, &function.device) {
        Ok(()) => Ok(()),
        // No driver takes it, or one has it already.
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => Ok(()),
        Err(error) => Err(device.error(error)),
    }
}

/// Takes a function away from its driver, if it has one.
pub(crate) fn unbind(kernel: &dyn Kernel, function: &DevlinkHandle) -> Result<()> {
    let device = Device::new(kernel, function, "unbind a function")?;
    device.names()?;
    let Some(driver) = device.link("driver")? else { return Ok(()) };
    let file = format!("/sys/bus/{}/drivers/{driver}/unbind", function.bus);
    match kernel.write(&file, &function.device) {
        Ok(()) => Ok(()),
        // Somebody else was faster.
        Err(_) if device.link("driver")?.is_none() => Ok(()),
        Err(error) => Err(device.error(error).hint(format!("the driver is {driver}"))),
    }
}

/// Gives a function to a driver: one that claims it, or any other by `driver_override`.
pub(crate) fn bind(kernel: &dyn Kernel, function: &DevlinkHandle, driver: &str) -> Result<()> {
    let op = "bind a function";
    let device = Device::new(kernel, function, op)?;
    check_name(op, driver).map_err(|error| error.on(function))?;
    device.names()?;
    match device.link("driver")? {
        Some(bound) if bound == driver => return Ok(()),
        Some(bound) => {
            return Err(Error::new(ErrorKind::Busy, op)
                .on(function)
                .reason(format!("it is bound to {bound}"))
                .hint("unbind it first"));
        }
        None => {}
    }
    let directory = format!("/sys/bus/{}/drivers/{driver}", function.bus);
    if super::absent(kernel.list(&directory)).map_err(|error| device.error(error))?.is_none() {
        return Err(Error::new(ErrorKind::NotFound, op)
            .on(function)
            .reason(format!("there is no driver {driver} on the {} bus", function.bus))
            .hint(format!("load it: modprobe {driver}")));
    }
    let file = format!("{directory}/bind");
    // An override for another driver would keep this one from claiming the function. An empty line takes it away.
    let can_override = device.read("driver_override")?.is_some();
    if overridden(&device)?.is_some_and(|name| name != driver) {
        device.write("driver_override", "\n").map_err(|error| device.error(error))?;
    }
    match kernel.write(&file, &function.device) {
        Ok(()) => Ok(()),
        // The driver does not claim functions of this kind by itself (vfio-pci never does).
        Err(error) if error.raw_os_error() == Some(libc::ENODEV) && can_override => {
            device.write("driver_override", driver).map_err(|error| device.error(error))?;
            kernel.write(&file, &function.device).map_err(|error| {
                device.error(error).hint(format!("driver_override of the device is now {driver}"))
            })
        }
        Err(error) => Err(device.error(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sysfs::tests::Tree;

    const VF: &str = "bus/pci/devices/0000:03:00.2";

    fn vf() -> DevlinkHandle {
        "pci/0000:03:00.2".parse().unwrap()
    }

    #[test]
    fn a_function_leaves_its_driver() {
        let tree = Tree::new()
            .link(&format!("{VF}/driver"), "../../../../bus/pci/drivers/mlx5_core")
            .file("bus/pci/drivers/mlx5_core/unbind", "");
        unbind(&tree.system(), &vf()).unwrap();
        assert_eq!(tree.content("bus/pci/drivers/mlx5_core/unbind"), "0000:03:00.2");
        // Without a driver there is nothing to do; without the device there is nothing to do it to.
        let free = Tree::new().file(&format!("{VF}/vendor"), "0x15b3\n");
        unbind(&free.system(), &vf()).unwrap();
        assert_eq!(unbind(&Tree::new().system(), &vf()).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn a_function_goes_to_the_driver_named_past_an_old_override() {
        let tree = Tree::new()
            .file(&format!("{VF}/driver_override"), "vfio-pci\n")
            .file("bus/pci/drivers/mlx5_core/bind", "");
        bind(&tree.system(), &vf(), "mlx5_core").unwrap();
        assert_eq!(tree.content("bus/pci/drivers/mlx5_core/bind"), "0000:03:00.2");
        assert_eq!(tree.content(&format!("{VF}/driver_override")), "\n");
    }

    #[test]
    fn what_stands_in_the_way_is_named() {
        let bound = Tree::new().link(&format!("{VF}/driver"), "../../../../bus/pci/drivers/mlx5_core");
        bind(&bound.system(), &vf(), "mlx5_core").unwrap();
        let error = bind(&bound.system(), &vf(), "vfio-pci").unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (
                ErrorKind::Busy,
                "cannot bind a function (pci/0000:03:00.2): it is bound to mlx5_core\nhint: unbind it first"
            )
        );
        let free = Tree::new().file(&format!("{VF}/vendor"), "0x15b3\n");
        let error = bind(&free.system(), &vf(), "vfio-pci").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.next_step(), Some("load it: modprobe vfio-pci"));
        assert_eq!(bind(&free.system(), &vf(), "../x").unwrap_err().kind(), ErrorKind::InvalidInput);
    }

    #[test]
    fn a_driver_that_does_not_claim_the_function_gets_it_by_override() {
        let fake = crate::sysfs::tests::Choosy::default();
        bind(&fake, &vf(), "vfio-pci").unwrap();
        assert_eq!(
            fake.written(),
            [
                ("/sys/bus/pci/drivers/vfio-pci/bind", "0000:03:00.2"),
                ("/sys/bus/pci/devices/0000:03:00.2/driver_override", "vfio-pci"),
                ("/sys/bus/pci/drivers/vfio-pci/bind", "0000:03:00.2"),
            ]
            .map(|(path, value)| (path.to_owned(), value.to_owned()))
        );
    }
}
