//! What is laid down for VFs on InfiniBand.

use smartnic_core::device::{VfChange, VfLinkState, VfSettings};
use smartnic_core::types::{Guid, Mac, VfId};

use super::*;

fn told(host: &dyn Host, link: IfIndex, vf: u32) -> VfSettings {
    let links = host.switchdev().links().unwrap();
    let found = links.into_iter().find(|found| found.ifindex == link).unwrap();
    found.vfs.into_iter().find(|found| found.vf == VfId(vf)).unwrap()
}

#[test]
fn guids_are_laid_down_on_infiniband_only() {
    let (linux, model) = machine("connectx7-ib");
    linux.set_num_vfs(&pf(), 2).unwrap();
    let links = linux.links().unwrap();
    assert_eq!(links, model.switchdev().links().unwrap());
    let link = links.iter().find(|link| link.name == "ibp3s0").unwrap().ifindex;
    let none = told(&linux, link, 1);
    assert_eq!((none.node_guid, none.port_guid), (Some(Guid(0)), Some(Guid(0))));
    let (node, port) = (Guid(0x0011_2233_4455_6677), Guid(0xa088_c203_00ab_0102));
    linux.set_vf(link, VfId(1), &VfChange::NodeGuid(node)).unwrap();
    linux.set_vf(link, VfId(1), &VfChange::PortGuid(port)).unwrap();
    linux.set_vf(link, VfId(1), &VfChange::LinkState(VfLinkState::Enable)).unwrap();
    let now = VfSettings {
        node_guid: Some(node),
        port_guid: Some(port),
        link_state: Some(VfLinkState::Enable),
        ..none.clone()
    };
    assert_eq!((told(&linux, link, 1), told(&model, link, 1)), (now.clone(), now.clone()));
    assert_eq!(told(&linux, link, 0), VfSettings { vf: VfId(0), ..none.clone() });
    // What brings it back, and what links of this kind have no operation for.
    for change in none.changes_from(&now) {
        linux.set_vf(link, VfId(1), &change).unwrap();
    }
    assert_eq!(told(&linux, link, 1), none);
    for change in [VfChange::Mac(Mac([2, 0, 0, 0, 0, 1])), VfChange::Trust(true)] {
        let refused = said(linux.set_vf(link, VfId(1), &change));
        assert_eq!(refused.as_ref().unwrap_err().1, Some(95), "{change}");
        assert_eq!(refused, said(model.switchdev().set_vf(link, VfId(1), &change)));
    }
    let (ethernet, _) = machine("bluefield3");
    ethernet.set_num_vfs(&pf(), 1).unwrap();
    let link = super::port(&ethernet, "p0");
    let refused = said(ethernet.set_vf(link, VfId(0), &VfChange::NodeGuid(node)));
    assert_eq!(refused.unwrap_err().1, Some(95));
    assert_eq!(told(&ethernet, link, 0).node_guid, None);
}
