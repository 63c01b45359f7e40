//! How often the adapters are right about the NICs that a real kernel has here.

use conformance::predictions::{self, Confusion, measure};
use smartnic::Host;

use crate::check::{Done, Outcome, Why, expect};
use crate::lab::{Lab, sh};
use crate::nic::Nic;

/// Only every so many lines: each costs the virtual machine some time.
const STEP: usize = 7;
/// Of definite predictions, so many of a hundred must be right.
const LEAST: usize = 95;

/// On netdevsim, which takes everything or nothing.
pub(crate) fn netdevsim(lab: &Lab) -> Outcome {
    let _nic = Nic::new(3)?;
    good("netdevsim", &measured(lab, ["sim0", "sim1", "sim2"])?)
}

/// On labnic, which takes what its adapter says; on a representor and on the uplink.
pub(crate) fn labnic(lab: &Lab) -> Outcome {
    sh("modprobe labnic vfs=2")?;
    let result = on_labnic(lab);
    sh("modprobe -r labnic")?;
    result
}

fn on_labnic(lab: &Lab) -> Outcome {
    sh("devlink dev eswitch set platform/labnic.0 mode switchdev")?;
    let mut confusion = measured(lab, ["lab0_0", "lab0_1", "lab0"])?;
    confusion.join(measured(lab, ["lab0", "lab0_0", "lab0_1"])?);
    good("labnic", &confusion)
}

fn measured(lab: &Lab, links: [&str; 3]) -> Result<Confusion, Why> {
    let mut lines = predictions::lines()?;
    lines.retain(|line| lab.offloads() || !line.contains("skip_sw"));
    let some: Vec<String> = lines.into_iter().step_by(STEP).collect();
    Ok(measure(&Host::open("linux:")?, &some, links)?)
}

fn good(name: &str, confusion: &Confusion) -> Outcome {
    println!("        {name}:");
    confusion.to_string().lines().for_each(|line| println!("        {line}"));
    expect(confusion.definite() > 50, || "the adapter says too little".into())?;
    expect(confusion.right() * 100 >= confusion.definite() * LEAST, || confusion.surprises.join("\n"))?;
    Ok(Done::Passed)
}
