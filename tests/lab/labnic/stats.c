// SPDX-License-Identifier: GPL-2.0
/* Counters that tc sees late, as with real NICs, whose drivers read them from the device now and then: a packet
 * counts at once in the flow, and a harvest some time later makes that known.
 */
#include "labnic.h"

static void labnic_harvest_flow(struct labnic_flow *flow)
{
	atomic64_add(atomic64_xchg(&flow->packets, 0), &flow->ready_packets);
	atomic64_add(atomic64_xchg(&flow->bytes, 0), &flow->ready_bytes);
	WRITE_ONCE(flow->ready_used, READ_ONCE(flow->used));
}

/* Only flows that met packets are looked at, however many there are. */
static void labnic_harvest(struct work_struct *work)
{
	struct labnic *nic = container_of(to_delayed_work(work), struct labnic, harvest);
	struct llist_node *met = llist_del_all(&nic->met);
	struct labnic_flow *flow, *next;

	llist_for_each_entry_safe(flow, next, met, met) {
		/* Before the counters are read: a packet that comes now puts it on the list again. */
		clear_bit(LABNIC_MET, &flow->state);
		smp_mb__after_atomic();
		labnic_harvest_flow(flow);
		labnic_flow_put(flow);
	}
}

void labnic_stats_init(struct labnic *nic)
{
	init_llist_head(&nic->met);
	INIT_DELAYED_WORK(&nic->harvest, labnic_harvest);
}

/* When no packet can come any more. */
void labnic_stats_exit(struct labnic *nic)
{
	cancel_delayed_work_sync(&nic->harvest);
	labnic_harvest(&nic->harvest.work);
}

/* What waits already waits no longer than the new time. */
void labnic_stats_set_delay(struct labnic *nic, u32 ms)
{
	WRITE_ONCE(nic->knobs.stats_delay_ms, ms);
	mod_delayed_work(system_wq, &nic->harvest, msecs_to_jiffies(ms));
}

/* Called for each packet, under rcu_read_lock(). */
void labnic_stats_count(struct labnic *nic, struct labnic_flow *flow, unsigned int bytes)
{
	atomic64_inc(&flow->total_packets);
	atomic64_add(bytes, &flow->total_bytes);
	atomic64_inc(&flow->packets);
	atomic64_add(bytes, &flow->bytes);
	WRITE_ONCE(flow->used, jiffies);
	smp_mb__before_atomic();
	if (test_and_set_bit(LABNIC_MET, &flow->state))
		return;
	/* A flow that is just being removed is not worth it. */
	if (refcount_inc_not_zero(&flow->refs) && llist_add(&flow->met, &nic->met))
		schedule_delayed_work(&nic->harvest, msecs_to_jiffies(READ_ONCE(nic->knobs.stats_delay_ms)));
}

/* What tc has not heard yet. */
void labnic_stats_tell(struct labnic *nic, struct labnic_flow *flow, struct flow_stats *stats)
{
	if (!READ_ONCE(nic->knobs.stats_delay_ms))
		labnic_harvest_flow(flow);
	flow_stats_update(stats, atomic64_xchg(&flow->ready_bytes, 0), atomic64_xchg(&flow->ready_packets, 0), 0,
			  READ_ONCE(flow->ready_used), FLOW_ACTION_HW_STATS_DELAYED);
}
