//! What bindgen wrote, split by purpose.

#[rustfmt::skip]
pub(crate) mod constants;
/// What holds at compile time.
#[rustfmt::skip]
mod layout {
    mod connections;
    mod device;
    mod extended;
    mod objects;
    mod requests;
    mod steering;
}
/// Each file knows the types of the others.
#[rustfmt::skip]
pub(crate) mod types {
    mod connections;
    mod device;
    mod extended;
    mod objects;
    mod requests;
    mod steering;

    pub(crate) use {connections::*, device::*, extended::*, objects::*, requests::*, steering::*};
}
