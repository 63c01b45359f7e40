use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::io;
use std::sync::{Arc, OnceLock};

use smartnic_core::{Error, Result};

use super::cm::CmLoaded;
use super::context::Device;
use super::functions::{functions, load};
use super::types::{
    _compat_ibv_port_attr, ibv_ah, ibv_ah_attr, ibv_async_event, ibv_comp_channel, ibv_context, ibv_cq,
    ibv_device, ibv_device_attr, ibv_ece, ibv_gid, ibv_gid_entry, ibv_mr, ibv_pd, ibv_qp, ibv_qp_attr,
    ibv_qp_ex, ibv_qp_init_attr, ibv_srq, ibv_srq_attr, ibv_srq_init_attr,
};
use smartnic_core::verbs::VerbsDevice;

const NAME: &str = "libibverbs.so.1";
const PACKAGE: &str = "libibverbs1";

/// libibverbs, loaded. Clones are the same; what was made through it keeps it loaded.
#[derive(Debug, Clone)]
pub struct Library {
    loaded: Arc<Loaded>,
}

/// The functions, which are called through pointers that are good as long as the library is loaded, which is as long as
/// this value lives.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) functions: Functions,
    pub(super) reg_dmabuf_mr: Option<RegDmabufMr>,
    /// librdmacm, which is loaded when it is first wanted.
    pub(super) cm: OnceLock<Arc<CmLoaded>>,
    // Declared last, so it goes last. Tests have functions of their own.
    _library: Option<libloading::Library>,
}

functions! {
    get_device_list = "ibv_get_device_list": fn(*mut c_int) -> *mut *mut ibv_device;
    free_device_list = "ibv_free_device_list": fn(*mut *mut ibv_device);
    get_device_name = "ibv_get_device_name": fn(*mut ibv_device) -> *const c_char;
    get_device_guid = "ibv_get_device_guid": fn(*mut ibv_device) -> u64;
    alloc_pd = "ibv_alloc_pd": fn(*mut ibv_context) -> *mut ibv_pd;
    dealloc_pd = "ibv_dealloc_pd": fn(*mut ibv_pd) -> c_int;
    reg_mr = "ibv_reg_mr": fn(*mut ibv_pd, *mut c_void, usize, c_int) -> *mut ibv_mr;
    reg_mr_iova2 = "ibv_reg_mr_iova2": fn(*mut ibv_pd, *mut c_void, usize, u64, c_uint) -> *mut ibv_mr;
    rereg_mr = "ibv_rereg_mr": fn(*mut ibv_mr, c_int, *mut ibv_pd, *mut c_void, usize, c_int) -> c_int;
    dereg_mr = "ibv_dereg_mr": fn(*mut ibv_mr) -> c_int;
    create_comp_channel = "ibv_create_comp_channel": fn(*mut ibv_context) -> *mut ibv_comp_channel;
    destroy_comp_channel = "ibv_destroy_comp_channel": fn(*mut ibv_comp_channel) -> c_int;
    create_cq = "ibv_create_cq": fn(*mut ibv_context, c_int, *mut c_void, *mut ibv_comp_channel, c_int) -> *mut ibv_cq;
    destroy_cq = "ibv_destroy_cq": fn(*mut ibv_cq) -> c_int;
    get_cq_event = "ibv_get_cq_event": fn(*mut ibv_comp_channel, *mut *mut ibv_cq, *mut *mut c_void) -> c_int;
    ack_cq_events = "ibv_ack_cq_events": fn(*mut ibv_cq, c_uint);
    create_srq = "ibv_create_srq": fn(*mut ibv_pd, *mut ibv_srq_init_attr) -> *mut ibv_srq;
    modify_srq = "ibv_modify_srq": fn(*mut ibv_srq, *mut ibv_srq_attr, c_int) -> c_int;
    query_srq = "ibv_query_srq": fn(*mut ibv_srq, *mut ibv_srq_attr) -> c_int;
    destroy_srq = "ibv_destroy_srq": fn(*mut ibv_srq) -> c_int;
    create_qp = "ibv_create_qp": fn(*mut ibv_pd, *mut ibv_qp_init_attr) -> *mut ibv_qp;
    qp_to_qp_ex = "ibv_qp_to_qp_ex": fn(*mut ibv_qp) -> *mut ibv_qp_ex;
    modify_qp = "ibv_modify_qp": fn(*mut ibv_qp, *mut ibv_qp_attr, c_int) -> c_int;
    query_qp = "ibv_query_qp": fn(*mut ibv_qp, *mut ibv_qp_attr, c_int, *mut ibv_qp_init_attr) -> c_int;
    destroy_qp = "ibv_destroy_qp": fn(*mut ibv_qp) -> c_int;
    query_ece = "ibv_query_ece": fn(*mut ibv_qp, *mut ibv_ece) -> c_int;
    set_ece = "ibv_set_ece": fn(*mut ibv_qp, *mut ibv_ece) -> c_int;
    attach_mcast = "ibv_attach_mcast": fn(*mut ibv_qp, *const ibv_gid, u16) -> c_int;
    detach_mcast = "ibv_detach_mcast": fn(*mut ibv_qp, *const ibv_gid, u16) -> c_int;
    create_ah = "ibv_create_ah": fn(*mut ibv_pd, *mut ibv_ah_attr) -> *mut ibv_ah;
    destroy_ah = "ibv_destroy_ah": fn(*mut ibv_ah) -> c_int;
    get_async_event = "ibv_get_async_event": fn(*mut ibv_context, *mut ibv_async_event) -> c_int;
    ack_async_event = "ibv_ack_async_event": fn(*mut ibv_async_event);
    open_device = "ibv_open_device": fn(*mut ibv_device) -> *mut ibv_context;
    close_device = "ibv_close_device": fn(*mut ibv_context) -> c_int;
    query_device = "ibv_query_device": fn(*mut ibv_context, *mut ibv_device_attr) -> c_int;
    query_port = "ibv_query_port": fn(*mut ibv_context, u8, *mut _compat_ibv_port_attr) -> c_int;
    query_pkey = "ibv_query_pkey": fn(*mut ibv_context, u8, c_int, *mut u16) -> c_int;
    query_gid_table = "_ibv_query_gid_table": fn(*mut ibv_context, *mut ibv_gid_entry, usize, u32, usize) -> isize;
}

