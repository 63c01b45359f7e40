use smartnic_core::device::{Region, RegionChunk};

use super::Show;

/// How many bytes stand in a line.
const ROW: u64 = 16;

/// Shows a region, or what changed of it, as `devlink region show` does. Like devlink it does not tell of which port a
/// region is.
pub fn region(region: &Region, show: &mut Show<'_>) {
    show.open_handle(&format_args!("{}/{}", region.id.place.device, region.id.name), true);
    if let Some(size) = region.size {
        show.u64("size", size);
    }
    if let Some(numbers) = &region.snapshots {
        snapshots(numbers, true, show);
    }
    if let Some(number) = region.snapshot {
        snapshots(&[number], false, show);
    }
    if let Some(max) = region.max_snapshots {
        show.u64("max", max.into());
    }
    match show.style.json {
        true => show.close_handle(),
        // devlink ends this line without minding what stands in the next.
        false => show.put(format_args!("\n")),
    }
}

fn snapshots(numbers: &[u32], brackets: bool, show: &mut Show<'_>) {
    show.gap();
    if show.style.json {
        show.out.open(Some("snapshot"), '[');
        numbers.iter().for_each(|number| show.out.value(None, *number));
        show.out.close(']');
        return;
    }
    let words: Vec<String> = numbers.iter().map(u32::to_string).collect();
    let words = words.join(" ");
    match brackets {
        true => show.put(format_args!("snapshot [{words}]")),
        false => show.put(format_args!("snapshot {words}")),
    }
}

/// The content of a region as it is shown, piece by piece: the address and sixteen bytes a line.
#[derive(Debug, Default)]
pub struct RegionDump {
    /// How many bytes were shown.
    shown: u64,
}

impl RegionDump {
    /// Shows the next piece, as `devlink region dump` and `devlink region read` do.
    pub fn chunk(&mut self, chunk: &RegionChunk, show: &mut Show<'_>) {
        if show.style.json {
            show.out.value(Some("address"), chunk.address);
            show.out.open(Some("data"), '[');
            chunk.data.iter().for_each(|byte| show.out.value(None, *byte));
            show.out.close(']');
            return;
        }
        for (address, byte) in (chunk.address..).zip(&chunk.data) {
            if self.shown.is_multiple_of(ROW) {
                let end = if self.shown > 0 { "\n" } else { "" };
                show.put(format_args!("{end}{address:016x} "));
            }
            self.shown += 1;
            show.put(format_args!("{byte:02x} "));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::devlink::show::Style;
    use smartnic_core::device::RegionId;
    use smartnic_core::types::DevlinkHandle;

    /// As devlink 7.3.0 prints netdevsim's.
    #[test]
    fn a_region_and_its_content_are_as_devlink_prints_them() {
        let id = RegionId::new(DevlinkHandle::new("netdevsim", "netdevsim1"), "dummy");
        let whole = Region {
            size: Some(32768),
            snapshots: Some(vec![0, 1, 25]),
            max_snapshots: Some(16),
            ..Region::new(id.clone())
        };
        let news = Region { snapshot: Some(5), ..Region::new(id) };
        let chunk = RegionChunk { address: 0x20, data: (0..18).collect() };
        let mut text = Show::new(Style::default(), &|_| None);
        region(&whole, &mut text);
        region(&news, &mut text);
        RegionDump::default().chunk(&chunk, &mut text);
        let want = "netdevsim/netdevsim1/dummy: size 32768 snapshot [0 1 25] max 16\n\
            netdevsim/netdevsim1/dummy: snapshot 5\n\
            0000000000000020 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f \n0000000000000030 10 11 ";
        assert_eq!(text.take(), want);
        let mut json = Show::new(Style { json: true, ..Style::default() }, &|_| None);
        json.open_section("regions");
        region(&whole, &mut json);
        json.close_section();
        let want =
            r#"{"regions":{"netdevsim/netdevsim1/dummy":{"size":32768,"snapshot":[0,1,25],"max":16}}}"#;
        assert_eq!(json.take(), want);
    }
}
