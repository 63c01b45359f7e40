//! What callers give: texts, options, places for results.

use std::ffi::{CStr, c_char};

use smartnic::types::{DevlinkHandle, IfIndex};
use smartnic::{Error, ErrorKind, Host, Result};

use crate::entry::misuse;

/// A text that must be there.
pub(crate) fn text<'a>(text: *const c_char, name: &str) -> Result<&'a str> {
    optional_text(text, name)?.ok_or_else(|| misuse(name, "it is NULL, but a text is needed"))
}

/// A text, or NULL for none.
pub(crate) fn optional_text<'a>(text: *const c_char, name: &str) -> Result<Option<&'a str>> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller promises that it ends with a NUL and is not changed during the call.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map(Some).map_err(|_| misuse(name, "the text is not UTF-8"))
}

/// The devlink device that is named.
pub(crate) fn device_of(device: *const c_char) -> Result<DevlinkHandle> {
    text(device, "device")?.parse()
}

/// A devlink device, or NULL for all.
pub(crate) fn device_if_any(device: *const c_char) -> Result<Option<DevlinkHandle>> {
    optional_text(device, "device")?.map(str::parse).transpose()
}

/// The link that is named.
pub(crate) fn link_of(host: &Host, link: *const c_char, name: &str) -> Result<IfIndex> {
    let link = text(link, name)?;
    host.names()?.index(link)
}

/// A link, or NULL for none.
pub(crate) fn optional_link(host: &Host, link: *const c_char, name: &str) -> Result<Option<IfIndex>> {
    optional_text(link, name)?.map(|link| host.names()?.index(link)).transpose()
}

/// A number, or -1 for none; `what` says what it is.
pub(crate) fn optional_number<T: TryFrom<i64>>(given: i64, name: &str, what: &str) -> Result<Option<T>> {
    match given {
        -1 => Ok(None),
        given => T::try_from(given).map(Some).map_err(|_| misuse(name, format!("it must be {what}, or -1"))),
    }
}

/// The place where a result is to be put.
pub(crate) fn place<'a, T>(place: *mut T, name: &str) -> Result<&'a mut T> {
    if place.is_null() || !place.is_aligned() {
        return Err(misuse(name, "it must point to where the result is to be put"));
    }
    // SAFETY: the caller promises that it points to a `T` that nobody else uses during the call.
    Ok(unsafe { &mut *place })
}

/// The place for a handle; it is NULL from the beginning, so that nothing is freed after a failure.
pub(crate) fn place_for<'a, T>(at: *mut *mut T, name: &str) -> Result<&'a mut *mut T> {
    let at = place(at, name)?;
    *at = std::ptr::null_mut();
    Ok(at)
}

/// A structure that begins with its own size, as the caller's header knows it.
///
/// # Safety
/// It is `repr(C)`, begins with a `usize`, and any bytes are a value of it, zeroes in particular.
pub(crate) unsafe trait Prefixed: Copy + Default {
    /// Its size in the first version that has it.
    const FIRST: usize;
    /// Its name in C.
    const NAME: &'static str;
}

/// Says that a structure is [`Prefixed`], and up to which field its first version went.
macro_rules! prefixed {
    ($name:ident up to $last:ident: $type:ty) => {
        // SAFETY: the structure is made of integers and pointers behind a `usize`.
        unsafe impl $crate::argument::Prefixed for $name {
            const FIRST: usize = std::mem::offset_of!($name, $last) + std::mem::size_of::<$type>();
            const NAME: &'static str = stringify!($name);
        }
    };
}
pub(crate) use prefixed;

