//! What people call links, and the numbers the kernel knows them by.
//!
//! A rule may name a link by its netdev name, by its port's name on the switch (`pf0vf1`, `p0`), by its devlink
//! port (`pci/0000:03:00.0/1`) or by its number (`#12`). Only the number goes to the kernel.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use smartnic_core::backend;
use smartnic_core::device::{Link, PortName};
use smartnic_core::flow::{Netdev, Rule};
use smartnic_core::types::IfIndex;

use crate::{Error, Result};

/// The links of a host by every name they go by.
#[derive(Debug, Clone, Default)]
pub struct Names {
    by_name: HashMap<String, IfIndex>,
    by_port: HashMap<String, Vec<IfIndex>>,
    by_index: HashMap<IfIndex, String>,
    elsewhere: Elsewhere,
}

/// Where a link is looked for that goes by no name here, so that it can be said where it is.
#[derive(Clone, Default)]
struct Elsewhere(Option<Arc<dyn backend::Host>>);

impl Elsewhere {
    /// The network namespace of a link of this name, and whether the host has an address for it.
    fn find(&self, name: &str) -> Option<(String, bool)> {
        let host = self.0.as_ref()?;
        let links = host.switchdev().links_elsewhere().ok()?.links;
        let port = |link: &Link| link.devlink_port.as_ref().is_some_and(|port| port.to_string() == name);
        let goes_by =
            |link: &&Link| link.name == name || link.port_name.as_deref() == Some(name) || port(link);
        let netns = links.iter().find(goes_by)?.netns.clone()?;
        Some((netns, host.uri().starts_with("linux:")))
    }
}

impl fmt::Debug for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Elsewhere").field(&self.0.as_ref().map(|host| host.uri())).finish()
    }
}

impl Names {
    /// The names of these links.
    #[must_use]
    pub fn of(links: &[Link]) -> Self {
        let mut names = Self::default();
        for link in links {
            names.by_name.insert(link.name.clone(), link.ifindex);
            names.by_index.insert(link.ifindex, link.name.clone());
            let port_names =
                link.port_name.iter().cloned().chain(link.devlink_port.iter().map(ToString::to_string));
            for name in port_names {
                names.by_port.entry(name).or_default().push(link.ifindex);
            }
        }
        names
    }

    /// The names of a host's links, which knows where to look for others.
    pub(crate) fn of_host(host: &Arc<dyn backend::Host>) -> Result<Self> {
        let elsewhere = Elsewhere(Some(Arc::clone(host)));
        Ok(Self { elsewhere, ..Self::of(&host.switchdev().links()?) })
    }

