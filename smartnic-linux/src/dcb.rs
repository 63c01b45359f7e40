//! Data centre bridging.

use smartnic_core::backend::Dcb;
use smartnic_core::dcb::{ABSENT, DcbChange, DcbState};
use smartnic_core::{Error, ErrorKind, Extack, Result};
use smartnic_netlink::dcb::{self, Ask, What};

use crate::LinuxHost;

impl Dcb for LinuxHost {
    fn dcb(&self, link: &str) -> Result<DcbState> {
        let ask = Ask { link, what: What::Get };
        self.route.fetch("read data centre bridging", &link, &ask, &dcb::decode).map_err(explained)
    }

    fn set_dcb(&self, link: &str, change: &DcbChange) -> Result<()> {
        self.change_dcb("change data centre bridging", Ask { link, what: What::Change(change) })
    }

    fn remove_dcb(&self, link: &str, entries: &DcbChange) -> Result<()> {
        self.change_dcb("remove entries of data centre bridging", Ask { link, what: What::Remove(entries) })
    }

    fn set_dcbx(&self, link: &str, bits: u8) -> Result<()> {
        self.change_dcb("say who negotiates DCB", Ask { link, what: What::SetDcbx(bits) })
    }
}

impl LinuxHost {
    /// The kernel says success and puts what the driver said into the answer.
    fn change_dcb(&self, op: &'static str, ask: Ask<'_>) -> Result<()> {
        let (status, _) = self.route.change_told(op, &ask.link, &ask, &dcb::status).map_err(explained)?;
        match status {
            None | Some(0) => Ok(()),
            Some(errno) => {
                let extack = Extack { errno, message: None, attribute: None };
                Err(Error::kernel(op, extack).on(ask.link))
            }
        }
    }
}

fn explained(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Unsupported => error.reason(ABSENT),
        _ => error,
    }
}
