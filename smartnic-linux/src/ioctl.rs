//! Orders to a link's driver by ioctl (`SIOCETHTOOL`).
#![allow(unsafe_code)]

use std::ffi::{c_char, c_int, c_void};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr;

use smartnic_core::types::IfIndex;

/// `SIOCGIFNAME` and `SIOCETHTOOL` (`linux/sockios.h`).
const SIOCGIFNAME: u64 = 0x8910;
const SIOCETHTOOL: u64 = 0x8946;

/// Carries out an order on a link of the namespace that the calling thread is in; the kernel answers in the block.
pub(crate) fn ethtool(link: IfIndex, block: &mut [u8]) -> io::Result<()> {
    let socket = socket()?;
    // SAFETY: `ifreq` is numbers, arrays and a union of such, for which all zero bits are a value.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    request.ifr_ifru.ifru_ifindex = c_int::try_from(link.0).map_err(|_| io::ErrorKind::InvalidInput)?;
    order(&socket, SIOCGIFNAME, &mut request)?;
    let mut fence = Fence::around(block)?;
    request.ifr_ifru.ifru_data = fence.start().cast::<c_char>();
    order(&socket, SIOCETHTOOL, &mut request)?;
    fence.copy_back(block);
    Ok(())
}

fn socket() -> io::Result<OwnedFd> {
    // SAFETY: the call takes no pointers.
    let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0) };
    if fd < 0 {
        // A kernel without IPv4 has netlink sockets still, which take these orders as well.
        // SAFETY: as above.
        let fd = unsafe {
            libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, libc::NETLINK_GENERIC)
        };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the descriptor was opened just now, and nobody else has it.
        return Ok(unsafe { OwnedFd::from_raw_fd(fd) });
    }
    // SAFETY: as above.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn order(socket: &OwnedFd, number: u64, request: &mut libc::ifreq) -> io::Result<()> {
    // SAFETY: the descriptor is open, and the request is a live `ifreq`, which is what both orders take. Where it points to a
    // block, that is a `Fence`'s.
    let done = unsafe { libc::ioctl(socket.as_raw_fd(), number as _, ptr::from_mut(request)) };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// A copy of a block whose end is the end of what the kernel can write.
///
/// How much a driver answers with is its own affair: the number of its counters may have grown since it was asked. Behind
/// the block lies a page that nobody may touch, so that too long an answer ends in EFAULT and not in other memory.
struct Fence {
    pages: *mut c_void,
    len: usize,
    start: usize,
}

impl Fence {
    fn around(block: &[u8]) -> io::Result<Self> {
        // SAFETY: the call takes no pointers.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096);
        // The kernel's structures want eight bytes' alignment at most.
        let room = block.len().next_multiple_of(8);
        let open = room.next_multiple_of(page).max(page);
        let len = open + page;
        let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: fresh pages at an address of the kernel's choice touch nothing that is there.
        let pages = unsafe { libc::mmap(ptr::null_mut(), len, access, flags, -1, 0) };
        if pages == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let fence = Self { pages, len, start: open - room };
        // SAFETY: the last of the pages that were mapped just now; nothing points into it.
        if unsafe { libc::mprotect(pages.byte_add(open), page, libc::PROT_NONE) } != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: from `start`, `room` bytes of the mapping can be written, and the block is not longer.
        unsafe { ptr::copy_nonoverlapping(block.as_ptr(), fence.start().cast::<u8>(), block.len()) };
        Ok(fence)
    }

    fn start(&self) -> *mut c_void {
        // SAFETY: `start` lies within the mapping.
        unsafe { self.pages.byte_add(self.start) }
    }

    fn copy_back(&mut self, block: &mut [u8]) {
        // SAFETY: as when it was made; the kernel has finished with it.
        unsafe { ptr::copy_nonoverlapping(self.start().cast::<u8>(), block.as_mut_ptr(), block.len()) };
    }
}

impl Drop for Fence {
    fn drop(&mut self) {
        // SAFETY: the mapping is this value's own, and no pointer into it is left.
        unsafe { libc::munmap(self.pages, self.len) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_longer_than_its_block_is_an_error_and_touches_nothing_else() {
        let order = smartnic_netlink::ethtool::ioctl::driver::get();
        let mut whole = order.clone();
        let answered = ethtool(IfIndex(1), &mut whole);
        // The loopback has no driver, and tells so or nothing, as the kernel likes.
        let errno = answered.as_ref().err().and_then(io::Error::raw_os_error);
        assert!(
            answered.is_ok() || errno == Some(libc::EOPNOTSUPP) || errno == Some(libc::EPERM),
            "{answered:?}"
        );
        let mut short = order[..64].to_vec();
        let refused = ethtool(IfIndex(1), &mut short).unwrap_err();
        let expected = if answered.is_ok() { Some(libc::EFAULT) } else { errno };
        assert_eq!(refused.raw_os_error(), expected, "{refused:?}");
        assert_eq!(short, order[..64]);
    }

    #[test]
    fn a_link_that_is_not_there_is_told() {
        let mut block = smartnic_netlink::ethtool::ioctl::driver::get();
        let refused = ethtool(IfIndex(1_000_000), &mut block).unwrap_err();
        assert_eq!(refused.raw_os_error(), Some(libc::ENODEV));
    }
}
