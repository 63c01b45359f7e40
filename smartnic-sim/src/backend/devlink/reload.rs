use smartnic_core::backend::DevlinkReload;

use crate::backend::SimHost;

impl DevlinkReload for SimHost {}
