use smartnic_core::device::{HealthState, Reporter};
use smartnic_linux::local_time;

use super::Show;

/// Shows a reporter, as `devlink health show` does.
pub fn reporter(reporter: &Reporter, show: &mut Show<'_>) {
    show.open_handle_entry(&reporter.id.place);
    let name = &reporter.id.name;
    show.value("reporter", name, format_args!("reporter {name}"));
    show.end_line();
    show.indent_more();
    let state = match reporter.state {
        HealthState::Healthy => "healthy",
        HealthState::Error => "error",
        HealthState::Unknown(_) => "<unknown state>",
    };
    show.value("state", state, format_args!("state {state}"));
    show.u64("error", reporter.errors);
    show.u64("recover", reporter.recoveries);
    if let Some(time) = reporter.dump_time.and_then(local_time) {
        let (date, clock) = (time.date(), time.clock());
        show.value("last_dump_date", &date, format_args!("last_dump_date {date}"));
        show.any("last_dump_time", &clock, format_args!(" last_dump_time {clock}"));
    }
    for (name, period) in [("grace_period", reporter.grace_period), ("burst_period", reporter.burst_period)] {
        if let Some(period) = period {
            show.u64(name, period);
        }
    }
    for (name, yes) in [("auto_recover", reporter.auto_recover), ("auto_dump", reporter.auto_dump)] {
        if let Some(yes) = yes {
            show.any(name, yes, format_args!(" {name} {yes}"));
        }
    }
    show.indent_less();
    show.close_handle();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::devlink::show::Style;
    use smartnic_core::device::ReporterId;
    use smartnic_core::types::DevlinkHandle;

    /// As devlink 7.3.0 prints netdevsim's.
    #[test]
    fn reporters_stand_under_their_device() {
        let device = DevlinkHandle::new("netdevsim", "netdevsim1");
        let of = |name| Reporter::new(ReporterId::new(device.clone(), name));
        let empty = Reporter { auto_dump: Some(true), ..of("empty") };
        let dummy = Reporter {
            grace_period: Some(0),
            burst_period: Some(0),
            auto_recover: Some(true),
            auto_dump: Some(true),
            ..of("dummy")
        };
        let shown = |json| {
            let mut show = Show::new(Style { json, ..Style::default() }, &|_| None);
            show.open_section("health");
            [&empty, &dummy].into_iter().for_each(|one| reporter(one, &mut show));
            show.close_section();
            show.take()
        };
        let text = "netdevsim/netdevsim1:\n  reporter empty\n    state healthy error 0 recover 0 auto_dump true\n  \
            reporter dummy\n    state healthy error 0 recover 0 grace_period 0 burst_period 0 auto_recover true \
            auto_dump true\n";
        assert_eq!(shown(false), text);
        let json = r#"{"health":{"netdevsim/netdevsim1":[{"reporter":"empty","state":"healthy","error":0,"recover":0,"auto_dump":true},{"reporter":"dummy","state":"healthy","error":0,"recover":0,"grace_period":0,"burst_period":0,"auto_recover":true,"auto_dump":true}]}}"#;
        assert_eq!(shown(true), json);
    }
}
