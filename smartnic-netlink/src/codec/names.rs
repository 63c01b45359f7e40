//! Names of attributes, and the path to the attribute that an offset in a request points at.

use std::borrow::Cow;

use super::{Attrs, HEADER_LEN, align};

/// The attributes that one family, or one nest, knows.
#[derive(Debug)]
pub struct AttrSet {
    /// The known attributes, in any order.
    pub attrs: &'static [AttrName],
}

/// One attribute of a set.
#[derive(Debug)]
pub struct AttrName {
    /// Attribute number.
    pub kind: u16,
    /// The kernel's constant for it, such as `TCA_FLOWER_KEY_ETH_TYPE`.
    pub name: &'static str,
    /// What its payload holds.
    pub inner: Inner,
}

/// What the payload of an attribute holds, as far as naming goes.
#[derive(Debug)]
pub enum Inner {
    /// A value.
    Value,
    /// Attributes of this set.
    Set(&'static AttrSet),
    /// Numbered entries, each holding attributes of this set.
    List(&'static AttrSet),
    /// Attributes whose set depends on a text attribute beside this one, such as `TCA_KIND`.
    ByKind {
        /// Number of the text attribute that decides.
        selector: u16,
        /// Its values, and the set for each.
        sets: &'static [(&'static str, &'static AttrSet)],
    },
}

impl AttrName {
    /// An attribute that holds a value.
    #[must_use]
    pub const fn value(kind: u16, name: &'static str) -> Self {
        Self { kind, name, inner: Inner::Value }
    }
}

/// The steps from the top of a request down to one attribute, and the names known there.
struct Place {
    steps: Vec<Cow<'static, str>>,
    /// The set of the attributes inside, where the last step is a nest.
    inside: Option<&'static AttrSet>,
}

/// Says which attribute of `request` an error is about, as in `TCA_OPTIONS / TCA_FLOWER_KEY_ETH_TYPE`.
///
/// `request` is the whole message as sent; `fixed_len` the length in bytes of the family's header behind the
/// netlink header; `offset` counts from the start of the message, as `NLMSGERR_ATTR_OFFS` does. With
/// `missing`, the error is about an attribute of that number which is absent from the nest at `offset`
/// (`NLMSGERR_ATTR_MISS_TYPE` and `_MISS_NEST`), or absent from the top if there is no offset.
/// Returns nothing if the offset meets no attribute.
#[must_use]
pub fn attribute_path(
    request: &[u8],
    fixed_len: usize,
    names: &'static AttrSet,
    offset: Option<u32>,
    missing: Option<u32>,
) -> Option<String> {
    let mut place = match offset {
        Some(offset) => {
            let start = HEADER_LEN + align(fixed_len);
            let mut place = Place { steps: Vec::new(), inside: Some(names) };
            descend(request, start, request.len(), usize::try_from(offset).ok()?, names, &mut place)?;
            place
        }
        None if missing.is_some() => Place { steps: Vec::new(), inside: Some(names) },
        None => return None,
    };
    if let Some(missing) = missing {
        place.steps.push(missing_name(place.inside, missing));
    }
    Some(place.steps.join(" / "))
}

fn missing_name(set: Option<&'static AttrSet>, kind: u32) -> Cow<'static, str> {
    match (set, u16::try_from(kind)) {
        (Some(set), Ok(kind)) => name_of(set, kind).0,
        _ => Cow::Owned(format!("attribute {kind}")),
    }
}

fn name_of(set: &'static AttrSet, kind: u16) -> (Cow<'static, str>, &'static Inner) {
    match set.attrs.iter().find(|attr| attr.kind == kind) {
        Some(attr) => (Cow::Borrowed(attr.name), &attr.inner),
        None => (Cow::Owned(format!("attribute {kind}")), &Inner::Value),
    }
}

/// Walks the attributes in `request[start..end]` for the one that covers `offset`.
fn descend(
    request: &[u8],
    start: usize,
    end: usize,
    offset: usize,
    set: &'static AttrSet,
    place: &mut Place,
) -> Option<()> {
    let region = request.get(start..end)?;
    let mut at = start;
    for attr in Attrs::new(region) {
        let attr = attr.ok()?;
        let attr_end = at + 4 + attr.payload.len();
        if !(at..attr_end).contains(&offset) {
            at += align(attr_end - at);
            continue;
        }
        let (name, inner) = name_of(set, attr.kind());
        place.steps.push(name);
        let (inside, numbered) = match inner {
            Inner::Value => (None, false),
            Inner::Set(set) => (Some(*set), false),
            Inner::List(set) => (Some(*set), true),
            Inner::ByKind { selector, sets } => (select(region, *selector, sets), false),
        };
        // Of a numbered list, the attributes directly inside have only their numbers.
        place.inside = if numbered { None } else { inside };
        if offset == at {
            return Some(());
        }
        let Some(inside) = inside else { return Some(()) };
        if !numbered {
            // An offset between the nest's header and its first attribute is about the nest itself.
            let depth = place.steps.len();
            if descend(request, at + 4, attr_end, offset, inside, place).is_none() {
                place.steps.truncate(depth);
            }
            return Some(());
        }
        let mut entry_at = at + 4;
        for entry in attr.nested() {
            let entry = entry.ok()?;
            let entry_end = entry_at + 4 + entry.payload.len();
            if (entry_at..entry_end).contains(&offset) {
                place.steps.push(Cow::Owned(format!("[{}]", entry.kind())));
                place.inside = Some(inside);
                if offset > entry_at {
                    let depth = place.steps.len();
                    if descend(request, entry_at + 4, entry_end, offset, inside, place).is_none() {
                        place.steps.truncate(depth);
                    }
                }
                return Some(());
            }
            entry_at += align(entry_end - entry_at);
        }
        return Some(());
    }
    None
}

fn select(
    siblings: &[u8],
    selector: u16,
    sets: &'static [(&'static str, &'static AttrSet)],
) -> Option<&'static AttrSet> {
    let kind = Attrs::new(siblings).find(selector).ok()??.text().ok()?;
    sets.iter().find(|(name, _)| *name == kind).map(|(_, set)| *set)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Encoder, Flags};

    static VLAN: AttrSet = AttrSet { attrs: &[AttrName::value(2, "TCA_VLAN_PARMS")] };
    static ACT: AttrSet = AttrSet {
        attrs: &[
            AttrName::value(1, "TCA_ACT_KIND"),
            AttrName {
                kind: 2,
                name: "TCA_ACT_OPTIONS",
                inner: Inner::ByKind { selector: 1, sets: &[("vlan", &VLAN)] },
            },
        ],
    };
    static FLOWER: AttrSet = AttrSet {
        attrs: &[
            AttrName { kind: 3, name: "TCA_FLOWER_ACT", inner: Inner::List(&ACT) },
            AttrName::value(8, "TCA_FLOWER_KEY_ETH_TYPE"),
        ],
    };
    static TC: AttrSet = AttrSet {
        attrs: &[
            AttrName::value(1, "TCA_KIND"),
            AttrName {
                kind: 2,
                name: "TCA_OPTIONS",
                inner: Inner::ByKind { selector: 1, sets: &[("flower", &FLOWER)] },
            },
        ],
    };

    /// A request, and the offsets in it of: options, eth_type, action 1, its parms, an unknown attribute.
    fn request() -> (Vec<u8>, [u32; 5]) {
        let mut buf = Vec::new();
        let mut at = [0; 5];
        let mut e = Encoder::message(&mut buf, 44, Flags::REQUEST, 1, 0);
        e.fixed(&[0_u8; 20]);
        e.text(1, "flower");
        at[0] = e.written();
        e.nest(2, |e| {
            at[1] = e.written();
            e.u16_be(8, 0x0800);
            e.nest(3, |e| {
                at[2] = e.written();
                e.nest(1, |e| {
                    e.text(1, "vlan");
                    e.nest(2, |e| {
                        at[3] = e.written();
                        e.u32(2, 0);
                    });
                });
            });
            at[4] = e.written();
            e.u8(200, 1);
        });
        e.finish().unwrap();
        (buf, at.map(|at| u32::try_from(at).unwrap()))
    }

    #[test]
    fn offsets_become_paths() {
        let (bytes, at) = request();
        let path = |offset| attribute_path(&bytes, 20, &TC, Some(offset), None).unwrap();
        let all = at.map(path);
        let want = [
            "TCA_OPTIONS",
            "TCA_OPTIONS / TCA_FLOWER_KEY_ETH_TYPE",
            "TCA_OPTIONS / TCA_FLOWER_ACT / [1]",
            "TCA_OPTIONS / TCA_FLOWER_ACT / [1] / TCA_ACT_OPTIONS / TCA_VLAN_PARMS",
            "TCA_OPTIONS / attribute 200",
        ];
        assert_eq!(all, want);
    }

    #[test]
    fn missing_attributes_are_named_in_their_nest() {
        let (bytes, at) = request();
        let path = |offset, kind| attribute_path(&bytes, 20, &TC, offset, Some(kind));
        assert_eq!(path(None, 1).unwrap(), "TCA_KIND");
        assert_eq!(path(Some(at[0]), 8).unwrap(), "TCA_OPTIONS / TCA_FLOWER_KEY_ETH_TYPE");
        assert_eq!(
            path(Some(at[2]), 99_999).unwrap(),
            "TCA_OPTIONS / TCA_FLOWER_ACT / [1] / attribute 99999"
        );
    }

    #[test]
    fn offsets_outside_meet_nothing_and_cuts_do_not_panic() {
        let (bytes, at) = request();
        for offset in [0, 16, 35, u32::MAX] {
            assert_eq!(attribute_path(&bytes, 20, &TC, Some(offset), None), None);
        }
        assert_eq!(attribute_path(&bytes, 20, &TC, None, None), None);
        for cut in 0..bytes.len() {
            for offset in at {
                let _ = attribute_path(&bytes[..cut], 20, &TC, Some(offset), None);
            }
        }
    }
}
