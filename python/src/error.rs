//! Errors of the SDK as exceptions of the package.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// A failure on its way to Python.
pub(crate) struct Failure(smartnic::Error);

/// The result of what is called from Python.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl From<smartnic::Error> for Failure {
    fn from(error: smartnic::Error) -> Self {
        Self(error)
    }
}

impl From<Failure> for PyErr {
    fn from(Failure(error): Failure) -> Self {
        Python::attach(|py| exception(py, &error).unwrap_or_else(|failed| failed))
    }
}

/// The exception class of the error's kind, with the error's parts.
fn exception(py: Python<'_>, error: &smartnic::Error) -> PyResult<PyErr> {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let make =
        MAKE.get_or_try_init(py, || py.import("smartnic._errors")?.getattr("_make").map(Bound::unbind))?;
    let extack = error.extack();
    let parts = (
        error.kind().code(),
        error.to_string(),
        error.op(),
        error.object(),
        error.why(),
        error.next_step(),
        error.errno(),
        extack.and_then(|extack| extack.message.as_deref()),
        extack.and_then(|extack| extack.attribute.as_deref()),
        std::error::Error::source(error).map(ToString::to_string),
    );
    Ok(PyErr::from_value(make.bind(py).call1(parts)?))
}
