// SPDX-License-Identifier: GPL-2.0
/* The packet path: what comes from the wire or a VF goes where the offloaded rules say, else to the host. */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include "labnic.h"

/* Hands a packet to a link, as if it had just come in there. */
static void labnic_deliver(struct net_device *dev, struct sk_buff *skb)
{
	unsigned int bytes = skb->len;

	if (!dev)
		kfree_skb(skb);
	else if (dev_forward_skb(dev, skb) == NET_RX_SUCCESS)
		dev_sw_netstats_rx_add(dev, bytes);
	else
		dev_core_stats_rx_dropped_inc(dev);
}

static void labnic_to_host(struct labnic_port *port, struct sk_buff *skb)
{
	labnic_deliver(rcu_dereference(port->near), skb);
}

static void labnic_out(struct labnic_port *port, struct sk_buff *skb)
{
	labnic_deliver(rcu_dereference(port->far), skb);
}

/* Sets what is known of a packet's headers, with its data at the Ethernet header, as vlan actions want it. */
static void labnic_set_headers(struct sk_buff *skb)
{
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb->mac_len = ETH_HLEN;
	skb->protocol = eth_hdr(skb)->h_proto;
}

/* What goes over a wire, without the check sum. */
static unsigned int labnic_frame_len(const struct sk_buff *skb)
{
	return skb->len + (skb_vlan_tag_present(skb) ? VLAN_HLEN : 0);
}

static int labnic_vlan(const struct labnic_action *action, struct sk_buff *skb)
{
	int err = 0;

	if (action->id != FLOW_ACTION_VLAN_PUSH)
		err = skb_vlan_pop(skb);
	if (!err && action->id != FLOW_ACTION_VLAN_POP)
		err = skb_vlan_push(skb, action->vlan.proto, action->vlan.tci);
	if (!err)
		labnic_set_headers(skb);
	return err;
}

/* Does what a rule says. True if the packet goes on to the chain that is then in `chain`. */
static bool labnic_act(struct labnic_port *port, const struct labnic_flow *flow, struct sk_buff *skb, u32 *chain)
{
	for (unsigned int i = 0; i < flow->num_actions; i++) {
		const struct labnic_action *action = &flow->action[i];
		struct sk_buff *copy;

		switch (action->id) {
		case FLOW_ACTION_DROP:
			consume_skb(skb);
			return false;
		case FLOW_ACTION_REDIRECT:
			labnic_out(action->port, skb);
			return false;
		case FLOW_ACTION_MIRRED:
			copy = skb_clone(skb, GFP_ATOMIC);
			if (copy)
				labnic_out(action->port, copy);
			break;
		case FLOW_ACTION_GOTO:
			*chain = action->chain;
			return true;
		case FLOW_ACTION_VLAN_PUSH:
		case FLOW_ACTION_VLAN_POP:
		case FLOW_ACTION_VLAN_MANGLE:
			if (labnic_vlan(action, skb)) {
				kfree_skb(skb);
				return false;
			}
			break;
		default:
			/* Let pass, or trapped: both ways the host gets it. */
			labnic_to_host(port, skb);
			return false;
		}
	}
	labnic_to_host(port, skb);
	return false;
}

static void labnic_forward(struct labnic_port *port, struct sk_buff *skb)
{
	struct labnic_flow *flow;
	struct labnic_key key;
	u32 chain = 0;

	for (unsigned int hops = 0; hops < LABNIC_HOPS_MAX; hops++) {
		labnic_key_of_packet(skb, port, &key);
		flow = labnic_flow_match(port, chain, &key);
		if (!flow) {
			labnic_to_host(port, skb);
			return;
		}
		labnic_stats_count(port->nic, flow, labnic_frame_len(skb));
		if (!labnic_act(port, flow, skb, &chain))
			return;
	}
	/* In circles. */
	kfree_skb(skb);
}

/* A packet that a VF or the partner on the wire sent. */
void labnic_switch_in(struct labnic_port *port, struct sk_buff *skb)
{
	struct labnic *nic = port->nic;

	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb)
		return;
	if (!pskb_may_pull(skb, ETH_HLEN)) {
		kfree_skb(skb);
		return;
	}
	labnic_set_headers(skb);
	rcu_read_lock();
	if (READ_ONCE(nic->mode) == DEVLINK_ESWITCH_MODE_SWITCHDEV)
		labnic_forward(port, skb);
	else if (port->index == 0)
		labnic_to_host(port, skb);
	else
		labnic_out(nic->port[0], skb);
	rcu_read_unlock();
}

/* A packet that the host sent on the uplink or on a representor. */
void labnic_switch_out(struct labnic_port *port, struct sk_buff *skb)
{
	rcu_read_lock();
	labnic_out(port, skb);
	rcu_read_unlock();
}
