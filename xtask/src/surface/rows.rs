//! Which operations there are, and what each face calls them.

/// An operation: its name, then what it is called in Rust, C, C++, Python and on the command line. A cell that begins with
/// `--` is a hole, and says why.
pub(super) type Row = (&'static str, [&'static str; 5]);

const OPEN: &str = "-- not reached yet";
const TOOL: &str = "-- for people at a terminal; programs use what stands above";
const LANGUAGE: &str = "-- the language does it";

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("open a host", ["open", "snic_host_open snic_host_close snic_host_uri", "try_open uri", "close uri", "-- the option --host"]),
    ("write a simulated machine down", ["save", "snic_host_save", "save", "-- done when a host is closed", "-- done when a command ends"]),
    ("version", ["-- cargo's", "snic_version snic_abi_version snic_status_text", "version", LANGUAGE, "-- the option --version"]),
    ("simulated products", ["profiles", "snic_profile_list", "profiles", OPEN, "sim"]),
    ("list devices", ["inventory devices", "snic_device_list", "devices", "devices device", "device"]),
    ("versions of a device", ["info", "snic_device_version_list", "versions", "-- in the values of devices()", "device"]),
    ("links of no NIC", ["links", OPEN, OPEN, "other_links kernel", "topology"]),
    ("ports", ["ports", "snic_port_list", "ports", "-- in the values of devices()", "port"]),
    ("inventory as a graph", ["graph tree", "snic_inventory_json", "inventory_json", "topology", "topology"]),
    ("watch the topology", ["wait alarm", "snic_topology_watch snic_events_fd", "watch_topology", "watch_topology", "topology"]),
    ("eswitch: read", ["eswitch", "snic_eswitch_show", "eswitch", "-- in the values of devices()", "eswitch"]),
    ("eswitch: change with VFs, dry run, undo", ["plan set_eswitch", "snic_eswitch_plan snic_eswitch_set snic_plan_run snic_plan_steps", "plan_eswitch set_eswitch", "set_eswitch", "eswitch"]),
    ("eswitch: inline and encapsulation modes", ["set_eswitch", OPEN, OPEN, "tune_eswitch", "eswitch"]),
    ("VFs: list, create, settings, drivers", ["set_num_vfs set_vf bind", "snic_vf_list snic_vf_create_plan snic_vf_set_plan snic_vf_driver_plan", "vfs plan_vfs plan_vf plan_vf_driver", "vfs set_vfs set_vf bind_vfs unbind_vfs", "vf"]),
    ("representors", ["representors", "snic_representor_list", "representors", "representors", "representor"]),
    ("sub-functions: list, create, remove", ["create delete add_port", "snic_sf_list snic_sf_create_plan snic_sf_delete_plan", "sfs plan_sf plan_sf_removal", "sfs create_sf delete_sf", "sf"]),
    ("sub-functions: change", ["set_port_function", OPEN, OPEN, "set_sf", "sf"]),
    ("rules from text", ["from_tc from_yaml", "snic_rules_parse snic_rules_read snic_rules_add snic_rules_count snic_rules_text", "parse read add to_text", "-- the class Rules", "flow"]),
    ("apply rules, verdicts with reasons", ["apply submit", "snic_flow_apply", "apply", "apply", "flow"]),
    ("remove rules", ["remove", "snic_flow_delete", "remove", "remove", "flow"]),
    ("list rules", ["visit entries", "snic_flow_list", "flows", "rules", "flow"]),
    ("explain rules", ["explain", "snic_flow_explain", "explain", "explain", "flow"]),
    ("what NICs hold", ["usage", "snic_flow_usage_list", "flow_usage", "usage", "flow"]),
    ("take an interrupted change back", ["recover turn", "snic_flow_recover", "recover_flows", "recover", "recover"]),
    ("trace a packet", ["trace_at", OPEN, OPEN, "trace", "flow"]),
    ("watch rules", ["watch", "snic_flow_watch", "watch_flows", "watch_flow", "flow"]),
    ("parameters", ["params set_param", "snic_param_list snic_param_set", "params set_param", "params param set_param reset_param", "param"]),
    ("health: list, diagnose, recover", ["reporters diagnose", "snic_health_list snic_health_diagnose snic_health_recover", "health diagnose recover_health", "reporters diagnose recover_reporter", "health"]),
    ("health: settings and dumps", ["set_reporter health_dump", OPEN, OPEN, "set_reporter health_dump clear_health_dump", "health"]),
    ("RDMA devices, GIDs, the best GID", ["rdma_devices gids best_gid", "snic_rdma_device_list snic_gid_list snic_gid_best", "rdma_devices gids best_gid", "rdma_devices gids best_gid", "rdma"]),
    ("RDMA ports, counters, events", ["rdma_ports rdma_counters", OPEN, OPEN, "rdma_ports rdma_counters watch_rdma", "rdma"]),
    ("data centre bridging", ["dcb set_dcb remove_dcb", "snic_dcb_show snic_dcb_set snic_dcb_set_dscp", "dcb set_dcb set_dscp", "dcb set_dcb remove_dcb", "dcb"]),
    ("packets through a simulated NIC", ["send report_error", OPEN, OPEN, "send_packet report_error", "sim"]),
    ("RoCE from end to end", ["roce_defaults congestion", OPEN, OPEN, OPEN, "roce fabric"]),
    ("verbs", ["create_cq create_qp post_send poll register wait device", OPEN, OPEN, OPEN, OPEN]),
    ("RDMA connections by address", ["connections resolve_address connect accept", OPEN, OPEN, OPEN, OPEN]),
    ("offload features, settings of a link", ["features set_features", OPEN, OPEN, OPEN, "features link ring channel coalesce pause fec eee wol private messages timestamp plca mm pse module driver"]),
    ("how packets are spread over queues", ["rss all_rss set_rss create_rss delete_rss", OPEN, OPEN, OPEN, "rss"]),
    ("counters of links", ["statistics private_statistics phy_statistics", OPEN, OPEN, OPEN, "stats"]),
    ("memory regions", ["regions take_snapshot", OPEN, OPEN, OPEN, "region"]),
    ("traps", ["traps set_trap", OPEN, OPEN, OPEN, "trap"]),
    ("rates", ["rates set_rate", OPEN, OPEN, OPEN, "rate"]),
    ("resources", ["resources set_resource", OPEN, OPEN, OPEN, "resource"]),
    ("shared buffers", ["buffers set_buffer_pool", OPEN, OPEN, OPEN, "buffer"]),
    ("flash, self tests, reload", ["flash run_selftests reload", OPEN, OPEN, OPEN, "flash selftest"]),
    ("pipeline, line cards", ["pipeline_tables line_cards", OPEN, OPEN, OPEN, "devlink"]),
    ("bridges and bonds", ["bridges bonds", OPEN, OPEN, OPEN, "bridge bond"]),
    ("tunnel devices", ["tunnels add_tunnel", OPEN, OPEN, OPEN, "tunnel"]),
    ("vDPA", ["vdpa_devices add_vdpa", OPEN, OPEN, OPEN, "vdpa"]),
    ("tc in the kernel's own terms", ["request table", OPEN, OPEN, OPEN, "tc"]),
    ("the kernel's log", ["lines", OPEN, OPEN, OPEN, "-- heard by flow explain"]),
    ("adapters and what they can", ["adapters", OPEN, OPEN, OPEN, "adapter capability"]),
    ("kernel's release", ["kernel_release", OPEN, OPEN, "kernel", "topology"]),
    ("completions and man pages", ["-- of the command line", "-- of the command line", "-- of the command line", "-- of the command line", "completions man"]),
    ("texts of tc's sides", ["-- values of an option", TOOL, TOOL, TOOL, "ingress egress"]),
];
