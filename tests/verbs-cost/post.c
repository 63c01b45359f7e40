/* Posts and polls so many rounds in C, as `smartnic-verbs/examples/post.rs` does: post send|inline|write|chain|receive ROUNDS. */
#include <infiniband/verbs.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CHAIN = 16 };

static char memory[4096];

int main(int argc, char **argv)
{
	const char *what = argc == 3 ? argv[1] : "";
	unsigned long rounds = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	struct ibv_device **list = ibv_get_device_list(NULL);
	struct ibv_context *context = ibv_open_device(list[0]);
	struct ibv_pd *pd = ibv_alloc_pd(context);
	struct ibv_cq *cq = ibv_create_cq(context, 64, NULL, NULL, 0);
	struct ibv_mr *mr = ibv_reg_mr(pd, memory, sizeof(memory), IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_WRITE);
	struct ibv_qp_init_attr init = { .send_cq = cq, .recv_cq = cq, .qp_type = IBV_QPT_RC };
	struct ibv_qp *qp = ibv_create_qp(pd, &init);
	int is_chain = !strcmp(what, "chain");
	int is_inline = !strcmp(what, "inline");
	int is_write = !strcmp(what, "write");
	int is_receive = !strcmp(what, "receive");
	int length = is_chain ? CHAIN : 1;
	struct timespec begin, end;

	if (!rounds || !(is_chain || is_inline || is_write || is_receive || !strcmp(what, "send")))
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (unsigned long round = 0; round < rounds; round++) {
		struct ibv_wc wc[CHAIN];
		int found;

		if (is_receive) {
			struct ibv_sge piece = { (uintptr_t)memory, 64, mr->lkey };
			struct ibv_recv_wr wr = { .wr_id = round, .sg_list = &piece, .num_sge = 1 }, *bad;

			if (ibv_post_recv(qp, &wr, &bad))
				return 1;
		} else {
			struct ibv_sge piece = { (uintptr_t)memory, 64, mr->lkey };
			struct ibv_send_wr wrs[CHAIN], *bad;

			for (int at = 0; at < length; at++) {
				struct ibv_send_wr *wr = &wrs[at];

				memset(wr, 0, sizeof(*wr));
				wr->wr_id = round;
				wr->next = at + 1 < length ? wr + 1 : NULL;
				wr->sg_list = &piece;
				wr->num_sge = 1;
				wr->opcode = is_write ? IBV_WR_RDMA_WRITE : IBV_WR_SEND;
				wr->send_flags = IBV_SEND_SIGNALED | (is_inline ? IBV_SEND_INLINE : 0);
				if (is_write) {
					wr->wr.rdma.remote_addr = (uintptr_t)memory;
					wr->wr.rdma.rkey = mr->rkey;
				}
			}
			if (ibv_post_send(qp, wrs, &bad))
				return 1;
		}
		found = ibv_poll_cq(cq, CHAIN, wc);
		if (found != length)
			return 1;
		for (int at = 0; at < found; at++)
			if (wc[at].status != IBV_WC_SUCCESS)
				return 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%.3f\n", ((end.tv_sec - begin.tv_sec) * 1e9 + (end.tv_nsec - begin.tv_nsec)) / rounds);
	return 0;
}
