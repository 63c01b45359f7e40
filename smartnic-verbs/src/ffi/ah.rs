use std::any::Any;

use smartnic_core::backend::VerbsAh;
use smartnic_core::verbs::AddressVector;
use smartnic_core::{Error, Result};

use super::domain::Pd;
use super::raw::Raw;
use super::types::ibv_ah;
use super::values;

/// The way to a peer.
#[derive(Debug)]
pub(super) struct Ah {
    ah: Raw<ibv_ah>,
    pd: Pd,
}

impl VerbsAh for Ah {}

impl Ah {
    pub(super) fn new(pd: &Pd, address: &AddressVector) -> Result<Self> {
        let context = &pd.inner.context;
        let mut attr = values::ah_attr(address);
        // SAFETY: the domain is alive, and the attributes are read only.
        let ah = unsafe { (context.library.functions.create_ah)(pd.inner.pd.pointer(), &raw mut attr) };
        let ah = Raw::made(ah, "make an address handle", context)?;
        Ok(Self { ah, pd: pd.clone() })
    }

    /// The handle that a request of this domain has.
    pub(super) fn known(handle: &dyn VerbsAh, pd: &Pd) -> Result<*mut ibv_ah> {
        let known = (handle as &dyn Any).downcast_ref::<Self>();
        match known.filter(|ah| ah.pd.is_with(pd)) {
            Some(ah) => Ok(ah.ah.pointer()),
            None => Err(Error::invalid(
                "post a send request",
                "the address handle is of another protection domain",
            )),
        }
    }
}

impl Drop for Ah {
    fn drop(&mut self) {
        // SAFETY: it is destroyed once; requests that were posted have its address or are refused by the device.
        let _ = unsafe { (self.pd.inner.context.library.functions.destroy_ah)(self.ah.pointer()) };
    }
}
