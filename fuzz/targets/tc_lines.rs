//! Lines of tc syntax: what was read can be written, in words and on the wire, and is then read as the same rule.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic::text::tc::{self, Op};

fuzz_target!(|text: &str| {
    let script = match tc::parse(text) {
        Ok(script) => script,
        Err(problems) => {
            // The words that point at the place.
            let _ = problems.into_error("read rules", "file").to_string();
            return;
        }
    };
    for item in script.items {
        if let Op::Add(rule) | Op::Replace(rule) | Op::Change(rule) = item.op {
            smartnic_fuzz::through_words(&rule);
            smartnic_fuzz::over_the_wire(rule);
        }
    }
});
