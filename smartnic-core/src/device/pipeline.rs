use serde::{Deserialize, Serialize};

use super::kernel_enum;

kernel_enum! {
    /// What a field's value stands for outside the device (`enum devlink_dpipe_field_mapping_type`).
    FieldMapping: u32 {
        /// Nothing but itself.
        None = 0, "none";
        /// A network link, by number.
        Ifindex = 1, "ifindex";
    }
}

kernel_enum! {
    /// How a table compares a field (`enum devlink_dpipe_match_type`).
    PipelineMatchKind: u32 {
        /// With one value.
        FieldExact = 0, "field_exact";
    }
}

kernel_enum! {
    /// What a table does with a field (`enum devlink_dpipe_action_type`).
    PipelineActionKind: u32 {
        /// It writes it.
        FieldModify = 0, "field_modify";
    }
}

/// A field of a header (`DEVLINK_ATTR_DPIPE_FIELD`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineField {
    /// Its number within the header.
    pub id: u32,
    /// Its name, such as `destination ip`.
    pub name: String,
    /// How many bits it has.
    pub bits: u32,
    /// What its values stand for.
    pub mapping: FieldMapping,
}

/// A header that tables look at: of packets, or of what the device carries along with them
/// (`DEVLINK_ATTR_DPIPE_HEADER`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineHeader {
    /// Its number among the global headers, or among those of the device.
    pub id: u32,
    /// Its name, such as `ipv4`.
    pub name: String,
    /// Whether the kernel defines it (`enum devlink_dpipe_header_id`) and not the driver.
    pub global: bool,
    /// Its fields.
    pub fields: Vec<PipelineField>,
}

/// Which field is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRef {
    /// The header's number.
    pub header: u32,
    /// Which of several such headers, the outermost first (`DEVLINK_ATTR_DPIPE_HEADER_INDEX`).
    pub header_index: u32,
    /// Whether the header is global.
    pub global: bool,
    /// The field's number within it.
    pub field: u32,
}

impl FieldRef {
    /// The header and the field among those of a device; none where the device does not describe them.
    #[must_use]
    pub fn find<'a>(
        &self,
        headers: &'a [PipelineHeader],
    ) -> (Option<&'a PipelineHeader>, Option<&'a PipelineField>) {
        let header = headers.iter().find(|header| header.id == self.header && header.global == self.global);
        (header, header.and_then(|header| header.fields.iter().find(|field| field.id == self.field)))
    }
}

/// A field that a table compares (`DEVLINK_ATTR_DPIPE_MATCH`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineMatch {
    /// How.
    pub kind: PipelineMatchKind,
    /// The field.
    pub field: FieldRef,
}

/// A field that a table writes (`DEVLINK_ATTR_DPIPE_ACTION`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineAction {
    /// What it does.
    pub kind: PipelineActionKind,
    /// The field.
    pub field: FieldRef,
}

/// A table of a device's pipeline (`DEVLINK_CMD_DPIPE_TABLE_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineTable {
    /// Its name.
    pub name: String,
    /// How many entries it holds at most.
    pub size: u64,
    /// Whether its entries are counted.
    pub counters_enabled: bool,
    /// The resource that entries are taken from, and how many units one takes.
    pub resource: Option<TableResource>,
    /// What it compares.
    pub matches: Vec<PipelineMatch>,
    /// What it writes.
    pub actions: Vec<PipelineAction>,
}

/// Where a table's entries come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableResource {
    /// The resource's number (`DEVLINK_ATTR_DPIPE_TABLE_RESOURCE_ID`).
    pub id: u64,
    /// Units that one entry takes (`DEVLINK_ATTR_DPIPE_TABLE_RESOURCE_UNITS`).
    pub units: u64,
}

/// The value of a field in an entry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FieldValue {
    /// Its bytes, in the order in which the driver has them (`DEVLINK_ATTR_DPIPE_VALUE`).
    pub bytes: Vec<u8>,
    /// Which of its bits count; all of them if there is none.
    pub mask: Option<Vec<u8>>,
    /// What it stands for, such as the number of a link (`DEVLINK_ATTR_DPIPE_VALUE_MAPPING`).
    pub mapping: Option<u32>,
}

/// An entry of a table (`DEVLINK_CMD_DPIPE_ENTRIES_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PipelineEntry {
    /// Its number.
    pub index: u64,
    /// How often it was met, where entries are counted.
    pub counter: Option<u64>,
    /// What it compares with.
    pub matches: Vec<(PipelineMatch, FieldValue)>,
    /// What it writes.
    pub actions: Vec<(PipelineAction, FieldValue)>,
}
