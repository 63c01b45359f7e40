/*
 * The other end of the lab's interop check: RDMA in plain C over libibverbs, as its manual pages show it.
 *
 *   verbs-peer serve DEVICE GID-INDEX PORT
 *   verbs-peer connect DEVICE GID-INDEX PORT ADDRESS
 *
 * Both ends tell each other over TCP, in one line each, how they are reached: queue pair, first packet, GID, and the
 * address, key and length of memory. Then the one that connected leads:
 *
 *   1. messages of several lengths there, each of which comes back;
 *   2. a write, then a write with a number, and a read of both;
 *   3. an addition and a swap at the first eight bytes;
 *   4. the message "done", and "seen" as the answer, for which the other end has looked at its memory.
 *
 * tests/lab/suite/src/checks/verbs_interop.rs does the same by our library. Exit code 0: all was as it must be.
 */
#include <infiniband/verbs.h>

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	SIZE = 64 * 1024, /* of the memory: shared, to send from, to receive into */
	OUT = 16 * 1024,
	IN = 32 * 1024,
	SLOT = 8 * 1024,
	MESSAGES = 20,
	WRITTEN = 1000, /* where the writes begin */
	LENGTH = 3000, /* of each of both */
	NUMBER = 0x5eed,
	PATIENCE = 30, /* seconds */
};

struct end {
	unsigned int qp, psn, key;
	uint64_t address;
	union ibv_gid gid;
};

static struct ibv_context *context;
static struct ibv_pd *pd;
static struct ibv_cq *cq;
static struct ibv_mr *mr;
static struct ibv_qp *qp;
static struct end ours, theirs;
static unsigned char *memory;

static void __attribute__((noreturn, format(printf, 1, 2))) fail(const char *format, ...)
{
	va_list words;

	va_start(words, format);
	fprintf(stderr, "verbs-peer: ");
	vfprintf(stderr, format, words);
	fprintf(stderr, "\n");
	va_end(words);
	exit(1);
}

static unsigned char pattern(unsigned int seed, unsigned int at)
{
	return seed * 31 + at * 7 + 1;
}

static void fill(unsigned char *to, unsigned int seed, unsigned int length)
{
	for (unsigned int at = 0; at < length; at++)
		to[at] = pattern(seed, at);
}

static void must_hold(const unsigned char *bytes, unsigned int seed, unsigned int length, const char *what)
{
	for (unsigned int at = 0; at < length; at++)
		if (bytes[at] != pattern(seed, at))
			fail("%s: byte %u is %#x, not %#x", what, at, bytes[at], pattern(seed, at));
}

static void open_device(const char *name)
{
	int count = 0;
	struct ibv_device **list = ibv_get_device_list(&count);

	for (int at = 0; at < count && !context; at++)
		if (!strcmp(ibv_get_device_name(list[at]), name))
			context = ibv_open_device(list[at]);
	if (!context)
		fail("no device %s among %d", name, count);
	ibv_free_device_list(list);
}

static void make(int gid_index)
{
	const int access = IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_WRITE | IBV_ACCESS_REMOTE_READ |
			   IBV_ACCESS_REMOTE_ATOMIC;
	struct ibv_qp_init_attr init = {
		.qp_type = IBV_QPT_RC,
		.sq_sig_all = 1,
		.cap = { .max_send_wr = 16, .max_recv_wr = 16, .max_send_sge = 1, .max_recv_sge = 1 },
	};
	struct ibv_qp_attr attr = { .qp_state = IBV_QPS_INIT, .port_num = 1, .qp_access_flags = access };

	pd = ibv_alloc_pd(context);
	cq = ibv_create_cq(context, 64, NULL, NULL, 0);
	memory = aligned_alloc(4096, SIZE);
	if (!pd || !cq || !memory)
		fail("no domain, queue or memory");
	memset(memory, 0, SIZE);
	mr = ibv_reg_mr(pd, memory, SIZE, access);
	init.send_cq = init.recv_cq = cq;
	qp = mr ? ibv_create_qp(pd, &init) : NULL;
	if (!qp)
		fail("no region or queue pair: %s", strerror(errno));
	if (ibv_modify_qp(qp, &attr, IBV_QP_STATE | IBV_QP_PKEY_INDEX | IBV_QP_PORT | IBV_QP_ACCESS_FLAGS))
		fail("to INIT: %s", strerror(errno));
	ours = (struct end){ .qp = qp->qp_num, .psn = 0x1234, .key = mr->rkey, .address = (uintptr_t)memory };
	if (ibv_query_gid(context, 1, gid_index, &ours.gid))
		fail("no GID at %d", gid_index);
}

