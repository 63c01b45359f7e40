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
 A machine with NICs: this one, a network namespace of it, or a simulated one.

 Several threads may use one at the same time. What was read from it (iterators, reports, watches) keeps what it needs
 of it and may live longer.
 */
typedef struct snic_host snic_host;

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
 Representors, one after the other.
 */
typedef struct snic_representor_iter snic_representor_iter;

/*
 VFs, one after the other.
 */
typedef struct snic_vf_iter snic_vf_iter;

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
