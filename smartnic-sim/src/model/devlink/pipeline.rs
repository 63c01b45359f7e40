//! The tables of a pipeline (`net/devlink/dpipe.c`).

use smartnic_core::device::{
    FieldRef, FieldValue, PipelineAction, PipelineActionKind, PipelineEntry, PipelineField, PipelineHeader,
    PipelineMatch, PipelineMatchKind, PipelineTable, TableResource,
};

use super::Instance;
use crate::driver::{SwitchFacts, TableSpec, ValueSpec};
use crate::errno::Errno;
use crate::model::Machine;

fn matched(field: &FieldRef) -> PipelineMatch {
    PipelineMatch { kind: PipelineMatchKind::FieldExact, field: *field }
}

fn modified(field: &FieldRef) -> PipelineAction {
    PipelineAction { kind: PipelineActionKind::FieldModify, field: *field }
}

impl Machine {
    fn switch(&self, instance: Instance) -> Option<&'static SwitchFacts> {
        self.profile.driver.switch().filter(|_| matches!(instance, Instance::Pf(_)))
    }

    /// The headers of an instance; none if its driver describes no pipeline.
    pub(crate) fn pipeline_headers(&self, instance: Instance) -> Option<Vec<PipelineHeader>> {
        let headers = self.switch(instance)?.headers.iter().map(|spec| {
            let fields = (0..).zip(spec.fields).map(|(id, (name, bits, mapping))| PipelineField {
                id,
                name: (*name).to_owned(),
                bits: *bits,
                mapping: *mapping,
            });
            PipelineHeader {
                id: spec.id,
                name: spec.name.to_owned(),
                global: spec.global,
                fields: fields.collect(),
            }
        });
        Some(headers.collect())
    }

    /// The tables of an instance, or the one of this name.
    pub(crate) fn pipeline_tables(&self, instance: Instance, name: Option<&str>) -> Vec<PipelineTable> {
        let all = self.switch(instance).map_or(&[][..], |switch| switch.tables);
        let wanted = all.iter().filter(|spec| name.is_none_or(|name| name == spec.name));
        let table = |spec: &TableSpec| PipelineTable {
            name: spec.name.to_owned(),
            size: spec.size.unwrap_or(spec.entries.len() as u64),
            counters_enabled: self.counts(instance, spec.name),
            resource: spec.resource.map(|(id, units)| TableResource { id, units }),
            matches: spec.matches.iter().map(matched).collect(),
            actions: spec.actions.iter().map(modified).collect(),
        };
        wanted.map(table).collect()
    }

    /// The entries of a table (`devlink_nl_dpipe_entries_get_doit`). No packet is routed here, so that counters stay 0.
    pub(crate) fn pipeline_entries(
        &self,
        instance: Instance,
        table: &str,
    ) -> Result<Vec<PipelineEntry>, Errno> {
        let tables = self.switch(instance).map_or(&[][..], |switch| switch.tables);
        let spec = tables.iter().find(|spec| spec.name == table).ok_or(Errno::EINVAL)?;
        let Instance::Pf(pf) = instance else { return Err(Errno::EINVAL) };
        let link = self.uplink(pf).map(|dev| dev.ifindex.0);
        let value = |spec: &ValueSpec| match spec {
            ValueSpec::Interface(number) => {
                FieldValue { bytes: number.to_ne_bytes().to_vec(), mask: None, mapping: link }
            }
            ValueSpec::Number(number) => {
                FieldValue { bytes: number.to_ne_bytes().to_vec(), ..FieldValue::default() }
            }
            ValueSpec::Bytes(bytes) => FieldValue { bytes: bytes.to_vec(), ..FieldValue::default() },
        };
        let counter = self.counts(instance, table).then_some(0);
        let entries = (0..).zip(spec.entries).map(|(index, (matches, actions))| PipelineEntry {
            index,
            counter,
            matches: spec.matches.iter().map(matched).zip(matches.iter().map(value)).collect(),
            actions: spec.actions.iter().map(modified).zip(actions.iter().map(value)).collect(),
        });
        Ok(entries.collect())
    }

    /// Lets the entries of a table be counted or not (`devlink_dpipe_table_counters_set`).
    pub(crate) fn set_pipeline_counters(
        &mut self,
        instance: Instance,
        table: &str,
        on: bool,
    ) -> Result<(), Errno> {
        if self.pipeline_tables(instance, Some(table)).is_empty() {
            return Err(Errno::EINVAL);
        }
        self.change_switch(instance, |state| {
            match on {
                true => state.counted.insert(table.to_owned()),
                false => state.counted.remove(table),
            };
        })
    }

    fn counts(&self, instance: Instance, table: &str) -> bool {
        let Instance::Pf(pf) = instance else { return false };
        self.pfs.get(pf).is_some_and(|pf| pf.switch.counted.contains(table))
    }
}
