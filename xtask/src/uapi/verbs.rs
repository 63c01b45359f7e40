//! The C side of libibverbs and librdmacm, as Rust, in `smartnic-verbs/src/ffi/generated/`: `types/`, `constants.rs`, and
//! `layout/`, which holds the sizes and offsets of our types against those that C has.
//!
//! rdma-core's headers are under GPL-2.0 or the OpenIB.org BSD licence, at choice; the latter is chosen. Only types,
//! constants and layouts are taken: functions are found when the libraries are loaded, and what the headers have as
//! inline functions is written by hand. Beside the types stands a C file with every size and offset that the
//! generated types have, which a C compiler holds against the headers, and against those installed on this machine.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::generate::rustfmt;
use crate::failure::{Attempt, Failure, Result};
use crate::{lab, process};

const GENERATED: &str = "smartnic-verbs/src/ffi/generated";
const LAYOUT: &str = "smartnic-verbs/layout.c";
const INCLUDES: &str = "#include <infiniband/verbs.h>\n#include <rdma/rdma_cma.h>\n\
                         #include <infiniband/mlx5dv.h>\n#include <infiniband/efadv.h>\n";

/// What is taken; what they are made of follows.
const WANTED: &[&str] = &[
    "efadv_device_attr",
    "ibv_device",
    "ibv_context",
    "ibv_device_attr",
    "ibv_device_attr_ex",
    "ibv_port_attr",
    "ibv_gid",
    "ibv_gid_entry",
    "ibv_pd",
    "ibv_mr",
    "ibv_comp_channel",
    "ibv_cq",
    "ibv_cq_ex",
    "ibv_cq_init_attr_ex",
    "ibv_ece",
    "ibv_flow",
    "ibv_flow_attr",
    "ibv_flow_spec",
    "ibv_mw_bind",
    "ibv_parent_domain_init_attr",
    "ibv_td_init_attr",
    "ibv_values_ex",
    "ibv_xrcd_init_attr",
    "ibv_srq",
    "ibv_srq_attr",
    "ibv_srq_init_attr",
    "ibv_srq_init_attr_ex",
    "ibv_qp",
    "ibv_qp_attr",
    "ibv_qp_ex",
    "ibv_qp_init_attr",
    "ibv_qp_init_attr_ex",
    "ibv_ah",
    "ibv_ah_attr",
    "ibv_send_wr",
    "ibv_recv_wr",
    "ibv_sge",
    "ibv_wc",
    "ibv_async_event",
    "mlx5dv_context",
    "rdma_cm_event",
    "rdma_cm_id",
    "rdma_conn_param",
    "rdma_event_channel",
    "rdma_ud_param",
    "verbs_context",
];

/// Enumerations whose members are wanted as constants.
const CONSTANTS: &[&str] = &[
    "ibv_access_flags",
    "ibv_async_event_mask",
    "ibv_atomic_cap",
    "ibv_cq_init_attr_mask",
    "ibv_create_cq_attr_flags",
    "ibv_create_cq_wc_flags",
    "ibv_event_type",
    "ibv_flow_attr_type",
    "ibv_flow_flags",
    "ibv_flow_spec_type",
    "ibv_gid_type.*",
    "ibv_mtu",
    "ibv_mw_type",
    "ibv_node_type",
    "ibv_odp_general_caps",
    "ibv_odp_transport_cap_bits",
    "ibv_port_state",
    "ibv_qp_attr_mask",
    "ibv_qp_create_send_ops_flags",
    "ibv_qp_init_attr_mask",
    "ibv_qp_state",
    "ibv_qp_type",
    "ibv_raw_packet_caps",
    "ibv_rereg_mr_err_code",
    "ibv_rereg_mr_flags",
    "ibv_send_flags",
    "ibv_srq_attr_mask",
    "ibv_srq_init_attr_mask",
    "ibv_srq_type",
    "ibv_tm_cap_flags",
    "ibv_transport_type",
    "ibv_values_mask",
    "ibv_wc_flags",
    "ibv_wc_opcode",
    "ibv_wc_status",
    "ibv_wr_opcode",
    "ibv_xrcd_init_attr_mask",
    "ib_uverbs_advise_mr_advice",
    "ib_uverbs_advise_mr_flag",
    "mlx5dv_context_comp_mask",
    "rdma_cm_event_type",
    "rdma_port_space",
];

