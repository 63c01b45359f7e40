//! devlink payloads over the sockets of `genetlink`, on netdevsim: run as root in the lab by `cargo xtask test` (L2), not by a
//! plain `cargo test`.

use std::fs;

use futures::StreamExt;
use genetlink::GenetlinkHandle;
use netlink_packet_core::NetlinkPayload;
use smartnic::device::{EswitchChange, EswitchMode, PortFlavour};
use smartnic::rust_netlink::{Devlink, wire};
use smartnic::types::DevlinkHandle;

/// A netdevsim device that goes away with this value.
struct Device {
    id: u32,
}

impl Device {
    /// A new device with two ports.
    fn new(id: u32) -> Self {
        // Whoever ran before may have loaded it, or not.
        let _ = std::process::Command::new("modprobe").arg("netdevsim").status();
        fs::write("/sys/bus/netdevsim/new_device", format!("{id} 2"))
            .expect("the netdevsim module, and root");
        Self { id }
    }

    fn handle(&self) -> DevlinkHandle {
        DevlinkHandle::new("netdevsim", format!("netdevsim{}", self.id))
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = fs::write("/sys/bus/netdevsim/del_device", self.id.to_string());
    }
}

/// What comes upon a request: payloads, or the number of an error.
async fn ask(handle: &mut GenetlinkHandle, request: Devlink) -> Result<Vec<Devlink>, i32> {
    let mut answers = handle.request(request.into_message()).await.unwrap();
    let mut found = Vec::new();
    while let Some(answer) = answers.next().await {
        match answer.unwrap().payload {
            NetlinkPayload::InnerMessage(message) => found.push(message.payload),
            NetlinkPayload::Error(error) if error.code.is_some() => return Err(error.raw_code()),
            _ => {}
        }
    }
    Ok(found)
}

async fn mode(handle: &mut GenetlinkHandle, device: &DevlinkHandle) -> Option<EswitchMode> {
    let get = Devlink::of(&wire::eswitch::Get { family: 0, device }).unwrap();
    ask(handle, get).await.unwrap()[0].read(wire::eswitch::decode).unwrap().mode
}

#[test]
fn a_kernel_answers_requests_that_genetlink_sends() {
    let own = Device::new(77);
    let device = own.handle();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    runtime.block_on(async {
        let (connection, mut handle, _) = genetlink::new_connection().unwrap();
        tokio::spawn(connection);

        let dump = Devlink::of(&wire::dev::Dump { family: 0 }).unwrap();
        let devices = ask(&mut handle, dump).await.unwrap();
        let devices = devices.iter().map(|one| one.read(wire::dev::decode).unwrap().handle);
        assert!(devices.collect::<Vec<_>>().contains(&device));

        let dump = Devlink::of(&wire::port::Dump { family: 0, device: None }).unwrap();
        let ports = ask(&mut handle, dump).await.unwrap();
        let ports = ports.iter().map(|one| one.read(wire::port::decode).unwrap());
        let ports: Vec<_> = ports.filter(|port| port.handle.device == device).collect();
        assert_eq!(ports.iter().map(|port| port.flavour).collect::<Vec<_>>(), [PortFlavour::Physical; 2]);

        assert_eq!(mode(&mut handle, &device).await, Some(EswitchMode::Legacy));
        fs::write(format!("/sys/bus/netdevsim/devices/{}/sriov_numvfs", device.device), "2").unwrap();
        let change = EswitchChange { mode: Some(EswitchMode::Switchdev), ..EswitchChange::default() };
        let set = Devlink::of(&wire::eswitch::Set { family: 0, device: &device, change: &change }).unwrap();
        assert_eq!(ask(&mut handle, set).await, Ok(Vec::new()));
        assert_eq!(mode(&mut handle, &device).await, Some(EswitchMode::Switchdev));

        let absent = DevlinkHandle::new("netdevsim", "netdevsim99");
        let get = Devlink::of(&wire::eswitch::Get { family: 0, device: &absent }).unwrap();
        assert_eq!(ask(&mut handle, get).await, Err(-19), "ENODEV");
    });
}