static void receive(int slot)
{
	struct ibv_sge piece = { (uintptr_t)memory + IN + slot * SLOT, SLOT, mr->lkey };
	struct ibv_recv_wr wr = { .wr_id = slot, .sg_list = &piece, .num_sge = 1 }, *bad;

	if (ibv_post_recv(qp, &wr, &bad))
		fail("post a receive");
}

static void connect_qp(int gid_index)
{
	struct ibv_qp_attr attr = {
		.qp_state = IBV_QPS_RTR,
		.path_mtu = IBV_MTU_1024,
		.dest_qp_num = theirs.qp,
		.rq_psn = theirs.psn,
		.max_dest_rd_atomic = 4,
		.min_rnr_timer = 12,
		.ah_attr = { .is_global = 1, .port_num = 1,
			     .grh = { .dgid = theirs.gid, .sgid_index = gid_index, .hop_limit = 64 } },
	};

	if (ibv_modify_qp(qp, &attr, IBV_QP_STATE | IBV_QP_AV | IBV_QP_PATH_MTU | IBV_QP_DEST_QPN | IBV_QP_RQ_PSN |
					     IBV_QP_MAX_DEST_RD_ATOMIC | IBV_QP_MIN_RNR_TIMER))
		fail("to RTR: %s", strerror(errno));
	attr = (struct ibv_qp_attr){
		.qp_state = IBV_QPS_RTS, .timeout = 14, .retry_cnt = 7, .rnr_retry = 7, .sq_psn = ours.psn, .max_rd_atomic = 4,
	};
	if (ibv_modify_qp(qp, &attr, IBV_QP_STATE | IBV_QP_TIMEOUT | IBV_QP_RETRY_CNT | IBV_QP_RNR_RETRY | IBV_QP_SQ_PSN |
					     IBV_QP_MAX_QP_RD_ATOMIC))
		fail("to RTS: %s", strerror(errno));
}

/*
 * The next completion of this operation. The other end may answer before it has acknowledged: what comes in between is kept
 * for when it is asked for.
 */
static struct ibv_wc done(enum ibv_wc_opcode wanted)
{
	static struct ibv_wc kept[8];
	static int count;
	time_t end = time(NULL) + PATIENCE;
	struct ibv_wc wc;

	for (int at = 0; at < count; at++) {
		if (kept[at].opcode == wanted) {
			wc = kept[at];
			memmove(kept + at, kept + at + 1, (--count - at) * sizeof(wc));
			return wc;
		}
	}
	for (;;) {
		int found = ibv_poll_cq(cq, 1, &wc);

		if (found < 0)
			fail("poll");
		if (found && wc.status != IBV_WC_SUCCESS)
			fail("operation %d failed while %d was waited for: %s", wc.opcode, wanted, ibv_wc_status_str(wc.status));
		if (found && wc.opcode == wanted)
			return wc;
		if (found && count == 8)
			fail("%d is done, but %d was to", wc.opcode, wanted);
		if (found)
			kept[count++] = wc;
		if (time(NULL) > end)
			fail("nothing came in %d seconds, but %d was to", PATIENCE, wanted);
	}
}

static void post(struct ibv_send_wr *wr, unsigned int from, unsigned int length)
{
	struct ibv_sge piece = { (uintptr_t)memory + from, length, mr->lkey };
	struct ibv_send_wr *bad;

	wr->sg_list = &piece;
	wr->num_sge = 1;
	if (ibv_post_send(qp, wr, &bad))
		fail("post operation %d", wr->opcode);
}