/// The files of types, and those of their sizes and offsets: by how the names of types begin. The first takes what no other
/// does.
const PARTS: [(&str, &[&str]); 9] = [
    ("objects", &[]),
    ("vendors", &["efadv_", "mlx5dv_"]),
    ("connections", &["rdma_", "ibv_sa_", "sockaddr"]),
    (
        "capabilities",
        &[
            "ibv_cq_moderation",
            "ibv_device_attr",
            "ibv_odp_caps",
            "ibv_packet_pacing",
            "ibv_pci_atomic",
            "ibv_query_device",
            "ibv_rss_caps",
            "ibv_tm_cap",
            "ibv_tso_caps",
        ],
    ),
    (
        "device",
        &[
            "_compat_ibv_port",
            "_ibv_device",
            "ibv_async",
            "ibv_atomic",
            "ibv_context",
            "ibv_device",
            "ibv_event",
            "ibv_gid",
            "ibv_mtu",
            "ibv_node",
            "ibv_port",
            "ibv_transport",
        ],
    ),
    ("steering", &["ibv_flow", "ib_uverbs_flow"]),
    (
        "extended",
        &[
            "verbs_context",
            "ibv_cq_ex",
            "ibv_cq_init",
            "ibv_qp_ex",
            "ibv_qp_init_attr_ex",
            "ibv_srq_init_attr_ex",
        ],
    ),
    ("requests", &["ibv_mw_bind", "ibv_recv", "ibv_send", "ibv_sge", "ibv_wc", "ibv_wr_"]),
    (
        "queues",
        &[
            "ibv_comp_channel",
            "ibv_cq",
            "ibv_moderate_cq",
            "ibv_modify_cq",
            "ibv_ops_wr",
            "ibv_poll_cq",
            "ibv_qp",
            "ibv_rwq",
            "ibv_rx_hash",
            "ibv_srq",
            "ibv_wq",
        ],
    ),
];

/// Writes the files anew, or gives the names of those that differ from the headers; then has C check the layout.
pub(super) fn run(bless: bool) -> Result<Vec<String>> {
    let (include, version) = lab::Items::locate()?.rdma_headers();
    let version = version.filter(|_| include.join("infiniband/verbs.h").is_file()).ok_or_else(|| {
        Failure::new(format!("RDMA's headers are not in {}: run `cargo xtask setup`", include.display()))
    })?;
    let upstream = version.split('-').next().unwrap_or(&version);
    let bindings = bindings(&include)?;
    let mut files = parts(upstream, &rustfmt(&bindings)?)?;
    files.push((LAYOUT.to_owned(), layout(upstream, &bindings)?));
    let mut stale = Vec::new();
    for (path, text) in &files {
        if fs::read_to_string(path).is_ok_and(|old| old == *text) {
            continue;
        }
        if bless {
            if let Some(dir) = Path::new(path).parent() {
                fs::create_dir_all(dir).attempt(|| format!("create {}", dir.display()))?;
            }
            fs::write(path, text).attempt(|| format!("write {path}"))?;
            println!("written: {path}");
        } else {
            stale.push(path.clone());
        }
    }
    compile(Some(&include))?;
    // Older headers lack later members, so only a machine whose headers are as new can be asked the same.
    let installed = fs::read_to_string("/usr/include/infiniband/verbs.h").ok();
    if installed.is_some() && installed == fs::read_to_string(include.join("infiniband/verbs.h")).ok() {
        compile(None)?;
    }
    println!("verbs: types of rdma-core {upstream}; sizes and offsets hold in C");
    Ok(stale)
}

/// Has the C compiler hold the layout file against headers.
fn compile(include: Option<&Path>) -> Result<()> {
    let mut cc = Command::new("cc");
    if let Some(include) = include {
        cc.arg("-I").arg(include);
    }
    // What vendors' headers have inline needs functions that are not of the standard.
    process::run(cc.args(["-std=gnu11", "-fsyntax-only", LAYOUT]))
        .attempt(|| "hold the layout of our types against C's".into())
}

fn bindings(include: &Path) -> Result<String> {
    let mut builder = bindgen::Builder::default()
        .header_contents("bindings.h", INCLUDES)
        .clang_arg(format!("-I{}", include.display()))
        .default_enum_style(bindgen::EnumVariation::Consts)
        .prepend_enum_name(false)
        .generate_comments(false)
        .derive_default(false)
        .ignore_functions()
        // The system's own types are libc's.
        .blocklist_type("pthread_.*|__pthread.*|__atomic.*")
        .raw_line("pub use libc::{pthread_cond_t, pthread_mutex_t};")
        // Of addresses only the room that they take is wanted; what is in it is read by libc's types.
        .opaque_type("sockaddr.*")
        .layout_tests(true);
    for name in WANTED {
        builder = builder.allowlist_type(format!("^{name}$"));
    }
    for name in CONSTANTS {
        builder = builder.allowlist_type(format!("^{name}$"));
    }
    Ok(builder.generate().attempt(|| "read RDMA's headers".into())?.to_string())
}

