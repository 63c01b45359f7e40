use smartnic_core::device::PortType;

use super::Instance;
use crate::errno::Errno;
use crate::model::{Event, Machine, Role};

impl Machine {
    /// Whether the port of a physical function carries InfiniBand.
    pub(crate) fn carries_infiniband(&self, pf: usize) -> bool {
        self.pfs.get(pf).is_some_and(|pf| pf.carries.infiniband)
    }

    /// Tells a port what to carry (`devlink_port_type_set`). Where that changes, the driver takes the link away and makes one
    /// of the other kind.
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
        let role = Role::Uplink { pf };
        if self.carries_infiniband(pf) != infiniband {
            self.unregister(role);
            if let Some(state) = self.pfs.get_mut(pf) {
                state.carries.infiniband = infiniband;
            }
            self.come(role);
        }
        if let Some(state) = self.pfs.get_mut(pf) {
            state.carries.told = Some(kind);
        }
        self.tell_port(pf, role, Event::Port);
        Ok(())
    }
}
