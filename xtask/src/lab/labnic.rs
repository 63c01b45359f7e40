//! The lab's own NIC: the kernel module in `tests/lab/labnic`, built for one kernel.
//!
//! It is a part of its own, so that a change of it takes seconds and no download.

use std::path::Path;

use super::headers::Headers;
use super::tools::Tools;
use super::{cache, kernel};
use crate::failure::Result;

macro_rules! sources {
    ($($name:literal,)*) => {
        /// The module's files.
        const SOURCES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../tests/lab/labnic/", $name))),)*];
    };
}

sources! {
    "Kbuild",
    "dcb.c",
    "devlink.c",
    "flow.c",
    "key.c",
    "knobs.c",
    "labnic.h",
    "main.c",
    "names.c",
    "netdev.c",
    "offload.c",
    "port.c",
    "rule.c",
    "stats.c",
    "switch.c",
}

/// Loads it without an entry in the kernel's own index of modules, which takes longer to make than the module.
const MODPROBE: &str = "install labnic insmod /usr/lib/modules/RELEASE/extra/labnic.ko $CMDLINE_OPTS\n\
                        remove labnic rmmod labnic\n";

/// Everything that decides what [`build`] makes, but for the kernel.
pub(super) fn recipe() -> String {
    let files = SOURCES.iter().map(|(name, text)| format!("--- {name}\n{text}"));
    format!("layout 1\n{MODPROBE}{}", files.collect::<String>())
}

/// Fills `dir` with a layer for the guest that holds the module; a warning of the compiler is an error.
pub(super) fn build(tools: &Tools, headers: &Headers, dir: &Path) -> Result<String> {
    let (release, source, layer) = (headers.release()?, dir.join("build"), dir.join("layer"));
    for (name, text) in SOURCES {
        cache::write(&source.join(name), text)?;
    }
    headers.make(tools, &source, &["KCFLAGS=-Werror".into()])?;
    let module = layer.join("usr/lib/modules").join(&release).join("extra/labnic.ko");
    kernel::strip(tools, &source.join("labnic.ko"), &module)?;
    cache::write(&layer.join("etc/modprobe.d/labnic.conf"), MODPROBE.replace("RELEASE", &release))?;
    cache::remove(&source)?;
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::unpack;

    #[test]
    fn every_file_of_the_module_is_built() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/lab/labnic");
        let files = unpack::entries(&folder).unwrap();
        let mut there: Vec<_> = files.iter().filter_map(|file| file.file_name()?.to_str()).collect();
        there.retain(|name| *name != "README.md");
        let mut listed: Vec<&str> = SOURCES.iter().map(|(name, _)| *name).collect();
        listed.sort_unstable();
        assert_eq!(listed, there);
    }
}
