//! libfabric: which providers it has. Nothing else of it is used.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

use smartnic_core::device::{FabricLibrary, FabricProvider};
use smartnic_core::{Error, Result};

use super::functions::{functions, load};

const NAME: &str = "libfabric.so.1";
const OP: &str = "ask libfabric for its providers";

/// `FI_PROV_ATTR_ONLY`: each provider answers once, whether or not there is anything for it here.
const PROVIDERS_ONLY: u64 = 1 << 54;

functions! {
    version = "fi_version": fn() -> u32;
    getinfo = "fi_getinfo": fn(u32, *const c_char, *const c_char, u64, *const Info, *mut *mut Info) -> c_int;
    freeinfo = "fi_freeinfo": fn(*mut Info);
}

/// `struct fi_info`, as all versions of the library with this name have it.
#[repr(C)]
pub(super) struct Info {
    next: *mut Info,
    caps: u64,
    mode: u64,
    addr_format: u32,
    src_addrlen: usize,
    dest_addrlen: usize,
    /// `src_addr`, `dest_addr`, `handle`, `tx_attr`, `rx_attr`, `ep_attr`, `domain_attr`.
    others: [*mut c_void; 7],
    fabric_attr: *const FabricAttr,
    nic: *mut c_void,
}

/// `struct fi_fabric_attr`.
#[repr(C)]
pub(super) struct FabricAttr {
    fabric: *mut c_void,
    name: *const c_char,
    prov_name: *const c_char,
    prov_version: u32,
    api_version: u32,
}

/// Loads libfabric and asks it for its providers; the library is let go of again.
///
/// # Errors
/// `Unsupported` if it is absent; `Io` if it does not tell.
pub fn fabric_library() -> Result<FabricLibrary> {
    let absent = |reason: String| {
        Error::unsupported(OP).on(NAME).reason(reason).hint("install it: apt-get install libfabric1")
    };
    let (functions, _library) = load(NAME, Functions::find).map_err(absent)?;
    ask(&functions)
}

fn ask(functions: &Functions) -> Result<FabricLibrary> {
    // SAFETY: the function takes nothing and returns a number.
    let version = unsafe { (functions.version)() };
    let mut first = ptr::null_mut();
    // SAFETY: names and hints may be null; on success a list is put into the last place, which is good for writing.
    let failed = unsafe {
        (functions.getinfo)(version, ptr::null(), ptr::null(), PROVIDERS_ONLY, ptr::null(), &raw mut first)
    };
    if failed != 0 {
        return Err(Error::io(OP, std::io::Error::from_raw_os_error(failed.saturating_neg())).on(NAME));
    }
    let mut providers = Vec::new();
    let mut at: *const Info = first;
    // SAFETY: the list and all that it points at are the library's and good until it is freed below.
    while let Some(info) = unsafe { at.as_ref() } {
        // SAFETY: as above.
        if let Some(attr) = unsafe { info.fabric_attr.as_ref() }
            && !attr.prov_name.is_null()
        {
            // SAFETY: as above; it is a text with an end.
            let name = unsafe { CStr::from_ptr(attr.prov_name) }.to_string_lossy().into_owned();
            providers.push(FabricProvider { name, version: text(attr.prov_version) });
        }
        at = info.next;
    }
    // SAFETY: it is the list that came, and nothing of it is kept.
    unsafe { (functions.freeinfo)(first) };
    Ok(FabricLibrary { version: text(version), providers })
}

/// `FI_MAJOR`, `FI_MINOR`. Providers of its own have the library's version in the same form, two digits behind a hundred.
fn text(version: u32) -> String {
    format!("{}.{}", version >> 16, version & 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    unsafe extern "C" fn version() -> u32 {
        1 << 16 | 20
    }

    unsafe extern "C" fn refuses(
        _: u32,
        _: *const c_char,
        _: *const c_char,
        _: u64,
        _: *const Info,
        _: *mut *mut Info,
    ) -> c_int {
        -61
    }

    unsafe extern "C" fn tells(
        asked: u32,
        _: *const c_char,
        _: *const c_char,
        flags: u64,
        _: *const Info,
        out: *mut *mut Info,
    ) -> c_int {
        assert_eq!((asked, flags), (1 << 16 | 20, PROVIDERS_ONLY));
        let node = |name: Option<&'static CStr>, next| {
            let attr = name.map(|name| {
                Box::new(FabricAttr {
                    fabric: ptr::null_mut(),
                    name: ptr::null(),
                    prov_name: name.as_ptr(),
                    prov_version: 120 << 16,
                    api_version: 0,
                })
            });
            Box::into_raw(Box::new(Info {
                next,
                caps: 0,
                mode: 0,
                addr_format: 0,
                src_addrlen: 0,
                dest_addrlen: 0,
                others: [ptr::null_mut(); 7],
                fabric_attr: attr.map_or(ptr::null(), |attr| Box::into_raw(attr).cast_const()),
                nic: ptr::null_mut(),
            }))
        };
        let last = node(Some(c"tcp"), ptr::null_mut());
        let nameless = node(None, last);
        // SAFETY: the caller gave a place to write to.
        unsafe { *out = node(Some(c"verbs"), nameless) };
        0
    }

    unsafe extern "C" fn frees(mut at: *mut Info) {
        while !at.is_null() {
            // SAFETY: what `tells` made, each once.
            let info = unsafe { Box::from_raw(at) };
            if !info.fabric_attr.is_null() {
                // SAFETY: as above.
                drop(unsafe { Box::from_raw(info.fabric_attr.cast_mut()) });
            }
            at = info.next;
        }
    }

    #[test]
    fn every_provider_with_a_name_is_told() {
        let functions = Functions { version, getinfo: tells, freeinfo: frees };
        let told = ask(&functions).unwrap();
        let provider = |name: &str| FabricProvider { name: name.to_owned(), version: "120.0".to_owned() };
        assert_eq!(
            told,
            FabricLibrary { version: "1.20".to_owned(), providers: vec![provider("verbs"), provider("tcp")] }
        );
    }

    #[test]
    fn a_library_that_refuses_is_an_error_with_its_number() {
        // There is no list then, and none is freed.
        let functions = Functions { version, getinfo: refuses, ..Functions::none() };
        let error = ask(&functions).unwrap_err();
        assert!(error.to_string().contains(NAME), "{error}");
    }

    /// `offsetof` in C, on machines with 64 bits.
    #[test]
    #[cfg(target_pointer_width = "64")]
    fn members_stand_where_c_has_them() {
        assert_eq!(std::mem::offset_of!(Info, fabric_attr), 104);
        assert_eq!(std::mem::offset_of!(FabricAttr, prov_name), 16);
        assert_eq!(size_of::<Info>(), 120);
    }
}
