use smartnic::flow::{Attach, FlowEntry, Side, entries};
use smartnic::{Error, ErrorKind, Host};

use crate::cli::SideArg;

/// Where rules stand.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct PlaceArgs {
    /// Only rules on this link: its netdev name, its name on the switch (pf0vf1), or its devlink port
    #[arg(long, value_name = "LINK")]
    pub(super) dev: Option<String>,
    /// Only rules on this side of the link
    #[arg(long, value_enum, requires = "dev")]
    pub(super) side: Option<SideArg>,
    /// Only rules on this shared block
    #[arg(long, value_name = "N", conflicts_with = "dev")]
    pub(super) block: Option<u32>,
    /// Only rules in this chain
    #[arg(long, value_name = "N")]
    pub(super) chain: Option<u32>,
}

impl From<SideArg> for Side {
    fn from(side: SideArg) -> Self {
        match side {
            SideArg::Ingress => Self::Ingress,
            SideArg::Egress => Self::Egress,
        }
    }
}

impl PlaceArgs {
    /// True if no link and no block is named.
    pub(super) fn is_everywhere(&self) -> bool {
        self.dev.is_none() && self.block.is_none()
    }

    /// The places that are meant; none if all are.
    pub(super) fn places(&self, host: &Host) -> Result<Vec<Attach>, Error> {
        if let Some(block) = self.block {
            return Ok(vec![Attach::Block(block)]);
        }
        let Some(dev) = &self.dev else { return Ok(Vec::new()) };
        let link = host.names()?.index(dev)?;
        let sides = match self.side {
            Some(side) => vec![side.into()],
            None => vec![Side::Ingress, Side::Egress],
        };
        Ok(sides.into_iter().map(|side| Attach::Dev { dev: link.into(), side }).collect())
    }

    /// The rules that stand there.
    pub(super) fn entries(&self, host: &Host) -> Result<Vec<FlowEntry>, Error> {
        if let Some(block) = self.block {
            let hooks = host.flow().hooks(None)?;
            if !hooks.iter().any(|hook| [hook.ingress_block, hook.egress_block].contains(&Some(block))) {
                return Err(Error::new(ErrorKind::NotFound, "read flow rules")
                    .on(format_args!("block {block}"))
                    .reason("no qdisc shares this block"));
            }
        }
        let places = self.places(host)?;
        let mut found = Vec::new();
        match places.is_empty() {
            true => found = entries(host, None)?,
            false => {
                for place in &places {
                    found.extend(entries(host, Some(place))?);
                }
            }
        }
        found.retain(|entry| self.chain.is_none_or(|chain| entry.rule.chain == chain));
        Ok(found)
    }
}
