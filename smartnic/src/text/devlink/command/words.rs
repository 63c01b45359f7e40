use smartnic_core::types::{DevlinkHandle, PortHandle};

use super::{Read, Stop};

/// Finds the port that a link is on, by the link's name.
type FindPort<'a> = &'a dyn Fn(&str) -> Option<PortHandle>;

/// The words of a command line, read one after the other.
#[derive(Clone, Copy)]
pub struct Words<'w> {
    rest: &'w [String],
    find_port: FindPort<'w>,
}

impl std::fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Words").field(&self.rest).finish()
    }
}

/// A device or a port, where devlink takes either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Either {
    /// A device, by `bus/device`.
    Device(DevlinkHandle),
    /// A port, by `bus/device/index` or by the link on it.
    Port(PortHandle),
}

impl<'w> Words<'w> {
    /// Begins before the first word; `find_port` knows links.
    #[must_use]
    pub fn new(words: &'w [String], find_port: FindPort<'w>) -> Self {
        Self { rest: words, find_port }
    }

    /// Whether no word is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many words are left.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rest.len()
    }

    /// The next word, without going past it.
    #[must_use]
    pub fn peek(&self) -> Option<&'w str> {
        self.rest.first().map(String::as_str)
    }

    /// Whether the next word is `name` or begins it.
    #[must_use]
    pub fn begins(&self, name: &str) -> bool {
        self.peek().is_some_and(|word| name.starts_with(word))
    }

    /// The next word.
    #[expect(clippy::should_implement_trait, reason = "a cursor: words are also peeked at and compared")]
    pub fn next(&mut self) -> Option<&'w str> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    /// Goes past the next word if it is `name` or begins it.
    pub fn take(&mut self, name: &str) -> bool {
        let begins = self.begins(name);
        if begins {
            self.next();
        }
        begins
    }

    /// Goes past `show` or `list`, either of which may be missing at the end of the line.
    pub fn take_show(&mut self) -> bool {
        self.take("show") || self.take("list") || self.is_empty()
    }

    /// All words that are left.
    #[must_use]
    pub fn all(&self) -> &'w [String] {
        self.rest
    }

    /// A device: `bus/device`.
    ///
    /// # Errors
    /// What devlink says of a word that is none.
    pub fn device(&mut self) -> Read<DevlinkHandle> {
        let expected = "Devlink identification (\"bus_name/dev_name\") expected";
        let Some(word) = self.next() else { return Err(Stop::fault(expected)) };
        if slashes(word) != 1 {
            return Err(Stop::fault(format!("Wrong identification string format.\n{expected}")));
        }
        device_of(word)
    }

    /// A port: `bus/device/index`, or the name of the link on it.
    ///
    /// # Errors
    /// What devlink says of a word that is none.
    pub fn port(&mut self) -> Read<PortHandle> {
        let expected =
            "Port identification (\"bus_name/dev_name/port_index\" or \"netdev ifname\") expected.";
        let Some(word) = self.next() else { return Err(Stop::fault(expected)) };
        match slashes(word) {
            0 => self.port_of_link(word),
            2 => port_of(word),
            _ => Err(Stop::fault(
                "Wrong port identification string format.\n\
                 Expected \"bus_name/dev_name/port_index\" or \"netdev_ifname\".",
            )),
        }
    }

    /// A port, or a device for all its ports.
    ///
    /// # Errors
    /// What devlink says of a word that is neither.
    pub fn port_or_device(&mut self) -> Read<Either> {
        match self.peek().map_or(0, slashes) {
            1 => self.device().map(Either::Device),
            // devlink then takes the word for a device's.
            0 if self.peek().is_some_and(|link| (self.find_port)(link).is_none()) => {
                let Stop { message, code } =
                    self.device().map(Either::Device).err().unwrap_or_else(|| Stop::fault(""));
                Err(Stop { message: format!("{NO_LINK}\n{message}"), code })
            }
            _ => self.port().map(Either::Port),
        }
    }

    /// A device or a port.
    ///
    /// # Errors
    /// What devlink says of a word that is neither.
    pub fn either(&mut self) -> Read<Either> {
        let Some(word) = self.next() else {
            return Err(Stop::fault(
                "One of following identifications expected:\n\
                 Devlink identification (\"bus_name/dev_name\")\n\
                 Port identification (\"bus_name/dev_name/port_index\" or \"netdev ifname\")",
            ));
        };
        match slashes(word) {
            0 => self.port_of_link(word).map(Either::Port),
            1 => device_of(word).map(Either::Device),
            2 => port_of(word).map(Either::Port),
            _ => Err(Stop::fault(
                "Wrong port identification string format.\nExpected \"bus_name/dev_name\" or \
                 \"bus_name/dev_name/port_index\" or \"netdev_ifname\".",
            )),
        }
    }

    /// Something that has a name on a device, such as a region: `bus/device/name`; `what` is its kind.
    ///
    /// # Errors
    /// What devlink says of a word that is none.
    pub fn named(&mut self, what: &str) -> Read<(DevlinkHandle, String)> {
        let word = self.next().unwrap_or_default();
        if slashes(word) != 2 {
            return Err(Stop::fault(format!(
                "Wrong identification string format.\nExpected \"bus_name/dev_name/{what}\" identification."
            )));
        }
        let (device, name) = word.rsplit_once('/').unwrap_or_default();
        Ok((device_of(device)?, name.to_owned()))
    }

    fn port_of_link(&self, link: &str) -> Read<PortHandle> {
        let unknown = || Stop::fault(format!("{NO_LINK}\nNetdevice \"{link}\" not found"));
        (self.find_port)(link).ok_or_else(unknown)
    }
}

/// What the kernel answers of a link that is not there.
const NO_LINK: &str = "RTNETLINK answers: No such device";

fn slashes(word: &str) -> usize {
    word.matches('/').count()
}

fn device_of(word: &str) -> Read<DevlinkHandle> {
    let invalid =
        || Stop::fault(format!("Devlink identification (\"bus_name/dev_name\") \"{word}\" is invalid"));
    let (bus, device) = word.split_once('/').ok_or_else(invalid)?;
    if bus.is_empty() || device.is_empty() { Err(invalid()) } else { Ok(DevlinkHandle::new(bus, device)) }
}

fn port_of(word: &str) -> Read<PortHandle> {
    let invalid = || Stop::fault(format!("Port identification \"{word}\" is invalid"));
    let (device, index) = word.rsplit_once('/').ok_or_else(invalid)?;
    let number = super::options::u64_of(index).and_then(|number| u32::try_from(number).ok());
    let index = number
        .ok_or_else(|| Stop::fault(format!("Port index \"{index}\" is not a number or not within range")))?;
    Ok(device_of(device).map_err(|_| invalid())?.port(index))
}
