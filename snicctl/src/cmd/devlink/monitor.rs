//! `devlink monitor`: what changes, for as long as the program runs.

use smartnic::text::devlink::command::{Stop, Words, monitor};
use smartnic::text::devlink::show::{self, Show};

use super::face::{Face, stop_of};

pub(super) fn run(words: &mut Words<'_>, face: &mut Face<'_>) -> Result<(), Stop> {
    let wanted = monitor::read(words)?;
    let mut watch = face.ask(|host| host.devlink().watch())?;
    // One page for all, so that commas stand between messages.
    let mut show = Show::new(face.options().style, &|_| None);
    show.open_stream("mon");
    face.print_through(&show.take());
    while !face.is_closed() {
        match watch.wait(None) {
            Ok(Some(notice)) => {
                if show::object_of(&notice).is_some_and(|(object, _)| wanted.wants(object)) {
                    show::notice(&notice, &mut show);
                    face.print_through(&show.take());
                }
            }
            Ok(None) => {}
            Err(error) => {
                show.close_stream();
                face.print_through(&show.take());
                return Err(stop_of(&error));
            }
        }
    }
    Ok(())
}
