use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smartnic_core::dcb::MAX_DSCP;
use smartnic_core::rdma::GidType;

use crate::{Error, Result};

/// What RoCE is to be like on a link: one document for what lies in five places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// What of a packet gives it its priority.
    pub trust: Trust,
    /// The priority of RoCE.
    pub priority: u8,
    /// The DSCP of RoCE.
    pub dscp: u8,
    /// The DSCP of congestion notifications.
    pub cnp_dscp: Option<u8>,
    /// The priority of congestion notifications; the upper three bits of their DSCP, if it is left out.
    pub cnp_priority: Option<u8>,
    /// The priorities that are paused instead of dropped; that of RoCE, if it is left out.
    pub pfc: Option<Vec<u8>>,
    /// How classes share the wire: per cent, or `strict`. Priorities without a class of their own here go to the first
    /// class without pausing. Left out, all stays.
    #[serde(with = "by_class")]
    pub ets: Option<BTreeMap<u8, Share>>,
    /// Whether packets may be marked when queues grow.
    pub ecn: Option<Switch>,
    /// The largest payload of the link, in bytes.
    pub mtu: Option<u32>,
    /// Which RoCE connections get.
    pub gid: GidKind,
    /// The type of service that connections get: DSCP and ECN; the DSCP with ECN on, if it is left out.
    pub traffic_class: Option<u8>,
    /// Receive buffers.
    pub buffers: Buffers,
}

/// Keys that are numbers, and in JSON texts: a journal reads them through a layer that knows no number in a text.
mod by_class {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Share;

    #[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
    #[serde(untagged)]
    enum Class {
        Number(u8),
        Text(String),
    }

    pub(super) fn serialize<S: Serializer>(
        ets: &Option<BTreeMap<u8, Share>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        ets.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<BTreeMap<u8, Share>>, D::Error> {
        let Some(read) = Option::<BTreeMap<Class, Share>>::deserialize(deserializer)? else {
            return Ok(None);
        };
        let class = |class| match class {
            Class::Number(number) => Ok(number),
            Class::Text(text) => text.parse().map_err(|_| {
                serde::de::Error::custom(format_args!("classes are numbers from 0 to 7, not {text:?}"))
            }),
        };
        let all = read.into_iter().map(|(key, share)| Ok((class(key)?, share)));
        all.collect::<Result<_, _>>().map(Some)
    }
}

/// What of a packet gives it its priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// The DSCP of the IP header.
    #[default]
    Dscp,
    /// The PCP of the VLAN tag.
    Pcp,
}

/// How a class gets at the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected per cent, 0 to 100, or strict")]
pub enum Share {
    /// Per cent of what strict classes leave.
    Percent(u8),
    /// Before all others.
    Strict(Strict),
}

/// The word `strict`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strict {
    /// Before all others.
    Strict,
}

/// `on` or `off`, which YAML may take for a truth value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected on or off")]
pub enum Switch {
    /// A truth value.
    Bool(bool),
    /// A word.
    Word(OnOff),
}

/// The words of a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnOff {
    /// On.
    On,
    /// Off.
    Off,
}

impl Switch {
    /// Whether it is on.
    #[must_use]
    pub fn is_on(self) -> bool {
        matches!(self, Self::Bool(true) | Self::Word(OnOff::On))
    }
}

/// Which RoCE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum GidKind {
    /// In UDP, routed.
    #[default]
    #[serde(rename = "rocev2")]
    V2,
    /// In Ethernet frames.
    #[serde(rename = "rocev1")]
    V1,
}

impl From<GidKind> for GidType {
    fn from(kind: GidKind) -> Self {
        match kind {
            GidKind::V2 => Self::RoceV2,
            GidKind::V1 => Self::RoceV1,
        }
    }
}

/// Receive buffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Buffers {
    /// What is paused has a buffer of its own, where the driver lets it be set.
    #[default]
    Auto,
    /// As they are.
    Keep,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            trust: Trust::Dscp,
            priority: 3,
            dscp: 26,
            cnp_dscp: None,
            cnp_priority: None,
            pfc: None,
            ets: None,
            ecn: None,
            mtu: None,
            gid: GidKind::V2,
            traffic_class: None,
            buffers: Buffers::Auto,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    roce: Profile,
}

/// ECT(0), the lower two bits of a type of service.
const ECT: u8 = 2;
/// From messages of 256 bytes with their headers (`iboe_get_mtu`) to the largest MTU that the kernel has.
const MTUS: std::ops::RangeInclusive<u32> = 352..=65535;

impl Profile {
    /// Reads a document, `roce: {…}` in YAML or JSON, and looks whether it contradicts itself.
    ///
    /// # Errors
    /// `Parse` if it is none, `InvalidInput` if its parts do not fit together.
    pub fn read(text: &str) -> Result<Self> {
        let document: Document = serde_saphyr::from_str(text)
            .map_err(|error| Error::parse("read a RoCE profile", error.to_string()))?;
        document.roce.check().map(|()| document.roce)
    }

