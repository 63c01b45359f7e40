//! Raw packets, and the rules by which they come.

use std::sync::Arc;

use smartnic::ErrorKind;
use smartnic_core::backend::{CqConfig, QpConfig, VerbsCq, VerbsCqEx, VerbsMr, VerbsQp};
use smartnic_core::rdma::{QpState, QpType};
use smartnic_core::types::Mac;
use smartnic_core::verbs::{
    Completion, CompletionOp, CounterKind, CqFields, QpChange, QpTypes, Segments, SendOp, SendOps,
    SendRequest, SteeringFlags, SteeringKind, SteeringRule, SteeringSpec,
};

use super::checks::succeeded;
use super::extended::polled;
use super::rig::{Rig, applicable, must};
use crate::check::{Result, Stop};

/// A packet of IPv4 and UDP to this address and port.
fn packet(to: Mac, port: u16) -> Vec<u8> {
    let from = [2, 0, 0, 0, 0xaa, 1];
    let ip = [0x45, 0, 0, 36, 0, 0, 0x40, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2];
    let [high, low] = port.to_be_bytes();
    let udp = [0, 9, high, low, 0, 16, 0, 0];
    [&to.0[..], &from, &[8, 0], &ip, &udp, b"raw bits"].concat()
}

/// The queue pairs of the check: who sends, and who gets.
struct Lan<'a, 'h> {
    rig: &'a Rig<'h>,
    cq: Arc<dyn VerbsCqEx>,
    memory: Arc<dyn VerbsMr>,
    mac: Mac,
}

impl<'a, 'h> Lan<'a, 'h> {
    fn new(rig: &'a Rig<'h>) -> Result<Self> {
        rig.not_iwarp("the devices that are tried have no raw packets")?;
        drop(applicable(rig.pd.create_qp(&rig.config(QpType::RawPacket)))?);
        let fields = CqFields::default() | CqFields::FLOW_TAG;
        let cq = applicable(rig.context.create_cq_ex(&CqConfig { fields, ..CqConfig::new(64) }))?;
        let link = rig.context.gids()?.iter().find_map(|entry| entry.link);
        let links = rig.host.switchdev().links()?;
        let mac = links.iter().find(|one| Some(one.ifindex.0) == link).and_then(|link| link.mac);
        let mac = mac.ok_or_else(|| Stop::Failed(format!("link {link:?} has no address")))?;
        Ok(Self { rig, cq, memory: rig.memory(8192, 0)?, mac })
    }

    fn raw(&self) -> Result<Arc<dyn VerbsQp>> {
        self.raw_for(None)
    }

    /// The same for batches of these kinds.
    fn raw_for(&self, batches: Option<SendOps>) -> Result<Arc<dyn VerbsQp>> {
        let cq: Arc<dyn VerbsCq> = self.cq.clone();
        let config =
            QpConfig { send_cq: &cq, receive_cq: &cq, batches, ..self.rig.config(QpType::RawPacket) };
        let qp = self.rig.pd.create_qp(&config)?;
        let early = qp.modify(&QpChange::to(QpState::Rtr));
        must(early.is_err(), || "it receives before it has a port".to_owned())?;
        let port = Some(self.rig.address.port);
        qp.modify(&QpChange { port, ..QpChange::to(QpState::Init) })?;
        qp.modify(&QpChange::to(QpState::Rtr))?;
        qp.modify(&QpChange::to(QpState::Rts))?;
        Ok(qp)
    }

    /// Sends a packet; who got it, by the number of the queue pair, and by a rule of which number.
    fn send(&self, from: &Arc<dyn VerbsQp>, to: Mac, port: u16, copies: usize) -> Result<Vec<(u32, u32)>> {
        let bytes = packet(to, port);
        self.memory.buffer().write(0, &bytes)?;
        from.post_send(&[SendRequest::new(1, SendOp::Send, &[self.memory.sge(0, bytes.len())?])])?;
        let told = polled(&*self.cq, copies + 1)?;
        let plain: Vec<Completion> = told.iter().map(|told| told.completion).collect();
        succeeded(&plain)?;
        let more = self.cq.poll(&mut [Completion::default()])?;
        must(more == 0, || format!("more than {copies} got it: {plain:?}"))?;
        let mut got = Vec::new();
        for told in told.iter().filter(|told| told.completion.op == CompletionOp::Receive) {
            let (place, bytes_told) = (told.completion.id as usize, told.completion.bytes as usize);
            let came = self.memory.buffer().bytes(place, bytes.len())?;
            must(came == bytes && bytes_told == bytes.len(), || format!("other bytes came: {came:?}"))?;
            self.memory.buffer().write(place, &vec![0; bytes.len()])?;
            got.push((told.completion.qp, told.flow_tag.unwrap_or(u32::MAX)));
        }
        got.sort_unstable();
        Ok(got)
    }

