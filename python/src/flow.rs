//! Sets of rules, and what became of them.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use smartnic::adapter::Prediction;
use smartnic::flow::{self, ApplyOptions, Change, Counts, Reason, RuleLine, RuleReport, RuleSet, Verdict};
use smartnic::names::Names;

use crate::error::{Failure, Result};
use crate::host::Host;
use crate::rule::{Rule, from_fields};

/// Rules, in order.
///
/// They come from any iterable of rules, lines of ``tc`` and dicts, from a text, from a file, or from an array:
///
/// >>> rules = Rules([Rule(dev="pf0vf0", protocol="ip", dst_ip="10.0.0.0/8", actions="drop")])
/// >>> rules += Rules.from_tc("filter add dev pf0vf1 ingress protocol ip flower ip_proto udp action pass")
/// >>> len(rules), rules[1].dev
/// (2, 'pf0vf1')
/// >>> print(rules.to_yaml())
/// rules:
///   - dev: pf0vf0
///     side: ingress
///     protocol: ip
///     match: {dst_ip: 10.0.0.0/8}
///     actions: [drop]
///   - dev: pf0vf1
///     side: ingress
///     protocol: ip
///     match: {ip_proto: udp}
///     actions: [pass]
/// <BLANKLINE>
#[pyclass(frozen, module = "smartnic", sequence)]
pub(crate) struct Rules {
    pub(crate) set: Arc<RuleSet>,
}

impl From<RuleSet> for Rules {
    fn from(set: RuleSet) -> Self {
        Self { set: Arc::new(set) }
    }
}

fn line(rule: Rule) -> RuleLine {
    RuleLine { rule: rule.rule, group: rule.group, line: rule.line }
}

/// Reads one item of an iterable.
fn collect(item: &Bound<'_, PyAny>, set: &mut RuleSet) -> PyResult<()> {
    if let Ok(rule) = item.cast::<Rule>() {
        set.rules.push(line(rule.get().clone()));
    } else if let Ok(fields) = item.cast::<PyDict>() {
        set.rules.push(line(from_fields(fields)?));
    } else if let Ok(text) = item.cast::<PyString>() {
        let read = RuleSet::from_tc(&text.to_cow()?).map_err(Failure::from)?;
        set.rules.extend(read.rules);
        set.hooks.extend(read.hooks);
    } else if let Ok(rule) = item.getattr("rule") {
        // What lists and reports give.
        collect(&rule, set)?;
    } else {
        // The conversion names the type.
        item.cast::<Rule>()?;
    }
    Ok(())
}

#[pymethods]
impl Rules {
    #[new]
    #[pyo3(signature = (rules=None))]
    fn new(rules: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let mut set = RuleSet::default();
        if let Some(rules) = rules {
            if let Ok(other) = rules.cast::<Self>() {
                return Ok(Self { set: other.get().set.clone() });
            }
            if rules.is_instance_of::<PyDict>()
                || rules.is_instance_of::<PyString>()
                || rules.is_instance_of::<Rule>()
            {
                collect(rules, &mut set)?;
                return Ok(set.into());
            }
            for item in rules.try_iter()? {
                collect(&item?, &mut set)?;
            }
        }
        Ok(set.into())
    }

    /// The rules that lines of ``tc -batch`` add.
    #[staticmethod]
    fn from_tc(py: Python<'_>, text: &str) -> Result<Self> {
        Ok(py.detach(|| RuleSet::from_tc(text))?.into())
    }

    /// The rules of a YAML or JSON document.
    ///
    /// >>> Rules.from_yaml("rules: [{dev: pf0vf0, actions: [drop]}]")[0].actions
    /// ['drop']
    #[staticmethod]
    fn from_yaml(py: Python<'_>, text: &str) -> Result<Self> {
        Ok(py.detach(|| RuleSet::from_yaml(text))?.into())
    }

