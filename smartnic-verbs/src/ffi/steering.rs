//! Rules by which raw packets come to queue pairs, and what counts them.

use std::any::Any;
use std::mem::{MaybeUninit, size_of};
use std::ptr::null_mut;
use std::sync::Arc;

use smartnic_core::backend::{VerbsCounters, VerbsFlow};
use smartnic_core::verbs::{
    CounterKind, EthernetKeys, GreKeys, Ipv4Keys, Ipv6Keys, Masked, PortKeys, SteeringHeader, SteeringKind,
    SteeringRule, SteeringSpec,
};
use smartnic_core::{Error, Result};

use super::constants::{
    IBV_FLOW_ATTR_ALL_DEFAULT, IBV_FLOW_ATTR_MC_DEFAULT, IBV_FLOW_ATTR_NORMAL, IBV_FLOW_ATTR_SNIFFER,
    IBV_FLOW_SPEC_ACTION_COUNT, IBV_FLOW_SPEC_ACTION_DROP, IBV_FLOW_SPEC_ACTION_TAG, IBV_FLOW_SPEC_ETH,
    IBV_FLOW_SPEC_GRE, IBV_FLOW_SPEC_INNER, IBV_FLOW_SPEC_IPV4, IBV_FLOW_SPEC_IPV4_EXT, IBV_FLOW_SPEC_IPV6,
    IBV_FLOW_SPEC_MPLS, IBV_FLOW_SPEC_TCP, IBV_FLOW_SPEC_UDP, IBV_FLOW_SPEC_VXLAN_TUNNEL,
};
use super::context::Context;
use super::extended::extended;
use super::queue_pair::Qp;
use super::raw::{Raw, is_same};
use super::types::{
    ibv_counter_attach_attr, ibv_counters, ibv_counters_init_attr, ibv_flow, ibv_flow_attr,
    ibv_flow_eth_filter, ibv_flow_gre_filter, ibv_flow_ipv4_ext_filter, ibv_flow_ipv4_filter,
    ibv_flow_ipv6_filter, ibv_flow_mpls_filter, ibv_flow_spec_action_drop, ibv_flow_spec_action_tag,
    ibv_flow_spec_counter_action, ibv_flow_spec_eth, ibv_flow_spec_gre, ibv_flow_spec_ipv4,
    ibv_flow_spec_ipv4_ext, ibv_flow_spec_ipv6, ibv_flow_spec_mpls, ibv_flow_spec_tcp_udp,
    ibv_flow_spec_tunnel, ibv_flow_spec_type, ibv_flow_tcp_udp_filter, ibv_flow_tunnel_filter,
};

const OP: &str = "steer packets to a queue pair";

/// A rule.
#[derive(Debug)]
pub(super) struct Flow {
    flow: Raw<ibv_flow>,
    destroy: unsafe extern "C" fn(*mut ibv_flow) -> i32,
    /// What it leads to and what counts its packets must outlive it: the kernel has it so.
    _qp: Arc<Qp>,
    _counters: Option<Arc<dyn VerbsCounters>>,
}

impl VerbsFlow for Flow {}

impl Flow {
    pub(super) fn new(qp: &Arc<Qp>, rule: &SteeringRule<'_>) -> Result<Self> {
        rule.check(OP)?;
        let context = qp.home.context();
        let (create, destroy) = (extended!(context, ibv_create_flow), extended!(context, ibv_destroy_flow));
        let (Some(create), Some(destroy)) = (create, destroy) else {
            return Err(Error::unsupported(OP).on(&context.name).reason("its driver steers nothing"));
        };
        let counters = rule.counters.map(|counters| known(counters, context)).transpose()?;
        let mut room = Room::new(rule);
        rule.specs.iter().for_each(|spec| room.header(spec));
        if let Some(tag_id) = rule.tag {
            room.put(IBV_FLOW_SPEC_ACTION_TAG, |type_, size| ibv_flow_spec_action_tag {
                type_,
                size,
                tag_id,
            });
        }
        if rule.drop {
            room.put(IBV_FLOW_SPEC_ACTION_DROP, |type_, size| ibv_flow_spec_action_drop { type_, size });
        }
        if let Some(counters) = counters {
            let counters = counters.counters.pointer();
            room.put(IBV_FLOW_SPEC_ACTION_COUNT, |type_, size| ibv_flow_spec_counter_action {
                type_,
                size,
                counters,
            });
        }
        // SAFETY: the queue pair is there and is held until the rule is gone, as the counters are; the rule is read only.
        let flow = unsafe { create(qp.qp.pointer(), room.finish()) };
        let flow = Raw::made(flow, OP, context).map_err(|error| needs_right(error).on(qp.named()))?;
        Ok(Self { flow, destroy, _qp: Arc::clone(qp), _counters: rule.counters.cloned() })
    }
}

