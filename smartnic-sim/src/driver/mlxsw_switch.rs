//! What mlxsw_spectrum tells of its switch: `spectrum_buffers.c` (Spectrum-2 and later), `spectrum_dpipe.c`,
//! `spectrum.c` (memory, as Spectrum divides it), `core_linecards.c`.
//!
//! Sizes that firmware decides, entries of tables and cards in slots are ours.

use smartnic_core::device::{FieldMapping, FieldRef, PoolKind, ThresholdKind};

use super::switch::{
    BufferSpec, CardSpec, HeaderSpec, PoolSize, PoolSpec, ResourceSpec, SwitchFacts, TableSpec, TcSpec,
    ValueSpec,
};

pub(super) const SWITCH: SwitchFacts = SwitchFacts {
    buffer: BufferSpec {
        size: 14_155_776,
        cell: 144,
        pools: &POOLS,
        ingress: &INGRESS,
        egress: &EGRESS,
        cpu_egress: &CPU_EGRESS,
    },
    headers: &HEADERS,
    tables: &TABLES,
    resources: &RESOURCES,
    cards: CardSpec { slots: 8, types: &["16x100G"], present: &[1, 2] },
};

/// The least and the most that a dynamic threshold can be (`MLXSW_REG_SBXX_DYN_MAX_BUFF_*`).
pub(crate) const DYNAMIC: std::ops::RangeInclusive<u32> = 1..=14;
const CPU_POOL: PoolSize = PoolSize::Bytes(256_000);
/// Bytes of a static threshold, in cells.
const MULTICAST: u32 = 90_000_u32.div_ceil(144);

const fn pool(kind: PoolKind, thresholds: ThresholdKind, size: PoolSize, port: u32, cpu: u32) -> PoolSpec {
    PoolSpec { kind, thresholds, size, fixed_thresholds: false, fixed_size: false, port, cpu }
}

const fn fixed(pool: PoolSpec, fixed_size: bool) -> PoolSpec {
    PoolSpec { fixed_thresholds: true, fixed_size, ..pool }
}

const POOLS: [PoolSpec; 11] = {
    use PoolKind::{Egress, Ingress};
    use PoolSize::{Bytes, Rest, Whole};
    use ThresholdKind::{Dynamic, Static};
    [
        pool(Ingress, Dynamic, Rest, 7, 0),
        pool(Ingress, Static, Bytes(0), 0, 0),
        pool(Ingress, Static, Bytes(0), 0, 0),
        pool(Ingress, Static, Bytes(0), 0, 0),
        fixed(pool(Egress, Dynamic, Rest, 7, 0), false),
        pool(Egress, Static, Bytes(0), 0, 0),
        pool(Egress, Static, Bytes(0), 0, 0),
        pool(Egress, Static, Bytes(0), 0, 0),
        fixed(pool(Egress, Static, Whole, MULTICAST, MULTICAST), true),
        fixed(pool(Ingress, Dynamic, CPU_POOL, 8, 0), false),
        fixed(pool(Egress, Dynamic, CPU_POOL, 1, 14), false),
    ]
};

const fn tc(pool: u16, most: u32) -> TcSpec {
    TcSpec { pool, most: Some(most) }
}

const INGRESS: [TcSpec; 8] = [tc(0, 7), tc(0, 1), tc(0, 1), tc(0, 1), tc(0, 1), tc(0, 1), tc(0, 1), tc(0, 1)];
const EGRESS: [TcSpec; 16] = {
    let mut all = [tc(4, 7); 16];
    let mut at = 8;
    while at < 16 {
        all[at] = TcSpec { pool: 8, most: None };
        at += 1;
    }
    all
};
const CPU_EGRESS: [TcSpec; 16] = {
    let mut all = [tc(10, 0); 16];
    let mut at = 0;
    while at < 8 {
        if at != 6 {
            all[at] = tc(10, 8);
        }
        at += 1;
    }
    all
};

