//! The reading of headers and the writing of constants.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::headers::{HEADERS, Header};
use crate::failure::{Attempt, Failure, Result};
use crate::lab;

/// Where the generated files are, from the workspace's root.
const OUTPUT: &str = "smartnic-netlink/src/uapi";

/// Writes the files anew, or says which of them differ from the headers.
pub(super) fn run(bless: bool) -> Result<()> {
    find_libclang()?;
    let include = lab::Items::locate()?.uapi(lab::Kernel::V7_3);
    if !include.is_dir() {
        return Err(Failure::new(format!(
            "the kernel's headers are not in {}: run `cargo xtask setup`",
            include.display()
        )));
    }
    let version = kernel_version(&include)?;
    let scratch = tempfile::tempdir().attempt(|| "make a scratch directory".into())?;
    complete(scratch.path(), &include)?;

    let mut stale = super::verbs::run(bless)?;
    for header in HEADERS {
        let text = rustfmt(&render(header, &version, &items(header, &include, scratch.path())?)?)?;
        let path = Path::new(OUTPUT).join(header.module).with_extension("rs");
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        if bless {
            fs::write(&path, text).attempt(|| format!("write {}", path.display()))?;
            println!("written: {}", path.display());
        } else {
            stale.push(path.display().to_string());
        }
    }
    if stale.is_empty() {
        println!("uapi: {} files, as in the headers of kernel {version}", HEADERS.len());
        return Ok(());
    }
    Err(Failure::new(format!(
        "these files differ from the headers (kernel {version}, rdma-core): {}; `cargo xtask uapi --bless` writes them anew",
        stale.join(", ")
    )))
}

/// Adds, in directories of their own, the headers that the kernel's headers include and do not bring along.
fn complete(scratch: &Path, include: &Path) -> Result<()> {
    const ADDED: [(&str, &str); 2] = [
        ("asm/byteorder.h", "#include <linux/byteorder/little_endian.h>\n"),
        ("sys/socket.h", "struct sockaddr { unsigned short sa_family; char sa_data[14]; };\n"),
    ];
    for (name, text) in ADDED {
        let path = scratch.join("added").join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all).attempt(|| format!("create {}", path.display()))?;
        fs::write(&path, text).attempt(|| format!("write {}", path.display()))?;
    }
    // Nothing that is read here differs between processors.
    let asm = scratch.join("generic/asm");
    fs::create_dir_all(scratch.join("generic")).attempt(|| format!("create {}", asm.display()))?;
    std::os::unix::fs::symlink(include.join("asm-generic"), &asm)
        .attempt(|| format!("create {}", asm.display()))
}

/// What bindgen found in one header.
enum Item {
    /// A number: name, bindgen's type for it, value.
    Number(String, String, i128),
    /// A text macro: name, text.
    Text(String, String),
    /// A structure: name, size in bytes.
    Size(String, u32),
}

fn items(header: &Header, include: &Path, scratch: &Path) -> Result<Vec<Item>> {
    let places = [include.to_path_buf(), scratch.join("generic"), scratch.join("added")];
    let bindings = bindgen::Builder::default()
        .header(include.join(header.path).to_string_lossy())
        .clang_arg("-nostdinc")
        .clang_args(places.iter().flat_map(|place| ["-isystem".to_owned(), place.display().to_string()]))
        .allowlist_file(format!(".*/{}", header.path))
        .default_enum_style(bindgen::EnumVariation::Consts)
        .prepend_enum_name(false)
        .generate_comments(false)
        // Macros made of other macros, such as TC_ACT_GOTO_CHAIN, are evaluated by clang itself.
        .clang_macro_fallback()
        .clang_macro_fallback_build_dir(scratch)
        .generate()
        .attempt(|| format!("read {}", header.path))?
        .to_string();
    Ok(bindings.lines().filter_map(parse).collect())
}

