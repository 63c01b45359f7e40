//! An action that runs a pinned BPF program: by tc and by us.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::fs;
use std::io;

use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::corpus::file;
use crate::lab::{Lab, sh, sh_json};
use crate::nic::Nic;

/// Where programs are pinned, and the program.
const FOLDER: &str = "/sys/fs/bpf";
const PINNED: &str = "/sys/fs/bpf/lab-action";

/// The same state, and a clear refusal where nothing is pinned.
pub(crate) fn as_tc_does(lab: &Lab) -> Outcome {
    let _nic = Nic::with_places()?;
    if !fs::read_to_string("/proc/mounts")?.contains(FOLDER) {
        sh(&format!("mount -t bpf bpf {FOLDER}"))?;
    }
    let _ = fs::remove_file(PINNED);
    pin().map_err(|error| Why(format!("cannot pin a program: {error}")))?;
    let line = |side: &str, path: &str| {
        format!(
            "filter add dev sim0 {side} protocol ip pref 3 handle 1 flower skip_hw dst_ip 10.9.9.9 action bpf object-pinned {path} drop"
        )
    };
    sh(&format!("tc {}", line("ingress", PINNED))).during("let tc use the pinned program")?;
    let ours = file("pinned", &[line("egress", PINNED)])?;
    let ours = ours.to_string_lossy().into_owned();
    lab.snicctl(&["flow", "apply", &ours])?;
    let actions = |side: &str| -> Result<_, Why> {
        let shown = sh_json(&format!("tc -j filter show dev sim0 {side}"))?;
        let mut action = shown[1]["options"]["actions"][0].clone();
        // The number of the action is its own.
        action.as_object_mut().and_then(|action| action.remove("index"));
        Ok(action)
    };
    expect_eq(&actions("egress")?, &actions("ingress")?, "what tc shows of our action and of its own")?;
    let listed = lab.snicctl(&["flow", "list", "--dev", "sim0", "--side", "egress"])?;
    expect(listed.contains("bpf"), || format!("flow list shows no program: {listed}"))?;

    let missing = file("missing", &[line("egress", "/sys/fs/bpf/nothing").replace("pref 3", "pref 5")])?;
    let refused = lab.try_snicctl(&["flow", "apply", &missing.to_string_lossy()])?;
    expect(refused.code != 0 && refused.err.contains("/sys/fs/bpf/nothing"), || refused.to_string())?;
    lab.snicctl(&["flow", "del", "--file", &ours])?;
    fs::remove_file(PINNED)?;
    Ok(Done::Passed)
}

/// `struct bpf_insn`.
#[repr(C)]
struct Instruction {
    code: u8,
    registers: u8,
    offset: i16,
    value: i32,
}

/// The part of `union bpf_attr` that `BPF_PROG_LOAD` reads.
#[repr(C)]
#[derive(Default)]
struct Load {
    kind: u32,
    count: u32,
    instructions: u64,
    license: u64,
    log_level: u32,
    log_size: u32,
    log: u64,
    kernel: u32,
    flags: u32,
}

/// The part of `union bpf_attr` that `BPF_OBJ_PIN` reads.
#[repr(C)]
struct Pin {
    path: u64,
    descriptor: u32,
    flags: u32,
}

const BPF_PROG_LOAD: libc::c_int = 5;
const BPF_OBJ_PIN: libc::c_int = 6;
const BPF_PROG_TYPE_SCHED_ACT: u32 = 4;

/// Loads a program that drops every packet, and pins it.
fn pin() -> io::Result<()> {
    // r0 = TC_ACT_SHOT; exit
    let drop = [
        Instruction { code: 0xb7, registers: 0, offset: 0, value: 2 },
        Instruction { code: 0x95, registers: 0, offset: 0, value: 0 },
    ];
    let load = Load {
        kind: BPF_PROG_TYPE_SCHED_ACT,
        count: 2,
        instructions: drop.as_ptr() as u64,
        license: c"GPL".as_ptr() as u64,
        ..Load::default()
    };
    let path = CString::new(PINNED)?;
    let call = |command: libc::c_int, attr: *const libc::c_void, size: usize| {
        // SAFETY: the kernel reads as many bytes as it is told from a structure that lives here, and from the addresses
        // in it, which outlive the call.
        let result = unsafe { libc::syscall(libc::SYS_bpf, command, attr, size) };
        u32::try_from(result).map_err(|_| io::Error::last_os_error())
    };
    let descriptor = call(BPF_PROG_LOAD, (&raw const load).cast(), size_of::<Load>())?;
    let pin = Pin { path: path.as_ptr() as u64, descriptor, flags: 0 };
    let pinned = call(BPF_OBJ_PIN, (&raw const pin).cast(), size_of::<Pin>());
    // SAFETY: the descriptor was given out above, and nobody else has it.
    unsafe { libc::close(descriptor.cast_signed()) };
    pinned.map(|_| ())
}
