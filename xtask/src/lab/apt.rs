//! A private apt: its own sources, lists and archives under the cache directory.
//!
//! The host's apt configuration is read (which mirror, which proxy) and never written. Signature
//! checks stay on: every suite must be signed by the host's Debian archive keyring.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cache::{self, Cache};
use crate::failure::{Attempt, Failure, Result};
use crate::process;

/// The suites that the lab takes packages from.
const SUITES: [&str; 3] = ["trixie", "trixie-backports", "sid"];

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Where this machine gets Debian from.
pub(crate) struct Archive {
    /// The address of the main archive.
    pub(crate) mirror: String,
    /// How it is reached (proxies, retries), as apt's configuration.
    pub(crate) options: String,
}

impl Archive {
    /// What the host's own apt says.
    ///
    /// # Errors
    /// When this is no Debian.
    pub(crate) fn of_host() -> Result<Self> {
        let uris = process::text(Command::new("apt-get").args(["update", "--print-uris"]))?;
        let host = process::text(Command::new("apt-config").arg("dump"))?;
        Ok(Self { mirror: mirror(&uris)?, options: reached(&host) })
    }
}

/// Of apt's configuration, how the archive is reached (proxies, retries, dates).
fn reached(host: &str) -> String {
    let is_kept = |line: &&str| line.starts_with("Acquire::") && !line.starts_with("Acquire::IndexTargets");
    host.lines().filter(is_kept).flat_map(|line| [line, "\n"]).collect()
}

pub(super) struct Apt {
    dir: PathBuf,
}

impl Apt {
    /// Writes the private configuration and fetches fresh package lists.
    pub(super) fn update(cache: &Cache) -> Result<Self> {
        let apt = Self { dir: cache.root().join("apt") };
        let archive = Archive::of_host()?;
        for dir in ["state/lists/partial", "cache/archives/partial", "sources"] {
            let dir = apt.dir.join(dir);
            fs::create_dir_all(&dir).attempt(|| format!("create {}", dir.display()))?;
        }
        // An empty status file: apt then resolves each request down to libc itself.
        cache::write(&apt.dir.join("status"), "")?;
        cache::write(&apt.dir.join("sources/lab.sources"), sources(&archive.mirror))?;
        cache::write(&apt.dir.join("apt.conf"), configuration(&apt.dir, &archive.options))?;
        process::run(apt.command("apt-get").arg("update"))?;
        Ok(apt)
    }

    /// Downloads `packages` and all they depend on, none of the host's counted as present.
    pub(super) fn download_closure(&self, suite: &str, packages: &[&str], to: &Path) -> Result<()> {
        let archives = to.join("partial");
        fs::create_dir_all(&archives).attempt(|| format!("create {}", archives.display()))?;
        process::run(
            self.command("apt-get")
                .args(["install", "--yes", "--download-only", "--no-install-recommends", "-t", suite])
                .arg("-o")
                .arg(format!("Dir::Cache::archives={}/", to.display()))
                .args(packages),
        )
    }

    /// Downloads exactly `packages` (`name` or `name=version`), without what they depend on.
    pub(super) fn download(&self, packages: &[String], to: &Path) -> Result<()> {
        fs::create_dir_all(to).attempt(|| format!("create {}", to.display()))?;
        process::run(self.command("apt-get").current_dir(to).arg("download").args(packages))
    }

    /// The names of all packages that match the regular expression `pattern`.
    pub(super) fn names(&self, pattern: &str) -> Result<Vec<String>> {
        let found = process::text(self.command("apt-cache").args(["search", "--names-only"]).arg(pattern))?;
        Ok(found.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
    }

    /// The version of `package` that would be downloaded.
    pub(super) fn version(&self, package: &str) -> Result<String> {
        let shown =
            process::text(self.command("apt-cache").args(["show", "--no-all-versions"]).arg(package))?;
        shown
            .lines()
            .find_map(|line| line.strip_prefix("Version: "))
            .map(str::to_owned)
            .ok_or_else(|| Failure::new(format!("apt knows no version of {package}")))
    }

    /// Removes the package lists and all else that apt kept.
    pub(super) fn remove(self) -> Result<()> {
        cache::remove(&self.dir)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("APT_CONFIG", self.dir.join("apt.conf")).env("LC_ALL", "C").arg("-q");
        command
    }
}

/// The Debian archive that the host itself uses, from `apt-get update --print-uris`.
fn mirror(uris: &str) -> Result<String> {
    const KNOWN: [&str; 7] = ["bookworm", "trixie", "forky", "stable", "testing", "unstable", "sid"];
    uris.lines()
        .filter_map(|line| line.strip_prefix('\'')?.split('\'').next())
        .filter_map(|uri| uri.split_once("/dists/"))
        .find(|(_, rest)| rest.strip_suffix("/InRelease").is_some_and(|suite| KNOWN.contains(&suite)))
        .map(|(base, _)| base.to_owned())
        .ok_or_else(|| {
            Failure::new(
                "apt's configuration names no Debian archive: the lab takes its kernels from the mirror \
                 that this machine already uses, so it needs a Debian host",
            )
        })
}

fn sources(mirror: &str) -> String {
    SUITES
        .map(|suite| {
            format!("Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\nSigned-By: {KEYRING}\n")
        })
        .join("\n")
}

/// The private configuration, with the host's own settings of how the archive is reached.
fn configuration(dir: &Path, options: &str) -> String {
    let dir = dir.display();
    let mut text = format!(
        r#"Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{dir}/sources";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "{dir}/state";
Dir::State::status "{dir}/status";
Dir::Cache "{dir}/cache";
APT::Architecture "amd64";
APT::Architectures {{ "amd64"; }};
APT::Sandbox::User "root";
"#
    );
    text.push_str(options);
    text.push_str("Acquire::Languages \"none\";\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_the_one_of_the_main_archive() {
        let uris = "'https://a.example/x/dists/nodistro/InRelease' f 0\n\
                    'https://b.example/debian-security/dists/bookworm-security/InRelease' g 0\n\
                    'https://b.example/debian/dists/bookworm/InRelease' h 0\n";
        assert_eq!(mirror(uris).unwrap(), "https://b.example/debian");
        assert!(mirror("").unwrap_err().to_string().contains("no Debian archive"));
    }

    #[test]
    fn proxies_are_kept_and_index_targets_and_hooks_are_not() {
        let host =
            "Acquire::http::Proxy \"p\";\nAcquire::IndexTargets \"\";\nAPT::Update::Post-Invoke \"x\";\n";
        let text = configuration(Path::new("/c/apt"), &reached(host));
        assert!(text.contains("Acquire::http::Proxy \"p\";"));
        assert!(!text.contains("IndexTargets") && !text.contains("Post-Invoke"));
    }
}
