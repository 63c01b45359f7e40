//! Once buffers have grown, neither writing nor reading rules asks for memory.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use smartnic_core::flow::{Action, Attach, FlowEntry, IpProto, Rule, RuleId};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_netlink::codec::{AckMode, Batch, Flags, Request, Sequence, messages};
use smartnic_netlink::tc::filter::{self, Filter};
use smartnic_netlink::tc::shape;

/// The system's allocator, with a count of what each thread asked for.
struct Counting;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on as it came; the count is a plain number that needs no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: the caller's promises are those that the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often `work` asked for memory.
fn asked(work: impl FnOnce()) -> usize {
    let before = ASKED.get();
    work();
    ASKED.get() - before
}

/// The usual rules: drops, redirects, tags pushed and taken off.
fn rules() -> Vec<Rule> {
    let rule = |number: u32| {
        let [_, a, b, c] = number.to_be_bytes();
        let on =
            |protocol| Rule::new(Attach::ingress(IfIndex(3))).prio(7).protocol(protocol).handle(number + 1);
        let network = format!("10.{a}.{b}.{c}/32").parse().unwrap();
        match number % 4 {
            0 => on(EtherType::IPV4).matching(|key| key.src_ip = Some(network)).action(Action::drop()),
            1 => on(EtherType::IPV4)
                .matching(|key| {
                    key.dst_ip = Some(network);
                    key.ip_proto = Some(IpProto::TCP);
                    key.dst_port = Some(443.into());
                    key.tcp_flags = Some("0x2/0x12".parse().unwrap());
                })
                .action(Action::vlan_push(5))
                .action(Action::redirect(IfIndex(4))),
            2 => on(EtherType::IPV6)
                .matching(|key| key.dst_ip = Some(format!("2001:db8::{number:x}/128").parse().unwrap()))
                .action(Action::mirror(IfIndex(5)))
                .action(Action::pass())
                .skip_hw(),
            _ => on(EtherType::VLAN)
                .matching(|key| {
                    key.vlan_id = Some(100);
                    key.dst_mac = Some("02:00:00:00:00:01".parse().unwrap());
                })
                .action(Action::vlan_pop())
                .action(Action::redirect(IfIndex(6))),
        }
    };
    (0..1000).map(rule).collect()
}

/// Writes the requests into the batch in place of what it held.
fn write_all(batch: &mut Batch, requests: &[&dyn Request]) {
    let mut sequence = Sequence::default();
    batch.clear();
    for request in requests {
        assert!(batch.push_request(&mut sequence, *request, Flags::empty()).unwrap().is_some());
    }
}

#[test]
fn a_used_batch_takes_a_thousand_rules_without_asking_for_memory() {
    let rules = rules();
    let ids: Vec<RuleId> = rules.iter().map(|rule| rule.id().unwrap()).collect();
    let adds: Vec<_> = rules.iter().map(filter::Add).collect();
    let replaces: Vec<_> = rules.iter().map(filter::Replace).collect();
    let deletes: Vec<_> = ids.iter().map(filter::Delete).collect();
    let requests: Vec<&dyn Request> = (adds.iter().map(|add| add as &dyn Request))
        .chain(replaces.iter().map(|replace| replace as _))
        .chain(deletes.iter().map(|delete| delete as _))
        .collect();
    let mut batch = Batch::with_limits(7, AckMode::Last, 3000, 1 << 20);
    write_all(&mut batch, &requests);
    assert_eq!(asked(|| write_all(&mut batch, &requests)), 0);
    assert!(messages(batch.datagram()).count() == 3000);
}

#[test]
fn a_used_entry_takes_a_thousand_filters_without_asking_for_memory() {
    let rules = rules();
    let adds: Vec<_> = rules.iter().map(filter::Add).collect();
    let requests: Vec<&dyn Request> = adds.iter().map(|add| add as _).collect();
    let mut batch = Batch::with_limits(7, AckMode::Last, 1000, 1 << 20);
    write_all(&mut batch, &requests);
    let bytes = batch.datagram();
    let read = |entry: &mut FlowEntry, each: &mut dyn FnMut(&Rule)| {
        for message in messages(bytes) {
            assert_eq!(filter::decode_into(&message.unwrap(), entry), Ok(Filter::Flow(())));
            each(&entry.rule);
        }
    };
    let (mut entry, mut number) = (filter::blank(), 0);
    read(&mut entry, &mut |rule| {
        assert_eq!(rule, &rules[number]);
        number += 1;
    });
    assert_eq!(number, rules.len());
    assert_eq!(asked(|| read(&mut entry, &mut |_| {})), 0);
}

#[test]
fn shapes_are_taken_without_asking_for_memory() {
    let rules = rules();
    let mut batch = Batch::with_limits(7, AckMode::Last, 1, 1 << 20);
    write_all(&mut batch, &[&filter::Add(&rules[1])]);
    let request = batch.last().unwrap();
    let first = shape::shape(request);
    assert_eq!(asked(|| assert_eq!(shape::shape(request), first)), 0);
}
