use super::record::{record, words};

words! {
    /// How far new firmware of a module is (`ETHTOOL_MODULE_FW_FLASH_STATUS_*`).
    ModuleFlashStatus: u32 {
        /// It was begun.
        Started = 1, "started";
        /// It goes on.
        InProgress = 2, "in progress";
        /// It is done.
        Completed = 3, "completed";
        /// It failed.
        Error = 4, "error";
    }
}

record! {
    /// How far new firmware of a module is (`ETHTOOL_MSG_MODULE_FW_FLASH_NTF`, kernel 6.11 and later).
    ///
    /// The kernel tells it to the socket that began it.
    ModuleFlash {
        /// How far it is.
        status: ModuleFlashStatus = "status";
        /// The kernel's words.
        message: String = "message";
        /// Bytes that are written.
        done: u64 = "done";
        /// Bytes in all.
        total: u64 = "total";
    }
}
