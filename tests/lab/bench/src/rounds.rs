//! The measurements, in turns, so that all meet the same machine.

use std::env::current_exe;
use std::path::Path;
use std::process::Command;
use std::thread::available_parallelism;

use smartnic::Host;
use smartnic::backend::{FlowOffload, FlowOp, FlowScope};
use smartnic::flow::{self, ApplyOptions, Attach};
use smartnic::text::{RuleLine, RuleSet};
use smartnic_linux::LinuxHost;

use crate::place::{Mode, Place};
use crate::rules::{ADD, DELETE, Rules};
use crate::why::Why;
use crate::{measure, ours, replay};

/// How many times what reads the rules does so; the last time counts.
const TURNS: u32 = 3;
/// How many rules are changed in the plan.
const CHANGES: usize = 100;
/// From here on what holds every rule in memory is left out.
const MANY: u32 = 500_000;

/// What to measure.
pub(crate) struct Plan<'a> {
    pub(crate) mode: Mode,
    pub(crate) rules: u32,
    pub(crate) rounds: u32,
    pub(crate) snicctl: &'a Path,
    /// Without tc, which takes minutes for a million rules.
    pub(crate) alone: bool,
}

struct Bench<'a> {
    plan: &'a Plan<'a>,
    place: Place,
    rules: Rules,
    host: LinuxHost,
}

pub(crate) fn run(plan: &Plan<'_>) -> Result<(), Why> {
    let place = Place::new(plan.mode)?;
    let rules = Rules::make(&place, plan.rules, plan.mode.in_hardware())?;
    let bench = Bench { plan, place, rules, host: LinuxHost::open()? };
    if plan.rules < MANY {
        // The first to come pays for memory that the kernel never used before, and the others use it again.
        bench.warm()?;
    }
    println!("section {} {}", plan.mode.name(), plan.rules);
    for round in 1..=plan.rounds {
        eprintln!("{}, {} rules: round {round} of {} …", plan.mode.name(), plan.rules, plan.rounds);
        if !plan.alone {
            bench.by_tc()?;
        }
        // What comes second meets memory that the first has just used.
        if round % 2 == 1 {
            bench.by_us()?;
            bench.replayed()?;
        } else {
            bench.replayed()?;
            bench.by_us()?;
        }
        if plan.rules < MANY {
            bench.whole()?;
        }
    }
    Ok(())
}

/// Rules in and out by us, so many times, and nothing else: what a profiler is to look at.
pub(crate) fn insert(mode: Mode, count: u32, turns: u32) -> Result<(), Why> {
    let place = Place::new(mode)?;
    let (rules, host) = (Rules::make(&place, count, mode.in_hardware())?, LinuxHost::open()?);
    for _ in 0..turns {
        place.clean()?;
        let ops: Vec<FlowOp<'_>> = rules.rules.iter().map(FlowOp::Add).collect();
        measure::work("insert-ours", || ours::add(&host, &ops))?;
        let names = ours::names(&rules.rules);
        let ops: Vec<FlowOp<'_>> = names.iter().map(FlowOp::Delete).collect();
        measure::work("delete-ours", || ours::add(&host, &ops))?;
    }
    Ok(())
}