/// Reads one line of bindgen's output; lines that say nothing of interest give nothing.
fn parse(line: &str) -> Option<Item> {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix("[\"Size of ") {
        let (name, rest) = rest.split_once('"')?;
        let size = rest.rsplit_once(" - ")?.1.strip_suffix("usize];")?;
        return Some(Item::Size(name.to_owned(), size.parse().ok()?));
    }
    let (name, rest) = line.strip_prefix("pub const ")?.split_once(": ")?;
    let (kind, value) = rest.strip_suffix(';')?.split_once(" = ")?;
    if name.starts_with('_') {
        return None;
    }
    match value.strip_prefix("b\"") {
        Some(text) => Some(Item::Text(name.to_owned(), text.strip_suffix("\\0\"")?.to_owned())),
        None => Some(Item::Number(name.to_owned(), kind.to_owned(), value.parse().ok()?)),
    }
}

fn render(header: &Header, version: &str, items: &[Item]) -> Result<String> {
    let mut out = format!(
        "//! `{}` of kernel {version}, by `cargo xtask uapi --bless`. Not to be edited.\n\n",
        header.path
    );
    let mut tables: Vec<(&str, &str, String)> = Vec::new();
    for (member, table) in header.attrs {
        let found = items.iter().find_map(|item| match item {
            Item::Number(name, kind, _) if name == member => Some(kind.as_str()),
            _ => None,
        });
        let kind = found.ok_or_else(|| Failure::new(format!("{} has no {member}", header.path)))?;
        tables.push((kind, table, String::new()));
    }
    // bindgen lists macros first. Where an enumeration's member is a macro as well, the member counts.
    let mut lines = Vec::new();
    let mut written = BTreeSet::new();
    for item in items.iter().rev() {
        match item {
            Item::Size(name, size) => {
                let name = name.to_uppercase();
                lines.push(format!("pub const SIZEOF_{name}: usize = {size};"));
            }
            Item::Text(name, text) => lines.push(format!("pub const {name}: &str = \"{text}\";")),
            Item::Number(name, kind, value) if written.insert(name.as_str()) => {
                // A member that only says which is the last one names no attribute: another has its number.
                let is_same = |other: &Item| matches!(other, Item::Number(n, k, v) if n != name && k == kind && v == value);
                let only_last = name.ends_with("_MAX") && items.iter().any(is_same);
                let table = tables.iter_mut().find(|(group, ..)| group == kind);
                let kind = match &table {
                    Some(_) => "u16",
                    None => number_type(header, name, *value),
                };
                if let Some((_, _, rows)) = table.filter(|_| !only_last) {
                    rows.insert_str(0, &format!("({value}, \"{name}\"),\n"));
                }
                lines.push(format!("pub const {name}: {kind} = {};", number(*value)));
            }
            Item::Number(..) => {}
        }
    }
    lines.reverse();
    for line in lines {
        let _ = writeln!(out, "{line}");
    }
    for (_, table, rows) in tables {
        let _ = write!(out, "\npub const {table}: &[(u16, &str)] = &[\n{rows}];\n");
    }
    Ok(out)
}

fn number_type(header: &Header, name: &str, value: i128) -> &'static str {
    match header.types.iter().find(|(prefix, _)| name.starts_with(prefix)) {
        Some((_, kind)) => kind,
        None if value < 0 => "i32",
        None if value > i128::from(u32::MAX) => "u64",
        None => "u32",
    }
}

fn number(value: i128) -> String {
    match u64::try_from(value) {
        Ok(value) if value > 0xffff_ffff => format!("{value:#x}"),
        Ok(value) if value > 0xffff => format!("{:#x}_{:04x}", value >> 16, value & 0xffff),
        Ok(value) if value > 0xff => format!("{value:#x}"),
        _ => value.to_string(),
    }
}

