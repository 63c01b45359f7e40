// SPDX-License-Identifier: GPL-2.0
/* The table of rules: found by port and cookie when tc asks, and by the bits of a packet when one comes.
 *
 * A packet is looked up once for each different mask of its port and chain, in the order of priorities; the
 * number of rules does not matter. To add or remove a rule costs the same however many there are, as long as
 * they share few masks.
 */
#include <linux/delay.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include "labnic.h"

static const struct rhashtable_params labnic_flow_params = {
	.key_len = sizeof(struct labnic_id),
	.key_offset = offsetof(struct labnic_flow, id),
	.head_offset = offsetof(struct labnic_flow, by_id),
	.automatic_shrinking = true,
};

static const struct rhashtable_params labnic_spot_params = {
	.key_len = sizeof(struct labnic_spot),
	.key_offset = offsetof(struct labnic_flow, spot),
	.head_offset = offsetof(struct labnic_flow, by_spot),
	.automatic_shrinking = true,
};

int labnic_flows_init(struct labnic *nic)
{
	int err = rhashtable_init(&nic->flows, &labnic_flow_params);

	if (err)
		return err;
	err = rhltable_init(&nic->spots, &labnic_spot_params);
	if (err)
		rhashtable_destroy(&nic->flows);
	return err;
}

void labnic_flows_exit(struct labnic *nic)
{
	WARN_ON(nic->num_flows);
	rhltable_destroy(&nic->spots);
	rhashtable_destroy(&nic->flows);
}

void labnic_flow_put(struct labnic_flow *flow)
{
	if (!refcount_dec_and_test(&flow->refs))
		return;
	for (unsigned int i = 0; i < flow->num_actions; i++)
		if (flow->action[i].id == FLOW_ACTION_REDIRECT || flow->action[i].id == FLOW_ACTION_MIRRED)
			labnic_port_put(flow->action[i].port);
	kfree_rcu(flow, rcu);
}

static u64 labnic_mask_order(u32 chain, u32 prio)
{
	return (u64)chain << 32 | prio;
}

/* The mask of these bits, made if there is none; the newest rules mostly have the last one. */
static struct labnic_mask *labnic_mask_get(struct labnic_port *port, u32 chain, u32 prio,
					   const struct labnic_key *key)
{
	u64 order = labnic_mask_order(chain, prio);
	struct labnic_mask *mask, *before;
	struct list_head *after = &port->masks;

	list_for_each_entry_reverse(before, &port->masks, list) {
		u64 there = labnic_mask_order(before->chain, before->prio);

		if (there > order)
			continue;
		if (after == &port->masks)
			after = &before->list;
		if (there < order)
			break;
		if (!memcmp(&before->key, key, sizeof(*key))) {
			before->users++;
			return before;
		}
	}
	mask = kzalloc(sizeof(*mask), GFP_KERNEL);
	if (!mask)
		return NULL;
	mask->users = 1;
	mask->chain = chain;
	mask->prio = prio;
	mask->key = *key;
	list_add_rcu(&mask->list, after);
	return mask;
}

static void labnic_mask_put(struct labnic_mask *mask)
{
	if (--mask->users)
		return;
	list_del_rcu(&mask->list);
	kfree_rcu(mask, rcu);
}

/* The failures that were asked for. */
static int labnic_failure(struct labnic *nic)
{
	struct labnic_knobs *knobs = &nic->knobs;
	u32 every = READ_ONCE(knobs->fail_every);

	nic->attempts++;
	if (knobs->fail_next) {
		if (!knobs->fail_after) {
			knobs->fail_next--;
			return -(int)knobs->fail_errno;
		}
		knobs->fail_after--;
	}
	return every && nic->attempts % every == 0 ? -(int)knobs->fail_errno : 0;
}

/* Takes a place in the table and the mask, or says why not. */
static int labnic_reserve(struct labnic_flow *flow, const struct labnic_key *mask, struct netlink_ext_ack *extack)
{
	struct labnic_port *port = flow->id.port;
	struct labnic *nic = port->nic;
	u32 capacity = READ_ONCE(nic->knobs.capacity);
	int err;

	if (nic->mode != DEVLINK_ESWITCH_MODE_SWITCHDEV) {
		NL_SET_ERR_MSG_MOD(extack, "flows are offloaded in eswitch mode switchdev only");
		return -EOPNOTSUPP;
	}
	err = labnic_failure(nic);
	if (err) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "failure %d asked for in debugfs", -err);
		return err;
	}
	if (nic->num_flows >= capacity) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "flow table full (%u entries)", capacity);
		return -ENOSPC;
	}
	flow->spot.mask = labnic_mask_get(port, flow->chain, flow->prio, mask);
	if (!flow->spot.mask)
		return -ENOMEM;
	WRITE_ONCE(nic->num_flows, nic->num_flows + 1);
	atomic_inc(&port->num_flows);
	return 0;
}