    /// The number of the one link that goes by `name`, where nobody asks why there is none.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<IfIndex> {
        let by_number = || name.strip_prefix('#')?.parse().ok().map(IfIndex);
        let by_port = || match self.by_port.get(name)?[..] {
            [index] => Some(index),
            _ => None,
        };
        self.by_name.get(name).copied().or_else(by_number).or_else(by_port)
    }

    /// The number of the link that goes by `name`.
    ///
    /// # Errors
    /// `NotFound` with the nearest name, or with the network namespace that the link is in; `InvalidInput` if two links go
    /// by it.
    pub fn index(&self, name: &str) -> Result<IfIndex> {
        if let Some(index) = self.find(name) {
            return Ok(index);
        }
        match self.by_port.get(name) {
            Some(several) => {
                let names: Vec<String> = several.iter().map(|index| self.name(*index)).collect();
                let reason = format!("several links go by the port name {name}: {}", names.join(", "));
                Err(Error::invalid("find a link", reason)
                    .on(name)
                    .hint("use the netdev name or the devlink port"))
            }
            None => {
                let error = Error::new(crate::ErrorKind::NotFound, "find a link").on(name);
                if let Some((netns, addressed)) = self.elsewhere.find(name) {
                    let error = error.reason(format!("{name} is in the network namespace {netns}"));
                    // One without a name goes by the path of a file.
                    let enter = match netns.contains('/') {
                        true => format!("nsenter --net={netns}"),
                        false => format!("ip netns exec {netns}"),
                    };
                    return Err(match addressed {
                        true => error.hint(format!(
                            "run this inside it: {enter} snicctl ..., or snicctl --host linux:netns={netns} ..."
                        )),
                        false => error,
                    });
                }
                let error = error.reason(format!("no link of this host goes by the name {name}"));
                if is_function(name) && !self.by_port.keys().any(|known| is_function(known)) {
                    return Err(error.hint(
                        "representors come with VFs in switchdev mode: snicctl eswitch set HANDLE --mode switchdev \
                         --vfs N",
                    ));
                }
                let known = self.by_name.keys().chain(self.by_port.keys()).map(String::as_str);
                Err(match crate::text::suggest::closest(name, known) {
                    Some(near) => error.hint(format!("did you mean {near}?")),
                    None => error,
                })
            }
        }
    }

    /// The netdev name of a link, if it has one here.
    #[must_use]
    pub fn known(&self, index: IfIndex) -> Option<&str> {
        self.by_index.get(&index).map(String::as_str)
    }

    /// The netdev name of a link, or `#number` if it has none here.
    #[must_use]
    pub fn name(&self, index: IfIndex) -> String {
        self.by_index.get(&index).cloned().unwrap_or_else(|| format!("#{index}"))
    }

    /// Gives every link in a rule by its number; a link that packets come in by by its netdev name, which is what the
    /// kernel takes.
    ///
    /// # Errors
    /// Those of [`Names::index`].
    pub fn resolve(&self, rule: &mut Rule) -> Result<()> {
        for dev in rule.netdevs_mut() {
            if let Netdev::Name(name) = dev {
                *dev = Netdev::Index(self.index(name)?);
            }
        }
        if let Some(indev) = &mut rule.key.indev {
            *indev = self.name(self.index(indev)?);
        }
        Ok(())
    }

    /// Gives every link in a rule by its netdev name, for people and for tc.
    pub fn put_names(&self, rule: &mut Rule) {
        for dev in rule.netdevs_mut() {
            if let Netdev::Index(index) = dev {
                *dev = Netdev::Name(self.name(*index));
            }
        }
    }
}

/// True for the name of a VF's or SF's representor.
fn is_function(name: &str) -> bool {
    matches!(name.parse(), Ok(PortName::Vf { .. } | PortName::Sf { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::flow::{Action, Attach};
    use smartnic_core::types::DevlinkHandle;

    fn link(ifindex: u32, name: &str, port: Option<&str>) -> Link {
        Link {
            port_name: port.map(str::to_owned),
            devlink_port: port.map(|_| DevlinkHandle::new("pci", "0000:03:00.0").port(ifindex)),
            ..Link::new(IfIndex(ifindex), name)
        }
    }

    #[test]
    fn a_rule_goes_to_numbers_and_back() {
        let names = Names::of(&[link(3, "eth0", Some("p0")), link(4, "eth1", Some("pf0vf0"))]);
        let rule = |attach: Attach, indev: &str, to: Netdev| {
            Rule::new(attach).matching(|key| key.indev = Some(indev.into())).action(Action::redirect(to))
        };
        let mut both = rule(Attach::ingress("pf0vf0"), "pf0vf0", "pci/0000:03:00.0/3".into());
        names.resolve(&mut both).unwrap();
        assert_eq!(both, rule(Attach::ingress(IfIndex(4)), "eth1", IfIndex(3).into()));
        names.put_names(&mut both);
        assert_eq!(both, rule(Attach::ingress("eth1"), "eth1", "eth0".into()));
    }

    #[test]
    fn a_wrong_name_is_met_with_the_nearest_and_a_double_one_with_the_choice() {
        let names = Names::of(&[link(3, "eth0", Some("p0")), link(4, "eth1", Some("p0"))]);
        assert!(names.index("eht0").unwrap_err().to_string().contains("did you mean eth0?"));
        assert!(names.index("p0").unwrap_err().to_string().contains("eth0, eth1"));
        assert_eq!(names.index("#9").unwrap(), IfIndex(9));
        assert!(names.index("pf0vf1").unwrap_err().to_string().contains("in switchdev mode"));
    }
}
