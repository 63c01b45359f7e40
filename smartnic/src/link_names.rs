//! Links by their names in errors: backends know links by number, users by name.

use smartnic_core::Error;
use smartnic_core::device::Link;

use crate::Host;

const NUMBER: &str = "ifindex ";

impl Host {
    /// The error, with the names of links in the place of their numbers where it says what it is about. A link that is
    /// not there any more keeps its number.
    #[must_use]
    pub fn with_link_names(&self, error: Error) -> Error {
        if !error.object().contains(NUMBER) {
            return error;
        }
        match self.switchdev().links() {
            Ok(links) => {
                let object = named(error.object(), &links);
                let op = error.op();
                error.within(op, object)
            }
            Err(_) => error,
        }
    }
}

fn named(object: &str, links: &[Link]) -> String {
    let mut parts = object.split(NUMBER);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_at(part.bytes().take_while(u8::is_ascii_digit).count());
        match links.iter().find(|link| Ok(link.ifindex.0) == number.parse()) {
            Some(link) => text.push_str(&link.name),
            None => text.extend([NUMBER, number]),
        }
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_are_there_are_named() {
        let host = Host::open("sim:bluefield3").unwrap();
        let links = host.switchdev().links().unwrap();
        let (number, name) = (links[0].ifindex, &links[0].name);
        let said = named(&format!("02:00:00:00:00:01 on ifindex {number} vlan 10"), &links);
        assert_eq!(said, format!("02:00:00:00:00:01 on {name} vlan 10"));
        assert_eq!(named("ifindex 4711", &links), "ifindex 4711");
        assert_eq!(named("pci/0000:03:00.0", &links), "pci/0000:03:00.0");
    }
}
