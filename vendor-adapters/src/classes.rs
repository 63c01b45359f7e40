//! Rules that choose a traffic class: what i40e and igb make of them (`tc_classid_to_hwtc`).

use crate::findings::Findings;

/// `TC_H_MIN_PRIORITY`: the classes from here on stand for traffic classes of the device.
const FIRST: u32 = 0xffe0;
const CLASSES: u32 = 16;

impl Findings<'_> {
    /// The traffic class that the rule names (`hw_tc N`); none if it names none.
    pub(crate) fn traffic_class(&self) -> Option<u32> {
        let minor = self.rule.classid? & 0xffff;
        minor.checked_sub(FIRST).filter(|class| *class < CLASSES)
    }

    /// Says what is wrong with the class: it must be one that the link has.
    pub(crate) fn wants_class(&mut self, words: &str) {
        match self.traffic_class() {
            None => self.against(
                format!("the driver sends packets to traffic classes only: \"{words}\""),
                "make classes with mqprio and name one: hw_tc 1",
            ),
            Some(class) => self.doubt(
                format!("only a link with the traffic class {class} takes it: \"{words}\""),
                "make the class first: tc qdisc add dev … root mqprio num_tc … hw 1",
            ),
        }
    }

    /// Actions, which the driver does not look at.
    pub(crate) fn passes_over_actions(&mut self) {
        if !self.rule.actions.is_empty() {
            self.doubt(
                "the driver looks at the class, not at the actions: the NIC would do none of them",
                "leave the actions out",
            );
        }
    }
}
