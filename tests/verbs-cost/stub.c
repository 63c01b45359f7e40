/*
 * A libibverbs with one device that is none: what is posted is done at once. `cargo xtask bench verbs` has a C program
 * and ours post and poll over it, so that what differs is the way there.
 */
#include <infiniband/verbs.h>

#include <stdlib.h>
#include <sys/eventfd.h>

#undef ibv_query_port
#undef ibv_reg_mr

static struct ibv_device device;
static unsigned long posted;

static int post_send(struct ibv_qp *qp, struct ibv_send_wr *wr, struct ibv_send_wr **bad)
{
	(void)qp;
	(void)bad;
	for (; wr; wr = wr->next)
		posted++;
	return 0;
}

static int post_recv(struct ibv_qp *qp, struct ibv_recv_wr *wr, struct ibv_recv_wr **bad)
{
	(void)qp;
	(void)bad;
	for (; wr; wr = wr->next)
		posted++;
	return 0;
}

static int poll_cq(struct ibv_cq *cq, int most, struct ibv_wc *wc)
{
	int count = 0;

	(void)cq;
	for (; count < most && posted; count++, posted--) {
		wc[count].wr_id = posted;
		wc[count].status = IBV_WC_SUCCESS;
		wc[count].opcode = IBV_WC_SEND;
		wc[count].vendor_err = 0;
		wc[count].byte_len = 64;
		wc[count].qp_num = 17;
		wc[count].wc_flags = 0;
		wc[count].imm_data = 0;
		wc[count].src_qp = 0;
		wc[count].pkey_index = 0;
		wc[count].slid = 0;
		wc[count].sl = 0;
	}
	return count;
}

static int arm(struct ibv_cq *cq, int solicited_only)
{
	(void)cq;
	return solicited_only & 0;
}

struct ibv_device **ibv_get_device_list(int *count)
{
	static struct ibv_device *list[] = { &device, NULL };

	if (count)
		*count = 1;
	return list;
}

void ibv_free_device_list(struct ibv_device **list)
{
	(void)list;
}

const char *ibv_get_device_name(struct ibv_device *device)
{
	(void)device;
	return "stub0";
}

__be64 ibv_get_device_guid(struct ibv_device *device)
{
	(void)device;
	return 0;
}

struct ibv_context *ibv_open_device(struct ibv_device *device)
{
	struct ibv_context *context = calloc(1, sizeof(*context));

	context->device = device;
	context->async_fd = eventfd(0, 0);
	context->ops.post_send = post_send;
	context->ops.post_recv = post_recv;
	context->ops.poll_cq = poll_cq;
	context->ops.req_notify_cq = arm;
	return context;
}

int ibv_close_device(struct ibv_context *context)
{
	free(context);
	return 0;
}

#define MAKE(type) (calloc(1, sizeof(struct type)))

struct ibv_pd *ibv_alloc_pd(struct ibv_context *context)
{
	struct ibv_pd *pd = MAKE(ibv_pd);

	pd->context = context;
	return pd;
}

struct ibv_mr *ibv_reg_mr(struct ibv_pd *pd, void *addr, size_t length, int access)
{
	struct ibv_mr *mr = MAKE(ibv_mr);

	(void)access;
	mr->context = pd->context;
	mr->addr = addr;
	mr->length = length;
	mr->lkey = mr->rkey = 7;
	return mr;
}

struct ibv_mr *ibv_reg_mr_iova2(struct ibv_pd *pd, void *addr, size_t length, uint64_t iova, unsigned int access)
{
	(void)iova;
	return ibv_reg_mr(pd, addr, length, (int)access);
}

struct ibv_cq *ibv_create_cq(struct ibv_context *context, int cqe, void *cq_context, struct ibv_comp_channel *channel,
			     int vector)
{
	struct ibv_cq *cq = MAKE(ibv_cq);

	(void)vector;
	cq->context = context;
	cq->cqe = cqe;
	cq->cq_context = cq_context;
	cq->channel = channel;
	return cq;
}

struct ibv_qp *ibv_create_qp(struct ibv_pd *pd, struct ibv_qp_init_attr *init)
{
	struct ibv_qp *qp = MAKE(ibv_qp);

	qp->context = pd->context;
	qp->pd = pd;
	qp->qp_num = 17;
	qp->qp_type = init->qp_type;
	return qp;
}

struct ibv_srq *ibv_create_srq(struct ibv_pd *pd, struct ibv_srq_init_attr *init)
{
	struct ibv_srq *srq = MAKE(ibv_srq);

	(void)init;
	srq->context = pd->context;
	return srq;
}

struct ibv_ah *ibv_create_ah(struct ibv_pd *pd, struct ibv_ah_attr *attr)
{
	struct ibv_ah *ah = MAKE(ibv_ah);

	(void)attr;
	ah->context = pd->context;
	return ah;
}

#define GIVE_BACK(name, type)		\
	int name(struct type *object)	\
	{				\
		free(object);		\
		return 0;		\
	}

GIVE_BACK(ibv_dealloc_pd, ibv_pd)
GIVE_BACK(ibv_dereg_mr, ibv_mr)
GIVE_BACK(ibv_destroy_cq, ibv_cq)
GIVE_BACK(ibv_destroy_qp, ibv_qp)
GIVE_BACK(ibv_destroy_srq, ibv_srq)
GIVE_BACK(ibv_destroy_ah, ibv_ah)

