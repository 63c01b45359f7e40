/* SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * libsmartnic: SmartNIC offload from C. Written by `cargo xtask header --bless`; do not edit.
 *
 * What all functions have in common
 *
 * Results. A function that can fail returns a snic_status: SNIC_STATUS_OK, or why it failed; iterators also return
 * SNIC_STATUS_END. Its last argument, `error`, may be NULL. If it is not, then on failure `*error` becomes a
 * snic_error that tells more and that the caller frees with snic_error_free; on success `*error` is left alone. Set it
 * to NULL before the first call, and again after freeing it.
 *
 * Ownership. What a function puts where a `**` of the caller's points to is the caller's, who frees it with the function
 * that its description names. It is set to NULL when the call begins, so that after a failure there is nothing to free. What is
 * returned or lent as a pointer to const belongs to the library and lives as long as the description says. The free
 * functions take NULL, and return SNIC_STATUS_INVALID_INPUT for what is no living handle of their kind: one that was
 * freed already, or of another kind. Using a handle after it was freed is an error of the program; the library tells it
 * as long as the memory was not given to something else.
 *
 * Threads. A snic_host may be used by several threads at the same time, and so may what is only read (const). Any other
 * handle may go from thread to thread, but only one may use it at a time. Nothing is kept per thread. No function
 * installs signal handlers. After fork() the child must not use handles of its parent.
 *
 * Texts are UTF-8 and end with a NUL. What is taken is copied; it need not live longer than the call.
 *
 * Structures begin with their size. In those that the caller fills, set all to 0 and `size` to sizeof: the functions
 * below whose names end in _init do both. In those that the library lends, `size` tells which fields are there.
 *
 * Numbers of statuses and enums never change. New ones may come: treat an unknown one as a failure without a name.
 */


#ifndef SMARTNIC_H
#define SMARTNIC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 For `snic_bridge_settings.set`: `vlan_filtering` is given.
 */
#define SNIC_BRIDGE_VLAN_FILTERING 1

/*
 For `snic_bridge_settings.set`: `default_pvid` is given.
 */
#define SNIC_BRIDGE_DEFAULT_PVID 2

/*
 For `snic_bridge_settings.set`: `mcast_snooping` is given.
 */
#define SNIC_BRIDGE_MCAST_SNOOPING 4

/*
 For `snic_bridge_settings.set`: `ageing_time` is given.
 */
#define SNIC_BRIDGE_AGEING_TIME 8

/*
 For `snic_bridge_vlan_add`: the VLAN is that of packets without a tag.
 */
#define SNIC_VLAN_PVID 1

/*
 For `snic_bridge_vlan_add`: packets of the VLAN leave without a tag.
 */
#define SNIC_VLAN_UNTAGGED 2

/*
 For `snic_bridge_vlan_add` and `snic_bridge_vlan_remove`: the link itself, as a bridge needs it for its own packets.
 */
#define SNIC_VLAN_SELF 4

/*
 For `snic_dcb.has`: the link tells, or is to have, what is about pausing.
 */
#define SNIC_DCB_PFC 1

/*
 For `snic_dcb.has`: the link tells, or is to have, what is about sharing the wire.
 */
#define SNIC_DCB_ETS 2

/*
 For `snic_dcb.has`: the link tells, or is to have, highest rates.
 */
#define SNIC_DCB_MAX_RATE 4

/*
 For `snic_dcb.has`: the link tells whether the DSCP is believed. It is only told, not set.
 */
#define SNIC_DCB_TRUST 8

/*
 What was performed: for `snic_device_reload`.
 */
#define SNIC_RELOAD_DRIVER_REINIT 1

/*
 What was performed: for `snic_device_reload`.
 */
#define SNIC_RELOAD_FW_ACTIVATE 2

/*
 For `snic_health_settings.set`: `grace_period_ms` is given.
 */
#define SNIC_HEALTH_GRACE_PERIOD 1

/*
 For `snic_health_settings.set`: `burst_period_ms` is given.
 */
#define SNIC_HEALTH_BURST_PERIOD 2

/*
 For `snic_health_settings.set`: `auto_recover` is given.
 */
#define SNIC_HEALTH_AUTO_RECOVER 4

/*
 For `snic_health_settings.set`: `auto_dump` is given.
 */
#define SNIC_HEALTH_AUTO_DUMP 8

/*
 For `snic_rate_settings.set`: `share` is given.
 */
#define SNIC_RATE_SHARE 1

/*
 For `snic_rate_settings.set`: `max` is given.
 */
#define SNIC_RATE_MAX 2

/*
 For `snic_rate_settings.set`: `priority` is given.
 */
#define SNIC_RATE_PRIORITY 4

/*
 For `snic_rate_settings.set`: `weight` is given.
 */
#define SNIC_RATE_WEIGHT 8

/*
 For `snic_rate_settings.set`: `tc_shares` are given.
 */
#define SNIC_RATE_TC_SHARES 16

/*
 For `snic_rate_settings.set`: `parent` is given.
 */
#define SNIC_RATE_PARENT 32

/*
 The version of the binary interface: the number in the SONAME. Programs that were linked with one work with every
 library that has the same.
 */
#define SNIC_ABI_VERSION 1

/*
 For `snic_vf_settings.set`: the MAC address is given.
 */
#define SNIC_VF_MAC 1

/*
 For `snic_vf_settings.set`: VLAN, priority and protocol of the tag are given.
 */
#define SNIC_VF_VLAN 2

/*
 For `snic_vf_settings.set`: both rates are given.
 */
#define SNIC_VF_RATE 4

/*
 For `snic_vf_settings.set`: `spoof_check` is given.
 */
#define SNIC_VF_SPOOF_CHECK 8

/*
 For `snic_vf_settings.set`: `trust` is given.
 */
#define SNIC_VF_TRUST 16

/*
 For `snic_vf_settings.set`: `link_state` is given.
 */
#define SNIC_VF_LINK_STATE 32

/*
 How a call ended. The numbers never change; those of failures are the exit codes of `snicctl`, too.
 */
enum snic_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     It succeeded.
     */
    SNIC_STATUS_OK = 0,
    /*
     An iterator has no more to give. This is no failure.
     */
    SNIC_STATUS_END = 1,
    /*
     The caller's value cannot be used: NULL, a wrong handle or size, out of range, contradictory.
     */
    SNIC_STATUS_INVALID_INPUT = 3,
    /*
     Text (a rule, a document, a handle) cannot be read.
     */
    SNIC_STATUS_PARSE = 4,
    /*
     The object does not exist.
     */
    SNIC_STATUS_NOT_FOUND = 5,
    /*
     The object is there already.
     */
    SNIC_STATUS_ALREADY_EXISTS = 6,
    /*
     The caller lacks a privilege, most often `CAP_NET_ADMIN`.
     */
    SNIC_STATUS_PERMISSION_DENIED = 7,
    /*
     Neither this backend, this driver nor this kernel has the operation.
     */
    SNIC_STATUS_UNSUPPORTED = 8,
    /*
     The object is in use or changing.
     */
    SNIC_STATUS_BUSY = 9,
    /*
     A table of the device is full.
     */
    SNIC_STATUS_NO_SPACE = 10,
    /*
     The kernel or the driver refused the request, for the reason it gives.
     */
    SNIC_STATUS_REFUSED = 11,
    /*
     A netlink message is malformed, truncated or not what was asked for.
     */
    SNIC_STATUS_PROTOCOL = 12,
    /*
     A dump kept changing while it was read, more often than it was retried.
     */
    SNIC_STATUS_INTERRUPTED = 13,
    /*
     The kernel dropped messages because the socket's buffer was full.
     */
    SNIC_STATUS_OVERRUN = 14,
    /*
     What was waited for did not happen in time.
     */
    SNIC_STATUS_TIMEOUT = 15,
    /*
     The device went away while it was worked on.
     */
    SNIC_STATUS_DEVICE_GONE = 16,
    /*
     Any other failure of the operating system.
     */
    SNIC_STATUS_IO = 17,
    /*
     The change failed, and so did taking it back; the system is in neither state.
     */
    SNIC_STATUS_ROLLBACK_FAILED = 18,
    /*
     What was read back is not what was asked for.
     */
    SNIC_STATUS_MISMATCH = 19,
    /*
     Another process changes the same host, and did not end in the time that was waited.
     */
    SNIC_STATUS_LOCKED = 20,
    /*
     A defect of the library: it stopped where it did not know how to go on. The handle must not be used any more.
     */
    SNIC_STATUS_INTERNAL = 63,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum snic_status snic_status;
#else
typedef int32_t snic_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 How the embedded switch works. A later kernel may have modes with other numbers.
 */
enum snic_eswitch_mode
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     Not known, or there is none.
     */
    SNIC_ESWITCH_MODE_UNKNOWN = -1,
    /*
     The NIC forwards by MAC and VLAN on its own; VFs have no representors.
     */
    SNIC_ESWITCH_MODE_LEGACY = 0,
    /*
     Every VF and SF has a representor, and flow rules decide.
     */
    SNIC_ESWITCH_MODE_SWITCHDEV = 1,
    /*
     As switchdev, but traffic does not flow yet (kernel 7.0 and later).
     */
    SNIC_ESWITCH_MODE_SWITCHDEV_INACTIVE = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum snic_eswitch_mode snic_eswitch_mode;
#else
typedef int32_t snic_eswitch_mode;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 The syntax of a text with rules.
 */
enum snic_format
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     What the text looks like, or the file's name says.
     */
    SNIC_FORMAT_AUTO = 0,
    /*
     Lines as `tc -batch` takes them.
     */
    SNIC_FORMAT_TC = 1,
    /*
     A YAML or JSON document.
     */
    SNIC_FORMAT_YAML = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum snic_format snic_format;
#else
typedef int32_t snic_format;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Where a rule is.
 */
enum snic_verdict
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     It is not on the host.
     */
    SNIC_VERDICT_ABSENT = 0,
    /*
     The NIC does it.
     */
    SNIC_VERDICT_IN_HARDWARE = 1,
    /*
     The CPU does it.
     */
    SNIC_VERDICT_SOFTWARE_ONLY = 2,
    /*
     Nobody does it: the kernel refused the rule.
     */
    SNIC_VERDICT_REFUSED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum snic_verdict snic_verdict;
#else
typedef int32_t snic_verdict;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 What was done about a rule.
 */
enum snic_change
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     Nothing was to be done: it was only explained.
     */
    SNIC_CHANGE_NONE = 0,
    /*
     It was not there and is now.
     */
    SNIC_CHANGE_ADDED = 1,
    /*
     It took the place of another.
     */
    SNIC_CHANGE_REPLACED = 2,
    /*
     It was there already.
     */
    SNIC_CHANGE_KEPT = 3,
    /*
     It was taken off.
     */
    SNIC_CHANGE_REMOVED = 4,
    /*
     It could not be brought there.
     */
    SNIC_CHANGE_FAILED = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum snic_change snic_change;
#else
typedef int32_t snic_change;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 What the vendor's adapter expects of a rule.
 */
enum snic_expectation
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     The adapter does not know.
     */
    SNIC_EXPECTATION_UNKNOWN = 0,
    /*
     The NIC takes it.
     */
    SNIC_EXPECTATION_HARDWARE = 1,
    /*
     The NIC does not take it.
     */
    SNIC_EXPECTATION_SOFTWARE = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum snic_expectation snic_expectation;
#else
typedef int32_t snic_expectation;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Who gives a reason.
 */
enum snic_source
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     The vendor's adapter: a prediction.
     */
    SNIC_SOURCE_ADAPTER = 0,
    /*
     The kernel or the driver, in its own words.
     */
    SNIC_SOURCE_KERNEL = 1,
    /*
     The driver, in the kernel's log.
     */
    SNIC_SOURCE_LOG = 2,
    /*
     A table that is full.
     */
    SNIC_SOURCE_CAPACITY = 3,
    /*
     The rule itself asks for it (skip_hw).
     */
    SNIC_SOURCE_RULE = 4,
    /*
     A setting of the host, such as hw-tc-offload.
     */
    SNIC_SOURCE_HOST = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum snic_source snic_source;
#else
typedef int32_t snic_source;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 The side of a link, as the host sees it.
 */
enum snic_side
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     In what is asked for: both. In what is told: none, the rule stands on a block.
     */
    SNIC_SIDE_NONE = 0,
    /*
     What comes in from the link; on a representor, what its function sends.
     */
    SNIC_SIDE_INGRESS = 1,
    /*
     What goes out through the link.
     */
    SNIC_SIDE_EGRESS = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum snic_side snic_side;
#else
typedef int32_t snic_side;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Who carries a rule out.
 */
enum snic_skip
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     The NIC if it can, and the CPU.
     */
    SNIC_SKIP_NONE = 0,
    /*
     The CPU alone.
     */
    SNIC_SKIP_HW = 1,
    /*
     The NIC alone: a rule that it does not take fails.
     */
    SNIC_SKIP_SW = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum snic_skip snic_skip;
#else
typedef int32_t snic_skip;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 What happened.
 */
enum snic_event_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     Something is there: new, or changed in a way that the kernel does not tell.
     */
    SNIC_EVENT_KIND_THERE = 0,
    /*
     Something came.
     */
    SNIC_EVENT_KIND_APPEARED = 1,
    /*
     Something went away.
     */
    SNIC_EVENT_KIND_GONE = 2,
    /*
     Something is otherwise than before.
     */
    SNIC_EVENT_KIND_CHANGED = 3,
    /*
     A tie between two things came.
     */
    SNIC_EVENT_KIND_JOINED = 4,
    /*
     A tie between two things is no longer there.
     */
    SNIC_EVENT_KIND_PARTED = 5,
    /*
     A netdev went to another network namespace; the subject is what it is known by there.
     */
    SNIC_EVENT_KIND_MOVED = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum snic_event_kind snic_event_kind;
#else
typedef int32_t snic_event_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 The type of a setting's value.
 */
enum snic_setting_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     A number: `number`.
     */
    SNIC_SETTING_KIND_NUMBER = 0,
    /*
     On or off: `number` is 1 or 0.
     */
    SNIC_SETTING_KIND_SWITCH = 1,
    /*
     A number with a name: `number`, and `value` is the name.
     */
    SNIC_SETTING_KIND_WORD = 2,
    /*
     Numbers of the same kind, such as one for each lane, with spaces between them.
     */
    SNIC_SETTING_KIND_NUMBERS = 3,
    /*
     Names that are on, with spaces between them; `choices` has those that could be.
     */
    SNIC_SETTING_KIND_BITS = 4,
    /*
     Text.
     */
    SNIC_SETTING_KIND_TEXT = 5,
    /*
     Bytes, in hexadecimal with colons between them.
     */
    SNIC_SETTING_KIND_BYTES = 6,
    /*
     Several numbers each, such as the steps of a profile, in words.
     */
    SNIC_SETTING_KIND_ROWS = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum snic_setting_kind snic_setting_kind;
#else
typedef int32_t snic_setting_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Adapters, one after the other.
 */
typedef struct snic_adapter_iter snic_adapter_iter;

/*
 Bonds, one port after the other.
 */
typedef struct snic_bond_port_iter snic_bond_port_iter;

/*
 Bridges, one after the other.
 */
typedef struct snic_bridge_iter snic_bridge_iter;

/*
 Ports of bridges, one after the other.
 */
typedef struct snic_bridge_port_iter snic_bridge_port_iter;

/*
 Shared buffers, one after the other.
 */
typedef struct snic_buffer_iter snic_buffer_iter;

/*
 Pools of shared buffers, one after the other.
 */
typedef struct snic_buffer_pool_iter snic_buffer_pool_iter;

/*
 Shares of pools, one after the other.
 */
typedef struct snic_buffer_share_iter snic_buffer_share_iter;

/*
 What a test of a cable found, one thing after the other.
 */
typedef struct snic_cable_finding_iter snic_cable_finding_iter;

/*
 What drivers have, one feature after the other.
 */
typedef struct snic_capability_iter snic_capability_iter;

/*
 Counters of a link, one after the other.
 */
typedef struct snic_counter_iter snic_counter_iter;

/*
 NICs, one after the other.
 */
typedef struct snic_device_iter snic_device_iter;

/*
 Versions of a device, one after the other.
 */
typedef struct snic_device_version_iter snic_device_version_iter;

/*
 Why a call failed: what was attempted, on which object, what the kernel said, what to do next.

 Made by functions that take a `snic_error **`; freed by `snic_error_free`. It does not change, so several threads
 may read it.
 */
typedef struct snic_error snic_error;

/*
 What changes on a host. Made by functions that end in `_watch`, freed with `snic_events_free`. Used by one thread at a
 time.
 */
typedef struct snic_events snic_events;

/*
 What links are ready for, one link after the other.
 */
typedef struct snic_fabric_iter snic_fabric_iter;

/*
 Addresses, one after the other.
 */
typedef struct snic_fdb_iter snic_fdb_iter;

/*
 Features of a link, one after the other.
 */
typedef struct snic_feature_iter snic_feature_iter;

/*
 What does not fit together, one thing after the other.
 */
typedef struct snic_finding_iter snic_finding_iter;

/*
 The rules of a host, one after the other. Used by one thread at a time.
 */
typedef struct snic_flow_iter snic_flow_iter;

/*
 What became of rules: an iterator over them with the reasons of each. Made by `snic_flow_apply` and its like, freed with
 `snic_flow_report_free`. Used by one thread at a time.
 */
typedef struct snic_flow_report snic_flow_report;

/*
 NICs with their use, one after the other.
 */
typedef struct snic_flow_usage_iter snic_flow_usage_iter;

/*
 Addresses, one after the other.
 */
typedef struct snic_gid_iter snic_gid_iter;

/*
 Health reporters, one after the other.
 */
typedef struct snic_health_iter snic_health_iter;

/*
 A machine with NICs: this one, a network namespace of it, or a simulated one.

 Several threads may use one at the same time. What was read from it (iterators, reports, watches) keeps what it needs
 of it and may live longer.
 */
typedef struct snic_host snic_host;

/*
 The kernel's log from the moment on in which it was opened. Freed with `snic_kernel_log_close`; used by one thread at a
 time.
 */
typedef struct snic_kernel_log snic_kernel_log;

/*
 Line cards, one after the other.
 */
typedef struct snic_linecard_iter snic_linecard_iter;

/*
 Links, one after the other.
 */
typedef struct snic_link_iter snic_link_iter;

/*
 Members of multicast groups, one after the other.
 */
typedef struct snic_mdb_iter snic_mdb_iter;

/*
 N-tuple rules, one after the other.
 */
typedef struct snic_ntuple_iter snic_ntuple_iter;

/*
 Parameters, one after the other.
 */
typedef struct snic_param_iter snic_param_iter;

/*
 What is to be done to a device, step by step. Made by functions that end in `_plan`; freed with `snic_plan_free`. Used
 by one thread at a time.
 */
typedef struct snic_plan snic_plan;

/*
 Ports, one after the other.
 */
typedef struct snic_port_iter snic_port_iter;

/*
 The NICs that can be simulated, one after the other.
 */
typedef struct snic_profile_iter snic_profile_iter;

/*
 Rate objects, one after the other.
 */
typedef struct snic_rate_iter snic_rate_iter;

/*
 Counters of an RDMA port, one after the other.
 */
typedef struct snic_rdma_counter_iter snic_rdma_counter_iter;

/*
 RDMA devices, one after the other.
 */
typedef struct snic_rdma_device_iter snic_rdma_device_iter;

/*
 Pools of memory regions, one after the other.
 */
typedef struct snic_rdma_mr_pool_iter snic_rdma_mr_pool_iter;

