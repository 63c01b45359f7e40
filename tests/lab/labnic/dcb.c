// SPDX-License-Identifier: GPL-2.0
/* Data centre bridging of the uplink and of its partner on the wire. What is set on one is held, and the other tells
 * it as what its neighbour says of itself. Everything is under rtnl.
 */
#include <linux/dcbnl.h>
#include <net/dcbnl.h>
#include "labnic.h"

#define BUFFER_TOTAL	262016
#define BUFFER_FIRST	130944

static struct labnic_dcb *labnic_dcb_of(const struct net_device *dev)
{
	struct labnic_end *end = netdev_priv(dev);

	return &end->dcb;
}

/* The neighbour; NULL while there is none. */
static const struct labnic_dcb *labnic_dcb_peer(const struct net_device *dev)
{
	const struct labnic_end *end = netdev_priv(dev);
	const struct net_device *other;

	other = rtnl_dereference(labnic_netdev_is_near(dev) ? end->port->far : end->port->near);
	return other ? labnic_dcb_of(other) : NULL;
}

static int labnic_getets(struct net_device *dev, struct ieee_ets *ets)
{
	*ets = labnic_dcb_of(dev)->ets;
	return 0;
}

/* Those that share the wire share the whole of it. */
static int labnic_setets(struct net_device *dev, struct ieee_ets *ets)
{
	struct labnic_dcb *dcb = labnic_dcb_of(dev);
	unsigned int sum = 0;
	bool shared = false;

	for (int tc = 0; tc < IEEE_8021QAZ_MAX_TCS; tc++) {
		if (ets->prio_tc[tc] >= IEEE_8021QAZ_MAX_TCS)
			return -EINVAL;
		if (ets->tc_tsa[tc] == IEEE_8021QAZ_TSA_ETS) {
			sum += ets->tc_tx_bw[tc];
			shared = true;
		}
	}
	if (shared && sum != 100)
		return -EINVAL;
	ets->ets_cap = dcb->ets.ets_cap;
	ets->cbs = dcb->ets.cbs;
	dcb->ets = *ets;
	return 0;
}

static int labnic_peer_getets(struct net_device *dev, struct ieee_ets *ets)
{
	const struct labnic_dcb *peer = labnic_dcb_peer(dev);

	if (!peer)
		return -ENODATA;
	*ets = peer->ets;
	return 0;
}

static int labnic_getmaxrate(struct net_device *dev, struct ieee_maxrate *rates)
{
	*rates = labnic_dcb_of(dev)->rates;
	return 0;
}

static int labnic_setmaxrate(struct net_device *dev, struct ieee_maxrate *rates)
{
	labnic_dcb_of(dev)->rates = *rates;
	return 0;
}

static int labnic_getpfc(struct net_device *dev, struct ieee_pfc *pfc)
{
	*pfc = labnic_dcb_of(dev)->pfc;
	return 0;
}

/* Nothing is paused here; so that counters are not all zero, turning a priority on counts as a pause of it. */
static int labnic_setpfc(struct net_device *dev, struct ieee_pfc *pfc)
{
	struct ieee_pfc *held = &labnic_dcb_of(dev)->pfc;

	for (int prio = 0; prio < IEEE_8021QAZ_MAX_TCS; prio++)
		if (pfc->pfc_en & ~held->pfc_en & BIT(prio))
			held->requests[prio]++;
	held->pfc_en = pfc->pfc_en;
	held->mbc = pfc->mbc;
	held->delay = pfc->delay;
	return 0;
}

static int labnic_peer_getpfc(struct net_device *dev, struct ieee_pfc *pfc)
{
	const struct labnic_dcb *peer = labnic_dcb_peer(dev);

	if (!peer)
		return -ENODATA;
	*pfc = peer->pfc;
	return 0;
}

static int labnic_getbuffer(struct net_device *dev, struct dcbnl_buffer *buffer)
{
	*buffer = labnic_dcb_of(dev)->buffer;
	return 0;
}

static int labnic_setbuffer(struct net_device *dev, struct dcbnl_buffer *buffer)
{
	struct dcbnl_buffer *held = &labnic_dcb_of(dev)->buffer;
	u64 sum = 0;

	for (int at = 0; at < DCBX_MAX_BUFFERS; at++)
		sum += buffer->buffer_size[at];
	if (sum > held->total_size)
		return -EINVAL;
	buffer->total_size = held->total_size;
	*held = *buffer;
	return 0;
}

