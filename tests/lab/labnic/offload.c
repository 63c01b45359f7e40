// SPDX-License-Identifier: GPL-2.0
/* What tc asks for: rules of flower and matchall for a port, or for a block that several ports share. */
#include "labnic.h"

/* Under rtnl. */
static LIST_HEAD(labnic_block_cbs);

static int labnic_may_offload(struct labnic_port *port, struct netlink_ext_ack *extack)
{
	const struct net_device *near;
	int err = 0;

	rcu_read_lock();
	near = rcu_dereference(port->near);
	if (!near) {
		err = -ENODEV;
	} else if (!tc_can_offload(near)) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "hw-tc-offload is off on %s", near->name);
		err = -EOPNOTSUPP;
	}
	rcu_read_unlock();
	return err;
}

static int labnic_replace(struct labnic_port *port, const struct flow_cls_common_offload *common,
			  const struct flow_rule *rule, unsigned long cookie)
{
	struct labnic_flow *flow;
	struct labnic_key mask;
	int err;

	err = labnic_may_offload(port, common->extack);
	if (err)
		return err;
	flow = labnic_rule_read(port, rule, common, &mask);
	if (IS_ERR(flow))
		return PTR_ERR(flow);
	flow->id.cookie = cookie;
	err = labnic_flow_add(flow, &mask, common->extack);
	if (err)
		labnic_flow_put(flow);
	return err;
}

static int labnic_stats(struct labnic_port *port, unsigned long cookie, struct flow_stats *stats)
{
	struct labnic_flow *flow;

	rcu_read_lock();
	flow = labnic_flow_find(port, cookie);
	if (flow)
		labnic_stats_tell(port->nic, flow, stats);
	rcu_read_unlock();
	return flow ? 0 : -ENOENT;
}

static int labnic_flower(struct labnic_port *port, struct flow_cls_offload *cls)
{
	switch (cls->command) {
	case FLOW_CLS_REPLACE:
		return labnic_replace(port, &cls->common, flow_cls_offload_flow_rule(cls), cls->cookie);
	case FLOW_CLS_DESTROY:
		return labnic_flow_del(port, cls->cookie);
	case FLOW_CLS_STATS:
		return labnic_stats(port, cls->cookie, &cls->stats);
	case FLOW_CLS_TMPLT_CREATE:
	case FLOW_CLS_TMPLT_DESTROY:
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int labnic_matchall(struct labnic_port *port, struct tc_cls_matchall_offload *cls)
{
	switch (cls->command) {
	case TC_CLSMATCHALL_REPLACE:
		return labnic_replace(port, &cls->common, cls->rule, cls->cookie);
	case TC_CLSMATCHALL_DESTROY:
		return labnic_flow_del(port, cls->cookie);
	case TC_CLSMATCHALL_STATS:
		return labnic_stats(port, cls->cookie, &cls->stats);
	default:
		return -EOPNOTSUPP;
	}
}

static int labnic_block_cb(enum tc_setup_type type, void *data, void *priv)
{
	switch (type) {
	case TC_SETUP_CLSFLOWER:
		return labnic_flower(priv, data);
	case TC_SETUP_CLSMATCHALL:
		return labnic_matchall(priv, data);
	default:
		return -EOPNOTSUPP;
	}
}

/* Of blocks, those on the ingress side: of the packets that the host sends, the switch sees only where they go. */
int labnic_setup_tc(struct net_device *dev, enum tc_setup_type type, void *data)
{
	struct labnic_end *end = netdev_priv(dev);
	struct flow_block_offload *block = data;

	if (type != TC_SETUP_BLOCK)
		return -EOPNOTSUPP;
	/* Rules may come without rtnl held, from several sockets at once. */
	block->unlocked_driver_cb = true;
	return flow_block_cb_setup_simple(block, &labnic_block_cbs, labnic_block_cb, end->port, end->port, true);
}
