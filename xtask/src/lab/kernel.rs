//! The lab's kernels: Debian's packages unpacked, plus drivers that Debian leaves out, built here.

use std::fs;
use std::path::{Path, PathBuf};

use super::apt::Apt;
use super::headers::Headers;
use super::initramfs::Archive;
use super::tools::Tools;
use super::{cache, unpack};
use crate::failure::{Attempt, Failure, Result};
use crate::process;

/// A kernel that the lab can boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kernel {
    /// Debian's backported kernel: the newest interfaces, netdevsim takes flower rules.
    #[value(name = "7.3")]
    V7_3,
    /// Debian 13's own kernel: netdevsim refuses flower rules.
    #[value(name = "6.12")]
    V6_12,
}

/// A driver that is built out of tree from the kernel's own sources.
struct Driver {
    /// Its files, relative to the kernel source: a directory or one file.
    source: &'static str,
    /// The configuration symbol that its Makefile and other drivers ask for.
    config: &'static str,
    /// The module's name.
    module: &'static str,
}

/// One line per driver. A driver must come after those whose symbols it uses.
const DRIVERS: &[Driver] = &[
    Driver { source: "drivers/ptp/ptp_mock.c", config: "CONFIG_PTP_1588_CLOCK_MOCK", module: "ptp_mock" },
    Driver { source: "drivers/net/netdevsim", config: "CONFIG_NETDEVSIM", module: "netdevsim" },
    Driver { source: "drivers/net/ethernet/rocker", config: "CONFIG_ROCKER", module: "rocker" },
    Driver { source: "drivers/infiniband/sw/siw", config: "CONFIG_RDMA_SIW", module: "siw" },
];

/// What the initial file system loads to reach the host's files.
const BOOT_MODULES: [&str; 3] = ["9pnet_virtio", "9p", "overlay"];

impl Kernel {
    pub(crate) const ALL: [Self; 2] = [Self::V7_3, Self::V6_12];

