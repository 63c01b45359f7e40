//! Debian packages unpacked into a directory of their own, and programs in it made to run from there.

use std::fs;
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cache;
use crate::failure::{Attempt, Result};
use crate::process;

/// What a package brings that no program needs.
const PAPERS: [&str; 5] =
    ["usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "usr/share/lintian"];

/// Unpacks every `.deb` in `debs` into `root` and returns `name version` lines.
pub(super) fn unpack(debs: &Path, root: &Path) -> Result<String> {
    fs::create_dir_all(root).attempt(|| format!("create {}", root.display()))?;
    let mut versions = Vec::new();
    for deb in entries(debs)? {
        if deb.extension().is_none_or(|extension| extension != "deb") {
            continue;
        }
        process::run(Command::new("dpkg-deb").arg("--extract").arg(&deb).arg(root))?;
        versions.push(process::text(
            Command::new("dpkg-deb").args(["--show", "--showformat", "${Package} ${Version}\n"]).arg(&deb),
        )?);
    }
    for papers in PAPERS {
        cache::remove(&root.join(papers))?;
    }
    versions.sort();
    Ok(versions.concat())
}

/// Adds the links that a Debian system has from the old top directories into `usr`.
pub(super) fn merge_usr(root: &Path) -> Result<()> {
    for name in ["bin", "sbin", "lib", "lib64"] {
        let link = root.join(name);
        symlink(format!("usr/{name}"), &link).attempt(|| format!("link {}", link.display()))?;
    }
    Ok(())
}

/// Replaces every program under `dir` by a script that starts it with the libraries of `home`.
///
/// The programs come from another Debian release than the host's, so neither the host's C library
/// nor its dynamic linker will do. `dir` may be a scratch directory that will be moved to `place`.
pub(super) fn make_runnable(dir: &Path, place: &Path, home: &Path) -> Result<()> {
    for path in entries(dir)? {
        let kind = fs::symlink_metadata(&path).attempt(|| format!("inspect {}", path.display()))?;
        let Some(name) = path.file_name() else { continue };
        if kind.is_dir() {
            make_runnable(&path, &place.join(name), home)?;
        } else if kind.is_file() && kind.permissions().mode() & 0o111 != 0 && is_program(&path)? {
            let mut moved = name.to_owned();
            moved.push(".elf");
            let program = path.with_file_name(&moved);
            fs::rename(&path, &program).attempt(|| format!("rename {}", path.display()))?;
            cache::write(&path, starter(&place.join(&moved), home))?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
                .attempt(|| format!("make {} executable", path.display()))?;
        }
    }
    Ok(())
}

fn starter(program: &Path, home: &Path) -> String {
    let quoted = |path: PathBuf| format!("'{}'", path.display().to_string().replace('\'', r"'\''"));
    format!(
        "#!/bin/sh\nexec {} --argv0 \"$0\" --library-path {} {} \"$@\"\n",
        quoted(home.join("usr/lib64/ld-linux-x86-64.so.2")),
        quoted(home.join("usr/lib/x86_64-linux-gnu")),
        quoted(program.to_path_buf()),
    )
}

/// Whether the file is a dynamically linked program: an ELF file that asks for an interpreter.
/// The C library and the linker itself do too, so shared objects are told apart by name.
fn is_program(path: &Path) -> Result<bool> {
    if path.file_name().is_some_and(|name| name.to_string_lossy().contains(".so")) {
        return Ok(false);
    }
    let mut head = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(4096).read_to_end(&mut head))
        .attempt(|| format!("read {}", path.display()))?;
    Ok(asks_for_interpreter(&head).unwrap_or(false))
}

/// Looks for a `PT_INTERP` program header; `None` when `head` is no 64-bit little-endian ELF file.
fn asks_for_interpreter(head: &[u8]) -> Option<bool> {
    const PT_INTERP: u32 = 3;
    head.strip_prefix(b"\x7fELF\x02\x01")?;
    let table = usize::try_from(u64::from_le_bytes(head.get(32..40)?.try_into().ok()?)).ok()?;
    let size = usize::from(u16::from_le_bytes(head.get(54..56)?.try_into().ok()?));
    let count = usize::from(u16::from_le_bytes(head.get(56..58)?.try_into().ok()?));
    let kinds = (0..count).map_while(|index| {
        let at = table.checked_add(index * size)?;
        Some(u32::from_le_bytes(head.get(at..at.checked_add(4)?)?.try_into().ok()?))
    });
    Some(kinds.into_iter().any(|kind| kind == PT_INTERP))
}

/// The paths in a directory, in the order of their names; a missing directory has none.
pub(super) fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = fs::read_dir(dir)
        .and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<Vec<_>>>()
        })
        .attempt(|| format!("list {}", dir.display()))?;
    paths.sort();
    Ok(paths)
}

/// The entry of `versions` that is the highest by Debian's ordering; `None` of none.
pub(super) fn newest(versions: Vec<String>) -> Result<Option<String>> {
    let mut best: Option<String> = None;
    for version in versions {
        let newer = match &best {
            None => true,
            Some(best) => Command::new("dpkg")
                .args(["--compare-versions", &version, "gt", best])
                .status()
                .attempt(|| "compare versions with dpkg".into())?
                .success(),
        };
        if newer {
            best = Some(version);
        }
    }
    Ok(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of an ELF file whose only program header is of type `kind`.
    fn elf(kind: u32) -> Vec<u8> {
        let mut head = vec![0u8; 64 + 56];
        head[..6].copy_from_slice(b"\x7fELF\x02\x01");
        head[32..40].copy_from_slice(&64u64.to_le_bytes());
        head[54..56].copy_from_slice(&56u16.to_le_bytes());
        head[56..58].copy_from_slice(&1u16.to_le_bytes());
        head[64..68].copy_from_slice(&kind.to_le_bytes());
        head
    }

    #[test]
    fn only_dynamic_programs_ask_for_an_interpreter() {
        assert_eq!(asks_for_interpreter(&elf(3)), Some(true));
        assert_eq!(asks_for_interpreter(&elf(1)), Some(false));
        assert_eq!(asks_for_interpreter(b"#!/bin/sh\n"), None);
        assert_eq!(asks_for_interpreter(&elf(3)[..40]), None);
    }

    #[test]
    fn programs_are_replaced_by_scripts_that_name_their_final_place() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("libexec/cc1");
        cache::write(&program, elf(3)).unwrap();
        cache::write(&dir.path().join("data"), elf(3)).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();

        make_runnable(dir.path(), Path::new("/c/tools"), Path::new("/c/tools")).unwrap();

        assert_eq!(
            fs::read_to_string(&program).unwrap(),
            "#!/bin/sh\nexec '/c/tools/usr/lib64/ld-linux-x86-64.so.2' --argv0 \"$0\" --library-path \
             '/c/tools/usr/lib/x86_64-linux-gnu' '/c/tools/libexec/cc1.elf' \"$@\"\n"
        );
        assert_eq!(fs::read(program.with_file_name("cc1.elf")).unwrap(), elf(3));
        assert!(!dir.path().join("data.elf").exists());
    }

    #[test]
    fn versions_are_ordered_as_debian_does() {
        let versions = ["7.3.4+deb13", "7.3.12+deb13", "7.3.9+deb13"].map(str::to_owned).to_vec();
        assert_eq!(newest(versions).unwrap().as_deref(), Some("7.3.12+deb13"));
        assert_eq!(newest(Vec::new()).unwrap(), None);
    }
}
