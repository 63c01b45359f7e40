//! Values between Rust and Python.

use std::str::FromStr;

use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use smartnic::Error;

/// What serde can write, as Python's own values: dicts, lists, text, numbers.
pub(crate) fn to_py<T: Serialize + ?Sized>(py: Python<'_>, value: &T) -> PyResult<Py<PyAny>> {
    Ok(pythonize::pythonize(py, value)?.unbind())
}

/// The way back; `op` and what is said of a wrong value go into the error.
pub(crate) fn from_py<T: DeserializeOwned>(
    value: &Bound<'_, PyAny>,
    op: &'static str,
) -> crate::error::Result<T> {
    pythonize::depythonize(value).map_err(|wrong| {
        let text = wrong.to_string();
        let why = match PyErr::from(wrong).is_instance_of::<PyOverflowError>(value.py()) {
            true => "a number is negative, or larger than can be".to_owned(),
            false => text,
        };
        Error::invalid(op, why).into()
    })
}

/// Reads what people write: handles, addresses, modes.
pub(crate) fn read<T: FromStr<Err = Error>>(text: &str) -> crate::error::Result<T> {
    Ok(text.parse()?)
}