/// What a process without a right is told to get.
pub(super) fn needs_right(error: Error) -> Error {
    match error.errno() {
        Some(libc::EPERM) => {
            error.hint("raw packets need CAP_NET_RAW: run as root, or give the program that right")
        }
        _ => error,
    }
}

impl Drop for Flow {
    fn drop(&mut self) {
        // SAFETY: it is destroyed once, and before what it leads to.
        let _ = unsafe { (self.destroy)(self.flow.pointer()) };
    }
}

/// So many bytes take a rule with the most and the largest headers that there can be.
const SIZE: usize = size_of::<ibv_flow_attr>() + SteeringRule::MOST_SPECS * size_of::<ibv_flow_spec_ipv6>();

/// A rule as C has it: headers and actions stand one behind the other, without gaps.
#[repr(C, align(8))]
struct Room {
    bytes: [MaybeUninit<u8>; SIZE],
    used: usize,
    attr: ibv_flow_attr,
}

impl Room {
    fn new(rule: &SteeringRule<'_>) -> Self {
        let type_ = match rule.kind {
            SteeringKind::Normal => IBV_FLOW_ATTR_NORMAL,
            SteeringKind::AllDefault => IBV_FLOW_ATTR_ALL_DEFAULT,
            SteeringKind::MulticastDefault => IBV_FLOW_ATTR_MC_DEFAULT,
            SteeringKind::Sniffer => IBV_FLOW_ATTR_SNIFFER,
        };
        let (priority, port, flags) = (rule.priority, rule.port, rule.flags.bits());
        let attr = ibv_flow_attr { comp_mask: 0, type_, size: 0, priority, num_of_specs: 0, port, flags };
        Self { bytes: [MaybeUninit::zeroed(); SIZE], used: size_of::<ibv_flow_attr>(), attr }
    }

    /// Adds a header or an action, which `make` makes of its type and its size.
    fn put<T: Copy>(&mut self, type_: ibv_flow_spec_type, make: impl FnOnce(ibv_flow_spec_type, u16) -> T) {
        let value = make(type_, size_of::<T>() as u16);
        let place = &mut self.bytes[self.used..self.used + size_of::<T>()];
        // SAFETY: the place has so many bytes, and need not be aligned.
        unsafe { place.as_mut_ptr().cast::<T>().write_unaligned(value) };
        self.used += size_of::<T>();
        self.attr.num_of_specs += 1;
    }

    /// The rule, as long as this value lives.
    fn finish(&mut self) -> *mut ibv_flow_attr {
        self.attr.size = self.used as u16;
        let place = self.bytes.as_mut_ptr().cast::<ibv_flow_attr>();
        // SAFETY: the bytes begin with room for it, which is aligned.
        unsafe { place.write(self.attr) };
        place
    }

    fn header(&mut self, spec: &SteeringSpec) {
        let inner = if spec.inner { IBV_FLOW_SPEC_INNER } else { 0 };
        match &spec.header {
            SteeringHeader::Ethernet(keys) => {
                let (val, mask) = both(keys, ethernet);
                self.put(IBV_FLOW_SPEC_ETH | inner, |type_, size| ibv_flow_spec_eth {
                    type_,
                    size,
                    val,
                    mask,
                });
            }
            SteeringHeader::Ipv4(keys) => {
                let mask = keys.mask;
                let addresses =
                    Ipv4Keys { source: mask.source, destination: mask.destination, ..Ipv4Keys::default() };
                // Older drivers know addresses alone.
                if mask == addresses {
                    let (val, mask) = both(keys, ipv4);
                    self.put(IBV_FLOW_SPEC_IPV4 | inner, |type_, size| ibv_flow_spec_ipv4 {
                        type_,
                        size,
                        val,
                        mask,
                    });
                } else {
                    let (val, mask) = both(keys, ipv4_ext);
                    self.put(IBV_FLOW_SPEC_IPV4_EXT | inner, |type_, size| ibv_flow_spec_ipv4_ext {
                        type_,
                        size,
                        val,
                        mask,
                    });
                }
            }
            SteeringHeader::Ipv6(keys) => {
                let (val, mask) = both(keys, ipv6);
                self.put(IBV_FLOW_SPEC_IPV6 | inner, |type_, size| ibv_flow_spec_ipv6 {
                    type_,
                    size,
                    val,
                    mask,
                });
            }
            SteeringHeader::Tcp(keys) => self.ports(IBV_FLOW_SPEC_TCP | inner, keys),
            SteeringHeader::Udp(keys) => self.ports(IBV_FLOW_SPEC_UDP | inner, keys),
            SteeringHeader::Vxlan(keys) => {
                let (val, mask) = both(keys, |id| ibv_flow_tunnel_filter { tunnel_id: id.to_be() });
                self.put(IBV_FLOW_SPEC_VXLAN_TUNNEL | inner, |type_, size| ibv_flow_spec_tunnel {
                    type_,
                    size,
                    val,
                    mask,
                });
            }
            SteeringHeader::Gre(keys) => {
                let (val, mask) = both(keys, gre);
                self.put(IBV_FLOW_SPEC_GRE | inner, |type_, size| ibv_flow_spec_gre {
                    type_,
                    size,
                    val,
                    mask,
                });
            }
            SteeringHeader::Mpls(keys) => {
                let (val, mask) = both(keys, |label| ibv_flow_mpls_filter { label: label.to_be() });
                self.put(IBV_FLOW_SPEC_MPLS | inner, |type_, size| ibv_flow_spec_mpls {
                    type_,
                    size,
                    val,
                    mask,
                });
            }
        }
    }

