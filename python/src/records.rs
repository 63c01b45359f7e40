//! Rules from the records of a structured array: one copy of its bytes, and no Python object for each rule.

use std::net::Ipv4Addr;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use smartnic::flow::{Action, Attach, IpMatch, IpProto, Netdev, Rule, RuleLine, RuleSet};
use smartnic::text::yaml::Draft;
use smartnic::types::{MaskValue, Masked};
use smartnic::{Error, Result};

use crate::error::Failure;
use crate::rule::fill;

const OP: &str = "read rules from an array";

/// What a field of a record sets.
#[derive(Clone, Copy, PartialEq)]
enum Target {
    Dev,
    Redirect,
    Prio,
    Handle,
    Chain,
    SrcIp,
    SrcPrefix,
    DstIp,
    DstPrefix,
    IpProto,
    SrcPort,
    DstPort,
    VlanId,
    VlanPrio,
    EncKeyId,
}

/// Addresses come before their prefix lengths.
const TARGETS: [(&str, Target); 15] = [
    ("dev", Target::Dev),
    ("redirect", Target::Redirect),
    ("prio", Target::Prio),
    ("handle", Target::Handle),
    ("chain", Target::Chain),
    ("src_ip", Target::SrcIp),
    ("src_ip_prefix", Target::SrcPrefix),
    ("dst_ip", Target::DstIp),
    ("dst_ip_prefix", Target::DstPrefix),
    ("ip_proto", Target::IpProto),
    ("src_port", Target::SrcPort),
    ("dst_port", Target::DstPort),
    ("vlan_id", Target::VlanId),
    ("vlan_prio", Target::VlanPrio),
    ("enc_key_id", Target::EncKeyId),
];

/// How a field's bytes are read.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Little,
    Big,
    Bytes,
    /// UCS-4, as numpy keeps text.
    Wide {
        little: bool,
    },
}

struct Field {
    name: &'static str,
    target: Target,
    form: Form,
    offset: usize,
    size: usize,
    /// Its type has negative numbers, of which none may be there.
    signed: bool,
}

enum Value {
    Number(u64),
    Text(String),
}

/// Reads an array.
pub(crate) fn read(array: &Bound<'_, PyAny>, common: Option<&Bound<'_, PyDict>>) -> PyResult<RuleSet> {
    let dtype = array.getattr("dtype")?;
    let size: usize = dtype.getattr("itemsize")?.extract()?;
    let fields = layout(&dtype)?;
    let bytes = array.call_method0("tobytes")?.cast_into::<PyBytes>()?;
    let has_dev = fields.iter().any(|field| field.target == Target::Dev);
    let template = template(common, has_dev)?;
    let bytes = bytes.as_bytes();
    let rules = array.py().detach(|| convert(bytes, size, &fields, &template)).map_err(Failure::from)?;
    Ok(rules)
}

fn wrong(reason: String) -> PyErr {
    Failure::from(Error::invalid(OP, reason)).into()
}

/// The fields of the records, in the order of [`TARGETS`].
fn layout(dtype: &Bound<'_, PyAny>) -> PyResult<Vec<Field>> {
    let described = dtype.getattr("fields")?;
    if described.is_none() {
        return Err(wrong("the array has no named fields".to_owned()));
    }
    let mut found = Vec::new();
    for name in dtype.getattr("names")?.try_iter()? {
        let name: String = name?.extract()?;
        let Some((at, (name, target))) = TARGETS.iter().enumerate().find(|(_, (known, _))| *known == name)
        else {
            let known: Vec<&str> = TARGETS.iter().map(|(known, _)| *known).collect();
            let error = Error::invalid(OP, format!("{name:?} is no field that is known"));
            return Err(Failure::from(error.hint(format!("fields are: {}", known.join(", ")))).into());
        };
        let described = described.get_item(name)?;
        let (kind, offset) = (described.get_item(0)?, described.get_item(1)?.extract()?);
        let size: usize = kind.getattr("itemsize")?.extract()?;
        let order: String = kind.getattr("byteorder")?.extract()?;
        let letter: String = kind.getattr("kind")?.extract()?;
        let little = order == "<" || order != ">" && cfg!(target_endian = "little");
        let form = match letter.as_str() {
            "u" | "i" if little => Form::Little,
            "u" | "i" => Form::Big,
            "S" => Form::Bytes,
            "U" => Form::Wide { little },
            other => {
                return Err(wrong(format!(
                    "{name} has numpy's kind {other:?}: whole numbers (u or i, as in \"u4\") and text (S or U) are taken"
                )));
            }
        };
        found.push((at, Field { name, target: *target, form, offset, size, signed: letter == "i" }));
    }
    found.sort_by_key(|(at, _)| *at);
    Ok(found.into_iter().map(|(_, field)| field).collect())
}

/// What all rules have in common. A rule must have a place, which the records may give.
fn template(common: Option<&Bound<'_, PyDict>>, has_dev: bool) -> PyResult<Rule> {
    let mut draft = Draft::default();
    if has_dev {
        draft.set("dev", "-");
    }
    let Some(common) = common else { return Ok(draft.rule().map_err(Failure::from)?) };
    fill(&mut draft, common)?;
    Ok(draft.rule().map_err(Failure::from)?)
}

