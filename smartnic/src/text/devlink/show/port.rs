use smartnic_core::device::{FunctionOpstate, FunctionState, Port, PortFlavour, PortFunction, PortType};

use super::Show;
use super::device::{close_nested, nested_handle, open_nested};

/// Shows a port, as `devlink port show` does.
pub fn port(port: &Port, show: &mut Show<'_>) {
    show.open_handle(&port.handle, true);
    let kind = type_name(port.kind);
    show.value("type", kind, format_args!("type {kind}"));
    if let Some(desired) = port.desired.filter(|desired| *desired != port.kind) {
        let desired = type_name(desired);
        show.any("des_type", desired, format_args!(" des_type {desired}"));
    }
    if let Some(netdev) = &port.netdev {
        show.any("netdev", netdev, format_args!(" netdev {netdev}"));
    }
    if let Some(ibdev) = &port.ibdev {
        show.any("ibdev", ibdev, format_args!(" ibdev {ibdev}"));
    }
    // A driver that gives its ports no attributes.
    if port.flavour != PortFlavour::Unknown(u16::MAX) {
        attributes(port, show);
    }
    if let Some(function) = &port.function {
        self::function(function, show);
    }
    show.close_handle();
}

fn attributes(port: &Port, show: &mut Show<'_>) {
    let flavour = flavour_name(port.flavour);
    show.any("flavour", flavour, format_args!(" flavour {flavour}"));
    if port.is_representor() {
        let numbers = [
            ("controller", port.controller),
            ("pfnum", port.pf.map(u32::from)),
            ("vfnum", port.vf.map(|vf| vf.0)),
            ("sfnum", port.sf.map(|sf| sf.0)),
        ];
        numbers.into_iter().for_each(|(name, value)| number(name, value, show));
        show.any("external", port.external, format_args!(" external {}", port.external));
    }
    number("lc", port.line_card, show);
    number("port", port.number, show);
    number("split_group", port.split_group, show);
    show.any("splittable", port.splittable, format_args!(" splittable {}", port.splittable));
    number("lanes", port.lanes, show);
}

fn number(name: &str, value: Option<u32>, show: &mut Show<'_>) {
    if let Some(value) = value {
        show.any(name, value, format_args!(" {name} {value}"));
    }
}

fn function(function: &PortFunction, show: &mut Show<'_>) {
    show.open_object("function");
    show.settle();
    if let Some(address) = &function.hw_addr {
        show.any("hw_addr", address.to_string(), format_args!("hw_addr {address}"));
    }
    if let Some(state) = function.state {
        let name = match state {
            FunctionState::Inactive => "inactive",
            FunctionState::Active => "active",
            FunctionState::Unknown(_) => "<unknown state>",
        };
        show.any("state", name, format_args!(" state {name}"));
    }
    if let Some(state) = function.opstate {
        let name = match state {
            FunctionOpstate::Detached => "detached",
            FunctionOpstate::Attached => "attached",
            FunctionOpstate::Unknown(_) => "<unknown state>",
        };
        show.any("opstate", name, format_args!(" opstate {name}"));
    }
    let caps = [
        ("roce", function.roce),
        ("migratable", function.migratable),
        ("ipsec_crypto", function.ipsec_crypto),
        ("ipsec_packet", function.ipsec_packet),
    ];
    for (name, on) in caps {
        if let Some(on) = on {
            let word = if on { "enable" } else { "disable" };
            show.any(name, word, format_args!(" {name} {word}"));
        }
    }
    number("max_io_eqs", function.max_io_eqs, show);
    if let Some(nested) = &function.nested {
        open_nested(show);
        nested_handle(nested, show);
        close_nested(show);
    }
    show.indent_less();
    show.close_object();
}

fn type_name(kind: PortType) -> &'static str {
    match kind {
        PortType::NotSet => "notset",
        PortType::Auto => "auto",
        PortType::Eth => "eth",
        PortType::Ib => "ib",
        PortType::Unknown(_) => "<unknown type>",
    }
}

fn flavour_name(flavour: PortFlavour) -> &'static str {
    match flavour {
        PortFlavour::Physical => "physical",
        PortFlavour::Cpu => "cpu",
        PortFlavour::Dsa => "dsa",
        PortFlavour::PciPf => "pcipf",
        PortFlavour::PciVf => "pcivf",
        PortFlavour::PciSf => "pcisf",
        PortFlavour::Virtual => "virtual",
        PortFlavour::Unused | PortFlavour::Unknown(_) => "<unknown flavour>",
    }
}
