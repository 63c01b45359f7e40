//! How received packets are spread over queues.

use smartnic_core::backend::EthtoolRss;
use smartnic_core::ethtool::{Record, Rss};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, Result};
use smartnic_netlink::ethtool::FAMILY;
use smartnic_netlink::ethtool::rss::{About, Ask, decode};

use crate::LinuxHost;

impl EthtoolRss for LinuxHost {
    fn rss(&self, link: IfIndex, context: Option<u32>) -> Result<Rss> {
        let (op, object) = ("read how packets are spread", place(link, context));
        let family = self.family(FAMILY, op, &object)?;
        self.generic.fetch(op, &object, &About { family, link, ask: Ask::Get(context) }, &decode)
    }

    fn all_rss(&self, link: IfIndex) -> Result<Vec<Rss>> {
        let (op, object) = ("read how packets are spread", place(link, None));
        let family = self.family(FAMILY, op, &object)?;
        let request = About { family, link, ask: Ask::Dump };
        self.generic.list(op, &object, &request, &|message| decode(message).map(Some))
    }

    fn set_rss(&self, link: IfIndex, change: &Rss) -> Result<()> {
        let (op, object) = ("change how packets are spread", place(link, change.context));
        let named = usize::from(change.context.is_some());
        if change.fields().len() == named {
            return Err(Error::invalid(op, "nothing is said that should change").on(object));
        }
        let change = change.whole(|| self.rss(link, change.context))?;
        let family = self.family(FAMILY, op, &object)?;
        self.generic.change(op, &object, &About { family, link, ask: Ask::Set(&change) }).map(drop)
    }

    fn create_rss(&self, link: IfIndex, wish: &Rss) -> Result<Rss> {
        let (op, object) = ("make a context", place(link, wish.context));
        let wish = wish.whole(|| self.rss(link, None))?;
        let family = self.family(FAMILY, op, &object)?;
        let request = About { family, link, ask: Ask::Create(&wish) };
        let (made, _) = self.generic.change_told(op, &object, &request, &decode)?;
        made.ok_or_else(|| Error::protocol(op, "the kernel does not tell the context's number").on(object))
    }

    fn delete_rss(&self, link: IfIndex, context: u32) -> Result<()> {
        let (op, object) = ("delete a context", place(link, Some(context)));
        let family = self.family(FAMILY, op, &object)?;
        self.generic.change(op, &object, &About { family, link, ask: Ask::Delete(context) }).map(drop)
    }
}

fn place(link: IfIndex, context: Option<u32>) -> String {
    match context {
        Some(context) => format!("ifindex {link} context {context}"),
        None => format!("ifindex {link}"),
    }
}
