//! Addresses of hosts: `linux:`, `linux:netns=blue`, `linux:sysfs=DIR`, `sim:bluefield3?seed=7&state=nic.json`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::{Error, Result};

/// Which host to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostUri {
    /// This machine, in the caller's network namespace (`linux:`) or in another (`linux:netns=NAME-OR-PATH`).
    Linux {
        /// The namespace, by its name under `/run/netns` or by a path.
        netns: Option<String>,
    },
    /// A copy of some machine's `/sys` (`linux:sysfs=DIR`): what files tell, and nothing else.
    Files {
        /// The copy, or a directory that has it as `sys`.
        directory: PathBuf,
    },
    /// A simulated host (`sim:PROFILE?seed=N&state=FILE&face=netlink&save=always&netns=NAME`).
    Sim {
        /// The product, such as `bluefield3`.
        profile: String,
        /// What addresses and serial numbers follow from; `None` for 0, or for what the state file has.
        seed: Option<u64>,
        /// The file that the machine is loaded from and saved to, so that several processes see one machine.
        state: Option<PathBuf>,
        /// How many flow rules the NIC holds, in place of the profile's number.
        capacity: Option<u32>,
        /// How many VFs the driver makes when it is loaded, for cards whose driver makes them so.
        vfs: Option<u16>,
        /// How it is talked to.
        face: SimFace,
        /// When the state file is written.
        save: SimSave,
        /// The network namespace that it is looked at from; `None` for the first.
        netns: Option<String>,
    },
}

/// When the state file of a simulated host is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SimSave {
    /// When the host is saved: a process that dies changes nothing.
    #[default]
    AtEnd,
    /// At every change: a process that dies leaves half a change behind, as it does on a real kernel.
    Always,
}

/// How a simulated host is talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SimFace {
    /// By real netlink bytes, through the Linux backend: what a real kernel would be asked.
    #[default]
    Netlink,
    /// By direct calls on the model.
    Direct,
}

const WHAT: &str = "expected linux:, linux:netns=NAME, linux:sysfs=DIR or sim:PROFILE?seed=N&state=FILE";

impl FromStr for HostUri {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |reason: String| Error::parse("read a host address", reason).on(text).hint(WHAT);
        match text.split_once(':') {
            Some(("linux", "")) => Ok(Self::Linux { netns: None }),
            Some(("linux", rest)) => match rest.split_once('=') {
                Some(("netns", netns)) if !netns.is_empty() => {
                    Ok(Self::Linux { netns: Some(netns.to_owned()) })
                }
                Some(("sysfs", directory)) if !directory.is_empty() => {
                    Ok(Self::Files { directory: directory.into() })
                }
                _ => Err(wrong(format!("{rest:?} is neither netns=NAME nor sysfs=DIR"))),
            },
            Some(("sim", rest)) => read_sim(rest).map_err(wrong),
            _ => Err(wrong("it names no kind of host".to_owned())),
        }
    }
}

fn read_sim(rest: &str) -> Result<HostUri, String> {
    let (profile, options) = rest.split_once('?').unwrap_or((rest, ""));
    if profile.is_empty() {
        return Err("the profile is missing".to_owned());
    }
    let (mut seed, mut state, mut capacity, mut vfs) = (None, None, None, None);
    let (mut face, mut save, mut netns) = (SimFace::default(), SimSave::default(), None);
    for option in options.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("seed", number)) => {
                seed = Some(number.parse().map_err(|_| format!("seed {number:?} is no number"))?);
            }
            Some(("capacity", number)) => {
                capacity = Some(number.parse().map_err(|_| format!("capacity {number:?} is no number"))?);
            }
            Some(("vfs", number)) => {
                vfs = Some(number.parse().map_err(|_| format!("vfs {number:?} is no number"))?);
            }
            Some(("state", file)) if !file.is_empty() => state = Some(PathBuf::from(file)),
            Some(("face", "netlink")) => face = SimFace::Netlink,
            Some(("face", "direct")) => face = SimFace::Direct,
            Some(("save", "at-end")) => save = SimSave::AtEnd,
            Some(("save", "always")) => save = SimSave::Always,
            Some(("netns", name)) if !name.is_empty() => netns = Some(name.to_owned()),
            _ => {
                return Err(format!(
                    "option {option:?} is none of seed=N, state=FILE, capacity=N, vfs=N, face=netlink, face=direct, \
                     save=at-end, save=always, netns=NAME"
                ));
            }
        }
    }
    Ok(HostUri::Sim { profile: profile.to_owned(), seed, state, capacity, vfs, face, save, netns })
}

impl fmt::Display for HostUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Linux { netns: None } => f.write_str("linux:"),
            Self::Linux { netns: Some(netns) } => write!(f, "linux:netns={netns}"),
            Self::Files { directory } => write!(f, "linux:sysfs={}", directory.display()),
            Self::Sim { profile, seed, state, capacity, vfs, face, save, netns } => {
                write!(f, "sim:{profile}")?;
                let mut separator = '?';
                let mut option = |f: &mut fmt::Formatter<'_>, text: String| {
                    let result = write!(f, "{separator}{text}");
                    separator = '&';
                    result
                };
                if let Some(seed) = seed {
                    option(f, format!("seed={seed}"))?;
                }
                if let Some(state) = state {
                    option(f, format!("state={}", state.display()))?;
                }
                if let Some(capacity) = capacity {
                    option(f, format!("capacity={capacity}"))?;
                }
                if let Some(vfs) = vfs {
                    option(f, format!("vfs={vfs}"))?;
                }
                if *face == SimFace::Direct {
                    option(f, "face=direct".to_owned())?;
                }
                if *save == SimSave::Always {
                    option(f, "save=always".to_owned())?;
                }
                match netns {
                    Some(netns) => option(f, format!("netns={netns}")),
                    None => Ok(()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_what_they_print() {
        for text in [
            "linux:",
            "linux:netns=blue",
            "linux:netns=/proc/1/ns/net",
            "linux:sysfs=/tmp/captured",
            "sim:bluefield3",
            "sim:e810?seed=7&state=/tmp/nic.json&capacity=100&face=direct",
            "sim:thor2?state=nic.json&save=always",
            "sim:connectx3?vfs=4",
            "sim:bluefield3?state=nic.json&netns=blue",
        ] {
            assert_eq!(text.parse::<HostUri>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn wrong_addresses_say_what_is_expected() {
        for text in [
            "",
            "linux",
            "linux:blue",
            "linux:netns=",
            "linux:sysfs=",
            "sim:",
            "sim:x?seed=a",
            "sim:x?vfs=many",
            "sim:x?colour=red",
            "ssh:host",
        ] {
            let error = text.parse::<HostUri>().unwrap_err().to_string();
            assert!(error.contains(WHAT), "{text}: {error}");
        }
    }
}
