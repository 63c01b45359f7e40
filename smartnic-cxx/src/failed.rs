//! Failures: exceptions carry a text alone, so their parts are kept for who asks.

use std::cell::RefCell;

use crate::bridge::Failure;

thread_local! {
    static LAST: RefCell<Option<smartnic::Error>> = const { RefCell::new(None) };
}

/// What a function fails with.
pub(crate) type Result<T> = std::result::Result<T, Failed>;

/// A failure whose parts are kept.
pub(crate) struct Failed(String);

impl From<smartnic::Error> for Failed {
    fn from(error: smartnic::Error) -> Self {
        let text = error.to_string();
        LAST.with_borrow_mut(|last| *last = Some(error));
        Self(text)
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

pub(crate) fn failure() -> Failure {
    LAST.with_borrow(|last| match last {
        None => Failure {
            code: 0,
            op: String::new(),
            object: String::new(),
            reason: String::new(),
            kernel: String::new(),
            hint: String::new(),
        },
        Some(error) => Failure {
            code: error.kind().code(),
            op: error.op().to_owned(),
            object: error.object().to_owned(),
            reason: error.why().to_string(),
            kernel: error.extack().and_then(|extack| extack.message.clone()).unwrap_or_default(),
            hint: error.next_step().unwrap_or_default().to_owned(),
        },
    })
}
