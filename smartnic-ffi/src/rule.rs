//! `snic_rule`: flow rules built from structures, without text to be written and read.

use std::ffi::c_char;
use std::net::{Ipv4Addr, Ipv6Addr};

use smartnic::Result;
use smartnic::flow::{RuleLine, RuleSet};
use smartnic::text::yaml::Draft;
use smartnic::types::{EtherType, Mac};

use crate::argument::{optional_text, options, place_for, prefixed, slice, text};
use crate::entry::{done, misuse};
use crate::error::{snic_error, snic_status};
use crate::flow_list::snic_side;
use crate::handle;
use crate::rules::snic_rules;

/// Who carries a rule out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum snic_skip {
    /// The NIC if it can, and the CPU.
    None = 0,
    /// The CPU alone.
    Hw = 1,
    /// The NIC alone: a rule that it does not take fails.
    Sw = 2,
}

/// What packets are to have, or what an action needs: a name and a value. It never grows.
///
/// The value is `text` if that is not NULL; else `address` if that is not NULL; else `number`.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_field {
    /// The name of a key as tc has it, such as "dst_ip"; of an action's field, such as "vlan_push" (docs/c.md).
    pub name: *const c_char,
    /// The value in words, such as "10.0.0.0/8", "1000-2000" or "0x10/0x3f"; or NULL.
    pub text: *const c_char,
    /// The value as a number, such as a port or a VLAN.
    pub number: u64,
    /// An address in network byte order: `length` bytes, 4 (IPv4), 6 (MAC) or 16 (IPv6); or NULL.
    pub address: *const u8,
    /// How many bytes the address has.
    pub length: u32,
    /// How many of the address's bits count, for IP; 0 for all.
    pub prefix: u32,
}

impl snic_field {
    fn value(&self, name: &str) -> Result<String> {
        if let Some(words) = optional_text(self.text, name)? {
            return Ok(words.to_owned());
        }
        if self.address.is_null() {
            // tc reads any number of an IP protocol in base sixteen.
            return Ok(if name == "ip_proto" {
                format!("{:#x}", self.number)
            } else {
                self.number.to_string()
            });
        }
        let bytes = slice(self.address, self.length as usize, name)?;
        let address = if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
            Ipv4Addr::from(bytes).to_string()
        } else if let Ok(bytes) = <[u8; 16]>::try_from(bytes) {
            Ipv6Addr::from(bytes).to_string()
        } else if let (Ok(bytes), 0) = (<[u8; 6]>::try_from(bytes), self.prefix) {
            Mac(bytes).to_string()
        } else {
            return Err(misuse(name, "an address has 4, 6 or 16 bytes, and a MAC address no prefix"));
        };
        Ok(if self.prefix == 0 { address } else { format!("{address}/{}", self.prefix) })
    }
}

/// What is done with packets. It never grows.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_action {
    /// An action of one word, such as "drop", "pass" or "vlan_pop"; or NULL.
    pub word: *const c_char,
    /// The fields of an action that needs some, such as "redirect" with a link's name; used if `word` is NULL.
    pub fields: *const snic_field,
    /// How many fields there are.
    pub count: usize,
}

/// A flow rule. The caller fills it; what is left at 0 has its default.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_rule {
    /// `sizeof(snic_rule)`.
    pub size: usize,
    /// The link that it stands on: its netdev name, its name on the switch ("pf0vf1"), or its devlink port; NULL if `block` is set.
    pub link: *const c_char,
    /// The shared block that it stands on; 0 if `link` is set.
    pub block: u32,
    /// The side of the link: a number of `snic_side`; `SNIC_SIDE_NONE` stands for ingress.
    pub side: i32,
    /// The chain.
    pub chain: u32,
    /// The priority, 1 to 65535, of which lower numbers come first; 0 lets the kernel choose.
    pub prio: u32,
    /// The protocol of the packets as an EtherType, such as 0x0800 for IPv4; 0 for all.
    pub protocol: u32,
    /// Its number within chain, priority and protocol; 0 lets the kernel choose.
    pub handle: u32,
    /// Who carries it out: a number of `snic_skip`.
    pub skip: i32,
    /// What packets are to have: all of it.
    pub keys: *const snic_field,
    /// How many keys there are.
    pub key_count: usize,
    /// What is done, one after the other.
    pub actions: *const snic_action,
    /// How many actions there are.
    pub action_count: usize,
}
prefixed!(snic_rule up to action_count: usize);

