//! `cargo xtask uapi`: the kernel's constants, taken from its headers into `smartnic-netlink/src/uapi/`.
//!
//! bindgen reads a header, and what it finds is written again as plain constants: attribute numbers as `u16`
//! so that they can be matched against, texts as `&str`, structure sizes as `SIZEOF_*`, and for attributes a
//! table of their names, from which error paths are made. Nothing but data is generated.
//!
//! bindgen and libclang are wanted by this task only, so they sit behind the feature `uapi` of this crate; the
//! task builds itself with that feature when it is called.

#[cfg(feature = "uapi")]
pub(crate) use generate::run;

/// Builds this program with bindgen and hands the call on to it.
#[cfg(not(feature = "uapi"))]
pub(crate) fn run(bless: bool) -> crate::failure::Result<()> {
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--package", "xtask", "--features", "uapi", "--", "uapi"]);
    cargo.arg(if bless { "--bless" } else { "--check" });
    crate::process::run(&mut cargo)
}

#[cfg(feature = "uapi")]
mod generate {
    use std::collections::BTreeSet;
    use std::fmt::Write as _;
    use std::fs;
    use std::io::Write as _;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};

    use crate::failure::{Attempt, Failure, Result};

    /// Where the generated files are, from the workspace's root.
    const OUTPUT: &str = "smartnic-netlink/src/uapi";

    /// One header to read.
    struct Header {
        /// The header's path below the include directory.
        path: &'static str,
        /// The module it becomes.
        module: &'static str,
        /// Attribute enumerations, each named by one of its members, and the table of names to write for it.
        attrs: &'static [(&'static str, &'static str)],
        /// Types for constants by the start of their names; the first that fits counts.
        types: &'static [(&'static str, &'static str)],
    }

    #[rustfmt::skip]
    const HEADERS: &[Header] = &[
        Header { path: "asm-generic/errno-base.h", module: "errno_base", attrs: &[], types: &[("E", "i32")] },
        Header { path: "asm-generic/errno.h", module: "errno", attrs: &[], types: &[("E", "i32")] },
        Header {
            path: "linux/netlink.h",
            module: "netlink",
            attrs: &[
                ("NLMSGERR_ATTR_UNUSED", "NLMSGERR_ATTR_NAMES"),
                ("NL_POLICY_TYPE_ATTR_UNSPEC", "NL_POLICY_TYPE_ATTR_NAMES"),
            ],
            types: &[
                ("NLMSG_MIN_TYPE", "u16"), ("NLMSG_NOOP", "u16"), ("NLMSG_ERROR", "u16"), ("NLMSG_DONE", "u16"),
                ("NLMSG_OVERRUN", "u16"), ("NLM_F_", "u16"), ("NLA_F_", "u16"),
            ],
        },
        Header {
            path: "linux/genetlink.h",
            module: "genetlink",
            attrs: &[
                ("CTRL_ATTR_UNSPEC", "CTRL_ATTR_NAMES"),
                ("CTRL_ATTR_OP_UNSPEC", "CTRL_ATTR_OP_NAMES"),
                ("CTRL_ATTR_MCAST_GRP_UNSPEC", "CTRL_ATTR_MCAST_GRP_NAMES"),
            ],
            types: &[("CTRL_CMD_", "u8"), ("GENL_ID_", "u16")],
        },
        Header {
            path: "linux/devlink.h",
            module: "devlink",
            attrs: &[
                ("DEVLINK_ATTR_UNSPEC", "DEVLINK_ATTR_NAMES"),
                ("DEVLINK_PORT_FUNCTION_ATTR_UNSPEC", "DEVLINK_PORT_FUNCTION_ATTR_NAMES"),
            ],
            types: &[("DEVLINK_CMD_", "u8"), ("DEVLINK_GENL_VERSION", "u8")],
        },
        Header { path: "linux/if.h", module: "if_", attrs: &[], types: &[("IF_OPER_", "u8")] },
        Header { path: "linux/if_arp.h", module: "if_arp", attrs: &[], types: &[("ARPHRD_", "u16")] },
        Header { path: "linux/if_ether.h", module: "if_ether", attrs: &[], types: &[("ETH_P_", "u16")] },
        Header {
            path: "linux/if_link.h",
            module: "if_link",
            attrs: &[
                ("IFLA_UNSPEC", "IFLA_NAMES"),
                ("IFLA_INFO_UNSPEC", "IFLA_INFO_NAMES"),
                ("IFLA_VF_INFO_UNSPEC", "IFLA_VF_INFO_NAMES"),
                ("IFLA_VF_UNSPEC", "IFLA_VF_NAMES"),
                ("IFLA_VF_VLAN_INFO_UNSPEC", "IFLA_VF_VLAN_INFO_NAMES"),
                ("IFLA_VF_STATS_RX_PACKETS", "IFLA_VF_STATS_NAMES"),
            ],
            types: &[],
        },
        Header {
            path: "linux/rtnetlink.h",
            module: "rtnetlink",
            attrs: &[("TCA_UNSPEC", "TCA_NAMES"), ("TCA_ROOT_UNSPEC", "TCA_ROOT_NAMES")],
            types: &[("RTM_", "u16")],
        },
        Header {
            path: "linux/gen_stats.h",
            module: "gen_stats",
            attrs: &[("TCA_STATS_UNSPEC", "TCA_STATS_NAMES")],
            types: &[],
        },
        Header { path: "linux/pkt_sched.h", module: "pkt_sched", attrs: &[], types: &[] },
        Header {
            path: "linux/pkt_cls.h",
            module: "pkt_cls",
            attrs: &[
                ("TCA_ACT_UNSPEC", "TCA_ACT_NAMES"),
                ("TCA_FLOWER_UNSPEC", "TCA_FLOWER_NAMES"),
            ],
            types: &[("TC_ACT_", "i32")],
        },
        Header {
            path: "linux/tc_act/tc_gact.h",
            module: "tc_gact",
            attrs: &[("TCA_GACT_UNSPEC", "TCA_GACT_NAMES")],
            types: &[],
        },
        Header {
            path: "linux/tc_act/tc_mirred.h",
            module: "tc_mirred",
            attrs: &[("TCA_MIRRED_UNSPEC", "TCA_MIRRED_NAMES")],
            types: &[("TCA_EGRESS_", "i32"), ("TCA_INGRESS_", "i32")],
        },
        Header {
            path: "linux/tc_act/tc_vlan.h",
            module: "tc_vlan",
            attrs: &[("TCA_VLAN_UNSPEC", "TCA_VLAN_NAMES")],
            types: &[("TCA_VLAN_ACT_", "i32")],
        },
    ];

    /// Writes the files anew, or says which of them differ from the headers.
    pub(crate) fn run(bless: bool) -> Result<()> {
        find_libclang()?;
        let include = crate::lab::uapi_headers()?;
        let version = kernel_version(&include)?;
        let scratch = tempfile::tempdir().attempt(|| "make a scratch directory".into())?;
        // linux/if.h includes one header of the C library, for this structure.
        let socket = scratch.path().join("sys/socket.h");
        fs::create_dir_all(scratch.path().join("sys")).attempt(|| format!("create {}", socket.display()))?;
        fs::write(&socket, "struct sockaddr { unsigned short sa_family; char sa_data[14]; };\n")
            .attempt(|| format!("write {}", socket.display()))?;

        let mut stale = Vec::new();
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
            "these files differ from the headers of kernel {version}: {}; `cargo xtask uapi --bless` writes them anew",
            stale.join(", ")
        )))
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
        let bindings = bindgen::Builder::default()
            .header(include.join(header.path).to_string_lossy())
            .clang_args(["-nostdinc", "-isystem"])
            .clang_arg(include.to_string_lossy())
            .clang_arg("-isystem")
            .clang_arg(include.join("x86_64-linux-gnu").to_string_lossy())
            .clang_arg("-isystem")
            .clang_arg(scratch.to_string_lossy())
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
                    let table = tables.iter_mut().find(|(group, ..)| group == kind);
                    let kind = match &table {
                        Some(_) => "u16",
                        None => number_type(header, name, *value),
                    };
                    if let Some((_, _, rows)) = table {
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
        Err(Failure::new("cannot find libclang, which reads the headers: apt-get install libclang1-14"))
    }

    fn rustfmt(text: &str) -> Result<String> {
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
            let header = Header { path: "linux/x.h", module: "x", attrs: &[("X_UNSPEC", "X_NAMES")], types: &[("C_", "u8")] };
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
}
