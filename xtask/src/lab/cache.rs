//! The lab's place on disk: a directory of parts, each complete or absent.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::failure::{Attempt, Failure, Result};

/// The directory that holds everything the lab fetched or built; safe to delete at any time.
pub(crate) struct Cache {
    root: PathBuf,
}

impl Cache {
    /// `$SMARTNIC_LAB_DIR`, else `smartnic-lab` under `$XDG_CACHE_HOME` or `~/.cache`.
    pub(crate) fn locate() -> Result<Self> {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let root = set("SMARTNIC_LAB_DIR")
            .or_else(|| set("XDG_CACHE_HOME").map(|dir| dir.join("smartnic-lab")))
            .or_else(|| set("HOME").map(|dir| dir.join(".cache/smartnic-lab")))
            .ok_or_else(|| Failure::new("no cache directory: set SMARTNIC_LAB_DIR or HOME"))?;
        check(&root)?;
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn part(&self, name: &str, recipe: String) -> Part {
        Part { dir: self.root.join(name), recipe }
    }

    /// Keeps everyone else out of the cache until dropped; `wait` is called when that takes time.
    pub(crate) fn lock(&self, wait: impl FnOnce()) -> Result<File> {
        let (file, path) = self.lock_file()?;
        if file.try_lock().is_err() {
            wait();
            file.lock().attempt(|| format!("lock {}", path.display()))?;
        }
        Ok(file)
    }

    /// Keeps setups from changing the cache until dropped; users do not keep out each other.
    pub(crate) fn use_lock(&self) -> Result<File> {
        let (file, path) = self.lock_file()?;
        file.lock_shared().attempt(|| format!("lock {}", path.display()))?;
        Ok(file)
    }

    fn lock_file(&self) -> Result<(File, PathBuf)> {
        fs::create_dir_all(&self.root).attempt(|| format!("create {}", self.root.display()))?;
        let path = self.root.join("lock");
        let file = File::create(&path).attempt(|| format!("create {}", path.display()))?;
        Ok((file, path))
    }
}

/// Refuses a directory that make, the dynamic linker or a shell script would misread.
fn check(root: &Path) -> Result<()> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+@".contains(byte) || !byte.is_ascii();
    if root.is_absolute() && root.as_os_str().as_encoded_bytes().iter().all(plain) {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "the lab's directory must be an absolute path of letters, digits and /._-+@, not {:?}; \
             set SMARTNIC_LAB_DIR to another",
            root.display()
        )))
    }
}

/// One directory of the cache, with the recipe it was made by. A changed recipe makes it outdated.
pub(crate) struct Part {
    dir: PathBuf,
    recipe: String,
}

const RECIPE: &str = "recipe";
const VERSIONS: &str = "versions";

impl Part {
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn exists(&self) -> bool {
        self.dir.is_dir()
    }

    pub(crate) fn is_current(&self) -> bool {
        fs::read_to_string(self.dir.join(RECIPE)).is_ok_and(|recipe| recipe == self.recipe)
    }

    /// The Debian packages it was made from, one `name version` a line; empty when absent.
    pub(crate) fn versions(&self) -> String {
        fs::read_to_string(self.dir.join(VERSIONS)).unwrap_or_default()
    }

    /// Makes it count as outdated.
    pub(crate) fn forget(&self) -> Result<()> {
        remove(&self.dir)
    }

    /// Builds the part in a scratch directory beside it and puts it in place when all went well.
    ///
    /// `make` fills the directory it is given and returns the package versions used.
    pub(crate) fn build(&self, make: impl FnOnce(&Path) -> Result<String>) -> Result<()> {
        let name = self.dir.file_name().unwrap_or_default().to_string_lossy();
        let scratch = self.dir.with_file_name(format!("{name}.new"));
        remove(&scratch)?;
        fs::create_dir_all(&scratch).attempt(|| format!("create {}", scratch.display()))?;
        let versions = make(&scratch)?;
        write(&scratch.join(VERSIONS), versions)?;
        write(&scratch.join(RECIPE), &self.recipe)?;
        self.forget()?;
        rename(&scratch, &self.dir)
    }
}

/// Writes a file, making the directory for it.
pub(crate) fn write(path: &Path, contents: impl AsRef<[u8]>) -> Result<()> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).attempt(|| format!("create {}", dir.display()))?;
    }
    fs::write(path, contents).attempt(|| format!("write {}", path.display()))
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).attempt(|| format!("read {}", path.display()))
}

/// Moves a file or directory within the cache, making the directory for it.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<()> {
    if let Some(dir) = to.parent() {
        fs::create_dir_all(dir).attempt(|| format!("create {}", dir.display()))?;
    }
    fs::rename(from, to).attempt(|| format!("move {} to {}", from.display(), to.display()))
}

/// Removes a directory tree; one that is not there is no error.
pub(crate) fn remove(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).attempt(|| format!("remove {}", dir.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_current_only_with_the_recipe_it_was_built_by() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache { root: dir.path().to_path_buf() };
        let part = cache.part("tools", "gcc make".into());
        assert!(!part.exists() && !part.is_current());

        part.build(|scratch| write(&scratch.join("a"), "1").map(|()| "gcc 14\n".into())).unwrap();
        assert!(part.is_current());
        assert_eq!(part.versions(), "gcc 14\n");

        let changed = cache.part("tools", "gcc make strip".into());
        assert!(changed.exists() && !changed.is_current());
    }

    #[test]
    fn directories_that_would_be_misread_are_refused() {
        check(Path::new("/home/jö-1/.cache/smartnic-lab")).unwrap();
        for path in ["relative", "/a b", "/a:b", "/a$b", "/a'b", ""] {
            check(Path::new(path)).unwrap_err();
        }
    }

    #[test]
    fn a_failed_build_leaves_the_earlier_part_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let part = Cache { root: dir.path().to_path_buf() }.part("tools", "v1".into());
        part.build(|scratch| write(&scratch.join("a"), "1").map(|()| String::new())).unwrap();
        part.build(|_| Err(Failure::new("no network"))).unwrap_err();
        assert!(part.is_current());
        assert_eq!(fs::read_to_string(part.dir().join("a")).unwrap(), "1");
    }
}
