use smartnic_core::backend::DevlinkResources;

use crate::backend::SimHost;

impl DevlinkResources for SimHost {}
