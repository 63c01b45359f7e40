//! Generic netlink families as a host meets them, played by a script.

use smartnic_core::ErrorKind;
use smartnic_core::backend::{DevlinkDevices, DevlinkEswitch, DevlinkPorts, Switchdev};
use smartnic_core::device::{EswitchChange, EswitchMode};
use smartnic_core::types::{DevlinkHandle, IfIndex};
use smartnic_netlink::codec::{Encoder, Flags, GenlHeader, Message};
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::genetlink::*;

use crate::LinuxHost;
use crate::connection::script::{Answer, PORT, Script, ack, done, message};

const FAMILY: u16 = 0x21;

fn host(script: &Script) -> LinuxHost {
    LinuxHost::new("test:", script.kernel())
}

fn reply(request: &Message<'_>, flags: Flags, command: u8, body: impl FnOnce(&mut Encoder<'_>)) -> Answer {
    message(request.header.kind, flags, request.header.seq, PORT, |e| {
        e.fixed(&GenlHeader { command, version: 1, reserved: 0 });
        body(e);
    })
}

/// The answer of a kernel that has the family which is asked for.
fn family(sent: &[Message<'_>]) -> Vec<Answer> {
    assert_eq!(sent[0].header.kind, GENL_ID_CTRL);
    let there = reply(&sent[0], Flags::empty(), CTRL_CMD_NEWFAMILY, |e| {
        e.text(CTRL_ATTR_FAMILY_NAME, "asked for");
        e.u16(CTRL_ATTR_FAMILY_ID, FAMILY);
    });
    vec![there, ack(&sent[0], 0, None)]
}

fn pf() -> DevlinkHandle {
    "pci/0000:03:00.0".parse().unwrap()
}

#[test]
fn a_kernel_without_devlink_says_so_whatever_is_asked() {
    let no_family = |sent: &[Message<'_>]| vec![ack(&sent[0], libc::ENOENT, None)];
    let script = Script::default().then(no_family).then(no_family);
    let host = host(&script);
    let error = host.devices().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.to_string(), "cannot list devlink devices: this kernel has no devlink");
    let error = host.eswitch(&pf()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read the eswitch mode (pci/0000:03:00.0): this kernel has no devlink"
    );
    assert_eq!(script.sockets(), 1);
}

#[test]
fn a_family_is_asked_for_once_and_only_ports_of_the_device_are_listed() {
    let ports = |sent: &[Message<'_>]| {
        assert_eq!(sent[0].header.kind, FAMILY);
        let port = |device: &'static str, index| {
            reply(&sent[0], Flags::MULTI, DEVLINK_CMD_PORT_NEW, move |e| {
                e.text(DEVLINK_ATTR_BUS_NAME, "pci");
                e.text(DEVLINK_ATTR_DEV_NAME, device);
                e.u32(DEVLINK_ATTR_PORT_INDEX, index);
            })
        };
        vec![port("0000:03:00.0", 1), port("0000:04:00.0", 2), done(&sent[0], Flags::empty())]
    };
    let script = Script::default().then(family).then(ports).then(ports);
    let host = host(&script);
    let names = |device: Option<&DevlinkHandle>| {
        let ports = host.ports(device).unwrap();
        ports.iter().map(|port| port.handle.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(None), ["pci/0000:03:00.0/1", "pci/0000:04:00.0/2"]);
    assert_eq!(names(Some(&pf())), ["pci/0000:03:00.0/1"]);
    assert_eq!(script.sockets(), 1);
}

#[test]
fn a_drivers_text_on_a_changed_eswitch_is_handed_on() {
    let script = Script::default()
        .then(family)
        .then(|sent| vec![ack(&sent[0], 0, Some("Changed eswitch mode to switchdev"))])
        .then(|sent| vec![ack(&sent[0], libc::EPERM, None)]);
    let host = host(&script);
    let change = EswitchChange::mode(EswitchMode::Switchdev);
    let note = host.set_eswitch(&pf(), &change).unwrap().unwrap();
    assert_eq!((note.errno, note.message.as_deref()), (0, Some("Changed eswitch mode to switchdev")));
    let error = host.set_eswitch(&pf(), &change).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(error.next_step(), Some("CAP_NET_ADMIN is needed: run as root"));
    script.sockets();
}

/// The answer about a link whose `hw-tc-offload` can be changed or not, and is on or off.
fn features(changeable: bool, on: bool) -> impl Fn(&[Message<'_>]) -> Vec<Answer> + Send {
    move |sent| {
        let set = |e: &mut Encoder<'_>, kind, listed: bool| {
            e.nest(kind, |e| {
                e.flag(ETHTOOL_A_BITSET_NOMASK);
                e.nest(ETHTOOL_A_BITSET_BITS, |e| {
                    let bit = |e: &mut Encoder<'_>| e.text(ETHTOOL_A_BITSET_BIT_NAME, "hw-tc-offload");
                    if listed {
                        e.nest(ETHTOOL_A_BITSET_BITS_BIT, bit);
                    }
                });
            });
        };
        let state = reply(&sent[0], Flags::empty(), ETHTOOL_MSG_FEATURES_GET_REPLY, |e| {
            set(e, ETHTOOL_A_FEATURES_HW, changeable);
            set(e, ETHTOOL_A_FEATURES_ACTIVE, on);
        });
        vec![state, ack(&sent[0], 0, None)]
    }
}

#[test]
fn a_feature_is_changed_only_if_it_can_be_and_read_back() {
    let link = IfIndex(3);
    let order = |sent: &[Message<'_>]| {
        assert_eq!(sent[0].payload[0], ETHTOOL_MSG_FEATURES_SET);
        vec![ack(&sent[0], 0, None)]
    };
    let set = |script: &Script, on| {
        let result = host(script).set_tc_offload(link, on).map_err(|error| error.to_string());
        script.sockets();
        result
    };
    let there = Script::default().then(family).then(features(true, true));
    assert_eq!(set(&there, true), Ok(()));
    let done =
        Script::default().then(family).then(features(true, false)).then(order).then(features(true, true));
    assert_eq!(set(&done, true), Ok(()));
    let fixed = Script::default().then(family).then(features(false, false));
    assert_eq!(
        set(&fixed, true).unwrap_err(),
        "cannot turn hw-tc-offload on (ifindex 3): the driver does not let it be changed"
    );
    let stuck =
        Script::default().then(family).then(features(true, true)).then(order).then(features(true, true));
    assert_eq!(
        set(&stuck, false).unwrap_err(),
        "cannot turn hw-tc-offload off (ifindex 3): the driver left it on\n\
         hint: remove the flow rules that are in hardware first"
    );
}
