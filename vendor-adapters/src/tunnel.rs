//! Rules that match on a tunnel, or on flags: what several drivers make of them.

use smartnic_core::flow::{KeySet, Skip};

use crate::findings::Findings;

/// The keys of a tunnel's outer headers.
pub(crate) const KEYS: KeySet = KeySet::ENC_KEYID
    .union(KeySet::ENC_IPV4_ADDRS)
    .union(KeySet::ENC_IPV6_ADDRS)
    .union(KeySet::ENC_PORTS)
    .union(KeySet::ENC_IP)
    .union(KeySet::ENC_OPTS)
    .union(KeySet::ENC_CONTROL);

/// Where such a rule belongs.
pub(crate) const ON_THE_DEVICE: &str = "put the rule on the tunnel device (such as vxlan0) and match enc_dst_ip, enc_key_id and enc_dst_port there, \
     as its kernel driver offers it to the NIC behind it";

impl Findings<'_> {
    /// True if the rule matches on a tunnel's outer headers.
    pub(crate) fn wants_tunnel(&self) -> bool {
        self.rule.key.keys().intersects(KEYS)
    }

    /// True if the rule stands on a link that is known not to be of the NIC, as a tunnel device is not.
    pub(crate) fn on_other_device(&self) -> bool {
        let links = self.context.same_switch;
        !links.is_empty() && self.rule.attach.dev().is_some_and(|dev| !links.contains(dev))
    }

    /// A tunnel device's own driver offloads nothing, so that the kernel refuses rules for hardware alone there, whatever the
    /// NIC's driver makes of them (`nooffloaddevcnt` in `tc_setup_cb_add`).
    pub(crate) fn hardware_alone(&mut self) {
        if self.on_other_device() && self.rule.skip == Skip::SkipSw {
            self.against(
                "the kernel takes no rule with skip_sw on a link whose own driver offloads nothing, as tunnel devices are",
                "leave skip_sw out, and look at in_hw",
            );
        }
    }

    /// Flags of the packet that the driver does not match on (`flow_rule_is_supp_control_flags`).
    pub(crate) fn flags(&mut self, supported: u32, hint: &str) {
        let mask = self.rule.key.ip_flags.map_or(0, |flags| flags.mask);
        if mask & !supported != 0 {
            let text = format!("the driver refuses: \"Unsupported match on control.flags {mask:#x}\"");
            self.against(text, hint);
        }
    }
}
