//! Regions: registered anew, with other rights, over memory of other devices, and windows that all of a domain reach.

use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use smartnic::ErrorKind;
use smartnic_core::backend::{VerbsMr, VerbsRegion};
use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{
    Access, Buffer, CompletionOp, CompletionStatus, DmConfig, DmaBuf, MrChange, Prefetch, SendOp,
    SendRequest, WindowBind, WindowKind,
};

use super::checks::{status, succeeded};
use super::rig::{Rig, Way, applicable, must};
use crate::check::{Result, Stop};

fn everything() -> Access {
    Access::LOCAL_WRITE | Access::REMOTE_READ | Access::REMOTE_WRITE | Access::REMOTE_ATOMIC
}

pub(super) fn registered_anew(rig: &Rig<'_>) -> Result {
    let [a, b] = rig.pair(QpType::Rc, Way::default())?;
    let (mine, theirs) = (rig.memory(64, 5)?, rig.memory(64, 9)?);
    let old = theirs.remote(0);
    let shared = Arc::clone(&theirs);
    let other = Buffer::new(128);
    let change = MrChange { buffer: Some(&other), ..MrChange::default() };
    let Err(failed) = theirs.reregister(&change) else {
        return Err(Stop::Failed("somebody else has the region's old keys".to_owned()));
    };
    must(failed.error.kind() == ErrorKind::Busy, || format!("{}", failed.error))?;
    drop(shared);
    let theirs = failed.region.ok_or_else(|| Stop::Failed("the region did not come back".to_owned()))?;
    must(theirs.remote(0) == old, || "it is not as it was".to_owned())?;
    let theirs = match theirs.reregister(&change) {
        Ok(theirs) => theirs,
        Err(failed) if failed.error.kind() == ErrorKind::Unsupported => {
            // It must be as it was.
            let theirs = failed.region.ok_or_else(|| Stop::Failed("the region is gone".to_owned()))?;
            a.post_send(&[SendRequest::new(1, SendOp::Write(theirs.remote(0)), &[mine.sge(0, 8)?])])?;
            succeeded(&rig.completions(1)?)?;
            return Err(Stop::NotApplicable(failed.error.to_string()));
        }
        Err(failed) => return Err(failed.error.into()),
    };
    must(theirs.length() == 128 && theirs.buffer().is_same(&other), || "not the other memory".to_owned())?;
    a.post_send(&[SendRequest::new(1, SendOp::Write(theirs.remote(100)), &[mine.sge(0, 28)?])])?;
    succeeded(&rig.completions(1)?)?;
    must(other.bytes(100, 28)? == [5; 28], || "not what was written".to_owned())?;
    // Fewer rights, and then another domain, which its queue pair is not of.
    let change = MrChange { access: Some(Access::REMOTE_READ), ..MrChange::default() };
    let theirs = theirs.reregister(&change).map_err(|failed| failed.error)?;
    a.post_send(&[SendRequest::new(2, SendOp::Read(theirs.remote(100)), &[mine.sge(32, 8)?])])?;
    succeeded(&rig.completions(1)?)?;
    a.post_send(&[SendRequest::new(3, SendOp::Write(theirs.remote(0)), &[mine.sge(0, 8)?])])?;
    status(&rig.completion()?, CompletionStatus::RemoteAccess)?;
    drop((a, b));
    let [a, _b] = rig.pair(QpType::Rc, Way::default())?;
    let domain = rig.context.alloc_pd()?;
    let change = MrChange { access: Some(everything()), domain: Some(&*domain), ..MrChange::default() };
    let theirs = theirs.reregister(&change).map_err(|failed| failed.error)?;
    a.post_send(&[SendRequest::new(4, SendOp::Write(theirs.remote(0)), &[mine.sge(0, 8)?])])?;
    status(&rig.completion()?, CompletionStatus::RemoteAccess)?;
    must(other.bytes(0, 8)? == [0; 8], || "another domain's memory was written".to_owned())
}

