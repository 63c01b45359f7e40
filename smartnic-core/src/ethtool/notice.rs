use super::{
    CableTest, Channels, Coalesce, Eee, Feature, Fec, LinkInfo, LinkModes, MacMerge, Messages, ModuleFlash,
    ModulePower, Pause, Phy, Plca, PowerEvents, PrivateFlags, Record, Rings, Rss, WakeOnLan,
};
use crate::backend::Ethtool;
use crate::device::Link;
use crate::types::IfIndex;

/// What is told as a record: its variant, its word, and how it is asked for where it can be.
macro_rules! changes {
    (
        asked: { $($(#[$doc:meta])* $asked:ident = $word:literal, $get:ident;)* }
        told: { $($(#[$tdoc:meta])* $told:ident($record:ident) = $tword:literal;)* }
    ) => {
        /// What changed of a link, as it is now.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum LinkChanged {
            $($(#[$doc])* $asked(Box<$asked>),)*
            $($(#[$tdoc])* $told(Box<$record>),)*
            /// Features (`ETHTOOL_MSG_FEATURES_NTF`).
            Features(Vec<Feature>),
            /// A test of its cable (`ETHTOOL_MSG_CABLE_TEST_NTF`, `ETHTOOL_MSG_CABLE_TEST_TDR_NTF`).
            Cable(Box<CableTest>),
            /// The link itself: its name, state, MTU, address (`RTM_NEWLINK`). It may be new.
            Link(Box<Link>),
            /// The link is gone; as it was (`RTM_DELLINK`).
            LinkGone(Box<Link>),
        }

        impl LinkChanged {
            /// What it is about, in one word: that of the command that shows it.
            #[must_use]
            pub fn topic(&self) -> &'static str {
                match self {
                    $(Self::$asked(_) => $word,)*
                    $(Self::$told(_) => $tword,)*
                    Self::Features(_) => "features",
                    Self::Cable(_) => "cable",
                    Self::Link(_) | Self::LinkGone(_) => "link",
                }
            }

            /// The record, if it is one.
            #[must_use]
            pub fn record(&self) -> Option<&dyn Record> {
                match self {
                    $(Self::$asked(record) => Some(&**record),)*
                    $(Self::$told(record) => Some(&**record),)*
                    Self::Features(_) | Self::Cable(_) | Self::Link(_) | Self::LinkGone(_) => None,
                }
            }

            /// What a link tells now of the topics whose changes are told; those that it does not tell are left out.
            #[must_use]
            pub fn now(ethtool: &dyn Ethtool, link: IfIndex) -> Vec<Self> {
                let mut all = Vec::new();
                $(all.extend(ethtool.$get(link).ok().map(|told| Self::$asked(Box::new(told))));)*
                all.extend(ethtool.features(link).ok().map(Self::Features));
                let spread = ethtool.all_rss(link).unwrap_or_default();
                all.extend(spread.into_iter().map(|told| Self::Rss(Box::new(told))));
                all
            }
        }
    };
}

changes! {
    asked: {
        /// Rings (`ETHTOOL_MSG_RINGS_NTF`).
        Rings = "ring", rings;
        /// Channels (`ETHTOOL_MSG_CHANNELS_NTF`).
        Channels = "channel", channels;
        /// Interrupt coalescing (`ETHTOOL_MSG_COALESCE_NTF`).
        Coalesce = "coalesce", coalesce;
        /// Pausing (`ETHTOOL_MSG_PAUSE_NTF`).
        Pause = "pause", pause;
        /// Error correction (`ETHTOOL_MSG_FEC_NTF`).
        Fec = "fec", fec;
        /// The port (`ETHTOOL_MSG_LINKINFO_NTF`).
        LinkInfo = "port", link_info;
        /// Speed and modes (`ETHTOOL_MSG_LINKMODES_NTF`).
        LinkModes = "modes", link_modes;
        /// Energy-efficient Ethernet (`ETHTOOL_MSG_EEE_NTF`).
        Eee = "eee", eee;
        /// Wake-on-LAN (`ETHTOOL_MSG_WOL_NTF`).
        WakeOnLan = "wol", wake_on_lan;
        /// A module's power (`ETHTOOL_MSG_MODULE_NTF`).
        ModulePower = "module", module_power;
        /// Private flags (`ETHTOOL_MSG_PRIVFLAGS_NTF`).
        PrivateFlags = "private", private_flags;
        /// The message level (`ETHTOOL_MSG_DEBUG_NTF`).
        Messages = "messages", messages;
        /// Turns on a shared cable (`ETHTOOL_MSG_PLCA_NTF`).
        Plca = "plca", plca;
        /// Frame pre-emption (`ETHTOOL_MSG_MM_NTF`).
        MacMerge = "mm", mac_merge;
    }
    told: {
        /// How packets are spread, of the link or a context (`ETHTOOL_MSG_RSS_NTF`).
        Rss(Rss) = "rss";
        /// A context came (`ETHTOOL_MSG_RSS_CREATE_NTF`).
        RssMade(Rss) = "rss";
        /// A context went, of which the number is told (`ETHTOOL_MSG_RSS_DELETE_NTF`).
        RssGone(Rss) = "rss";
        /// A PHY came (`ETHTOOL_MSG_PHY_NTF`).
        Phy(Phy) = "phy";
        /// Something happened to power over Ethernet (`ETHTOOL_MSG_PSE_NTF`).
        Power(PowerEvents) = "power";
        /// New firmware of a module goes on (`ETHTOOL_MSG_MODULE_FW_FLASH_NTF`).
        Firmware(ModuleFlash) = "firmware";
    }
}

/// Word of a change of a link, as it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkNotice {
    /// The link.
    pub link: IfIndex,
    /// Its name at that time.
    pub name: String,
    /// What changed.
    pub what: LinkChanged,
}
