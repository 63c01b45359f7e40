use smartnic_core::flow::{Match, MplsLse};

/// How many entries of a label stack the kernel looks at (`FLOW_DIS_MPLS_MAX`).
const DEPTHS: usize = 7;

/// Brings the keys of MPLS into the form in which the kernel tells them (`fl_dump_key_mpls`): the older keys where they
/// can say it, else one entry for each depth.
pub(super) fn normal(mut key: Match, is_mpls: bool) -> Match {
    let entries = std::mem::take(&mut key.mpls);
    let MplsLse { label, tc, bos, ttl, .. } = outer(&mut key);
    if !is_mpls {
        return key;
    }
    let mut stack: [Option<MplsLse>; DEPTHS] = [None; DEPTHS];
    for entry in entries {
        let Some(slot) = stack.get_mut(usize::from(entry.depth).wrapping_sub(1)) else { continue };
        let known = slot.get_or_insert(MplsLse { depth: entry.depth, ..MplsLse::default() });
        known.label = entry.label.or(known.label);
        known.tc = entry.tc.or(known.tc);
        known.bos = entry.bos.or(known.bos);
        known.ttl = entry.ttl.or(known.ttl);
    }
    if [tc, bos, ttl].iter().any(Option::is_some) || label.is_some() {
        stack[0] = Some(MplsLse { depth: 1, label, tc, bos, ttl });
    }
    let says_something = |entry: &MplsLse| *entry != MplsLse { depth: 1, ..MplsLse::default() };
    match (stack[0].filter(says_something), stack[1..].iter().any(Option::is_some)) {
        (Some(MplsLse { label, tc, bos, ttl, .. }), false) => {
            (key.mpls_label, key.mpls_tc, key.mpls_bos, key.mpls_ttl) = (label, tc, bos, ttl);
        }
        _ => key.mpls = stack.into_iter().flatten().collect(),
    }
    key
}

/// Takes the older keys out.
fn outer(key: &mut Match) -> MplsLse {
    MplsLse {
        depth: 1,
        label: key.mpls_label.take(),
        tc: key.mpls_tc.take(),
        bos: key.mpls_bos.take(),
        ttl: key.mpls_ttl.take(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_outer_entry_is_told_in_the_older_keys() {
        let entry = |depth, label| MplsLse { depth, label, ..MplsLse::default() };
        let asked = |entries: &[MplsLse]| normal(Match { mpls: entries.to_vec(), ..Match::default() }, true);
        let outer = asked(&[entry(1, Some(5)), entry(1, Some(7))]);
        assert_eq!(outer, Match { mpls_label: Some(7), ..Match::default() });
        let bare = asked(&[entry(1, None)]);
        assert_eq!(bare.mpls, [entry(1, None)]);
        let deep = asked(&[entry(3, Some(1)), entry(1, Some(5))]);
        assert_eq!(deep.mpls, [entry(1, Some(5)), entry(3, Some(1))]);
        let elsewhere = Match { mpls: vec![entry(1, Some(5))], mpls_ttl: Some(3), ..Match::default() };
        assert_eq!(normal(elsewhere, false), Match::default());
    }
}
