//! `devlink dev selftests`.

use smartnic::text::devlink::command::Stop;
use smartnic::text::devlink::command::selftest::Command;
use smartnic::text::devlink::show;

use super::face::Face;

pub(super) fn run(command: Command, face: &mut Face<'_>) -> Result<(), Stop> {
    match command {
        Command::Show(device) => {
            let read = face.ask(|host| host.devlink().selftests(device.as_ref()));
            face.section("selftests", read, show::selftests)
        }
        Command::Run(device, tests) => {
            let results = face.change(|host| host.devlink().run_selftests(&device, &tests))?;
            face.show(|show| show::selftest_results(&device, &results, show));
            Ok(())
        }
    }
}
