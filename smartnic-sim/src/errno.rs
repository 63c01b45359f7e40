//! Linux error numbers, as the simulated kernel gives them.

/// A Linux error number, positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Errno(pub(crate) i32);

macro_rules! numbers {
    ($($name:ident = $number:literal;)*) => {
        impl Errno { $(pub(crate) const $name: Self = Self($number);)* }
    };
}

numbers! {
    EPERM = 1;
    ENOENT = 2;
    ESRCH = 3;
    EINTR = 4;
    EBADF = 9;
    EAGAIN = 11;
    ENOMEM = 12;
    EACCES = 13;
    EFAULT = 14;
    EBUSY = 16;
    EEXIST = 17;
    ENODEV = 19;
    ENOTDIR = 20;
    EISDIR = 21;
    EINVAL = 22;
    ENOSPC = 28;
    ERANGE = 34;
    ENOTEMPTY = 39;
    EBADMSG = 74;
    EMSGSIZE = 90;
    EPROTONOSUPPORT = 93;
    EOPNOTSUPP = 95;
    EADDRINUSE = 98;
    EADDRNOTAVAIL = 99;
    ENETUNREACH = 101;
    ENOBUFS = 105;
    EINPROGRESS = 115;
    ECANCELED = 125;
}
