//! What callers give: texts, options, places for results.

use std::ffi::{CStr, c_char};

use smartnic::Result;

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

/// Copies a text with its NUL into a buffer of the caller's. `needed` tells how many bytes that takes; a buffer that is
/// too small, or NULL, is left alone, and false is returned.
pub(crate) fn copy_text(
    text: &str,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> Result<bool> {
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
}