static void say(unsigned int from, unsigned int length)
{
	struct ibv_send_wr wr = { .opcode = IBV_WR_SEND };

	post(&wr, from, length);
}

static unsigned int length_of(unsigned int message)
{
	return message * 211 % 4000 + 1;
}

static void lead(void)
{
	struct ibv_send_wr wr;
	uint64_t before;

	for (unsigned int message = 0; message < MESSAGES; message++) {
		unsigned int length = length_of(message);
		struct ibv_wc came;

		receive(0);
		fill(memory + OUT, message, length);
		say(OUT, length);
		done(IBV_WC_SEND);
		came = done(IBV_WC_RECV);
		if (came.byte_len != length)
			fail("message %u came back with %u bytes", message, came.byte_len);
		must_hold(memory + IN, message, length, "a message that came back");
	}

	fill(memory + OUT, 100, LENGTH);
	wr = (struct ibv_send_wr){ .opcode = IBV_WR_RDMA_WRITE,
				   .wr.rdma = { theirs.address + WRITTEN, theirs.key } };
	post(&wr, OUT, LENGTH);
	done(IBV_WC_RDMA_WRITE);
	fill(memory + OUT, 101, LENGTH);
	wr = (struct ibv_send_wr){ .opcode = IBV_WR_RDMA_WRITE_WITH_IMM,
				   .imm_data = htonl(NUMBER),
				   .wr.rdma = { theirs.address + WRITTEN + LENGTH, theirs.key } };
	post(&wr, OUT, LENGTH);
	done(IBV_WC_RDMA_WRITE);
	wr = (struct ibv_send_wr){ .opcode = IBV_WR_RDMA_READ, .wr.rdma = { theirs.address + WRITTEN, theirs.key } };
	post(&wr, IN, 2 * LENGTH);
	done(IBV_WC_RDMA_READ);
	must_hold(memory + IN, 100, LENGTH, "what was written and read back");
	must_hold(memory + IN + LENGTH, 101, LENGTH, "what was written with a number and read back");

	wr = (struct ibv_send_wr){ .opcode = IBV_WR_ATOMIC_FETCH_AND_ADD,
				   .wr.atomic = { .remote_addr = theirs.address, .compare_add = 5, .rkey = theirs.key } };
	post(&wr, IN, 8);
	done(IBV_WC_FETCH_ADD);
	memcpy(&before, memory + IN, 8);
	if (before != 0)
		fail("before the addition there was %" PRIu64, before);
	wr = (struct ibv_send_wr){ .opcode = IBV_WR_ATOMIC_CMP_AND_SWP,
				   .wr.atomic = { theirs.address, 5, 9, theirs.key } };
	post(&wr, IN, 8);
	done(IBV_WC_COMP_SWAP);
	memcpy(&before, memory + IN, 8);
	if (before != 5)
		fail("before the swap there was %" PRIu64, before);

	receive(0);
	memcpy(memory + OUT, "done", 4);
	say(OUT, 4);
	done(IBV_WC_SEND);
	if (done(IBV_WC_RECV).byte_len != 4 || memcmp(memory + IN, "seen", 4))
		fail("another answer than \"seen\"");
}

static void follow(void)
{
	uint64_t word;
	struct ibv_wc wc;

	for (unsigned int message = 0; message < MESSAGES; message++) {
		wc = done(IBV_WC_RECV);
		if (wc.byte_len != length_of(message))
			fail("message %u has %u bytes", message, wc.byte_len);
		must_hold(memory + IN + message % 2 * SLOT, message, wc.byte_len, "a message");
		memcpy(memory + OUT, memory + IN + message % 2 * SLOT, wc.byte_len);
		receive(message % 2);
		say(OUT, wc.byte_len);
		done(IBV_WC_SEND);
	}
	wc = done(IBV_WC_RECV_RDMA_WITH_IMM);
	if (!(wc.wc_flags & IBV_WC_WITH_IMM) || ntohl(wc.imm_data) != NUMBER || wc.byte_len != LENGTH)
		fail("the number that came with the write is %#x, with %u bytes", ntohl(wc.imm_data), wc.byte_len);
	must_hold(memory + WRITTEN, 100, LENGTH, "what was written here");
	must_hold(memory + WRITTEN + LENGTH, 101, LENGTH, "what was written here with a number");
	wc = done(IBV_WC_RECV);
	memcpy(&word, memory, 8);
	if (wc.byte_len != 4 || memcmp(memory + IN + wc.wr_id * SLOT, "done", 4) || word != 9)
		fail("the last message has %u bytes, and the counter is %" PRIu64, wc.byte_len, word);
	memcpy(memory + OUT, "seen", 4);
	say(OUT, 4);
	done(IBV_WC_SEND);
}