static int labnic_setapp(struct net_device *dev, struct dcb_app *app)
{
	struct labnic_dcb *dcb = labnic_dcb_of(dev);
	int err;

	if (dcb->num_apps == LABNIC_APPS_MAX)
		return -ENOSPC;
	err = dcb_ieee_setapp(dev, app);
	if (!err)
		dcb->apps[dcb->num_apps++] = *app;
	return err;
}

static int labnic_delapp(struct net_device *dev, struct dcb_app *app)
{
	struct labnic_dcb *dcb = labnic_dcb_of(dev);
	int err = dcb_ieee_delapp(dev, app);

	for (int at = 0; !err && at < dcb->num_apps; at++) {
		if (memcmp(&dcb->apps[at], app, sizeof(*app)))
			continue;
		dcb->apps[at] = dcb->apps[--dcb->num_apps];
		break;
	}
	return err;
}

static int labnic_peer_getappinfo(struct net_device *dev, struct dcb_peer_app_info *info, u16 *count)
{
	const struct labnic_dcb *peer = labnic_dcb_peer(dev);

	if (!peer)
		return -ENODATA;
	info->willing = peer->ets.willing;
	*count = peer->num_apps;
	return 0;
}

static int labnic_peer_getapptable(struct net_device *dev, struct dcb_app *table)
{
	const struct labnic_dcb *peer = labnic_dcb_peer(dev);

	if (!peer)
		return -ENODATA;
	memcpy(table, peer->apps, peer->num_apps * sizeof(*table));
	return 0;
}

static int labnic_getapptrust(struct net_device *dev, u8 *selectors, int *count)
{
	const struct labnic_dcb *dcb = labnic_dcb_of(dev);

	memcpy(selectors, dcb->trust, dcb->num_trust);
	*count = dcb->num_trust;
	return 0;
}

static int labnic_setapptrust(struct net_device *dev, u8 *selectors, int count)
{
	struct labnic_dcb *dcb = labnic_dcb_of(dev);

	if (count > LABNIC_TRUST_MAX)
		return -EINVAL;
	memcpy(dcb->trust, selectors, count);
	dcb->num_trust = count;
	return 0;
}

static u8 labnic_getdcbx(struct net_device *dev)
{
	return labnic_dcb_of(dev)->dcbx;
}

/* There is no firmware that could negotiate, and only the IEEE's version is spoken. */
static u8 labnic_setdcbx(struct net_device *dev, u8 mode)
{
	if (mode & (DCB_CAP_DCBX_LLD_MANAGED | DCB_CAP_DCBX_VER_CEE) || !(mode & DCB_CAP_DCBX_VER_IEEE))
		return 1;
	labnic_dcb_of(dev)->dcbx = mode;
	return 0;
}

static const struct dcbnl_rtnl_ops labnic_dcbnl_ops = {
	.ieee_getets = labnic_getets,
	.ieee_setets = labnic_setets,
	.ieee_peer_getets = labnic_peer_getets,
	.ieee_getmaxrate = labnic_getmaxrate,
	.ieee_setmaxrate = labnic_setmaxrate,
	.ieee_getpfc = labnic_getpfc,
	.ieee_setpfc = labnic_setpfc,
	.ieee_peer_getpfc = labnic_peer_getpfc,
	.ieee_setapp = labnic_setapp,
	.ieee_delapp = labnic_delapp,
	.peer_getappinfo = labnic_peer_getappinfo,
	.peer_getapptable = labnic_peer_getapptable,
	.getdcbx = labnic_getdcbx,
	.setdcbx = labnic_setdcbx,
	.dcbnl_getbuffer = labnic_getbuffer,
	.dcbnl_setbuffer = labnic_setbuffer,
	.dcbnl_getapptrust = labnic_getapptrust,
	.dcbnl_setapptrust = labnic_setapptrust,
	.dcbnl_setrewr = dcb_setrewr,
	.dcbnl_delrewr = dcb_delrewr,
};

void labnic_dcb_init(struct net_device *dev)
{
	struct labnic_dcb *dcb = labnic_dcb_of(dev);

	dcb->ets.ets_cap = IEEE_8021QAZ_MAX_TCS;
	dcb->pfc.pfc_cap = IEEE_8021QAZ_MAX_TCS;
	for (int prio = 0; prio < IEEE_8021QAZ_MAX_TCS; prio++)
		dcb->ets.prio_tc[prio] = prio;
	dcb->buffer.total_size = BUFFER_TOTAL;
	dcb->buffer.buffer_size[0] = BUFFER_FIRST;
	dcb->dcbx = DCB_CAP_DCBX_HOST | DCB_CAP_DCBX_VER_IEEE;
	dev->dcbnl_ops = &labnic_dcbnl_ops;
}
