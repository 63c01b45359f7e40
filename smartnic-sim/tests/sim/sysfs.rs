//! Files under `/sys`.

use smartnic_core::backend::{Host, Switchdev};
use smartnic_netlink::transport::Kernel;
use smartnic_sim::SimKernel;

use crate::common::{host, pf, port, switchdev};

const PF: &str = "/sys/bus/pci/devices/0000:03:00.0";
const VF: &str = "/sys/bus/pci/devices/0000:03:00.2";
const DRIVER: &str = "/sys/bus/pci/drivers/mlx5_core";

#[test]
fn sriov_files_show_and_change_the_model() {
    let host = host("bluefield3");
    let kernel = SimKernel::new(host.machine().clone());
    let errno = |result: std::io::Result<()>| result.unwrap_err().raw_os_error();
    assert_eq!(kernel.read(&format!("{PF}/sriov_totalvfs")).unwrap(), "16");
    kernel.write(&format!("{PF}/sriov_numvfs"), "2").unwrap();
    assert_eq!(host.sriov(&pf()).unwrap().num, 2);
    assert_eq!(errno(kernel.write(&format!("{PF}/sriov_numvfs"), "3")), Some(16));
    assert_eq!(errno(kernel.write(&format!("{PF}/sriov_numvfs"), "70000")), Some(34));
    assert_eq!(errno(kernel.write(&format!("{PF}/sriov_numvfs"), "many")), Some(22));
    assert_eq!(errno(kernel.write(&format!("{PF}/sriov_totalvfs"), "3")), Some(13));
    assert_eq!(errno(kernel.write(&format!("{PF}/nothing"), "3")), Some(2));
    assert_eq!(kernel.link(&format!("{PF}/virtfn1")).unwrap(), "../0000:03:00.3");
    assert_eq!(kernel.link(&format!("{VF}/physfn")).unwrap(), "../0000:03:00.0");
    assert_eq!(kernel.read(&format!("{VF}/device")).unwrap(), "0x101e");
    assert_eq!(kernel.list(&format!("{VF}/net")).unwrap(), ["enp3s0f0v0"]);
    let names = kernel.list(PF).unwrap();
    assert!(names.is_sorted() && names.contains(&"virtfn1".to_owned()), "{names:?}");
    kernel.write(&format!("{PF}/sriov_drivers_autoprobe"), "0").unwrap();
    assert_eq!(host.sriov(&pf()).unwrap().autoprobe, Some(false));
    let user = kernel.unprivileged();
    assert_eq!(errno(user.write(&format!("{PF}/sriov_numvfs"), "0")), Some(13));
    assert_eq!(user.read(&format!("{PF}/sriov_numvfs")).unwrap(), "2");
}

#[test]
fn functions_go_from_driver_to_driver() {
    let host = host("bluefield3");
    let kernel = SimKernel::new(host.machine().clone());
    host.set_num_vfs(&pf(), 1).unwrap();
    let driver = || kernel.link(&format!("{VF}/driver")).ok();
    assert_eq!(driver().as_deref(), Some("../../../../bus/pci/drivers/mlx5_core"));
    let errno = |result: std::io::Result<()>| result.unwrap_err().raw_os_error();
    assert_eq!(errno(kernel.write(&format!("{DRIVER}/bind"), "0000:03:00.2")), Some(16));
    kernel.write(&format!("{DRIVER}/unbind"), "0000:03:00.2").unwrap();
    assert_eq!(driver(), None);
    assert_eq!(errno(kernel.write(&format!("{DRIVER}/unbind"), "0000:03:00.2")), Some(19));
    let vfio = "/sys/bus/pci/drivers/vfio-pci/bind";
    assert_eq!(errno(kernel.write(vfio, "0000:03:00.2")), Some(19));
    kernel.write(&format!("{VF}/driver_override"), "vfio-pci").unwrap();
    assert_eq!(kernel.read(&format!("{VF}/driver_override")).unwrap(), "vfio-pci");
    kernel.write(vfio, "0000:03:00.2").unwrap();
    assert_eq!(driver().as_deref(), Some("../../../../bus/pci/drivers/vfio-pci"));
    kernel.write(&format!("{VF}/driver_override"), "\n").unwrap();
    assert_eq!(kernel.read(&format!("{VF}/driver_override")).unwrap(), "(null)");
    assert_eq!(kernel.list("/sys/bus/pci/drivers").unwrap(), ["mlx5_core", "vfio-pci"]);
    assert_eq!(errno(kernel.write("/sys/bus/pci/drivers/nvme/bind", "0000:03:00.2")), Some(2));

    // A physical function takes everything on it along.
    switchdev(&host, 1);
    kernel.write(&format!("{DRIVER}/unbind"), "0000:03:00.0").unwrap();
    let names = kernel.list("/sys/class/net").unwrap();
    assert_eq!(names, ["enp3s0f1np1", "lo"]);
    assert_eq!(errno(kernel.write(&format!("{PF}/sriov_numvfs"), "1")), Some(2));
    kernel.write(&format!("{DRIVER}/bind"), "0000:03:00.0").unwrap();
    assert_eq!(host.devlink().eswitch(&pf()).unwrap().mode.unwrap().number(), 0);
}

#[test]
fn links_tell_their_switch_and_port() {
    let host = host("thor2");
    let kernel = SimKernel::new(host.machine().clone());
    let uplink = "/sys/class/net/enp3s0np0";
    let errno = |result: std::io::Result<String>| result.unwrap_err().raw_os_error();
    assert_eq!(kernel.read(&format!("{uplink}/phys_port_name")).unwrap(), "p0");
    assert_eq!(errno(kernel.read(&format!("{uplink}/phys_switch_id"))), Some(95));
    switchdev(&host, 1);
    let id = kernel.read(&format!("{uplink}/phys_switch_id")).unwrap();
    assert_eq!(kernel.read("/sys/class/net/enp3s0r0/phys_switch_id").unwrap(), id);
    assert_eq!(kernel.read("/sys/class/net/enp3s0r0/phys_port_name").unwrap(), "pf0vf0");
    assert_eq!(kernel.link(&format!("{uplink}/device")).unwrap(), "../../../0000:03:00.0");
    let index = kernel.read(&format!("{uplink}/ifindex")).unwrap();
    assert_eq!(index, port(&host, "p0").to_string());
    assert_eq!(errno(kernel.read(uplink)), Some(21));
    assert_eq!(errno(kernel.read("/sys/class/net/eth0/mtu")), Some(2));
    assert_eq!(errno(kernel.read("/etc/passwd")), Some(2));
}
