//! UDP ports of tunnels that devices know: `ETHTOOL_MSG_TUNNEL_INFO_GET` (`net/ethtool/tunnels.c`).

use smartnic_core::ethtool::{Bits, TunnelKind, TunnelPort, TunnelTable};
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Attrs, Encoder, Flags, GenlHeader};
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::answer::{Answer, ExtAck};
use super::bit_names::TUNNELS;
use super::bitset;
use super::control::ETHTOOL_ID;
use super::features::read_header;
use super::statistics::start;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::{Machine, Netdev};

const GET: [Policy; 1] = [(ETHTOOL_A_TUNNEL_INFO_HEADER, Shape::Nested, None)];

/// A table: for how many ports, and for which kinds of tunnels.
type PortTable = (u32, &'static [&'static str]);

/// The tables of drivers, and whether the device knows VXLAN's own port without being told. That the ports of
/// tunnel devices do not show in them is ours. How many ports mlx5's and ice's hold the firmware says: those are ours.
static DRIVERS: [(&str, Tables); 5] = [
    ("mlx5_core", (&[(8, &["vxlan"])], true)),
    ("ice", (&[(16, &["vxlan", "geneve"])], false)),
    ("i40e", (&[(16, &["vxlan", "geneve"])], false)),
    ("bnxt_en", (&[(1, &["vxlan"]), (1, &["geneve"])], false)),
    ("qede", (&[(1, &["vxlan"]), (1, &["geneve"])], false)),
];

pub(super) fn serve(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (_, attrs) = GenlHeader::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let dumps = request.header.flags.contains(Flags::DUMP);
    let strictness = Strictness::Strict(ETHTOOL_A_TUNNEL_INFO_HEADER);
    let table = Table::read(request, Attrs::new(attrs), &GET, strictness, ext)?;
    let (named, flags) = match table.get(ETHTOOL_A_TUNNEL_INFO_HEADER) {
        Some(header) => read_header(machine, request, header, !dumps, ext)?,
        None if dumps => (None, 0),
        None => {
            ext.missing = Some((ETHTOOL_A_TUNNEL_INFO_HEADER, None));
            return Err(Errno::EINVAL);
        }
    };
    let compact = flags & ETHTOOL_FLAG_COMPACT_BITSETS != 0;
    if dumps {
        for netdev in machine.netdevs.values() {
            if let Some(tables) = tables(machine, netdev) {
                answer.part(ETHTOOL_ID, |e| write(e, netdev, tables, compact));
            }
        }
        answer.done();
        return Ok(());
    }
    let netdev = named.ok_or(Errno::EINVAL)?;
    let tables = tables(machine, netdev).ok_or(Errno::EOPNOTSUPP)?;
    answer.reply(ETHTOOL_ID, |e| write(e, netdev, tables, compact));
    Ok(())
}

/// The port that VXLAN has by its standard.
const VXLAN_PORT: u16 = 4789;

type Tables = (&'static [PortTable], bool);

fn tables(machine: &Machine, netdev: &Netdev) -> Option<Tables> {
    netdev.role.port()?;
    let name = machine.profile.driver.facts().name;
    DRIVERS.iter().find(|(driver, _)| *driver == name).map(|(_, tables)| *tables)
}

/// The tables, as [`serve`] tells them in bytes.
pub(crate) fn told(machine: &Machine, link: IfIndex) -> Result<Vec<TunnelTable>, Errno> {
    let (tables, own) = tables(machine, machine.netdev(link)?).ok_or(Errno::EOPNOTSUPP)?;
    let table = |(size, kinds): &PortTable| TunnelTable {
        size: *size,
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        ports: Vec::new(),
    };
    let vxlan = TunnelPort { port: VXLAN_PORT, kind: TunnelKind::Vxlan };
    let fixed = TunnelTable { size: 1, kinds: Vec::new(), ports: vec![vxlan] };
    Ok(tables.iter().map(table).chain(own.then_some(fixed)).collect())
}

fn write(e: &mut Encoder<'_>, netdev: &Netdev, (tables, own): Tables, compact: bool) {
    start(e, ETHTOOL_MSG_TUNNEL_INFO_GET_REPLY, Some(netdev));
    e.nest(ETHTOOL_A_TUNNEL_INFO_UDP_PORTS | NLA_F_NESTED, |e| {
        for (size, kinds) in tables {
            e.nest(ETHTOOL_A_TUNNEL_UDP_TABLE | NLA_F_NESTED, |e| head(e, *size, kinds, compact));
        }
        if own {
            e.nest(ETHTOOL_A_TUNNEL_UDP_TABLE | NLA_F_NESTED, |e| {
                head(e, 1, &[], compact);
                e.nest(ETHTOOL_A_TUNNEL_UDP_TABLE_ENTRY | NLA_F_NESTED, |e| {
                    e.attr(ETHTOOL_A_TUNNEL_UDP_ENTRY_PORT, &VXLAN_PORT.to_be_bytes());
                    e.u32(ETHTOOL_A_TUNNEL_UDP_ENTRY_TYPE, ETHTOOL_UDP_TUNNEL_TYPE_VXLAN);
                });
            });
        }
    });
}

fn head(e: &mut Encoder<'_>, size: u32, kinds: &[&str], compact: bool) {
    e.u32(ETHTOOL_A_TUNNEL_UDP_TABLE_SIZE, size);
    let on = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    bitset::write(e, ETHTOOL_A_TUNNEL_UDP_TABLE_TYPES, TUNNELS, &Bits { on, of: None }, compact);
}
