//! What is to be shown of a table: `link rxe0/1 type RC,UD lqpn 10-20`.

use smartnic_core::rdma::ResourceKind;

/// A device, and perhaps a port of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// The device.
    pub device: String,
    /// The port.
    pub port: Option<u32>,
}

/// What is to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only of this place.
    pub at: Option<At>,
    /// Only entries whose fields have these values.
    pub wants: Vec<(&'static str, Vec<Want>)>,
}

/// A value that a field may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want {
    /// A word, whatever its case.
    Word(String),
    /// A number between these two, both included.
    Number(u64, u64),
}

/// What kind of values a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    Words,
    Numbers,
    /// Numbers in base sixteen.
    Keys,
}

use Values::{Keys, Numbers, Words};

/// The fields of pools of memory regions that can be chosen by.
pub(super) const POOL_FIELDS: &[(&str, Values)] = &[
    ("ats", Numbers),
    ("access_flags", Numbers),
    ("vendor_key", Numbers),
    ("num_dma_blocks", Numbers),
    ("queue", Numbers),
    ("in_use", Numbers),
    ("max_in_use", Numbers),
    ("pinned", Numbers),
];

/// The fields of each kind of resource that can be chosen by.
pub(super) fn fields(kind: ResourceKind) -> (&'static str, &'static [(&'static str, Values)]) {
    match kind {
        ResourceKind::Qp => (
            "link",
            &[
                ("lqpn", Numbers),
                ("rqpn", Numbers),
                ("pdn", Numbers),
                ("pid", Numbers),
                ("sq-psn", Numbers),
                ("rq-psn", Numbers),
                ("type", Words),
                ("subtype", Words),
                ("path-mig-state", Words),
                ("state", Words),
            ],
        ),
        ResourceKind::CmId => (
            "link",
            &[
                ("cm-idn", Numbers),
                ("lqpn", Numbers),
                ("qp-type", Words),
                ("state", Words),
                ("ps", Words),
                ("pid", Numbers),
                ("src-addr", Words),
                ("src-port", Numbers),
                ("dst-addr", Words),
                ("dst-port", Numbers),
            ],
        ),
        ResourceKind::Cq => (
            "dev",
            &[("users", Numbers), ("poll-ctx", Words), ("pid", Numbers), ("cqn", Numbers), ("ctxn", Numbers)],
        ),
        ResourceKind::Mr => (
            "dev",
            &[
                ("rkey", Keys),
                ("lkey", Keys),
                ("mrlen", Numbers),
                ("pid", Numbers),
                ("mrn", Numbers),
                ("pdn", Numbers),
            ],
        ),
        ResourceKind::Pd => {
            ("dev", &[("users", Numbers), ("pid", Numbers), ("ctxn", Numbers), ("pdn", Numbers)])
        }
        ResourceKind::Ctx => ("dev", &[("ctxn", Numbers), ("pid", Numbers)]),
        ResourceKind::Srq => (
            "dev",
            &[
                ("srqn", Numbers),
                ("pdn", Numbers),
                ("cqn", Numbers),
                ("pid", Numbers),
                ("type", Words),
                ("lqpn", Numbers),
            ],
        ),
    }
}

impl Values {
    /// The values in a list such as `1,5-7` or `RC,UD`.
    pub(super) fn read(self, text: &str) -> Option<Vec<Want>> {
        let number = |text: &str| match self {
            Keys => u64::from_str_radix(text.trim_start_matches("0x"), 16).ok(),
            _ => text.parse().ok(),
        };
        let one = |text: &str| match self {
            Words => Some(Want::Word(text.to_owned())),
            _ => match text.split_once('-') {
                Some((first, last)) => Some(Want::Number(number(first)?, number(last)?)),
                None => number(text).map(|number| Want::Number(number, number)),
            },
        };
        text.split(',').map(one).collect()
    }
}

impl Filter {
    /// Whether a place is wanted.
    #[must_use]
    pub fn wants_place(&self, device: &str, port: Option<u32>) -> bool {
        self.at
            .as_ref()
            .is_none_or(|at| at.device == device && (at.port.is_none() || port.is_none() || at.port == port))
    }

    /// Whether a field that is a word has a value that is wanted; one that is absent has none.
    #[must_use]
    pub fn wants_word(&self, field: &str, value: Option<&str>) -> bool {
        self.each(field, |want| matches!(want, Want::Word(word) if value.is_some_and(|value| value.eq_ignore_ascii_case(word))))
    }

    /// Whether a field that is a number has a value that is wanted; one that is absent has none.
    #[must_use]
    pub fn wants_number(&self, field: &str, value: Option<u64>) -> bool {
        self.each(field, |want| {
            matches!(want, Want::Number(first, last) if value.is_some_and(|value| (*first..=*last).contains(&value)))
        })
    }

    /// Whether any of several numbers is wanted.
    pub(super) fn wants_any(&self, field: &str, has: impl Fn(u64, u64) -> bool) -> bool {
        self.each(field, |want| matches!(want, Want::Number(first, last) if has(*first, *last)))
    }

    fn each(&self, field: &str, fits: impl Fn(&Want) -> bool) -> bool {
        self.wants.iter().filter(|(name, _)| *name == field).all(|(_, wants)| wants.iter().any(&fits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_lists_of_words_numbers_and_ranges() {
        assert_eq!(Numbers.read("3,5-7").unwrap(), [Want::Number(3, 3), Want::Number(5, 7)]);
        assert_eq!(Keys.read("0x10,ff").unwrap(), [Want::Number(16, 16), Want::Number(255, 255)]);
        assert!(Numbers.read("x").is_none());
        let filter = Filter { at: None, wants: vec![("type", Words.read("rc,UD").unwrap())] };
        assert!(filter.wants_word("type", Some("RC")) && !filter.wants_word("type", Some("GSI")));
        assert!(!filter.wants_word("type", None) && filter.wants_number("lqpn", None));
    }
}
