//! Long TCP segments, cut into packets as hardware cuts them.

use crate::model::verbs::Cut;

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
const VLAN: u16 = 0x8100;
const TCP: u8 = 6;
/// Flags of TCP that only the last packet has (FIN, PSH), and only the first (CWR).
const LAST: u8 = 0x09;
const FIRST: u8 = 0x80;

/// Where the parts of the headers begin.
struct Places {
    ip: usize,
    tcp: usize,
    is_v4: bool,
}

/// The packets; none if the headers are not those of TCP over IP, whole and with nothing behind them.
pub(super) fn frames(how: &Cut, payload: &[u8]) -> Option<Vec<Vec<u8>>> {
    let places = places(&how.header)?;
    let pieces: Vec<&[u8]> = match payload.is_empty() {
        true => vec![payload],
        false => payload.chunks(how.size.into()).collect(),
    };
    let last = pieces.len() - 1;
    let mut offset = 0u32;
    let mut all = Vec::with_capacity(pieces.len());
    for (at, piece) in pieces.iter().enumerate() {
        let mut frame = [&how.header[..], piece].concat();
        network(&mut frame, &places, u16::try_from(at).ok()?)?;
        transport(&mut frame, &places, offset, (at == 0, at == last));
        offset = offset.wrapping_add(u32::try_from(piece.len()).ok()?);
        all.push(frame);
    }
    Some(all)
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn places(header: &[u8]) -> Option<Places> {
    let (mut ethertype, mut ip) = (number(header, 12)?, 14);
    if ethertype == VLAN {
        (ethertype, ip) = (number(header, 16)?, 18);
    }
    let (is_v4, protocol, length) = match ethertype {
        IPV4 => (true, *header.get(ip + 9)?, usize::from(header.get(ip)? & 0xf) * 4),
        IPV6 => (false, *header.get(ip + 6)?, 40),
        _ => return None,
    };
    let tcp = ip + length;
    let whole = tcp + usize::from(header.get(tcp + 12)? >> 4) * 4;
    let fits = protocol == TCP && length >= 20 && whole >= tcp + 20 && whole == header.len();
    fits.then_some(Places { ip, tcp, is_v4 })
}

/// Lengths, and of IPv4 the number of the packet and the checksum.
fn network(frame: &mut [u8], places: &Places, at: u16) -> Option<()> {
    let (ip, length) = (places.ip, frame.len() - places.ip);
    if !places.is_v4 {
        frame[ip + 4..ip + 6].copy_from_slice(&u16::try_from(length - 40).ok()?.to_be_bytes());
        return Some(());
    }
    frame[ip + 2..ip + 4].copy_from_slice(&u16::try_from(length).ok()?.to_be_bytes());
    let id = number(frame, ip + 4)?.wrapping_add(at);
    frame[ip + 4..ip + 6].copy_from_slice(&id.to_be_bytes());
    frame[ip + 10..ip + 12].fill(0);
    let sum = checksum(&[&frame[ip..places.tcp]]);
    frame[ip + 10..ip + 12].copy_from_slice(&sum.to_be_bytes());
    Some(())
}

/// The place in the stream, flags and checksum.
fn transport(frame: &mut [u8], places: &Places, offset: u32, (is_first, is_last): (bool, bool)) {
    let (ip, tcp) = (places.ip, places.tcp);
    if let Some(sequence) = frame[tcp + 4..].first_chunk_mut::<4>() {
        *sequence = u32::from_be_bytes(*sequence).wrapping_add(offset).to_be_bytes();
    }
    let flags = &mut frame[tcp + 13];
    *flags &= !(if is_last { 0 } else { LAST } | if is_first { 0 } else { FIRST });
    frame[tcp + 16..tcp + 18].fill(0);
    let addresses = if places.is_v4 { ip + 12..ip + 20 } else { ip + 8..ip + 40 };
    let length = (frame.len() - tcp) as u32;
    let sum = checksum(&[&frame[addresses], &length.to_be_bytes(), &[0, 0, 0, TCP], &frame[tcp..]]);
    frame[tcp + 16..tcp + 18].copy_from_slice(&sum.to_be_bytes());
}

/// The Internet's checksum of parts that each, but for the last, have an even number of bytes.
fn checksum(parts: &[&[u8]]) -> u16 {
    let words = parts.iter().flat_map(|part| part.chunks(2));
    let sum: u64 = words.map(|word| u64::from(word[0]) << 8 | u64::from(*word.get(1).unwrap_or(&0))).sum();
    let mut sum = sum;
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v4(flags: u8) -> Vec<u8> {
        let ethernet = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];
        let ip = [0x45, 0, 0, 0, 0xff, 0xff, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2];
        let tcp = [0, 9, 0, 80, 0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 1, 0x50, flags, 1, 0, 0, 0, 0, 0];
        [&ethernet[..], &ip, &tcp].concat()
    }

    #[test]
    fn each_packet_has_its_place_flags_and_checksums() {
        let payload: Vec<u8> = (0..25).collect();
        let cut = Cut { header: v4(0x99), size: 10 };
        let all = frames(&cut, &payload).unwrap();
        let lengths: Vec<u16> = all.iter().map(|frame| number(frame, 16).unwrap()).collect();
        assert_eq!(lengths, [50, 50, 45]);
        let ids: Vec<u16> = all.iter().map(|frame| number(frame, 18).unwrap()).collect();
        assert_eq!(ids, [0xffff, 0, 1]);
        let places: Vec<&[u8]> = all.iter().map(|frame| &frame[38..42]).collect();
        assert_eq!(places, [[255, 255, 255, 254], [0, 0, 0, 8], [0, 0, 0, 18]]);
        let flags: Vec<u8> = all.iter().map(|frame| frame[47]).collect();
        assert_eq!(flags, [0x90, 0x10, 0x19], "CWR first, FIN and PSH last");
        assert_eq!(all.iter().flat_map(|frame| &frame[54..]).copied().collect::<Vec<u8>>(), payload);
        for frame in &all {
            // What has its checksum in it adds up to nothing.
            assert_eq!(checksum(&[&frame[14..34]]), 0);
            let length = (frame.len() as u32 - 34).to_be_bytes();
            assert_eq!(checksum(&[&frame[26..34], &length, &[0, 0, 0, 6], &frame[34..]]), 0);
        }
    }

    #[test]
    fn what_is_no_tcp_is_not_cut() {
        let mut udp = v4(0x10);
        udp[14 + 9] = 17;
        let mut longer = v4(0x10);
        longer.push(0);
        for header in [udp, longer, v4(0)[..40].to_vec(), Vec::new()] {
            assert!(frames(&Cut { header, size: 10 }, &[1]).is_none());
        }
        assert_eq!(frames(&Cut { header: v4(0x10), size: 10 }, &[]).unwrap().len(), 1);
    }

    #[test]
    fn ipv6_behind_a_vlan() {
        let ethernet = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0, 0, 7, 0x86, 0xdd];
        let mut ip = [0; 40];
        (ip[0], ip[6], ip[7], ip[23], ip[39]) = (0x60, 6, 64, 1, 2);
        let tcp = [0, 9, 0, 80, 0, 0, 0, 0, 0, 0, 0, 1, 0x50, 0x18, 1, 0, 0, 0, 0, 0];
        let cut = Cut { header: [&ethernet[..], &ip, &tcp].concat(), size: 3 };
        let all = frames(&cut, &[7; 5]).unwrap();
        let lengths: Vec<u16> = all.iter().map(|frame| number(frame, 22).unwrap()).collect();
        assert_eq!(lengths, [23, 22]);
        for frame in &all {
            let length = (frame.len() as u32 - 58).to_be_bytes();
            assert_eq!(checksum(&[&frame[26..58], &length, &[0, 0, 0, 6], &frame[58..]]), 0);
        }
    }
}