/// The version that the headers state, such as `7.3.4`.
fn kernel_version(include: &Path) -> Result<String> {
    let path = include.join("linux/version.h");
    let text = fs::read_to_string(&path).attempt(|| format!("read {}", path.display()))?;
    let part = |name: &str| {
        text.lines().find_map(|line| line.strip_prefix("#define ")?.strip_prefix(name)?.trim().parse().ok())
    };
    let parts: Option<Vec<u32>> =
        ["LINUX_VERSION_MAJOR", "LINUX_VERSION_PATCHLEVEL", "LINUX_VERSION_SUBLEVEL"]
            .into_iter()
            .map(part)
            .collect();
    let parts = parts.ok_or_else(|| Failure::new(format!("{} states no version", path.display())))?;
    Ok(parts.iter().map(u32::to_string).collect::<Vec<_>>().join("."))
}

/// bindgen stops the program if there is no libclang; this says what to do instead.
fn find_libclang() -> Result<()> {
    let mut places = vec![PathBuf::from("/usr/lib/x86_64-linux-gnu"), PathBuf::from("/usr/lib64")];
    places.extend(std::env::var_os("LIBCLANG_PATH").map(PathBuf::from));
    let llvm = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    places.extend(llvm.filter(|path| path.to_string_lossy().contains("llvm")).map(|path| path.join("lib")));
    let here = places.iter().filter_map(|place| fs::read_dir(place).ok()).flatten().flatten();
    let mut names = here.map(|entry| entry.file_name().to_string_lossy().into_owned());
    if names.any(|name| name.starts_with("libclang") && !name.contains("cpp") && name.contains(".so")) {
        return Ok(());
    }
    Err(Failure::new("cannot find libclang, which reads the headers: run `cargo xtask setup`"))
}

pub(super) fn rustfmt(text: &str) -> Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .attempt(|| "start rustfmt".into())?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes()).attempt(|| "hand text to rustfmt".into())?;
    }
    let output = child.wait_with_output().attempt(|| "run rustfmt".into())?;
    if !output.status.success() {
        return Err(Failure::new("rustfmt refused the generated text"));
    }
    String::from_utf8(output.stdout).attempt(|| "read rustfmt's output".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(lines: &[&str]) -> String {
        let header = Header {
            path: "linux/x.h",
            module: "x",
            attrs: &[("X_UNSPEC", "X_NAMES")],
            types: &[("C_", "u8")],
        };
        let items: Vec<_> = lines.iter().filter_map(|line| parse(line)).collect();
        render(&header, "7.3", &items).unwrap()
    }

    #[test]
    fn constants_get_their_types_and_attributes_their_names() {
        let text = rendered(&[
            "pub const C_GET: u32 = 3;",
            "pub const BIG: u32 = 4294967295;",
            "pub const __X_MAX: _bindgen_ty_1 = 2;",
            "pub const NAME: &[u8; 2] = b\"x\\0\";",
            "pub const X_UNSPEC: _bindgen_ty_1 = 0;",
            "pub const X_A: _bindgen_ty_1 = 1;",
            "    [\"Size of xhdr\"][::std::mem::size_of::<xhdr>() - 16usize];",
            "pub type _bindgen_ty_1 = ::std::os::raw::c_uint;",
        ]);
        let want = "//! `linux/x.h` of kernel 7.3, by `cargo xtask uapi --bless`. Not to be edited.\n\n\
                    pub const C_GET: u8 = 3;\npub const BIG: u32 = 0xffff_ffff;\npub const NAME: &str = \"x\";\n\
                    pub const X_UNSPEC: u16 = 0;\npub const X_A: u16 = 1;\npub const SIZEOF_XHDR: usize = 16;\n\n\
                    pub const X_NAMES: &[(u16, &str)] = &[\n(0, \"X_UNSPEC\"),\n(1, \"X_A\"),\n];\n";
        assert_eq!(text, want);
    }

    #[test]
    fn a_member_that_is_also_a_macro_is_written_once() {
        let text = rendered(&[
            "pub const X_A: u32 = 1;",
            "pub const X_UNSPEC: _bindgen_ty_1 = 0;",
            "pub const X_A: _bindgen_ty_1 = 1;",
        ]);
        assert_eq!(text.matches("pub const X_A: u16 = 1;").count(), 1);
    }
}