/*
 Ports of RDMA devices, one after the other.
 */
typedef struct snic_rdma_port_iter snic_rdma_port_iter;

/*
 What drivers dump of RDMA resources, one after the other.
 */
typedef struct snic_rdma_raw_iter snic_rdma_raw_iter;

/*
 Regions of devices' memory, one after the other.
 */
typedef struct snic_region_iter snic_region_iter;

/*
 Representors, one after the other.
 */
typedef struct snic_representor_iter snic_representor_iter;

/*
 Resources of devices, one after the other.
 */
typedef struct snic_resource_iter snic_resource_iter;

/*
 What links tell of RoCE, one link after the other.
 */
typedef struct snic_roce_iter snic_roce_iter;

/*
 Rules that are wanted on a host. Made by `snic_rules_parse` and `snic_rules_read`, freed with `snic_rules_free`. Several
 threads may read one as long as none adds to it.
 */
typedef struct snic_rules snic_rules;

/*
 What is done or refused to bring a document back, one thing after the other.
 */
typedef struct snic_saved_task_iter snic_saved_task_iter;

/*
 Tests of devices, one after the other.
 */
typedef struct snic_selftest_iter snic_selftest_iter;

/*
 Settings of links, one after the other.
 */
typedef struct snic_setting_iter snic_setting_iter;

/*
 Sub-functions, one after the other.
 */
typedef struct snic_sf_iter snic_sf_iter;

/*
 What tests found, one after the other.
 */
typedef struct snic_test_result_iter snic_test_result_iter;

/*
 A text of any length that the library made. Freed with `snic_text_free`; it does not change.
 */
typedef struct snic_text snic_text;

/*
 The way of a packet through rules. Made by `snic_flow_trace`, freed with `snic_trace_free`; used by one thread at a time.
 */
typedef struct snic_trace snic_trace;

/*
 Groups of packet traps, one after the other.
 */
typedef struct snic_trap_group_iter snic_trap_group_iter;

/*
 Packet traps, one after the other.
 */
typedef struct snic_trap_iter snic_trap_iter;

/*
 Policers of packet traps, one after the other.
 */
typedef struct snic_trap_policer_iter snic_trap_policer_iter;

/*
 Tunnel devices, one after the other.
 */
typedef struct snic_tunnel_iter snic_tunnel_iter;

/*
 UDP ports of tunnels, one after the other.
 */
typedef struct snic_udp_port_iter snic_udp_port_iter;

/*
 Counters of a queue, one after the other.
 */
typedef struct snic_vdpa_counter_iter snic_vdpa_counter_iter;

/*
 Virtio devices, one after the other.
 */
typedef struct snic_vdpa_iter snic_vdpa_iter;

/*
 What can carry virtio devices, one after the other.
 */
typedef struct snic_vdpa_mgmt_iter snic_vdpa_mgmt_iter;

/*
 VFs, one after the other.
 */
typedef struct snic_vf_iter snic_vf_iter;

/*
 An adapter: what is known of a driver.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its name, such as "mlx5".
     */
    const char *name;
    /*
     What its drivers are for: "ethernet", "rdma"; "any" for the one that speaks for drivers that no other knows.
     */
    const char *kind;
    /*
     The hardware.
     */
    const char *hardware;
    /*
     The kernel drivers that it speaks for, with spaces between them.
     */
    const char *drivers;
    /*
     The drivers of RDMA devices on the same cards, with spaces between them.
     */
    const char *rdma_drivers;
    /*
     The modes of the eswitch that can be set, with spaces between them.
     */
    const char *modes;
} snic_adapter;

/*
 What a driver has of a feature.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The adapter.
     */
    const char *adapter;
    /*
     The feature, such as "flower".
     */
    const char *feature;
    /*
     Whether it is there: 2 yes, 1 within limits, 0 no, -1 if that is not known.
     */
    int32_t support;
    /*
     The limits, or why it is not there; "" if nothing is to be said.
     */
    const char *why;
    /*
     Where that can be read; NULL if nothing is said of the feature.
     */
    const char *source;
} snic_capability;

/*
 A port of a bond.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The bond.
     */
    const char *bond;
    /*
     Its number.
     */
    uint32_t bond_ifindex;
    /*
     How it shares: "802.3ad", "active-backup" and so on; NULL if that is not told.
     */
    const char *mode;
    /*
     1 if the NIC itself sends over its ports, 0 if not, -1 if that is not known.
     */
    int32_t offloaded;
    /*
     How, or why not, in words.
     */
    const char *why;
    /*
     The port; NULL for a bond that has none.
     */
    const char *port;
    /*
     1 if it carries packets, 0 if it waits, -1 if that is not told.
     */
    int32_t active;
    /*
     How often its link was lost; -1 if that is not told.
     */
    int64_t failures;
} snic_bond_port;

/*
 A bridge.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its name.
     */
    const char *name;
    /*
     Its number.
     */
    uint32_t ifindex;
    /*
     1 if it looks at VLANs, 0 if not, -1 if that is not told.
     */
    int32_t vlan_filtering;
    /*
     The VLAN of packets without a tag, 0 for none; -1 if that is not told.
     */
    int32_t default_pvid;
    /*
     1 if it looks who wants which multicast packets, 0 if not, -1 if that is not told.
     */
    int32_t mcast_snooping;
    /*
     How long an address is kept that sends nothing, in hundredths of a second; -1 if that is not told.
     */
    int64_t ageing_time;
} snic_bridge;

/*
 What a bridge is to have.
 */
typedef struct {
    /*
     `sizeof(snic_bridge_settings)`.
     */
    size_t size;
    /*
     Which of the fields are given: `SNIC_BRIDGE_VLAN_FILTERING` and its like, joined by `|`.
     */
    uint32_t set;
    /*
     Not 0: it looks at VLANs.
     */
    int32_t vlan_filtering;
    /*
     Not 0: it looks who wants which multicast packets.
     */
    int32_t mcast_snooping;
    /*
     The VLAN of packets without a tag, 0 for none.
     */
    uint16_t default_pvid;
    /*
     How long an address is kept that sends nothing, in hundredths of a second.
     */
    uint32_t ageing_time;
} snic_bridge_settings;

/*
 A port of a bridge.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The link.
     */
    const char *link;
    /*
     Its number.
     */
    uint32_t ifindex;
    /*
     The number of the bridge; 0 for one that bridges by itself.
     */
    uint32_t master;
    /*
     What it does with packets: "forwarding", "blocking" and so on; NULL if that is not told.
     */
    const char *state;
    /*
     Its priority; -1 if that is not told.
     */
    int32_t priority;
    /*
     Its cost; -1 if that is not told.
     */
    int64_t cost;
    /*
     Its switches that are on, such as "learning flood", with spaces between them.
     */
    const char *flags_on;
    /*
     Its switches that are off.
     */
    const char *flags_off;
    /*
     The VLANs that it lets through: ranges with spaces between them; behind one "p" if it is that of packets without a tag,
     "u" if its packets leave without one.
     */
    const char *vlans;
} snic_bridge_port;

/*
 A name and its value, to change something by. It never grows.
 */
typedef struct {
    /*
     The name.
     */
    const char *name;
    /*
     The value in words.
     */
    const char *value;
} snic_pair;

/*
 A shared buffer of a switch.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device.
     */
    const char *device;
    /*
     Its number on it.
     */
    uint32_t index;
    /*
     Its size in bytes.
     */
    uint32_t bytes;
    /*
     Pools of packets that come in. Pools are numbered through: these first, then those of packets that go out.
     */
    uint32_t ingress_pools;
    /*
     Pools of packets that go out.
     */
    uint32_t egress_pools;
    /*
     Traffic classes of packets that come in.
     */
    uint32_t ingress_tcs;
    /*
     Traffic classes of packets that go out.
     */
    uint32_t egress_tcs;
} snic_buffer;

/*
 A pool of a shared buffer.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device.
     */
    const char *device;
    /*
     The buffer's number.
     */
    uint32_t buffer;
    /*
     The pool's number.
     */
    uint32_t pool;
    /*
     1 if its packets go out, 0 if they come in.
     */
    int32_t egress;
    /*
     1 if thresholds within it are a share of what is free, 0 if they are bytes.
     */
    int32_t dynamic;
    /*
     Its size in bytes.
     */
    uint32_t bytes;
    /*
     The bytes by which space is given out; -1 if that is not told.
     */
    int64_t cell_size;
} snic_buffer_pool;

/*
 How much of a pool a port, or a traffic class of it, may use.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The port.
     */
    const char *port;
    /*
     The buffer's number.
     */
    uint32_t buffer;
    /*
     The pool's number.
     */
    uint32_t pool;
    /*
     The threshold, in the pool's terms.
     */
    uint32_t threshold;
    /*
     The traffic class; -1 for the port as a whole.
     */
    int64_t tc;
    /*
     Of traffic classes: 1 if its packets go out, 0 if they come in; -1 for the port as a whole.
     */
    int32_t egress;
    /*
     Bytes in use when the last snapshot was taken; -1 if the driver does not tell.
     */
    int64_t in_use;
    /*
     The most that were in use since the mark was cleared; -1 if the driver does not tell.
     */
    int64_t most;
} snic_buffer_share;

/*
 A counter of a link.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The group: "eth-phy", "eth-mac", "eth-ctrl", "rmon", "phydev"; "private" for the driver's own, "phy" for the PHY's own.
     */
    const char *group;
    /*
     The counter, as the standard or the driver names it. Of frames by their length: "received" or "sent".
     */
    const char *name;
    /*
     What was counted.
     */
    uint64_t value;
    /*
     Of frames by their length: the least, in bytes; else 0.
     */
    uint32_t low;
    /*
     Of frames by their length: the greatest, in bytes; else 0.
     */
    uint32_t high;
} snic_counter;

/*
 Data centre bridging of a link. The caller owns it and sets `size`.
 */
typedef struct {
    /*
     `sizeof(snic_dcb)`, set by the caller.
     */
    size_t size;
    /*
     Which parts there are, or are to be changed: `SNIC_DCB_PFC` and its like, joined by `|`.
     */
    uint32_t has;
    /*
     The priorities that are paused instead of dropped, as bits.
     */
    uint32_t pfc_enabled;
    /*
     Per cent of the wire for sending, by class.
     */
    uint8_t ets_bandwidth[8];
    /*
     How each class is chosen: 0 strict, 1 shaper, 2 sharing, 255 the vendor's way.
     */
    uint8_t ets_selection[8];
    /*
     The class of each priority.
     */
    uint8_t ets_priority_class[8];
    /*
     The highest rate of each class, in kbit/s; 0 for none.
     */
    uint64_t max_rate[8];
    /*
     1 if the priority of packets follows from their DSCP.
     */
    int32_t trusts_dscp;
} snic_dcb;

/*
 A NIC: a devlink device with what belongs to it.
 */
typedef struct {
    /*
     The size of this structure in the library; fields behind it are not there.
     */
    size_t size;
    /*
     Its handle, such as "pci/0000:03:00.0".
     */
    const char *handle;
    /*
     The kernel driver, such as "mlx5_core".
     */
    const char *driver;
    /*
     The adapter that speaks for it, such as "mlx5".
     */
    const char *adapter;
    /*
     The serial number; NULL if the driver does not tell it.
     */
    const char *serial;
    /*
     The mode of its eswitch in words, such as "switchdev"; NULL if it has none, or if the caller may not see it.
     */
    const char *mode;
    /*
     The mode as a number of `snic_eswitch_mode`; -1 if it is not known.
     */
    int32_t mode_number;
    /*
     1 if its driver has a devlink instance.
     */
    int32_t has_devlink;
    /*
     The netdev of the physical port; NULL if there is none.
     */
    const char *uplink;
    /*
     Its number; 0 if there is none.
     */
    uint32_t uplink_ifindex;
    /*
     How many VFs it has.
     */
    uint32_t vfs;
    /*
     How many VFs it can have; -1 if that is not told.
     */
    int64_t max_vfs;
    /*
     How many representors it has.
     */
    uint32_t representors;
    /*
     How many devlink ports it has.
     */
    uint32_t ports;
    /*
     Whose a card with a processor of its own is: "own-processor" if this system is that processor and has the eswitch,
     "nic-mode" if this is the host and has it, "host-of-dpu" if this is the host and the card's processor has it,
     "untold" while nothing tells (legacy mode); NULL for other cards.
     */
    const char *seat;
    /*
     With "own-processor": how many functions of the host have their ends of the eswitch here; else 0.
     */
    uint32_t host_functions;
} snic_device;

/*
 A named version of a device's component.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Which set it belongs to: "fixed", "running" or "stored".
     */
    const char *kind;
    /*
     The component, such as "fw.version".
     */
    const char *name;
    /*
     The version as the driver writes it.
     */
    const char *value;
} snic_device_version;

/*
 A devlink port.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its handle, such as "pci/0000:03:00.0/1".
     */
    const char *handle;
    /*
     What it stands for: "physical", "pcipf", "pcivf", "pcisf" and so on.
     */
    const char *flavour;
    /*
     Its name on the switch, such as "pf0vf1"; NULL if it has none.
     */
    const char *name;
    /*
     The netdev on it; NULL if there is none.
     */
    const char *netdev;
    /*
     The number of the netdev; 0 if there is none.
     */
    uint32_t ifindex;
    /*
     1 if the function behind it is to be used, 0 if not, -1 if that is not told.
     */
    int32_t active;
    /*
     1 if a driver uses the function behind it, 0 if none does, -1 if that is not told.
     */
    int32_t attached;
    /*
     The address of the function behind it; NULL if it is not told.
     */
    const char *hw_addr;
} snic_port;

/*
 Called as firmware is written, with words that live during the call; bytes written and bytes in all, 0 where that is
 not told; and the caller's pointer. It must not unwind (throw).
 */
typedef void (*snic_flash_progress)(const char *words, uint64_t done, uint64_t total, void *user);

/*
 How firmware is written.
 */
typedef struct {
    /*
     `sizeof(snic_flash_options)`.
     */
    size_t size;
    /*
     Not 0: settings are written over by those of the image.
     */
    int32_t overwrite_settings;
    /*
     Not 0: identifiers such as serial numbers and MAC addresses are written over.
     */
    int32_t overwrite_identifiers;
    /*
     The component to write, such as "fw.mgmt"; NULL for all of the file's.
     */
    const char *component;
    /*
     Called as it goes on; NULL for none.
     */
    snic_flash_progress progress;
    /*
     Handed on to `progress`.
     */
    void *user;
} snic_flash_options;

/*
 A test that a device can run on itself, or how one ended.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device.
     */
    const char *device;
    /*
     The test, such as "flash".
     */
    const char *test;
    /*
     How it ended: "passed", "failed", "skipped"; NULL in lists.
     */
    const char *status;
} snic_selftest;

/*
 A slot of a modular switch, and the card in it.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device.
     */
    const char *device;
    /*
     The slot's number on it.
     */
    uint32_t index;
    /*
     How far it is: "unprovisioned", "provisioned", "active" and so on.
     */
    const char *state;
    /*
     The type that is set; NULL for none.
     */
    const char *kind;
    /*
     The types that can be set, with spaces between them.
     */
    const char *supported;
} snic_linecard;

/*
 What a device found in one of its tests of itself.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The test, as the driver names it.
     */
    const char *name;
    /*
     0 if all is well, else the driver's number for what is wrong.
     */
    uint64_t value;
} snic_test_result;

/*
 How a cable is tested.
 */
typedef struct {
    /*
     `sizeof(snic_cable_options)`.
     */
    size_t size;
    /*
     How long is waited for what is found, in milliseconds; 0 stands for 60,000.
     */
    uint64_t timeout_ms;
    /*
     Not 0: raw reflections are measured (TDR), within the limits that follow.
     */
    int32_t reflections;
    /*
     The nearest place, in centimetres; 0 leaves it to the PHY.
     */
    uint32_t first;
    /*
     The farthest place, in centimetres; 0 leaves it to the PHY.
     */
    uint32_t last;
    /*
     From one place to the next, in centimetres; 0 leaves it to the PHY.
     */
    uint32_t step;
    /*
     1 to 4: this pair alone; 0: all.
     */
    uint32_t pair;
} snic_cable_options;

/*
 Something that a test of a cable found.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The pair of wires: "A" to "D"; NULL where it is about none.
     */
    const char *pair;
    /*
     What was found: "OK", "open", "short within the pair", …; "fault", "reflection", "pulse".
     */
    const char *found;
    /*
     How far away it is, in centimetres; -1 where that is not told.
     */
    int64_t centimetres;
    /*
     Of reflections and pulses: millivolts; else 0.
     */
    int32_t millivolts;
} snic_cable_finding;

/*
 A UDP port by which a device knows a tunnel.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The table that it stands in, from 0.
     */
    uint32_t table;
    /*
     How many ports that table can hold.
     */
    uint32_t places;
    /*
     The kinds of tunnels that the table can hold, with spaces between them; "" if what is in it never changes.
     */
    const char *kinds;
    /*
     The port; 0 for a table that is empty.
     */
    uint16_t port;
    /*
     The kind of the tunnel, such as "vxlan"; "" for a table that is empty.
     */
    const char *kind;
} snic_udp_port;

/*
 The state of an eswitch. The caller owns it and sets `size`.
 */
typedef struct {
    /*
     `sizeof(snic_eswitch)`, set by the caller.
     */
    size_t size;
    /*
     A number of `snic_eswitch_mode`; -1 if the driver has no such setting.
     */
    int32_t mode;
    /*
     How much of each packet VFs hand over before it is sent: 0 nothing, 1 the Ethernet header, 2 up to the IP header,
     3 up to the TCP or UDP header; -1 where the driver has no such setting.
     */
    int32_t inline_mode;
    /*
     1 if tunnel headers can be added, 0 if not; -1 where the driver has no such setting.
     */
    int32_t encap_mode;
    /*
     How many VFs there are.
     */
    uint32_t vfs;
} snic_eswitch;

/*
 Something that happened on a host.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     A number of `snic_event_kind`.
     */
    int32_t kind;
    /*
     The number of the link that it is about; 0 if it is about none in the host's network namespace.
     */
    uint32_t ifindex;
    /*
     Of rules: the chain.
     */
    uint32_t chain;
    /*
     Of rules: the priority.
     */
    uint32_t prio;
    /*
     Of rules: the handle.
     */
    uint32_t handle;
    /*
     What kind of thing it is about: "function", "devlink", "port", "netdev", "rdma", "switch", "numa"; "filter", "chain",
     "actions", "qdisc"; of links the topic of `snic_setting`, "features", "cable", "rss", "phy", "power", "firmware"; of RDMA
     "device" and "port".
     */
    const char *object;
    /*
     Of the topology, which one: what is behind the kind, such as "pci/0000:03:00.0" or a number of a link, with "blue/" in
     front if the link is in the network namespace blue; of a tie, the thing that belongs. Of links and RDMA devices, the
     name. NULL for rules.
     */
    const char *subject;
    /*
     Of a tie: what it belongs to, with its kind in front; of an RDMA port, the link. NULL otherwise.
     */
    const char *target;
    /*
     All that is known, as one line of JSON.
     */
    const char *json;
} snic_event;

/*
 An address that a bridge, a device or a tunnel forwards by.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The link behind which it is.
     */
    const char *link;
    /*
     The MAC address.
     */
    const char *mac;
    /*
     The VLAN; -1 for none.
     */
    int32_t vlan;
    /*
     "permanent", "static", "dynamic", "stale".
     */
    const char *state;
    /*
     What the kernel says of it, such as "master offload", with spaces between them.
     */
    const char *flags;
    /*
     1 if a NIC forwards by it itself.
     */
    int32_t offloaded;
    /*
     The number of the bridge; 0 for none.
     */
    uint32_t master;
    /*
     Of a tunnel: the other end; NULL otherwise.
     */
    const char *dst;
    /*
     Of a tunnel: the network identifier; -1 for none.
     */
    int64_t vni;
} snic_fdb;