static void labnic_release(struct labnic_flow *flow)
{
	struct labnic *nic = flow->id.port->nic;

	mutex_lock(&nic->lock);
	labnic_mask_put(flow->spot.mask);
	WRITE_ONCE(nic->num_flows, nic->num_flows - 1);
	atomic_dec(&flow->id.port->num_flows);
	mutex_unlock(&nic->lock);
}

/* Puts a rule into the table, which then owns it. */
int labnic_flow_add(struct labnic_flow *flow, const struct labnic_key *mask, struct netlink_ext_ack *extack)
{
	struct labnic *nic = flow->id.port->nic;
	u32 delay = READ_ONCE(nic->knobs.insert_delay_us);
	int err;

	if (delay)
		fsleep(delay);
	mutex_lock(&nic->lock);
	err = labnic_reserve(flow, mask, extack);
	mutex_unlock(&nic->lock);
	if (err)
		return err;
	err = rhashtable_lookup_insert_fast(&nic->flows, &flow->by_id, labnic_flow_params);
	if (err)
		goto no_id;
	if (!flow->passive) {
		err = rhltable_insert(&nic->spots, &flow->by_spot, labnic_spot_params);
		if (err)
			goto no_spot;
	}
	return 0;

no_spot:
	rhashtable_remove_fast(&nic->flows, &flow->by_id, labnic_flow_params);
no_id:
	labnic_release(flow);
	return err;
}

/* To be called, and the result used, under rcu_read_lock(). */
struct labnic_flow *labnic_flow_find(struct labnic_port *port, unsigned long cookie)
{
	struct labnic_id id = { .port = port, .cookie = cookie };

	return rhashtable_lookup_fast(&port->nic->flows, &id, labnic_flow_params);
}

int labnic_flow_del(struct labnic_port *port, unsigned long cookie)
{
	struct labnic *nic = port->nic;
	struct labnic_flow *flow;
	int err = -ENOENT;

	rcu_read_lock();
	flow = labnic_flow_find(port, cookie);
	if (flow)
		err = rhashtable_remove_fast(&nic->flows, &flow->by_id, labnic_flow_params);
	rcu_read_unlock();
	/* Who removed it owns it. */
	if (err)
		return err;
	if (!flow->passive)
		rhltable_remove(&nic->spots, &flow->by_spot, labnic_spot_params);
	labnic_release(flow);
	labnic_flow_put(flow);
	return 0;
}

/* The rule that a packet meets first in a chain. To be called, and the result used, under rcu_read_lock(). */
struct labnic_flow *labnic_flow_match(struct labnic_port *port, u32 chain, const struct labnic_key *packet)
{
	struct rhlist_head *there, *at;
	struct labnic_flow *flow;
	struct labnic_mask *mask;
	struct labnic_spot spot;

	memset(&spot, 0, sizeof(spot));
	list_for_each_entry_rcu(mask, &port->masks, list) {
		if (mask->chain != chain)
			continue;
		spot.mask = mask;
		labnic_key_and(&spot.key, packet, &mask->key);
		there = rhltable_lookup(&port->nic->spots, &spot, labnic_spot_params);
		rhl_for_each_entry_rcu(flow, at, there, by_spot)
			if (labnic_key_in_range(flow, packet))
				return flow;
	}
	return NULL;
}

/* One line for each rule, in no order; rules that come or go meanwhile may be missing or twice. */
void labnic_flows_show(struct labnic *nic, struct seq_file *file)
{
	struct rhashtable_iter iter;
	struct labnic_flow *flow;

	rhashtable_walk_enter(&nic->flows, &iter);
	rhashtable_walk_start(&iter);
	while ((flow = rhashtable_walk_next(&iter))) {
		if (IS_ERR(flow))
			continue;
		seq_printf(file, "port %u chain %u prio %u cookie %lx packets %lld bytes %lld%s",
			   flow->id.port->index, flow->chain, flow->prio, flow->id.cookie,
			   atomic64_read(&flow->total_packets), atomic64_read(&flow->total_bytes),
			   flow->passive ? " passive" : "");
		for (unsigned int i = 0; i < flow->num_actions; i++)
			seq_printf(file, " %s", labnic_action_name(flow->action[i].id));
		seq_putc(file, '\n');
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
}