/// `ibv_reg_dmabuf_mr`, which libraries have from rdma-core 34 on.
pub(super) type RegDmabufMr = unsafe extern "C" fn(*mut ibv_pd, u64, usize, u64, c_int, c_int) -> *mut ibv_mr;

fn reg_dmabuf_mr(library: &libloading::Library) -> Option<RegDmabufMr> {
    // SAFETY: the type is the one that rdma-core's header declares for this function.
    unsafe { library.get::<RegDmabufMr>(b"ibv_reg_dmabuf_mr\0") }.ok().map(|found| *found)
}

// `ibv_query_gid_table`'s flags are a `uint32_t`.
const _: () = assert!(size_of::<c_uint>() == size_of::<u32>());

impl Library {
    /// Loads libibverbs.
    ///
    /// # Errors
    /// `Unsupported`, with the package to install, if it is absent or too old.
    pub fn load() -> Result<Self> {
        Self::load_from(NAME)
    }

    /// Loads it by another name or path.
    pub(crate) fn load_from(name: &str) -> Result<Self> {
        let absent = |reason: String| {
            Error::unsupported("load the RDMA library").on(name).reason(reason).hint(format!(
                "install it: apt-get install {PACKAGE} ibverbs-providers (rdma-core 33 or later)"
            ))
        };
        let (functions, library) = load(name, Functions::find).map_err(absent)?;
        let (reg_dmabuf_mr, cm) = (reg_dmabuf_mr(&library), OnceLock::new());
        Ok(Self { loaded: Arc::new(Loaded { functions, reg_dmabuf_mr, cm, _library: Some(library) }) })
    }