/// Reads options; NULL stands for all defaults. Those of an older header are shorter, and what they lack has its
/// default; those of a newer one may be longer, if what this version does not know is left at 0.
pub(crate) fn options<T: Prefixed>(given: *const T) -> Result<T> {
    if given.is_null() {
        return Ok(T::default());
    }
    let size = size_of_given(given)?;
    let mut read = T::default();
    let own = size_of::<T>();
    // SAFETY: the caller promises that so many bytes are there, and any bytes are a value.
    unsafe {
        std::ptr::copy_nonoverlapping(given.cast::<u8>(), (&raw mut read).cast::<u8>(), size.min(own));
        for at in own..size {
            if given.cast::<u8>().add(at).read() != 0 {
                return Err(misuse(
                    T::NAME,
                    "it sets an option that this version of the library does not have",
                ));
            }
        }
    }
    Ok(read)
}

/// Fills a structure of the caller's as far as his header knows it.
pub(crate) fn fill<T: Prefixed>(given: *mut T, value: &T) -> Result<()> {
    if given.is_null() {
        return Err(misuse(T::NAME, "it must point to where the result is to be put"));
    }
    let size = size_of_given(given)?;
    let own = size_of::<T>();
    let head = size_of::<usize>();
    // SAFETY: the caller promises that so many bytes are there; the size at their start stays.
    unsafe {
        let (from, to) = ((&raw const *value).cast::<u8>(), given.cast::<u8>());
        std::ptr::copy_nonoverlapping(from.add(head), to.add(head), size.min(own) - head);
        if size > own {
            to.add(own).write_bytes(0, size - own);
        }
    }
    Ok(())
}

/// No structure grows beyond this; a larger size was never set.
const LARGEST: usize = 4096;

fn size_of_given<T: Prefixed>(given: *const T) -> Result<usize> {
    if !given.is_aligned() {
        return Err(misuse(T::NAME, "it is not aligned"));
    }
    // SAFETY: the caller promises a structure that begins with its size.
    let size = unsafe { given.cast::<usize>().read() };
    match size {
        size if (T::FIRST..=LARGEST).contains(&size) => Ok(size),
        size => Err(misuse(
            T::NAME,
            format!(
                "its size is given as {size}, but it has {}: set `size` to sizeof({})",
                size_of::<T>(),
                T::NAME
            ),
        )),
    }
}

/// A list of the caller's; NULL is an empty one.
pub(crate) fn slice<'a, T>(given: *const T, count: usize, name: &str) -> Result<&'a [T]> {
    match (given.is_null(), count) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(misuse(name, format!("it is NULL, but {count} of them are said to be there"))),
        _ if !given.is_aligned() => Err(misuse(name, "it is not aligned")),
        _ if count > isize::MAX.unsigned_abs() / size_of::<T>().max(1) => {
            Err(misuse(name, format!("{count} of them are said to be there, more than memory holds")))
        }
        // SAFETY: the caller promises that so many are there, and that they are not changed during the call.
        _ => Ok(unsafe { std::slice::from_raw_parts(given, count) }),
    }
}

/// Refuses bits of a structure's field that this version has no meaning for.
pub(crate) fn known_bits(given: u32, known: u32, name: &str) -> Result<()> {
    match given & !known {
        0 => Ok(()),
        other => Err(misuse(name, format!("it has bits that this version does not know: {other:#x}"))),
    }
}

/// Copies a text with its NUL into a buffer of the caller's. `needed` tells how many bytes that takes; a buffer that is
/// too small, or NULL, is left alone, and false is returned.
fn copy_text(text: &str, buffer: *mut c_char, capacity: usize, needed: *mut usize) -> Result<bool> {
    *place(needed, "needed")? = text.len() + 1;
    if buffer.is_null() || capacity < text.len() + 1 {
        return Ok(false);
    }
    // SAFETY: the caller promises that the buffer has so many bytes.
    unsafe {
        std::ptr::copy_nonoverlapping(text.as_ptr(), buffer.cast::<u8>(), text.len());
        buffer.add(text.len()).write(0);
    }
    Ok(true)
}