    /// The rules of a file, in either syntax.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> Result<Self> {
        Ok(py.detach(|| RuleSet::read(&path))?.into())
    }

    /// One rule for each record of a structured array, without an object for each.
    ///
    /// The array is one of numpy's, or has a ``dtype`` and ``tobytes()`` as those have. Its fields are named as those
    /// of :class:`Rule`; ``common`` is what all of them have. Addresses are text, or numbers of four bytes with a prefix
    /// length beside them (``dst_ip_prefix``) where not the whole address counts.
    ///
    /// .. code-block:: python
    ///
    ///     table = numpy.zeros(100_000, dtype=[("prio", "u2"), ("handle", "u4"), ("dst_ip", "u4")])
    ///     rules = Rules.from_array(table, dev="pf0vf0", protocol="ip", actions="drop")
    #[staticmethod]
    #[pyo3(signature = (array, **common))]
    fn from_array(array: &Bound<'_, PyAny>, common: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        crate::records::read(array, common).map(Self::from)
    }

    /// The rules as lines for ``tc -batch``.
    fn to_tc(&self, py: Python<'_>) -> Result<String> {
        Ok(py.detach(|| self.set.to_tc())?)
    }

    /// The rules as a YAML document.
    fn to_yaml(&self, py: Python<'_>) -> Result<String> {
        Ok(py.detach(|| self.set.to_yaml())?)
    }

    fn __len__(&self) -> usize {
        self.set.rules.len()
    }

    fn __getitem__(&self, at: isize) -> PyResult<Rule> {
        place(at, self.set.rules.len())
            .map(|at| self.rule(at))?
            .ok_or_else(|| PyIndexError::new_err("index out of range"))
    }

    fn __iter__(this: Py<Self>) -> RulesIterator {
        RulesIterator { rules: this, at: AtomicUsize::new(0) }
    }

    fn __add__(&self, other: &Self) -> Self {
        let mut set = RuleSet::clone(&self.set);
        set.rules.extend(other.set.rules.iter().cloned());
        set.hooks.extend(other.set.hooks.iter().cloned());
        set.into()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        let plain = |set: &RuleSet| {
            set.rules.iter().map(|line| (line.rule.clone(), line.group.clone())).collect::<Vec<_>>()
        };
        other.cast::<Self>().is_ok_and(|other| plain(&self.set) == plain(&other.get().set))
    }

    fn __repr__(&self) -> String {
        format!("<Rules: {}>", self.set.rules.len())
    }
}

/// An iterator over rules.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct RulesIterator {
    rules: Py<Rules>,
    at: AtomicUsize,
}

#[pymethods]
impl RulesIterator {
    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __next__(&self) -> Option<Rule> {
        let at = self.at.fetch_add(1, Ordering::Relaxed);
        self.rules.get().rule(at)
    }
}

impl Rules {
    fn rule(&self, at: usize) -> Option<Rule> {
        let RuleLine { rule, group, line } = self.set.rules.get(at)?;
        Some(Rule { rule: rule.clone(), group: group.clone(), line: *line })
    }
}

/// Python's way to count from either end.
fn place(at: isize, len: usize) -> PyResult<usize> {
    let found = if at < 0 { len.checked_sub(at.unsigned_abs()) } else { Some(at.unsigned_abs()) };
    found.filter(|at| *at < len).ok_or_else(|| PyIndexError::new_err("index out of range"))
}

type Why = (String, String, Option<String>, Option<String>);
type Judgement = (&'static str, u32, Vec<Why>);
/// Rule, change, identity, verdict, prediction, surprise.
type Told = (Rule, &'static str, Option<String>, Judgement, (&'static str, Vec<Why>), bool);

fn reasons(reasons: &[Reason]) -> Vec<Why> {
    let one = |Reason { source, text, hint, link }: &Reason| {
        (source.to_string(), text.clone(), hint.clone(), link.clone())
    };
    reasons.iter().map(one).collect()
}

fn judgement(verdict: &Verdict) -> Judgement {
    match verdict {
        Verdict::InHardware { count } => ("in_hardware", *count, Vec::new()),
        Verdict::SoftwareOnly { reasons: why } => ("software_only", 0, reasons(why)),
        Verdict::Refused { reasons: why } => ("refused", 0, reasons(why)),
    }
}

fn expected(prediction: &Prediction) -> (&'static str, Vec<Why>) {
    use smartnic::adapter::Expectation;
    let word = match prediction.expect {
        Expectation::Hardware => "hardware",
        Expectation::Software => "software",
        Expectation::Unknown => "unknown",
    };
    (word, reasons(&prediction.reasons))
}

fn done(change: Change) -> &'static str {
    match change {
        Change::Added => "added",
        Change::Replaced => "replaced",
        Change::Kept => "kept",
        Change::Removed => "removed",
        Change::Failed => "failed",
    }
}

/// What an apply or remove did; its rules become Python's one by one, when they are asked for.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct Report {
    report: flow::Report,
    names: Names,
}

fn numbers(counts: Counts) -> (usize, usize, usize) {
    (counts.in_hardware, counts.software_only, counts.refused)
}

#[pymethods]
impl Report {
    fn __len__(&self) -> usize {
        self.report.rules.len()
    }

