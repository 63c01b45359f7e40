//! A caller who may not.

use smartnic::ErrorKind;

use crate::check::{Done, During, Outcome, expect};
use crate::corpus::{file, tc_batch};
use crate::dump::Dump;
use crate::lab::Lab;
use crate::nic::Nic;

/// Another user, with no capability at all.
const NOBODY: [&str; 6] =
    ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--"];

/// The superuser without CAP_NET_ADMIN.
const POWERLESS: [&str; 3] = ["setpriv", "--bounding-set=-net_admin", "--"];

/// Looking is allowed; changing is refused, with what would help, and changes nothing.
pub(crate) fn none(lab: &Lab) -> Outcome {
    let nic = Nic::with_places()?;
    let handle = nic.handle();
    let line = "filter add dev sim0 ingress protocol ip pref 1 flower dst_ip 10.0.0.1 action drop";
    tc_batch(&file("present", &[line])?)?;
    let other = file("wanted", &[line.replace("10.0.0.1", "10.0.0.2")])?;
    let other = other.to_string_lossy();
    // Where others may run it: the directory of the build may be closed to them.
    let program = std::path::Path::new("/tmp/lab-suite-programs/snicctl");
    std::fs::create_dir_all("/tmp/lab-suite-programs")?;
    std::fs::copy(lab.programs.join("snicctl"), program).during("copy snicctl")?;
    let lab = Lab { programs: "/tmp/lab-suite-programs".into(), kernel: lab.kernel.clone() };
    let before = Dump::of_machine(&handle)?;
    for who in [&NOBODY[..], &POWERLESS[..]] {
        let reads: [(&[&str], &str); 4] = [
            (&["device", "list"], &handle),
            (&["device", "show", &handle], "netdevsim"),
            (&["flow", "list"], "10.0.0.1"),
            (&["flow", "apply", "--dry-run", &other], ""),
        ];
        for (words, shown) in reads {
            let said = lab.try_snicctl_by(who, words)?.good().during("without privilege")?;
            expect(said.contains(shown), || {
                format!("{words:?} without privilege does not show {shown}: {said}")
            })?;
        }
        let changes: [&[&str]; 4] = [
            &["flow", "apply", &other],
            &["flow", "del", "--all", "--dev", "sim0"],
            &["eswitch", "set", &handle, "--mode", "switchdev", "--vfs", "2"],
            &["vf", "create", &handle, "2"],
        ];
        for words in changes {
            // The file that sets VFs asks for the user, not for the capability.
            if who == POWERLESS && words[0] != "flow" {
                continue;
            }
            let ran = lab.try_snicctl_by(who, words)?;
            ran.refused(i32::from(ErrorKind::PermissionDenied.code()), &["hint:"])?;
            Dump::of_machine(&handle)?.must_equal(&before, &format!("after {words:?} without privilege"))?;
        }
    }
    Ok(Done::Passed)
}
