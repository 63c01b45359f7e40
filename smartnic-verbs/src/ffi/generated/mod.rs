//! What bindgen wrote, split by purpose.

#[rustfmt::skip]
pub(crate) mod constants;
/// What holds at compile time.
#[rustfmt::skip]
mod layout {
    mod connections;
    mod device;
    mod objects;
    mod requests;
}
#[rustfmt::skip]
pub(crate) mod types;