    fn get(&self, at: isize) -> PyResult<Told> {
        let RuleReport { rule, line, group, change, id, verdict, prediction } =
            place(at, self.report.rules.len()).map(|at| &self.report.rules[at])?;
        let mut rule = rule.clone();
        self.names.put_names(&mut rule);
        let rule = Rule { rule, group: group.clone(), line: *line };
        let surprise = self.report.rules[place(at, self.report.rules.len())?].is_surprise();
        let id = id.as_ref().map(ToString::to_string);
        Ok((rule, done(*change), id, judgement(verdict), expected(prediction), surprise))
    }

    fn counts(&self) -> (usize, usize, usize) {
        numbers(self.report.counts())
    }

    fn count(&self, change: &str) -> usize {
        self.report.rules.iter().filter(|rule| done(rule.change) == change).count()
    }

    fn groups(&self) -> Vec<(String, (usize, usize, usize))> {
        let groups = self.report.groups().into_iter();
        groups.map(|(name, counts)| (name.to_owned(), numbers(counts))).collect()
    }

    #[getter]
    fn pruned(&self) -> Vec<String> {
        self.report.pruned.iter().map(ToString::to_string).collect()
    }

    #[getter]
    fn hooks_added(&self) -> usize {
        self.report.hooks_added
    }

    #[getter]
    fn unchanged(&self) -> bool {
        self.report.is_unchanged()
    }

    fn recovered(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        self.report.recovered.as_ref().map(|recovered| crate::convert::to_py(py, recovered)).transpose()
    }
}

fn reported(
    py: Python<'_>,
    host: &Host,
    call: impl FnOnce(&smartnic::Host) -> smartnic::Result<flow::Report> + Send,
    dry_run: bool,
) -> Result<Report> {
    let whole = move |host: &smartnic::Host| Ok(Report { report: call(host)?, names: host.names()? });
    if dry_run { host.ask(py, whole) } else { host.change(py, whole) }
}

/// Brings rules onto a host, all or nothing.
#[pyfunction]
pub(crate) fn apply(
    py: Python<'_>,
    host: &Host,
    rules: &Rules,
    keep_going: bool,
    prune: bool,
    dry_run: bool,
) -> Result<Report> {
    let options = ApplyOptions { keep_going, prune, dry_run };
    reported(py, host, |host| flow::apply(host, &rules.set, &options), dry_run)
}

/// Takes rules off a host.
#[pyfunction]
pub(crate) fn remove(py: Python<'_>, host: &Host, rules: &Rules, dry_run: bool) -> Result<Report> {
    let options = ApplyOptions { dry_run, ..ApplyOptions::default() };
    reported(py, host, |host| flow::remove(host, &rules.set, &options), dry_run)
}

/// Rule, verdict, prediction, what the CPU counted, note, surprise.
type Explained =
    (Rule, Option<Judgement>, (&'static str, Vec<Why>), Option<u64>, Option<u64>, Option<&'static str>, bool);

/// What is known of rules: those of a set, or those that are there.
#[pyfunction]
pub(crate) fn explain(
    py: Python<'_>,
    host: &Host,
    rules: Option<&Rules>,
    probe: bool,
) -> Result<Vec<Explained>> {
    let tell = |host: &smartnic::Host| {
        let known = match rules {
            Some(rules) => flow::explain(host, &rules.set, probe)?,
            None => flow::explain_entries(host, &flow::entries(host, None)?)?,
        };
        Ok((known, host.names()?))
    };
    let (known, names) = if probe { host.change(py, tell)? } else { host.ask(py, tell)? };
    let one = |known: flow::Explanation| {
        let surprise = known.is_surprise();
        let flow::Explanation { line, prediction, verdict, cpu_packets, cpu_bytes, note } = known;
        let RuleLine { mut rule, group, line } = line;
        names.put_names(&mut rule);
        let verdict = verdict.as_ref().map(judgement);
        (Rule { rule, group, line }, verdict, expected(&prediction), cpu_packets, cpu_bytes, note, surprise)
    };
    Ok(known.into_iter().map(one).collect())
}

/// The rules of each NIC, by where they are.
#[pyfunction]
pub(crate) fn usage(py: Python<'_>, host: &Host) -> PyResult<Py<PyAny>> {
    let used = host.ask(py, |host| flow::usage(host, &flow::entries(host, None)?))?;
    crate::convert::to_py(py, &used)
}

/// Takes back a change that did not come to its end.
#[pyfunction]
pub(crate) fn recover(py: Python<'_>, host: &Host) -> PyResult<Py<PyAny>> {
    crate::convert::to_py(py, &host.change(py, flow::recover)?)
}