/* A TCP connection: to the address, or from whoever comes first. */
static int stream(const char *address, const char *port)
{
	struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_flags = address ? 0 : AI_PASSIVE };
	struct addrinfo *found;
	int on = 1, one, other;

	if (getaddrinfo(address, port, &hints, &found))
		fail("no address %s port %s", address ? address : "of this host", port);
	one = socket(found->ai_family, found->ai_socktype, 0);
	if (address) {
		if (connect(one, found->ai_addr, found->ai_addrlen))
			fail("connect to %s: %s", address, strerror(errno));
		other = one;
	} else {
		setsockopt(one, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		if (bind(one, found->ai_addr, found->ai_addrlen) || listen(one, 1))
			fail("listen: %s", strerror(errno));
		printf("listening\n");
		fflush(stdout);
		other = accept(one, NULL, NULL);
	}
	if (other < 0)
		fail("accept: %s", strerror(errno));
	freeaddrinfo(found);
	return other;
}

static void tell(int line)
{
	char gid[33];

	for (int at = 0; at < 16; at++)
		sprintf(gid + 2 * at, "%02x", ours.gid.raw[at]);
	dprintf(line, "%u %u %s %" PRIu64 " %u %d\n", ours.qp, ours.psn, gid, ours.address, ours.key, IN);
}

/* A line and no byte more: what follows is for the next who reads. */
static void read_line(int line, char *to, size_t room)
{
	for (size_t at = 0; at + 1 < room; at++) {
		if (read(line, to + at, 1) != 1)
			fail("the other end went");
		to[at + 1] = 0;
		if (to[at] == '\n')
			return;
	}
	fail("the other end says too much");
}

static void hear(int line)
{
	char words[256], gid[33];
	unsigned int byte;
	int length;

	read_line(line, words, sizeof(words));
	if (sscanf(words, "%u %u %32s %" SCNu64 " %u %d", &theirs.qp, &theirs.psn, gid, &theirs.address, &theirs.key,
		   &length) != 6 || strlen(gid) != 32 || length < WRITTEN + 2 * LENGTH)
		fail("the other end does not say how it is reached: %s", words);
	for (int at = 0; at < 16; at++) {
		if (sscanf(gid + 2 * at, "%2x", &byte) != 1)
			fail("no GID: %s", gid);
		theirs.gid.raw[at] = byte;
	}
}

int main(int argc, char **argv)
{
	int leads = argc == 6 && !strcmp(argv[1], "connect");
	int gid_index, line;
	char word[16];

	if (!leads && !(argc == 5 && !strcmp(argv[1], "serve"))) {
		fprintf(stderr, "usage: verbs-peer serve DEVICE GID-INDEX PORT | connect DEVICE GID-INDEX PORT ADDRESS\n");
		return 2;
	}
	gid_index = atoi(argv[3]);
	open_device(argv[2]);
	make(gid_index);
	line = stream(leads ? argv[5] : NULL, argv[4]);
	if (!leads) {
		receive(0);
		receive(1);
	}
	tell(line);
	hear(line);
	connect_qp(gid_index);
	dprintf(line, "ready\n");
	read_line(line, word, sizeof(word));
	if (leads)
		lead();
	else
		follow();
	printf("%s: all is as it must be\n", argv[1]);
	return 0;
}
