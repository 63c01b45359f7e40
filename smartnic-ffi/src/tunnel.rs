//! `snic_tunnel_*`, `snic_vdpa_*`: tunnel devices, and virtio devices carried by a NIC.

use std::ffi::c_char;
use std::ptr::null;

use smartnic::device::{TunnelKind, TunnelSettings};
use smartnic::types::Mac;
use smartnic::vdpa::{NewVdpa, VdpaConfig, VdpaDevice};
use smartnic::{Error, ErrorKind};

use crate::argument::{link_of, optional_text, options, prefixed, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator, listed, number};

/// A tunnel device: rules send to it what gets an outer header, and rules stand at it that take one off.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_tunnel {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its name.
    pub name: *const c_char,
    /// Its number.
    pub ifindex: u32,
    /// 1 if it is set up.
    pub up: i32,
    /// "vxlan", "geneve", "gretap" or "bareudp".
    pub kind: *const c_char,
    /// The network identifier; -1 if it comes with each packet.
    pub id: i64,
    /// The UDP port; 0 of GRE.
    pub port: u16,
    /// 1 if identifier and addresses come with each packet.
    pub external: i32,
    /// The other end; NULL if there is none.
    pub remote: *const c_char,
    /// The own end; NULL if there is none.
    pub local: *const c_char,
}

/// Lists tunnel devices. `*iter` is the caller's; freed with `snic_tunnel_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_tunnel_list(
    host: *const snic_host,
    iter: *mut *mut snic_tunnel_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        Ok(List::of(&host.tunnels()?.tunnels()?, |tunnel, texts| snic_tunnel {
            size: size_of::<snic_tunnel>(),
            name: texts.keep(&tunnel.name),
            ifindex: tunnel.link.0,
            up: tunnel.up.into(),
            kind: texts.keep(tunnel.settings.kind),
            id: number(tunnel.settings.id),
            port: tunnel.settings.port.unwrap_or(0),
            external: tunnel.settings.external.into(),
            remote: texts.keep_any(tunnel.settings.remote),
            local: texts.keep_any(tunnel.settings.local),
        }))
    })
}

iterator!(snic_tunnel_iter of snic_tunnel, snic_tunnel_next, snic_tunnel_iter_free:
    "Tunnel devices, one after the other.");

/// What a tunnel device is to be like.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_tunnel_options {
    /// `sizeof(snic_tunnel_options)`.
    pub size: usize,
    /// Not 0: it has the network identifier `id`; otherwise identifier and addresses come with each packet, as rules want it.
    pub with_id: i32,
    /// The network identifier, of 24 bits.
    pub id: u32,
    /// The UDP port; 0 for the usual one.
    pub port: u16,
    /// The other end; NULL for none.
    pub remote: *const c_char,
    /// The own end; NULL for none.
    pub local: *const c_char,
}
prefixed!(snic_tunnel_options up to local: *const c_char);

impl Default for snic_tunnel_options {
    fn default() -> Self {
        Self { size: 0, with_id: 0, id: 0, port: 0, remote: null(), local: null() }
    }
}

/// Makes a tunnel device ("vxlan", "geneve", "gretap", or "bareudp" for MPLS); it is down at first. `options` may be NULL:
/// identifier and addresses come with each packet then, which is what rules want.
///
/// Fails with ALREADY_EXISTS if there is a link of this name, INVALID_INPUT for what does not go together.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_tunnel_add(
    host: *const snic_host,
    name: *const c_char,
    kind: *const c_char,
    options: *const snic_tunnel_options,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let (given, kind) = (self::options(options)?, text(kind, "kind")?.parse::<TunnelKind>()?);
        let address = |address: *const c_char, name: &str| {
            let wrong = |_| Error::parse("make a tunnel device", "expected an IP address").on(name);
            optional_text(address, name)?.map(|text| text.parse().map_err(wrong)).transpose()
        };
        let settings = TunnelSettings {
            id: (given.with_id != 0).then_some(given.id),
            port: if given.port == 0 { kind.port() } else { Some(given.port) },
            remote: address(given.remote, "remote")?,
            local: address(given.local, "local")?,
            external: given.with_id == 0,
            ..TunnelSettings::external(kind)
        };
        settings.check()?;
        handle::get(host)?.host.tunnels()?.add_tunnel(text(name, "name")?, &settings)
    })
}

/// Removes a tunnel device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_tunnel_remove(
    host: *const snic_host,
    name: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let host = &handle::get(host)?.host;
        host.tunnels()?.remove_tunnel(link_of(host, name, "name")?)
    })
}

/// Something that can carry virtio devices.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_vdpa_mgmt {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its handle, such as "pci/0000:03:00.2".
    pub handle: *const c_char,
    /// The kinds of devices that it can carry, such as "net", with spaces between them.
    pub kinds: *const c_char,
    /// How many queues they can have; -1 if that is not told.
    pub max_queues: i64,
    /// What they can do, as the bits of virtio; 0 if that is not told.
    pub features: u64,
}

/// Lists what can carry virtio devices. `*iter` is the caller's; freed with `snic_vdpa_mgmt_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_vdpa_mgmt_list(
    host: *const snic_host,
    iter: *mut *mut snic_vdpa_mgmt_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        Ok(List::of(&host.vdpa()?.management_devices()?, |one, texts| snic_vdpa_mgmt {
            size: size_of::<snic_vdpa_mgmt>(),
            handle: texts.keep(&one.handle),
            kinds: texts.keep(one.kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")),
            max_queues: number(one.max_vqs),
            features: one.features.map_or(0, |features| features.0),
        }))
    })
}

