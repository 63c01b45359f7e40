//! Functions: which devices belong to NICs, and what their files tell.

use std::collections::BTreeMap;

use smartnic_core::device::{Function, FunctionRole, PciIdentity, PciLink, Sriov, VirtualFunction};
use smartnic_core::types::{DevlinkHandle, PciAddress, SfNumber, VfId};

use super::walk::{Place, Walk};

/// The PCI base class of network controllers.
const NETWORK: u32 = 0x02;
/// How deep PCI bridges are searched in a copy that has no `/sys/bus`.
const DEPTH: u32 = 12;

/// The functions that are gathered, by their handles.
#[derive(Default)]
pub(crate) struct Functions {
    found: BTreeMap<Key, (Function, Place)>,
}

/// PCI before others, functions in the order of their addresses, other names with their numbers in order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key(u8, Option<PciAddress>, String, usize, String);

impl Key {
    fn of(handle: &DevlinkHandle) -> Self {
        let address = handle.pci();
        Self(
            u8::from(address.is_none()),
            address,
            handle.bus.clone(),
            handle.device.len(),
            handle.device.clone(),
        )
    }
}

impl Functions {
    pub(crate) fn into_list(self) -> Vec<Function> {
        self.found.into_values().map(|(function, _)| function).collect()
    }

    /// Where they can be read.
    pub(crate) fn places(&self) -> Vec<Place> {
        self.found.values().map(|(_, place)| place.clone()).collect()
    }

    pub(crate) fn has(&self, handle: &DevlinkHandle) -> bool {
        self.found.contains_key(&Key::of(handle))
    }

    /// Reads a device, its physical function and its parent, unless they are known.
    pub(crate) fn add(&mut self, walk: &Walk<'_>, place: &Place) {
        if self.has(&place.handle) {
            return;
        }
        let function = read(walk, place);
        let parent = function.role.parent().cloned();
        self.found.insert(Key::of(&place.handle), (function, place.clone()));
        if let Some(parent) = parent {
            let path = format!("/sys/bus/{}/devices/{}", parent.bus, parent.device);
            self.add(walk, &Place { handle: parent, path });
        }
    }

    /// Says whose child a device is that no file of its own ties to a function.
    pub(crate) fn adopt(&mut self, child: &DevlinkHandle, of: &DevlinkHandle) {
        if let Some((function, _)) = self.found.get_mut(&Key::of(child))
            && function.role == FunctionRole::Physical
        {
            function.role = FunctionRole::Child { of: of.clone() };
        }
    }
}

/// Adds every PCI function that is a NIC's, every sub-function, and what hangs on buses made for tests.
pub(crate) fn search(walk: &Walk<'_>, functions: &mut Functions) {
    let places = pci(walk);
    for place in &places {
        if is_nic(walk, place) {
            functions.add(walk, place);
        }
    }
    for name in walk.names("/sys/bus/auxiliary/devices") {
        let path = format!("/sys/bus/auxiliary/devices/{name}");
        if walk.text(&format!("{path}/sfnum")).is_some() {
            functions.add(walk, &Place { handle: DevlinkHandle::new("auxiliary", name), path });
        }
    }
    for name in walk.names("/sys/bus/netdevsim/devices") {
        let path = format!("/sys/bus/netdevsim/devices/{name}");
        functions.add(walk, &Place { handle: DevlinkHandle::new("netdevsim", name), path });
    }
}

/// All PCI functions: by their bus, or by the way down from each root where a copy has no bus.
fn pci(walk: &Walk<'_>) -> Vec<Place> {
    let place = |name: String, path: String| Place { handle: DevlinkHandle::new("pci", name), path };
    let addresses = |path: &str| {
        let names = walk.names(path).into_iter();
        names.filter(|name| name.parse::<PciAddress>().is_ok()).collect::<Vec<_>>()
    };
    let known = addresses("/sys/bus/pci/devices");
    if !known.is_empty() {
        return known
            .into_iter()
            .map(|name| {
                let path = format!("/sys/bus/pci/devices/{name}");
                place(name, path)
            })
            .collect();
    }
    let mut found = Vec::new();
    let roots = walk.names("/sys/devices").into_iter().filter(|name| name.starts_with("pci"));
    let mut ahead: Vec<(String, u32)> = roots.map(|root| (format!("/sys/devices/{root}"), 0)).collect();
    while let Some((path, depth)) = ahead.pop() {
        for name in addresses(&path) {
            let below = format!("{path}/{name}");
            if depth < DEPTH {
                ahead.push((below.clone(), depth + 1));
            }
            found.push(place(name, below));
        }
    }
    found
}

fn is_nic(walk: &Walk<'_>, place: &Place) -> bool {
    let class = class(walk, &place.path);
    class.is_some_and(|class| class >> 16 == NETWORK)
        || !walk.names(&format!("{}/net", place.path)).is_empty()
        || !walk.names(&format!("{}/infiniband", place.path)).is_empty()
}

fn class(walk: &Walk<'_>, path: &str) -> Option<u32> {
    let told = walk.hex(&format!("{path}/class"));
    told.or_else(|| u32::from_str_radix(&walk.uevent(path, "PCI_CLASS")?, 16).ok())
}

