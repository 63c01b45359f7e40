use smartnic_core::device::{EswitchMode, FunctionState, ParamMode, PortFlavour, PortType, ResourceScope};
use smartnic_core::types::{DevlinkHandle, PortHandle};

use super::*;

fn port(text: &str) -> PortHandle {
    text.parse().unwrap()
}

fn device(text: &str) -> DevlinkHandle {
    text.parse().unwrap()
}

/// Reads a line on a host with the link eth0 on a port.
fn read<T>(line: &str, reader: impl Fn(&mut Words<'_>) -> Read<T>) -> Read<T> {
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let find = |link: &str| (link == "eth0").then(|| port("pci/0000:03:00.0/1"));
    reader(&mut Words::new(&words, &find))
}

fn said<T: std::fmt::Debug>(result: Read<T>) -> (String, u8) {
    let stop = result.unwrap_err();
    (stop.message, stop.code)
}

#[test]
fn words_may_be_cut_short_and_the_first_that_fits_is_meant() {
    let pf = device("pci/0000:03:00.0");
    assert_eq!(read("", dev::read), Ok(dev::Command::Show(None)));
    assert_eq!(read("s pci/0000:03:00.0", dev::read), Ok(dev::Command::Show(Some(pf.clone()))));
    let Ok(dev::Command::Eswitch(eswitch::Command::Set(to, change))) =
        read("e se pci/0000:03:00.0 m switchdev_inactive en enable", dev::read)
    else {
        panic!("the eswitch is not set")
    };
    assert_eq!((to, change.mode), (pf.clone(), Some(EswitchMode::SwitchdevInactive)));
    // `in` begins `inline-mode`, and a word that is none of its values ends the line.
    assert_eq!(said(read("e set pci/0000:03:00.0 in x", dev::read)).0, "Unknown eswitch inline mode \"x\"");
    let set = read("set eth0 t eth", super::port::read);
    assert_eq!(set, Ok(super::port::Command::SetType(port("pci/0000:03:00.0/1"), PortType::Eth)));
    let show = read("sh scope port", resource::read);
    assert_eq!(show, Ok(resource::Command::List(Some(ResourceScope::Port))));
}

#[test]
fn ports_are_added_and_their_functions_set() {
    let line = "add pci/0000:03:00.0/9 flavour pcisf pfnum 0 sfnum 88 controller 1";
    let Ok(super::port::Command::Add(new)) = read(line, super::port::read) else {
        panic!("no port is added")
    };
    assert_eq!((new.flavour, new.pf, new.controller), (PortFlavour::PciSf, 0, Some(1)));
    assert_eq!((new.index.map(|index| index.0), new.sf.map(|sf| sf.0)), (Some(9), Some(88)));
    let line = "function set eth0 hw_addr 0:1:2:3:4:5 roce disable max_io_eqs 7 state active";
    let Ok(super::port::Command::Function(function::Command::Set(_, change))) = read(line, super::port::read)
    else {
        panic!("no function is set")
    };
    assert_eq!(change.hw_addr.unwrap().to_string(), "00:01:02:03:04:05");
    assert_eq!((change.roce, change.max_io_eqs), (Some(false), Some(7)));
    assert_eq!((change.state, change.migratable), (Some(FunctionState::Active), None));
    let set = read("set pci/0000:03:00.0 name x default cmode runtime", param::read);
    let owner = device("pci/0000:03:00.0");
    let wanted = param::Command::Set { owner, name: "x".into(), mode: ParamMode::Runtime, value: None };
    assert_eq!(set, Ok(wanted));
}

#[test]
fn numbers_are_those_of_the_c_library() {
    for (text, number) in
        [("7", Some(7)), (" +7", Some(7)), (" -1", Some(u64::MAX)), ("--1", None), ("0x7", None)]
    {
        assert_eq!(super::number(text), number, "{text}");
    }
    let words = ["set", "pci/1", "path", "/IPv4", "size", " -1"].map(str::to_owned);
    let set = resource::read(&mut Words::new(&words, &|_| None));
    let wanted = resource::Command::Set { device: device("pci/1"), path: "/IPv4".into(), size: u64::MAX };
    assert_eq!(set, Ok(wanted));
}

/// As devlink of iproute2 7.3 says it.
#[test]
fn what_is_wrong_is_told_as_devlink_tells_it() {
    let ports = super::port::read;
    for (line, message, code) in [
        ("split pci/0000:03:00.0/0", "Port split count option expected.", 1),
        ("split pci/0000:03:00.0/0 count", "Unsigned number argument expected", 1),
        ("split pci/0000:03:00.0/0 count x", "\"x\" is not a number or not within range", 1),
        ("add pci/0000:03:00.0", "Port flavour is expected.\nPort PCI PF number is expected.", 1),
        ("add pci/0000:03:00.0 flavour x", "Error: argument \"x\" is wrong: unknown flavour", 255),
        ("function set eth0 foo", "Unknown option \"foo\"", 1),
        (
            "show eth1",
            "RTNETLINK answers: No such device\nWrong identification string format.\n\
            Devlink identification (\"bus_name/dev_name\") expected",
            1,
        ),
        ("unsplit eth1", "RTNETLINK answers: No such device\nNetdevice \"eth1\" not found", 1),
        ("show pci/0000:03:00.0/x", "Port index \"x\" is not a number or not within range", 1),
        ("nothing", "Command \"nothing\" not found", 1),
    ] {
        assert_eq!(said(read(line, ports)), (message.to_owned(), code), "{line}");
    }
    assert_eq!(said(read("e set pci/1", dev::read)).0, "Need to set at least one option");
    let both = said(read("set pci/1 name x value 1 default cmode runtime", param::read));
    assert_eq!(both.0, "Cannot specify both value and default");
    assert_eq!(said(read("help", dev::read)).1, 0);
    assert_eq!(said(read("all x", monitor::read)).0, "Unknown object \"x\"");
}
