//! One flow rule.

use std::hash::{DefaultHasher, Hash, Hasher};

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyString};
use smartnic::Error;
use smartnic::flow::{Attach, Skip};
use smartnic::text::tc::rule_to_tc;
use smartnic::text::yaml::{Draft, rule_fields};

use crate::convert::to_py;
use crate::error::Result;

const OP: &str = "build a flow rule";

/// A flow rule: where it stands, what it matches, what it does.
///
/// Fields and keys have the names that ``tc`` gives them, and so have their values; numbers, addresses of
/// ``ipaddress`` and text are all taken. What every key means: ``docs/tc.md``.
///
/// >>> rule = Rule(dev="pf0vf0", prio=10, protocol="ip", ip_proto="tcp", dst_port=80, actions="drop")
/// >>> rule.dst_port
/// Traceback (most recent call last):
///     ...
/// AttributeError: 'smartnic.Rule' object has no attribute 'dst_port'
/// >>> rule.match
/// {'ip_proto': 'tcp', 'dst_port': 80}
/// >>> rule
/// Rule(dev='pf0vf0', side='ingress', prio=10, protocol='ip', ip_proto='tcp', dst_port=80, actions=['drop'])
/// >>> Rule(**rule.to_dict()) == rule
/// True
///
/// An action is a word, or a dict with what it needs:
///
/// >>> Rule(dev="pf0vf0", actions=["vlan_pop", {"redirect": "pf0vf1"}]).to_tc()
/// 'filter add dev pf0vf0 ingress protocol all flower action vlan pop pipe action mirred egress redirect dev pf0vf1'
#[pyclass(frozen, module = "smartnic")]
#[derive(Clone)]
pub(crate) struct Rule {
    pub(crate) rule: smartnic::flow::Rule,
    pub(crate) group: Option<String>,
    pub(crate) line: usize,
}

impl From<smartnic::flow::Rule> for Rule {
    fn from(rule: smartnic::flow::Rule) -> Self {
        Self { rule, group: None, line: 0 }
    }
}

/// A value as the document would have it.
fn value_of(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    if value.is_instance_of::<PyBool>() {
        return Err(crate::error::Failure::from(Error::invalid(OP, format!("{name} is no yes or no"))).into());
    }
    // tc reads any number of an IP protocol in base sixteen.
    if name == "ip_proto" && value.is_instance_of::<PyInt>() {
        return Ok(format!("{:#x}", value.extract::<u64>()?));
    }
    Ok(value.str()?.to_cow()?.into_owned())
}

/// Puts the names and values of a call into a draft.
pub(crate) fn fill(draft: &mut Draft, fields: &Bound<'_, PyDict>) -> PyResult<()> {
    for (name, value) in fields {
        let name = name.cast::<PyString>()?.to_cow()?.into_owned();
        if value.is_none() || name == "group" {
            continue;
        }
        match name.as_str() {
            "actions" | "action" => actions(draft, &value)?,
            name => draft.set(name, value_of(name, &value)?),
        }
    }
    Ok(())
}

fn actions(draft: &mut Draft, value: &Bound<'_, PyAny>) -> PyResult<()> {
    if let Ok(word) = value.cast::<PyString>() {
        draft.action(word.to_cow()?.into_owned());
    } else if let Ok(parts) = value.cast::<PyDict>() {
        let mut fields = Vec::new();
        for (name, value) in parts {
            fields.push((name.cast::<PyString>()?.to_cow()?.into_owned(), value_of("", &value)?));
        }
        let fields = fields.iter().map(|(name, value)| (&**name, value.clone()));
        draft.action_of(fields).map_err(crate::error::Failure::from)?;
    } else {
        for one in value.try_iter()? {
            actions(draft, &one?)?;
        }
    }
    Ok(())
}

/// A rule from the names and values of a call.
pub(crate) fn from_fields(fields: &Bound<'_, PyDict>) -> PyResult<Rule> {
    let mut draft = Draft::default();
    fill(&mut draft, fields)?;
    let group = fields.get_item("group")?.filter(|group| !group.is_none());
    let group = group.map(|group| group.extract()).transpose()?;
    let rule = draft.rule().map_err(crate::error::Failure::from)?;
    Ok(Rule { rule, group, line: 0 })
}

/// What a rule has, with its keys among its fields.
fn fields<'py>(py: Python<'py>, rule: &smartnic::flow::Rule) -> PyResult<Bound<'py, PyDict>> {
    let fields = rule_fields(rule).map_err(crate::error::Failure::from)?;
    let fields = to_py(py, &fields)?.into_bound(py).cast_into::<PyDict>()?;
    let keys = fields.get_item("match")?;
    let actions = fields.get_item("actions")?;
    for name in ["match", "actions"] {
        if fields.contains(name)? {
            fields.del_item(name)?;
        }
    }
    if let Some(keys) = keys {
        fields.update(keys.cast::<PyDict>()?.as_mapping())?;
    }
    if let Some(actions) = actions {
        fields.set_item("actions", actions)?;
    }
    Ok(fields)
}