const HEADERS: [HeaderSpec; 4] = [
    HeaderSpec {
        id: 0,
        name: "mlxsw_meta",
        global: false,
        fields: &[
            ("erif_port", 32, FieldMapping::Ifindex),
            ("l3_forward", 1, FieldMapping::None),
            ("l3_drop", 1, FieldMapping::None),
            ("adj_index", 32, FieldMapping::None),
            ("adj_size", 32, FieldMapping::None),
            ("adj_hash_index", 32, FieldMapping::None),
        ],
    },
    HeaderSpec {
        id: 0,
        name: "ethernet",
        global: true,
        fields: &[("destination mac", 48, FieldMapping::None)],
    },
    HeaderSpec { id: 1, name: "ipv4", global: true, fields: &[("destination ip", 32, FieldMapping::None)] },
    HeaderSpec { id: 2, name: "ipv6", global: true, fields: &[("destination ip", 128, FieldMapping::None)] },
];

const fn meta(field: u32) -> FieldRef {
    FieldRef { header: 0, header_index: 0, global: false, field }
}

/// The only field of a header of the kernel's.
const fn of(header: u32) -> FieldRef {
    FieldRef { header, header_index: 0, global: true, field: 0 }
}

const INTERFACE: FieldRef = meta(0);
const ETHERNET: FieldRef = of(0);
const FIRST_MAC: &[u8] = &[0x02, 0, 0, 0, 0x10, 0x01];
const SECOND_MAC: &[u8] = &[0x02, 0, 0, 0, 0x10, 0x02];

const TABLES: [TableSpec; 4] = [
    TableSpec {
        name: "mlxsw_erif",
        size: Some(1000),
        resource: None,
        matches: &[INTERFACE],
        actions: &[meta(1), meta(2)],
        entries: &[(&[ValueSpec::Interface(0)], &[ValueSpec::Number(1), ValueSpec::Number(0)])],
    },
    TableSpec {
        name: "mlxsw_host4",
        size: None,
        resource: Some((HASH_SINGLE, 1)),
        matches: &[INTERFACE, of(1)],
        actions: &[ETHERNET],
        // The driver writes IPv4 addresses in its own byte order.
        entries: &[
            (&[ValueSpec::Interface(0), ValueSpec::Number(0xc000_0201)], &[ValueSpec::Bytes(FIRST_MAC)]),
            (&[ValueSpec::Interface(0), ValueSpec::Number(0xc000_0202)], &[ValueSpec::Bytes(SECOND_MAC)]),
        ],
    },
    TableSpec {
        name: "mlxsw_host6",
        size: None,
        resource: Some((HASH_DOUBLE, 2)),
        matches: &[INTERFACE, of(2)],
        actions: &[ETHERNET],
        entries: &[(
            &[
                ValueSpec::Interface(0),
                ValueSpec::Bytes(&[0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
            ],
            &[ValueSpec::Bytes(FIRST_MAC)],
        )],
    },
    TableSpec {
        name: "mlxsw_adj",
        size: None,
        resource: Some((LINEAR, 1)),
        matches: &[meta(3), meta(4), meta(5)],
        actions: &[ETHERNET, INTERFACE],
        entries: &[],
    },
];

const KVD: u64 = 1;
const LINEAR: u64 = 2;
const HASH_SINGLE: u64 = 3;
const HASH_DOUBLE: u64 = 4;

const fn part(name: &'static str, id: u64, size: u64, min: u64, max: u64) -> ResourceSpec {
    ResourceSpec { name, id, parent: Some(KVD), size, min, max, granularity: 128 }
}

const RESOURCES: [ResourceSpec; 4] = [
    ResourceSpec { parent: None, ..part("kvd", KVD, 245_760, 245_760, 245_760) },
    part("linear", LINEAR, 98_304, 0, 147_456),
    part("hash_double", HASH_DOUBLE, 60_416, 32_768, 180_224),
    part("hash_single", HASH_SINGLE, 87_040, 65_536, 212_992),
];
