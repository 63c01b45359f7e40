//! Addresses of RDMA devices: GIDs, GUIDs, and the IPv4 addresses that they follow from.

use smartnic_core::types::Mac;

use super::{GidEntry, RdmaDevice};
use crate::model::{Machine, Netdev, Role};

impl Machine {
    /// The IPv4 address of a link: uplinks have one each, 198.18.N.1 in a network of 24 bits; the last number grows with
    /// each change of addresses. Ours.
    pub(crate) fn address_of(&self, netdev: &Netdev) -> Option<[u8; 4]> {
        match netdev.role {
            Role::Uplink { pf } => Some([198, 18, u8::try_from(pf).ok()?, self.rdma.moved + 1]),
            _ => None,
        }
    }

    /// The link by which an IPv4 address is reached: one that is up, in the same network.
    pub(crate) fn way_to(&self, address: [u8; 4]) -> Option<&Netdev> {
        let near = |at: [u8; 4]| at[..3] == address[..3];
        self.netdevs.values().find(|netdev| netdev.up && self.address_of(netdev).is_some_and(near))
    }

    /// The GID table of a device: of the link's own address first, then of its IPv4 address; while the link is down,
    /// only the first.
    pub(crate) fn gids(&self, device: &RdmaDevice) -> Vec<GidEntry> {
        let Ok(netdev) = self.netdev(device.netdev) else { return Vec::new() };
        // A port of InfiniBand has the one that follows from its GUID.
        if netdev.infiniband {
            return vec![GidEntry { gid: link_local(netdev.mac), v2: false }];
        }
        if !self.has_roce(netdev) {
            return Vec::new();
        }
        let mut gids = vec![link_local(netdev.mac)];
        if let (true, Some(address)) = (netdev.up, self.address_of(netdev)) {
            let mut gid = [0; 16];
            gid[10..12].copy_from_slice(&[0xff, 0xff]);
            gid[12..].copy_from_slice(&address);
            gids.push(gid);
        }
        let types: &[bool] = if self.rdma_spec(device).v1 { &[false, true] } else { &[true] };
        gids.into_iter().flat_map(|gid| types.iter().map(move |v2| GidEntry { gid, v2: *v2 })).collect()
    }

    /// Whether the function under a link has RoCE: that of sub-functions is set by their ports.
    fn has_roce(&self, netdev: &Netdev) -> bool {
        match netdev.role {
            Role::Sf { pf, sf } => self.sf(pf, sf).is_some_and(|sf| sf.settings.roce),
            _ => true,
        }
    }

    /// The largest payload of a packet, in bytes: what is left of the link's with the headers of RoCE v2.
    pub(crate) fn verbs_mtu(&self, index: u32) -> u32 {
        const HEADERS: u32 = 58;
        let link = self.rdma_device(index).and_then(|device| self.netdev(device.netdev));
        let bytes = link.map_or(1500, |netdev| netdev.mtu).saturating_sub(HEADERS);
        128 << smartnic_core::verbs::PathMtu::within(bytes).number()
    }

    /// The GUID of a device: its link's address with two bytes in the middle.
    pub(crate) fn node_guid(&self, device: &RdmaDevice) -> u64 {
        let mac = self.netdev(device.netdev).map(|netdev| netdev.mac).unwrap_or_default();
        let [.., a, b, c, d, e, f, g, h] = link_local(mac);
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// The address of a link of IP over InfiniBand: flags and a queue pair's number, which are ours, and the port's GID.
    pub(crate) fn ipoib_address(netdev: &Netdev) -> [u8; 20] {
        let mut address = [0; 20];
        address[..4].copy_from_slice(&[0x80, 0, 0, 0x48]);
        address[4..].copy_from_slice(&link_local(netdev.mac));
        address
    }
}

/// `addrconf_addr_eui48`
fn link_local(Mac([a, b, c, d, e, f]): Mac) -> [u8; 16] {
    [0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f]
}