    fn check(&self) -> Result<()> {
        let wrong = |why: String| Err(Error::invalid("read a RoCE profile", why));
        let (pfc, tos) = (self.paused(), self.tos());
        if let Some(priority) = pfc.iter().chain([&self.priority, &self.cnp_priority()]).find(|it| **it > 7) {
            return wrong(format!("priorities are 0 to 7, not {priority}"));
        }
        if let Some(dscp) =
            [Some(self.dscp), self.cnp_dscp].into_iter().flatten().find(|it| u16::from(*it) > MAX_DSCP)
        {
            return wrong(format!("DSCPs are 0 to {MAX_DSCP}, not {dscp}"));
        }
        if tos >> 2 != self.dscp {
            return wrong(format!(
                "traffic_class {tos} has the DSCP {}, and dscp is {}",
                tos >> 2,
                self.dscp
            ));
        }
        if self.ecn.is_some_and(Switch::is_on) && tos & 3 == 0 {
            return wrong(format!(
                "ecn is on, and traffic_class {tos} says that packets must not be marked; {} does not",
                tos | ECT
            ));
        }
        if !pfc.is_empty() && !pfc.contains(&self.priority) {
            return wrong(format!(
                "pfc pauses {pfc:?}, and RoCE has priority {}: name it there too, or write pfc: [] for ECN alone",
                self.priority
            ));
        }
        if let Some(mtu) = self.mtu.filter(|mtu| !MTUS.contains(mtu)) {
            return wrong(format!(
                "an mtu is {} to {} bytes, not {mtu}: the smallest packets of RDMA and their headers take the least",
                MTUS.start(),
                MTUS.end()
            ));
        }
        if self.cnp_dscp == Some(self.dscp) {
            return wrong("cnp_dscp is dscp: notifications would wait behind what they report".to_owned());
        }
        if self.cnp_dscp.is_some() && pfc.contains(&self.cnp_priority()) {
            return wrong(format!("notifications have priority {}, which pfc pauses", self.cnp_priority()));
        }
        if let Some(ets) = &self.ets {
            let shares: Vec<u8> = ets
                .values()
                .filter_map(|share| match share {
                    Share::Percent(percent) => Some(*percent),
                    Share::Strict(_) => None,
                })
                .collect();
            let sum: u32 = shares.iter().map(|share| u32::from(*share)).sum();
            if !shares.is_empty() && sum != 100 {
                return wrong(format!("the shares of ets are {sum} % together, not 100 %"));
            }
            if let Some(class) = ets.keys().find(|class| **class > 7) {
                return wrong(format!("classes are 0 to 7, not {class}"));
            }
            if !ets.contains_key(&self.priority) {
                return wrong(format!("ets has no class {0} for the priority {0}", self.priority));
            }
        }
        Ok(())
    }

    /// The priorities that are paused.
    #[must_use]
    pub fn paused(&self) -> Vec<u8> {
        self.pfc.clone().unwrap_or_else(|| vec![self.priority])
    }

    /// The type of service of connections.
    #[must_use]
    pub fn tos(&self) -> u8 {
        self.traffic_class
            .unwrap_or(self.dscp << 2 | if self.ecn.is_none_or(Switch::is_on) { ECT } else { 0 })
    }

    /// The priority of congestion notifications.
    #[must_use]
    pub fn cnp_priority(&self) -> u8 {
        self.cnp_priority.unwrap_or_else(|| self.cnp_dscp.unwrap_or(48) >> 3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn what_contradicts_itself_is_refused() {
        let good = Profile::read(
            "roce: {trust: dscp, priority: 3, dscp: 26, cnp_dscp: 48, pfc: [3], ets: {0: 50, 3: 50, 6: strict}, \
             ecn: on, mtu: 4200, gid: rocev2, traffic_class: 106, buffers: auto}",
        )
        .unwrap();
        assert_eq!((good.tos(), good.cnp_priority(), good.paused()), (106, 6, vec![3]));
        for (text, word) in [
            ("{traffic_class: 96}", "has the DSCP 24"),
            ("{traffic_class: 104, ecn: on}", "must not be marked"),
            ("{cnp_dscp: 26}", "cnp_dscp is dscp"),
            ("{cnp_dscp: 48, pfc: [3, 6]}", "which pfc pauses"),
            ("{ets: {0: 50, 3: 40}}", "90 %"),
            ("{ets: {0: 100}}", "no class 3"),
            ("{priority: 8}", "0 to 7"),
            ("{dscp: 64}", "0 to 63"),
            ("{pfc: [5]}", "RoCE has priority 3"),
            ("{mtu: 100}", "352 to 65535"),
        ] {
            let error = Profile::read(&format!("roce: {text}")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{text}");
            assert!(error.to_string().contains(word), "{text}: {error}");
        }
        // As a journal keeps it, and reads it back.
        #[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
        struct Kept {
            #[serde(flatten)]
            document: std::collections::BTreeMap<String, Profile>,
        }
        let kept = Kept { document: [("roce".to_owned(), good)].into() };
        assert_eq!(serde_json::from_str::<Kept>(&serde_json::to_string(&kept).unwrap()).unwrap(), kept);
        for (text, words) in
            [("{ets: {3: half}}", "per cent, 0 to 100, or strict"), ("{ecn: maybe}", "expected on or off")]
        {
            let error = Profile::read(&format!("roce: {text}")).unwrap_err();
            assert!(error.to_string().contains(words), "{text}: {error}");
        }
        assert_eq!(Profile::read("roce: {ets: {x: 100}}").unwrap_err().kind(), ErrorKind::Parse);
        assert_eq!(Profile::read("roce: {colour: red}").unwrap_err().kind(), ErrorKind::Parse);
    }
}
