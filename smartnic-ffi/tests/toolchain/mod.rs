//! The system's compilers, and the library as it is shipped.

// Each of the test programs uses its part.
#![allow(dead_code)]

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What programs are built with.
pub(crate) struct Kit {
    /// The root of the workspace.
    pub(crate) root: PathBuf,
    /// Where the shared library is.
    pub(crate) library: PathBuf,
    /// The static library that cargo made.
    pub(crate) fixed: PathBuf,
    programs: PathBuf,
}

/// How a program is built.
#[derive(Default)]
pub(crate) struct Build<'a> {
    /// The standard; one of C++ compiles with the C++ compiler.
    pub(crate) standard: &'a str,
    /// The file, from the root.
    pub(crate) source: &'a str,
    /// With the sanitizers for addresses and undefined behaviour.
    pub(crate) sanitize: bool,
    /// With the static library.
    pub(crate) fixed: bool,
    /// Other flags for the compiler.
    pub(crate) flags: &'a [&'a str],
}

static NEXT: AtomicUsize = AtomicUsize::new(0);

impl Kit {
    /// The kit; the shared library is linked when it is wanted first.
    pub(crate) fn get() -> &'static Self {
        static KIT: OnceLock<Kit> = OnceLock::new();
        KIT.get_or_init(|| {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned();
            // The static library lies beside the test programs: target/debug/deps.
            let fixed = env::current_exe().unwrap().with_file_name("libsmartnic_ffi.a");
            // One for each test program, and the same every time.
            let own = env::current_exe().unwrap().file_stem().unwrap().to_string_lossy().into_owned();
            let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
                .join(own.split_once('-').map_or(own.as_str(), |(name, _)| name));
            let (library, programs) = (home.join("lib"), home.join("bin"));
            std::fs::create_dir_all(&library).unwrap();
            std::fs::create_dir_all(&programs).unwrap();
            let mut link = Command::new("sh");
            link.arg(root.join("smartnic-ffi/link.sh"))
                .args([&fixed, &library])
                .arg(env!("CARGO_PKG_VERSION"));
            output(&mut link);
            Kit { root, library, fixed, programs }
        })
    }

    /// Builds a program; any warning is an error.
    pub(crate) fn compile(&self, build: &Build<'_>) -> PathBuf {
        let cpp = build.standard.starts_with("c++");
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let stem = Path::new(build.source).file_stem().unwrap().to_string_lossy().into_owned();
        let program = self.programs.join(format!("{stem}-{number}"));
        let mut compiler = Command::new(match cpp {
            true => env::var("CXX").unwrap_or_else(|_| "c++".into()),
            false => env::var("CC").unwrap_or_else(|_| "cc".into()),
        });
        compiler.arg(format!("-std={}", build.standard)).args([
            "-Wall",
            "-Wextra",
            "-Wpedantic",
            "-Werror",
            "-g",
        ]);
        compiler.arg("-I").arg(self.root.join("smartnic-ffi/include"));
        if build.sanitize {
            compiler.args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
        }
        compiler.args(build.flags).args(["-x", if cpp { "c++" } else { "c" }]);
        compiler.arg(self.root.join(build.source)).args(["-x", "none"]).arg("-o").arg(&program);
        match build.fixed {
            true => compiler.arg(&self.fixed).args(["-lm", "-lpthread", "-ldl", "-lgcc_s"]),
            false => compiler.arg("-L").arg(&self.library).arg("-lsmartnic"),
        };
        output(&mut compiler);
        program
    }

    /// Runs a program with the shared library.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env("LD_LIBRARY_PATH", &self.library).current_dir(&self.root);
        command
    }

    /// Runs a program under valgrind, which fails for wrong memory and for memory that was lost. Where it is not
    /// installed (`cargo xtask setup` does that) there is nothing to run.
    pub(crate) fn valgrind(&self, program: &Path) -> Option<Command> {
        let mut command = Command::new("valgrind");
        if command.arg("--version").output().is_err() {
            eprintln!("left out, as valgrind is not installed: {}", program.display());
            return None;
        }
        let mut command = Command::new("valgrind");
        command.args(["--quiet", "--error-exitcode=9", "--leak-check=full"]);
        // So that programs do less: everything is slow there.
        command.arg("--errors-for-leak-kinds=definite").arg(program).arg("few");
        command.env("LD_LIBRARY_PATH", &self.library).current_dir(&self.root);
        Some(command)
    }
}

/// Runs a command that must succeed, and returns what it printed.
pub(crate) fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("start {command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed ({}):\n{said}{wrong}", output.status);
    said
}
