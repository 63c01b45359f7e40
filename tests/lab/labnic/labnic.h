/* SPDX-License-Identifier: GPL-2.0 */
/* labnic: a NIC of software for tests of flower offload. README.md says what it does.
 *
 * Locks, outer before inner: the devlink instance's lock (mode, ports), rtnl (links, bound blocks, DCB),
 * labnic.lock (masks, the number of flows). The packet path takes none and reads under RCU.
 */
#ifndef LABNIC_H
#define LABNIC_H

#include <linux/bits.h>
#include <linux/dcbnl.h>
#include <linux/device.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/workqueue.h>
#include <net/devlink.h>
#include <net/flow_offload.h>
#include <net/pkt_cls.h>

#define LABNIC_VFS_MAX		64
#define LABNIC_PORTS_MAX	(1 + LABNIC_VFS_MAX)
#define LABNIC_ACTIONS_MAX	16
#define LABNIC_HOPS_MAX		16	/* rules that one packet may meet on its way */

/* What is settable through debugfs. */
struct labnic_knobs {
	u32 capacity;		/* rules that fit */
	u32 chains;		/* chains 0 to this, less one */
	u64 keys;		/* accepted FLOW_DISSECTOR_KEY_*, one bit each */
	u64 actions;		/* accepted FLOW_ACTION_*, one bit each */
	u32 insert_delay_us;
	u32 stats_delay_ms;
	u32 fail_after;		/* rules that still go well before fail_next counts */
	u32 fail_next;		/* rules that fail then */
	u32 fail_every;		/* of that many rules, the last fails */
	u32 fail_errno;
	u32 fail_mode;		/* errno for changes of the eswitch mode; 0 for none */
};

struct labnic {
	struct device *dev;
	struct devlink *devlink;
	unsigned int id;
	u16 mode;		/* DEVLINK_ESWITCH_MODE_* */
	unsigned int vfs;
	struct labnic_port *port[LABNIC_PORTS_MAX];	/* the uplink, then one for each VF */
	struct mutex lock;
	struct rhashtable flows;	/* by port and cookie */
	struct rhltable spots;		/* by mask and what is left of a packet under it */
	unsigned int num_flows;
	u32 attempts;			/* rules so far, for fail_every */
	struct labnic_knobs knobs;
	struct llist_head met;		/* flows whose counters moved since the last harvest */
	struct delayed_work harvest;
	struct dentry *debugfs;
};

/* A port of the switch inside: on one side the link that the host sees (the uplink or a representor), on the
 * far side what is plugged in (the wire or a VF).
 */
struct labnic_port {
	struct labnic *nic;
	unsigned int index;			/* 0 is the uplink, n the VF n - 1 */
	struct net_device __rcu *near;		/* NULL for a VF in legacy mode */
	struct net_device __rcu *far;
	struct devlink_port devlink;
	struct list_head masks;			/* by chain and priority */
	atomic_t num_flows;
	refcount_t refs;
	struct rcu_head rcu;
};

#define LABNIC_APPS_MAX		256
#define LABNIC_TRUST_MAX	8

/* Data centre bridging of a link. */
struct labnic_dcb {
	struct ieee_ets ets;
	struct ieee_pfc pfc;
	struct ieee_maxrate rates;
	struct dcbnl_buffer buffer;
	struct dcb_app apps[LABNIC_APPS_MAX];	/* as the kernel has them, for the neighbour */
	u16 num_apps;
	u8 trust[LABNIC_TRUST_MAX];
	int num_trust;
	u8 dcbx;
};

/* The private part of both kinds of links. */
struct labnic_end {
	struct labnic_port *port;
	struct labnic_dcb dcb;		/* of the uplink and its partner */
};

/* Everything that is read from a packet, laid out for the kernel's flow dissector. */
struct labnic_key {
	__be16 protocol;	/* of the frame itself, as each filter has it: that of the outer tag if there is one */
	struct flow_dissector_key_control control;
	struct flow_dissector_key_basic basic;
	struct flow_dissector_key_meta meta;
	struct flow_dissector_key_eth_addrs eth;
	struct flow_dissector_key_num_of_vlans vlans;
	struct flow_dissector_key_vlan vlan;
	struct flow_dissector_key_vlan cvlan;
	struct flow_dissector_key_ipv4_addrs ipv4;
	struct flow_dissector_key_ipv6_addrs ipv6;
	struct flow_dissector_key_ip ip;
	struct flow_dissector_key_ports ports;
	struct flow_dissector_key_ports_range range;
	struct flow_dissector_key_icmp icmp;
	struct flow_dissector_key_tcp tcp;
	struct flow_dissector_key_arp arp;
} __aligned(sizeof(long));

/* The bits that some rules of one port, chain and priority look at. */
struct labnic_mask {
	struct list_head list;
	struct rcu_head rcu;
	unsigned int users;
	u32 chain, prio;
	struct labnic_key key;
};

