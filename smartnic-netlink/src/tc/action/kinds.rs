//! The kinds of action that kernels have, by name: where each keeps its parameters and how long they are, and how its
//! attributes are called.

use crate::codec::AttrSet;
use crate::uapi::pkt_cls::*;
use crate::uapi::tc_bpf::*;
use crate::uapi::tc_connmark::*;
use crate::uapi::tc_csum::*;
use crate::uapi::tc_ct::*;
use crate::uapi::tc_ctinfo::*;
use crate::uapi::tc_defact::*;
use crate::uapi::tc_gact::*;
use crate::uapi::tc_gate::*;
use crate::uapi::tc_ife::*;
use crate::uapi::tc_mirred::*;
use crate::uapi::tc_mpls::*;
use crate::uapi::tc_nat::*;
use crate::uapi::tc_pedit::*;
use crate::uapi::tc_sample::*;
use crate::uapi::tc_skbedit::*;
use crate::uapi::tc_skbmod::*;
use crate::uapi::tc_tunnel_key::*;
use crate::uapi::tc_vlan::*;

macro_rules! kinds {
    ($($kind:literal: $params:ident, $size:ident, $times:ident, $names:ident;)*) => {
        /// The attributes inside `TCA_ACT_OPTIONS`, by kind.
        pub(in crate::tc) static OPTIONS: &[(&str, &AttrSet)] = &[$(($kind, &AttrSet::flat($names)),)*];

        /// The attribute that holds the parameters, which begin with `tc_gen` (but for `police`); nothing if the kind
        /// is not known.
        pub(super) fn params(kind: &str) -> Option<u16> {
            match kind {
                $($kind => Some($params),)*
                _ => None,
            }
        }

        /// The size of the parameters; nothing if the kind is not known.
        pub(super) fn size(kind: &str) -> Option<usize> {
            match kind {
                $($kind => Some($size),)*
                _ => None,
            }
        }

        /// The attribute that holds the times (`struct tcf_t`); nothing if the kind is not known.
        pub(super) fn times(kind: &str) -> Option<u16> {
            match kind {
                $($kind => Some($times),)*
                _ => None,
            }
        }
    };
}

kinds! {
    "bpf": TCA_ACT_BPF_PARMS, SIZEOF_TC_ACT_BPF, TCA_ACT_BPF_TM, TCA_ACT_BPF_NAMES;
    "connmark": TCA_CONNMARK_PARMS, SIZEOF_TC_CONNMARK, TCA_CONNMARK_TM, TCA_CONNMARK_NAMES;
    "csum": TCA_CSUM_PARMS, SIZEOF_TC_CSUM, TCA_CSUM_TM, TCA_CSUM_NAMES;
    "ct": TCA_CT_PARMS, SIZEOF_TC_CT, TCA_CT_TM, TCA_CT_NAMES;
    "ctinfo": TCA_CTINFO_ACT, SIZEOF_TC_CTINFO, TCA_CTINFO_TM, TCA_CTINFO_NAMES;
    "gact": TCA_GACT_PARMS, SIZEOF_TC_GACT, TCA_GACT_TM, TCA_GACT_NAMES;
    "gate": TCA_GATE_PARMS, SIZEOF_TC_GATE, TCA_GATE_TM, TCA_GATE_NAMES;
    "ife": TCA_IFE_PARMS, SIZEOF_TC_IFE, TCA_IFE_TM, TCA_IFE_NAMES;
    "mirred": TCA_MIRRED_PARMS, SIZEOF_TC_MIRRED, TCA_MIRRED_TM, TCA_MIRRED_NAMES;
    "mpls": TCA_MPLS_PARMS, SIZEOF_TC_MPLS, TCA_MPLS_TM, TCA_MPLS_NAMES;
    "nat": TCA_NAT_PARMS, SIZEOF_TC_NAT, TCA_NAT_TM, TCA_NAT_NAMES;
    "pedit": TCA_PEDIT_PARMS, SIZEOF_TC_PEDIT_SEL, TCA_PEDIT_TM, TCA_PEDIT_NAMES;
    "police": TCA_POLICE_TBF, SIZEOF_TC_POLICE, TCA_POLICE_TM, TCA_POLICE_NAMES;
    "sample": TCA_SAMPLE_PARMS, SIZEOF_TC_SAMPLE, TCA_SAMPLE_TM, TCA_SAMPLE_NAMES;
    "simple": TCA_DEF_PARMS, SIZEOF_TC_DEFACT, TCA_DEF_TM, TCA_DEF_NAMES;
    "skbedit": TCA_SKBEDIT_PARMS, SIZEOF_TC_SKBEDIT, TCA_SKBEDIT_TM, TCA_SKBEDIT_NAMES;
    "skbmod": TCA_SKBMOD_PARMS, SIZEOF_TC_SKBMOD, TCA_SKBMOD_TM, TCA_SKBMOD_NAMES;
    "tunnel_key": TCA_TUNNEL_KEY_PARMS, SIZEOF_TC_TUNNEL_KEY, TCA_TUNNEL_KEY_TM, TCA_TUNNEL_KEY_NAMES;
    "vlan": TCA_VLAN_PARMS, SIZEOF_TC_VLAN, TCA_VLAN_TM, TCA_VLAN_NAMES;
}

/// Whether an attribute holds the parameters in the other of two forms that this kind of action has.
pub(super) fn is_other_params(kind: &str, attr: u16) -> bool {
    kind == "pedit" && attr == TCA_PEDIT_PARMS_EX
}

/// Whether an attribute of this kind of action holds times or padding.
pub(super) fn is_no_setting(kind: &str, attr: u16) -> bool {
    let set = OPTIONS.iter().find(|(name, _)| *name == kind).map(|(_, set)| set);
    let name = set.and_then(|set| set.names.iter().find(|(number, _)| *number == attr));
    name.is_some_and(|(_, name)| name.ends_with("_TM") || name.ends_with("_PAD") || name.contains("_STATS_"))
}