impl Bench<'_> {
    /// What stands there must be what was asked for, or the time means nothing.
    fn expect(&self, rules: usize) -> Result<(), Why> {
        let want = (rules, if self.plan.mode.in_hardware() { rules } else { 0 });
        let there = ours::count(&self.host, self.place.link)?;
        Why::unless(there == want, || format!("(rules, in hardware) should be {want:?} and are {there:?}"))
    }

    /// `insert-tc`, `delete-tc`, and in between what reads the rules: `dump-tc` and `dump-ours` as whole programs,
    /// `read-ours` and `read-receive` once the programs run, `list-ours`.
    fn by_tc(&self) -> Result<(), Why> {
        self.place.clean()?;
        measure::program("insert-tc", Command::new("tc").args(["-batch", ADD]))?;
        self.expect(self.rules.rules.len())?;
        self.read(|| {
            let show = ["-j", "filter", "show", "dev", self.place.name, "ingress"];
            measure::program("dump-tc", Command::new("tc").args(show))?;
            let list = ["flow", "list", "--dev", self.place.name, "-o", "json"];
            measure::program("list-ours", Command::new(self.plan.snicctl).args(list))
        })?;
        measure::program("delete-tc", Command::new("tc").args(["-batch", DELETE]))?;
        self.expect(0)
    }

    /// `read-receive`, `read-ours`, `dump-ours`, and `others` in between.
    fn read(&self, others: impl FnOnce() -> Result<(), Why>) -> Result<(), Why> {
        let (own, link) = (current_exe()?, self.place.link.to_string());
        let own = |what: &str, turns: u32| {
            let mut command = Command::new(&own);
            command.args([what, &link, &turns.to_string()]);
            command
        };
        measure::own_work("read-receive", &mut own("receive", TURNS))?;
        measure::own_work("read-ours", &mut own("read", TURNS))?;
        measure::own_program("dump-ours", &mut own("read", 1))?;
        others()?;
        measure::own_work("read-ours", &mut own("read", TURNS))?;
        measure::own_work("read-receive", &mut own("receive", TURNS))
    }

    /// `insert-ours`, `plan-read`, `plan-ours`, `delete-ours`; without tc also what reads the rules.
    fn by_us(&self) -> Result<(), Why> {
        let rules = &self.rules.rules;
        self.place.clean()?;
        let ops: Vec<FlowOp<'_>> = rules.iter().map(FlowOp::Add).collect();
        measure::work("insert-ours", || ours::add(&self.host, &ops))?;
        self.expect(rules.len())?;
        if self.plan.alone {
            self.read(|| Ok(()))?;
        }
        if self.plan.rules < MANY {
            self.planned()?;
        }
        let names = ours::names(rules);
        let ops: Vec<FlowOp<'_>> = names.iter().map(FlowOp::Delete).collect();
        measure::work("delete-ours", || ours::add(&self.host, &ops))?;
        self.expect(0)
    }

    /// A hundred changes are looked for among all rules, and none is made.
    fn planned(&self) -> Result<(), Why> {
        let scope = FlowScope::at(Attach::ingress(self.place.link));
        drop(measure::work("plan-read", || Ok(self.host.entries(&scope)?))?);
        let line = |rule| RuleLine { rule, line: 0, group: None };
        let wanted = self.rules.changed(CHANGES).into_iter().map(line).collect();
        let wanted = RuleSet { rules: wanted, ..RuleSet::default() };
        let host = Host::open("linux:")?;
        let options = ApplyOptions { dry_run: true, ..ApplyOptions::default() };
        let report = measure::work("plan-ours", || Ok(flow::apply(&host, &wanted, &options)?))?;
        let replaced = report.count(flow::Change::Replaced);
        Why::unless(replaced == CHANGES, || format!("{replaced} rules would be replaced"))
    }

    /// As many rules as will be measured, in and out once.
    fn warm(&self) -> Result<(), Why> {
        self.place.clean()?;
        let sockets = available_parallelism()?.get();
        replay::send(&replay::additions(&self.rules.rules)?, sockets)?;
        replay::send(&replay::removals(&self.rules.rules)?, sockets)?;
        self.expect(0)
    }

    /// `insert-replay` and `delete-replay`, through as many sockets as we use.
    fn replayed(&self) -> Result<(), Why> {
        self.place.clean()?;
        let ready = replay::additions(&self.rules.rules)?;
        let sockets = available_parallelism()?.get();
        measure::work("insert-replay", || replay::send(&ready, sockets))?;
        self.expect(self.rules.rules.len())?;
        let ready = replay::removals(&self.rules.rules)?;
        measure::work("delete-replay", || replay::send(&ready, sockets))?;
        self.expect(0)
    }

    /// The whole program: `apply-ours` reads a file, looks at what is there, inserts, and reads back.
    fn whole(&self) -> Result<(), Why> {
        self.place.clean()?;
        measure::program("apply-ours", Command::new(self.plan.snicctl).args(["flow", "apply", ADD]))?;
        self.expect(self.rules.rules.len())?;
        measure::program("again-ours", Command::new(self.plan.snicctl).args(["flow", "apply", ADD]))?;
        measure::program(
            "remove-ours",
            Command::new(self.plan.snicctl).args(["flow", "del", "--file", ADD]),
        )?;
        self.expect(0)
    }
}
