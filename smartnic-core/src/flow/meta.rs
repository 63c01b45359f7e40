//! What no kernel takes of keys of what comes with a packet beside its own headers.

use super::{CT_STATES, ENC_FLAGS, GeneveOption, IP_FLAGS, Match, TunnelOpts, TunnelOptsMatch};
use crate::types::Masked;

/// The longest that all options of a tunnel's header may be, in bytes (`IP_TUNNEL_OPTS_MAX`).
const MAX_OPTIONS: usize = 255;
/// The length of a Geneve option before its data, in bytes.
const GENEVE_HEAD: usize = 4;

impl Match {
    /// What is wrong with keys of the tunnel, the connection and the flags.
    pub(super) fn meta_fault(&self) -> Option<&'static str> {
        let known = |names: &[(&str, u32)]| names.iter().fold(0, |known, (_, bit)| known | bit);
        let strange = |flags: Option<u32>, names| flags.is_some_and(|flags| flags & !known(names) != 0);
        let bits = |flags: Masked<u32>| flags.value | flags.mask;
        if strange(self.ip_flags.map(bits), &IP_FLAGS) || strange(self.enc_flags.map(bits), &ENC_FLAGS) {
            return Some("ip_flags are frag and firstfrag, enc_flags are tuncsum, tundf, tunoam and tuncrit");
        }
        if self.l2_miss.is_some_and(|miss| miss > 1) {
            return Some("l2_miss must be 0 or 1");
        }
        self.state_fault().or_else(|| self.enc_opts.as_ref().and_then(TunnelOptsMatch::fault))
    }

    /// States that no connection has (`fl_validate_ct_state`).
    fn state_fault(&self) -> Option<&'static str> {
        let state = self.ct_state?;
        let bit = |name: &str| CT_STATES.iter().find(|(known, _)| *known == name).map_or(0, |(_, bit)| *bit);
        let known = CT_STATES.iter().fold(0, |known, (_, bit)| known | bit);
        if (state.value | state.mask) & !known != 0 {
            return Some("ct_state has trk, new, est, rel, inv and rpl only");
        }
        let wanted = state.value & state.mask;
        let has = |name| wanted & bit(name) != 0;
        match () {
            () if wanted != 0 && !has("trk") => Some("a ct_state that wants anything set wants +trk with it"),
            () if has("new") && has("est") => Some("a connection is not both new and est"),
            () if has("inv") && wanted & !(bit("trk") | bit("inv")) != 0 => {
                Some("a connection that is inv is nothing else but trk")
            }
            () if has("new") && has("rpl") => Some("a connection that is new has no reply (rpl)"),
            () => None,
        }
    }
}

impl TunnelOptsMatch {
    /// What is wrong with the options.
    fn fault(&self) -> Option<&'static str> {
        if self
            .mask
            .as_ref()
            .is_some_and(|mask| std::mem::discriminant(mask) != std::mem::discriminant(&self.value))
        {
            return Some("the mask of a tunnel's options must be of the same kind as they");
        }
        match (&self.value, &self.mask) {
            (TunnelOpts::Geneve(options), mask) => geneve_fault(options, mask.as_ref()),
            (TunnelOpts::Vxlan { gbp: None }, _) => Some("options of VXLAN need the group policy"),
            (TunnelOpts::Erspan { version: Some(1), index: Some(_), .. }, mask)
            | (TunnelOpts::Erspan { version: Some(2), direction: Some(_), hwid: Some(_), .. }, mask) => {
                let version = match mask {
                    Some(TunnelOpts::Erspan { version, .. }) => version.unwrap_or(1),
                    _ => 1,
                };
                (!(1..=2).contains(&version)).then_some("the version in a mask of ERSPAN's options is 1 or 2")
            }
            (TunnelOpts::Erspan { .. }, _) => Some(
                "options of ERSPAN are version 1 and an index, or version 2, a direction and a hardware id",
            ),
            (TunnelOpts::Gtp { pdu_type, qfi }, _) if pdu_type.is_none() || qfi.is_none() => {
                Some("options of GTP need the type of its data units and the QoS flow")
            }
            (TunnelOpts::Pfcp { kind: None, .. }, _) => Some("options of PFCP need the type"),
            _ => None,
        }
    }
}

