use std::sync::{PoisonError, RwLock};

use pyo3::prelude::*;
use smartnic::Error;

use crate::error::Result;

/// An object that can be closed; none once it is.
pub(super) struct Held<T: Send> {
    it: RwLock<Option<T>>,
    /// What is done with it, for errors.
    op: &'static str,
}

impl<T: Clone + Send> Held<T> {
    pub(super) fn new(op: &'static str, it: T) -> Self {
        Self { it: RwLock::new(Some(it)), op }
    }

    pub(super) fn get(&self) -> Result<T> {
        let it = self.it.read().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(it.ok_or_else(|| Error::invalid(self.op, "it was closed"))?)
    }

    /// Makes a call with the interpreter's lock released.
    pub(super) fn ask<R: Send>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&T) -> smartnic::Result<R> + Send,
    ) -> Result<R> {
        let it = self.get()?;
        // If it was closed meanwhile, this is the last handle to it.
        Ok(py.detach(move || call(&it))?)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.it.read().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    pub(super) fn close(&self, py: Python<'_>) {
        let it = self.it.write().unwrap_or_else(PoisonError::into_inner).take();
        py.detach(|| drop(it));
    }
}

impl<T: Send> Drop for Held<T> {
    fn drop(&mut self) {
        let it = self.it.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if it.is_some() {
            // An interpreter that goes cannot be attached to, and drops it as it is.
            Python::try_attach(|py| py.detach(|| drop(it)));
        }
    }
}
