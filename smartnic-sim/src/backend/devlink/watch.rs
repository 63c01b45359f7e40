use smartnic_core::backend::DevlinkNotices;

use crate::backend::SimHost;

impl DevlinkNotices for SimHost {}
