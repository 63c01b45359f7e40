// SPDX-License-Identifier: GPL-2.0
/* Ports of the switch inside. All of this is called with the devlink instance locked. */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "labnic.h"

static int labnic_hw_addr_get(struct devlink_port *devlink, u8 *addr, int *len, struct netlink_ext_ack *extack)
{
	struct labnic_port *port = container_of(devlink, struct labnic_port, devlink);
	struct net_device *far = rcu_dereference_protected(port->far, true);

	ether_addr_copy(addr, far->dev_addr);
	*len = ETH_ALEN;
	return 0;
}

static int labnic_hw_addr_set(struct devlink_port *devlink, const u8 *addr, int len,
			      struct netlink_ext_ack *extack)
{
	struct labnic_port *port = container_of(devlink, struct labnic_port, devlink);
	struct net_device *far = rcu_dereference_protected(port->far, true);

	if (len != ETH_ALEN || !is_valid_ether_addr(addr)) {
		NL_SET_ERR_MSG_MOD(extack, "hw_addr is not the address of one Ethernet station");
		return -EINVAL;
	}
	rtnl_lock();
	eth_hw_addr_set(far, addr);
	call_netdevice_notifiers(NETDEV_CHANGEADDR, far);
	rtnl_unlock();
	return 0;
}

static const struct devlink_port_ops labnic_uplink_ops = {};

static const struct devlink_port_ops labnic_vf_ops = {
	.port_fn_hw_addr_get = labnic_hw_addr_get,
	.port_fn_hw_addr_set = labnic_hw_addr_set,
};

/* What devlink shows of a port: its kind and the switch that it is on. */
static void labnic_port_attrs(const struct labnic_port *port, struct devlink_port_attrs *attrs)
{
	const u8 switch_id[] = { 'l', 'a', 'b', 'n', 'i', 'c', 0, port->nic->id };

	memset(attrs, 0, sizeof(*attrs));
	memcpy(attrs->switch_id.id, switch_id, sizeof(switch_id));
	attrs->switch_id.id_len = sizeof(switch_id);
	if (port->index == 0) {
		attrs->flavour = DEVLINK_PORT_FLAVOUR_PHYSICAL;
	} else {
		attrs->flavour = DEVLINK_PORT_FLAVOUR_PCI_VF;
		attrs->pci_vf.vf = port->index - 1;
	}
}

void labnic_port_get(struct labnic_port *port)
{
	refcount_inc(&port->refs);
}

void labnic_port_put(struct labnic_port *port)
{
	if (refcount_dec_and_test(&port->refs))
		kfree_rcu(port, rcu);
}

/* Makes a port with its far side: the wire, or a VF. */
int labnic_port_add(struct labnic *nic, unsigned int index)
{
	struct labnic_port *port = kzalloc(sizeof(*port), GFP_KERNEL);
	struct net_device *far;

	if (!port)
		return -ENOMEM;
	port->nic = nic;
	port->index = index;
	INIT_LIST_HEAD(&port->masks);
	refcount_set(&port->refs, 1);
	far = labnic_netdev_add(port, true);
	if (IS_ERR(far)) {
		kfree(port);
		return PTR_ERR(far);
	}
	rcu_assign_pointer(port->far, far);
	nic->port[index] = port;
	return 0;
}

/* Rules of other ports may still lead here: the memory stays until the last is gone. */
void labnic_port_del(struct labnic *nic, unsigned int index)
{
	struct labnic_port *port = nic->port[index];

	labnic_port_hide(port);
	labnic_netdev_del(&port->far);
	nic->port[index] = NULL;
	labnic_port_put(port);
}

/* Shows a port to the host: a devlink port and a link, the uplink or a representor. */
int labnic_port_show(struct labnic_port *port)
{
	struct devlink_port_attrs attrs;
	struct net_device *near;
	int err;

	labnic_port_attrs(port, &attrs);
	memset(&port->devlink, 0, sizeof(port->devlink));
	devlink_port_attrs_set(&port->devlink, &attrs);
	err = devl_port_register_with_ops(port->nic->devlink, &port->devlink, port->index,
					  port->index == 0 ? &labnic_uplink_ops : &labnic_vf_ops);
	if (err)
		return err;
	near = labnic_netdev_add(port, false);
	if (IS_ERR(near)) {
		devl_port_unregister(&port->devlink);
		return PTR_ERR(near);
	}
	rcu_assign_pointer(port->near, near);
	return 0;
}

void labnic_port_hide(struct labnic_port *port)
{
	if (!rcu_access_pointer(port->near))
		return;
	labnic_netdev_del(&port->near);
	devl_port_unregister(&port->devlink);
}