impl Default for snic_rule {
    fn default() -> Self {
        let (size, link, keys, actions) = (0, std::ptr::null(), std::ptr::null(), std::ptr::null());
        let (block, side, chain, prio, protocol, handle, skip, key_count, action_count) =
            (0, 0, 0, 0, 0, 0, 0, 0, 0);
        Self {
            size,
            link,
            block,
            side,
            chain,
            prio,
            protocol,
            handle,
            skip,
            keys,
            key_count,
            actions,
            action_count,
        }
    }
}

impl snic_rule {
    fn draft(&self) -> Result<Draft> {
        let mut draft = Draft::default();
        match (optional_text(self.link, "snic_rule.link")?, self.block) {
            (Some(link), 0) => {
                draft.set("dev", link);
                let egress = match self.side {
                    side if side == snic_side::Egress as i32 => true,
                    side if side == snic_side::Ingress as i32 || side == snic_side::None as i32 => false,
                    _ => return Err(misuse("snic_rule.side", "it must be one of snic_side")),
                };
                draft.set("side", if egress { "egress" } else { "ingress" });
            }
            (None, block) if block != 0 => draft.set("block", block.to_string()),
            _ => return Err(misuse("snic_rule", "either link or block must be set")),
        }
        for (name, number) in [("chain", self.chain), ("prio", self.prio), ("handle", self.handle)] {
            if number != 0 {
                draft.set(name, number.to_string());
            }
        }
        if self.protocol != 0 {
            let number = u16::try_from(self.protocol)
                .map_err(|_| misuse("snic_rule.protocol", "it must be an EtherType, at most 0xffff"))?;
            draft.set("protocol", EtherType(number).to_string());
        }
        match self.skip {
            skip if skip == snic_skip::None as i32 => {}
            skip if skip == snic_skip::Hw as i32 => draft.set("skip", "skip_hw"),
            skip if skip == snic_skip::Sw as i32 => draft.set("skip", "skip_sw"),
            _ => return Err(misuse("snic_rule.skip", "it must be one of snic_skip")),
        }
        for key in slice(self.keys, self.key_count, "snic_rule.keys")? {
            let name = text(key.name, "snic_field.name")?;
            draft.set(name, key.value(name)?);
        }
        for action in slice(self.actions, self.action_count, "snic_rule.actions")? {
            match optional_text(action.word, "snic_action.word")? {
                Some(word) => draft.action(word),
                None => {
                    let fields = slice(action.fields, action.count, "snic_action.fields")?.iter();
                    let fields = fields.map(|field| {
                        let name = text(field.name, "snic_field.name")?;
                        Ok((name, field.value(name)?))
                    });
                    draft.action_of(fields.collect::<Result<Vec<_>>>()?)?;
                }
            }
        }
        Ok(draft)
    }
}

/// Makes a set without rules. `*rules` is the caller's; freed with `snic_rules_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rules_new(
    rules: *mut *mut snic_rules,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        *place_for(rules, "rules")? = handle::give(RuleSet::default());
        Ok(())
    })
}

/// Puts a rule that is built from structures behind the others; on failure they are as before. What the rule points to is copied.
///
/// Fails with INVALID_INPUT for a key, a value or an action that there is not, or that do not go together.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rules_append(
    rules: *mut snic_rules,
    rule: *const snic_rule,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let rules = handle::get_mut(rules)?;
        if rule.is_null() {
            return Err(misuse("snic_rule", "it is NULL"));
        }
        let rule = options(rule)?.draft()?.rule()?;
        rules.rules.push(RuleLine { rule, group: None, line: 0 });
        Ok(())
    })
}