    /// One whose functions are these.
    #[cfg(test)]
    pub(super) fn of(functions: Functions) -> Self {
        let (reg_dmabuf_mr, cm) = (None, OnceLock::new());
        Self { loaded: Arc::new(Loaded { functions, reg_dmabuf_mr, cm, _library: None }) }
    }

    pub(crate) fn list(&self) -> Result<Vec<VerbsDevice>> {
        self.with_list(|devices| {
            devices
                .iter()
                .map(|device| {
                    // SAFETY: the device is one of a list that is freed only after this closure.
                    let guid = unsafe { (self.loaded.functions.get_device_guid)(*device) };
                    VerbsDevice { name: self.name(*device), guid: u64::from_be(guid) }
                })
                .collect()
        })
    }

    pub(crate) fn open_device(&self, name: &str) -> Result<Device> {
        const OP: &str = "open an RDMA device";
        let opened = self.with_list(|devices| {
            let device = devices.iter().find(|device| self.name(**device) == name)?;
            // SAFETY: as above; the context that comes out does not need the list.
            let context = unsafe { (self.loaded.functions.open_device)(*device) };
            Some(std::ptr::NonNull::new(context).ok_or_else(io::Error::last_os_error))
        })?;
        match opened {
            Some(Ok(context)) => Device::new(Arc::clone(&self.loaded), context, name),
            Some(Err(error)) => Err(Error::io(OP, error).on(name)),
            None => {
                let error = Error::new(smartnic_core::ErrorKind::NotFound, OP).on(name);
                Err(error.reason("no such RDMA device").hint("see `rdma link show` for those that are there"))
            }
        }
    }

    /// librdmacm, which is looked for again the next time if it is missing.
    pub(crate) fn cm(&self) -> Result<&Arc<CmLoaded>> {
        if let Some(loaded) = self.loaded.cm.get() {
            return Ok(loaded);
        }
        let loaded = CmLoaded::load()?;
        Ok(self.loaded.cm.get_or_init(|| loaded))
    }

    /// Calls `use_list` with the devices, which are good until it returns.
    fn with_list<T>(&self, use_list: impl FnOnce(&[*mut ibv_device]) -> T) -> Result<T> {
        let mut count = 0;
        // SAFETY: the function writes one number and returns a list of that length, or null.
        let list = unsafe { (self.loaded.functions.get_device_list)(&raw mut count) };
        if list.is_null() {
            let error = io::Error::last_os_error();
            // A kernel without the RDMA core has no such device class, and so no device.
            if error.raw_os_error() == Some(libc::ENOSYS) {
                return Ok(use_list(&[]));
            }
            return Err(Error::io("list RDMA devices", error));
        }
        let length = usize::try_from(count).unwrap_or(0);
        // SAFETY: it is not null and holds `count` pointers, which nobody changes.
        let devices = unsafe { std::slice::from_raw_parts(list, length) };
        let answer = use_list(devices);
        // SAFETY: it came from `get_device_list` and is used no more.
        unsafe { (self.loaded.functions.free_device_list)(list) };
        Ok(answer)
    }

    fn name(&self, device: *mut ibv_device) -> String {
        // SAFETY: the device is one of a list that was not freed; its name lives in it and ends with a zero.
        let name = unsafe { CStr::from_ptr((self.loaded.functions.get_device_name)(device)) };
        name.to_string_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::ErrorKind;

    #[test]
    fn a_missing_library_is_unsupported_and_the_package_is_named() {
        let error = Library::load_from("libibverbs-that-is-not-there.so.1").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("libibverbs-that-is-not-there.so.1"), "{error}");
        assert!(format!("{error:?}").contains(PACKAGE), "{error:?}");
    }

    #[test]
    fn a_library_without_the_functions_is_unsupported() {
        let error = Library::load_from("libc.so.6").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(format!("{error:?}").contains("ibv_get_device_list"), "{error:?}");
    }
}
