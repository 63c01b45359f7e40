//! What bindgen wrote, split by purpose.

#[rustfmt::skip]
pub(crate) mod constants;
/// What holds at compile time.
#[rustfmt::skip]
mod layout {
    mod device;
    mod objects;
    mod requests;
}
#[rustfmt::skip]
pub(crate) mod types;
