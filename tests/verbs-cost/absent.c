/*
 * What programs look for in libibverbs when they load it, and do not call while they are measured. The header would hold
 * these against the true types, so it is not included here.
 */
#include <stdlib.h>

#define ABSENT(name)		\
	void name(void);	\
	void name(void)		\
	{			\
		abort();	\
	}

ABSENT(ibv_create_comp_channel)
ABSENT(ibv_destroy_comp_channel)
ABSENT(ibv_get_cq_event)
ABSENT(ibv_ack_cq_events)
ABSENT(ibv_modify_srq)
ABSENT(ibv_query_srq)
ABSENT(ibv_rereg_mr)
ABSENT(ibv_qp_to_qp_ex)
ABSENT(ibv_query_ece)
ABSENT(ibv_set_ece)
ABSENT(ibv_attach_mcast)
ABSENT(ibv_detach_mcast)
ABSENT(ibv_modify_qp)
ABSENT(ibv_query_qp)
ABSENT(ibv_get_async_event)
ABSENT(ibv_ack_async_event)
ABSENT(ibv_query_device)
ABSENT(ibv_query_port)
ABSENT(ibv_query_pkey)
ABSENT(_ibv_query_gid_table)
