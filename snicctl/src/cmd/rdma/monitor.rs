//! `rdma monitor`: what changes, for as long as the program runs.

use smartnic::text::rdma::command::Stop;
use smartnic::text::rdma::show;

use super::face::{Face, stop_of};

pub(super) fn run(face: &mut Face) -> Result<(), Stop> {
    let mut watch = face.ask(|host| host.rdma()?.watch_rdma())?;
    // One page for all, so that commas stand between messages.
    let mut page = face.page();
    page.begin();
    while !face.is_closed() {
        match watch.wait(None) {
            Ok(Some(event)) => {
                show::event(&event, &mut page);
                let text = page.take();
                face.print(&text);
                face.flush();
            }
            Ok(None) => {}
            Err(error) => {
                page.end();
                let text = page.take();
                face.print(&text);
                return Err(stop_of(&error));
            }
        }
    }
    Ok(())
}
