//! Orders that have no form in netlink.

use smartnic_core::types::IfIndex;
use smartnic_core::{Error, Result};
use smartnic_netlink::codec::WireError;

use crate::LinuxHost;
use crate::connection::advised;

impl LinuxHost {
    /// Gives an order by ioctl, and reads what came back.
    pub(super) fn order<T>(
        &self,
        op: &'static str,
        link: IfIndex,
        mut block: Vec<u8>,
        read: impl FnOnce(&[u8]) -> Result<T, WireError>,
    ) -> Result<T> {
        let object = format_args!("ifindex {link}");
        let done = self.kernel.ethtool(link, &mut block);
        done.map_err(|error| advised(Error::io(op, error)).on(object))?;
        read(&block).map_err(|error| Error::protocol(op, "the answer is malformed").on(object).source(error))
    }
}
