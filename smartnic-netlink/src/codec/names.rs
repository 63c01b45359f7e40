//! Names of attributes, and the path to the attribute that an offset in a request points at.

use std::borrow::Cow;

use super::{Attr, Attrs, HEADER_LEN, align};

/// Length of `struct nlattr`, in bytes.
const ATTR_LEN: usize = 4;

/// The attributes that one family, or one nest, knows.
#[derive(Debug)]
pub struct AttrSet {
    /// Attribute numbers and the kernel's constants for them, such as `TCA_FLOWER_KEY_ETH_TYPE`.
    pub names: &'static [(u16, &'static str)],
    /// Which of them hold attributes themselves. The others hold values.
    pub nests: &'static [(u16, Inner)],
}

/// What an attribute that holds attributes holds.
#[derive(Clone, Copy, Debug)]
pub enum Inner {
    /// Attributes of this set.
    Set(&'static AttrSet),
    /// Entries, numbered or all alike, each holding attributes of this set.
    List(&'static AttrSet),
    /// Attributes whose set depends on a text attribute beside this one, such as `TCA_KIND`.
    ByKind {
        /// Number of the text attribute that decides.
        selector: u16,
        /// Its values, and the set for each.
        sets: &'static [(&'static str, &'static AttrSet)],
    },
}

impl AttrSet {
    /// A set without nests.
    #[must_use]
    pub const fn flat(names: &'static [(u16, &'static str)]) -> Self {
        Self { names, nests: &[] }
    }

    fn name(&self, kind: u16) -> Cow<'static, str> {
        match self.names.iter().find(|(number, _)| *number == kind) {
            Some((_, name)) => Cow::Borrowed(name),
            None => Cow::Owned(format!("attribute {kind}")),
        }
    }

    /// What an attribute holds, given the bytes of it and its siblings.
    fn inner(&self, kind: u16, siblings: &[u8]) -> Holds {
        match self.nests.iter().find(|(number, _)| *number == kind) {
            None => Holds::Value,
            Some((_, Inner::Set(set))) => Holds::Attrs(set),
            Some((_, Inner::List(set))) => Holds::Entries(set),
            Some((_, Inner::ByKind { selector, sets })) => {
                let chosen = match Attrs::new(siblings).find(*selector) {
                    Ok(Some(attr)) => attr.text().ok(),
                    _ => None,
                };
                let set = sets.iter().find(|(name, _)| Some(*name) == chosen);
                set.map_or(Holds::Value, |(_, set)| Holds::Attrs(set))
            }
        }
    }
}

/// What one attribute of a request holds.
enum Holds {
    Value,
    Attrs(&'static AttrSet),
    Entries(&'static AttrSet),
}

/// The steps from the top of a request down to one attribute, and the names known there.
struct Place {
    steps: Vec<Cow<'static, str>>,
    /// The set of the attributes inside, where the last step is a nest.
    inside: Option<&'static AttrSet>,
}

/// Says which attribute of `request` an error is about, as in `TCA_OPTIONS/TCA_FLOWER_KEY_ETH_TYPE`.
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
    Some(place.steps.join("/"))
}

fn missing_name(set: Option<&'static AttrSet>, kind: u32) -> Cow<'static, str> {
    match (set, u16::try_from(kind)) {
        (Some(set), Ok(kind)) => set.name(kind),
        _ => Cow::Owned(format!("attribute {kind}")),
    }
}

/// The attribute among `request[start..end]` that covers `offset`: its number, payload and own offset.
fn covering(request: &[u8], start: usize, end: usize, offset: usize) -> Option<(Attr<'_>, usize)> {
    let mut at = start;
    for attr in Attrs::new(request.get(start..end)?) {
        let attr = attr.ok()?;
        let len = ATTR_LEN + attr.payload.len();
        if (at..at + len).contains(&offset) {
            return Some((attr, at));
        }
        at += align(len);
    }
    None
}

/// Follows `offset` down from the attributes of `set` in `request[start..end]`, noting the steps.
fn descend(
    request: &[u8],
    start: usize,
    end: usize,
    offset: usize,
    set: &'static AttrSet,
    place: &mut Place,
) -> Option<()> {
    let (attr, at) = covering(request, start, end, offset)?;
    let siblings = request.get(start..end)?;
    let inner_end = at + ATTR_LEN + attr.payload.len();
    place.steps.push(set.name(attr.kind()));
    place.inside = None;
    let (inside, from, to) = match set.inner(attr.kind(), siblings) {
        Holds::Value => return Some(()),
        Holds::Attrs(inside) => (inside, at, inner_end),
        Holds::Entries(inside) => {
            let Some((entry, entry_at)) = covering(request, at + ATTR_LEN, inner_end, offset) else {
                return Some(());
            };
            if let Some(step) = place.steps.last_mut() {
                *step = Cow::Owned(format!("{step}[{}]", entry.kind()));
            }
            (inside, entry_at, entry_at + ATTR_LEN + entry.payload.len())
        }
    };
    place.inside = Some(inside);
    // An offset at the nest's own header is about the nest; one in it that meets no attribute, too.
    if offset > from {
        let _ = descend(request, from + ATTR_LEN, to, offset, inside, place);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Encoder, Flags};

    static VLAN: AttrSet = AttrSet::flat(&[(2, "TCA_VLAN_PARMS")]);
    static ACT: AttrSet = AttrSet {
        names: &[(1, "TCA_ACT_KIND"), (2, "TCA_ACT_OPTIONS")],
        nests: &[(2, Inner::ByKind { selector: 1, sets: &[("vlan", &VLAN)] })],
    };
    static FLOWER: AttrSet = AttrSet {
        names: &[(3, "TCA_FLOWER_ACT"), (8, "TCA_FLOWER_KEY_ETH_TYPE")],
        nests: &[(3, Inner::List(&ACT))],
    };
    static TC: AttrSet = AttrSet {
        names: &[(1, "TCA_KIND"), (2, "TCA_OPTIONS")],
        nests: &[(2, Inner::ByKind { selector: 1, sets: &[("flower", &FLOWER)] })],
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
            "TCA_OPTIONS/TCA_FLOWER_KEY_ETH_TYPE",
            "TCA_OPTIONS/TCA_FLOWER_ACT[1]",
            "TCA_OPTIONS/TCA_FLOWER_ACT[1]/TCA_ACT_OPTIONS/TCA_VLAN_PARMS",
            "TCA_OPTIONS/attribute 200",
        ];
        assert_eq!(all, want);
    }

    #[test]
    fn missing_attributes_are_named_in_their_nest() {
        let (bytes, at) = request();
        let path = |offset, kind| attribute_path(&bytes, 20, &TC, offset, Some(kind));
        assert_eq!(path(None, 1).unwrap(), "TCA_KIND");
        assert_eq!(path(Some(at[0]), 8).unwrap(), "TCA_OPTIONS/TCA_FLOWER_KEY_ETH_TYPE");
        assert_eq!(path(Some(at[2]), 99_999).unwrap(), "TCA_OPTIONS/TCA_FLOWER_ACT[1]/attribute 99999");
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
