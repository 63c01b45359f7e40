//! What nfp takes of actions: `nfp_flower_loop_action` in `flower/action.c`.

use smartnic_core::device::TunnelKind;
use smartnic_core::flow::{
    Action, ActionKind, ActionSet, Csum, IpProto, Mpls, Pedit, PeditHeader, PeditKey, Rule,
};

use super::Site;
use super::offer::{refuse, target};
use crate::errno::Errno;
use crate::model::Role;
use crate::note::Note;

/// `PACKET_HOST`.
const HOST: u16 = 0;

/// What the actions so far have come to.
#[derive(Default)]
struct Sum {
    /// Checksums that are wrong until an action mends them.
    stale: u32,
    /// The port of the outer header that waits for an output.
    tunnel: Option<u16>,
}

pub(super) fn check_actions(site: &Site<'_>, rule: &Rule, note: &mut Note) -> Result<(), Errno> {
    let mut sum = Sum::default();
    rule.actions.iter().try_for_each(|action| one(site, rule, action, &mut sum, note))
}

fn one(site: &Site<'_>, rule: &Rule, action: &Action, sum: &mut Sum, note: &mut Note) -> Result<(), Errno> {
    let mut no = |text: &str| refuse(note, format!("nfp: unsupported offload: {text}"), Errno::EOPNOTSUPP);
    match (action.kind.group(action.control), &action.kind) {
        (ActionSet::DROP | ActionSet::VLAN_PUSH | ActionSet::VLAN_POP | ActionSet::TUNNEL_DECAP, _)
        | (ActionSet::MPLS_POP | ActionSet::MPLS_MANGLE, _) => Ok(()),
        // The receive side of a link is taken for its other side.
        (ActionSet::REDIRECT | ActionSet::MIRRED | ActionSet::MIRRED_INGRESS, _) => {
            if sum.stale != 0 {
                return no("set actions without updating checksums are not supported");
            }
            let Some(out) = target(site, action) else {
                return no("invalid egress interface for mirred action");
            };
            if let Some(port) = sum.tunnel {
                let kind = site.machine.tunnel(out.ifindex).map(|tunnel| tunnel.kind);
                let by_port = kind.is_some_and(|kind| kind.port() == Some(port));
                // GRE is known by the link (`nfp_flower_tun_is_gre`).
                return match by_port || kind == Some(TunnelKind::Gretap) {
                    true => Ok(()),
                    false => no("egress interface does not match the required tunnel type"),
                };
            }
            match out.role {
                Role::Uplink { .. } | Role::Representor { .. } => Ok(()),
                _ => no("ingress and egress interfaces are on different devices"),
            }
        }
        (_, ActionKind::TunnelSet(header)) => {
            sum.tunnel = Some(header.dst_port.unwrap_or(0));
            Ok(())
        }
        (_, ActionKind::Pedit(pedit)) => {
            let proto = rule.key.ip_proto;
            pedit.keys.iter().try_for_each(|key| field(key, note))?;
            sum.stale |= stale(pedit, proto);
            Ok(())
        }
        (_, ActionKind::Csum(csum)) => {
            if csum.bits() & !sum.stale != 0 {
                return no("unsupported csum update action in action list");
            }
            sum.stale &= !csum.bits();
            Ok(())
        }
        (_, ActionKind::Mpls(Mpls::Push { entry, .. })) if entry.bos.is_none() => {
            no("BOS field must explicitly be set for MPLS push")
        }
        (ActionSet::MPLS_PUSH, _) => Ok(()),
        (_, ActionKind::Skbedit(skbedit)) if skbedit.ptype.is_some() => match skbedit.ptype {
            Some(HOST) => Ok(()),
            _ => Err(Errno::EOPNOTSUPP),
        },
        // A policer within a rule was not offered by itself before.
        (ActionSet::POLICE, _) => {
            let text = "nfp: can not offload flow table with unsupported police action.";
            refuse(note, text, Errno::EOPNOTSUPP)
        }
        _ => no("unsupported action in action list"),
    }
}

/// One field that is set (`nfp_fl_pedit`); the mask of a key tells which bits stay.
fn field(key: &PeditKey, note: &mut Note) -> Result<(), Errno> {
    let mut no = |text: &str| refuse(note, format!("nfp: unsupported offload: {text}"), Errno::EOPNOTSUPP);
    let touched = !key.mask;
    match (key.header, key.offset) {
        (PeditHeader::Eth, 0..=8) => Ok(()),
        (PeditHeader::Eth, _) => no("invalid pedit ethernet action"),
        (PeditHeader::Ip4, 12 | 16) => Ok(()),
        // TTL, protocol, check sum, in this order on the wire.
        (PeditHeader::Ip4, 8) if touched & 0x00ff_ffff_u32 != 0 => no("invalid pedit IPv4 ttl action"),
        (PeditHeader::Ip4, 8) => Ok(()),
        (PeditHeader::Ip4, 0) if touched & 0xff00_ffff_u32 != 0 => no("invalid pedit IPv4 tos action"),
        (PeditHeader::Ip4, 0) => Ok(()),
        (PeditHeader::Ip4, _) => no("pedit on unsupported section of IPv4 header"),
        (PeditHeader::Ip6, 4) if touched & 0xffff_ff00_u32 != 0 => no("invalid pedit IPv6 hop limit action"),
        (PeditHeader::Ip6, 0) if touched & 0xf000_0000_u32 != 0 => no("invalid pedit IPv6 flow info action"),
        (PeditHeader::Ip6, 0..40) => Ok(()),
        (PeditHeader::Ip6, _) => no("pedit on unsupported section of IPv6 header"),
        (PeditHeader::Tcp | PeditHeader::Udp, 0) => Ok(()),
        (PeditHeader::Tcp | PeditHeader::Udp, _) => no("pedit on unsupported section of L4 header"),
        _ => no("pedit on unsupported header"),
    }
}

/// The checksums that a change of fields makes wrong (`nfp_fl_commit_mangle`).
fn stale(pedit: &Pedit, proto: Option<IpProto>) -> u32 {
    let transport = match proto {
        None => Csum::TCP.bits() | Csum::UDP.bits(),
        Some(IpProto::TCP) => Csum::TCP.bits(),
        Some(IpProto::UDP) => Csum::UDP.bits(),
        Some(_) => 0,
    };
    pedit.keys.iter().fold(0, |stale, key| {
        stale
            | match key.header {
                PeditHeader::Ip4 => Csum::IPV4_HEADER.bits() | transport,
                PeditHeader::Ip6 | PeditHeader::Tcp | PeditHeader::Udp => transport,
                _ => 0,
            }
    })
}