    fn ports(&mut self, type_: ibv_flow_spec_type, keys: &Masked<PortKeys>) {
        let (val, mask) = both(keys, |keys| ibv_flow_tcp_udp_filter {
            dst_port: keys.destination.to_be(),
            src_port: keys.source.to_be(),
        });
        self.put(type_, |type_, size| ibv_flow_spec_tcp_udp { type_, size, val, mask });
    }
}

/// Value and mask, as C has them.
fn both<T, C>(keys: &Masked<T>, to_c: impl Fn(&T) -> C) -> (C, C) {
    (to_c(&keys.value), to_c(&keys.mask))
}

fn ethernet(keys: &EthernetKeys) -> ibv_flow_eth_filter {
    ibv_flow_eth_filter {
        dst_mac: keys.destination.0,
        src_mac: keys.source.0,
        ether_type: keys.ethertype.to_be(),
        vlan_tag: keys.vlan.to_be(),
    }
}

fn ipv4(keys: &Ipv4Keys) -> ibv_flow_ipv4_filter {
    let number = |address: std::net::Ipv4Addr| u32::from_ne_bytes(address.octets());
    ibv_flow_ipv4_filter { src_ip: number(keys.source), dst_ip: number(keys.destination) }
}

fn ipv4_ext(keys: &Ipv4Keys) -> ibv_flow_ipv4_ext_filter {
    let ibv_flow_ipv4_filter { src_ip, dst_ip } = ipv4(keys);
    let (proto, tos, ttl, flags) = (keys.protocol, keys.tos, keys.ttl, keys.flags);
    ibv_flow_ipv4_ext_filter { src_ip, dst_ip, proto, tos, ttl, flags }
}

fn ipv6(keys: &Ipv6Keys) -> ibv_flow_ipv6_filter {
    ibv_flow_ipv6_filter {
        src_ip: keys.source.octets(),
        dst_ip: keys.destination.octets(),
        flow_label: keys.flow_label.to_be(),
        next_hdr: keys.next_header,
        traffic_class: keys.traffic_class,
        hop_limit: keys.hop_limit,
    }
}

fn gre(keys: &GreKeys) -> ibv_flow_gre_filter {
    ibv_flow_gre_filter {
        c_ks_res0_ver: keys.flags.to_be(),
        protocol: keys.protocol.to_be(),
        key: keys.key.to_be(),
    }
}

/// What counts packets.
#[derive(Debug)]
pub(super) struct Counters {
    context: Arc<Context>,
    counters: Raw<ibv_counters>,
    destroy: unsafe extern "C" fn(*mut ibv_counters) -> i32,
    read: unsafe extern "C" fn(*mut ibv_counters, *mut u64, u32, u32) -> i32,
    kinds: Vec<CounterKind>,
}

/// Counters of this device, which came back through their trait.
fn known<'a>(counters: &'a Arc<dyn VerbsCounters>, context: &Arc<Context>) -> Result<&'a Counters> {
    let known = (&**counters as &dyn Any).downcast_ref::<Counters>();
    let known = known.filter(|known| is_same(&known.context, context));
    known.ok_or_else(|| Error::invalid(OP, "its counters are of another device").on(&context.name))
}

