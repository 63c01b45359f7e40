//! The suite on simulated NICs, and what shows that it can fail.

mod liar;
mod notices;
mod sim;
