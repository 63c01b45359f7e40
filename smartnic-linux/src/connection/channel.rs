//! The sockets of one protocol, and the repetition of reads that were torn.

use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use smartnic_core::{Error, Extack, Result};
use smartnic_netlink::codec::{Message, Request, WireError};
use smartnic_netlink::transport::{Kernel, Protocol};

use super::{Call, Connection, Failure, advised, batch};

/// How often a read is asked for before it is given up as torn.
const TRIES: u32 = 8;
/// The wait before the first repetition; it doubles each time, to some 130 ms in all.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
/// How many free sockets are kept.
const SPARE: usize = 8;

/// All requests of one protocol. Threads that ask at the same time use a socket each.
pub(crate) struct Channel {
    kernel: Arc<dyn Kernel>,
    protocol: Protocol,
    free: Mutex<Vec<Connection>>,
}

impl Channel {
    pub(crate) fn new(kernel: Arc<dyn Kernel>, protocol: Protocol) -> Self {
        Self { kernel, protocol, free: Mutex::new(Vec::new()) }
    }

    /// Asks for a change. Returns the text that came with a success.
    ///
    /// It is never repeated: if its answer is lost, the error says that the change may have been made.
    pub(crate) fn change(
        &self,
        op: &'static str,
        object: &dyn Display,
        request: &dyn Request,
    ) -> Result<Option<Extack>> {
        self.change_told(op, object, request, &|_| Ok(())).map(|(_, note)| note)
    }

    /// Asks for a change that can be answered with what was made. Returns that, and the text that came along.
    pub(crate) fn change_told<T>(
        &self,
        op: &'static str,
        object: &dyn Display,
        request: &dyn Request,
        decode: &dyn Fn(&Message<'_>) -> Result<T, WireError>,
    ) -> Result<(Option<T>, Option<Extack>)> {
        let call = &Call { op, object, names: request.names() };
        let mut told = None;
        let note = self.with(call, |connection| {
            let note = connection.run(call, request, &mut |message| {
                told = Some(decode(&message).map_err(|error| call.malformed(error))?);
                Ok(())
            });
            note.map_err(|failure| match failure {
                Failure::Torn(_) => batch::unknown(call),
                Failure::Final(error) => error,
            })
        })?;
        Ok((told, note))
    }

    /// Reads one object.
    pub(crate) fn fetch<T>(
        &self,
        op: &'static str,
        object: &dyn Display,
        request: &dyn Request,
        decode: &dyn Fn(&Message<'_>) -> Result<T, WireError>,
    ) -> Result<T> {
        let call = &Call { op, object, names: request.names() };
        let mut found = None;
        self.repeat(call, |connection| {
            connection.run(call, request, &mut |message| {
                found = Some(decode(&message).map_err(|error| call.malformed(error))?);
                Ok(())
            })
        })?;
        found.ok_or_else(|| Error::protocol(call.op, "the kernel's answer is empty").on(call.object))
    }

    /// Reads a table; `decode` returns nothing for a message to leave out.
    pub(crate) fn list<T>(
        &self,
        op: &'static str,
        object: &dyn Display,
        request: &dyn Request,
        decode: &dyn Fn(&Message<'_>) -> Result<Option<T>, WireError>,
    ) -> Result<Vec<T>> {
        self.gather(op, object, request, &|rows: &mut Vec<T>, message| {
            rows.extend(decode(message)?);
            Ok(())
        })
    }

    /// Reads an answer of several messages into one value, from the start again if the read is repeated.
    pub(crate) fn gather<T: Default>(
        &self,
        op: &'static str,
        object: &dyn Display,
        request: &dyn Request,
        take: &dyn Fn(&mut T, &Message<'_>) -> Result<(), WireError>,
    ) -> Result<T> {
        let call = &Call { op, object, names: request.names() };
        let mut value = T::default();
        self.repeat(call, |connection| {
            value = T::default();
            connection.run(call, request, &mut |message| {
                take(&mut value, &message).map_err(|error| call.malformed(error))
            })
        })?;
        Ok(value)
    }

    /// Reads a table row by row, with one `row` that `decode` writes anew for each; it returns false for a message to
    /// leave out. The read can be repeated only as long as no row was handed out.
    pub(crate) fn stream<T>(
        &self,
        op: &'static str,
        object: &dyn Display,
        request: &dyn Request,
        row: &mut T,
        decode: &mut dyn FnMut(&Message<'_>, &mut T) -> Result<bool, WireError>,
        each: &mut dyn FnMut(&T) -> Result<()>,
    ) -> Result<()> {
        let call = &Call { op, object, names: request.names() };
        let mut begun = false;
        self.repeat(call, |connection| {
            let end = connection.run(call, request, &mut |message| {
                if !decode(&message, row).map_err(|error| call.malformed(error))? {
                    return Ok(());
                }
                begun = true;
                each(row)
            });
            match end {
                Err(Failure::Torn(error)) if begun => Err(Failure::Final(error.hint("read again"))),
                end => end,
            }
        })
    }

    /// How many sockets are worth using at the same time.
    pub(crate) fn lanes(&self) -> usize {
        self.kernel.lanes()
    }

    /// Runs `work` on a free socket, which is kept for the next if no answer is outstanding.
    pub(crate) fn with<T>(
        &self,
        call: &Call<'_>,
        work: impl FnOnce(&mut Connection) -> Result<T>,
    ) -> Result<T> {
        let mut connection = self.take(call)?;
        let result = work(&mut connection);
        self.put_back(connection);
        result
    }

    /// Runs `work` on several free sockets: `count` of them, or as many as can be had, but at least one.
    pub(crate) fn with_many<T>(
        &self,
        call: &Call<'_>,
        count: usize,
        work: impl FnOnce(&mut [Connection]) -> T,
    ) -> Result<T> {
        let mut connections = vec![self.take(call)?];
        connections.extend((1..count).map_while(|_| self.take(call).ok()));
        let result = work(&mut connections);
        connections.into_iter().for_each(|connection| self.put_back(connection));
        Ok(result)
    }

    fn take(&self, call: &Call<'_>) -> Result<Connection> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match free {
            Some(connection) => Ok(connection),
            None => {
                Connection::open(&*self.kernel, self.protocol).map_err(|error| self.unopened(call, error))
            }
        }
    }

    fn put_back(&self, connection: Connection) {
        if !connection.is_busy() {
            let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
            if free.len() < SPARE {
                free.push(connection);
            }
        }
    }

    fn repeat(
        &self,
        call: &Call<'_>,
        mut attempt: impl FnMut(&mut Connection) -> Result<Option<Extack>, Failure>,
    ) -> Result<()> {
        let mut pause = FIRST_PAUSE;
        for left in (0..TRIES).rev() {
            let end = self.with(call, |connection| match attempt(connection) {
                Ok(_) => Ok(None),
                Err(Failure::Torn(error)) => Ok(Some(error)),
                Err(Failure::Final(error)) => Err(error),
            })?;
            match end {
                None => return Ok(()),
                Some(error) if left == 0 => {
                    return Err(error.hint(format!("read {TRIES} times; try again when less is going on")));
                }
                Some(_) => thread::sleep(pause),
            }
            pause *= 2;
        }
        Ok(())
    }

    fn unopened(&self, call: &Call<'_>, error: std::io::Error) -> Error {
        let reason = match self.protocol {
            Protocol::Generic => "no generic netlink socket can be opened",
            Protocol::Rdma => "no RDMA netlink socket can be opened; is ib_core loaded?",
            _ => "no netlink socket can be opened",
        };
        advised(Error::io(call.op, error)).on(call.object).reason(reason)
    }
}