fn convert(bytes: &[u8], size: usize, fields: &[Field], template: &Rule) -> Result<RuleSet> {
    let mut rules = Vec::with_capacity(bytes.len().checked_div(size).unwrap_or(0));
    for (at, record) in bytes.chunks_exact(size.max(1)).enumerate() {
        let mut rule = template.clone();
        for field in fields {
            let within = |error: Error| error.within(OP, format_args!("record {at}, {}", field.name));
            let value = value(record, field).map_err(within)?;
            set(&mut rule, field.target, value).map_err(within)?;
        }
        rule.check().map_err(|error| error.within(OP, format_args!("record {at}")))?;
        rules.push(RuleLine { rule, group: None, line: 0 });
    }
    Ok(RuleSet { rules, hooks: Vec::new() })
}

fn value(record: &[u8], field: &Field) -> Result<Value> {
    let bytes = record.get(field.offset..field.offset + field.size);
    let bytes = bytes.ok_or_else(|| Error::invalid(OP, "the field lies outside of the record"))?;
    let number =
        |order: &mut dyn Iterator<Item = &u8>| order.fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let text = |text: Result<String, _>| text.map_err(|()| Error::invalid(OP, "the text is no UTF-8"));
    let top = if field.form == Form::Big { bytes.first() } else { bytes.last() };
    if field.signed && top.is_some_and(|byte| byte & 0x80 != 0) {
        return Err(Error::invalid(OP, "the number is negative"));
    }
    Ok(match field.form {
        Form::Little => Value::Number(number(&mut bytes.iter().rev())),
        Form::Big => Value::Number(number(&mut bytes.iter())),
        Form::Bytes => {
            let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
            Value::Text(text(String::from_utf8(bytes[..end].to_vec()).map_err(drop))?)
        }
        Form::Wide { little } => {
            let code = |four: &[u8]| {
                if little { number(&mut four.iter().rev()) } else { number(&mut four.iter()) }
            };
            let codes = bytes.chunks_exact(4).map(code).take_while(|code| *code != 0);
            let chars = codes.map(|code| u32::try_from(code).ok().and_then(char::from_u32).ok_or(()));
            Value::Text(text(chars.collect())?)
        }
    })
}

fn set(rule: &mut Rule, target: Target, value: Value) -> Result<()> {
    let key = &mut rule.key;
    match target {
        Target::Dev => match &mut rule.attach {
            Attach::Dev { dev, .. } => *dev = Netdev::Name(name(value)?),
            Attach::Block(_) => return Err(Error::invalid(OP, "a rule stands on a link or on a block")),
        },
        Target::Redirect => rule.actions.push(Action::redirect(Netdev::Name(name(value)?))),
        Target::Prio => rule.prio = fit(value)?,
        Target::Handle => rule.handle = Some(fit(value)?).filter(|handle| *handle != 0),
        Target::Chain => rule.chain = fit(value)?,
        Target::SrcIp => key.src_ip = Some(address(value)?),
        Target::SrcPrefix => key.src_ip = prefixed(key.src_ip, fit(value)?)?,
        Target::DstIp => key.dst_ip = Some(address(value)?),
        Target::DstPrefix => key.dst_ip = prefixed(key.dst_ip, fit(value)?)?,
        Target::IpProto => {
            key.ip_proto = Some(match value {
                Value::Number(_) => IpProto(fit(value)?),
                Value::Text(text) => text.parse()?,
            });
        }
        Target::SrcPort => key.src_port = Some(fit::<u16>(value)?.into()),
        Target::DstPort => key.dst_port = Some(fit::<u16>(value)?.into()),
        Target::VlanId => key.vlan_id = Some(fit(value)?),
        Target::VlanPrio => key.vlan_prio = Some(fit(value)?),
        Target::EncKeyId => key.enc_key_id = Some(fit(value)?),
    }
    Ok(())
}

fn name(value: Value) -> Result<String> {
    match value {
        Value::Text(text) if !text.is_empty() => Ok(text),
        _ => Err(Error::invalid(OP, "a link goes by its name")),
    }
}

fn fit<T: TryFrom<u64>>(value: Value) -> Result<T> {
    match value {
        Value::Number(number) => {
            T::try_from(number).map_err(|_| Error::invalid(OP, format!("{number} is too large")))
        }
        Value::Text(text) => Err(Error::invalid(OP, format!("{text:?} is no number"))),
    }
}

fn address(value: Value) -> Result<IpMatch> {
    match value {
        Value::Text(text) => text.parse(),
        Value::Number(_) => Ok(IpMatch::V4(Ipv4Addr::from(fit::<u32>(value)?).into())),
    }
}

/// The address with a mask of this length; of no length, every address is meant.
fn prefixed(address: Option<IpMatch>, length: u8) -> Result<Option<IpMatch>> {
    let too_long = || Error::invalid(OP, format!("a prefix of {length} bits is longer than the address"));
    Ok(match address {
        None => return Err(Error::invalid(OP, "a prefix length without an address")),
        Some(_) if length == 0 => None,
        Some(IpMatch::V4(Masked { value, .. })) => {
            Some(IpMatch::V4(Masked { value, mask: MaskValue::from_prefix(length).ok_or_else(too_long)? }))
        }
        Some(IpMatch::V6(Masked { value, .. })) => {
            Some(IpMatch::V6(Masked { value, mask: MaskValue::from_prefix(length).ok_or_else(too_long)? }))
        }
    })
}