/*
 Which address, and where it is kept.
 */
typedef struct {
    /*
     `sizeof(snic_fdb_options)`.
     */
    size_t size;
    /*
     Not 0: it is kept by the bridge; otherwise by the device itself, as with `bridge`.
     */
    int32_t master;
    /*
     Not 0: it takes the place of one that there is.
     */
    int32_t replace;
    /*
     Not 0: it is not kept for ever but forgotten when it sends nothing.
     */
    int32_t dynamic;
    /*
     Not 0: packets to it are for this machine (permanent).
     */
    int32_t permanent;
    /*
     Not 0: it stays although it is seen behind another port.
     */
    int32_t sticky;
    /*
     The VLAN, if `in_vlan` is not 0.
     */
    uint16_t vlan;
    /*
     Not 0: it is of the VLAN `vlan`.
     */
    int32_t in_vlan;
    /*
     Of a tunnel: the other end; NULL for none.
     */
    const char *dst;
    /*
     Of a tunnel: the network identifier, if `in_network` is not 0.
     */
    uint32_t vni;
    /*
     Not 0: it is of the network `vni`.
     */
    int32_t in_network;
} snic_fdb_options;

/*
 A feature of a link.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its name, such as "hw-tc-offload".
     */
    const char *name;
    /*
     1 if it is on.
     */
    int32_t active;
    /*
     1 if it was asked for. Where that differs from `active`, the driver or another feature stands against it.
     */
    int32_t requested;
    /*
     1 if it cannot be changed.
     */
    int32_t fixed;
} snic_feature;

/*
 How rules are applied and deleted.
 */
typedef struct {
    /*
     `sizeof(snic_flow_options)`.
     */
    size_t size;
    /*
     Not 0: go on after a rule that fails, and leave the others there. Otherwise it is all or nothing: the first failure
     takes everything back.
     */
    int32_t keep_going;
    /*
     Not 0: also remove rules that stand at the places of the set but that the set does not name.
     */
    int32_t prune;
    /*
     Not 0: change nothing; the report says what would be done, with the adapter's prediction as the verdict.
     */
    int32_t dry_run;
} snic_flow_options;

/*
 How full a NIC is, and what it leaves to the CPU.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The NIC, such as "pci/0000:03:00.0".
     */
    const char *device;
    /*
     The adapter that speaks for it.
     */
    const char *adapter;
    /*
     Rules in its hardware.
     */
    uint64_t in_hardware;
    /*
     Rules that the CPU carries out.
     */
    uint64_t software_only;
    /*
     Packets that met rules which are in software only.
     */
    uint64_t cpu_packets;
    /*
     Their bytes.
     */
    uint64_t cpu_bytes;
} snic_flow_usage;

/*
 Which rules are listed, and what of them.
 */
typedef struct {
    /*
     `sizeof(snic_flow_list_options)`.
     */
    size_t size;
    /*
     Only rules on this link: its netdev name, its name on the switch ("pf0vf1"), or its devlink port; NULL for all.
     */
    const char *link;
    /*
     Only rules on this side of `link`: a number of `snic_side`.
     */
    int32_t side;
    /*
     Only rules on this shared block; 0 for none. Not together with `link`.
     */
    uint32_t block;
    /*
     Not 0: only rules of `chain`.
     */
    int32_t one_chain;
    /*
     The chain, if `one_chain` is not 0.
     */
    uint32_t chain;
    /*
     Not 0: also tell in words what each rule matches and does. That is most of the work.
     */
    int32_t words;
} snic_flow_list_options;

/*
 A rule that is on the host.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The number of the link that it stands on; 0 if it stands on a block.
     */
    uint32_t ifindex;
    /*
     The side of the link: a number of `snic_side`.
     */
    int32_t side;
    /*
     The block that it stands on; 0 if it stands on a link.
     */
    uint32_t block;
    /*
     Its chain.
     */
    uint32_t chain;
    /*
     Its priority.
     */
    uint32_t prio;
    /*
     Its protocol, as an EtherType; 3 (`ETH_P_ALL`) for all.
     */
    uint32_t protocol;
    /*
     Its handle.
     */
    uint32_t handle;
    /*
     A number of `snic_verdict`.
     */
    int32_t verdict;
    /*
     1 if the kernel says `in_hw`, 0 if it says `not_in_hw`, -1 if it says neither.
     */
    int32_t in_hw;
    /*
     In how many devices it is.
     */
    uint32_t in_hw_count;
    /*
     Packets in all.
     */
    uint64_t packets;
    /*
     Bytes in all.
     */
    uint64_t bytes;
    /*
     Packets that the NIC handled.
     */
    uint64_t hw_packets;
    /*
     Bytes that the NIC handled.
     */
    uint64_t hw_bytes;
    /*
     Milliseconds since it was installed; -1 if the kernel does not tell.
     */
    int64_t age_ms;
    /*
     Milliseconds since a packet last met it; -1 if the kernel does not tell.
     */
    int64_t idle_ms;
    /*
     The name of the link that it stands on; NULL if it stands on a block.
     */
    const char *link;
    /*
     Its classifier: "flower" or "matchall".
     */
    const char *classifier;
    /*
     What it matches, in the words of tc; NULL unless words are asked for.
     */
    const char *match_words;
    /*
     What it does; NULL unless words are asked for.
     */
    const char *action_words;
} snic_flow;

/*
 A health reporter.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     What it watches: a device or a port.
     */
    const char *place;
    /*
     Its name, such as "fw".
     */
    const char *name;
    /*
     1 if all is well, 0 if there is an error that was not recovered.
     */
    int32_t healthy;
    /*
     1 if it recovers by itself, 0 if not, -1 if it cannot.
     */
    int32_t auto_recover;
    /*
     1 if it keeps a dump of an error by itself, 0 if not, -1 if it has no dumps.
     */
    int32_t auto_dump;
    /*
     1 if a dump is kept.
     */
    int32_t has_dump;
    /*
     How many errors there were.
     */
    uint64_t errors;
    /*
     How many of them were recovered.
     */
    uint64_t recoveries;
} snic_health;

/*
 What a reporter does by itself.
 */
typedef struct {
    /*
     `sizeof(snic_health_settings)`.
     */
    size_t size;
    /*
     Which of the fields are given: `SNIC_HEALTH_GRACE_PERIOD` and its like, joined by `|`. All others stay as they are.
     */
    uint32_t set;
    /*
     Not 0: it recovers by itself.
     */
    int32_t auto_recover;
    /*
     Not 0: it keeps a dump of an error by itself.
     */
    int32_t auto_dump;
    /*
     Milliseconds after a recovery in which no other one is tried by itself; 0 also takes the burst period away.
     */
    uint64_t grace_period_ms;
    /*
     Milliseconds from the first recovery in which others are tried all the same; needs a grace period.
     */
    uint64_t burst_period_ms;
} snic_health_settings;

/*
 How a host is opened.
 */
typedef struct {
    /*
     `sizeof(snic_host_options)`.
     */
    size_t size;
    /*
     How long changes wait for other processes that change the host, in milliseconds; 0 stands for 10,000.
     */
    uint64_t lock_wait_ms;
} snic_host_options;

/*
 A NIC that can be simulated.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its name in the address: "sim:NAME".
     */
    const char *name;
    /*
     The product.
     */
    const char *product;
} snic_profile;

/*
 A network link.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its name, which may change at any time, so it is no identity.
     */
    const char *name;
    /*
     Its number, which another link has in another network namespace.
     */
    uint32_t ifindex;
    /*
     The largest payload, in bytes.
     */
    uint32_t mtu;
    /*
     1 if it is set up.
     */
    int32_t up;
    /*
     1 if it also has a carrier.
     */
    int32_t carrier;
    /*
     The NIC that it belongs to, such as "pci/0000:03:00.0"; NULL if it belongs to none.
     */
    const char *device;
    /*
     The network namespace that it lies in; NULL for the host's own.
     */
    const char *netns;
    /*
     Its MAC address; NULL if it has none.
     */
    const char *mac;
    /*
     The kind of a software link, such as "vxlan"; NULL if it is none.
     */
    const char *kind;
    /*
     The kernel's name of its port on its switch, such as "pf0vf1"; NULL if it has none.
     */
    const char *port_name;
    /*
     The switch that it belongs to; NULL if it belongs to none.
     */
    const char *switch_id;
    /*
     The devlink port that it stands on; NULL if it stands on none.
     */
    const char *devlink_port;
    /*
     The number of the bridge or bond that it is a port of; 0 if it is none.
     */
    uint32_t master;
    /*
     The number of the link that it stands on, or of its other end; 0 if there is none.
     */
    uint32_t lower;
} snic_link;

/*
 A member of a multicast group.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The bridge.
     */
    const char *bridge;
    /*
     The port behind which it is.
     */
    const char *port;
    /*
     The group: an IP address or a MAC address.
     */
    const char *group;
    /*
     The only sender that it wants; NULL for any.
     */
    const char *source;
    /*
     The VLAN; -1 for none.
     */
    int32_t vlan;
    /*
     1 if it stays until somebody removes it.
     */
    int32_t permanent;
    /*
     What the kernel says of it, with spaces between them.
     */
    const char *flags;
} snic_mdb;

/*
 What a parameter of a device has in one mode.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device, such as "pci/0000:03:00.0".
     */
    const char *device;
    /*
     The parameter, such as "flow_steering_mode".
     */
    const char *name;
    /*
     When the value takes effect: "runtime" at once, "driverinit" after a reload, "permanent" after a reset.
     */
    const char *mode;
    /*
     The type of the value: "u8", "u16", "u32", "u64", "string", "flag" and so on.
     */
    const char *kind;
    /*
     The value in words; flags are "true" or "false".
     */
    const char *value;
    /*
     The value that it has by default; NULL if the driver does not tell.
     */
    const char *default_value;
    /*
     1 if many drivers share its meaning, 0 if it is the driver's own.
     */
    int32_t generic;
} snic_param;

/*
 One step of a plan.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     What is done, in words.
     */
    const char *text;
    /*
     What a person would type for it, a line each; lines that begin with # are waits.
     */
    const char *commands;
} snic_step;

/*
 Something to be known before a plan is carried out.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     1 if it stands in the way: `snic_plan_run` fails with BUSY unless it is forced.
     */
    int32_t in_the_way;
    /*
     What it is.
     */
    const char *text;
} snic_note;

/*
 How a plan is carried out.
 */
typedef struct {
    /*
     `sizeof(snic_plan_options)`.
     */
    size_t size;
    /*
     How long is waited in all for devices and links to appear, in milliseconds; 0 stands for 30,000.
     */
    uint64_t timeout_ms;
    /*
     Not 0: go on although something stands in the way.
     */
    int32_t force;
    /*
     Called before each step with its words, which live during the call, and with `user`; NULL for none. It must not
     unwind (throw), and not use the plan.
     */
    void (*progress)(const char *step, void *user);
    /*
     Handed on to `progress`.
     */
    void *user;
} snic_plan_options;

/*
 A rate object: the leaf of a port, or a node that groups others.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its name: "pci/0000:03:00.0/1" is the leaf of a port, "pci/0000:03:00.0/tenants" a node.
     */
    const char *name;
    /*
     1 if it is a node, 0 if it is a leaf.
     */
    int32_t is_node;
    /*
     1 if the shares of traffic classes are told.
     */
    int32_t has_tc_shares;
    /*
     What it is to have at least, in bytes a second; 0 for nothing promised.
     */
    uint64_t share;
    /*
     What it has at most, in bytes a second; 0 for no limit.
     */
    uint64_t max;
    /*
     Its place in strict priority, the highest first.
     */
    uint32_t priority;
    /*
     Its weight among those of the same priority.
     */
    uint32_t weight;
    /*
     The shares of the traffic classes.
     */
    uint32_t tc_shares[8];
    /*
     The node that it hangs below; NULL if it stands at the top.
     */
    const char *parent;
    /*
     The device of that node, if it is another one; else NULL.
     */
    const char *parent_device;
} snic_rate;

/*
 What a rate object is to have.
 */
typedef struct {
    /*
     `sizeof(snic_rate_settings)`.
     */
    size_t size;
    /*
     Which of the fields are given: `SNIC_RATE_SHARE` and its like, joined by `|`. All others stay as they are.
     */
    uint32_t set;
    /*
     Its place in strict priority, the highest first.
     */
    uint32_t priority;
    /*
     Its weight among those of the same priority.
     */
    uint32_t weight;
    /*
     What it is to have at least, in bytes a second; 0 for nothing.
     */
    uint64_t share;
    /*
     What it has at most, in bytes a second; 0 for no limit.
     */
    uint64_t max;
    /*
     The shares of the traffic classes.
     */
    uint32_t tc_shares[8];
    /*
     The node to hang it below, by its name on the device; NULL hangs it at the top.
     */
    const char *parent;
    /*
     The device of that node, if it is another one; else NULL.
     */
    const char *parent_device;
} snic_rate_settings;

/*
 An RDMA device.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its name, such as "mlx5_0".
     */
    const char *name;
    /*
     Its number.
     */
    uint32_t index;
    /*
     How many ports it has; they are numbered from 1.
     */
    uint32_t ports;
    /*
     What it carries: "ib", "roce", "iw" and so on; NULL if that is not told.
     */
    const char *protocol;
    /*
     The version of its firmware; NULL if that is not told.
     */
    const char *firmware;
    /*
     Its GUID; NULL if that is not told.
     */
    const char *node_guid;
} snic_rdma_device;

/*
 A port of an RDMA device.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device.
     */
    const char *device;
    /*
     Its number, from 1.
     */
    uint32_t port;
    /*
     Its local identifier (InfiniBand); 0 if there is none.
     */
    uint32_t lid;
    /*
     The local identifier of its subnet manager (InfiniBand); 0 if there is none.
     */
    uint32_t sm_lid;
    /*
     Its logical state: "DOWN", "INIT", "ARMED", "ACTIVE"; NULL if that is not told.
     */
    const char *state;
    /*
     Its physical state: "LINK_UP", "POLLING" and so on; NULL if that is not told.
     */
    const char *phys_state;
    /*
     The network link under it; NULL if there is none.
     */
    const char *netdev;
    /*
     The number of that link; 0 if there is none.
     */
    uint32_t ifindex;
} snic_rdma_port;

/*
 A counter of an RDMA port.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The driver's name for it.
     */
    const char *name;
    /*
     What was counted.
     */
    uint64_t value;
    /*
     The name that it has for every vendor; NULL if that is not known.
     */
    const char *canonical;
    /*
     In what it counts; NULL if that is not known.
     */
    const char *unit;
    /*
     What it tells; NULL if that is not known.
     */
    const char *meaning;
    /*
     1 if the driver counts it beside those that every port has.
     */
    int32_t hardware;
} snic_rdma_counter;

/*
 An address in an RDMA fabric.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device that it belongs to.
     */
    const char *device;
    /*
     The port of the device.
     */
    uint32_t port;
    /*
     Its place in the table, which changes as addresses come and go.
     */
    uint32_t index;
    /*
     Its 16 bytes, the first as printed.
     */
    uint8_t raw[16];
    /*
     In words: eight groups of four digits.
     */
    const char *gid;
    /*
     How packets with it travel: "IB", "RoCE v1" or "RoCE v2"; NULL if that is not told.
     */
    const char *kind;
    /*
     The network link that it belongs to; NULL if there is none.
     */
    const char *netdev;
    /*
     Why it was chosen, a line each; NULL in lists.
     */
    const char *reasons;
} snic_gid;

/*
 A pool of memory regions that a device keeps, so that registering takes no time.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device.
     */
    const char *device;
    /*
     What its regions have in common, such as "0:800:f:0": what `snic_rdma_mr_pool_pin` takes.
     */
    const char *key;
    /*
     Regions that wait to be used.
     */
    uint32_t queued;
    /*
     Regions that are kept however long they wait.
     */
    uint32_t pinned;
    /*
     Regions in use.
     */
    uint64_t in_use;
    /*
     The most that ever were.
     */
    uint64_t most_in_use;
    /*
     1 if it is the kernel's own.
     */
    int32_t is_kernel;
} snic_rdma_mr_pool;

/*
 What a driver dumps of a resource, in its own format.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device.
     */
    const char *device;
    /*
     The bytes.
     */
    const uint8_t *data;
    /*
     How many there are.
     */
    size_t length;
} snic_rdma_raw;

/*
 A region of a device's memory.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its name with what it belongs to, as the other functions take it: "pci/0000:03:00.0/nvm-flash".
     */
    const char *region;
    /*
     What it belongs to: a device or a port.
     */
    const char *place;
    /*
     Its name.
     */
    const char *name;
    /*
     Its size in bytes; -1 if that is not told.
     */
    int64_t bytes;
    /*
     How many snapshots are kept.
     */
    uint32_t snapshots;
    /*
     Their numbers, with spaces between them.
     */
    const char *snapshot_ids;
    /*
     How many can be kept; -1 if that is not told.
     */
    int64_t max_snapshots;
} snic_region;

/*
 How many rules met which change and ended up where. The caller owns it and sets `size`.
 */
typedef struct {
    /*
     `sizeof(snic_flow_counts)`, set by the caller.
     */
    size_t size;
    /*
     All rules of the report.
     */
    uint64_t rules;
    /*
     Rules in hardware.
     */
    uint64_t in_hardware;
    /*
     Rules in software only.
     */
    uint64_t software_only;
    /*
     Rules that were refused.
     */
    uint64_t refused;
    /*
     Rules that are not on the host.
     */
    uint64_t absent;
    /*
     Rules that were added.
     */
    uint64_t added;
    /*
     Rules that took the place of another.
     */
    uint64_t replaced;
    /*
     Rules that were there already.
     */
    uint64_t kept;
    /*
     Rules that were taken off.
     */
    uint64_t removed;
    /*
     Rules that could not be brought there.
     */
    uint64_t failed;
    /*
     Rules that were removed because the set does not name them.
     */
    uint64_t pruned;
    /*
     Rules of which the adapter expected something else.
     */
    uint64_t surprises;
    /*
     How many clsact hooks had to be added.
     */
    uint64_t hooks_added;
} snic_flow_counts;

/*
 What became of one rule.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The line it stands on in its text, counted from 1; 0 if it came from elsewhere.
     */
    uint64_t line;
    /*
     A number of `snic_change`.
     */
    int32_t change;
    /*
     A number of `snic_verdict`.
     */
    int32_t verdict;
    /*
     In how many devices it is.
     */
    uint32_t in_hw_count;
    /*
     A number of `snic_expectation`.
     */
    int32_t expectation;
    /*
     1 if the adapter expected something else than what happened.
     */
    int32_t surprise;
    /*
     How many reasons there are for the verdict; see `snic_flow_report_reason`.
     */
    uint32_t reasons;
    /*
     How many reasons the adapter gives; see `snic_flow_report_prediction`.
     */
    uint32_t predictions;
    /*
     Its chain in the kernel.
     */
    uint32_t chain;
    /*
     Its priority in the kernel; 0 if it is not there.
     */
    uint32_t prio;
    /*
     Its handle in the kernel; 0 if it is not there.
     */
    uint32_t handle;
    /*
     Packets that the CPU handled by it; -1 if that is not known (only `snic_flow_explain` tells).
     */
    int64_t cpu_packets;
    /*
     Their bytes; -1 if that is not known.
     */
    int64_t cpu_bytes;
    /*
     The rule as tc takes it, or in our words where tc has none.
     */
    const char *rule;
    /*
     The group it belongs to; NULL if its text has no groups.
     */
    const char *group;
    /*
     What helps to read the driver's refusals; NULL if nothing is known.
     */
    const char *note;
} snic_rule_report;

