use std::time::Duration;

use smartnic_core::device::{FlashEvent, FlashNotice, FlashStatus};

use super::Show;

/// Shows what is told of an update, as `devlink monitor` does.
pub(super) fn flash(notice: &FlashNotice, show: &mut Show<'_>) {
    show.open_handle(&notice.device, true);
    if let FlashEvent::Status(status) = &notice.event {
        if let Some(message) = &status.message {
            show.value("msg", message, format_args!("msg {message}"));
        }
        if let Some(component) = &status.component {
            show.value("component", component, format_args!("component {component}"));
        }
        show.u64("done", status.done);
        show.u64("total", status.total);
    }
    show.close_handle();
}

/// How long nothing must be heard before the time that went by is shown.
const SILENCE: Duration = Duration::from_secs(3);

/// What `devlink dev flash` prints of an update while it goes on.
#[derive(Debug, Default)]
pub struct FlashLines {
    /// Whether what was printed can be taken back.
    terminal: bool,
    message: Option<String>,
    component: Option<String>,
    /// Whether a percentage stands at the end of the line.
    percent: bool,
    begun: bool,
    /// When the message changed for the last time.
    since: Duration,
    timeout: u64,
    /// How many characters the time that went by takes.
    clock: usize,
}

impl FlashLines {
    /// Begins; on a terminal there are percentages and a clock.
    #[must_use]
    pub fn new(terminal: bool) -> Self {
        Self { terminal, ..Self::default() }
    }

    /// What to print of something that was heard; `now` is the time since the beginning.
    pub fn heard(&mut self, event: &FlashEvent, now: Duration) -> String {
        let mut text = match event {
            FlashEvent::Begun => return String::new(),
            FlashEvent::Waiting => String::new(),
            FlashEvent::Status(status) => self.take_back_clock() + &self.status(status, now),
            FlashEvent::Ended => return self.take_back_clock() + "\n",
        };
        text.push_str(&self.clock(now));
        text
    }

    fn status(&mut self, status: &FlashStatus, now: Duration) -> String {
        let mut text = String::new();
        self.timeout = status.timeout;
        let same = status.message == self.message && status.component == self.component;
        if same && self.percent && self.begun {
            text.push_str(self.on_terminal("\x08\x08\x08\x08\x08"));
        } else {
            self.since = now;
            if self.begun {
                text.push('\n');
            }
            if let Some(component) = &status.component {
                text.push_str(&format!("[{component}] "));
                self.component = Some(component.clone());
            }
            if let Some(message) = &status.message {
                text.push_str(message);
                self.message = Some(message.clone());
            }
        }
        self.percent = status.total != 0;
        if let Some(percent) = status.percent() {
            text.push_str(self.on_terminal(&format!(" {percent:>3}%")));
        }
        self.begun = true;
        text
    }

    fn clock(&mut self, now: Duration) -> String {
        let passed = now.saturating_sub(self.since);
        if !self.terminal || (passed < SILENCE && self.timeout == 0) {
            return String::new();
        }
        let minutes = |seconds: u64| format!("{}m {}s", seconds / 60, seconds % 60);
        let seconds = passed.as_secs();
        let clock = match self.timeout {
            0 => format!(" ( {} )", minutes(seconds)),
            most if seconds <= most => format!(" ( {} : {} )", minutes(seconds), minutes(most)),
            _ => format!(" ( {} : timeout reached )", minutes(seconds)),
        };
        let text = self.take_back_clock() + &clock;
        self.clock = clock.len();
        text
    }

    fn take_back_clock(&mut self) -> String {
        "\x08 \x08".repeat(std::mem::take(&mut self.clock))
    }

    fn on_terminal<'t>(&self, text: &'t str) -> &'t str {
        if self.terminal { text } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(message: &str, done: u64, total: u64, timeout: u64) -> FlashEvent {
        let component = Some("fw.mgmt".to_owned());
        FlashEvent::Status(FlashStatus { message: Some(message.into()), component, done, total, timeout })
    }

    fn printed(terminal: bool) -> String {
        let mut lines = FlashLines::new(terminal);
        let heard = [
            FlashEvent::Begun,
            status("Preparing", 0, 0, 0),
            status("Flashing", 0, 50, 0),
            status("Flashing", 50, 50, 0),
            status("Flash select", 0, 0, 81),
            FlashEvent::Waiting,
            FlashEvent::Ended,
        ];
        (0..).zip(&heard).map(|(at, event)| lines.heard(event, Duration::from_millis(100 * at))).collect()
    }

    #[test]
    fn elsewhere_each_message_is_a_line() {
        assert_eq!(printed(false), "[fw.mgmt] Preparing\n[fw.mgmt] Flashing\n[fw.mgmt] Flash select\n");
    }

    #[test]
    fn on_a_terminal_percentages_and_a_clock_are_written_over() {
        let clock = " ( 0m 0s : 1m 21s )";
        let back = "\x08 \x08".repeat(clock.len());
        let want = format!(
            "[fw.mgmt] Preparing\n[fw.mgmt] Flashing   0%\x08\x08\x08\x08\x08 100%\n\
             [fw.mgmt] Flash select{clock}{back}{clock}{back}\n"
        );
        assert_eq!(printed(true), want);
    }
}
