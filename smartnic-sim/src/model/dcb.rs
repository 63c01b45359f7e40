//! Data centre bridging of uplinks, and who has it: the host, or firmware's agent.

use smartnic_core::dcb::DcbState;
use smartnic_core::ethtool::PrivateFlags;
use smartnic_core::types::IfIndex;

use super::{Machine, Netdev};
use crate::driver::{DcbRules, dcb_rules};
use crate::errno::Errno;

impl Machine {
    /// What a link has of it, with its driver's rules; only uplinks have any.
    pub(crate) fn dcb_of(&self, link: IfIndex) -> Result<(DcbRules, DcbState), Errno> {
        let netdev = self.netdev(link)?;
        let rules = self.dcb_rules(netdev).ok_or(Errno::EOPNOTSUPP)?;
        let first = || rules.first(rules.is_firmwares(flags(netdev)));
        Ok((rules, self.dcb.get(&link.0).cloned().unwrap_or_else(first)))
    }

    /// Keeps what became of it, and what the driver said into the log meanwhile.
    pub(crate) fn keep_dcb(&mut self, link: IfIndex, state: DcbState, log: Vec<String>) {
        self.dcb.insert(link.0, state);
        self.write_log(log);
    }

    /// Whether firmware negotiates at a link.
    pub(crate) fn firmware_has_dcb(&self, netdev: &Netdev) -> bool {
        self.dcb_rules(netdev).is_some_and(|rules| rules.is_firmwares(flags(netdev)))
    }

    /// A link's private flags change: when firmware begins or ceases to negotiate, all begins anew.
    pub(crate) fn dcb_follows(&mut self, link: IfIndex, new: &PrivateFlags) -> Result<(), Errno> {
        let Ok((rules, state)) = self.dcb_of(link) else { return Ok(()) };
        let (is, will) =
            (rules.is_firmwares(self.netdev(link).ok().and_then(flags)), rules.is_firmwares(Some(new)));
        if is == will {
            return Ok(());
        }
        if will && !rules.may_give(&state) {
            self.write_log(vec!["QoS in L3 DSCP mode, FW Agent not allowed to start".to_owned()]);
            return Err(Errno::EOPNOTSUPP);
        }
        self.dcb.remove(&link.0);
        Ok(())
    }

    fn dcb_rules(&self, netdev: &Netdev) -> Option<DcbRules> {
        dcb_rules(self.profile.driver.facts().name).filter(|_| netdev.role.port().is_some())
    }
}

fn flags(netdev: &Netdev) -> Option<&PrivateFlags> {
    netdev.queues.as_ref()?.settings.as_ref()?.private.as_ref()
}