/// Regions with rights that a device may have or not, and what happens to them.
pub(super) fn optional_rights(rig: &Rig<'_>) -> Result {
    let [a, b] = rig.pair(QpType::Rc, Way::default())?;
    let mine = rig.memory(8192, 5)?;
    let write = |what: &str, region: &Arc<dyn VerbsMr>, (at, length): (usize, usize)| -> Result {
        a.post_send(&[SendRequest::new(1, SendOp::Write(region.remote(at)), &[mine.sge(0, length)?])])?;
        rig.receive(&b, 2, region, 0, 8)?;
        a.post_send(&[SendRequest::inline(3, SendOp::Send, b"message!")])?;
        succeeded(&rig.completions(3)?)?;
        let mut wanted = vec![0; 8192];
        wanted[at..at + length].fill(5);
        wanted[..8].copy_from_slice(b"message!");
        let now = region.buffer().bytes(0, 8192)?;
        let differ = now.iter().zip(&wanted).position(|(now, wanted)| now != wanted);
        must(differ.is_none(), || format!("{what}: other bytes came from {differ:?} on: {:?}", &now[..16]))
    };
    // A device that keeps writes in order may leave this out without a word.
    let relaxed = rig.pd.register(&Buffer::new(8192), everything() | Access::RELAXED_ORDERING)?;
    write("relaxed ordering", &relaxed, (1, 8191))?;
    let registered = rig.pd.register(&Buffer::new(8192), everything() | Access::ON_DEMAND);
    if !rig.context.extended()?.odp.supported {
        let error = registered.err().map(|error| error.kind());
        let good = [Some(ErrorKind::Refused), Some(ErrorKind::Unsupported)];
        must(good.contains(&error), || format!("pages on demand are not there, and it says {error:?}"))?;
        return Ok(());
    }
    let region = registered?;
    // rxe puts what comes where the page begins, whatever the address is (Linux 7.3): one packet, where a page begins.
    let piece = if rig.is_simulated() { (1, 8191) } else { (0, 1024) };
    write("pages on demand", &region, piece)?;
    rig.pd.prefetch(&[region.sge(0, 8192)?], Prefetch::WRITE)?;
    rig.pd.prefetch(&[region.sge(4000, 100)?], Prefetch::empty())?;
    let foreign = rig.context.alloc_pd()?.prefetch(&[region.sge(0, 8)?], Prefetch::empty());
    must(foreign.is_err(), || "pages of another domain's memory were brought in".to_owned())
}

/// Any file stands for the memory of another device where devices are simulated; elsewhere a pipe is none.
pub(super) fn of_other_devices(rig: &Rig<'_>) -> Result {
    const LENGTH: usize = 8192;
    let path = std::env::temp_dir().join(format!("smartnic-dma-buf-{}", std::process::id()));
    let made = File::options().read(true).write(true).create_new(true).open(&path);
    let file = made.map_err(|error| Stop::Failed(format!("{}: {error}", path.display())))?;
    std::fs::remove_file(&path)
        .and_then(|()| file.write_all_at(&[3; LENGTH], 0))
        .map_err(|error| Stop::Failed(format!("{}: {error}", path.display())))?;
    let memory = DmaBuf { fd: file.as_fd(), offset: 4096, length: 4096, address: 0x7000_0000 };
    let registered = rig.pd.register_dmabuf(&memory, everything());
    if !rig.is_simulated() {
        // No driver takes a file for that, whether it has this or not.
        let error = registered.err().map(|error| error.to_string());
        return Err(match error {
            Some(error) => Stop::NotApplicable(error),
            None => Stop::Failed("a file was taken for a device's memory".to_owned()),
        });
    }
    let theirs: Arc<dyn VerbsRegion> = registered?;
    let [a, b] = rig.pair(QpType::Rc, Way::default())?;
    let mine = rig.memory(4096, 5)?;
    let add = SendOp::FetchAdd { remote: theirs.remote(64), add: 1 };
    a.post_send(&[
        SendRequest::new(1, SendOp::Write(theirs.remote(0)), &[mine.sge(0, 64)?]),
        SendRequest::new(2, SendOp::Read(theirs.remote(60)), &[mine.sge(100, 8)?]),
        SendRequest::new(3, add, &[mine.sge(200, 8)?]),
    ])?;
    // It sends and receives as any other, too.
    rig.receive(&a, 4, &mine, 300, 8)?;
    b.post_send(&[SendRequest::new(5, SendOp::Send, &[theirs.sge(64, 8)?])])?;
    succeeded(&rig.completions(5)?)?;
    let before = u64::from_ne_bytes([3; 8]);
    let got = |at| mine.buffer().bytes(at, 8);
    must(got(100)? == [5, 5, 5, 5, 3, 3, 3, 3] && got(200)? == [3; 8], || "not what was read".to_owned())?;
    must(got(300)? == (before + 1).to_ne_bytes(), || "not what was added up".to_owned())?;
    let mut all = vec![0; LENGTH];
    file.read_exact_at(&mut all, 0).map_err(|error| Stop::Failed(error.to_string()))?;
    let added = (before + 1).to_ne_bytes();
    let wanted = [vec![3; 4096], vec![5; 64], added.to_vec(), vec![3; 4096 - 72]].concat();
    must(all == wanted, || "not what was written".to_owned())?;
    let beyond = DmaBuf { length: 4097, ..memory };
    must(rig.pd.register_dmabuf(&beyond, everything()).is_err(), || "it ends before that".to_owned())
}