    /// The version as users say it, such as `7.3`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V7_3 => "7.3",
            Self::V6_12 => "6.12",
        }
    }

    /// The packages that hold the bootable image and its modules, less the version in their names.
    fn images(self) -> &'static [&'static str] {
        match self {
            Self::V7_3 => &["linux-binary", "linux-modules", "linux-base"],
            Self::V6_12 => &["linux-image"],
        }
    }

    /// Everything that decides what [`Kernel::build`] makes.
    pub(super) fn recipe(self) -> String {
        let mut recipe = format!("layout 1\nimages {}\n", self.images().join(" "));
        for driver in DRIVERS {
            recipe += &format!("driver {} {} {}\n", driver.source, driver.config, driver.module);
        }
        recipe
    }

    /// Downloads the kernel that `headers` belong to into `dir` and builds the drivers.
    pub(super) fn build(self, apt: &Apt, tools: &Tools, headers: &Headers, dir: &Path) -> Result<String> {
        let release = headers.release()?;
        let version = apt.version(&format!("linux-headers-{release}"))?;
        let mut packages: Vec<String> =
            self.images().iter().map(|image| format!("{image}-{release}")).collect();
        packages
            .extend([format!("linux-source-{}={version}", self.name()), format!("linux-libc-dev={version}")]);
        let (debs, build) = (dir.join("debs"), dir.join("build"));
        apt.download(&packages, &debs)?;
        let versions = unpack::unpack(&debs, &build)?;
        cache::remove(&debs)?;

        let modules = build.join("usr/lib/modules").join(&release);
        for module in self.build_drivers(tools, &build, headers)? {
            let Some(name) = module.file_name() else { continue };
            strip(tools, &module, &modules.join("extra").join(name))?;
        }
        let layer = dir.join("layer");
        cache::rename(&modules, &layer.join("usr/lib/modules").join(&release))?;
        unpack::merge_usr(&layer)?;
        process::run(tools.command("depmod").arg("-b").arg(&layer).arg(&release))?;

        cache::write(&dir.join("vmlinux"), vmlinux(tools, &image_file(&build, &layer, &release)?)?)?;
        cache::rename(&build.join("usr/include"), &dir.join("uapi"))?;
        cache::write(&dir.join("release"), &release)?;
        cache::remove(&build)?;
        Ok(versions)
    }

    /// The newest release of this kernel that the archive has, such as `7.3.4+deb13-amd64`.
    pub(super) fn newest_release(self, apt: &Apt) -> Result<String> {
        let version = self.name().replace('.', r"\.");
        let headers = apt.names(&format!(r"^linux-headers-{version}\.[0-9]+\+deb[0-9]+-amd64$"))?;
        let releases = headers.iter().filter_map(|name| name.strip_prefix("linux-headers-"));
        unpack::newest(releases.map(str::to_owned).collect())?
            .ok_or_else(|| Failure::new(format!("the Debian archive has no kernel {}", self.name())))
    }

    /// Builds every driver of [`DRIVERS`] and returns the module files.
    fn build_drivers(self, tools: &Tools, build: &Path, headers: &Headers) -> Result<Vec<PathBuf>> {
        let tree = format!("linux-source-{}", self.name());
        process::run(
            tools
                .command("tar")
                .current_dir(build)
                .arg("-xf")
                .arg(build.join(format!("usr/src/{tree}.tar.xz")))
                .args(DRIVERS.iter().map(|driver| format!("{tree}/{}", driver.source))),
        )?;
        let drivers = build.join("drivers");
        let mut settings = Vec::new();
        let mut kbuild = String::new();
        for driver in DRIVERS {
            let (from, to) = (build.join(&tree).join(driver.source), drivers.join(driver.module));
            if from.is_dir() {
                cache::rename(&from, &to)?;
            } else {
                cache::rename(&from, &to.join(format!("{}.c", driver.module)))?;
                cache::write(&to.join("Makefile"), format!("obj-m += {}.o\n", driver.module))?;
            }
            settings.push(format!("{}=m", driver.config));
            // The headers' own autoconf.h says that the driver is off; code that asks must hear otherwise.
            kbuild += &format!("subdir-ccflags-y += -D{}_MODULE=1\n", driver.config);
            kbuild += &format!("obj-m += {}/\n", driver.module);
        }
        cache::write(&drivers.join("Kbuild"), kbuild)?;

        headers.make(tools, &drivers, &settings)?;
        let module = |driver: &Driver| drivers.join(driver.module).join(format!("{}.ko", driver.module));
        Ok(DRIVERS.iter().map(module).collect())
    }
}

/// Everything that decides what [`build_boot`] makes, but for the kernel.
pub(super) fn boot_recipe(init: &str) -> String {
    format!("layout 2\nmodules {}\n{init}", BOOT_MODULES.join(" "))
}

/// Fills `dir` with the initial file system for the kernel in `kernel`: the guest's first program.
pub(super) fn build_boot(tools: &Tools, kernel: &Path, init: &str, dir: &Path) -> Result<String> {
    let release = fs::read_to_string(kernel.join("release"))
        .attempt(|| format!("find the release of the kernel in {}", kernel.display()))?;
    let archive = initramfs(tools, &kernel.join("layer"), &release, init)?;
    cache::write(&dir.join("initramfs"), archive)?;
    Ok(String::new())
}

