// SPDX-License-Identifier: GPL-2.0
/* The module: its NICs as platform devices with a driver, and the files for VFs that PCI devices have in sysfs. */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include "labnic.h"

#define NICS_MAX	8

static unsigned int nics = 1;
module_param(nics, uint, 0444);
MODULE_PARM_DESC(nics, "number of NICs (1)");

static unsigned int vfs;
module_param(vfs, uint, 0444);
MODULE_PARM_DESC(vfs, "VFs of each NIC at the start (0)");

struct dentry *labnic_debugfs;

static struct platform_device *labnic_devices[NICS_MAX];

/* These files are there only while the driver is bound: there is always a NIC. */
static ssize_t sriov_numvfs_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct labnic *nic = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n", READ_ONCE(nic->vfs));
}

static ssize_t sriov_numvfs_store(struct device *dev, struct device_attribute *attr, const char *buf,
				  size_t count)
{
	unsigned int num;
	int err;

	err = kstrtouint(buf, 0, &num);
	if (!err)
		err = labnic_set_vfs(dev_get_drvdata(dev), num);
	return err ?: count;
}
static DEVICE_ATTR_RW(sriov_numvfs);

static ssize_t sriov_totalvfs_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", LABNIC_VFS_MAX);
}
static DEVICE_ATTR_RO(sriov_totalvfs);

static struct attribute *labnic_attrs[] = {
	&dev_attr_sriov_numvfs.attr,
	&dev_attr_sriov_totalvfs.attr,
	NULL,
};
ATTRIBUTE_GROUPS(labnic);

/* devlink wants a device that is bound to a driver, and so it is here. */
static int labnic_probe(struct platform_device *device)
{
	struct labnic *nic = labnic_create(&device->dev);
	int err;

	if (IS_ERR(nic))
		return PTR_ERR(nic);
	err = vfs ? labnic_set_vfs(nic, vfs) : 0;
	if (err) {
		labnic_destroy(nic);
		return err;
	}
	platform_set_drvdata(device, nic);
	return 0;
}

static void labnic_remove(struct platform_device *device)
{
	labnic_destroy(platform_get_drvdata(device));
}

static struct platform_driver labnic_driver = {
	.probe = labnic_probe,
	.remove = labnic_remove,
	.driver = {
		.name = "labnic",
		.dev_groups = labnic_groups,
	},
};

static void labnic_devices_del(void)
{
	for (int id = NICS_MAX - 1; id >= 0; id--)
		if (labnic_devices[id])
			platform_device_unregister(labnic_devices[id]);
}

static int labnic_device_add(unsigned int id)
{
	struct platform_device *device = platform_device_register_simple("labnic", id, NULL, 0);

	if (IS_ERR(device))
		return PTR_ERR(device);
	labnic_devices[id] = device;
	return 0;
}

static int __init labnic_init(void)
{
	int err;

	if (nics > NICS_MAX || vfs > LABNIC_VFS_MAX)
		return -EINVAL;
	labnic_debugfs = debugfs_create_dir("labnic", NULL);
	err = platform_driver_register(&labnic_driver);
	if (err)
		goto no_driver;
	for (unsigned int id = 0; id < nics; id++) {
		err = labnic_device_add(id);
		if (err)
			goto no_device;
	}
	return 0;

no_device:
	labnic_devices_del();
	platform_driver_unregister(&labnic_driver);
no_driver:
	debugfs_remove(labnic_debugfs);
	return err;
}

static void __exit labnic_exit(void)
{
	labnic_devices_del();
	platform_driver_unregister(&labnic_driver);
	debugfs_remove(labnic_debugfs);
}

module_init(labnic_init);
module_exit(labnic_exit);
MODULE_DESCRIPTION("A NIC of software for tests of flower offload");
MODULE_LICENSE("GPL");
