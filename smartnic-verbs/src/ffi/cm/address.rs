//! Addresses, from C's form and into it.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use libc::{AF_INET, AF_INET6, sa_family_t, sockaddr_in, sockaddr_in6, sockaddr_storage};

/// An address that C can read, whichever family it is of.
pub(super) fn to_c(address: SocketAddr) -> sockaddr_storage {
    // SAFETY: zeroes are a value: it is all numbers.
    let mut storage: sockaddr_storage = unsafe { std::mem::zeroed() };
    let place = &raw mut storage;
    match address {
        SocketAddr::V4(address) => {
            let sin_addr = libc::in_addr { s_addr: u32::from_ne_bytes(address.ip().octets()) };
            let value = sockaddr_in {
                sin_family: AF_INET as sa_family_t,
                sin_port: address.port().to_be(),
                sin_addr,
                sin_zero: [0; 8],
            };
            // SAFETY: the storage has room for it, and is aligned for all addresses.
            unsafe { place.cast::<sockaddr_in>().write(value) };
        }
        SocketAddr::V6(address) => {
            let value = sockaddr_in6 {
                sin6_family: AF_INET6 as sa_family_t,
                sin6_port: address.port().to_be(),
                sin6_flowinfo: address.flowinfo(),
                sin6_addr: libc::in6_addr { s6_addr: address.ip().octets() },
                sin6_scope_id: address.scope_id(),
            };
            // SAFETY: as above.
            unsafe { place.cast::<sockaddr_in6>().write(value) };
        }
    }
    storage
}

/// An address that C wrote; none of other families, or if there is none yet.
pub(super) fn from_c(storage: &sockaddr_storage) -> Option<SocketAddr> {
    let place = std::ptr::from_ref(storage);
    match i32::from(storage.ss_family) {
        AF_INET => {
            // SAFETY: the family says that it is one, and the storage is aligned for all addresses.
            let value = unsafe { place.cast::<sockaddr_in>().read() };
            let ip = Ipv4Addr::from(value.sin_addr.s_addr.to_ne_bytes());
            Some(SocketAddrV4::new(ip, u16::from_be(value.sin_port)).into())
        }
        AF_INET6 => {
            // SAFETY: as above.
            let value = unsafe { place.cast::<sockaddr_in6>().read() };
            let (ip, port) = (Ipv6Addr::from(value.sin6_addr.s6_addr), u16::from_be(value.sin6_port));
            Some(SocketAddrV6::new(ip, port, value.sin6_flowinfo, value.sin6_scope_id).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_back_as_they_went() {
        for text in ["198.51.100.7:4791", "[2001:db8::1]:1", "[fe80::1%3]:65535"] {
            let address: SocketAddr = text.parse().unwrap();
            assert_eq!(from_c(&to_c(address)), Some(address));
        }
        let storage = to_c("192.0.2.1:258".parse().unwrap());
        // SAFETY: it is all numbers.
        let bytes: [u8; 8] = unsafe { std::ptr::from_ref(&storage).cast::<[u8; 8]>().read() };
        assert_eq!(bytes[2..], [1, 2, 192, 0, 2, 1]);
        // SAFETY: zeroes are a value.
        assert_eq!(from_c(&unsafe { std::mem::zeroed() }), None);
    }
}
