//! Multicast groups, as ids join and leave them.

use std::net::IpAddr;

use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{AddressVector, CmDatagrams, CmEvent, CmEventKind};

use super::plain;
use super::way::{QKEY, gid_of};
use crate::errno::Errno;
use crate::model::Machine;
use crate::model::verbs::GROUP;

impl Machine {
    pub(crate) fn cm_join(&mut self, number: u64, group: IpAddr) -> Result<(), Errno> {
        let id = self.verbs.cm.id_mut(number)?;
        let here = id.here.filter(|_| id.kind == QpType::Ud && group.is_multicast()).ok_or(Errno::EINVAL)?;
        id.groups.push(group);
        let address = AddressVector::to_gid(1, here.index, gid_of(group));
        let datagrams = Some(CmDatagrams { address, qp: GROUP, qkey: QKEY });
        self.verbs.cm.tell(number, CmEvent { datagrams, ..plain(number, CmEventKind::MulticastJoin, 0) });
        Ok(())
    }

    pub(crate) fn cm_leave_group(&mut self, number: u64, group: IpAddr) -> Result<(), Errno> {
        let id = self.verbs.cm.id_mut(number)?;
        let at = id.groups.iter().position(|one| *one == group).ok_or(Errno::EADDRNOTAVAIL)?;
        id.groups.remove(at);
        Ok(())
    }
}
