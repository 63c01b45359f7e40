// SPDX-License-Identifier: GPL-2.0
/* Which rules are taken, in words for each that is not, and what a rule becomes in the table. */
#include <linux/if_vlan.h>
#include <linux/slab.h>
#include "labnic.h"

const u64 labnic_actions_done =
	BIT_ULL(FLOW_ACTION_ACCEPT) | BIT_ULL(FLOW_ACTION_DROP) | BIT_ULL(FLOW_ACTION_TRAP) |
	BIT_ULL(FLOW_ACTION_GOTO) | BIT_ULL(FLOW_ACTION_REDIRECT) | BIT_ULL(FLOW_ACTION_MIRRED) |
	BIT_ULL(FLOW_ACTION_VLAN_PUSH) | BIT_ULL(FLOW_ACTION_VLAN_POP) | BIT_ULL(FLOW_ACTION_VLAN_MANGLE);

static int labnic_check_chain(const struct labnic *nic, u32 chain, struct netlink_ext_ack *extack)
{
	u32 chains = READ_ONCE(nic->knobs.chains);

	if (chain < chains)
		return 0;
	NL_SET_ERR_MSG_FMT_MOD(extack, "chain %u is not supported, only those below %u", chain, chains);
	return -EOPNOTSUPP;
}

static int labnic_check_keys(const struct labnic *nic, const struct flow_rule *rule,
			     struct netlink_ext_ack *extack)
{
	u64 accepted = READ_ONCE(nic->knobs.keys), used, refused;
	struct flow_match_control control;

	if (!rule->match.dissector)
		return 0;
	used = rule->match.dissector->used_keys;
	refused = used & ~accepted;
	if (refused) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "match key %s is not supported",
				       labnic_key_name(__ffs64(refused)));
		return -EOPNOTSUPP;
	}
	if (!flow_rule_match_key(rule, FLOW_DISSECTOR_KEY_CONTROL))
		return 0;
	flow_rule_match_control(rule, &control);
	if (!flow_rule_is_supp_control_flags(FLOW_DIS_IS_FRAGMENT | FLOW_DIS_FIRST_FRAG, control.mask->flags,
					     extack))
		return -EOPNOTSUPP;
	return 0;
}

static int labnic_read_target(struct labnic *nic, const struct net_device *dev, struct labnic_action *to,
			      struct netlink_ext_ack *extack)
{
	const struct labnic_end *end;

	if (dev && labnic_netdev_is_near(dev)) {
		end = netdev_priv(dev);
		if (end->port->nic == nic) {
			to->port = end->port;
			labnic_port_get(to->port);
			return 0;
		}
	}
	NL_SET_ERR_MSG_FMT_MOD(extack, "%s is not a port of %s", dev ? dev->name : "the target",
			       dev_name(nic->dev));
	return -EOPNOTSUPP;
}

static int labnic_read_action(struct labnic *nic, const struct flow_action_entry *from, struct labnic_action *to,
			      struct netlink_ext_ack *extack)
{
	int err;

	if (!(READ_ONCE(nic->knobs.actions) & BIT_ULL(from->id))) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "action %s is not supported", labnic_action_name(from->id));
		return -EOPNOTSUPP;
	}
	switch (from->id) {
	case FLOW_ACTION_REDIRECT:
	case FLOW_ACTION_MIRRED:
		err = labnic_read_target(nic, from->dev, to, extack);
		if (err)
			return err;
		break;
	case FLOW_ACTION_GOTO:
		err = labnic_check_chain(nic, from->chain_index, extack);
		if (err)
			return err;
		to->chain = from->chain_index;
		break;
	case FLOW_ACTION_VLAN_PUSH:
	case FLOW_ACTION_VLAN_MANGLE:
		to->vlan.tci = from->vlan.vid | from->vlan.prio << VLAN_PRIO_SHIFT;
		to->vlan.proto = from->vlan.proto;
		break;
	default:
		break;
	}
	/* Last, so that who cleans up finds only actions that are complete. */
	to->id = from->id;
	return 0;
}

static int labnic_read_actions(struct labnic_flow *flow, const struct flow_action *actions,
			       struct netlink_ext_ack *extack)
{
	const struct flow_action_entry *from;
	int i, err;

	if (!flow_action_hw_stats_check(actions, extack, FLOW_ACTION_HW_STATS_DELAYED_BIT))
		return -EOPNOTSUPP;
	flow_action_for_each(i, from, actions) {
		err = labnic_read_action(flow->id.port->nic, from, &flow->action[i], extack);
		if (err)
			return err;
		flow->num_actions++;
		if (!(labnic_actions_done & BIT_ULL(from->id)))
			flow->passive = true;
	}
	return 0;
}

/* What the rule becomes in the table, and the bits that it looks at. */
struct labnic_flow *labnic_rule_read(struct labnic_port *port, const struct flow_rule *rule,
				     const struct flow_cls_common_offload *common, struct labnic_key *mask)
{
	unsigned int num_actions = rule->action.num_entries;
	struct netlink_ext_ack *extack = common->extack;
	struct labnic_flow *flow;
	int err;

	err = labnic_check_chain(port->nic, common->chain_index, extack);
	if (!err)
		err = labnic_check_keys(port->nic, rule, extack);
	if (err)
		return ERR_PTR(err);
	if (num_actions > LABNIC_ACTIONS_MAX) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "%u actions are too many, %u are supported", num_actions,
				       LABNIC_ACTIONS_MAX);
		return ERR_PTR(-EOPNOTSUPP);
	}
	flow = kzalloc(struct_size(flow, action, num_actions), GFP_KERNEL);
	if (!flow)
		return ERR_PTR(-ENOMEM);
	flow->id.port = port;
	flow->chain = common->chain_index;
	flow->prio = common->prio;
	flow->used = flow->ready_used = jiffies;
	refcount_set(&flow->refs, 1);
	if (rule->match.dissector && rule->match.dissector->used_keys & ~labnic_keys_read)
		flow->passive = true;
	err = labnic_read_actions(flow, &rule->action, extack);
	if (err) {
		labnic_flow_put(flow);
		return ERR_PTR(err);
	}
	labnic_key_of_rule(rule, common->protocol, flow, mask);
	return flow;
}
