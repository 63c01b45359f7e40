//! The lab: a throw-away virtual machine with a real kernel, running this machine's own files.
//!
//! `Lab::open` finds what `cargo xtask setup` prepared; `Lab::run` boots, runs one command as root
//! and returns its exit code. See `tests/lab/README.md` for what is inside.

mod apt;
mod book;
mod cache;
pub(crate) mod check;
mod cli;
mod command;
mod headers;
mod initramfs;
mod kernel;
mod kselftest;
mod labnic;
mod parts;
mod peer;
mod tdc;
mod tools;
mod unpack;
mod vm;

pub(crate) use apt::Archive;
pub(crate) use book::mdbook;
pub(crate) use cli::{Args, main};
pub(crate) use command::LabCommand;
pub(crate) use kernel::Kernel;
pub(crate) use kselftest::fetch as kernels_tests;
pub(crate) use parts::{Item, Items};
pub(crate) use vm::Lab;
