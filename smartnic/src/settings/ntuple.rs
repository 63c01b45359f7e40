//! Rules by which NICs choose the queue of received packets, as text.

use smartnic_core::ethtool::{Ntuple, NtupleAction, NtupleKind};

use crate::{Error, Result};

/// A rule for packets of a kind, with what is looked at as fields and their values: `dst-port 80`, `src-ip 10.0.0.0/8`.
///
/// # Errors
/// `InvalidInput` if rules of this kind do not look at a field, or a text is no value of it.
pub fn ntuple(kind: NtupleKind, action: NtupleAction, pairs: &[(&str, &str)]) -> Result<Ntuple> {
    let mut rule = Ntuple::new(kind, action);
    for (field, value) in pairs {
        if rule.fields.keys().any(|known| known.to_string() == *field) {
            return Err(Error::invalid("read an n-tuple rule", "it is said twice").on(field));
        }
        rule.look_at(field, value)?;
    }
    Ok(rule)
}

/// What a rule looks at, field by field, as [`ntuple`] reads it.
#[must_use]
pub fn ntuple_text(rule: &Ntuple) -> Vec<(String, String)> {
    let fields = rule.fields.keys();
    fields.filter_map(|field| Some((field.to_string(), rule.text(*field)?))).collect()
}
