//! What the simulated kernel says beside an error number: the extended acknowledgement.

use std::borrow::Cow;

/// An attribute of a request that a text points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    /// `TCA_FLOWER_KEY_PORT_SRC_MIN` within `TCA_OPTIONS`.
    PortSrcMin,
    /// `TCA_FLOWER_KEY_PORT_DST_MIN` within `TCA_OPTIONS`.
    PortDstMin,
    /// `TCA_FLOWER_KEY_CT_STATE_MASK` within `TCA_OPTIONS`.
    CtStateMask,
    /// `TCA_FLOWER_INDEV` within `TCA_OPTIONS`.
    Indev,
    /// `TCA_FLOWER_KEY_MPLS_OPTS` within `TCA_OPTIONS`.
    Mpls,
    /// `TCA_FLOWER_KEY_CFM` within `TCA_OPTIONS`.
    CfmLevel,
    /// `DEVLINK_ATTR_ESWITCH_MODE`.
    EswitchMode,
    /// `DEVLINK_ATTR_ESWITCH_INLINE_MODE`.
    InlineMode,
    /// `DEVLINK_ATTR_ESWITCH_ENCAP_MODE`.
    EncapMode,
    /// `DEVLINK_ATTR_PARAM_VALUE_CMODE`.
    ParamMode,
    /// `DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR` within `DEVLINK_ATTR_PORT_FUNCTION`.
    FunctionAddress,
    /// `DEVLINK_PORT_FN_ATTR_STATE` within `DEVLINK_ATTR_PORT_FUNCTION`.
    FunctionState,
    /// `DEVLINK_PORT_FN_ATTR_CAPS` within `DEVLINK_ATTR_PORT_FUNCTION`.
    FunctionCaps,
    /// `DEVLINK_PORT_FN_ATTR_MAX_IO_EQS` within `DEVLINK_ATTR_PORT_FUNCTION`.
    FunctionQueues,
    /// `DEVLINK_ATTR_TRAP_ACTION`.
    TrapAction,
    /// `DEVLINK_ATTR_RATE_TX_PRIORITY`.
    RatePriority,
    /// `DEVLINK_ATTR_RATE_TX_WEIGHT`.
    RateWeight,
    /// `DEVLINK_ATTR_RATE_TC_BWS`.
    RateTcBw,
    /// `DEVLINK_ATTR_FLASH_UPDATE_FILE_NAME`.
    FlashFile,
    /// `DEVLINK_ATTR_FLASH_UPDATE_COMPONENT`.
    FlashComponent,
    /// `DEVLINK_ATTR_FLASH_UPDATE_OVERWRITE_MASK`.
    FlashOverwrite,
}

/// The text of one request, as the kernel's `struct netlink_ext_ack`: whoever writes last is heard, and a text
/// may stand although the request succeeded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) text: Option<Cow<'static, str>>,
    pub(crate) at: Option<Spot>,
}

impl Note {
    /// Writes a text (`NL_SET_ERR_MSG`).
    pub(crate) fn say(&mut self, text: impl Into<Cow<'static, str>>) {
        self.text = Some(text.into());
    }

    /// Writes a text that points at an attribute (`NL_SET_ERR_MSG_ATTR`).
    pub(crate) fn say_at(&mut self, spot: Spot, text: impl Into<Cow<'static, str>>) {
        self.text = Some(text.into());
        self.at = Some(spot);
    }
}