fn initramfs(tools: &Tools, layer: &Path, release: &str, init: &str) -> Result<Vec<u8>> {
    let mut archive = Archive::new();
    for dir in ["bin", "proc", "sys", "dev", "modules", "host", "layers", "upper", "guest"] {
        archive.directory(dir);
    }
    archive.program("bin/busybox", &cache::read(&tools.root().join("usr/bin/busybox"))?);
    for applet in ["sh", "mount", "insmod", "mkdir", "cat", "sed", "switch_root"] {
        archive.link(&format!("bin/{applet}"), "busybox");
    }
    let listed = process::text(
        tools
            .command("modprobe")
            .arg("-d")
            .arg(layer)
            .args(["-S", release, "-a", "--show-depends"])
            .args(BOOT_MODULES),
    )?;
    let mut order: Vec<String> = Vec::new();
    for path in listed.lines().filter_map(|line| line.strip_prefix("insmod ")) {
        let path = Path::new(path.trim());
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = format!("{}.ko", stem.trim_end_matches(".ko"));
        if order.contains(&name) {
            continue;
        }
        let contents = if path.extension().is_some_and(|extension| extension == "xz") {
            process::output(tools.command("xz").arg("-dc").arg(path))?
        } else {
            cache::read(path)?
        };
        archive.program(&format!("modules/{name}"), &contents);
        order.push(name);
    }
    archive.program("modules/order", order.join("\n").as_bytes());
    archive.program("init", init.as_bytes());
    Ok(archive.finish())
}

/// Where the packages put the compressed kernel: `boot` or beside its modules.
fn image_file(build: &Path, layer: &Path, release: &str) -> Result<PathBuf> {
    let places = [
        build.join("boot").join(format!("vmlinuz-{release}")),
        layer.join("usr/lib/modules").join(release).join("vmlinuz"),
    ];
    let found = places.iter().find(|place| place.is_file()).cloned();
    found.ok_or_else(|| Failure::new(format!("the packages of {release} hold no vmlinuz")))
}

/// The uncompressed kernel inside a `vmlinuz`: booting it directly saves a second or two.
fn vmlinux(tools: &Tools, image: &Path) -> Result<Vec<u8>> {
    let bytes = cache::read(image)?;
    let packed =
        payload(&bytes).ok_or_else(|| Failure::new(format!("{} is no x86 boot image", image.display())))?;
    let file = image.with_extension("payload");
    cache::write(&file, packed)?;
    let kernel = process::output(tools.command("zstd").arg("-dc").arg(&file))?;
    if kernel.starts_with(b"\x7fELF") {
        Ok(kernel)
    } else {
        Err(Failure::new(format!("{} does not hold an ELF kernel", image.display())))
    }
}

/// The compressed kernel in a boot image, found by its setup header (x86 boot protocol 2.08 and later).
fn payload(image: &[u8]) -> Option<&[u8]> {
    let word = |at: usize| {
        let bytes = image.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    };
    (image.get(0x202..0x206)? == b"HdrS").then_some(())?;
    let setup = (usize::from(*image.get(0x1f1)?) + 1) * 512;
    let start = setup.checked_add(word(0x248)?)?;
    // The last four bytes are the uncompressed size, which is no part of the compressed stream.
    image.get(start..start.checked_add(word(0x24c)?)?.checked_sub(4)?)
}

/// Copies a module without what only a debugger reads.
pub(super) fn strip(tools: &Tools, module: &Path, to: &Path) -> Result<()> {
    cache::write(to, [])?;
    process::run(tools.command("strip").arg("-g").arg("-o").arg(to).arg(module))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_is_found_by_the_setup_header() {
        let mut image = vec![0u8; 1024 + 16 + 12];
        image[0x1f1] = 1;
        image[0x202..0x206].copy_from_slice(b"HdrS");
        image[0x248..0x24c].copy_from_slice(&16u32.to_le_bytes());
        image[0x24c..0x250].copy_from_slice(&12u32.to_le_bytes());
        image[1040..1052].copy_from_slice(b"payload!size");
        assert_eq!(payload(&image), Some(&b"payload!"[..]));
        assert_eq!(payload(&image[..1040]), None);
        assert_eq!(payload(b"not a kernel"), None);
    }

    #[test]
    fn a_new_driver_changes_the_recipe() {
        let recipe = Kernel::V7_3.recipe();
        assert!(recipe.contains("driver drivers/net/netdevsim CONFIG_NETDEVSIM netdevsim\n"));
        assert_ne!(recipe, Kernel::V6_12.recipe());
    }
}
