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
/// Each file knows the types of the others.
#[rustfmt::skip]
pub(crate) mod types {
    mod connections;
    mod device;
    mod objects;
    mod requests;

    pub(crate) use {connections::*, device::*, objects::*, requests::*};
}