#[pymethods]
impl Rule {
    #[new]
    #[pyo3(signature = (**fields))]
    fn new(py: Python<'_>, fields: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        from_fields(fields.unwrap_or(&PyDict::new(py)))
    }

    /// The rule that a line of ``tc`` adds.
    ///
    /// >>> Rule.from_tc("filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto udp action drop").prio
    /// 1
    #[staticmethod]
    fn from_tc(text: &str) -> Result<Self> {
        let set = smartnic::flow::RuleSet::from_tc(text)?;
        let count = set.rules.len();
        match <[_; 1]>::try_from(set.rules) {
            Ok([line]) => Ok(Self { rule: line.rule, group: line.group, line: 0 }),
            Err(_) => Err(Error::invalid("read a flow rule", format!("the text has {count} rules, not one"))
                .hint("Rules.from_tc() reads any number")
                .into()),
        }
    }

    /// The link that it stands on, by name; ``None`` on a shared block.
    #[getter]
    fn dev(&self) -> Option<String> {
        match &self.rule.attach {
            Attach::Dev { dev, .. } => Some(dev.to_string()),
            Attach::Block(_) => None,
        }
    }

    /// ``"ingress"`` or ``"egress"``; ``None`` on a shared block.
    #[getter]
    fn side(&self) -> Option<String> {
        match &self.rule.attach {
            Attach::Dev { side, .. } => Some(side.to_string()),
            Attach::Block(_) => None,
        }
    }

    /// The shared block that it stands on, if it does.
    #[getter]
    fn block(&self) -> Option<u32> {
        match self.rule.attach {
            Attach::Dev { .. } => None,
            Attach::Block(block) => Some(block),
        }
    }

    /// Its chain.
    #[getter]
    fn chain(&self) -> u32 {
        self.rule.chain
    }

    /// Its priority; 0 lets the kernel choose.
    #[getter]
    fn prio(&self) -> u16 {
        self.rule.prio
    }

    /// The protocol of the packets that it sees, such as ``"ip"``, ``"802.1Q"`` or ``"all"``.
    #[getter]
    fn protocol(&self) -> String {
        self.rule.protocol.to_string()
    }

    /// Its number within chain, priority and protocol; ``None`` lets the kernel choose.
    #[getter]
    fn handle(&self) -> Option<u32> {
        self.rule.handle
    }

    /// ``"skip_sw"``: in hardware only; ``"skip_hw"``: in software only; ``None``: in both.
    #[getter]
    fn skip(&self) -> Option<&'static str> {
        match self.rule.skip {
            Skip::None => None,
            Skip::SkipSw => Some("skip_sw"),
            Skip::SkipHw => Some("skip_hw"),
        }
    }

    /// The group that it belongs to, if its file has groups.
    #[getter]
    fn group(&self) -> Option<&str> {
        self.group.as_deref()
    }

    /// The line of the text that it stands on, counted from 1; 0 if it comes from no text.
    #[getter]
    fn line(&self) -> usize {
        self.line
    }

    /// Its keys and their values.
    #[getter]
    fn r#match<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let fields = rule_fields(&self.rule).map_err(crate::error::Failure::from)?;
        let keys = to_py(py, &fields)?.into_bound(py).cast_into::<PyDict>()?.get_item("match")?;
        Ok(keys.unwrap_or_else(|| PyDict::new(py).into_any()))
    }

    /// What it does, in order: words, or dicts with what the action needs.
    #[getter]
    fn actions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match fields(py, &self.rule)?.get_item("actions")? {
            Some(actions) => Ok(actions),
            None => Vec::<String>::new().into_bound_py_any(py),
        }
    }

    /// Its fields, keys and actions: what ``Rule(**…)`` takes.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fields = fields(py, &self.rule)?;
        if let Some(group) = &self.group {
            fields.set_item("group", group)?;
        }
        Ok(fields)
    }

    /// The rule as the line of ``tc`` that adds it.
    fn to_tc(&self) -> Result<String> {
        Ok(rule_to_tc(&self.rule)?)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| {
            let other = other.get();
            (&self.rule, &self.group) == (&other.rule, &other.group)
        })
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.rule.hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        // What the document has no words for has a name all the same.
        let Ok(fields) = self.to_dict(py) else { return Ok(format!("<Rule {}>", self.rule)) };
        let mut parts = Vec::with_capacity(fields.len());
        for (name, value) in fields {
            parts.push(format!("{name}={}", value.repr()?));
        }
        Ok(format!("Rule({})", parts.join(", ")))
    }

    fn __str__(&self) -> String {
        self.to_tc().unwrap_or_else(|_| self.rule.to_string())
    }
}