/*
 Why a rule is not in hardware, and who says so.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     A number of `snic_source`.
     */
    int32_t source;
    /*
     Who says so, in words, such as "mlx5 adapter" or "kernel".
     */
    const char *who;
    /*
     What they say.
     */
    const char *text;
    /*
     What would help; NULL if that is not known.
     */
    const char *hint;
    /*
     The link that it is about; NULL if it is about none.
     */
    const char *link;
} snic_reason;

/*
 The end of the switch that stands for a function.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its name on the switch, such as "pf0vf1": rules may use it.
     */
    const char *name;
    /*
     The device that it belongs to.
     */
    const char *device;
    /*
     Its netdev; the name may change at any time, so it is no identity.
     */
    const char *netdev;
    /*
     The number of its netdev.
     */
    uint32_t ifindex;
    /*
     1 if it is set up.
     */
    int32_t up;
    /*
     The largest payload, in bytes.
     */
    uint32_t mtu;
    /*
     The VF that it stands for; -1 if it stands for something else.
     */
    int64_t vf;
    /*
     The sub-function that it stands for; -1 if it stands for something else.
     */
    int64_t sf;
    /*
     Its devlink port; NULL if the driver has none for it.
     */
    const char *port;
    /*
     Its MAC address; NULL if it has none.
     */
    const char *mac;
    /*
     The device of the VF behind it, such as "pci/0000:03:00.2"; NULL if it is not on this host.
     */
    const char *function;
} snic_representor;

/*
 Something of which a device has only so much.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device or port that it belongs to.
     */
    const char *place;
    /*
     Its path, such as "/IPv4/fib".
     */
    const char *path;
    /*
     What it is counted in, such as "entry".
     */
    const char *unit;
    /*
     Its number on the device.
     */
    uint64_t id;
    /*
     Its size; UINT64_MAX for no limit.
     */
    uint64_t amount;
    /*
     The size that it has after the next reload.
     */
    uint64_t amount_new;
    /*
     The least that it can have.
     */
    uint64_t least;
    /*
     The most that it can have; UINT64_MAX for no limit.
     */
    uint64_t most;
    /*
     Its size is a multiple of this.
     */
    uint64_t granularity;
    /*
     How much is in use; -1 if the driver does not tell.
     */
    int64_t in_use;
    /*
     1 if its parts fit in, 0 if not, -1 if it has none.
     */
    int32_t fits;
} snic_resource;

/*
 What a link tells of RoCE.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The link.
     */
    const char *link;
    /*
     Its number.
     */
    uint32_t ifindex;
    /*
     Its largest payload, in bytes.
     */
    uint32_t mtu;
    /*
     The NIC.
     */
    const char *device;
    /*
     The kernel driver.
     */
    const char *driver;
    /*
     1 if the link is set up.
     */
    int32_t up;
    /*
     1 if the link obeys pause frames of the whole link, 0 if not, -1 if that is not told.
     */
    int32_t pause_rx;
    /*
     1 if it sends them, 0 if not, -1 if that is not told.
     */
    int32_t pause_tx;
    /*
     The priorities that are paused instead of dropped, as bits; -1 if that is not told.
     */
    int32_t pfc_enabled;
    /*
     1 if the priority of packets follows from their DSCP, 0 if not, -1 if that is not told.
     */
    int32_t trusts_dscp;
    /*
     The RDMA device on the link; NULL if there is none.
     */
    const char *rdma;
    /*
     Its port; 0 if there is none.
     */
    uint32_t rdma_port;
    /*
     The type of service that connections get by default; -1 if that is not told.
     */
    int32_t tos;
    /*
     How their packets travel by default: "RoCE v1" or "RoCE v2"; NULL if that is not told.
     */
    const char *gid_kind;
    /*
     How many addresses of RoCE v2 there are that can be routed.
     */
    uint32_t routable_gids;
} snic_roce;

/*
 Something of RoCE that does not fit together.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The link; "" where two ends are compared.
     */
    const char *link;
    /*
     What it is about.
     */
    const char *topic;
    /*
     What does not fit.
     */
    const char *what;
    /*
     What mends it.
     */
    const char *fix;
} snic_finding;

/*
 What a link is ready for.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The link; NULL for an RDMA device without one.
     */
    const char *link;
    /*
     The RDMA device; NULL if there is none.
     */
    const char *rdma;
    /*
     The kernel driver; "" if it is not known.
     */
    const char *driver;
    /*
     The hardware.
     */
    const char *hardware;
    /*
     What the RDMA device carries; NULL if there is none.
     */
    const char *protocol;
    /*
     The speed, in words.
     */
    const char *speed;
    /*
     Error correction, in words.
     */
    const char *fec;
    /*
     RoCE v2, in words.
     */
    const char *roce_v2;
    /*
     How packets are marked, in words.
     */
    const char *marking;
    /*
     The priorities that are paused, in words.
     */
    const char *pfc;
    /*
     Who decides of data centre bridging, in words.
     */
    const char *dcbx;
    /*
     Who speaks LLDP for the link, in words.
     */
    const char *lldp;
    /*
     How many things do not fit together: see `snic_roce_check`.
     */
    uint32_t findings;
    /*
     Link-level retry of Ultra Ethernet, in words.
     */
    const char *llr;
    /*
     Credit-based flow control of Ultra Ethernet, in words.
     */
    const char *cbfc;
    /*
     The transport of Ultra Ethernet, in words.
     */
    const char *uet;
    /*
     libfabric, in words.
     */
    const char *libfabric;
} snic_fabric;

/*
 A rule by which a NIC chooses the queue of received packets.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its place in the table, which is its priority; -1 if that is not told.
     */
    int64_t location;
    /*
     The kind of packets: "tcp4", "udp4", "ip6", "ether" and so on.
     */
    const char *kind;
    /*
     What it looks at: names and values with spaces between them, such as "src-ip 10.0.0.0/8 dst-port 80"; "" for all
     packets of the kind.
     */
    const char *match_words;
    /*
     What becomes of them, in words: "drop", "wake", "queue 3".
     */
    const char *action;
    /*
     The queue that they go to; -1 if they go to none.
     */
    int64_t queue;
    /*
     The VF whose queue it is; -1 if it is the link's own.
     */
    int64_t vf;
    /*
     The context that spreads them; -1 for none.
     */
    int64_t context;
} snic_ntuple;

/*
 What becomes of packets that an n-tuple rule looks at, and where the rule stands.
 */
typedef struct {
    /*
     `sizeof(snic_ntuple_options)`.
     */
    size_t size;
    /*
     0: they go to `queue`. 1: they are dropped. 2: they wake the machine.
     */
    int32_t action;
    /*
     The queue.
     */
    uint32_t queue;
    /*
     Not 0: it is a queue of the VF `vf`.
     */
    int32_t of_vf;
    /*
     The VF.
     */
    uint8_t vf;
    /*
     Not 0: the rule has the place `location`; otherwise the driver or the lowest free priority decides.
     */
    int32_t placed;
    /*
     The place.
     */
    uint32_t location;
    /*
     Not 0: the context `context` spreads them, and the queue is added to what it says.
     */
    int32_t spread;
    /*
     The context.
     */
    uint32_t context;
} snic_ntuple_options;

/*
 What packets are to have, or what an action needs: a name and a value. It never grows.

 The value is `text` if that is not NULL; else `address` if that is not NULL; else `number`.
 */
typedef struct {
    /*
     The name of a key as tc has it, such as "dst_ip"; of an action's field, such as "vlan_push" (docs/c.md).
     */
    const char *name;
    /*
     The value in words, such as "10.0.0.0/8", "1000-2000" or "0x10/0x3f"; or NULL.
     */
    const char *text;
    /*
     The value as a number, such as a port or a VLAN.
     */
    uint64_t number;
    /*
     An address in network byte order: `length` bytes, 4 (IPv4), 6 (MAC) or 16 (IPv6); or NULL.
     */
    const uint8_t *address;
    /*
     How many bytes the address has.
     */
    uint32_t length;
    /*
     How many of the address's bits count, for IP; 0 for all.
     */
    uint32_t prefix;
} snic_field;

/*
 What is done with packets. It never grows.
 */
typedef struct {
    /*
     An action of one word, such as "drop", "pass" or "vlan_pop"; or NULL.
     */
    const char *word;
    /*
     The fields of an action that needs some, such as "redirect" with a link's name; used if `word` is NULL.
     */
    const snic_field *fields;
    /*
     How many fields there are.
     */
    size_t count;
} snic_action;

/*
 A flow rule. The caller fills it; what is left at 0 has its default.
 */
typedef struct {
    /*
     `sizeof(snic_rule)`.
     */
    size_t size;
    /*
     The link that it stands on: its netdev name, its name on the switch ("pf0vf1"), or its devlink port; NULL if `block` is set.
     */
    const char *link;
    /*
     The shared block that it stands on; 0 if `link` is set.
     */
    uint32_t block;
    /*
     The side of the link: a number of `snic_side`; `SNIC_SIDE_NONE` stands for ingress.
     */
    int32_t side;
    /*
     The chain.
     */
    uint32_t chain;
    /*
     The priority, 1 to 65535, of which lower numbers come first; 0 lets the kernel choose.
     */
    uint32_t prio;
    /*
     The protocol of the packets as an EtherType, such as 0x0800 for IPv4; 0 for all.
     */
    uint32_t protocol;
    /*
     Its number within chain, priority and protocol; 0 lets the kernel choose.
     */
    uint32_t handle;
    /*
     Who carries it out: a number of `snic_skip`.
     */
    int32_t skip;
    /*
     What packets are to have: all of it.
     */
    const snic_field *keys;
    /*
     How many keys there are.
     */
    size_t key_count;
    /*
     What is done, one after the other.
     */
    const snic_action *actions;
    /*
     How many actions there are.
     */
    size_t action_count;
} snic_rule;

/*
 How a document is brought back.
 */
typedef struct {
    /*
     `sizeof(snic_saved_options)`.
     */
    size_t size;
    /*
     How long is waited in each change for devices and links to appear, in milliseconds; 0 stands for 30,000.
     */
    uint64_t timeout_ms;
    /*
     Not 0: a device may be started anew, which parameters of the mode "driverinit" need.
     */
    int32_t allow_reload;
    /*
     Not 0: parameters of the mode "permanent" may be written into the device's own memory.
     */
    int32_t allow_permanent;
    /*
     Not 0: what the document does not name is removed: sub-functions, rates, bridges and bonds over its devices.
     */
    int32_t prune;
    /*
     Not 0: go on although something stands in the way.
     */
    int32_t force;
} snic_saved_options;

/*
 One thing that is done, or refused, to bring a document back.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device, bridge, bond or port; NULL for a refusal that is about none of them.
     */
    const char *object;
    /*
     What is done, or the setting that is refused.
     */
    const char *text;
    /*
     Why it is refused; NULL for what is done.
     */
    const char *refused;
} snic_saved_task;

/*
 A setting of a link, or something that a link tells.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The link.
     */
    const char *link;
    /*
     What it belongs to: "ring", "channel", "coalesce", "pause", "fec", "link", "eee", "wol", "private", "driver",
     "messages", "timestamp", "plca", "mm", "pse", "tunable", "module"; "rss", "phy", "signal" from functions of their own.
     */
    const char *topic;
    /*
     Its name, such as "rx-max": that of `ethtool --json`.
     */
    const char *name;
    /*
     The value in words, as `snic_setting_set` takes it; switches are "on" or "off".
     */
    const char *value;
    /*
     A number of `snic_setting_kind`.
     */
    int32_t kind;
    /*
     The value as a number, where `kind` says that it is one; else 0.
     */
    uint64_t number;
    /*
     Names that could be on, with spaces between them; NULL where that is not told.
     */
    const char *choices;
    /*
     Of "rss" the context, of "phy" the number of the PHY, of a queue its number; -1 for what the link itself has.
     */
    int64_t part;
} snic_setting;

/*
 A sub-function.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its number.
     */
    uint32_t number;
    /*
     The number of its physical function.
     */
    uint32_t pf;
    /*
     1 if it is to be used, 0 if not, -1 if that is not told.
     */
    int32_t active;
    /*
     1 if a driver uses it, 0 if none does, -1 if that is not told.
     */
    int32_t attached;
    /*
     Its devlink port.
     */
    const char *port;
    /*
     The address that it comes up with; NULL if that is not told.
     */
    const char *hw_addr;
    /*
     The link that stands for it on the switch; NULL if there is none.
     */
    const char *representor;
    /*
     Its own device, such as "auxiliary/mlx5_core.sf.2"; NULL if there is none.
     */
    const char *device;
    /*
     Its own link; NULL if there is none.
     */
    const char *netdev;
    /*
     Its RDMA device; NULL if there is none.
     */
    const char *rdma;
} snic_sf;

/*
 What a sub-function is to be like.
 */
typedef struct {
    /*
     `sizeof(snic_sf_options)`.
     */
    size_t size;
    /*
     Not 0: it has the number `number`; otherwise the lowest that is free.
     */
    int32_t numbered;
    /*
     Its number, if `numbered` is not 0.
     */
    uint32_t number;
    /*
     The address that it comes up with, such as "02:00:00:00:00:01"; NULL leaves it to the driver.
     */
    const char *hw_addr;
    /*
     Whether it has RoCE: 1 yes, 2 no, 0 leaves it to the driver.
     */
    int32_t roce;
    /*
     Not 0: it stays inactive, so that something else can be set before its driver takes it.
     */
    int32_t inactive;
} snic_sf_options;

/*
 What is to be otherwise with a sub-function. A switch is 1 for yes, 2 for no, 0 to leave it as it is.
 */
typedef struct {
    /*
     `sizeof(snic_sf_change)`.
     */
    size_t size;
    /*
     Whether it is to be used.
     */
    int32_t active;
    /*
     Whether it has RoCE.
     */
    int32_t roce;
    /*
     Whether it can be moved with its virtual machine.
     */
    int32_t migratable;
    /*
     Whether it offloads the cryptography of IPsec.
     */
    int32_t ipsec_crypto;
    /*
     Whether it offloads whole IPsec packets.
     */
    int32_t ipsec_packet;
    /*
     How many event queues for input and output it can have; 0 to leave that as it is.
     */
    uint32_t max_io_eqs;
    /*
     The address that it comes up with; NULL to leave it as it is.
     */
    const char *hw_addr;
} snic_sf_change;

/*
 How the way of a packet ended.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     How it ended, in words: "dropped", "sent to eth1", "goes on to the stack".
     */
    const char *fate;
    /*
     The packet as it was at the end, in words.
     */
    const char *packet;
    /*
     The links that copies were sent to, with spaces between them.
     */
    const char *copies;
    /*
     1 if every rule that it met is in hardware, and it met one: the CPU does not see such packets.
     */
    int32_t in_hardware;
    /*
     How many rules stand at the place.
     */
    uint32_t rules;
    /*
     How many of them it met.
     */
    uint32_t met;
} snic_trace_result;

/*
 A rule that a packet met.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The rule as a line of tc; NULL for one that tc has no words for.
     */
    const char *rule;
    /*
     Its chain.
     */
    uint32_t chain;
    /*
     Its priority.
     */
    uint32_t prio;
    /*
     Its handle.
     */
    uint32_t handle;
    /*
     How many of its actions were carried out.
     */
    uint32_t actions;
    /*
     1 if it is in hardware, 0 if not, -1 if that is not told.
     */
    int32_t in_hardware;
} snic_trace_step;

/*
 A packet trap.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device.
     */
    const char *device;
    /*
     Its name, such as "ingress_vlan_filter".
     */
    const char *name;
    /*
     Why packets are trapped: "drop", "exception", "control".
     */
    const char *kind;
    /*
     What is done with them: "drop", "trap", "mirror".
     */
    const char *action;
    /*
     The group that it belongs to.
     */
    const char *group;
    /*
     1 if many drivers share its meaning.
     */
    int32_t generic;
    /*
     Packets that reached the processor; -1 if they are not counted.
     */
    int64_t packets;
    /*
     Their bytes; -1 if they are not counted.
     */
    int64_t bytes;
    /*
     Packets that the device dropped before; -1 if they are not counted.
     */
    int64_t dropped;
} snic_trap;

/*
 A group of packet traps, which share a policer.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device.
     */
    const char *device;
    /*
     Its name, such as "l2_drops".
     */
    const char *name;
    /*
     1 if many drivers share its meaning.
     */
    int32_t generic;
    /*
     The policer that limits its packets; -1 for none.
     */
    int64_t policer;
    /*
     Packets that reached the processor; -1 if they are not counted.
     */
    int64_t packets;
    /*
     Their bytes; -1 if they are not counted.
     */
    int64_t bytes;
    /*
     Packets that the device dropped before; -1 if they are not counted.
     */
    int64_t dropped;
} snic_trap_group;

/*
 A limit on packets that reach the processor.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     The device.
     */
    const char *device;
    /*
     Its number.
     */
    uint32_t id;
    /*
     Packets in a second.
     */
    uint64_t rate;
    /*
     Packets at once.
     */
    uint64_t burst;
    /*
     Packets that it dropped; -1 if they are not counted.
     */
    int64_t dropped;
} snic_trap_policer;

/*
 A tunnel device: rules send to it what gets an outer header, and rules stand at it that take one off.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its name.
     */
    const char *name;
    /*
     Its number.
     */
    uint32_t ifindex;
    /*
     1 if it is set up.
     */
    int32_t up;
    /*
     "vxlan", "geneve", "gretap" or "bareudp".
     */
    const char *kind;
    /*
     The network identifier; -1 if it comes with each packet.
     */
    int64_t id;
    /*
     The UDP port; 0 of GRE.
     */
    uint16_t port;
    /*
     1 if identifier and addresses come with each packet.
     */
    int32_t external;
    /*
     The other end; NULL if there is none.
     */
    const char *remote;
    /*
     The own end; NULL if there is none.
     */
    const char *local;
} snic_tunnel;

/*
 What a tunnel device is to be like.
 */
typedef struct {
    /*
     `sizeof(snic_tunnel_options)`.
     */
    size_t size;
    /*
     Not 0: it has the network identifier `id`; otherwise identifier and addresses come with each packet, as rules want it.
     */
    int32_t with_id;
    /*
     The network identifier, of 24 bits.
     */
    uint32_t id;
    /*
     The UDP port; 0 for the usual one.
     */
    uint16_t port;
    /*
     The other end; NULL for none.
     */
    const char *remote;
    /*
     The own end; NULL for none.
     */
    const char *local;
} snic_tunnel_options;

/*
 Something that can carry virtio devices.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its handle, such as "pci/0000:03:00.2".
     */
    const char *handle;
    /*
     The kinds of devices that it can carry, such as "net", with spaces between them.
     */
    const char *kinds;
    /*
     How many queues they can have; -1 if that is not told.
     */
    int64_t max_queues;
    /*
     What they can do, as the bits of virtio; 0 if that is not told.
     */
    uint64_t features;
} snic_vdpa_mgmt;

/*
 A virtio device that a NIC carries.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its name.
     */
    const char *name;
    /*
     What carries it.
     */
    const char *mgmt;
    /*
     "net" or "block".
     */
    const char *kind;
    /*
     How many queues it has at most; -1 if that is not told.
     */
    int64_t max_queues;
    /*
     Its MAC address; NULL if that is not told.
     */
    const char *mac;
    /*
     Its largest payload; -1 if that is not told.
     */
    int32_t mtu;
    /*
     What its driver agreed to, as the bits of virtio; 0 if that is not told.
     */
    uint64_t negotiated;
} snic_vdpa;

