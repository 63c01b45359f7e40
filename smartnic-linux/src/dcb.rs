//! Data centre bridging.

use smartnic_core::backend::Dcb;
use smartnic_core::dcb::{DcbChange, DcbState};
use smartnic_core::{Error, ErrorKind, Extack, Result};
use smartnic_netlink::codec::Request;
use smartnic_netlink::dcb;

use crate::LinuxHost;

impl Dcb for LinuxHost {
    fn dcb(&self, link: &str) -> Result<DcbState> {
        let read = self.route.fetch("read data centre bridging", &link, &dcb::Get { link }, &dcb::decode);
        read.map_err(explained)
    }

    fn set_dcb(&self, link: &str, change: &DcbChange) -> Result<()> {
        self.change_dcb("change data centre bridging", link, &dcb::Change { link, change })
    }

    fn remove_dcb(&self, link: &str, entries: &DcbChange) -> Result<()> {
        self.change_dcb("remove entries of data centre bridging", link, &dcb::Remove { link, entries })
    }

    fn set_dcbx(&self, link: &str, bits: u8) -> Result<()> {
        self.change_dcb("say who negotiates DCB", link, &dcb::SetDcbx { link, bits })
    }
}

impl LinuxHost {
    /// The kernel says success and puts what the driver said into the answer.
    fn change_dcb(&self, op: &'static str, link: &str, request: &dyn Request) -> Result<()> {
        let (status, _) = self.route.change_told(op, &link, request, &dcb::status).map_err(explained)?;
        match status {
            None | Some(0) => Ok(()),
            Some(errno) => {
                let extack = Extack { errno, message: None, attribute: None };
                Err(Error::kernel(op, extack).on(link))
            }
        }
    }
}

fn explained(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Unsupported => error.reason("the link's driver has no data centre bridging"),
        _ => error,
    }
}
