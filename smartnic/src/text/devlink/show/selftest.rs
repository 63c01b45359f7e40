use smartnic_core::device::{Selftest, SelftestResult, SelftestStatus, Selftests};
use smartnic_core::types::DevlinkHandle;

use super::Show;

/// Shows the tests of a device, as `devlink dev selftests show` does.
pub fn selftests(one: &Selftests, show: &mut Show<'_>) {
    if one.tests.is_empty() {
        return;
    }
    show.open_handle_list(&one.device);
    for test in &one.tests {
        show.settle();
        let name = name(*test);
        show.item(name, format_args!("{name}"));
    }
    show.end_line();
}

/// Shows how the tests of a device ended, as `devlink dev selftests run` does.
pub fn selftest_results(device: &DevlinkHandle, results: &[SelftestResult], show: &mut Show<'_>) {
    if results.is_empty() {
        return;
    }
    show.open_section("selftests");
    show.open_handle(device, true);
    show.indent_more();
    show.end_line();
    for result in results {
        show.open_object(name(result.test));
        let status = match result.status {
            SelftestStatus::Skipped => "skipped",
            SelftestStatus::Passed => "passed",
            SelftestStatus::Failed => "failed",
            SelftestStatus::Unknown(_) => "unknown",
        };
        show.value("status", status, format_args!("status {status}"));
        show.close_object();
        show.end_line();
    }
    show.indent_less();
    show.close_handle();
    show.close_section();
}

fn name(test: Selftest) -> &'static str {
    match test {
        Selftest::Flash => "flash",
        Selftest::Unknown(_) => "unknown",
    }
}