/*
 What a virtio device is to be like.
 */
typedef struct {
    /*
     `sizeof(snic_vdpa_options)`.
     */
    size_t size;
    /*
     Its MAC address; NULL leaves it to what carries it.
     */
    const char *mac;
    /*
     Its largest payload; 0 leaves it to what carries it.
     */
    uint16_t mtu;
    /*
     How many pairs of queues it has; 0 leaves it to what carries it.
     */
    uint16_t max_queue_pairs;
} snic_vdpa_options;

/*
 A counter of a queue of a virtio device.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     What the queue is for, such as "receive".
     */
    const char *queue_kind;
    /*
     The driver's name for the counter.
     */
    const char *name;
    /*
     What was counted.
     */
    uint64_t value;
} snic_vdpa_counter;

/*
 A virtual function.
 */
typedef struct {
    /*
     The size of this structure in the library.
     */
    size_t size;
    /*
     Its number on its physical function.
     */
    uint32_t vf;
    /*
     1 if it is trusted, 0 if not, -1 if that is not told.
     */
    int32_t trust;
    /*
     1 if its source address is checked, 0 if not, -1 if that is not told.
     */
    int32_t spoof_check;
    /*
     Its device, such as "pci/0000:03:00.2"; NULL if it has none.
     */
    const char *device;
    /*
     The driver bound to it; NULL if there is none.
     */
    const char *driver;
    /*
     Its MAC address; NULL if that is not told.
     */
    const char *mac;
    /*
     What it sees of the link: "auto", "enable" or "disable"; NULL if that is not told.
     */
    const char *link_state;
    /*
     Its VLAN, 0 for none; -1 if that is not told.
     */
    int64_t vlan;
    /*
     The rate that it is guaranteed, in Mbit/s, 0 for none; -1 if that is not told.
     */
    int64_t min_rate;
    /*
     The rate that it is limited to, in Mbit/s, 0 for no limit; -1 if that is not told.
     */
    int64_t max_rate;
} snic_vf;

/*
 What is to be laid down for a VF.
 */
typedef struct {
    /*
     `sizeof(snic_vf_settings)`.
     */
    size_t size;
    /*
     Which of the fields are given: `SNIC_VF_MAC` and its like, joined by `|`. All others stay as they are.
     */
    uint32_t set;
    /*
     Not 0: its source address is checked.
     */
    int32_t spoof_check;
    /*
     Not 0: it is trusted.
     */
    int32_t trust;
    /*
     The VLAN, 0 to 4095, 0 for none.
     */
    uint16_t vlan;
    /*
     The priority in the tag, 0 to 7.
     */
    uint8_t qos;
    /*
     The protocol of the tag as a number: 0x8100 (802.1Q; also meant by 0) or 0x88a8 (802.1ad).
     */
    uint16_t vlan_protocol;
    /*
     The rate that is guaranteed, in Mbit/s, 0 for none.
     */
    uint32_t min_rate;
    /*
     The limit of the rate, in Mbit/s, 0 for none.
     */
    uint32_t max_rate;
    /*
     The MAC address, such as "02:00:00:00:00:01"; all zero lets the VF choose its own.
     */
    const char *mac;
    /*
     What it is to see of the link: "auto", "enable" or "disable".
     */
    const char *link_state;
} snic_vf_settings;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 Lists what is known of drivers. `*iter` is the caller's; freed with `snic_adapter_iter_free`.
 */
