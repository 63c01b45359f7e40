//! What a user without rights may do, and what the refusal says.

use smartnic_core::ErrorKind;
use smartnic_core::backend::{FlowOffload, FlowOp, Hook, Outcome, Switchdev};
use smartnic_core::flow::{Action, Attach, Rule};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_linux::LinuxHost;

const LO: IfIndex = IfIndex(1);
const NOBODY: libc::uid_t = 65534;

/// Does `work` as nobody, on a thread of its own. (The raw call changes one thread, libc's would change all.)
fn as_nobody<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let unprivileged = move || {
        // SAFETY: the call takes numbers only; no other thread depends on this one's user.
        let result = unsafe { libc::syscall(libc::SYS_setresuid, NOBODY, NOBODY, NOBODY) };
        // SAFETY: the call takes nothing and cannot fail.
        let now = unsafe { libc::geteuid() };
        assert!(result == 0 || now != 0, "this thread is still root's");
        work()
    };
    std::thread::spawn(unprivileged).join().unwrap()
}

#[test]
fn anybody_may_read_links_and_is_told_what_a_change_needs() {
    let (links, refusals) = as_nobody(|| {
        let host = LinuxHost::open().unwrap();
        let rule = Rule::new(Attach::ingress(LO)).prio(1).protocol(EtherType::IPV4).action(Action::pass());
        let outcome = match host.submit(&[FlowOp::Add(&rule)], true).unwrap().remove(0) {
            Outcome::Failed(error) => error,
            other => panic!("{other:?}"),
        };
        let refusals = [
            // lo is up, or may well be: nothing breaks if this is not refused.
            host.set_link_up(LO, true).unwrap_err(),
            host.add_hook(&Hook::clsact(LO)).unwrap_err(),
            outcome,
        ];
        (host.links().unwrap(), refusals)
    });
    assert!(links.iter().any(|link| link.ifindex == LO && link.name == "lo"));
    for error in refusals {
        assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
        assert_eq!(error.next_step(), Some("CAP_NET_ADMIN is needed: run as root"));
        assert!(error.object().starts_with("ifindex 1"), "{error}");
    }
}