    /// Lets a queue pair receive so many packets, each at a place of its own.
    fn expect(&self, qp: &Arc<dyn VerbsQp>, at: usize, count: usize) -> Result {
        (0..count).try_for_each(|one| {
            let place = at + one * 128;
            self.rig.receive(qp, place as u64, &self.memory, place, 128)
        })
    }
}

pub(super) fn rules(rig: &Rig<'_>) -> Result {
    let lan = Lan::new(rig)?;
    let [a, b, c] = [lan.raw()?, lan.raw()?, lan.raw()?];
    let numbers = [b.number(), c.number()];
    let (of_b, of_c) = (|tag| (numbers[0], tag), |tag| (numbers[1], tag));
    lan.expect(&b, 1024, 12)?;
    lan.expect(&c, 4096, 12)?;
    let sent = |to, port, copies| lan.send(&a, to, port, copies);
    must(sent(lan.mac, 53, 0)?.is_empty(), || "it came without a rule".to_owned())?;

    let counters = rig.context.create_counters(&[CounterKind::Bytes, CounterKind::Packets])?;
    let dns = [SteeringSpec::ethernet_to(lan.mac), SteeringSpec::udp_to(53)];
    let rule =
        SteeringRule { tag: Some(7), counters: Some(&counters), priority: 3, ..SteeringRule::new(&dns) };
    let first = Arc::clone(&b).steer(&rule)?;
    let rest = Arc::clone(&c).steer(&SteeringRule::of(SteeringKind::AllDefault))?;
    must(sent(lan.mac, 53, 1)? == [of_b(7)], || "not where the rule says".to_owned())?;
    must(sent(lan.mac, 54, 1)? == [of_c(0)], || "not to the default".to_owned())?;
    let elsewhere = Mac([2, 0, 0, 0, 0xbb, 9]);
    must(sent(elsewhere, 53, 0)?.is_empty(), || "what goes to others came".to_owned())?;
    must(sent(Mac::BROADCAST, 54, 1)? == [of_c(0)], || "not to all".to_owned())?;
    let length = packet(lan.mac, 53).len() as u64;
    must(counters.read()? == [length, 1], || format!("{:?} was counted", counters.read()))?;

    // Whoever is asked first has it, goes on to the next, or drops it.
    let before = SteeringRule { tag: Some(8), priority: 1, counters: None, ..rule };
    let goes_on = Arc::clone(&c).steer(&SteeringRule { flags: SteeringFlags::GO_ON, ..before })?;
    must(sent(lan.mac, 53, 2)? == [of_b(7), of_c(8)], || "it did not go on".to_owned())?;
    drop(goes_on);
    let takes = Arc::clone(&c).steer(&before)?;
    must(sent(lan.mac, 53, 1)? == [of_c(8)], || "the lower number is not first".to_owned())?;
    // Rules that say the same share what comes.
    let shares = Arc::clone(&b).steer(&SteeringRule { tag: Some(9), ..before })?;
    must(sent(lan.mac, 53, 2)? == [of_b(9), of_c(8)], || "it was not shared".to_owned())?;
    drop((takes, shares));
    let drops = Arc::clone(&c).steer(&SteeringRule { drop: true, ..before })?;
    must(sent(lan.mac, 53, 0)?.is_empty(), || "what is dropped came".to_owned())?;
    let sniffer = Arc::clone(&c).steer(&SteeringRule::of(SteeringKind::Sniffer))?;
    must(sent(lan.mac, 53, 1)? == [of_c(0)], || "the sniffer has seen nothing".to_owned())?;
    drop((drops, sniffer, rest));
    // A rule keeps its queue pair, and is gone when it is dropped.
    drop(b);
    must(sent(lan.mac, 53, 1)? == [of_b(7)], || "the rule is gone".to_owned())?;
    must(counters.read()? == [length * 3, 3], || format!("{:?} was counted", counters.read()))?;
    drop(first);
    must(sent(lan.mac, 53, 0)?.is_empty(), || "it came without a rule".to_owned())?;
    refused(rig, &c)
}