impl Counters {
    pub(super) fn new(context: &Arc<Context>, kinds: &[CounterKind]) -> Result<Self> {
        const OP: &str = "make counters of steering rules";
        let functions = (
            extended!(context, create_counters),
            extended!(context, destroy_counters),
            extended!(context, attach_counters_point_flow),
            extended!(context, read_counters),
        );
        let (Some(create), Some(destroy), Some(attach), Some(read)) = functions else {
            return Err(Error::unsupported(OP).on(&context.name).reason("its driver has none"));
        };
        let mut init = ibv_counters_init_attr { comp_mask: 0 };
        // SAFETY: the context is open, and stays so until they are gone; the attributes are read only.
        let counters = Raw::made(unsafe { create(context.context.as_ptr(), &raw mut init) }, OP, context)?;
        let made = Self { context: Arc::clone(context), counters, destroy, read, kinds: kinds.to_vec() };
        for (index, kind) in (0..).zip(kinds) {
            // The numbers of `enum ibv_counter_description`.
            let counter_desc = match kind {
                CounterKind::Packets => 0,
                CounterKind::Bytes => 1,
            };
            let mut attr = ibv_counter_attach_attr { counter_desc, index, comp_mask: 0 };
            // SAFETY: they were just made; the attributes are read only. No rule is named: those that count with them do.
            let code = unsafe { attach(made.counters.pointer(), &raw mut attr, null_mut()) };
            context.check(OP, code)?;
        }
        Ok(made)
    }
}

impl VerbsCounters for Counters {
    fn kinds(&self) -> &[CounterKind] {
        &self.kinds
    }

    fn read(&self) -> Result<Vec<u64>> {
        let mut values = vec![0; self.kinds.len()];
        // SAFETY: they are there, and there is room for so many numbers.
        let code =
            unsafe { (self.read)(self.counters.pointer(), values.as_mut_ptr(), values.len() as u32, 0) };
        self.context.check("read counters of steering rules", code)?;
        Ok(values)
    }
}

impl Drop for Counters {
    fn drop(&mut self) {
        // SAFETY: the rules that counted with them held them, and are gone.
        let _ = unsafe { (self.destroy)(self.counters.pointer()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::types::Mac;

    /// The bytes of a rule, behind its beginning.
    fn laid_out(rule: &SteeringRule<'_>) -> (ibv_flow_attr, Vec<u8>) {
        let mut room = Room::new(rule);
        rule.specs.iter().for_each(|spec| room.header(spec));
        // SAFETY: it was just written.
        let attr = unsafe { *room.finish() };
        let from = size_of::<ibv_flow_attr>();
        // SAFETY: all began as zeroes. Headers with holes in them are not looked at here.
        let bytes = room.bytes[from..room.used].iter().map(|byte| unsafe { byte.assume_init() }).collect();
        (attr, bytes)
    }

    #[test]
    fn headers_stand_behind_one_another_in_the_order_of_the_wire() {
        let specs = [SteeringSpec::vxlan(0x0a_0b0c), SteeringSpec { inner: true, ..SteeringSpec::vxlan(1) }];
        let (attr, bytes) = laid_out(&SteeringRule { priority: 7, ..SteeringRule::new(&specs) });
        assert_eq!((attr.size, attr.num_of_specs, attr.priority, attr.port), (20 + 32, 2, 7, 1));
        assert_eq!(bytes[..6], [0x50, 0, 0, 0, 16, 0]);
        assert_eq!(bytes[8..16], [0, 0x0a, 0x0b, 0x0c, 0, 0xff, 0xff, 0xff]);
        assert_eq!(bytes[16..22], [0x50, 1, 0, 0, 16, 0]);
    }

    #[test]
    fn addresses_alone_are_for_every_driver() {
        let specs = [SteeringSpec::ipv4_to("192.0.2.7".parse().unwrap())];
        let (attr, bytes) = laid_out(&SteeringRule::new(&specs));
        assert_eq!((attr.size, bytes[0]), (20 + 24, 0x30));
        assert_eq!(bytes[8..], [0, 0, 0, 0, 192, 0, 2, 7, 0, 0, 0, 0, 255, 255, 255, 255]);
        let SteeringHeader::Ipv4(mut keys) = specs[0].header else { panic!() };
        (keys.value.protocol, keys.mask.protocol) = (17, 255);
        assert_eq!(laid_out(&SteeringRule::new(&[SteeringHeader::Ipv4(keys).into()])).1[0], 0x32);
        let keys = ethernet(&EthernetKeys {
            destination: Mac([1, 2, 3, 4, 5, 6]),
            ethertype: 0x0800,
            vlan: 0x2005,
            ..EthernetKeys::default()
        });
        assert_eq!((keys.dst_mac, keys.ether_type.to_ne_bytes()), ([1, 2, 3, 4, 5, 6], [8, 0]));
        assert_eq!(keys.vlan_tag.to_ne_bytes(), [0x20, 5]);
    }
}
