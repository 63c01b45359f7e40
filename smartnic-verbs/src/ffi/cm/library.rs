use std::ffi::{c_int, c_void};
use std::sync::Arc;

use libc::sockaddr;
use smartnic_core::{Error, Result};

use super::super::functions::{functions, load};
use super::super::types::{
    ibv_ece, ibv_qp_attr, rdma_cm_event, rdma_cm_id, rdma_conn_param, rdma_event_channel, rdma_port_space,
};

const NAME: &str = "librdmacm.so.1";
const PACKAGE: &str = "librdmacm1";

/// librdmacm, loaded, which it stays. It brings the libibverbs that it needs.
#[derive(Debug)]
pub(crate) struct CmLoaded {
    pub(super) functions: Functions,
}

functions! {
    create_event_channel = "rdma_create_event_channel": fn() -> *mut rdma_event_channel;
    destroy_event_channel = "rdma_destroy_event_channel": fn(*mut rdma_event_channel);
    get_cm_event = "rdma_get_cm_event": fn(*mut rdma_event_channel, *mut *mut rdma_cm_event) -> c_int;
    ack_cm_event = "rdma_ack_cm_event": fn(*mut rdma_cm_event) -> c_int;
    create_id = "rdma_create_id": fn(*mut rdma_event_channel, *mut *mut rdma_cm_id, *mut c_void, rdma_port_space) -> c_int;
    destroy_id = "rdma_destroy_id": fn(*mut rdma_cm_id) -> c_int;
    bind_addr = "rdma_bind_addr": fn(*mut rdma_cm_id, *mut sockaddr) -> c_int;
    listen = "rdma_listen": fn(*mut rdma_cm_id, c_int) -> c_int;
    resolve_addr = "rdma_resolve_addr": fn(*mut rdma_cm_id, *mut sockaddr, *mut sockaddr, c_int) -> c_int;
    resolve_route = "rdma_resolve_route": fn(*mut rdma_cm_id, c_int) -> c_int;
    init_qp_attr = "rdma_init_qp_attr": fn(*mut rdma_cm_id, *mut ibv_qp_attr, *mut c_int) -> c_int;
    set_option = "rdma_set_option": fn(*mut rdma_cm_id, c_int, c_int, *mut c_void, usize) -> c_int;
    set_local_ece = "rdma_set_local_ece": fn(*mut rdma_cm_id, *mut ibv_ece) -> c_int;
    get_remote_ece = "rdma_get_remote_ece": fn(*mut rdma_cm_id, *mut ibv_ece) -> c_int;
    connect = "rdma_connect": fn(*mut rdma_cm_id, *mut rdma_conn_param) -> c_int;
    accept = "rdma_accept": fn(*mut rdma_cm_id, *mut rdma_conn_param) -> c_int;
    reject = "rdma_reject": fn(*mut rdma_cm_id, *const c_void, u8) -> c_int;
    establish = "rdma_establish": fn(*mut rdma_cm_id) -> c_int;
    disconnect = "rdma_disconnect": fn(*mut rdma_cm_id) -> c_int;
    join_multicast = "rdma_join_multicast": fn(*mut rdma_cm_id, *mut sockaddr, *mut c_void) -> c_int;
    leave_multicast = "rdma_leave_multicast": fn(*mut rdma_cm_id, *mut sockaddr) -> c_int;
}

impl CmLoaded {
    /// Loads librdmacm.
    ///
    /// # Errors
    /// `Unsupported`, with the package to install, if it is absent or too old.
    pub(crate) fn load() -> Result<Arc<Self>> {
        Self::load_from(NAME)
    }

    /// Loads it by another name or path.
    fn load_from(name: &str) -> Result<Arc<Self>> {
        let absent = |reason: String| {
            let error = Error::unsupported("load the library for RDMA connections").on(name).reason(reason);
            error.hint(format!("install it: apt-get install {PACKAGE} (rdma-core 33 or later)"))
        };
        let (functions, library) = load(name, Functions::find).map_err(absent)?;
        // It never closes the devices that it opened, so that each time it was loaded anew would leave them open once more.
        std::mem::forget(library);
        Ok(Arc::new(Self { functions }))
    }

    /// One whose functions are these.
    #[cfg(test)]
    pub(super) fn of(functions: Functions) -> Arc<Self> {
        Arc::new(Self { functions })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::ErrorKind;

    #[test]
    fn a_missing_library_is_unsupported_and_the_package_is_named() {
        for (name, reason) in [("librdmacm-that-is-not-there.so.1", "no such"), ("libc.so.6", "rdma_create")]
        {
            let error = CmLoaded::load_from(name).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.next_step().is_some_and(|step| step.contains(PACKAGE)), "{error:?}");
            assert!(error.to_string().to_lowercase().contains(reason), "{error}");
        }
    }
}
