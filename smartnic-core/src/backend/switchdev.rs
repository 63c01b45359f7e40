use crate::device::{Link, LinksElsewhere, Sriov, VfChange};
use crate::types::{DevlinkHandle, IfIndex, VfId};
use crate::{Error, Result};

/// Links, SR-IOV functions, and what joins them to a switch.
///
/// # Errors
/// Every operation can fail with `Unsupported`, `NotFound`, `PermissionDenied`, or what the driver says.
pub trait Switchdev: Send + Sync {
    /// All links in this network namespace (`RTM_GETLINK`).
    fn links(&self) -> Result<Vec<Link>> {
        Err(Error::unsupported("list links"))
    }

    /// All links in the other network namespaces, each with its namespace in [`Link::netns`]. To look
    /// changes nothing there, and needs `CAP_SYS_ADMIN`; namespaces that the caller may not look into are left out.
    fn links_elsewhere(&self) -> Result<LinksElsewhere> {
        Ok(LinksElsewhere::default())
    }

    /// Sets a link up or down (`IFF_UP`).
    fn set_link_up(&self, link: IfIndex, up: bool) -> Result<()> {
        let _ = up;
        Err(Error::unsupported("set a link up or down").on(format_args!("ifindex {link}")))
    }

    /// Sets the largest payload of a link, in bytes.
    fn set_mtu(&self, link: IfIndex, mtu: u32) -> Result<()> {
        let _ = mtu;
        Err(Error::unsupported("set the MTU").on(format_args!("ifindex {link}")))
    }

    /// Whether flow rules may be offloaded on a link (the `hw-tc-offload` feature).
    fn tc_offload(&self, link: IfIndex) -> Result<bool> {
        Err(Error::unsupported("read hw-tc-offload").on(format_args!("ifindex {link}")))
    }

    /// Turns the `hw-tc-offload` feature of a link on or off.
    fn set_tc_offload(&self, link: IfIndex, on: bool) -> Result<()> {
        let _ = on;
        Err(Error::unsupported("set hw-tc-offload").on(format_args!("ifindex {link}")))
    }

    /// The SR-IOV state of a physical function; `device` names its bus and device, as devlink does.
    fn sriov(&self, device: &DevlinkHandle) -> Result<Sriov> {
        Err(Error::unsupported("read the SR-IOV state").on(device))
    }

    /// Sets the number of VFs (`sriov_numvfs`). From one number to another than 0 the kernel wants 0 in between;
    /// that is the caller's step.
    fn set_num_vfs(&self, device: &DevlinkHandle, num: u32) -> Result<()> {
        let _ = num;
        Err(Error::unsupported("set the number of VFs").on(device))
    }

    /// Sets whether new VFs are bound to a driver by themselves (`sriov_drivers_autoprobe`).
    fn set_autoprobe(&self, device: &DevlinkHandle, on: bool) -> Result<()> {
        let _ = on;
        Err(Error::unsupported("set sriov_drivers_autoprobe").on(device))
    }

    /// Takes a function away from its driver.
    fn unbind(&self, function: &DevlinkHandle) -> Result<()> {
        Err(Error::unsupported("unbind a function").on(function))
    }

    /// Gives a function to a driver.
    fn bind(&self, function: &DevlinkHandle, driver: &str) -> Result<()> {
        let _ = driver;
        Err(Error::unsupported("bind a function").on(function))
    }

    /// Names the only driver that may take a function (`driver_override`); none lifts it.
    fn set_driver_override(&self, function: &DevlinkHandle, driver: Option<&str>) -> Result<()> {
        let _ = driver;
        Err(Error::unsupported("set driver_override").on(function))
    }

    /// Lets the kernel look for the driver of a function that has none (`drivers_probe`). That none takes it is no
    /// failure.
    fn probe(&self, function: &DevlinkHandle) -> Result<()> {
        Err(Error::unsupported("look for a function's driver").on(function))
    }

    /// Changes what a physical function lays down for one of its VFs (`IFLA_VF_*`); `link` is the physical function's.
    fn set_vf(&self, link: IfIndex, vf: VfId, change: &VfChange) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("change a VF").on(format_args!("ifindex {link} vf {vf}")))
    }
}
