//! mdBook, as Debian has it: compiling it would take minutes, and its package a few megabytes.
//!
//! It is no part of the lab, but what fetches and keeps those is just right for it.

use std::path::{Path, PathBuf};

use super::apt::Apt;
use super::parts::Items;
use super::tools;
use crate::failure::Result;

const PACKAGES: &[&str] = &["mdbook"];

/// The program, fetched now if it is not there.
///
/// # Errors
/// What apt said.
pub(crate) fn mdbook() -> Result<PathBuf> {
    let items = Items::locate()?;
    let place = items.root().join("book");
    let recipe = format!("layout 1\n{}", PACKAGES.join(" "));
    let dir = items.extra("book", recipe, |apt: &Apt, _, dir: &Path| {
        tools::build_programs(apt, PACKAGES, dir, &place.join(tools::ROOT))
    })?;
    Ok(dir.join(tools::ROOT).join("usr/bin/mdbook"))
}