snic_status snic_adapter_list(snic_adapter_iter **iter, snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_adapter_next(snic_adapter_iter *iter,
                              const snic_adapter **out,
                              snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_adapter_iter_free(snic_adapter_iter *iter);

/*
 Lists which features drivers have: of one adapter or driver, or with `name` NULL of all. `*iter` is the caller's; freed
 with `snic_capability_iter_free`.

 Fails with NOT_FOUND if no adapter has this name or speaks for a driver of this name.
 */
snic_status snic_capability_list(const char *name,
                                 snic_capability_iter **iter,
                                 snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_capability_next(snic_capability_iter *iter,
                                 const snic_capability **out,
                                 snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_capability_iter_free(snic_capability_iter *iter);

/*
 Lists bonds port by port, with what is known of their offload. `*iter` is the caller's; freed with
 `snic_bond_port_iter_free`.
 */
snic_status snic_bond_list(const snic_host *host, snic_bond_port_iter **iter, snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_bond_port_next(snic_bond_port_iter *iter,
                                const snic_bond_port **out,
                                snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_bond_port_iter_free(snic_bond_port_iter *iter);

/*
 Changes a bond, or with `add` not 0 makes it; it is down at first. `mode` ("802.3ad", "active-backup", …) is NULL to keep it;
 `miimon`, how often links are looked at in milliseconds, is -1 to keep it; `active` names the port that is to carry packets,
 NULL to keep it.
 */
snic_status snic_bond_set(const snic_host *host,
                          const char *name,
                          int32_t add,
                          const char *mode,
                          int64_t miimon,
                          const char *active,
                          snic_error **error);

/*
 Lists bridges. `*iter` is the caller's; freed with `snic_bridge_iter_free`.
 */
snic_status snic_bridge_list(const snic_host *host, snic_bridge_iter **iter, snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_bridge_next(snic_bridge_iter *iter,
                             const snic_bridge **out,
                             snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_bridge_iter_free(snic_bridge_iter *iter);

/*
 Makes a bridge; it is down at first, as every new link. `settings` may be NULL.

 Fails with ALREADY_EXISTS if there is a link of this name.
 */
snic_status snic_bridge_add(const snic_host *host,
                            const char *name,
                            const snic_bridge_settings *settings,
                            snic_error **error);

/*
 Changes a bridge.
 */
snic_status snic_bridge_set(const snic_host *host,
                            const char *name,
                            const snic_bridge_settings *settings,
                            snic_error **error);

/*
 Makes a link a port of a bridge or bond, or with `master` NULL of nothing. A port of a bond must be down before.

 Fails with NOT_FOUND if there is no such link.
 */
snic_status snic_master_set(const snic_host *host,
                            const char *link,
                            const char *master,
                            snic_error **error);

/*
 Removes a bridge or bond; its ports are free then.
 */
snic_status snic_master_remove(const snic_host *host, const char *name, snic_error **error);

/*
 Lists the ports of all bridges, and the bridges as far as they have VLANs. `*iter` is the caller's; freed with
 `snic_bridge_port_iter_free`.
 */
snic_status snic_bridge_port_list(const snic_host *host,
                                  snic_bridge_port_iter **iter,
                                  snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_bridge_port_next(snic_bridge_port_iter *iter,
                                  const snic_bridge_port **out,
                                  snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_bridge_port_iter_free(snic_bridge_port_iter *iter);

/*
 Changes a port of a bridge, with `count` pairs of names and values: a switch ("learning", "flood", "isolated", …) with "on" or
 "off"; "state", "priority", "cost". `own` not 0 means the device's own bridge instead of the kernel's.

 Fails with INVALID_INPUT for what a port does not have.
 */
snic_status snic_bridge_port_set(const snic_host *host,
                                 const char *link,
                                 const snic_pair *pairs,
                                 size_t count,
                                 int32_t own,
                                 snic_error **error);

/*
 Lets VLANs (`first` to `last`) through a port of a bridge, or with `SNIC_VLAN_SELF` through the bridge itself. `flags` are
 `SNIC_VLAN_PVID` and its like, joined by `|`.
 */
snic_status snic_bridge_vlan_add(const snic_host *host,
                                 const char *link,
                                 uint16_t first,
                                 uint16_t last,
                                 uint32_t flags,
                                 snic_error **error);

/*
 Lets VLANs through no more.
 */
snic_status snic_bridge_vlan_remove(const snic_host *host,
                                    const char *link,
                                    uint16_t first,
                                    uint16_t last,
                                    uint32_t flags,
                                    snic_error **error);

/*
 Lists shared buffers; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
 `snic_buffer_iter_free`.
 */
snic_status snic_buffer_list(const snic_host *host,
                             const char *device,
                             snic_buffer_iter **iter,
                             snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_buffer_next(snic_buffer_iter *iter,
                             const snic_buffer **out,
                             snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_buffer_iter_free(snic_buffer_iter *iter);

/*
 Lists the pools of shared buffers; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
 `snic_buffer_pool_iter_free`.
 */
snic_status snic_buffer_pool_list(const snic_host *host,
                                  const char *device,
                                  snic_buffer_pool_iter **iter,
                                  snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_buffer_pool_next(snic_buffer_pool_iter *iter,
                                  const snic_buffer_pool **out,
                                  snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_buffer_pool_iter_free(snic_buffer_pool_iter *iter);

/*
 Changes the size of a pool, and whether thresholds within it are a share of what is free (`dynamic` not 0) or bytes.
 */
snic_status snic_buffer_pool_set(const snic_host *host,
                                 const char *device,
                                 uint32_t buffer,
                                 uint32_t pool,
                                 uint32_t bytes,
                                 int32_t dynamic,
                                 snic_error **error);

/*
 Lists how much of each pool ports may use, then which pools their traffic classes use; with `device` (else NULL) only of
 this one. `*iter` is the caller's; freed with `snic_buffer_share_iter_free`.
 */
snic_status snic_buffer_share_list(const snic_host *host,
                                   const char *device,
                                   snic_buffer_share_iter **iter,
                                   snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_buffer_share_next(snic_buffer_share_iter *iter,
                                   const snic_buffer_share **out,
                                   snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_buffer_share_iter_free(snic_buffer_share_iter *iter);

/*
 Changes how much of a pool a port may use.
 */
snic_status snic_buffer_port_set(const snic_host *host,
                                 const char *port,
                                 uint32_t buffer,
                                 uint32_t pool,
                                 uint32_t threshold,
                                 snic_error **error);

/*
 Lets a traffic class of a port use a pool: of packets that go out (`egress` not 0) or come in.
 */
snic_status snic_buffer_tc_set(const snic_host *host,
                               const char *port,
                               uint32_t buffer,
                               uint32_t tc,
                               int32_t egress,
                               uint32_t pool,
                               uint32_t threshold,
                               snic_error **error);

/*
 Lets the device note how full a buffer is; `snic_buffer_share_list` tells it then.
 */
snic_status snic_buffer_snapshot(const snic_host *host,
                                 const char *device,
                                 uint32_t buffer,
                                 snic_error **error);

/*
 Lets the marks of the highest occupancy begin anew.
 */
snic_status snic_buffer_clear(const snic_host *host, const char *device, uint32_t buffer, snic_error **error);

/*
 Lists counters of a link. `groups` names those that are wanted with commas between them (see `snic_counter.group`); NULL
 stands for all groups of standards that the kernel has. `source` (else NULL) is "emac" or "pmac" where frames that give
 way have a MAC of their own. `*iter` is the caller's; freed with `snic_counter_iter_free`.

 Fails with UNSUPPORTED if the driver counts nothing of a group that is named.
 */
snic_status snic_counter_list(const snic_host *host,
                              const char *link,
                              const char *groups,
                              const char *source,
                              snic_counter_iter **iter,
                              snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_counter_next(snic_counter_iter *iter,
                              const snic_counter **out,
                              snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_counter_iter_free(snic_counter_iter *iter);

/*
 Reads what a link (a netdev's name) tells of data centre bridging into the caller's structure.

 Fails with NOT_FOUND if there is no such link, UNSUPPORTED if its driver has none of it.
 */
snic_status snic_dcb_show(const snic_host *host, const char *link, snic_dcb *dcb, snic_error **error);

/*
 Changes the parts of a link's data centre bridging that `dcb->has` names; all others stay.
 */
snic_status snic_dcb_set(const snic_host *host, const char *link, const snic_dcb *dcb, snic_error **error);

/*
 Gives packets with a DSCP (0 to 63) a priority (0 to 7), or with `priority` -1 takes the entries of that DSCP away.

 Fails with INVALID_INPUT for numbers out of range, NOT_FOUND if there is no entry to take away.
 */
snic_status snic_dcb_set_dscp(const snic_host *host,
                              const char *link,
                              uint32_t dscp,
                              int32_t priority,
                              snic_error **error);

/*
 Lists the NICs of a host; with `device` (else NULL) only the one with this handle.

 What is listed is how it was when it was read. `*iter` is the caller's; freed with `snic_device_iter_free`; it may
 live longer than the host. Fails with NOT_FOUND if there is no such device.
 */
snic_status snic_device_list(const snic_host *host,
                             const char *device,
                             snic_device_iter **iter,
                             snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_device_next(snic_device_iter *iter,
                             const snic_device **out,
                             snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_device_iter_free(snic_device_iter *iter);

/*
 Lists the versions of a device's firmware and parts. `*iter` is the caller's; freed with
 `snic_device_version_iter_free`.

 Fails with NOT_FOUND if there is no such device and UNSUPPORTED if its driver tells no versions.
 */
snic_status snic_device_version_list(const snic_host *host,
                                     const char *device,
                                     snic_device_version_iter **iter,
                                     snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_device_version_next(snic_device_version_iter *iter,
                                     const snic_device_version **out,
                                     snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_device_version_iter_free(snic_device_version_iter *iter);

/*
 Lists devlink ports; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
 `snic_port_iter_free`.
 */
snic_status snic_port_list(const snic_host *host,
                           const char *device,
                           snic_port_iter **iter,
                           snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_port_next(snic_port_iter *iter,
                           const snic_port **out,
                           snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_port_iter_free(snic_port_iter *iter);

/*
 Writes firmware into a device, and returns when that is over. The kernel looks for the file below /lib/firmware. `options`
 may be NULL. What was written runs after a reset, or after `snic_device_reload` with "fw_activate".

 Fails with NOT_FOUND if there is no such file, INVALID_INPUT for a component that the driver does not name.
 */
snic_status snic_device_flash(const snic_host *host,
                              const char *device,
                              const char *file,
                              const snic_flash_options *options,
                              snic_error **error);

/*
 Starts a device anew, which applies what waits for it. `action` is "driver_reinit" or "fw_activate", NULL for the first;
 `limit` is "no_reset" or NULL; `netns` (else NULL) names the network namespace that it moves to. `*performed`, unless NULL,
 becomes what was done: `SNIC_RELOAD_DRIVER_REINIT` and its like, joined by `|`; 0 with `action` NULL, of which kernels tell
 nothing.

 Fails with BUSY while something uses the device, UNSUPPORTED for what the driver cannot do.
 */
snic_status snic_device_reload(const snic_host *host,
                               const char *device,
                               const char *action,
                               const char *limit,
                               const char *netns,
                               uint32_t *performed,
                               snic_error **error);

/*
 Lists the tests that devices can run on themselves; with `device` (else NULL) only those of this one. `*iter` is the
 caller's; freed with `snic_selftest_iter_free`.
 */
snic_status snic_selftest_list(const snic_host *host,
                               const char *device,
                               snic_selftest_iter **iter,
                               snic_error **error);

/*
 Runs tests of a device, given with commas between them, or with NULL all that it has; they disturb the device while they
 run. `*iter` is the caller's and tells how each ended; freed with `snic_selftest_iter_free`.
 */
snic_status snic_selftest_run(const snic_host *host,
                              const char *device,
                              const char *tests,
                              snic_selftest_iter **iter,
                              snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_selftest_next(snic_selftest_iter *iter,
                               const snic_selftest **out,
                               snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_selftest_iter_free(snic_selftest_iter *iter);

/*
 Lists line cards; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
 `snic_linecard_iter_free`.
 */
snic_status snic_linecard_list(const snic_host *host,
                               const char *device,
                               snic_linecard_iter **iter,
                               snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_linecard_next(snic_linecard_iter *iter,
                               const snic_linecard **out,
                               snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_linecard_iter_free(snic_linecard_iter *iter);

/*
 Sets the type that a slot is provisioned for, or with `kind` NULL takes it away. The kernel answers when provisioning has
 begun; the card's state tells how it ends.
 */
snic_status snic_linecard_set(const snic_host *host,
                              const char *device,
                              uint32_t index,
                              const char *kind,
                              snic_error **error);

/*
 The tables of a device's pipeline (dpipe) with their entries, and the headers that they look at, as JSON: what they compare
 is a tree that each driver has in its own shape. With `table` (else NULL) only this one. `*text` is the caller's; freed with
 `snic_text_free`.

 Fails with UNSUPPORTED if the driver describes none.
 */
snic_status snic_pipeline_json(const snic_host *host,
                               const char *device,
                               const char *table,
                               snic_text **text,
                               snic_error **error);

/*
 Lets the entries of a pipeline's table be counted (`on` not 0) or not.
 */
snic_status snic_pipeline_counters_set(const snic_host *host,
                                       const char *device,
                                       const char *table,
                                       int32_t on,
                                       snic_error **error);

/*
 Lets the device of a link test itself: with `offline` not 0 everything, for which the link goes down; else what can be
 tried while it works. `*passed`, unless NULL, becomes 1, or 0 if something is wrong. `*iter` is the caller's; freed with
 `snic_test_result_iter_free`.
 */
snic_status snic_driver_test(const snic_host *host,
                             const char *link,
                             int32_t offline,
                             snic_test_result_iter **iter,
                             int32_t *passed,
                             snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_test_result_next(snic_test_result_iter *iter,
                                  const snic_test_result **out,
                                  snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_test_result_iter_free(snic_test_result_iter *iter);

/*
 Lets the lamp of a link's port blink for so many seconds, and waits for its end.
 */
snic_status snic_driver_identify(const snic_host *host,
                                 const char *link,
                                 uint32_t seconds,
                                 snic_error **error);

/*
 Resets parts of a link's device: "mgmt", "irq", "dma", "filter", "offload", "mac", "phy", "ram", "ap", each also as
 "NAME-shared"; "dedicated", "all"; several with commas between them. `*left`, unless NULL, becomes the bits
 (`ETH_RESET_*`) of those that the driver did not reset.
 */
snic_status snic_driver_reset(const snic_host *host,
                              const char *link,
                              const char *parts,
                              uint32_t *left,
                              snic_error **error);

/*
 Reads the registers of a link's device, in the driver's own layout, into the caller's buffer of `capacity` bytes.
 `*needed` becomes the number of bytes; if they do not fit, nothing is written and NO_SPACE is returned. `*version`, unless
 NULL, becomes the driver's number for the layout.
 */
snic_status snic_driver_registers(const snic_host *host,
                                  const char *link,
                                  uint8_t *buffer,
                                  size_t capacity,
                                  size_t *needed,
                                  uint32_t *version,
                                  snic_error **error);

/*
 Reads the EEPROM of a link's device from a byte on, `length` bytes or with 0 all, into the caller's buffer, as
 `snic_driver_registers` does.
 */
snic_status snic_driver_eeprom(const snic_host *host,
                               const char *link,
                               uint32_t offset,
                               uint32_t length,
                               uint8_t *buffer,
                               size_t capacity,
                               size_t *needed,
                               snic_error **error);

/*
 What is plugged into a link's port, who made it, and what it measures, as JSON; readings are in nanowatts, microvolts,
 microamperes and thousandths of a degree. `*text` is the caller's; freed with `snic_text_free`.

 Fails with UNSUPPORTED if nothing that tells is plugged in.
 */
snic_status snic_module_json(const snic_host *host,
                             const char *link,
                             snic_text **text,
                             snic_error **error);

/*
 Reads memory of a plugged-in module: `length` bytes of half a page, from `offset` on (128 and above is the upper half), at
 the address `i2c` of the bus (0x50, or 0x51 for the second of an SFP), into the caller's buffer of at least so many bytes.
 */
snic_status snic_module_memory(const snic_host *host,
                               const char *link,
                               uint8_t i2c,
                               uint8_t page,
                               uint8_t bank,
                               uint8_t offset,
                               uint8_t length,
                               uint8_t *buffer,
                               snic_error **error);

/*
 Writes new firmware into a plugged-in module, and returns when that is over. The kernel looks for the file below
 /lib/firmware. `password` is -1 for none. `progress` may be NULL.

 Fails with REFUSED if it was begun and failed, with the kernel's words; UNSUPPORTED before kernel 6.11.
 */
snic_status snic_module_flash(const snic_host *host,
                              const char *link,
                              const char *file,
                              int64_t password,
                              snic_flash_progress progress,
                              void *user,
                              snic_error **error);

/*
 Tests the cable of a link; the link goes down for that time. `options` may be NULL. `*iter` is the caller's; freed with
 `snic_cable_finding_iter_free`.

 Fails with UNSUPPORTED if the PHY cannot, TIMEOUT if nothing was found in time.
 */
snic_status snic_cable_test(const snic_host *host,
                            const char *link,
                            const snic_cable_options *options,
                            snic_cable_finding_iter **iter,
                            snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_cable_finding_next(snic_cable_finding_iter *iter,
                                    const snic_cable_finding **out,
                                    snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_cable_finding_iter_free(snic_cable_finding_iter *iter);

/*
 Lists the UDP ports by which a link's device knows tunnels, table by table. `*iter` is the caller's; freed with
 `snic_udp_port_iter_free`.
 */
snic_status snic_udp_port_list(const snic_host *host,
                               const char *link,
                               snic_udp_port_iter **iter,
                               snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_udp_port_next(snic_udp_port_iter *iter,
                               const snic_udp_port **out,
                               snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_udp_port_iter_free(snic_udp_port_iter *iter);

/*
 The number of the failure; the same that the function returned. `SNIC_STATUS_INVALID_INPUT` if `error` is none.
 */
snic_status snic_error_status(const snic_error *error);

/*
 All that is known of a failure in words, with a line `hint: …` where a next step is known. Lives as long as the error;
 NULL if `error` is none.
 */
const char *snic_error_message(const snic_error *error);

/*
 What was attempted, such as "set the eswitch mode". Lives as long as the error.
 */
const char *snic_error_op(const snic_error *error);

/*
 What it was attempted on, such as "pci/0000:03:00.0"; "" if there is no such thing. Lives as long as the error.
 */
const char *snic_error_object(const snic_error *error);

/*
 Why it failed, without what was attempted. Lives as long as the error.
 */
const char *snic_error_why(const snic_error *error);

/*
 The words of the kernel or the driver; NULL if it said none. Lives as long as the error.
 */
const char *snic_error_kernel_text(const snic_error *error);

/*
 The attribute that the kernel points at, as a path from the message's root such as
 "TCA_OPTIONS/TCA_FLOWER_KEY_VLAN_ID"; NULL if it points at none. Lives as long as the error.
 */
const char *snic_error_attribute(const snic_error *error);

/*
 What to do next; NULL if that is not known. Lives as long as the error.
 */
const char *snic_error_hint(const snic_error *error);

/*
 The error number of the operating system, positive (`EPERM` and its like); 0 if there was none.
 */
int32_t snic_error_errno(const snic_error *error);

/*
 Frees an error; NULL is allowed. Returns `SNIC_STATUS_INVALID_INPUT` for what is no living error, and leaves it alone.
 */
snic_status snic_error_free(snic_error *error);

/*
 A status in a few words, such as "not found". Lives for ever; never NULL.
 */
const char *snic_status_text(int32_t status);

/*
 Reads the state of a device's eswitch into the caller's structure.

 Fails with NOT_FOUND if there is no such device, UNSUPPORTED if it has no eswitch, PERMISSION_DENIED if the caller may
 not see it.
 */
snic_status snic_eswitch_show(const snic_host *host,
                              const char *device,
                              snic_eswitch *eswitch,
                              snic_error **error);

/*
 Plans the steps to an eswitch mode (a number of `snic_eswitch_mode`) and a number of VFs (-1 to keep those that are
 there), in the order that the vendor's driver wants. Changes nothing: this is the dry run.

 `*plan` is the caller's: look at it, run it with `snic_plan_run`, free it with `snic_plan_free`.

 Fails with NOT_FOUND if there is no such device, UNSUPPORTED if its driver cannot get there, INVALID_INPUT for more VFs
 than the device has.
 */
snic_status snic_eswitch_plan(const snic_host *host,
                              const char *device,
                              int32_t mode,
                              int64_t vfs,
                              snic_plan **plan,
                              snic_error **error);

/*
 Brings a device to an eswitch mode and a number of VFs (-1 to keep them): plans the steps and carries them out. If a
 step fails, those before it are taken back. `timeout_ms` limits in all what is waited for devices and links to appear;
 0 stands for 30,000.

 Fails as `snic_eswitch_plan` and `snic_plan_run` do.
 */
snic_status snic_eswitch_set(const snic_host *host,
                             const char *device,
                             int32_t mode,
                             int64_t vfs,
                             uint64_t timeout_ms,
                             snic_error **error);

/*
 Changes how packets are handed over, without changing the mode: `inline_mode` and `encap_mode` as in `snic_eswitch`, -1 to
 keep them.

 Fails with UNSUPPORTED where the driver has no such setting, BUSY while rules or VFs stand in the way.
 */
snic_status snic_eswitch_tune(const snic_host *host,
                              const char *device,
                              int32_t inline_mode,
                              int32_t encap_mode,
                              snic_error **error);

/*
 Listens to what comes, goes and changes on a host: functions, devlink devices, ports, netdevs, RDMA devices. `*events` is
 the caller's; freed with `snic_events_free`.

 Fails with UNSUPPORTED if the host tells of no changes.
 */
snic_status snic_topology_watch(const snic_host *host,
                                snic_events **events,
                                snic_error **error);

/*
 Listens to what others, and the caller himself, change of rules, chains, shared actions and qdiscs. `*events` is the
 caller's; freed with `snic_events_free`.

 Fails with UNSUPPORTED if the host tells of no changes, PERMISSION_DENIED if the caller may not listen.
 */
snic_status snic_flow_watch(const snic_host *host,
                            snic_events **events,
                            snic_error **error);

/*
 Listens to what changes at links: settings of all topics, features, names, states, MTUs. Of each change the JSON has what
 is there now. `*events` is the caller's; freed with `snic_events_free`.

 Fails with UNSUPPORTED if the host tells of no changes.
 */
snic_status snic_link_watch(const snic_host *host,
                            snic_events **events,
                            snic_error **error);

/*
 Listens to RDMA devices that come, go and change, and to the links under their ports (kernel 6.12 and later). `*events` is
 the caller's; freed with `snic_events_free`.

 Fails with UNSUPPORTED if the host tells of no changes.
 */
snic_status snic_rdma_watch(const snic_host *host,
                            snic_events **events,
                            snic_error **error);

/*
 A descriptor that is readable while events wait, for `poll`, `epoll` and their like. Do not read from it: call
 `snic_events_next` until it returns `SNIC_STATUS_END`. It lives as long as the handle; -1 if `events` is none.
 */
int32_t snic_events_fd(const snic_events *events);

/*
 Lends the next event in `*out`; it lives until the next call with this handle. Waits at most `timeout_ms` milliseconds:
 0 not at all, -1 for ever. Returns `SNIC_STATUS_END` if none came.

 Fails with OVERRUN if events were lost: what is known of the host must be read again, and the watch goes on. Any other
 failure ends it.
 */
snic_status snic_events_next(snic_events *events,
                             int64_t timeout_ms,
                             const snic_event **out,
                             snic_error **error);

/*
 Ends a watch and frees it; NULL is allowed. Takes at most a tenth of a second or so, until the listening thread ended.
 */
snic_status snic_events_free(snic_events *events);

/*
 Lists addresses: all, those of a bridge, or those behind one link (each NULL for any). `*iter` is the caller's; freed with
 `snic_fdb_iter_free`.
 */
snic_status snic_fdb_list(const snic_host *host,
                          const char *bridge,
                          const char *link,
                          snic_fdb_iter **iter,
                          snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_fdb_next(snic_fdb_iter *iter,
                          const snic_fdb **out,
                          snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_fdb_iter_free(snic_fdb_iter *iter);

/*
 Adds an address behind a link. `options` may be NULL.

 Fails with ALREADY_EXISTS if it is there and is not to be replaced.
 */
snic_status snic_fdb_add(const snic_host *host,
                         const char *link,
                         const char *mac,
                         const snic_fdb_options *options,
                         snic_error **error);

/*
 Removes an address behind a link. `options` may be NULL; what is said of its state does not count.

 Fails with NOT_FOUND if it is not there.
 */
snic_status snic_fdb_remove(const snic_host *host,
                            const char *link,
                            const char *mac,
                            const snic_fdb_options *options,
                            snic_error **error);

/*
 Lists the features of a link, in the kernel's order. `*iter` is the caller's; freed with `snic_feature_iter_free`.

 Fails with NOT_FOUND if there is no such link.
 */
snic_status snic_feature_list(const snic_host *host,
                              const char *link,
                              snic_feature_iter **iter,
                              snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_feature_next(snic_feature_iter *iter,
                              const snic_feature **out,
                              snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_feature_iter_free(snic_feature_iter *iter);

/*
 Turns a feature of a link on (`on` not 0) or off, and reads back what came of it.

 Fails with NOT_FOUND if the kernel knows no such feature, UNSUPPORTED if it cannot change, MISMATCH if the driver did not
 follow.
 */
snic_status snic_feature_set(const snic_host *host,
                             const char *link,
                             const char *name,
                             int32_t on,
                             snic_error **error);

/*
 Brings rules onto a host with as few changes as needed, and reads back where each ended up. `options` may be NULL.

 `*report` is the caller's and tells the verdict of each rule; freed with `snic_flow_report_free`. With `keep_going` the
 call succeeds although rules failed: the report counts them.

 Fails with the failure of the first rule, naming its line, once the rules are as they were; ROLLBACK_FAILED if they are
 not; LOCKED if another process changes rules of this host.
 */
snic_status snic_flow_apply(const snic_host *host,
                            const snic_rules *rules,
                            const snic_flow_options *options,
                            snic_flow_report **report,
                            snic_error **error);

/*
 Takes rules off a host; those that are not there are left out of the report. Rules are known by place, chain, protocol
 and keys (and priority and handle if given), not by their actions. `options` may be NULL; `prune` does not count.

 `*report` is the caller's; freed with `snic_flow_report_free`. Fails as `snic_flow_apply`.
 */
snic_status snic_flow_delete(const snic_host *host,
                             const snic_rules *rules,
                             const snic_flow_options *options,
                             snic_flow_report **report,
                             snic_error **error);

/*
 Explains rules: what the vendor's adapter predicts, what the kernel did, and why. With `rules` NULL those that are on
 the host; otherwise these, whether they are there or not. With `probe` not 0 they are put there for a moment to hear the
 driver's own words, and what was there before is put back.

 `*report` is the caller's; freed with `snic_flow_report_free`. Rules that are not on the host have the verdict
 `SNIC_VERDICT_ABSENT`.
 */
snic_status snic_flow_explain(const snic_host *host,
                              const snic_rules *rules,
                              int32_t probe,
                              snic_flow_report **report,
                              snic_error **error);

/*
 Takes back a change of rules that a killed process left half done. `*recovered`, unless NULL, becomes 1 if there was
 one. The next change does the same by itself.
 */
snic_status snic_flow_recover(const snic_host *host,
                              int32_t *recovered,
                              snic_error **error);

/*
 Lists each NIC on which rules stand, with what it holds. `*iter` is the caller's; freed with
 `snic_flow_usage_iter_free`.
 */
snic_status snic_flow_usage_list(const snic_host *host, snic_flow_usage_iter **iter, snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_flow_usage_next(snic_flow_usage_iter *iter,
                                 const snic_flow_usage **out,
                                 snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_flow_usage_iter_free(snic_flow_usage_iter *iter);

/*
 Lists the rules that are on a host, with what they counted. `options` may be NULL: all rules, without words.

 The rules are read while they are lent, a few hundred ahead, in a thread of the library's own: memory does not grow with
 their number. `*iter` is the caller's; freed with `snic_flow_iter_free`, at any time.

 Fails with NOT_FOUND if there is no such link.
 */
snic_status snic_flow_list(const snic_host *host,
                           const snic_flow_list_options *options,
                           snic_flow_iter **iter,
                           snic_error **error);

/*
 Lends the next rule in `*out`; it lives until the next call with this iterator. Returns `SNIC_STATUS_END` behind the
 last.

 Fails with what reading fails with, INTERRUPTED for one if the rules kept changing; there are no more rules then.
 */
snic_status snic_flow_next(snic_flow_iter *iter,
                           const snic_flow **out,
                           snic_error **error);

/*
 Frees an iterator, also one that was not read to its end; NULL is allowed.
 */
snic_status snic_flow_iter_free(snic_flow_iter *iter);

/*
 Lists health reporters; with `place` (a device or a port; else NULL) only those of it. `*iter` is the caller's; freed with
 `snic_health_iter_free`.
 */
snic_status snic_health_list(const snic_host *host,
                             const char *place,
                             snic_health_iter **iter,
                             snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_health_next(snic_health_iter *iter,
                             const snic_health **out,
                             snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_health_iter_free(snic_health_iter *iter);

/*
 What a reporter knows of the present state, as JSON, in the caller's buffer of `capacity` bytes. `*needed` becomes the
 number of bytes with the NUL; if they do not fit, nothing is written and NO_SPACE is returned. The state may change
 between two calls.
 */
snic_status snic_health_diagnose(const snic_host *host,
                                 const char *place,
                                 const char *name,
                                 char *buffer,
                                 size_t capacity,
                                 size_t *needed,
                                 snic_error **error);

/*
 Recovers from the present error, if there is one.
 */
snic_status snic_health_recover(const snic_host *host,
                                const char *place,
                                const char *name,
                                snic_error **error);

/*
 Changes what a reporter does by itself.

 Fails with NOT_FOUND if there is no such reporter, UNSUPPORTED for what it cannot do.
 */
snic_status snic_health_set(const snic_host *host,
                            const char *place,
                            const char *name,
                            const snic_health_settings *settings,
                            snic_error **error);

/*
 The dump of an error that is kept, as JSON; one of the present state is made if there is none. `*text` is the caller's;
 freed with `snic_text_free`.
 */
snic_status snic_health_dump_json(const snic_host *host,
                                  const char *place,
                                  const char *name,
                                  snic_text **text,
                                  snic_error **error);

/*
 Removes the dump, so that the next error makes another.
 */
snic_status snic_health_dump_clear(const snic_host *host,
                                   const char *place,
                                   const char *name,
                                   snic_error **error);

/*
 Lets the device have an error, to try what comes of it; few drivers have that.
 */
snic_status snic_health_test(const snic_host *host, const char *place, const char *name, snic_error **error);

/*
 Opens a host by its address: "linux:" for this machine (or "linux"), "linux:netns=NAME", "linux:sysfs=DIR",
 "sim:bluefield3", "sim:e810?seed=7&state=FILE".

 `options` may be NULL. On success `*host` is the caller's, who closes it with `snic_host_close`; on failure it is NULL.

 Fails with PARSE for a wrong address, NOT_FOUND for a namespace and INVALID_INPUT for a product that is not there.
 */
snic_status snic_host_open(const char *uri,
                           const snic_host_options *options,
                           snic_host **host,
                           snic_error **error);

/*
 Closes a host; NULL is allowed. The state of a simulated host is not written: see `snic_host_save`.
 */
snic_status snic_host_close(snic_host *host);

/*
 The address that a host was opened by. Lives as long as the host; NULL if `host` is none.
 */
const char *snic_host_uri(const snic_host *host);

/*
 Writes the release of the host's kernel into the caller's buffer of `capacity` bytes. `*needed` becomes the number of bytes
 with the NUL; if they do not fit, nothing is written and NO_SPACE is returned.
 */
snic_status snic_host_kernel(const snic_host *host,
                             char *buffer,
                             size_t capacity,
                             size_t *needed,
                             snic_error **error);

/*
 Writes down what must outlive this process: the machine of a simulated host with a state file. Elsewhere it does
 nothing.
 */
snic_status snic_host_save(const snic_host *host,
                           snic_error **error);

/*
 Lists the NICs that can be simulated. `*iter` is the caller's; freed with `snic_profile_iter_free`.
 */
snic_status snic_profile_list(snic_profile_iter **iter, snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_profile_next(snic_profile_iter *iter,
                              const snic_profile **out,
                              snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_profile_iter_free(snic_profile_iter *iter);

/*
 The inventory as a JSON document: nodes (functions, devlink devices, ports, netdevs, RDMA devices, switches) with all
 that is known of them, and the ties between them. `*text` is the caller's; freed with `snic_text_free`.
 */
snic_status snic_inventory_json(const snic_host *host,
                                snic_text **text,
                                snic_error **error);

/*
 The text, which lives as long as the handle; NULL if `text` is none.
 */
const char *snic_text_get(const snic_text *text);

/*
 How many bytes the text has, without the NUL; 0 if `text` is none.
 */
size_t snic_text_length(const snic_text *text);

/*
 Frees a text; NULL is allowed.
 */
snic_status snic_text_free(snic_text *text);

/*
 Lists links: those of NICs, then those that belong to none (loopback, bridges, tunnels); with `device` (else NULL) only
 those of this NIC. `*iter` is the caller's; freed with `snic_link_iter_free`.

 Links of NICs that lie in other network namespaces are among them, as far as these have a name. Fails with NOT_FOUND if
 there is no such device.
 */
snic_status snic_link_list(const snic_host *host,
                           const char *device,
                           snic_link_iter **iter,
                           snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_link_next(snic_link_iter *iter,
                           const snic_link **out,
                           snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_link_iter_free(snic_link_iter *iter);

/*
 Sets a link up (1) or down (0).

 Fails with NOT_FOUND if there is no such link.
 */
snic_status snic_link_set_up(const snic_host *host, const char *link, int32_t up, snic_error **error);

/*
 Lists the members of multicast groups. `*iter` is the caller's; freed with `snic_mdb_iter_free`.
 */
snic_status snic_mdb_list(const snic_host *host, snic_mdb_iter **iter, snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_mdb_next(snic_mdb_iter *iter,
                          const snic_mdb **out,
                          snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_mdb_iter_free(snic_mdb_iter *iter);

/*
 Adds a member behind a port to a multicast group, or with `remove` not 0 removes it. `vlan` is -1 for none.
 */
snic_status snic_mdb_set(const snic_host *host,
                         const char *bridge,
                         const char *port,
                         const char *group,
                         int32_t vlan,
                         int32_t permanent,
                         int32_t remove,
                         snic_error **error);

/*
 Lists parameters, each mode apart; with `device` (else NULL) only those of this one, with `name` (else NULL) only this
 one. `*iter` is the caller's; freed with `snic_param_iter_free`.

 Fails with NOT_FOUND if there is no such device, or no such parameter of it.
 */
snic_status snic_param_list(const snic_host *host,
                            const char *device,
                            const char *name,
                            snic_param_iter **iter,
                            snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_param_next(snic_param_iter *iter,
                            const snic_param **out,
                            snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_param_iter_free(snic_param_iter *iter);

/*
 Sets a parameter. `mode` says which of its values ("runtime", "driverinit", "permanent"); NULL where it has one only.
 `value` is in words, as `snic_param.value`; NULL gives it its default again (kernel 7.0 and later).

 Fails with NOT_FOUND if there is no such device or parameter, INVALID_INPUT for a value or mode that it cannot have.
 */
snic_status snic_param_set(const snic_host *host,
                           const char *device,
                           const char *name,
                           const char *mode,
                           const char *value,
                           snic_error **error);

/*
 How many steps a plan has; 0 if all is as wanted, or if `plan` is none.
 */
size_t snic_plan_steps(const snic_plan *plan);

/*
 Lends the next step in `*out`, which lives as long as the plan. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_plan_next_step(snic_plan *plan, const snic_step **out, snic_error **error);

/*
 Lends what is to be known, one after the other: first what stands in the way. `*out` lives as long as the plan. Returns
 `SNIC_STATUS_END` behind the last.
 */
snic_status snic_plan_next_note(snic_plan *plan,
                                const snic_note **out,
                                snic_error **error);

/*
 Carries out the steps of a plan; if one fails, those before it are taken back. `options` may be NULL. A plan may be run
 again: it is made anew from what is there then.

 Fails with BUSY if something stands in the way, or an earlier change is still half done; with the failure of a step,
 once the device is as it was; ROLLBACK_FAILED if it is not; LOCKED if another process changes the host.
 */
snic_status snic_plan_run(const snic_plan *plan,
                          const snic_host *host,
                          const snic_plan_options *options,
                          snic_error **error);

/*
 Frees a plan; NULL is allowed.
 */
snic_status snic_plan_free(snic_plan *plan);

/*
 Lists rate objects; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
 `snic_rate_iter_free`. Most drivers have them in switchdev mode, one for each port of a function.
 */
snic_status snic_rate_list(const snic_host *host,
                           const char *device,
                           snic_rate_iter **iter,
                           snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_rate_next(snic_rate_iter *iter,
                           const snic_rate **out,
                           snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_rate_iter_free(snic_rate_iter *iter);

/*
 Makes a node ("pci/0000:03:00.0/tenants"). `settings` may be NULL. Leaves come with their ports and cannot be made.

 Fails with UNSUPPORTED if the driver has no nodes, ALREADY_EXISTS if there is one of this name.
 */
snic_status snic_rate_add(const snic_host *host,
                          const char *name,
                          const snic_rate_settings *settings,
                          snic_error **error);

/*
 Changes a leaf or a node. The kernel goes through the settings one by one, the parent last: what came before a refused one
 stays changed.

 Fails with NOT_FOUND if there is no such object.
 */
snic_status snic_rate_set(const snic_host *host,
                          const char *name,
                          const snic_rate_settings *settings,
                          snic_error **error);

/*
 Removes a node; nothing may hang below it.

 Fails with NOT_FOUND if there is no such node, BUSY while something hangs below it.
 */
snic_status snic_rate_remove(const snic_host *host, const char *name, snic_error **error);

/*
 Lists the RDMA devices of a host. `*iter` is the caller's; freed with `snic_rdma_device_iter_free`.

 Fails with UNSUPPORTED if the kernel has no RDMA.
 */
snic_status snic_rdma_device_list(const snic_host *host, snic_rdma_device_iter **iter, snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_rdma_device_next(snic_rdma_device_iter *iter,
                                  const snic_rdma_device **out,
                                  snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_rdma_device_iter_free(snic_rdma_device_iter *iter);

/*
 Lists the ports of an RDMA device. `*iter` is the caller's; freed with `snic_rdma_port_iter_free`.

 Fails with NOT_FOUND if there is no such device.
 */
snic_status snic_rdma_port_list(const snic_host *host,
                                const char *device,
                                snic_rdma_port_iter **iter,
                                snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_rdma_port_next(snic_rdma_port_iter *iter,
                                const snic_rdma_port **out,
                                snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_rdma_port_iter_free(snic_rdma_port_iter *iter);

/*
 Lists the counters of an RDMA port: first the driver's own, then those that every port has. `*iter` is the caller's; freed
 with `snic_rdma_counter_iter_free`.

 Fails with NOT_FOUND if there is no such device.
 */
snic_status snic_rdma_counter_list(const snic_host *host,
                                   const char *device,
                                   uint32_t port,
                                   snic_rdma_counter_iter **iter,
                                   snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_rdma_counter_next(snic_rdma_counter_iter *iter,
                                   const snic_rdma_counter **out,
                                   snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_rdma_counter_iter_free(snic_rdma_counter_iter *iter);

/*
 Lists addresses; with `device` (else NULL) only those of this one, with `port` (else 0) only those of this port. `*iter`
 is the caller's; freed with `snic_gid_iter_free`.

 Fails with NOT_FOUND if there is no such device.
 */
snic_status snic_gid_list(const snic_host *host,
                          const char *device,
                          uint32_t port,
                          snic_gid_iter **iter,
                          snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_gid_next(snic_gid_iter *iter,
                          const snic_gid **out,
                          snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_gid_iter_free(snic_gid_iter *iter);

/*
 Chooses the address to reach an IP address with, by the kernel's route, never by a place in a table. With `device` (else
 NULL) only on this one; with `kind` (else NULL) only of this type: "ib", "roce-v1", "roce-v2". `*iter` has it as its only
 record, with the reasons; it is the caller's, freed with `snic_gid_iter_free`.

 Fails with NOT_FOUND if no address fits, with what speaks against each.
 */
snic_status snic_gid_best(const snic_host *host,
                          const char *to,
                          const char *device,
                          const char *kind,
                          snic_gid_iter **iter,
                          snic_error **error);

/*
 Lists the pools of memory regions that a device keeps; with `with_kernel` those of the kernel itself, too. `*iter` is the
 caller's; freed with `snic_rdma_mr_pool_iter_free`.

 Kernel 7.1 and later have pools; drivers without any have none to list. Fails with NOT_FOUND if there is no such device.
 */
snic_status snic_rdma_mr_pool_list(const snic_host *host,
                                   const char *device,
                                   int32_t with_kernel,
                                   snic_rdma_mr_pool_iter **iter,
                                   snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_rdma_mr_pool_next(snic_rdma_mr_pool_iter *iter,
                                   const snic_rdma_mr_pool **out,
                                   snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_rdma_mr_pool_iter_free(snic_rdma_mr_pool_iter *iter);

/*
 Sets after how many seconds the regions of a device that nobody uses are given back; at least 1.
 */
snic_status snic_rdma_mr_pool_age(const snic_host *host,
                                  const char *device,
                                  uint32_t seconds,
                                  snic_error **error);

/*
 Sets how many regions of a pool are kept; the pool is made if there is none with this key.
 */
snic_status snic_rdma_mr_pool_pin(const snic_host *host,
                                  const char *device,
                                  const char *key,
                                  uint32_t count,
                                  snic_error **error);

/*
 Lists what the driver dumps of resources of one kind ("qp", "cq", "mr", "srq"): of all, or of the one with this number
 unless it is -1. `*iter` is the caller's; freed with `snic_rdma_raw_iter_free`.

 Fails with UNSUPPORTED if the driver dumps nothing.
 */
snic_status snic_rdma_raw_list(const snic_host *host,
                               const char *device,
                               const char *kind,
                               int64_t number,
                               snic_rdma_raw_iter **iter,
                               snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_rdma_raw_next(snic_rdma_raw_iter *iter,
                               const snic_rdma_raw **out,
                               snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_rdma_raw_iter_free(snic_rdma_raw_iter *iter);

/*
 Lists regions; with `device` (else NULL) only those of this one and its ports. `*iter` is the caller's; freed with
 `snic_region_iter_free`.
 */
snic_status snic_region_list(const snic_host *host,
                             const char *device,
                             snic_region_iter **iter,
                             snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_region_next(snic_region_iter *iter,
                             const snic_region **out,
                             snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_region_iter_free(snic_region_iter *iter);

/*
 Takes a snapshot of a region ("pci/0000:03:00.0/nvm-flash") under the number `number`, or with -1 under a free one.
 `*taken`, unless NULL, becomes the number.

 Fails with ALREADY_EXISTS if the number is in use, NO_SPACE if no more can be kept.
 */
snic_status snic_region_snapshot(const snic_host *host,
                                 const char *region,
                                 int64_t number,
                                 uint32_t *taken,
                                 snic_error **error);

/*
 Removes a snapshot.
 */
snic_status snic_region_remove(const snic_host *host,
                               const char *region,
                               uint32_t snapshot,
                               snic_error **error);

/*
 Reads `length` bytes of a snapshot (with -1 of the device itself, which few drivers allow) from `address` on into the
 caller's buffer, which has room for them. `*read` becomes how many there were: fewer at the end of the region.
 */
snic_status snic_region_read(const snic_host *host,
                             const char *region,
                             int64_t snapshot,
                             uint64_t address,
                             uint8_t *buffer,
                             size_t length,
                             size_t *read,
                             snic_error **error);

/*
 Counts the rules of a report into the caller's structure.
 */
snic_status snic_flow_report_counts(const snic_flow_report *report,
                                    snic_flow_counts *counts,
                                    snic_error **error);

/*
 Lends what became of the next rule in `*out`; it lives until the next call with this report. Returns `SNIC_STATUS_END`
 behind the last.
 */
snic_status snic_flow_report_next(snic_flow_report *report,
                                  const snic_rule_report **out,
                                  snic_error **error);

/*
 Begins with the first rule again.
 */
snic_status snic_flow_report_rewind(snic_flow_report *report, snic_error **error);

/*
 Lends a reason of the rule that was lent last, counted from 0, in `*out`; it lives until the next call with this report,
 and the rule's record lives on beside it. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_flow_report_reason(snic_flow_report *report,
                                    size_t index,
                                    const snic_reason **out,
                                    snic_error **error);

/*
 As `snic_flow_report_reason`, for what the adapter says.
 */
snic_status snic_flow_report_prediction(snic_flow_report *report,
                                        size_t index,
                                        const snic_reason **out,
                                        snic_error **error);

/*
 Frees a report; NULL is allowed.
 */
snic_status snic_flow_report_free(snic_flow_report *report);

/*
 Lists representors, in the order of their names; with `device` (else NULL) only those of this one. `*iter` is the
 caller's; freed with `snic_representor_iter_free`.

 There are none unless the eswitch is in switchdev mode.
 */
snic_status snic_representor_list(const snic_host *host,
                                  const char *device,
                                  snic_representor_iter **iter,
                                  snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_representor_next(snic_representor_iter *iter,
                                  const snic_representor **out,
                                  snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_representor_iter_free(snic_representor_iter *iter);

/*
 Lists resources of a device, or with `device` NULL of all devices and their ports (kernel 7.1 and later), parts behind
 what they are parts of. `*iter` is the caller's; freed with `snic_resource_iter_free`.

 Fails with UNSUPPORTED if the driver has none.
 */
snic_status snic_resource_list(const snic_host *host,
                               const char *device,
                               snic_resource_iter **iter,
                               snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_resource_next(snic_resource_iter *iter,
                               const snic_resource **out,
                               snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_resource_iter_free(snic_resource_iter *iter);

/*
 Changes the size of a resource of a device, by its path; it takes effect with the next reload.

 Fails with NOT_FOUND if there is none at the path, INVALID_INPUT for a size that it cannot have.
 */
snic_status snic_resource_set(const snic_host *host,
                              const char *device,
                              const char *path,
                              uint64_t amount,
                              snic_error **error);

/*
 Lists what links tell of RoCE; with `link` (else NULL) only this one. `*iter` is the caller's; freed with
 `snic_roce_iter_free`.
 */
snic_status snic_roce_list(const snic_host *host,
                           const char *link,
                           snic_roce_iter **iter,
                           snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_roce_next(snic_roce_iter *iter,
                           const snic_roce **out,
                           snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_roce_iter_free(snic_roce_iter *iter);

/*
 All that a link tells of RoCE, as a JSON document to be kept and compared with that of the other end: see
 `snic_roce_compare`. `*text` is the caller's; freed with `snic_text_free`.
 */
snic_status snic_roce_json(const snic_host *host, const char *link, snic_text **text, snic_error **error);

/*
 Lists everything of a link (NULL for all) that does not fit together. With `profile` (a YAML document, `roce: {…}`; else
 NULL) also what is otherwise than it says. `*iter` is the caller's; freed with `snic_finding_iter_free`.
 */
snic_status snic_roce_check(const snic_host *host,
                            const char *link,
                            const char *profile,
                            snic_finding_iter **iter,
                            snic_error **error);

/*
 Holds two ends against each other, as `snic_roce_json` told them, and lists what does not fit. `*iter` is the caller's;
 freed with `snic_finding_iter_free`.

 Fails with PARSE for what is no such document.
 */
snic_status snic_roce_compare(const char *one,
                              const char *other,
                              snic_finding_iter **iter,
                              snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_finding_next(snic_finding_iter *iter,
                              const snic_finding **out,
                              snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_finding_iter_free(snic_finding_iter *iter);

/*
 Plans that a link is as a profile (a YAML document, `roce: {…}`) says: all of it, read back, or nothing. Changes nothing.
 `*plan` is the caller's; see `snic_plan_run` and `snic_plan_free`.

 Fails with PARSE for what is no profile, UNSUPPORTED for what the link does not have.
 */
snic_status snic_roce_plan(const snic_host *host,
                           const char *link,
                           const char *profile,
                           snic_plan **plan,
                           snic_error **error);

/*
 Lists what links are ready for: RoCE v2, InfiniBand, Ultra Ethernet. `*iter` is the caller's; freed with
 `snic_fabric_iter_free`.
 */
snic_status snic_fabric_list(const snic_host *host, snic_fabric_iter **iter, snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_fabric_next(snic_fabric_iter *iter,
                             const snic_fabric **out,
                             snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_fabric_iter_free(snic_fabric_iter *iter);

/*
 Lists how a link spreads received packets, then how each of its contexts does; topic "rss", with the context as
 `snic_setting.part` (-1 for the link's own). `*iter` is the caller's; freed with `snic_setting_iter_free`.
 */
snic_status snic_rss_list(const snic_host *host,
                          const char *link,
                          snic_setting_iter **iter,
                          snic_error **error);

/*
 Changes how a link (`context` -1) or one of its contexts spreads packets, with `count` pairs of names and values: "0,1,2,3"
 or "default" for "rss-indirection-table", "ip-src,ip-dst" or "+l4-b-0-1" for "flow-hash.udp4". What came of it is read
 back.

 Fails with INVALID_INPUT for what there is not, MISMATCH if the driver did something else, UNSUPPORTED before kernel 6.17.
 */
snic_status snic_rss_set(const snic_host *host,
                         const char *link,
                         int64_t context,
                         const snic_pair *pairs,
                         size_t count,
                         snic_error **error);

/*
 Makes a context, for n-tuple rules to direct packets to; what is otherwise than of the link's own is given in pairs.
 `*context` becomes its number.
 */
snic_status snic_rss_create(const snic_host *host,
                            const char *link,
                            const snic_pair *pairs,
                            size_t count,
                            uint32_t *context,
                            snic_error **error);

/*
 Deletes a context.

 Fails with NOT_FOUND if there is none of this number, BUSY while rules direct packets to it.
 */
snic_status snic_rss_delete(const snic_host *host, const char *link, uint32_t context, snic_error **error);

/*
 Lists the n-tuple rules of a link. `*iter` is the caller's; freed with `snic_ntuple_iter_free`. `*places`, unless NULL,
 becomes the number of places that the table has; -1 if the driver does not tell.
 */
snic_status snic_ntuple_list(const snic_host *host,
                             const char *link,
                             snic_ntuple_iter **iter,
                             int64_t *places,
                             snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_ntuple_next(snic_ntuple_iter *iter,
                             const snic_ntuple **out,
                             snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_ntuple_iter_free(snic_ntuple_iter *iter);

/*
 Adds an n-tuple rule for packets of a kind ("tcp4", "udp6", "ether" and so on), which look at `count` pairs of fields and
 values ("dst-port", "80"; "src-ip", "10.0.0.0/8"); or replaces the one at its place. `*location`, unless NULL, becomes its
 place.

 Fails with INVALID_INPUT for a field that rules of the kind do not have, or a value that it cannot have.
 */
snic_status snic_ntuple_add(const snic_host *host,
                            const char *link,
                            const char *kind,
                            const snic_pair *pairs,
                            size_t count,
                            const snic_ntuple_options *options,
                            uint32_t *location,
                            snic_error **error);

/*
 Removes the n-tuple rule at a place.

 Fails with NOT_FOUND if there is none.
 */
snic_status snic_ntuple_remove(const snic_host *host,
                               const char *link,
                               uint32_t location,
                               snic_error **error);

/*
 Makes a set without rules. `*rules` is the caller's; freed with `snic_rules_free`.
 */
snic_status snic_rules_new(snic_rules **rules, snic_error **error);

/*
 Puts a rule that is built from structures behind the others; on failure they are as before. What the rule points to is copied.

 Fails with INVALID_INPUT for a key, a value or an action that there is not, or that do not go together.
 */
snic_status snic_rules_append(snic_rules *rules,
                              const snic_rule *rule,
                              snic_error **error);

/*
 Reads rules from a text whose syntax is a number of `snic_format`. `*rules` is the caller's.

 Fails with PARSE, and the error's message tells everything that is wrong, line by line.
 */
snic_status snic_rules_parse(const char *text, int32_t format, snic_rules **rules, snic_error **error);

/*
 Reads rules from a file: tc lines, or a document in YAML or JSON. `*rules` is the caller's.

 Fails with NOT_FOUND or IO if the file cannot be read, and as `snic_rules_parse`.
 */
snic_status snic_rules_read(const char *path, snic_rules **rules, snic_error **error);

/*
 Reads more rules from a text and puts them behind the others; on failure the rules are as before.
 */
snic_status snic_rules_add(snic_rules *rules, const char *text, int32_t format, snic_error **error);

/*
 How many rules there are; 0 if `rules` is none.
 */
size_t snic_rules_count(const snic_rules *rules);

/*
 Writes rules as text (`SNIC_FORMAT_TC` or `SNIC_FORMAT_YAML`) into the caller's buffer of `capacity` bytes. `*needed`
 becomes the number of bytes with the NUL. If they do not fit, nothing is written and NO_SPACE is returned: ask with
 NULL and 0 first.

 Fails with UNSUPPORTED for what the syntax has no words for.
 */
snic_status snic_rules_text(const snic_rules *rules,
                            int32_t format,
                            char *buffer,
                            size_t capacity,
                            size_t *needed,
                            snic_error **error);

/*
 Frees rules; NULL is allowed.
 */
snic_status snic_rules_free(snic_rules *rules);

/*
 Writes down what a device is like (NULL for all devices), as a YAML document: parameters, eswitch, VFs, sub-functions,
 rates, and the bridges and bonds over it. `*document` is the caller's; freed with `snic_text_free`.

 Fails with NOT_FOUND if there is no such device.
 */
snic_status snic_saved_export(const snic_host *host,
                              const char *device,
                              snic_text **document,
                              snic_error **error);

/*
 Compares a document with what is there, and lists what would be refused and what would be done, in this order; nothing if all
 is as the document says. Changes nothing. `options` may be NULL. `*iter` is the caller's; freed with
 `snic_saved_task_iter_free`.

 Fails with PARSE for what is no such document.
 */
snic_status snic_saved_plan(const snic_host *host,
                            const char *document,
                            const snic_saved_options *options,
                            snic_saved_task_iter **iter,
                            snic_error **error);

/*
 Brings devices to what a document says, reads back whether they are, and lists what was done; a second time that is nothing.
 What the document does not name stays as it is. `options` may be NULL. `*iter` is the caller's; freed with
 `snic_saved_task_iter_free`.

 Fails with PARSE for what is no such document; INVALID_INPUT with all that must be refused, before anything is changed; with the
 failure of a step, once all devices are as they were; ROLLBACK_FAILED if they are not.
 */
snic_status snic_saved_apply(const snic_host *host,
                             const char *document,
                             const snic_saved_options *options,
                             snic_saved_task_iter **iter,
                             snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_saved_task_next(snic_saved_task_iter *iter,
                                 const snic_saved_task **out,
                                 snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_saved_task_iter_free(snic_saved_task_iter *iter);

/*
 Lists what links tell: of a topic (see `snic_setting.topic`; NULL for all topics that the driver has), of a link (NULL
 for all links that tell it). `*iter` is the caller's; freed with `snic_setting_iter_free`.

 Fails with NOT_FOUND if there is no such link, UNSUPPORTED if its driver has nothing of the topic, INVALID_INPUT if there
 is no such topic.
 */
snic_status snic_setting_list(const snic_host *host,
                              const char *link,
                              const char *topic,
                              snic_setting_iter **iter,
                              snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_setting_next(snic_setting_iter *iter,
                              const snic_setting **out,
                              snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_setting_iter_free(snic_setting_iter *iter);

/*
 Changes settings of a topic of a link, given as `count` pairs of names and values, and reads back what came of it. All
 values are read before anything is changed.

 Sets of names are replaced by "NAME,NAME" and changed by "+NAME,-NAME". Fails with INVALID_INPUT for what cannot be set
 or a value that it cannot have, MISMATCH if the kernel took it and something else came of it, and what the driver says.
 */
snic_status snic_setting_set(const snic_host *host,
                             const char *link,
                             const char *topic,
                             const snic_pair *pairs,
                             size_t count,
                             snic_error **error);

/*
 Lists how interrupts of one queue of a link are held back; topic "coalesce". `*iter` is the caller's; freed with
 `snic_setting_iter_free`.

 Fails with UNSUPPORTED if the driver has that for no single queue.
 */
snic_status snic_queue_setting_list(const snic_host *host,
                                    const char *link,
                                    uint16_t queue,
                                    snic_setting_iter **iter,
                                    snic_error **error);

/*
 Changes how interrupts of one queue are held back, as `snic_setting_set` does for all of them.
 */
snic_status snic_queue_setting_set(const snic_host *host,
                                   const char *link,
                                   uint16_t queue,
                                   const snic_pair *pairs,
                                   size_t count,
                                   snic_error **error);

/*
 Lists the PHYs of a link, each with all that is told of it; topic "phy". `*iter` is the caller's; freed with
 `snic_setting_iter_free`.

 Fails with UNSUPPORTED before kernel 6.12.
 */
snic_status snic_phy_list(const snic_host *host,
                          const char *link,
                          snic_setting_iter **iter,
                          snic_error **error);

/*
 Lists how far off the signal is that a link's PHY receives; topic "signal". `*iter` is the caller's; freed with
 `snic_setting_iter_free`.

 Fails with UNSUPPORTED before kernel 6.19, and if the PHY does not tell.
 */
snic_status snic_signal_list(const snic_host *host,
                             const char *link,
                             snic_setting_iter **iter,
                             snic_error **error);

/*
 Lists the sub-functions of a device. `*iter` is the caller's; freed with `snic_sf_iter_free`.
 */
snic_status snic_sf_list(const snic_host *host, const char *device, snic_sf_iter **iter, snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_sf_next(snic_sf_iter *iter,
                         const snic_sf **out,
                         snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_sf_iter_free(snic_sf_iter *iter);

/*
 Plans a sub-function: its port, its settings, its activation, and the wait for its device and link. `options` may be NULL.
 Changes nothing. `*plan` is the caller's; see `snic_plan_run` and `snic_plan_free`.

 Fails with ALREADY_EXISTS if its number is taken, UNSUPPORTED if the driver has no sub-functions.
 */
snic_status snic_sf_create_plan(const snic_host *host,
                                const char *device,
                                const snic_sf_options *options,
                                snic_plan **plan,
                                snic_error **error);

/*
 Plans a change of a sub-function. Changes nothing. `*plan` is the caller's; see `snic_plan_run` and `snic_plan_free`.

 Fails with NOT_FOUND if there is no such sub-function.
 */
snic_status snic_sf_set_plan(const snic_host *host,
                             const char *device,
                             uint32_t number,
                             const snic_sf_change *change,
                             snic_plan **plan,
                             snic_error **error);

/*
 Plans the removal of a sub-function. Changes nothing. `*plan` is the caller's; see `snic_plan_run` and `snic_plan_free`.

 Fails with NOT_FOUND if there is no such sub-function.
 */
snic_status snic_sf_delete_plan(const snic_host *host,
                                const char *device,
                                uint32_t number,
                                snic_plan **plan,
                                snic_error **error);

/*
 Sends `count` equal packets, given in words as for `snic_flow_trace`, into a simulated NIC: at a representor as if its VF
 had sent them, at the uplink as if they came from the wire. Counters move. `*in_hardware`, unless NULL, becomes 1 if the
 NIC handled them alone.

 Fails with UNSUPPORTED on hosts that are not simulated.
 */
snic_status snic_sim_send(const snic_host *host,
                          const char *link,
                          const char *packet,
                          uint64_t count,
                          int32_t *in_hardware,
                          snic_error **error);

/*
 Lets what a health reporter of a simulated NIC watches have an error, so many milliseconds after whatever happened before.
 `*recovered`, unless NULL, becomes 1 if the driver recovered from it by itself.

 Fails with UNSUPPORTED on hosts that are not simulated, NOT_FOUND if there is no such reporter.
 */
snic_status snic_sim_break(const snic_host *host,
                           const char *place,
                           const char *reporter,
                           const char *words,
                           uint64_t after_ms,
                           int32_t *recovered,
                           snic_error **error);

/*
 Makes a network namespace on a simulated host, as `ip netns add` does.
 */
snic_status snic_sim_netns_add(const snic_host *host, const char *name, snic_error **error);

/*
 Ends a network namespace of a simulated host, as `ip netns del` does: what was moved there comes back.
 */
snic_status snic_sim_netns_remove(const snic_host *host, const char *name, snic_error **error);

/*
 Moves a link of a simulated host from one network namespace to another; NULL is the one that the host was opened in.
 */
snic_status snic_sim_move_link(const snic_host *host,
                               const char *link,
                               const char *from,
                               const char *to,
                               snic_error **error);

/*
 Carries out a line in the words that stand behind `tc`: filters, chains, actions and qdiscs, added, changed, removed,
 shown, in the kernel's own terms. `*json`, unless `json` is NULL, becomes what `tc -s -j` prints (empty of a change); it is
 the caller's, freed with `snic_text_free`.

 Fails with INVALID_INPUT for a line that tc does not take, and with what the kernel says.
 */
snic_status snic_tc_run(const snic_host *host,
                        const char *words,
                        snic_text **json,
                        snic_error **error);

/*
 Opens the kernel's log, to hear what drivers say there and nowhere else. `*log` is the caller's; freed with
 `snic_kernel_log_close`.

 Fails with PERMISSION_DENIED if the caller may not read it, UNSUPPORTED where there is none.
 */
snic_status snic_kernel_log_open(const snic_host *host, snic_kernel_log **log, snic_error **error);

/*
 Reads what was written since the last call, or since the log was opened: a line each, without time and priority. `*lines`
 is the caller's, empty if nothing was written; freed with `snic_text_free`.
 */
snic_status snic_kernel_log_read(snic_kernel_log *log,
                                 snic_text **lines,
                                 snic_error **error);

/*
 Closes a log; NULL is allowed.
 */
snic_status snic_kernel_log_close(snic_kernel_log *log);

/*
 Walks a packet, given in words such as "ip_proto udp dst_ip 10.0.0.1 dst_port 53", through the rules that stand at a side
 (a number of `snic_side`; 0 stands for ingress) of a link. Nothing is sent, and no counter moves. `*trace` is the
 caller's; freed with `snic_trace_free`.

 Fails with NOT_FOUND if there is no such link, PARSE for a packet that cannot be read.
 */
snic_status snic_flow_trace(const snic_host *host,
                            const char *link,
                            int32_t side,
                            const char *packet,
                            snic_trace **trace,
                            snic_error **error);

/*
 Lends how the way ended in `*out`, which lives as long as the trace.
 */
snic_status snic_trace_end(const snic_trace *trace, const snic_trace_result **out, snic_error **error);

/*
 Lends the next rule that the packet met in `*out`, which lives as long as the trace. Returns `SNIC_STATUS_END` behind the
 last.
 */
snic_status snic_trace_next(snic_trace *trace,
                            const snic_trace_step **out,
                            snic_error **error);

/*
 Frees a trace; NULL is allowed.
 */
snic_status snic_trace_free(snic_trace *trace);

/*
 Lists packet traps; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
 `snic_trap_iter_free`.
 */
snic_status snic_trap_list(const snic_host *host,
                           const char *device,
                           snic_trap_iter **iter,
                           snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_trap_next(snic_trap_iter *iter,
                           const snic_trap **out,
                           snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_trap_iter_free(snic_trap_iter *iter);

/*
 Sets what is done with the packets of a trap: "drop", "trap" or "mirror". The kernel keeps the action of traps that do not
 drop, and the call succeeds: read it back.

 Fails with NOT_FOUND if there is no such trap.
 */
snic_status snic_trap_set(const snic_host *host,
                          const char *device,
                          const char *name,
                          const char *action,
                          snic_error **error);

/*
 Lists groups of packet traps; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
 `snic_trap_group_iter_free`.
 */
snic_status snic_trap_group_list(const snic_host *host,
                                 const char *device,
                                 snic_trap_group_iter **iter,
                                 snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_trap_group_next(snic_trap_group_iter *iter,
                                 const snic_trap_group **out,
                                 snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_trap_group_iter_free(snic_trap_group_iter *iter);

/*
 Changes a group: the action of all its traps that drop ("drop", "trap", "mirror"; NULL keeps them), and its policer (-1
 keeps it, 0 takes it away).
 */
snic_status snic_trap_group_set(const snic_host *host,
                                const char *device,
                                const char *name,
                                const char *action,
                                int64_t policer,
                                snic_error **error);

/*
 Lists policers of packet traps; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
 `snic_trap_policer_iter_free`.
 */
snic_status snic_trap_policer_list(const snic_host *host,
                                   const char *device,
                                   snic_trap_policer_iter **iter,
                                   snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_trap_policer_next(snic_trap_policer_iter *iter,
                                   const snic_trap_policer **out,
                                   snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_trap_policer_iter_free(snic_trap_policer_iter *iter);

/*
 Changes how many packets a policer lets pass in a second and at once; 0 keeps what there is.
 */
snic_status snic_trap_policer_set(const snic_host *host,
                                  const char *device,
                                  uint32_t id,
                                  uint64_t rate,
                                  uint64_t burst,
                                  snic_error **error);

/*
 Lists tunnel devices. `*iter` is the caller's; freed with `snic_tunnel_iter_free`.
 */
snic_status snic_tunnel_list(const snic_host *host, snic_tunnel_iter **iter, snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_tunnel_next(snic_tunnel_iter *iter,
                             const snic_tunnel **out,
                             snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_tunnel_iter_free(snic_tunnel_iter *iter);

/*
 Makes a tunnel device ("vxlan", "geneve", "gretap", or "bareudp" for MPLS); it is down at first. `options` may be NULL:
 identifier and addresses come with each packet then, which is what rules want.

 Fails with ALREADY_EXISTS if there is a link of this name, INVALID_INPUT for what does not go together.
 */
snic_status snic_tunnel_add(const snic_host *host,
                            const char *name,
                            const char *kind,
                            const snic_tunnel_options *options,
                            snic_error **error);

/*
 Removes a tunnel device.
 */
snic_status snic_tunnel_remove(const snic_host *host, const char *name, snic_error **error);

/*
 Lists what can carry virtio devices. `*iter` is the caller's; freed with `snic_vdpa_mgmt_iter_free`.
 */
snic_status snic_vdpa_mgmt_list(const snic_host *host, snic_vdpa_mgmt_iter **iter, snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_vdpa_mgmt_next(snic_vdpa_mgmt_iter *iter,
                                const snic_vdpa_mgmt **out,
                                snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_vdpa_mgmt_iter_free(snic_vdpa_mgmt_iter *iter);

/*
 Lists virtio devices that NICs carry. `*iter` is the caller's; freed with `snic_vdpa_iter_free`.
 */
snic_status snic_vdpa_list(const snic_host *host, snic_vdpa_iter **iter, snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_vdpa_next(snic_vdpa_iter *iter,
                           const snic_vdpa **out,
                           snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_vdpa_iter_free(snic_vdpa_iter *iter);

/*
 Makes a virtio device that `mgmt` ("pci/0000:03:00.2") carries. `options` may be NULL.

 Fails with NOT_FOUND if there is nothing of this handle, NO_SPACE if it carries no more.
 */
snic_status snic_vdpa_add(const snic_host *host,
                          const char *name,
                          const char *mgmt,
                          const snic_vdpa_options *options,
                          snic_error **error);

/*
 Removes a virtio device.
 */
snic_status snic_vdpa_remove(const snic_host *host, const char *name, snic_error **error);

/*
 Gives a virtio device another MAC address (kernel 6.12 and later).
 */
snic_status snic_vdpa_set_mac(const snic_host *host, const char *name, const char *mac, snic_error **error);

/*
 Lists the counters of a queue of a virtio device. `*iter` is the caller's; freed with `snic_vdpa_counter_iter_free`.
 */
snic_status snic_vdpa_counter_list(const snic_host *host,
                                   const char *name,
                                   uint32_t queue,
                                   snic_vdpa_counter_iter **iter,
                                   snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_vdpa_counter_next(snic_vdpa_counter_iter *iter,
                                   const snic_vdpa_counter **out,
                                   snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_vdpa_counter_iter_free(snic_vdpa_counter_iter *iter);

/*
 The version of the library, such as "0.1.0". Lives for ever; any thread may ask.
 */
const char *snic_version(void);

/*
 `SNIC_ABI_VERSION` of the library that is loaded; any thread may ask.
 */
uint32_t snic_abi_version(void);

/*
 Lists the VFs of a device. `*iter` is the caller's; freed with `snic_vf_iter_free`.

 Fails with NOT_FOUND if there is no such device.
 */
snic_status snic_vf_list(const snic_host *host, const char *device, snic_vf_iter **iter, snic_error **error);

/*
 Lends the next record in `*out`, which lives as long as the iterator. Returns `SNIC_STATUS_END` behind the last.
 */
snic_status snic_vf_next(snic_vf_iter *iter,
                         const snic_vf **out,
                         snic_error **error);

/*
 Frees an iterator; NULL is allowed.
 */
snic_status snic_vf_iter_free(snic_vf_iter *iter);

/*
 Plans a change of what the physical function lays down for a VF; changes nothing. `*plan` is the caller's; see
 `snic_plan_run` and `snic_plan_free`.

 Fails with NOT_FOUND if there is no such device or VF.
 */
snic_status snic_vf_set_plan(const snic_host *host,
                             const char *device,
                             uint32_t vf,
                             const snic_vf_settings *settings,
                             snic_plan **plan,
                             snic_error **error);

/*
 Plans that a device has so many VFs; the eswitch mode stays. Changes nothing. `*plan` is the caller's; see
 `snic_plan_run` and `snic_plan_free`.

 Fails with INVALID_INPUT for more VFs than the device can have, UNSUPPORTED if it can have none.
 */
snic_status snic_vf_create_plan(const snic_host *host,
                                const char *device,
                                uint32_t count,
                                snic_plan **plan,
                                snic_error **error);

/*
 Plans that a driver takes a VF: the one that claims it if `driver` is NULL, none if it is "", else the one of this name
 and no other. Changes nothing. `*plan` is the caller's; see `snic_plan_run` and `snic_plan_free`.
 */
snic_status snic_vf_driver_plan(const snic_host *host,
                                const char *device,
                                uint32_t vf,
                                const char *driver,
                                snic_plan **plan,
                                snic_error **error);

/*
 A snic_bridge_settings with all defaults, for the caller to change.
 */
static inline snic_bridge_settings snic_bridge_settings_init(void)
{
    snic_bridge_settings made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_dcb with all defaults, for the caller to change.
 */
static inline snic_dcb snic_dcb_init(void)
{
    snic_dcb made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_flash_options with all defaults, for the caller to change.
 */
static inline snic_flash_options snic_flash_options_init(void)
{
    snic_flash_options made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_cable_options with all defaults, for the caller to change.
 */
static inline snic_cable_options snic_cable_options_init(void)
{
    snic_cable_options made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_eswitch with all defaults, for the caller to change.
 */
static inline snic_eswitch snic_eswitch_init(void)
{
    snic_eswitch made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_fdb_options with all defaults, for the caller to change.
 */
static inline snic_fdb_options snic_fdb_options_init(void)
{
    snic_fdb_options made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_flow_options with all defaults, for the caller to change.
 */
static inline snic_flow_options snic_flow_options_init(void)
{
    snic_flow_options made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_flow_list_options with all defaults, for the caller to change.
 */
static inline snic_flow_list_options snic_flow_list_options_init(void)
{
    snic_flow_list_options made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_health_settings with all defaults, for the caller to change.
 */
static inline snic_health_settings snic_health_settings_init(void)
{
    snic_health_settings made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_host_options with all defaults, for the caller to change.
 */
static inline snic_host_options snic_host_options_init(void)
{
    snic_host_options made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_plan_options with all defaults, for the caller to change.
 */
static inline snic_plan_options snic_plan_options_init(void)
{
    snic_plan_options made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_rate_settings with all defaults, for the caller to change.
 */
static inline snic_rate_settings snic_rate_settings_init(void)
{
    snic_rate_settings made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_flow_counts with all defaults, for the caller to change.
 */
static inline snic_flow_counts snic_flow_counts_init(void)
{
    snic_flow_counts made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_ntuple_options with all defaults, for the caller to change.
 */
static inline snic_ntuple_options snic_ntuple_options_init(void)
{
    snic_ntuple_options made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_rule with all defaults, for the caller to change.
 */
static inline snic_rule snic_rule_init(void)
{
    snic_rule made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_saved_options with all defaults, for the caller to change.
 */
static inline snic_saved_options snic_saved_options_init(void)
{
    snic_saved_options made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_sf_options with all defaults, for the caller to change.
 */
static inline snic_sf_options snic_sf_options_init(void)
{
    snic_sf_options made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_sf_change with all defaults, for the caller to change.
 */
static inline snic_sf_change snic_sf_change_init(void)
{
    snic_sf_change made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_tunnel_options with all defaults, for the caller to change.
 */
static inline snic_tunnel_options snic_tunnel_options_init(void)
{
    snic_tunnel_options made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_vdpa_options with all defaults, for the caller to change.
 */
static inline snic_vdpa_options snic_vdpa_options_init(void)
{
    snic_vdpa_options made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

/*
 A snic_vf_settings with all defaults, for the caller to change.
 */
static inline snic_vf_settings snic_vf_settings_init(void)
{
    snic_vf_settings made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    return made;
}

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* SMARTNIC_H */
