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
 What changes on a host. Made by `snic_topology_watch` and `snic_flow_watch`, freed with `snic_events_free`. Used by one
 thread at a time.
 */
typedef struct snic_events snic_events;

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
 RDMA devices, one after the other.
 */
typedef struct snic_rdma_device_iter snic_rdma_device_iter;

/*
 Representors, one after the other.
 */
typedef struct snic_representor_iter snic_representor_iter;

/*
 Rules that are wanted on a host. Made by `snic_rules_parse` and `snic_rules_read`, freed with `snic_rules_free`. Several
 threads may read one as long as none adds to it.
 */
typedef struct snic_rules snic_rules;

/*
 Sub-functions, one after the other.
 */
typedef struct snic_sf_iter snic_sf_iter;

/*
 A text of any length that the library made. Freed with `snic_text_free`; it does not change.
 */
typedef struct snic_text snic_text;

/*
 VFs, one after the other.
 */
typedef struct snic_vf_iter snic_vf_iter;

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
     "actions", "qdisc".
     */
    const char *object;
    /*
     Of the topology, which one: what is behind the kind, such as "pci/0000:03:00.0" or a number of a link, with "blue/" in
     front if the link is in the network namespace blue; of a tie, the thing that belongs. NULL for rules.
     */
    const char *subject;
    /*
     Of a tie: what it belongs to, with its kind in front. NULL otherwise.
     */
    const char *target;
    /*
     All that is known, as one line of JSON.
     */
    const char *json;
} snic_event;

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
 Plans the removal of a sub-function. Changes nothing. `*plan` is the caller's; see `snic_plan_run` and `snic_plan_free`.

 Fails with NOT_FOUND if there is no such sub-function.
 */
snic_status snic_sf_delete_plan(const snic_host *host,
                                const char *device,
                                uint32_t number,
                                snic_plan **plan,
                                snic_error **error);

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
