use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use smartnic_core::bridge::MdbGroup;
use smartnic_core::types::IfIndex;

use crate::errno::Errno;
use crate::model::{Event, Machine};
use crate::note::Note;

/// A member of a multicast group. No driver here takes members into hardware: mlx5 and ice refuse them
/// (`SWITCHDEV_OBJ_ID_PORT_MDB`), which the bridge takes for "not offloaded".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) bridge: IfIndex,
    /// The bridge itself for the host.
    pub(crate) port: IfIndex,
    pub(crate) group: MdbGroup,
    pub(crate) source: Option<IpAddr>,
    /// 0 for none.
    pub(crate) vlan: u16,
    pub(crate) permanent: bool,
}

impl Machine {
    /// Adds a member (`br_mdb_add`).
    pub(crate) fn add_member(&mut self, member: &Member, note: &mut Note) -> Result<(), Errno> {
        for member in self.members_meant(member, note)? {
            if self.bridging.mdb.iter().any(|there| same(there, &member)) {
                note.say(match member.source {
                    None => "(*, G) group is already joined by port",
                    Some(_) => "(S, G) group is already joined by port",
                });
                return Err(Errno::EEXIST);
            }
            self.bridging.mdb.push(member.clone());
            self.events.push(|| Event::Member(Box::new(member)));
        }
        Ok(())
    }

    /// Removes a member (`br_mdb_del`).
    pub(crate) fn remove_member(&mut self, member: &Member, note: &mut Note) -> Result<(), Errno> {
        let meant = self.members_meant(member, note)?;
        let is_meant = |there: &mut Member| meant.iter().any(|it| same(there, it));
        let gone: Vec<Member> = self.bridging.mdb.extract_if(.., is_meant).collect();
        if gone.is_empty() {
            return Err(Errno::EINVAL);
        }
        for member in gone {
            self.events.push(|| Event::MemberGone(Box::new(member)));
        }
        Ok(())
    }

    /// Where VLANs are told apart, a member without one is meant in all that its port lets through.
    fn members_meant(&self, member: &Member, note: &mut Note) -> Result<Vec<Member>, Errno> {
        let bridge = self.bridging.bridges.get(&member.bridge.0).ok_or(Errno::EOPNOTSUPP)?;
        let host = member.port == member.bridge;
        if !self.netdev(member.bridge)?.up {
            note.say("Bridge device is not running");
            return Err(Errno::EINVAL);
        }
        if !bridge.mcast_snooping {
            note.say("Bridge's multicast processing is disabled");
            return Err(Errno::EINVAL);
        }
        let vlans = match host {
            true => &bridge.vlans,
            false => {
                self.netdev(member.port).map_err(|_| Errno::ENODEV)?;
                let port = self.bridging.ports.get(&member.port.0);
                let port = port.filter(|_| self.master_of(member.port) == Some(member.bridge));
                let Some(port) = port else {
                    note.say("Port belongs to a different bridge device");
                    return Err(Errno::EINVAL);
                };
                &port.vlans
            }
        };
        match (bridge.vlan_filtering, member.vlan) {
            (true, 0) => Ok(vlans.keys().map(|vlan| Member { vlan: *vlan, ..member.clone() }).collect()),
            (true, vlan) if !vlans.contains_key(&vlan) => Err(Errno::EINVAL),
            _ => Ok(vec![member.clone()]),
        }
    }
}

fn same(a: &Member, b: &Member) -> bool {
    (a.bridge, a.port, a.group, a.source, a.vlan) == (b.bridge, b.port, b.group, b.source, b.vlan)
}
