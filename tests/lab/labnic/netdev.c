// SPDX-License-Identifier: GPL-2.0
/* Links: on the near side of a port the uplink or a representor, on its far side the wire or a VF. */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include "labnic.h"

static struct labnic_port *labnic_port_of(const struct net_device *dev)
{
	const struct labnic_end *end = netdev_priv(dev);

	return end->port;
}

/* What the host sends on a representor comes out of the VF, and on the uplink, out on the wire. */
static netdev_tx_t labnic_near_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_sw_netstats_tx_add(dev, 1, skb->len);
	labnic_switch_out(labnic_port_of(dev), skb);
	return NETDEV_TX_OK;
}

/* What a VF sends, or the partner on the wire, goes into the switch. */
static netdev_tx_t labnic_far_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_sw_netstats_tx_add(dev, 1, skb->len);
	labnic_switch_in(labnic_port_of(dev), skb);
	return NETDEV_TX_OK;
}

static int labnic_set_features(struct net_device *dev, netdev_features_t features)
{
	int flows = atomic_read(&labnic_port_of(dev)->num_flows);

	if (flows && !(features & NETIF_F_HW_TC)) {
		netdev_warn(dev, "hw-tc-offload stays on: %d flows are offloaded\n", flows);
		return -EBUSY;
	}
	return 0;
}

static const struct net_device_ops labnic_near_ops = {
	.ndo_start_xmit = labnic_near_xmit,
	.ndo_get_stats64 = dev_get_tstats64,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_features = labnic_set_features,
	.ndo_setup_tc = labnic_setup_tc,
};

static const struct net_device_ops labnic_far_ops = {
	.ndo_start_xmit = labnic_far_xmit,
	.ndo_get_stats64 = dev_get_tstats64,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

bool labnic_netdev_is_near(const struct net_device *dev)
{
	return dev->netdev_ops == &labnic_near_ops;
}

static void labnic_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "labnic", sizeof(info->driver));
	strscpy(info->fw_version, "1.0", sizeof(info->fw_version));
	strscpy(info->bus_info, dev_name(labnic_port_of(dev)->nic->dev), sizeof(info->bus_info));
}

static int labnic_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *settings)
{
	settings->base.speed = SPEED_100000;
	settings->base.duplex = DUPLEX_FULL;
	settings->base.autoneg = AUTONEG_DISABLE;
	settings->base.port = PORT_OTHER;
	return 0;
}

static const struct ethtool_ops labnic_ethtool_ops = {
	.get_drvinfo = labnic_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = labnic_link_ksettings,
};

static void labnic_name(const struct labnic_port *port, bool far, char *name)
{
	unsigned int id = port->nic->id;

	if (port->index == 0)
		snprintf(name, IFNAMSIZ, far ? "lab%uw" : "lab%u", id);
	else
		snprintf(name, IFNAMSIZ, far ? "lab%uv%u" : "lab%u_%u", id, port->index - 1);
}

struct net_device *labnic_netdev_add(struct labnic_port *port, bool far)
{
	/* Locally administered, the same after every load. */
	const u8 addr[ETH_ALEN] = { 0x02, 'l', 'a', port->nic->id, far, port->index };
	char name[IFNAMSIZ];
	struct labnic_end *end;
	struct net_device *dev;
	int err;

	labnic_name(port, far, name);
	dev = alloc_netdev(sizeof(*end), name, NET_NAME_PREDICTABLE, ether_setup);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	end = netdev_priv(dev);
	end->port = port;
	dev->netdev_ops = far ? &labnic_far_ops : &labnic_near_ops;
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
	dev->lltx = true;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	eth_hw_addr_set(dev, addr);
	if (!far) {
		dev->ethtool_ops = &labnic_ethtool_ops;
		dev->hw_features |= NETIF_F_HW_TC;
		dev->features |= NETIF_F_HW_TC;
		/* The switch is here; a VF may go where it is needed. */
		dev->netns_immutable = true;
		SET_NETDEV_DEV(dev, port->nic->dev);
		SET_NETDEV_DEVLINK_PORT(dev, &port->devlink);
	}
	if (port->index == 0)
		labnic_dcb_init(dev);
	err = register_netdev(dev);
	if (err) {
		free_netdev(dev);
		return ERR_PTR(err);
	}
	return dev;
}

/* Unregistering waits for packets that are still on their way to it. */
void labnic_netdev_del(struct net_device __rcu **link)
{
	struct net_device *dev = rcu_dereference_protected(*link, true);

	RCU_INIT_POINTER(*link, NULL);
	unregister_netdev(dev);
	free_netdev(dev);
}
