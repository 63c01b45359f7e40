//! The fields of headers that have names, as tc has them.

use smartnic_core::flow::PeditHeader;

/// How the value of a field is written, and how long the field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A number of so many bytes: 1, 2 or 4.
    Number(u32),
    /// An IPv4 address.
    Ip4,
    /// An IPv6 address: four changes.
    Ip6,
    /// A MAC address: two changes.
    Mac,
}

/// A field of a header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    /// True if tc takes the name abbreviated.
    pub(super) short: bool,
    /// Where it begins in the header, in bytes.
    pub(super) offset: i32,
    pub(super) form: Form,
    /// The bits of the value that count, unless `retain` says otherwise.
    pub(super) retain: u32,
    /// True if one can be taken from it.
    pub(super) decrement: bool,
}

const fn field(name: &'static str, offset: i32, form: Form, retain: u32) -> Field {
    Field { name, short: false, offset, form, retain, decrement: false }
}

/// A header with a name.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) name: &'static str,
    pub(super) header: PeditHeader,
    /// The fields in tc's order.
    pub(super) fields: &'static [Field],
}

const BYTE: Form = Form::Number(1);
const HALF: Form = Form::Number(2);
const WORD: Form = Form::Number(4);

/// The headers. Without `ex` only the IPv4 header can be named, and it stands for the network header.
pub(super) const HEADERS: &[Header] = &[
    Header {
        name: "eth",
        header: PeditHeader::Eth,
        fields: &[
            field("type", 12, HALF, 0xffff),
            field("dst", 0, Form::Mac, u32::MAX),
            field("src", 6, Form::Mac, u32::MAX),
        ],
    },
    Header {
        name: "ip",
        header: PeditHeader::Ip4,
        fields: &[
            field("src", 12, Form::Ip4, u32::MAX),
            field("dst", 16, Form::Ip4, u32::MAX),
            field("tos", 1, BYTE, 0xff),
            Field { short: true, ..field("dsfield", 1, BYTE, 0xff) },
            field("ihl", 0, BYTE, 0x0f),
            Field { decrement: true, ..field("ttl", 8, BYTE, 0xff) },
            field("protocol", 9, BYTE, 0xff),
            Field { short: true, ..field("precedence", 1, BYTE, 0xff) },
            field("nofrag", 6, BYTE, 0x3f),
            field("firstfrag", 6, BYTE, 0x1f),
            field("ce", 6, BYTE, 0x80),
            field("df", 6, BYTE, 0x40),
            field("mf", 6, BYTE, 0x20),
        ],
    },
    Header {
        name: "ip6",
        header: PeditHeader::Ip6,
        fields: &[
            field("src", 8, Form::Ip6, u32::MAX),
            field("dst", 24, Form::Ip6, u32::MAX),
            field("flow_lbl", 0, WORD, 0x0007_ffff),
            field("payload_len", 4, HALF, 0xffff),
            field("nexthdr", 6, BYTE, 0xff),
            Field { decrement: true, ..field("hoplimit", 7, BYTE, 0xff) },
            field(TRAFFIC_CLASS, 1, BYTE, 0xff),
        ],
    },
    Header {
        name: "tcp",
        header: PeditHeader::Tcp,
        fields: &[
            field("sport", 0, HALF, 0xffff),
            field("dport", 2, HALF, 0xffff),
            field("flags", 13, BYTE, 0xff),
        ],
    },
    Header {
        name: "udp",
        header: PeditHeader::Udp,
        fields: &[field("sport", 0, HALF, 0xffff), field("dport", 2, HALF, 0xffff)],
    },
];

/// The field that does not begin with a byte: it is moved by four bits.
pub(super) const TRAFFIC_CLASS: &str = "traffic_class";

/// Fields behind an IPv4 header without options, which tc finds there without `ex`.
pub(super) const BEHIND_IP: &[Field] = &[
    field("dport", 22, HALF, 0xffff),
    field("sport", 20, HALF, 0xffff),
    field("icmp_type", 20, BYTE, 0xff),
    field("icmp_code", 20, BYTE, 0xff),
];

/// The name of a header when it is shown.
pub(super) fn shown_header(header: PeditHeader) -> &'static str {
    match header {
        PeditHeader::Ip4 => "ipv4",
        PeditHeader::Ip6 => "ipv6",
        header => HEADERS.iter().find(|known| known.header == header).map_or("", |known| known.name),
    }
}