/// The bindings by purpose, as files: the types, the members of enumerations, and the assertions of sizes and offsets.
fn parts(version: &str, bindings: &str) -> Result<Vec<(String, String)>> {
    let mut constants = String::new();
    let [mut types, mut layout] = [(); 2].map(|()| PARTS.map(|_| String::new()));
    for item in items(bindings) {
        let is = |start: &str| item.lines().any(|line| line.starts_with(start));
        match () {
            () if is("const _") => layout[part_of(&item)].push_str(&item),
            () if is("pub const ") => constants.push_str(&item),
            () => types[part_of(&item)].push_str(&item),
        }
    }
    let file = |path: &str, what: &str, text: &str| {
        let head =
            format!("//! {what} of rdma-core {version}, by `cargo xtask uapi --bless`. Not to be edited.");
        Ok((format!("{GENERATED}/{path}.rs"), rustfmt(&format!("{head}\n\n{text}"))?))
    };
    let mut all = vec![file("constants", "Constants", &format!("use super::types::*;\n\n{constants}"))?];
    for ((stem, _), (types, layout)) in PARTS.iter().zip(types.iter().zip(&layout)) {
        all.push(file(&format!("types/{stem}"), "Types", &format!("use super::*;\n\n{types}"))?);
        let layout = format!("use super::super::types::*;\n\n{layout}");
        all.push(file(&format!("layout/{stem}"), "Sizes and offsets", &layout)?);
    }
    Ok(all)
}

/// To which of the parts an item belongs: by the type that it defines, or whose size it asserts first.
fn part_of(item: &str) -> usize {
    const BEFORE: [&str; 4] = ["pub struct ", "pub union ", "pub type ", "\"Size of "];
    let mut lines = item.lines().map(|line| line.trim().trim_start_matches('['));
    let name = lines.find_map(|line| BEFORE.iter().find_map(|before| line.strip_prefix(before)));
    let is_of = |(_, starts): &(&str, &[&str])| {
        name.is_some_and(|name| starts.iter().any(|start| name.starts_with(start)))
    };
    PARTS.iter().position(is_of).unwrap_or_default()
}

/// The items of text that rustfmt has set out, each with its attributes.
fn items(text: &str) -> Vec<String> {
    let (mut all, mut item) = (Vec::new(), String::new());
    for line in text.lines() {
        item.push_str(line);
        item.push('\n');
        // What belongs to an item is indented, but for its attributes and its last line.
        let is_indented = line.starts_with(' ');
        if !is_indented && line.ends_with(['}', ';'])
            || is_indented && line.ends_with(';') && !item.contains('{')
        {
            all.push(std::mem::take(&mut item));
        }
    }
    all
}

/// The size of a type, and its fields with their offsets.
type Sizes<'a> = (u64, Vec<(&'a str, u64)>);

/// Sizes and offsets as C assertions, from the assertions that bindgen writes for Rust.
fn layout(version: &str, bindings: &str) -> Result<String> {
    let mut sizes: BTreeMap<&str, Sizes<'_>> = BTreeMap::new();
    // Long lines are broken by bindgen's printer: an assertion ends with a semicolon.
    let joined = bindings.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest: &str = &joined;
    while let Some((_, after)) = rest.split_once("[\"") {
        let (what, after) = after.split_once("\"]").unwrap_or((after, ""));
        let (body, after) = after.split_once(';').unwrap_or((after, ""));
        rest = after;
        let value = body.rsplit_once("- ").and_then(|(_, value)| value.strip_suffix("usize]"));
        let Some(value) = value.and_then(|value| value.parse().ok()) else { continue };
        // What has no name in C cannot be asked for there.
        if let Some(name) = what.strip_prefix("Size of ").filter(|name| !name.contains("bindgen")) {
            sizes.entry(name).or_default().0 = value;
        } else if let Some((name, field)) =
            what.strip_prefix("Offset of field: ").and_then(|place| place.split_once("::"))
            && let Some((_, fields)) = sizes.get_mut(name)
        {
            fields.push((field, value));
        }
    }
    if sizes.len() < WANTED.len() / 2 {
        return Err(Failure::new("bindgen wrote no assertions of sizes"));
    }
    let mut out = format!(
        "/* Sizes and offsets of src/ffi/generated/types/, which are those of rdma-core {version}. By `cargo xtask uapi --bless`. */\n\
         #include <stddef.h>\n{INCLUDES}\n"
    );
    for (name, (size, fields)) in sizes {
        let kind = if name == "ibv_gid" { "union" } else { "struct" };
        let _ = writeln!(out, "_Static_assert(sizeof({kind} {name}) == {size}, \"{name}\");");
        for (field, offset) in fields.iter().filter(|(field, _)| !field.starts_with("__bindgen")) {
            // bindgen puts `_` behind what is a word of Rust.
            let field = field.strip_suffix('_').unwrap_or(field);
            let _ = writeln!(
                out,
                "_Static_assert(offsetof({kind} {name}, {field}) == {offset}, \"{name}.{field}\");"
            );
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_keep_their_attributes_and_are_whole() {
        let items_are = [
            "pub const A: u32 = 1;\n",
            "#[repr(C)]\npub struct B {\n    pub a: u32,\n}\n",
            "pub type C =\n    Option<unsafe extern \"C\" fn()>;\n",
            "const _: () = {\n    [\"Size of B\"][0];\n};\n",
        ];
        assert_eq!(items(&items_are.concat()), items_are);
    }
}