/// One request, from which three packets come, each with its headers and its place in the stream.
pub(super) fn segments(rig: &Rig<'_>) -> Result {
    let lan = Lan::new(rig)?;
    let most = rig.context.extended()?.tso;
    if !most.qp_types.contains(QpTypes::RAW_PACKET) {
        return Err(Stop::NotApplicable("the device cuts no segments of raw packets".to_owned()));
    }
    let (a, b) = (lan.raw_for(Some(SendOps::SEND | SendOps::SEGMENTS))?, lan.raw()?);
    let web = [SteeringSpec::ethernet_to(lan.mac), SteeringSpec::tcp_to(80)];
    let rule = Arc::clone(&b).steer(&SteeringRule::new(&web))?;
    let ip = [0x45, 0, 0, 0, 0, 1, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2];
    let tcp = [0, 9, 0, 80, 0, 0, 1, 0, 0, 0, 0, 1, 0x50, 0x18, 1, 0, 0, 0, 0, 0];
    let header = [&lan.mac.0[..], &[2, 0, 0, 0, 0xaa, 1, 8, 0], &ip, &tcp].concat();
    let payload: Vec<u8> = (0..50).collect();
    lan.memory.buffer().write(0, &payload)?;
    lan.expect(&b, 1024, 3)?;
    let pieces = [lan.memory.sge(0, 20)?, lan.memory.sge(20, 30)?];
    let whole = Segments { header: &header, size: 20, regions: &pieces };
    a.post_batch(&mut |batch| batch.send_segments(9, &whole))?;
    let told: Vec<Completion> = polled(&*lan.cq, 4)?.iter().map(|told| told.completion).collect();
    succeeded(&told)?;
    let sent = told.iter().filter(|one| one.op == CompletionOp::Send && one.id == 9).count();
    must(sent == 1, || format!("not one completion of what was sent: {told:?}"))?;
    let mut stream = Vec::new();
    for (at, length) in [(0, 20), (1, 20), (2, 10usize)] {
        let frame = lan.memory.buffer().bytes(1024 + at * 128, header.len() + length)?;
        let place = u32::from_be_bytes([frame[38], frame[39], frame[40], frame[41]]);
        must(place == 256 + 20 * at as u32, || format!("packet {at} is at {place} of the stream"))?;
        must(usize::from(frame[17]) == 40 + length, || format!("packet {at} says {} bytes", frame[17]))?;
        must((frame[47] & 8 != 0) == (at == 2), || format!("packet {at} has flags {:#x}", frame[47]))?;
        stream.extend_from_slice(&frame[header.len()..]);
    }
    must(stream == payload, || format!("not what was sent: {stream:?}"))?;
    // Who was not made for it has none, and headers of nothing that is cut end with an error.
    must(
        lan.raw_for(Some(SendOps::SEND))?.post_batch(&mut |batch| batch.send_segments(1, &whole)).is_err(),
        || "segments went over a queue pair without".to_owned(),
    )?;
    drop(rule);
    let wrong = Segments { header: &header[..30], ..whole };
    a.post_batch(&mut |batch| batch.send_segments(10, &wrong))?;
    let told = polled(&*lan.cq, 1)?.remove(0).completion;
    must(told.id == 10 && !told.is_success(), || format!("headers that end too early: {told:?}"))
}

/// What there are no rules for.
fn refused(rig: &Rig<'_>, raw: &Arc<dyn VerbsQp>) -> Result {
    let connected = rig.qp(QpType::Rc, None)?;
    let all = SteeringRule::of(SteeringKind::AllDefault);
    must(connected.steer(&all).is_err(), || "packets came to a connection".to_owned())?;
    let specs = [SteeringSpec::ethertype(0x86dd), SteeringSpec::ipv4_to([192, 0, 2, 1].into())];
    let tries = [
        ("a port that is none", SteeringRule { port: 9, ..all }),
        ("a header that cannot follow", SteeringRule::new(&specs)),
        ("headers of a default", SteeringRule { specs: &specs[1..], ..all }),
    ];
    for (what, rule) in tries {
        must(Arc::clone(raw).steer(&rule).is_err(), || format!("{what} was taken"))?;
    }
    let last = Arc::clone(raw).steer(&SteeringRule { priority: u16::MAX, ..all }).map(drop);
    let kind = last.map_err(|error| error.kind());
    must(kind == Err(ErrorKind::NoSpace), || format!("{kind:?} of a priority that is none"))
}
