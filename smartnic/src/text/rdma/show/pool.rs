//! Pools of memory regions, and what drivers dump in formats of their own.

use smartnic_core::rdma::{MrPool, RawResource, ResourceKind};

use super::Show;
use crate::text::rdma::filter::Filter;

/// The pools that are wanted.
pub fn pools(all: &[MrPool], filter: &Filter, show: &mut Show<'_>) {
    for pool in all.iter().filter(|pool| is_wanted(pool, filter)) {
        show.entry(|show| {
            show.dev(&pool.place);
            show.word("key", Some(&pool.key.to_string()));
            if show.style.details {
                show.number("ats", Some(u8::from(pool.key.ats)));
                show.number("access_flags", Some(pool.key.access));
                show.number("vendor_key", Some(pool.key.vendor_key));
                show.number("num_dma_blocks", Some(pool.key.dma_blocks));
                show.number("kernel_vendor_key", pool.kernel_key);
            }
            show.number("queue", Some(pool.queued));
            show.number("in_use", Some(pool.in_use));
            show.number("max_in_use", Some(pool.most_in_use));
            show.number("pinned", Some(pool.pinned));
        });
    }
}

fn is_wanted(pool: &MrPool, filter: &Filter) -> bool {
    let key = &pool.key;
    filter.wants_place(&pool.place.device, None)
        && filter.wants_number("ats", Some(key.ats.into()))
        && filter.wants_number("access_flags", Some(key.access.into()))
        && filter.wants_number("vendor_key", Some(key.vendor_key))
        && filter.wants_number("num_dma_blocks", Some(key.dma_blocks))
        && filter.wants_number("queue", Some(pool.queued.into()))
        && filter.wants_number("in_use", Some(pool.in_use))
        && filter.wants_number("max_in_use", Some(pool.most_in_use))
        && filter.wants_number("pinned", Some(pool.pinned.into()))
}

/// What the driver dumps of resources of one kind: its bytes, in text one after the other without anything between, as rdma has
/// it.
pub fn raw(kind: ResourceKind, all: &[RawResource], show: &mut Show<'_>) {
    for RawResource { place, data } in all {
        show.entry(|show| {
            match kind {
                ResourceKind::Qp => show.link(place.device_index, &place.device, place.port),
                _ => show.dev(place),
            }
            if show.style.json {
                show.out.open(Some("data"), '[');
                data.iter().for_each(|byte| show.out.value(None, u32::from(*byte)));
                show.out.close(']');
            } else {
                data.iter().for_each(|byte| show.text(format_args!("{byte}")));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use smartnic_core::rdma::{Place, PoolKey};

    use super::*;
    use crate::text::rdma::filter::{POOL_FIELDS, Want};
    use crate::text::rdma::show::Style;

    fn shown(style: Style, fill: impl FnOnce(&mut Show<'_>)) -> String {
        let mut show = Show::new(style, &|_| None);
        show.begin();
        fill(&mut show);
        show.end();
        show.take()
    }

    #[test]
    fn pools_are_shown_as_rdma_shows_them() {
        let place = Place { device_index: 2, device: "mlx5_0".into(), port: None };
        let key = PoolKey { dma_blocks: 0x800, access: 1, ..PoolKey::default() };
        let pool =
            MrPool { place, key, kernel_key: None, queued: 250, in_use: 1, most_in_use: 7, pinned: 200 };
        let (all, any) = ([pool], Filter::default());
        let json = Style { json: true, ..Style::default() };
        assert_eq!(
            shown(Style::default(), |show| pools(&all, &any, show)),
            "dev mlx5_0 key 0:800:1:0 queue 250 in_use 1 max_in_use 7 pinned 200 \n"
        );
        assert!(
            shown(json, |show| pools(&all, &any, show))
                .contains(r#""key":"0:800:1:0","queue":250,"in_use":1"#)
        );
        let details = Style { details: true, ..Style::default() };
        assert!(
            shown(details, |show| pools(&all, &any, show))
                .contains("key 0:800:1:0 ats 0 access_flags 1 vendor_key 0 num_dma_blocks 2048 queue 250 ")
        );
        // Each field can be chosen by: the right value keeps the pool, another one hides it.
        for ((name, _), right) in POOL_FIELDS.iter().zip([0, 1, 0, 0x800, 250, 1, 7, 200]) {
            for (value, is_there) in [(right, true), (right + 1, false)] {
                let filter = Filter { at: None, wants: vec![(name, vec![Want::Number(value, value)])] };
                let text = shown(Style::default(), |show| pools(&all, &filter, show));
                assert_eq!(!text.is_empty(), is_there, "{name} {value}");
            }
        }
    }

    #[test]
    fn dumps_are_bytes() {
        let place = Place { device_index: 2, device: "mlx5_0".into(), port: Some(1) };
        let all = [RawResource { place, data: vec![0, 255, 7] }];
        assert_eq!(
            shown(Style::default(), |show| raw(ResourceKind::Qp, &all, show)),
            "link mlx5_0/1 02557\n"
        );
        let json = Style { json: true, ..Style::default() };
        assert!(shown(json, |show| raw(ResourceKind::Mr, &all, show)).contains(r#""data":[0,255,7]"#));
    }
}
