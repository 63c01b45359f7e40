// SPDX-License-Identifier: GPL-2.0
/* The names of keys and actions, in messages and in debugfs: those of the kernel's constants. */
#include "labnic.h"

static const char *const labnic_key_names[FLOW_DISSECTOR_KEY_MAX] = {
	[FLOW_DISSECTOR_KEY_CONTROL] = "control",
	[FLOW_DISSECTOR_KEY_BASIC] = "basic",
	[FLOW_DISSECTOR_KEY_IPV4_ADDRS] = "ipv4_addrs",
	[FLOW_DISSECTOR_KEY_IPV6_ADDRS] = "ipv6_addrs",
	[FLOW_DISSECTOR_KEY_PORTS] = "ports",
	[FLOW_DISSECTOR_KEY_PORTS_RANGE] = "ports_range",
	[FLOW_DISSECTOR_KEY_ICMP] = "icmp",
	[FLOW_DISSECTOR_KEY_ETH_ADDRS] = "eth_addrs",
	[FLOW_DISSECTOR_KEY_TIPC] = "tipc",
	[FLOW_DISSECTOR_KEY_ARP] = "arp",
	[FLOW_DISSECTOR_KEY_VLAN] = "vlan",
	[FLOW_DISSECTOR_KEY_FLOW_LABEL] = "flow_label",
	[FLOW_DISSECTOR_KEY_GRE_KEYID] = "gre_keyid",
	[FLOW_DISSECTOR_KEY_MPLS_ENTROPY] = "mpls_entropy",
	[FLOW_DISSECTOR_KEY_ENC_KEYID] = "enc_keyid",
	[FLOW_DISSECTOR_KEY_ENC_IPV4_ADDRS] = "enc_ipv4_addrs",
	[FLOW_DISSECTOR_KEY_ENC_IPV6_ADDRS] = "enc_ipv6_addrs",
	[FLOW_DISSECTOR_KEY_ENC_CONTROL] = "enc_control",
	[FLOW_DISSECTOR_KEY_ENC_PORTS] = "enc_ports",
	[FLOW_DISSECTOR_KEY_MPLS] = "mpls",
	[FLOW_DISSECTOR_KEY_TCP] = "tcp",
	[FLOW_DISSECTOR_KEY_IP] = "ip",
	[FLOW_DISSECTOR_KEY_CVLAN] = "cvlan",
	[FLOW_DISSECTOR_KEY_ENC_IP] = "enc_ip",
	[FLOW_DISSECTOR_KEY_ENC_OPTS] = "enc_opts",
	[FLOW_DISSECTOR_KEY_META] = "meta",
	[FLOW_DISSECTOR_KEY_CT] = "ct",
	[FLOW_DISSECTOR_KEY_HASH] = "hash",
	[FLOW_DISSECTOR_KEY_NUM_OF_VLANS] = "num_of_vlans",
	[FLOW_DISSECTOR_KEY_PPPOE] = "pppoe",
	[FLOW_DISSECTOR_KEY_L2TPV3] = "l2tpv3",
	[FLOW_DISSECTOR_KEY_CFM] = "cfm",
	[FLOW_DISSECTOR_KEY_IPSEC] = "ipsec",
};

static const char *const labnic_action_names[NUM_FLOW_ACTIONS] = {
	[FLOW_ACTION_ACCEPT] = "accept",
	[FLOW_ACTION_DROP] = "drop",
	[FLOW_ACTION_TRAP] = "trap",
	[FLOW_ACTION_GOTO] = "goto",
	[FLOW_ACTION_REDIRECT] = "redirect",
	[FLOW_ACTION_MIRRED] = "mirred",
	[FLOW_ACTION_REDIRECT_INGRESS] = "redirect_ingress",
	[FLOW_ACTION_MIRRED_INGRESS] = "mirred_ingress",
	[FLOW_ACTION_VLAN_PUSH] = "vlan_push",
	[FLOW_ACTION_VLAN_POP] = "vlan_pop",
	[FLOW_ACTION_VLAN_MANGLE] = "vlan_mangle",
	[FLOW_ACTION_TUNNEL_ENCAP] = "tunnel_encap",
	[FLOW_ACTION_TUNNEL_DECAP] = "tunnel_decap",
	[FLOW_ACTION_MANGLE] = "mangle",
	[FLOW_ACTION_ADD] = "add",
	[FLOW_ACTION_CSUM] = "csum",
	[FLOW_ACTION_MARK] = "mark",
	[FLOW_ACTION_PTYPE] = "ptype",
	[FLOW_ACTION_PRIORITY] = "priority",
	[FLOW_ACTION_RX_QUEUE_MAPPING] = "rx_queue_mapping",
	[FLOW_ACTION_WAKE] = "wake",
	[FLOW_ACTION_QUEUE] = "queue",
	[FLOW_ACTION_SAMPLE] = "sample",
	[FLOW_ACTION_POLICE] = "police",
	[FLOW_ACTION_CT] = "ct",
	[FLOW_ACTION_CT_METADATA] = "ct_metadata",
	[FLOW_ACTION_MPLS_PUSH] = "mpls_push",
	[FLOW_ACTION_MPLS_POP] = "mpls_pop",
	[FLOW_ACTION_MPLS_MANGLE] = "mpls_mangle",
	[FLOW_ACTION_GATE] = "gate",
	[FLOW_ACTION_PPPOE_PUSH] = "pppoe_push",
	[FLOW_ACTION_JUMP] = "jump",
	[FLOW_ACTION_PIPE] = "pipe",
	[FLOW_ACTION_VLAN_PUSH_ETH] = "vlan_push_eth",
	[FLOW_ACTION_VLAN_POP_ETH] = "vlan_pop_eth",
	[FLOW_ACTION_CONTINUE] = "continue",
};

/* NULL past the last; a newer kernel's own have no names yet. */
const char *labnic_key_name(unsigned int id)
{
	return id < ARRAY_SIZE(labnic_key_names) ? labnic_key_names[id] ?: "unnamed" : NULL;
}

const char *labnic_action_name(unsigned int id)
{
	return id < ARRAY_SIZE(labnic_action_names) ? labnic_action_names[id] ?: "unnamed" : NULL;
}