pub(super) fn of_the_device(rig: &Rig<'_>) -> Result {
    let most = rig.context.extended()?.max_device_memory;
    let memory = applicable(rig.context.alloc_device_memory(DmConfig::new(256)))?;
    must(most >= 256 && memory.length() == 256, || format!("{} of {most} bytes", memory.length()))?;
    memory.write(0, &[3; 256])?;
    let mine = rig.memory(64, 5)?;
    let whole = rig.pd.register_device_memory(&memory, 0, 256, everything())?;
    let part = rig.pd.register_device_memory(&memory, 128, 64, everything())?;
    must(part.length() == 64 && part.remote(4).address == 4, || "it does not begin at 0".to_owned())?;
    let [a, b] = rig.pair(QpType::Rc, Way::default())?;
    let add = SendOp::FetchAdd { remote: part.remote(8), add: 1 };
    a.post_send(&[
        SendRequest::new(1, SendOp::Write(whole.remote(0)), &[mine.sge(0, 16)?]),
        SendRequest::new(2, SendOp::Read(part.remote(60)), &[mine.sge(16, 4)?]),
        SendRequest::new(3, add, &[mine.sge(24, 8)?]),
    ])?;
    // It sends and receives as any other, too.
    rig.receive(&a, 4, &mine, 32, 12)?;
    b.post_send(&[SendRequest::new(5, SendOp::Send, &[whole.sge(8, 12)?])])?;
    succeeded(&rig.completions(5)?)?;
    let mut all = [0; 256];
    memory.read(0, &mut all)?;
    let before = u64::from_ne_bytes([3; 8]);
    let mut wanted = [vec![5; 16], vec![3; 240]].concat();
    wanted[136..144].copy_from_slice(&(before + 1).to_ne_bytes());
    must(all[..] == wanted, || format!("not what was written: {all:?}"))?;
    let got = mine.buffer().bytes(16, 28)?;
    let came = [vec![3; 4], vec![5; 4], vec![3; 8], vec![5; 8], vec![3; 4]].concat();
    must(got == came, || format!("not what was read, added up and sent: {got:?}"))?;
    // Beyond the region, which ends before the memory does.
    a.post_send(&[SendRequest::new(6, SendOp::Read(part.remote(60)), &[mine.sge(0, 8)?])])?;
    status(&rig.completion()?, CompletionStatus::RemoteAccess)?;
    must(memory.write(252, &[0; 8]).is_err(), || "written beyond its end".to_owned())?;
    must(rig.pd.register_device_memory(&memory, 252, 8, everything()).is_err(), || {
        "beyond its end".to_owned()
    })?;
    let elsewhere = rig.host.verbs()?.open(rig.context.device())?;
    let foreign = elsewhere.alloc_pd()?.register_device_memory(&memory, 0, 8, everything());
    must(foreign.is_err(), || "memory of another open device".to_owned())?;
    // What is given back can be had again.
    let all = DmConfig::new(usize::try_from(most).unwrap_or(usize::MAX));
    let none = rig.context.alloc_device_memory(all);
    must(none.is_err(), || "there was more than there is".to_owned())?;
    drop((whole, part, memory));
    rig.context.alloc_device_memory(all).map(drop).map_err(Into::into)
}

pub(super) fn window_of_a_domain(rig: &Rig<'_>) -> Result {
    let window = applicable(rig.pd.alloc_window_of(WindowKind::Domain))?;
    must(window.kind() == WindowKind::Domain, || format!("{:?}", window.kind()))?;
    let ([a, b], [c, _d]) = (rig.pair(QpType::Rc, Way::default())?, rig.pair(QpType::Rc, Way::default())?);
    let (mine, lent) = (rig.memory(64, 5)?, Buffer::new(4096));
    let region = rig.pd.register(&lent, Access::LOCAL_WRITE | Access::WINDOW_BIND)?;
    let bind = WindowBind { region: &region, offset: 0, length: 128, access: Access::REMOTE_WRITE };
    let first = b.bind_window(1, &*window, &bind)?;
    let done = rig.completion()?;
    must((done.id, done.op, done.is_success()) == (1, CompletionOp::BindWindow, true), || {
        format!("{done:?}")
    })?;
    // Whoever is of the domain reaches it.
    for (qp, at) in [(&a, 0), (&c, 64)] {
        qp.post_send(&[SendRequest::new(2, SendOp::Write(first.at(at)), &[mine.sge(0, 64)?])])?;
        succeeded(&rig.completions(1)?)?;
    }
    must(lent.bytes(0, 129)? == [vec![5; 128], vec![0]].concat(), || "not what was written".to_owned())?;
    // It is bound anew as it is, has another key then, and the old one is of no use.
    let second = b.bind_window(3, &*window, &WindowBind { offset: 2048, ..bind })?;
    succeeded(&rig.completions(1)?)?;
    must(second.key != first.key && window.remote_key() == second.key, || format!("{first:?} {second:?}"))?;
    a.post_send(&[SendRequest::new(4, SendOp::Write(second), &[mine.sge(0, 64)?])])?;
    succeeded(&rig.completions(1)?)?;
    must(lent.bytes(2048, 64)? == [5; 64], || "not what was written".to_owned())?;
    a.post_send(&[SendRequest::new(5, SendOp::Write(first), &[mine.sge(0, 8)?])])?;
    status(&rig.completion()?, CompletionStatus::RemoteAccess)?;
    drop((a, b));
    // Bound to no byte it lends nothing.
    let [a, b] = rig.pair(QpType::Rc, Way::default())?;
    let none = b.bind_window(6, &*window, &WindowBind { length: 0, ..bind })?;
    succeeded(&rig.completions(1)?)?;
    a.post_send(&[SendRequest::new(7, SendOp::Write(none), &[mine.sge(0, 8)?])])?;
    status(&rig.completion()?, CompletionStatus::RemoteAccess)
}
