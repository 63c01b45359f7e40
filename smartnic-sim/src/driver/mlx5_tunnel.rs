//! What mlx5_core makes of tunnel devices: `parse_tunnel_attr` in `en_tc.c`, `en/tc_tun.c`, `en/tc_tun_vxlan.c`,
//! `en/tc_tun_geneve.c`, `en/tc_tun_gre.c`, `en/tc_tun_mplsoudp.c`, `mlx5e_attach_encap` in `en/tc_tun_encap.c`.

use std::net::IpAddr;

use smartnic_core::device::{TunnelKind, TunnelSettings};
use smartnic_core::flow::{Rule, TunnelSet};
use smartnic_core::types::IfIndex;

use super::Site;
use super::offer::refuse;
use crate::errno::Errno;
use crate::model::Role;
use crate::note::Note;

/// Looks at the outer header that a rule on a tunnel device is about. In chain 0 only: behind it the card knows the tunnel by
/// a number.
pub(super) fn check_match(
    site: &Site<'_>,
    tunnel: &TunnelSettings,
    rule: &Rule,
    log: &mut Vec<String>,
    note: &mut Note,
) -> Result<(), Errno> {
    if rule.chain != 0 {
        return Ok(());
    }
    let words = match (rule.key.enc_dst_port, tunnel.kind) {
        (_, TunnelKind::Gretap) if rule.key.enc_flags.is_none_or(|flags| flags.mask == 0) => return Ok(()),
        (_, TunnelKind::Gretap) => "Unsupported match on enc_control.flags",
        (None, _) => "UDP tunnel decap filter must include enc_dst_port condition",
        (Some(port), _) if !port.is_exact() => "UDP tunnel decap filter must match enc_dst_port fully",
        (Some(port), kind @ TunnelKind::Vxlan) if !site.machine.knows_tunnel_port(kind, port.value) => {
            "Matched UDP dst port is not registered as a VXLAN port"
        }
        (Some(port), kind @ TunnelKind::Geneve) if Some(port.value) != kind.port() => {
            "Matched UDP dst port is not registered as a GENEVE port"
        }
        // It is said in no words that there is no identifier, and that one label alone can be looked at.
        (_, TunnelKind::Bareudp) if rule.key.enc_key_id.is_some() || rule.key.mpls.len() > 1 => "",
        _ if rule.key.enc_flags.is_some_and(|flags| flags.mask != 0) => {
            "Unsupported match on enc_control.flags"
        }
        _ => return Ok(()),
    };
    // The reason goes into the log: the answer's text is written over.
    if !words.is_empty() {
        log.push(format!("mlx5_core: {words}"));
    }
    refuse(note, "mlx5_core: Failed to parse tunnel attributes", Errno::EOPNOTSUPP)
}

/// Why an outer header cannot be put on before a packet leaves by a link: the words, if the driver has any, and the number.
/// That it is not known yet who has the next address (the neighbour) does not stand in the way.
pub(super) fn refused_header(
    site: &Site<'_>,
    link: IfIndex,
    header: &TunnelSet,
) -> Option<(Option<&'static str>, Errno)> {
    let Some(tunnel) = site.machine.tunnel(link) else {
        return Some((Some("Unsupported tunnel"), Errno::EOPNOTSUPP));
    };
    let port = header.dst_port.unwrap_or(0);
    if tunnel.kind == TunnelKind::Vxlan && !site.machine.knows_tunnel_port(tunnel.kind, port) {
        return Some((Some("vxlan udp dport was not registered with the HW"), Errno::EOPNOTSUPP));
    }
    // The card counts no checksums of GRE, which the kernel adds unless it is told not to.
    if tunnel.kind == TunnelKind::Gretap && header.no_csum != Some(true) {
        return Some((None, Errno::EOPNOTSUPP));
    }
    // Links of this host have addresses of IPv4, and no routes beyond their networks.
    let way = match header.dst_ip {
        Some(IpAddr::V4(to)) => site.machine.way_to(to.octets()),
        _ => None,
    };
    match (site.own().role, way.map(|dev| dev.role)) {
        (_, None) => Some((None, Errno::ENETUNREACH)),
        (Role::Uplink { pf: from }, Some(Role::Uplink { pf: to })) if from != to => {
            Some((None, Errno::EOPNOTSUPP))
        }
        _ => None,
    }
}
