// SPDX-License-Identifier: GPL-2.0
/* What is read from a packet and compared with rules. The kernel's own flow dissector reads both flower's rules
 * and our packets, so a key means here what it means in software.
 */
#include <linux/skbuff.h>
#include "labnic.h"

#define FIELDS(_)				\
	_(CONTROL, control)			\
	_(BASIC, basic)				\
	_(META, meta)				\
	_(ETH_ADDRS, eth)			\
	_(NUM_OF_VLANS, vlans)			\
	_(VLAN, vlan)				\
	_(CVLAN, cvlan)				\
	_(IPV4_ADDRS, ipv4)			\
	_(IPV6_ADDRS, ipv6)			\
	_(IP, ip)				\
	_(PORTS, ports)				\
	_(PORTS_RANGE, range)			\
	_(ICMP, icmp)				\
	_(TCP, tcp)				\
	_(ARP, arp)

#define KEY_BIT(key, field)	BIT_ULL(FLOW_DISSECTOR_KEY_##key) |
#define KEY_OFFSET(key, field)	[FLOW_DISSECTOR_KEY_##key] = offsetof(struct labnic_key, field),
#define KEY_SIZE(key, field)	[FLOW_DISSECTOR_KEY_##key] = sizeof_field(struct labnic_key, field),

const u64 labnic_keys_read = FIELDS(KEY_BIT) 0;

static struct flow_dissector labnic_dissector = {
	.used_keys = FIELDS(KEY_BIT) 0,
	.offset = { FIELDS(KEY_OFFSET) },
};

static const u8 labnic_key_size[FLOW_DISSECTOR_KEY_MAX] = { FIELDS(KEY_SIZE) };

void labnic_key_and(struct labnic_key *to, const struct labnic_key *key, const struct labnic_key *mask)
{
	const unsigned long *one = (const unsigned long *)key, *other = (const unsigned long *)mask;
	unsigned long *both = (unsigned long *)to;

	for (size_t i = 0; i < sizeof(*to) / sizeof(long); i++)
		both[i] = one[i] & other[i];
}

static void *labnic_key_part(struct labnic_key *key, unsigned int id)
{
	return skb_flow_dissector_target(&labnic_dissector, id, key);
}

/* Keys that are not read from packets are left out: a rule with such a key is passive. */
void labnic_key_of_rule(const struct flow_rule *rule, __be16 protocol, struct labnic_flow *flow,
			struct labnic_key *mask)
{
	const struct flow_match *match = &rule->match;
	struct labnic_key key = {};

	memset(mask, 0, sizeof(*mask));
	if (protocol != htons(ETH_P_ALL)) {
		key.protocol = protocol;
		mask->protocol = htons(0xffff);
	}
	/* matchall has no keys at all. */
	for (unsigned int id = 0; match->dissector && id < FLOW_DISSECTOR_KEY_MAX; id++) {
		if (!labnic_key_size[id] || !dissector_uses_key(match->dissector, id))
			continue;
		memcpy(labnic_key_part(&key, id), skb_flow_dissector_target(match->dissector, id, match->key),
		       labnic_key_size[id]);
		memcpy(labnic_key_part(mask, id), skb_flow_dissector_target(match->dissector, id, match->mask),
		       labnic_key_size[id]);
	}
	/* Ranges are no bits: they are compared when all else was found equal. */
	flow->low_high = key.range;
	flow->range_mask = mask->range;
	memset(&mask->range, 0, sizeof(mask->range));
	labnic_key_and(&flow->spot.key, &key, mask);
}

static bool labnic_in_range(__be16 mask, __be16 low, __be16 high, __be16 port)
{
	return !mask || (ntohs(port) >= ntohs(low) && ntohs(port) <= ntohs(high));
}

bool labnic_key_in_range(const struct labnic_flow *flow, const struct labnic_key *packet)
{
	const struct flow_dissector_key_ports *low = &flow->low_high.tp_min, *high = &flow->low_high.tp_max;
	const struct flow_dissector_key_ports *mask = &flow->range_mask.tp_min, *port = &packet->range.tp;

	return labnic_in_range(mask->src, low->src, high->src, port->src) &&
	       labnic_in_range(mask->dst, low->dst, high->dst, port->dst);
}

/* The packet's headers must be set, its data at the Ethernet header. Called under rcu_read_lock(). */
void labnic_key_of_packet(struct sk_buff *skb, const struct labnic_port *port, struct labnic_key *key)
{
	const struct net_device *near = rcu_dereference(port->near);

	memset(key, 0, sizeof(*key));
	key->protocol = skb_protocol(skb, false);
	key->meta.ingress_ifindex = near ? near->ifindex : 0;
	/* The dissector says nothing of protocols that it does not know. */
	key->basic.n_proto = key->protocol;
	skb_flow_dissect(skb, &labnic_dissector, key, FLOW_DISSECTOR_F_STOP_BEFORE_ENCAP);
}
