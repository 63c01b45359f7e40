//! Wall time, processor time and memory, of work in this process and of other programs.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{Read, Seek};
use std::mem::MaybeUninit;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::why::Why;

/// What one run took.
#[derive(Clone, Copy, Debug, Default)]
struct Figure {
    wall: f64,
    user: f64,
    system: f64,
    /// The most memory that was in use, in KiB.
    peak: i64,
}

impl Figure {
    fn print(self, name: &str) {
        let Self { wall, user, system, peak } = self;
        println!("figure {name} {wall:.6} {user:.6} {system:.6} {peak}");
    }
}

/// Measures work in this process and prints its figure.
pub(crate) fn work<T>(name: &str, work: impl FnOnce() -> Result<T, Why>) -> Result<T, Why> {
    let (begun, before) = (Instant::now(), own_usage());
    let result = work()?;
    let (wall, after) = (begun.elapsed().as_secs_f64(), own_usage());
    let spent = |time: fn(&libc::rusage) -> libc::timeval| seconds(time(&after)) - seconds(time(&before));
    Figure { wall, user: spent(|usage| usage.ru_utime), system: spent(|usage| usage.ru_stime), peak: 0 }
        .print(name);
    Ok(result)
}

/// Measures a program, whose output is thrown away, and prints its figure.
pub(crate) fn program(name: &str, command: &mut Command) -> Result<(), Why> {
    run(name, command.stdout(Stdio::null()))?.print(name);
    Ok(())
}

/// As [`program`], for this program itself, which tells its peak of memory by [`print_work`]. What the system says of it
/// is at least the peak of the process that it was split off from.
pub(crate) fn own_program(name: &str, command: &mut Command) -> Result<(), Why> {
    let (figure, _, peak) = own(name, command)?;
    Figure { peak, ..figure }.print(name);
    Ok(())
}

/// As [`own_program`], but the time is that of the work alone, the last time that it was done.
pub(crate) fn own_work(name: &str, command: &mut Command) -> Result<(), Why> {
    let (figure, wall, peak) = own(name, command)?;
    Figure { wall, peak, ..figure }.print(name);
    Ok(())
}

fn own(name: &str, command: &mut Command) -> Result<(Figure, f64, i64), Why> {
    let mut told = scratch("/tmp/told")?;
    let figure = run(name, command.stdout(told.try_clone()?))?;
    let mut words = String::new();
    told.rewind()?;
    told.read_to_string(&mut words)?;
    let (wall, peak) = words.trim().split_once(' ').ok_or_else(|| Why::new("the program told nothing"))?;
    Ok((figure, wall.parse()?, peak.parse()?))
}

/// Does the work so many times; prints how long it took the last time, and the most memory that this process had.
pub(crate) fn print_work(turns: u32, mut work: impl FnMut() -> Result<(), Why>) -> Result<(), Why> {
    let mut wall = 0.0;
    for _ in 0..turns {
        let begun = Instant::now();
        work()?;
        wall = begun.elapsed().as_secs_f64();
    }
    print!("{wall:.6} ");
    print_peak()
}

/// Prints the most memory that this process had, in KiB.
fn print_peak() -> Result<(), Why> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    println!("{}", number.ok_or_else(|| Why::new("the system does not tell this process's memory"))?);
    Ok(())
}

fn run(name: &str, command: &mut Command) -> Result<Figure, Why> {
    let mut said = scratch("/tmp/said")?;
    command.stdin(Stdio::null()).stderr(said.try_clone()?);
    let begun = Instant::now();
    // Waited for by its number below, as only that call tells what one program used.
    #[allow(clippy::zombie_processes)]
    let child = command.spawn()?;
    let (status, usage) = wait(libc::pid_t::try_from(child.id())?)?;
    let wall = begun.elapsed().as_secs_f64();
    if status != 0 {
        let mut words = String::new();
        said.rewind()?;
        said.read_to_string(&mut words)?;
        return Err(Why::new(format!("{name} failed with status {status:#x}: {words}")));
    }
    Ok(Figure { wall, user: seconds(usage.ru_utime), system: seconds(usage.ru_stime), peak: 0 })
}

/// An empty file for what a program says.
fn scratch(path: &str) -> Result<File, Why> {
    Ok(File::options().read(true).write(true).create(true).truncate(true).open(path)?)
}

fn seconds(time: libc::timeval) -> f64 {
    time.tv_sec as f64 + time.tv_usec as f64 / 1e6
}

fn own_usage() -> libc::rusage {
    let mut usage = MaybeUninit::zeroed();
    // SAFETY: the pointer is to memory of the right size, which the call fills; `rusage` is plain numbers, for which
    // all zero bits are a value in case it does not.
    unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init()
    }
}

/// Waits for a child of this process; its wait status, 0 for success, and what it used.
fn wait(child: libc::pid_t) -> Result<(libc::c_int, libc::rusage), Why> {
    let mut status = 0;
    let mut usage = MaybeUninit::zeroed();
    // SAFETY: both pointers are to memory of the right sizes, which the call fills; `rusage` is plain numbers, for which
    // all zero bits are a value in case it does not.
    let (ended, usage) = unsafe {
        let ended = libc::wait4(child, &raw mut status, 0, usage.as_mut_ptr());
        (ended, usage.assume_init())
    };
    if ended == child { Ok((status, usage)) } else { Err(std::io::Error::last_os_error().into()) }
}
