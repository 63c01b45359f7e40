//! Where the state of a machine is kept.

use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use smartnic_core::{Error, ErrorKind, Result};

const OP: &str = "find a directory for locks and journals";

/// The directory for locks and journals, made if it is not there: `$SNIC_STATE_DIR`, else `/run/snicctl` for root, and
/// `$XDG_RUNTIME_DIR/snicctl` or `/tmp/snicctl-UID` for others.
///
/// # Errors
/// `PermissionDenied` if the directory is another user's or open to others, unless `$SNIC_STATE_DIR` names it;
/// the system's error if it cannot be made.
pub(crate) fn directory() -> Result<PathBuf> {
    let user = fs::metadata("/proc/self").map_err(|error| Error::io(OP, error).on("/proc/self"))?.uid();
    let named = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let (path, chosen) = choose(user, named("SNIC_STATE_DIR"), named("XDG_RUNTIME_DIR"));
    prepare(&path, user, chosen).map_err(|error| {
        error.on(path.display()).hint("SNIC_STATE_DIR can name another directory for locks and journals")
    })?;
    Ok(path)
}

/// The directory of a user, and whether it was named by the user.
fn choose(user: u32, state: Option<OsString>, runtime: Option<OsString>) -> (PathBuf, bool) {
    match (state, user, runtime) {
        (Some(path), _, _) => (path.into(), true),
        (None, 0, _) => ("/run/snicctl".into(), false),
        (None, _, Some(path)) => (Path::new(&path).join("snicctl"), false),
        (None, user, None) => (format!("/tmp/snicctl-{user}").into(), false),
    }
}

/// Makes the directory, and looks whether others could put files into one that was not chosen on purpose.
fn prepare(path: &Path, user: u32, chosen: bool) -> Result<()> {
    let mut builder = DirBuilder::new();
    match builder.mode(0o700).recursive(chosen).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(Error::io(OP, error)),
        _ => {}
    }
    let found = fs::symlink_metadata(path).map_err(|error| Error::io(OP, error))?;
    let ours = found.is_dir() && found.uid() == user && found.mode() & 0o022 == 0;
    match ours || chosen {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::PermissionDenied, OP).reason(
            "others could have put files there: it must be a directory that only its owner can write to",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn root_and_users_have_places_of_their_own() {
        let chosen = |user, state: Option<&str>, runtime: Option<&str>| {
            let (path, chosen) = choose(user, state.map(Into::into), runtime.map(Into::into));
            (path.to_str().unwrap().to_owned(), chosen)
        };
        assert_eq!(chosen(0, None, Some("/run/user/0")), ("/run/snicctl".into(), false));
        assert_eq!(chosen(7, None, Some("/run/user/7")), ("/run/user/7/snicctl".into(), false));
        assert_eq!(chosen(7, None, None), ("/tmp/snicctl-7".into(), false));
        assert_eq!(chosen(7, Some("/var/x"), Some("/run/user/7")), ("/var/x".into(), true));
    }

    #[test]
    fn a_directory_is_made_and_one_that_others_can_write_to_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let user = dir.path().metadata().unwrap().uid();
        let path = dir.path().join("state");
        prepare(&path, user, false).unwrap();
        prepare(&path, user, false).unwrap();
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o700);
        assert!(prepare(&path, user + 1, false).is_err(), "another user's");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
        assert_eq!(prepare(&path, user, false).unwrap_err().kind(), ErrorKind::PermissionDenied);
        prepare(&path, user, true).unwrap();
        prepare(&dir.path().join("deep/er"), user, true).unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(dir.path(), &link).unwrap();
        assert!(prepare(&link, user, false).is_err(), "a link can lead anywhere");
    }
}
