use super::Bits;
use super::record::{record, words};

words! {
    /// Whether both sides may send at once (`DUPLEX_*`).
    Duplex: u8 {
        /// One side at a time.
        Half = 0, "Half";
        /// Both at once.
        Full = 1, "Full";
    }
}

words! {
    /// The socket that a cable goes into (`PORT_*`).
    Port: u8 {
        /// Twisted pair.
        TwistedPair = 0, "Twisted Pair";
        /// Attachment unit interface.
        Aui = 1, "AUI";
        /// Media independent interface.
        Mii = 2, "MII";
        /// Fibre.
        Fibre = 3, "FIBRE";
        /// Coaxial cable.
        Bnc = 4, "BNC";
        /// A cable with modules at its ends.
        DirectAttach = 5, "Direct Attach Copper";
        /// Nothing is plugged in.
        None = 239, "None";
        /// Something else.
        Other = 255, "Other";
    }
}

words! {
    /// Which pairs of a twisted cable send (`ETH_TP_MDI_*`).
    Mdix: u8 {
        /// The driver does not tell, or cannot set it.
        Invalid = 0, "unknown";
        /// As a host.
        Mdi = 1, "off";
        /// Crossed over.
        MdiX = 2, "on";
        /// The device finds out.
        Auto = 3, "auto";
    }
}

words! {
    /// Where the transceiver is (`XCVR_*`).
    Transceiver: u8 {
        /// On the card.
        Internal = 0, "internal";
        /// Outside of it.
        External = 1, "external";
    }
}

words! {
    /// Which side of BASE-T gives the clock: what is asked for (`MASTER_SLAVE_CFG_*`).
    MasterSlaveConfig: u8 {
        /// The device does not tell.
        NotKnown = 1, "unknown";
        /// We would rather.
        MasterPreferred = 2, "preferred-master";
        /// The peer would rather.
        SlavePreferred = 3, "preferred-slave";
        /// We do.
        MasterForced = 4, "forced-master";
        /// The peer does.
        SlaveForced = 5, "forced-slave";
    }
}

words! {
    /// Which side of BASE-T gives the clock: what came of it (`MASTER_SLAVE_STATE_*`).
    MasterSlaveState: u8 {
        /// The device does not tell.
        NotKnown = 1, "unknown";
        /// We do.
        Master = 2, "master";
        /// The peer does.
        Slave = 3, "slave";
        /// Both sides were told to.
        Fault = 4, "resolution error";
    }
}

words! {
    /// How a PHY joins two sides of unlike speeds (`RATE_MATCH_*`).
    RateMatching: u8 {
        /// Not at all.
        None = 0, "none";
        /// By pause frames.
        Pause = 1, "pause";
        /// By carrier sense.
        Crs = 2, "crs";
        /// By gaps between packets.
        OpenLoop = 3, "open-loop";
    }
}

words! {
    /// Why there is no link (`ETHTOOL_LINK_EXT_STATE_*`).
    LinkTrouble: u8 {
        /// The sides do not agree.
        Autoneg = 0, "Autoneg";
        /// Training of lanes failed.
        Training = 1, "Link training failure";
        /// Alignment or error correction do not fit.
        Logical = 2, "Logical mismatch";
        /// The signal is bad.
        Signal = 3, "Bad signal integrity";
        /// There is no cable.
        NoCable = 4, "No cable";
        /// The cable or module does not work.
        Cable = 5, "Cable issue";
        /// The module's EEPROM cannot be read or does not fit.
        Eeprom = 6, "EEPROM issue";
        /// Calibration failed.
        Calibration = 7, "Calibration failure";
        /// The module wants more power than there is.
        Power = 8, "Power budget exceeded";
        /// It is too hot.
        Overheat = 9, "Overheat";
        /// The module is not ready.
        Module = 10, "Module";
    }
}

record! {
    /// What sort of port it is (`ETHTOOL_MSG_LINKINFO_GET`).
    LinkInfo {
        /// The socket.
        port: Port = "port";
        /// The PHY's address on its bus.
        phyaddr: u32 = "phyad";
        /// Whether pairs are crossed now.
        mdix: Mdix = "mdi-x";
        /// Whether they are to be.
        mdix_control: Mdix = "mdi-x-control";
        /// Where the transceiver is.
        transceiver: Transceiver = "transceiver";
    }
}

record! {
    /// Speed and modes (`ETHTOOL_MSG_LINKMODES_GET`).
    LinkModes {
        /// Whether speed and duplex are negotiated.
        autoneg: bool = "auto-negotiation";
        /// Megabits per second; not there while it is unknown.
        speed: u32 = "speed";
        /// Lanes in use.
        lanes: u32 = "lanes";
        /// Whether both sides may send at once; not there while it is unknown.
        duplex: Duplex = "duplex";
        /// What is advertised, of what is supported.
        modes: Bits = "modes";
        /// What the peer advertises.
        peer: Bits = "peer-modes";
        /// Which side is to give the clock.
        master_slave: MasterSlaveConfig = "master-slave-cfg";
        /// Which side gives it.
        master_slave_state: MasterSlaveState = "master-slave-status";
        /// How unlike speeds are joined.
        rate_matching: RateMatching = "rate-matching";
    }
}

record! {
    /// Whether there is a link, and why not (`ETHTOOL_MSG_LINKSTATE_GET`).
    LinkState {
        /// There is one.
        link: bool = "link-detected";
        /// The signal's quality.
        sqi: u32 = "sqi";
        /// The best that the signal's quality can be.
        sqi_max: u32 = "sqi-max";
        /// Why there is none.
        trouble: LinkTrouble = "link-state";
        /// More exactly, by the kernel's number (`ETHTOOL_LINK_EXT_SUBSTATE_*`), whose meaning depends on the reason.
        detail: u32 = "link-substate";
        /// How often the link went down since the driver began.
        downs: u32 = "link-down-events";
    }
}
