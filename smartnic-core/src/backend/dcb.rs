use crate::dcb::{DcbChange, DcbState};
use crate::{Error, Result};

/// Data centre bridging of links, which are known by name there.
///
/// # Errors
/// Every operation can fail with `Unsupported` (the link's driver has none of it), `NotFound`, `PermissionDenied`,
/// `Refused`, or what the driver says.
pub trait Dcb: Send + Sync {
    /// Everything that a link tells.
    fn dcb(&self, link: &str) -> Result<DcbState> {
        Err(Error::unsupported("read data centre bridging").on(link))
    }

    /// Changes settings, and adds entries to tables.
    fn set_dcb(&self, link: &str, change: &DcbChange) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("change data centre bridging").on(link))
    }

    /// Removes entries from tables; other parts of the change count for nothing.
    fn remove_dcb(&self, link: &str, entries: &DcbChange) -> Result<()> {
        let _ = entries;
        Err(Error::unsupported("remove entries of data centre bridging").on(link))
    }

    /// Says who negotiates (`DCB_CAP_DCBX_*`, as bits).
    fn set_dcbx(&self, link: &str, bits: u8) -> Result<()> {
        let _ = bits;
        Err(Error::unsupported("say who negotiates DCB").on(link))
    }
}
