//! Links, SR-IOV functions, and what joins them to a switch.

use smartnic_core::backend::Switchdev;
use smartnic_core::device::{Link, LinksElsewhere, Sriov, VfChange};
use smartnic_core::types::{DevlinkHandle, IfIndex, VfId};
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::ethtool::FAMILY as ETHTOOL;
use smartnic_netlink::ethtool::features::{self, Feature, HW_TC_OFFLOAD};
use smartnic_netlink::rtnl::{link, vf};

use crate::LinuxHost;
use crate::elsewhere;
use crate::sysfs::walk::Walk;
use crate::sysfs::{driver, netdev, sriov};

impl Switchdev for LinuxHost {
    fn links(&self) -> Result<Vec<Link>> {
        if self.files_only {
            return Ok(netdev::read(&Walk::new(&*self.kernel)));
        }
        self.route.list("list links", &"", &link::Dump, &|message| link::decode(message).map(Some))
    }

    fn links_elsewhere(&self) -> Result<LinksElsewhere> {
        match self.files_only {
            true => Ok(LinksElsewhere::default()),
            false => elsewhere::read(&self.kernel),
        }
    }

    fn set_link_up(&self, link: IfIndex, up: bool) -> Result<()> {
        let op = if up { "set a link up" } else { "set a link down" };
        self.route.change(op, &format_args!("ifindex {link}"), &link::SetUp { link, up })?;
        Ok(())
    }

    fn set_mtu(&self, link: IfIndex, mtu: u32) -> Result<()> {
        let object = format_args!("ifindex {link}");
        self.route.change("set the MTU", &object, &link::SetMtu { link, mtu }).map(drop)
    }

    fn tc_offload(&self, link: IfIndex) -> Result<bool> {
        Ok(self.feature("read hw-tc-offload", link)?.active)
    }

    fn set_tc_offload(&self, link: IfIndex, on: bool) -> Result<()> {
        let op = if on { "turn hw-tc-offload on" } else { "turn hw-tc-offload off" };
        let object = format_args!("ifindex {link}");
        let before = self.feature(op, link)?;
        if before.active == on {
            return Ok(());
        }
        // Of a feature that cannot be changed the kernel takes the order and does nothing.
        if before.fixed || !before.switchable {
            let reason = "the driver does not let it be changed";
            return Err(Error::unsupported(op).on(object).reason(reason));
        }
        let family = self.family(ETHTOOL, op, &object)?;
        let request = features::Set { family, link, feature: HW_TC_OFFLOAD, on };
        self.generic.change(op, &object, &request)?;
        if self.feature(op, link)?.active == on {
            return Ok(());
        }
        let error = Error::new(ErrorKind::Mismatch, op).on(object);
        Err(if on {
            error.reason("the driver left it off").hint("the kernel's log may say why")
        } else {
            error.reason("the driver left it on").hint("remove the flow rules that are in hardware first")
        })
    }

    fn sriov(&self, device: &DevlinkHandle) -> Result<Sriov> {
        sriov::read(&*self.kernel, device)
    }

    fn set_num_vfs(&self, device: &DevlinkHandle, num: u32) -> Result<()> {
        sriov::set_num_vfs(&*self.kernel, device, num)
    }

    fn set_autoprobe(&self, device: &DevlinkHandle, on: bool) -> Result<()> {
        sriov::set_autoprobe(&*self.kernel, device, on)
    }

    fn unbind(&self, function: &DevlinkHandle) -> Result<()> {
        driver::unbind(&*self.kernel, function)
    }

    fn bind(&self, function: &DevlinkHandle, driver: &str) -> Result<()> {
        driver::bind(&*self.kernel, function, driver)
    }

    fn set_driver_override(&self, function: &DevlinkHandle, driver: Option<&str>) -> Result<()> {
        driver::set_override(&*self.kernel, function, driver)
    }

    fn probe(&self, function: &DevlinkHandle) -> Result<()> {
        driver::probe(&*self.kernel, function)
    }

    fn set_vf(&self, link: IfIndex, vf: VfId, change: &VfChange) -> Result<()> {
        let object = format_args!("ifindex {link} vf {vf} {change}");
        self.route.change("change a VF", &object, &vf::Set { link, vf, change }).map(drop)
    }
}

impl LinuxHost {
    fn feature(&self, op: &'static str, link: IfIndex) -> Result<Feature> {
        let object = format_args!("ifindex {link}");
        let family = self.family(ETHTOOL, op, &object)?;
        let request = features::Get { family, link };
        self.generic.fetch(op, &object, &request, &|message| features::decode(message, HW_TC_OFFLOAD))
    }
}
