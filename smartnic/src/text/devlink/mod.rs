//! devlink's own command line and output, as devlink(8) of iproute2 7 has them: one file in [`command`] for each object
//! that reads its words, and one in [`show`] that prints it.

pub mod command;
pub mod show;