/// As [`copy_text`], failing with `NoSpace` if the buffer is too small.
pub(crate) fn put_text(
    op: &'static str,
    text: &str,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> Result<()> {
    fits(op, copy_text(text, buffer, capacity, needed)?)
}

/// Copies bytes into a buffer of the caller's, failing with `NoSpace` if it is too small. `needed` tells how many there are.
pub(crate) fn put_bytes(
    op: &'static str,
    bytes: &[u8],
    buffer: *mut u8,
    capacity: usize,
    needed: *mut usize,
) -> Result<()> {
    *place(needed, "needed")? = bytes.len();
    let room = capacity >= bytes.len() && (!buffer.is_null() || bytes.is_empty());
    if room && !bytes.is_empty() {
        // SAFETY: the caller promises that the buffer has so many bytes.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), buffer, bytes.len()) };
    }
    fits(op, room)
}

fn fits(op: &'static str, room: bool) -> Result<()> {
    match room {
        true => Ok(()),
        false => Err(Error::invalid(op, "the buffer is too small")
            .of_kind(ErrorKind::NoSpace)
            .hint("needed tells how large it must be")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[repr(C)]
    #[derive(Clone, Copy, Default, Debug, PartialEq)]
    struct sample {
        size: usize,
        first: u32,
        later: u32,
    }
    prefixed!(sample up to first: u32);

    #[test]
    fn options_of_older_and_newer_headers_are_read() {
        let mut given = sample { size: 12, first: 7, later: 9 };
        assert_eq!(options(&given).unwrap(), sample { size: 12, first: 7, later: 0 });
        given.size = 16;
        assert_eq!(options(&given).unwrap(), given);
        for wrong in [0, 8, 1 << 20] {
            given.size = wrong;
            assert!(options(&given).unwrap_err().to_string().contains("sizeof(sample)"));
        }
        let mut longer = [24_u64, 7, 0];
        assert_eq!(
            options(longer.as_ptr().cast::<sample>()).unwrap(),
            sample { size: 24, first: 7, later: 0 }
        );
        longer[2] = 1;
        assert!(options(longer.as_ptr().cast::<sample>()).is_err());
        assert_eq!(options::<sample>(std::ptr::null()).unwrap(), sample::default());
    }

    #[test]
    fn results_are_cut_to_what_the_caller_knows() {
        let value = sample { size: 16, first: 1, later: 2 };
        let mut given = sample { size: 12, first: 0, later: 99 };
        fill(&mut given, &value).unwrap();
        assert_eq!(given, sample { size: 12, first: 1, later: 99 });
    }

    #[test]
    fn bytes_are_written_only_where_they_fit() {
        let (mut buffer, mut needed) = ([9_u8; 3], 0);
        put_bytes("x", &[1, 2], buffer.as_mut_ptr(), 3, &mut needed).unwrap();
        assert_eq!((buffer, needed), ([1, 2, 9], 2));
        let short = put_bytes("x", &[4, 5, 6], buffer.as_mut_ptr(), 2, &mut needed).unwrap_err();
        assert_eq!((short.kind(), buffer, needed), (ErrorKind::NoSpace, [1, 2, 9], 3));
        put_bytes("x", &[4], std::ptr::null_mut(), 9, &mut needed).unwrap_err();
        put_bytes("x", &[], std::ptr::null_mut(), 0, &mut needed).unwrap();
        put_bytes("x", &[], std::ptr::null_mut(), 0, std::ptr::null_mut()).unwrap_err();
    }

    #[test]
    fn lists_of_none_may_be_null() {
        assert!(slice::<u32>(std::ptr::null(), 0, "x").unwrap().is_empty());
        assert!(slice::<u32>(std::ptr::null(), 2, "x").unwrap_err().to_string().contains("2 of them"));
        assert_eq!(slice([7, 8].as_ptr(), 2, "x").unwrap(), [7, 8]);
        assert!(known_bits(6, 3, "x").unwrap_err().to_string().contains("0x4"));
        known_bits(3, 3, "x").unwrap();
    }
}
