// SPDX-License-Identifier: GPL-2.0
/* What is settable, and the table of rules to read, in debugfs. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "labnic.h"

#define WORDS_MAX	1024

/* The two sets of things that have names. */
struct labnic_set {
	const char *(*name)(unsigned int id);
	size_t offset;		/* in struct labnic_knobs */
	const u64 *all_default;
};

static const struct labnic_set labnic_key_set = {
	.name = labnic_key_name,
	.offset = offsetof(struct labnic_knobs, keys),
	.all_default = &labnic_keys_read,
};

static const struct labnic_set labnic_action_set = {
	.name = labnic_action_name,
	.offset = offsetof(struct labnic_knobs, actions),
	.all_default = &labnic_actions_done,
};

static u64 *labnic_set_of(const struct labnic_set *set, struct labnic *nic)
{
	return (void *)&nic->knobs + set->offset;
}

static int labnic_set_show(const struct labnic_set *set, struct seq_file *file)
{
	u64 bits = READ_ONCE(*labnic_set_of(set, file->private));
	const char *name;

	for (unsigned int id = 0; (name = set->name(id)); id++)
		if (bits & BIT_ULL(id))
			seq_printf(file, "%s\n", name);
	return 0;
}

/* A word is `all`, `none`, `default`, a number, or a name with + or - before it, which changes what is there. */
static int labnic_set_word(const struct labnic_set *set, u64 *bits, const char *word)
{
	const char *name;

	if (!strcmp(word, "all"))
		*bits = U64_MAX;
	else if (!strcmp(word, "none"))
		*bits = 0;
	else if (!strcmp(word, "default"))
		*bits = *set->all_default;
	else if (word[0] != '+' && word[0] != '-')
		return kstrtou64(word, 0, bits);
	else
		for (unsigned int id = 0; ; id++) {
			name = set->name(id);
			if (!name)
				return -EINVAL;
			if (strcmp(word + 1, name))
				continue;
			if (word[0] == '+')
				*bits |= BIT_ULL(id);
			else
				*bits &= ~BIT_ULL(id);
			break;
		}
	return 0;
}

static ssize_t labnic_set_write(const struct labnic_set *set, struct file *file, const char __user *from,
				size_t len)
{
	u64 *to = labnic_set_of(set, ((struct seq_file *)file->private_data)->private);
	u64 bits = READ_ONCE(*to);
	char *text, *rest, *word;
	int err = 0;

	if (len > WORDS_MAX)
		return -E2BIG;
	text = memdup_user_nul(from, len);
	if (IS_ERR(text))
		return PTR_ERR(text);
	rest = text;
	while (!err && (word = strsep(&rest, " \t\n")))
		if (*word)
			err = labnic_set_word(set, &bits, word);
	if (!err)
		WRITE_ONCE(*to, bits);
	kfree(text);
	return err ?: len;
}

static int keys_show(struct seq_file *file, void *unused)
{
	return labnic_set_show(&labnic_key_set, file);
}

static ssize_t keys_write(struct file *file, const char __user *from, size_t len, loff_t *at)
{
	return labnic_set_write(&labnic_key_set, file, from, len);
}
DEFINE_SHOW_STORE_ATTRIBUTE(keys);

static int actions_show(struct seq_file *file, void *unused)
{
	return labnic_set_show(&labnic_action_set, file);
}

static ssize_t actions_write(struct file *file, const char __user *from, size_t len, loff_t *at)
{
	return labnic_set_write(&labnic_action_set, file, from, len);
}
DEFINE_SHOW_STORE_ATTRIBUTE(actions);

static int table_show(struct seq_file *file, void *unused)
{
	labnic_flows_show(file->private, file);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(table);

static int capacity_get(void *nic, u64 *value)
{
	*value = ((struct labnic *)nic)->knobs.capacity;
	return 0;
}

static int capacity_set(void *nic, u64 value)
{
	return value > U32_MAX ? -ERANGE : labnic_set_capacity(nic, value);
}
DEFINE_DEBUGFS_ATTRIBUTE(capacity_fops, capacity_get, capacity_set, "%llu\n");

static int stats_delay_get(void *nic, u64 *value)
{
	*value = ((struct labnic *)nic)->knobs.stats_delay_ms;
	return 0;
}

static int stats_delay_set(void *nic, u64 value)
{
	if (value > INT_MAX)
		return -ERANGE;
	labnic_stats_set_delay(nic, value);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(stats_delay_fops, stats_delay_get, stats_delay_set, "%llu\n");

static int errno_get(void *number, u64 *value)
{
	*value = *(u32 *)number;
	return 0;
}

static int errno_set(void *number, u64 value)
{
	if (value > MAX_ERRNO)
		return -ERANGE;
	*(u32 *)number = value;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(errno_fops, errno_get, errno_set, "%llu\n");

void labnic_knobs_init(struct labnic *nic)
{
	struct dentry *dir = debugfs_create_dir(dev_name(nic->dev), labnic_debugfs);
	struct labnic_knobs *knobs = &nic->knobs;

	*knobs = (struct labnic_knobs) {
		.capacity = 1 << 20,
		.chains = 16,
		.keys = labnic_keys_read,
		.actions = labnic_actions_done,
		.stats_delay_ms = 1000,
		.fail_errno = EIO,
	};
	nic->debugfs = dir;
	debugfs_create_file_unsafe("capacity", 0644, dir, nic, &capacity_fops);
	debugfs_create_file("keys", 0644, dir, nic, &keys_fops);
	debugfs_create_file("actions", 0644, dir, nic, &actions_fops);
	debugfs_create_u32("chains", 0644, dir, &knobs->chains);
	debugfs_create_u32("insert_delay_us", 0644, dir, &knobs->insert_delay_us);
	debugfs_create_file_unsafe("stats_delay_ms", 0644, dir, nic, &stats_delay_fops);
	debugfs_create_u32("fail_after", 0644, dir, &knobs->fail_after);
	debugfs_create_u32("fail_next", 0644, dir, &knobs->fail_next);
	debugfs_create_u32("fail_every", 0644, dir, &knobs->fail_every);
	debugfs_create_file_unsafe("fail_errno", 0644, dir, &knobs->fail_errno, &errno_fops);
	debugfs_create_file_unsafe("fail_mode", 0644, dir, &knobs->fail_mode, &errno_fops);
	debugfs_create_u32("flows", 0444, dir, &nic->num_flows);
	debugfs_create_file("table", 0444, dir, nic, &table_fops);
}

void labnic_knobs_exit(struct labnic *nic)
{
	debugfs_remove(nic->debugfs);
}
