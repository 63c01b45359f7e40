// SPDX-License-Identifier: GPL-2.0
/* One NIC: its devlink instance, its eswitch mode, its VFs, and the size of its flow table as a resource. */
#include <linux/platform_device.h>
#include <linux/slab.h>
#include "labnic.h"

#define FLOW_TABLE	1	/* the id of the resource */

static int labnic_mode_get(struct devlink *devlink, u16 *mode)
{
	struct labnic *nic = devlink_priv(devlink);

	*mode = nic->mode;
	return 0;
}

static int labnic_set_legacy(struct labnic *nic, struct netlink_ext_ack *extack)
{
	unsigned int flows;

	/* From here on no rule is taken. */
	mutex_lock(&nic->lock);
	flows = nic->num_flows;
	if (!flows)
		WRITE_ONCE(nic->mode, DEVLINK_ESWITCH_MODE_LEGACY);
	mutex_unlock(&nic->lock);
	if (flows) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "eswitch mode stays: %u flows are offloaded", flows);
		return -EBUSY;
	}
	for (unsigned int index = nic->vfs; index > 0; index--)
		labnic_port_hide(nic->port[index]);
	return 0;
}

static int labnic_set_switchdev(struct labnic *nic, struct netlink_ext_ack *extack)
{
	unsigned int index;
	int err;

	for (index = 1; index <= nic->vfs; index++) {
		err = labnic_port_show(nic->port[index]);
		if (err) {
			NL_SET_ERR_MSG_FMT_MOD(extack, "no representor for VF %u", index - 1);
			while (--index > 0)
				labnic_port_hide(nic->port[index]);
			return err;
		}
	}
	mutex_lock(&nic->lock);
	WRITE_ONCE(nic->mode, DEVLINK_ESWITCH_MODE_SWITCHDEV);
	mutex_unlock(&nic->lock);
	return 0;
}

static int labnic_mode_set(struct devlink *devlink, u16 mode, struct netlink_ext_ack *extack)
{
	struct labnic *nic = devlink_priv(devlink);
	u32 fail = nic->knobs.fail_mode;

	if (mode == nic->mode)
		return 0;
	if (fail) {
		NL_SET_ERR_MSG_FMT_MOD(extack, "failure %u asked for in debugfs", fail);
		return -(int)fail;
	}
	switch (mode) {
	case DEVLINK_ESWITCH_MODE_LEGACY:
		return labnic_set_legacy(nic, extack);
	case DEVLINK_ESWITCH_MODE_SWITCHDEV:
		return labnic_set_switchdev(nic, extack);
	default:
		NL_SET_ERR_MSG_FMT_MOD(extack, "eswitch mode %u is not supported", mode);
		return -EOPNOTSUPP;
	}
}

static int labnic_info_get(struct devlink *devlink, struct devlink_info_req *req,
			   struct netlink_ext_ack *extack)
{
	return devlink_info_version_running_put(req, DEVLINK_INFO_VERSION_GENERIC_FW, "1.0");
}

static const struct devlink_ops labnic_devlink_ops = {
	.eswitch_mode_get = labnic_mode_get,
	.eswitch_mode_set = labnic_mode_set,
	.info_get = labnic_info_get,
};

static u64 labnic_flow_table_used(void *priv)
{
	struct labnic *nic = priv;

	return READ_ONCE(nic->num_flows);
}

static int labnic_resource_add(struct labnic *nic)
{
	u32 size = nic->knobs.capacity;
	struct devlink_resource_size_params params;
	int err;

	devlink_resource_size_params_init(&params, size, size, 1, DEVLINK_RESOURCE_UNIT_ENTRY);
	err = devl_resource_register(nic->devlink, "flow_table", size, FLOW_TABLE,
				     DEVLINK_RESOURCE_ID_PARENT_TOP, &params);
	if (!err)
		devl_resource_occ_get_register(nic->devlink, FLOW_TABLE, labnic_flow_table_used, nic);
	return err;
}

int labnic_set_capacity(struct labnic *nic, u32 capacity)
{
	int err;

	devl_lock(nic->devlink);
	WRITE_ONCE(nic->knobs.capacity, capacity);
	devl_resources_unregister(nic->devlink);
	err = labnic_resource_add(nic);
	devl_unlock(nic->devlink);
	return err;
}

static void labnic_vfs_del(struct labnic *nic)
{
	while (nic->vfs > 0) {
		labnic_port_del(nic, nic->vfs);
		WRITE_ONCE(nic->vfs, nic->vfs - 1);
	}
}

static int labnic_vfs_add(struct labnic *nic, unsigned int num)
{
	while (nic->vfs < num) {
		unsigned int index = nic->vfs + 1;
		int err = labnic_port_add(nic, index);

		if (!err && nic->mode == DEVLINK_ESWITCH_MODE_SWITCHDEV) {
			err = labnic_port_show(nic->port[index]);
			if (err)
				labnic_port_del(nic, index);
		}
		if (err) {
			labnic_vfs_del(nic);
			return err;
		}
		WRITE_ONCE(nic->vfs, index);
	}
	return 0;
}

/* As for PCI devices: from none to some, or back to none. */
int labnic_set_vfs(struct labnic *nic, unsigned int num)
{
	int err = 0;

	if (num > LABNIC_VFS_MAX)
		return -ERANGE;
	devl_lock(nic->devlink);
	if (num == 0)
		labnic_vfs_del(nic);
	else if (nic->vfs == 0)
		err = labnic_vfs_add(nic, num);
	else if (nic->vfs != num)
		err = -EBUSY;
	devl_unlock(nic->devlink);
	return err;
}

struct labnic *labnic_create(struct device *dev)
{
	struct devlink *devlink = devlink_alloc(&labnic_devlink_ops, sizeof(struct labnic), dev);
	struct labnic *nic;
	int err;

	if (!devlink)
		return ERR_PTR(-ENOMEM);
	nic = devlink_priv(devlink);
	nic->dev = dev;
	nic->devlink = devlink;
	nic->id = to_platform_device(dev)->id;
	nic->mode = DEVLINK_ESWITCH_MODE_LEGACY;
	mutex_init(&nic->lock);
	labnic_stats_init(nic);
	err = labnic_flows_init(nic);
	if (err)
		goto no_flows;
	labnic_knobs_init(nic);
	devl_lock(devlink);
	err = labnic_resource_add(nic);
	if (err)
		goto no_resource;
	err = labnic_port_add(nic, 0);
	if (err)
		goto no_port;
	err = labnic_port_show(nic->port[0]);
	if (err)
		goto no_link;
	devl_register(devlink);
	devl_unlock(devlink);
	return nic;

no_link:
	labnic_port_del(nic, 0);
no_port:
	devl_resources_unregister(devlink);
no_resource:
	devl_unlock(devlink);
	labnic_knobs_exit(nic);
	labnic_flows_exit(nic);
no_flows:
	devlink_free(devlink);
	return ERR_PTR(err);
}

void labnic_destroy(struct labnic *nic)
{
	struct devlink *devlink = nic->devlink;

	labnic_knobs_exit(nic);
	devl_lock(devlink);
	devl_unregister(devlink);
	/* With its links go the blocks bound to them and all flows. */
	labnic_vfs_del(nic);
	labnic_port_del(nic, 0);
	devl_resources_unregister(devlink);
	devl_unlock(devlink);
	labnic_stats_exit(nic);
	labnic_flows_exit(nic);
	devlink_free(devlink);
}
