//! Features of links: what they do in hardware or leave to the kernel, by name.

use smartnic_core::ethtool::Feature;

use crate::{Error, ErrorKind, Host, Result};

const CHANGE: &str = "change features";

/// The features of the link of this name, in the kernel's order.
///
/// # Errors
/// `NotFound` if there is no such link, and what else the kernel says.
pub fn features(host: &Host, link: &str) -> Result<Vec<Feature>> {
    host.ethtool()?.features(host.names()?.index(link)?).map_err(|error| error.on(link))
}

/// One feature among those of a link.
///
/// # Errors
/// `NotFound` if the kernel knows none of this name.
pub fn feature<'a>(all: &'a [Feature], link: &str, name: &str) -> Result<&'a Feature> {
    all.iter().find(|feature| feature.name == name).ok_or_else(|| {
        let error = Error::new(ErrorKind::NotFound, "find a feature").on(name);
        error.hint(format!("snicctl features show {link} lists what the kernel knows"))
    })
}

/// Turns features of the link of this name on or off, and reads back what came of it.
///
/// # Errors
/// `NotFound` for a feature that the kernel does not know, `Unsupported` for one that cannot change, `Mismatch` if the driver
/// did not follow.
pub fn set_features(host: &Host, link: &str, wishes: &[(String, bool)]) -> Result<()> {
    let before = features(host, link)?;
    for (name, on) in wishes {
        let feature = feature(&before, link, name)?;
        if feature.fixed && feature.active != *on {
            let error = Error::unsupported(CHANGE).on(format_args!("{link} {name}"));
            return Err(error.reason("the driver does not let it be changed"));
        }
    }
    let index = host.names()?.index(link)?;
    host.ethtool()?.set_features(index, wishes).map_err(|error| error.on(link))?;
    let after = features(host, link)?;
    let missed: Vec<&str> = wishes
        .iter()
        .filter(|(name, on)| after.iter().any(|feature| feature.name == *name && feature.active != *on))
        .map(|(name, _)| name.as_str())
        .collect();
    if missed.is_empty() {
        return Ok(());
    }
    let reason = format!("left as before: {}", missed.join(", "));
    let error = Error::new(ErrorKind::Mismatch, CHANGE).on(link).reason(reason);
    Err(error.hint("the driver or another feature stands against it; the kernel's log may say why"))
}