fn geneve_fault(options: &[GeneveOption], mask: Option<&TunnelOpts>) -> Option<&'static str> {
    let masks = match mask {
        Some(TunnelOpts::Geneve(masks)) => &masks[..],
        _ => &[],
    };
    let fits = |data: &[u8]| (4..=124).contains(&data.len()) && data.len().is_multiple_of(4);
    let whole = |option: &GeneveOption| option.class.is_some() && option.kind.is_some() && fits(&option.data);
    if options.is_empty() || !options.iter().all(whole) {
        return Some("an option of Geneve needs class, type, and data of 4 to 124 bytes, a multiple of 4");
    }
    let length: usize = options.iter().map(|option| GENEVE_HEAD + option.data.len()).sum();
    if length > MAX_OPTIONS {
        return Some("options of Geneve are 255 bytes at most, 4 for each beside its data");
    }
    let other = |(option, mask): (&GeneveOption, &GeneveOption)| {
        !mask.data.is_empty() && mask.data.len() != option.data.len()
    };
    options
        .iter()
        .zip(masks)
        .any(other)
        .then_some("the mask of a Geneve option's data must be as long as the data")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(set: impl FnOnce(&mut Match)) -> Option<&'static str> {
        let mut key = Match::default();
        set(&mut key);
        key.meta_fault()
    }

    fn opts(value: TunnelOpts, mask: Option<TunnelOpts>) -> Option<&'static str> {
        fault(|key| key.enc_opts = Some(TunnelOptsMatch { value, mask }))
    }

    fn geneve(lengths: &[usize]) -> TunnelOpts {
        let option = |length: &usize| GeneveOption { class: Some(1), kind: Some(2), data: vec![3; *length] };
        TunnelOpts::Geneve(lengths.iter().map(option).collect())
    }

    #[test]
    fn options_that_no_kernel_takes_are_named() {
        let gbp = |gbp| TunnelOpts::Vxlan { gbp };
        let erspan = |version, index, hwid| TunnelOpts::Erspan { version, index, direction: hwid, hwid };
        assert_eq!(opts(geneve(&[4, 124]), Some(geneve(&[4, 124]))), None);
        assert_eq!(opts(erspan(Some(2), None, Some(1)), Some(erspan(None, None, None))), None);
        let cases = [
            (geneve(&[]), None, "needs class"),
            (geneve(&[6]), None, "multiple of 4"),
            (geneve(&[128]), None, "124"),
            (geneve(&[124, 124]), None, "255 bytes"),
            (geneve(&[4]), Some(geneve(&[8])), "as long"),
            (geneve(&[4]), Some(gbp(Some(1))), "same kind"),
            (gbp(None), None, "group policy"),
            (erspan(Some(1), None, Some(1)), None, "an index"),
            (erspan(Some(3), Some(1), Some(1)), None, "version 1"),
            (erspan(Some(1), Some(1), None), Some(erspan(Some(3), None, None)), "in a mask"),
            (TunnelOpts::Gtp { pdu_type: Some(1), qfi: None }, None, "QoS flow"),
            (TunnelOpts::Pfcp { kind: None, seid: Some(1) }, None, "type"),
        ];
        for (value, mask, text) in cases {
            let said = opts(value, mask).unwrap_or("nothing");
            assert!(said.contains(text), "{text}: {said}");
        }
    }

    #[test]
    fn states_and_flags_that_no_kernel_takes_are_named() {
        let state = |value, mask| fault(|key| key.ct_state = Some(Masked::new(value, mask)));
        // -trk, +trk-new, +trk+est+rel+rpl, +trk+inv, and bits that do not count.
        for (value, mask) in [(0, 8), (8, 9), (0x2e, 0x3f), (0x18, 0x3f), (1, 8)] {
            assert_eq!(state(value, mask), None, "{value:#x}/{mask:#x}");
        }
        for (value, text) in
            [(1, "+trk"), (0xb, "new and est"), (0x1a, "inv"), (0x29, "reply"), (0x48, "only")]
        {
            assert!(state(value, value).is_some_and(|said| said.contains(text)), "{value:#x}");
        }
        assert!(fault(|key| key.ip_flags = Some(Masked::new(4, 4))).is_some());
        assert!(fault(|key| key.enc_flags = Some(Masked::new(0, 1))).is_some());
        assert!(fault(|key| key.l2_miss = Some(2)).is_some());
    }
}
