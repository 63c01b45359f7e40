//! What bindgen wrote, split by purpose.

#[rustfmt::skip]
pub(crate) mod constants;
#[rustfmt::skip]
mod layout;
#[rustfmt::skip]
pub(crate) mod types;