/* Where a rule is found when a packet comes. Hashed whole: fill gaps with zeros. */
struct labnic_spot {
	struct labnic_mask *mask;
	struct labnic_key key;
};

/* What tells a rule from others. A rule of a shared block is there once for each port. */
struct labnic_id {
	struct labnic_port *port;
	unsigned long cookie;
};

struct labnic_action {
	enum flow_action_id id;
	union {
		struct labnic_port *port;
		u32 chain;
		struct {
			u16 tci;
			__be16 proto;
		} vlan;
	};
};

struct labnic_flow {
	struct rhash_head by_id;
	struct rhlist_head by_spot;
	struct labnic_id id;
	struct labnic_spot spot;
	struct flow_dissector_key_ports_range low_high, range_mask;
	u32 chain, prio;
	bool passive;			/* holds a place, but no packet can meet it */
	refcount_t refs;
	struct rcu_head rcu;
	unsigned long state;		/* LABNIC_MET */
	struct llist_node met;
	atomic64_t total_packets, total_bytes;	/* as the hardware counts */
	atomic64_t packets, bytes;		/* of them, not yet harvested */
	atomic64_t ready_packets, ready_bytes;	/* harvested, not yet told to tc */
	unsigned long used, ready_used;
	unsigned int num_actions;
	struct labnic_action action[];
};
#define LABNIC_MET	0

/* dcb.c */
void labnic_dcb_init(struct net_device *dev);

/* devlink.c */
struct labnic *labnic_create(struct device *dev);
void labnic_destroy(struct labnic *nic);
int labnic_set_vfs(struct labnic *nic, unsigned int num);
int labnic_set_capacity(struct labnic *nic, u32 capacity);

/* flow.c: the table of rules */
int labnic_flows_init(struct labnic *nic);
void labnic_flows_exit(struct labnic *nic);
int labnic_flow_add(struct labnic_flow *flow, const struct labnic_key *mask, struct netlink_ext_ack *extack);
int labnic_flow_del(struct labnic_port *port, unsigned long cookie);
struct labnic_flow *labnic_flow_find(struct labnic_port *port, unsigned long cookie);
struct labnic_flow *labnic_flow_match(struct labnic_port *port, u32 chain, const struct labnic_key *packet);
void labnic_flow_put(struct labnic_flow *flow);
void labnic_flows_show(struct labnic *nic, struct seq_file *file);

/* key.c */
extern const u64 labnic_keys_read;	/* those that a packet can be matched on */
void labnic_key_of_rule(const struct flow_rule *rule, __be16 protocol, struct labnic_flow *flow,
			struct labnic_key *mask);
void labnic_key_of_packet(struct sk_buff *skb, const struct labnic_port *port, struct labnic_key *key);
void labnic_key_and(struct labnic_key *to, const struct labnic_key *key, const struct labnic_key *mask);
bool labnic_key_in_range(const struct labnic_flow *flow, const struct labnic_key *packet);

/* knobs.c */
void labnic_knobs_init(struct labnic *nic);
void labnic_knobs_exit(struct labnic *nic);
extern struct dentry *labnic_debugfs;

/* names.c */
const char *labnic_key_name(unsigned int id);
const char *labnic_action_name(unsigned int id);

/* netdev.c: links */
struct net_device *labnic_netdev_add(struct labnic_port *port, bool far);
void labnic_netdev_del(struct net_device __rcu **link);
bool labnic_netdev_is_near(const struct net_device *dev);

/* offload.c: what tc asks for */
int labnic_setup_tc(struct net_device *dev, enum tc_setup_type type, void *data);

/* port.c */
int labnic_port_add(struct labnic *nic, unsigned int index);
void labnic_port_del(struct labnic *nic, unsigned int index);
int labnic_port_show(struct labnic_port *port);
void labnic_port_hide(struct labnic_port *port);
void labnic_port_get(struct labnic_port *port);
void labnic_port_put(struct labnic_port *port);

/* rule.c: what is taken, and what a rule becomes */
extern const u64 labnic_actions_done;	/* those that can be carried out */
struct labnic_flow *labnic_rule_read(struct labnic_port *port, const struct flow_rule *rule,
				     const struct flow_cls_common_offload *common, struct labnic_key *mask);

/* stats.c */
void labnic_stats_init(struct labnic *nic);
void labnic_stats_exit(struct labnic *nic);
void labnic_stats_set_delay(struct labnic *nic, u32 ms);
void labnic_stats_count(struct labnic *nic, struct labnic_flow *flow, unsigned int bytes);
void labnic_stats_tell(struct labnic *nic, struct labnic_flow *flow, struct flow_stats *stats);

/* switch.c: the packet path */
void labnic_switch_in(struct labnic_port *port, struct sk_buff *skb);
void labnic_switch_out(struct labnic_port *port, struct sk_buff *skb);

#endif
