//! What bindgen wrote, split by purpose.

#[rustfmt::skip]
pub(crate) mod constants;
/// What holds at compile time.
#[rustfmt::skip]
mod layout {
    mod capabilities;
    mod connections;
    mod device;
    mod extended;
    mod objects;
    mod queues;
    mod requests;
    mod steering;
    mod vendors;
}
/// Each file knows the types of the others.
#[rustfmt::skip]
pub(crate) mod types {
    mod capabilities;
    mod connections;
    mod device;
    mod extended;
    mod objects;
    mod queues;
    mod requests;
    mod steering;
    mod vendors;

    pub(crate) use {
        capabilities::*, connections::*, device::*, extended::*, objects::*, queues::*, requests::*, steering::*,
        vendors::*,
    };
}