iterator!(snic_vdpa_mgmt_iter of snic_vdpa_mgmt, snic_vdpa_mgmt_next, snic_vdpa_mgmt_iter_free:
    "What can carry virtio devices, one after the other.");

/// A virtio device that a NIC carries.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_vdpa {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its name.
    pub name: *const c_char,
    /// What carries it.
    pub mgmt: *const c_char,
    /// "net" or "block".
    pub kind: *const c_char,
    /// How many queues it has at most; -1 if that is not told.
    pub max_queues: i64,
    /// Its MAC address; NULL if that is not told.
    pub mac: *const c_char,
    /// Its largest payload; -1 if that is not told.
    pub mtu: i32,
    /// What its driver agreed to, as the bits of virtio; 0 if that is not told.
    pub negotiated: u64,
}

/// Lists virtio devices that NICs carry. `*iter` is the caller's; freed with `snic_vdpa_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_vdpa_list(
    host: *const snic_host,
    iter: *mut *mut snic_vdpa_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let vdpa = host.vdpa()?;
        let devices = vdpa.vdpa_devices()?;
        let configs: Vec<VdpaConfig> = match vdpa.vdpa_configs(None) {
            // Kernels before 5.19 do not tell; neither do devices that are just being set up.
            Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Busy) => Vec::new(),
            told => told?,
        };
        Ok(List::of(&devices, |device: &VdpaDevice, texts| {
            let config = configs.iter().find(|config| config.name == device.name);
            snic_vdpa {
                size: size_of::<snic_vdpa>(),
                name: texts.keep(&device.name),
                mgmt: texts.keep(&device.mgmt),
                kind: texts.keep(device.kind),
                max_queues: number(device.max_vqs),
                mac: texts.keep_any(config.and_then(|config| config.mac)),
                mtu: config.and_then(|config| config.mtu).map_or(-1, i32::from),
                negotiated: config.and_then(|config| config.negotiated).map_or(0, |features| features.0),
            }
        }))
    })
}

iterator!(snic_vdpa_iter of snic_vdpa, snic_vdpa_next, snic_vdpa_iter_free: "Virtio devices, one after the other.");

/// What a virtio device is to be like.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_vdpa_options {
    /// `sizeof(snic_vdpa_options)`.
    pub size: usize,
    /// Its MAC address; NULL leaves it to what carries it.
    pub mac: *const c_char,
    /// Its largest payload; 0 leaves it to what carries it.
    pub mtu: u16,
    /// How many pairs of queues it has; 0 leaves it to what carries it.
    pub max_queue_pairs: u16,
}
prefixed!(snic_vdpa_options up to max_queue_pairs: u16);

impl Default for snic_vdpa_options {
    fn default() -> Self {
        Self { size: 0, mac: null(), mtu: 0, max_queue_pairs: 0 }
    }
}

/// Makes a virtio device that `mgmt` ("pci/0000:03:00.2") carries. `options` may be NULL.
///
/// Fails with NOT_FOUND if there is nothing of this handle, NO_SPACE if it carries no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_vdpa_add(
    host: *const snic_host,
    name: *const c_char,
    mgmt: *const c_char,
    options: *const snic_vdpa_options,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let given = self::options(options)?;
        let some = |number: u16| (number != 0).then_some(number);
        let device = NewVdpa {
            name: text(name, "name")?.to_owned(),
            mgmt: text(mgmt, "mgmt")?.parse()?,
            mac: optional_text(given.mac, "mac")?.map(str::parse::<Mac>).transpose()?,
            mtu: some(given.mtu),
            max_vq_pairs: some(given.max_queue_pairs),
            features: None,
        };
        handle::get(host)?.host.vdpa()?.add_vdpa(&device)
    })
}

/// Removes a virtio device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_vdpa_remove(
    host: *const snic_host,
    name: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || handle::get(host)?.host.vdpa()?.remove_vdpa(text(name, "name")?))
}

/// Gives a virtio device another MAC address (kernel 6.12 and later).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_vdpa_set_mac(
    host: *const snic_host,
    name: *const c_char,
    mac: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let mac: Mac = text(mac, "mac")?.parse()?;
        handle::get(host)?.host.vdpa()?.set_vdpa_mac(text(name, "name")?, mac)
    })
}

/// A counter of a queue of a virtio device.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_vdpa_counter {
    /// The size of this structure in the library.
    pub size: usize,
    /// What the queue is for, such as "receive".
    pub queue_kind: *const c_char,
    /// The driver's name for the counter.
    pub name: *const c_char,
    /// What was counted.
    pub value: u64,
}

/// Lists the counters of a queue of a virtio device. `*iter` is the caller's; freed with `snic_vdpa_counter_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_vdpa_counter_list(
    host: *const snic_host,
    name: *const c_char,
    queue: u32,
    iter: *mut *mut snic_vdpa_counter_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let told = host.vdpa()?.vdpa_stats(text(name, "name")?, queue)?;
        Ok(List::of(&told.counters, |(counter, value), texts| snic_vdpa_counter {
            size: size_of::<snic_vdpa_counter>(),
            queue_kind: texts.keep(told.queue_kind),
            name: texts.keep(counter),
            value: *value,
        }))
    })
}

iterator!(snic_vdpa_counter_iter of snic_vdpa_counter, snic_vdpa_counter_next, snic_vdpa_counter_iter_free:
    "Counters of a queue, one after the other.");