fn read(walk: &Walk<'_>, place: &Place) -> Function {
    let path = &place.path;
    let file = |name: &str| format!("{path}/{name}");
    let mut function = Function::new(place.handle.clone());
    function.driver = walk.link_name(&file("driver")).or_else(|| walk.uevent(path, "DRIVER"));
    if place.handle.bus == "pci" {
        function.pci = identity(walk, path);
        function.pci_link = pci_link(walk, path);
    }
    function.numa_node = walk.number(&file("numa_node"));
    function.cpus = walk.text(&file("local_cpulist"));
    function.iommu_group = walk.link_name(&file("iommu_group")).and_then(|group| group.parse().ok());
    function.sriov = sriov(walk, place);
    function.role = role(walk, place);
    let parts = walk.names(path).into_iter();
    function.parts = parts.filter(|name| is_part(walk, path, name)).collect();
    function
}

/// What a driver split off for others is named `DRIVER.KIND.NUMBER`; sub-functions among it are functions of their own.
fn is_part(walk: &Walk<'_>, path: &str, name: &str) -> bool {
    let mut parts = name.rsplitn(3, '.');
    let numbered = parts.next().is_some_and(|number| number.parse::<u32>().is_ok());
    let named = parts.next().is_some_and(|kind| !kind.is_empty() && kind != "sf");
    let driver = parts.next().is_some_and(|driver| !driver.is_empty() && !driver.contains(':'));
    numbered && named && driver && !walk.names(&format!("{path}/{name}")).is_empty()
}

fn identity(walk: &Walk<'_>, path: &str) -> Option<PciIdentity> {
    let file = |name: &str| walk.hex(&format!("{path}/{name}")).and_then(|id| u16::try_from(id).ok());
    let pair = |key: &str| {
        let (vendor, device) =
            walk.uevent(path, key)?.split_once(':').map(|(a, b)| (a.to_owned(), b.to_owned()))?;
        let hex = |text: &str| u16::from_str_radix(text, 16).ok();
        Some((hex(&vendor)?, hex(&device)?))
    };
    let (vendor, device) = file("vendor").zip(file("device")).or_else(|| pair("PCI_ID"))?;
    let board = file("subsystem_vendor").zip(file("subsystem_device")).or_else(|| pair("PCI_SUBSYS_ID"));
    Some(PciIdentity {
        vendor,
        device,
        board_vendor: board.map(|(vendor, _)| vendor),
        board: board.map(|(_, board)| board),
        class: class(walk, path).unwrap_or_default(),
    })
}

fn pci_link(walk: &Walk<'_>, path: &str) -> Option<PciLink> {
    // VFs and functions that are asleep say "Unknown" and 0, and 255 lanes stand for unknown, too.
    let speed =
        |name: &str| walk.text(&format!("{path}/{name}")).filter(|speed| !speed.starts_with("Unknown"));
    let width = |name: &str| walk.number(&format!("{path}/{name}")).filter(|width| !matches!(width, 0 | 255));
    Some(PciLink {
        speed: speed("current_link_speed")?,
        width: width("current_link_width")?,
        max_speed: speed("max_link_speed"),
        max_width: width("max_link_width"),
    })
}

fn sriov(walk: &Walk<'_>, place: &Place) -> Option<Sriov> {
    let file = |name: &str| format!("{}/{name}", place.path);
    let num: u32 = walk.number(&file("sriov_numvfs"))?;
    let total = walk.number(&file("sriov_totalvfs"));
    let autoprobe = walk.number::<u32>(&file("sriov_drivers_autoprobe")).map(|on| on != 0);
    // A function that can have none has the files all the same.
    if total == Some(0) && num == 0 {
        return None;
    }
    let mut functions: Vec<VirtualFunction> = walk
        .names(&place.path)
        .iter()
        .filter_map(|name| {
            let vf = VfId(name.strip_prefix("virtfn")?.parse().ok()?);
            let device = DevlinkHandle::new(&place.handle.bus, walk.link_name(&file(name))?);
            let of_vf = |name: &str| format!("/sys/bus/{}/devices/{}/{name}", device.bus, device.device);
            let driver = walk.link_name(&of_vf("driver"));
            let driver_override = walk.text(&of_vf("driver_override")).and_then(super::driver::named);
            Some(VirtualFunction { vf, device, driver, driver_override })
        })
        .collect();
    functions.sort_unstable_by_key(|function| function.vf);
    Some(Sriov { total, num, autoprobe, functions })
}

fn role(walk: &Walk<'_>, place: &Place) -> FunctionRole {
    let Place { handle, path } = place;
    if let Some(physical) = walk.link_name(&format!("{path}/physfn")) {
        let of = DevlinkHandle::new(&handle.bus, physical);
        let directory = format!("/sys/bus/{}/devices/{}", of.bus, of.device);
        let names = walk.names(&directory);
        let vf = names.iter().find_map(|name| {
            let vf = name.strip_prefix("virtfn")?.parse().ok()?;
            (walk.link_name(&format!("{directory}/{name}"))? == handle.device).then_some(VfId(vf))
        });
        return FunctionRole::Virtual { of, vf };
    }
    let sf = walk.number(&format!("{path}/sfnum")).map(SfNumber);
    if let (Some(sf), Some(of)) = (sf, sub_function_of(walk, handle)) {
        return FunctionRole::Sub { of, sf };
    }
    FunctionRole::Physical
}

/// The function that an auxiliary device is a part of: ../../../devices/pci0000:00/0000:03:00.0/mlx5_core.sf.4.
fn sub_function_of(walk: &Walk<'_>, handle: &DevlinkHandle) -> Option<DevlinkHandle> {
    let target = walk.link(&format!("/sys/bus/{}/devices/{}", handle.bus, handle.device))?;
    let above = target.rsplit('/').nth(1)?;
    let bus = if above.parse::<PciAddress>().is_ok() { "pci" } else { &handle.bus };
    (!matches!(above, "" | "." | "..")).then(|| DevlinkHandle::new(bus, above))
}
