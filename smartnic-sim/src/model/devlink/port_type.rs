use smartnic_core::device::PortType;

use super::Instance;
use crate::errno::Errno;
use crate::model::{Event, Machine, Role};

impl Machine {
    /// Whether the port of a link carries InfiniBand; other links are on none.
    pub(crate) fn carries_infiniband(&self, role: Role) -> bool {
        let pf = role.pf().and_then(|pf| self.pfs.get(pf));
        pf.zip(role.port()).is_some_and(|(pf, port)| pf.carries_at(port).infiniband)
    }

    /// Tells a port what to carry (`devlink_port_type_set`). Where that changes, the driver takes all links of its device away
    /// and makes them anew.
    pub(crate) fn set_port_type(
        &mut self,
        instance: Instance,
        index: u32,
        kind: PortType,
    ) -> Result<(), Errno> {
        let port = self.devlink_port_at(instance, index)?;
        let Instance::Pf(pf) = instance else { return Err(Errno::EOPNOTSUPP) };
        if !self.profile.driver.facts().port_types {
            return Err(Errno::EOPNOTSUPP);
        }
        if kind == port.kind {
            return Ok(());
        }
        let infiniband = match kind {
            PortType::Ib => true,
            PortType::Eth | PortType::Auto => false,
            PortType::NotSet | PortType::Unknown(_) => return Err(Errno::EOPNOTSUPP),
        };
        let all = self.port_roles(pf);
        let role = *all.iter().find(|role| self.port_index(**role) == index).ok_or(Errno::ENODEV)?;
        let changes = self.carries_infiniband(role) != infiniband;
        if changes {
            all.iter().for_each(|role| self.unregister(*role));
        }
        let carries = self.pfs.get_mut(pf).zip(role.port());
        if let Some(carries) = carries.and_then(|(state, at)| state.carries_at_mut(at)) {
            carries.infiniband = infiniband;
            carries.told = Some(kind);
        }
        for role in all.into_iter().filter(|one| changes || *one == role) {
            if changes {
                self.come(role);
            }
            self.tell_port(pf, role, Event::Port);
        }
        Ok(())
    }
}
