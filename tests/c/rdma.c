/* RDMA devices and their addresses. */
#include "check.h"

int main(void)
{
    snic_host *host = open_host("sim:bluefield3");
    /* The card's links come up with it, and addresses with links. */
    MUST(snic_eswitch_set(host, NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 1, 0, &error));
    snic_rdma_device_iter *devices = NULL;
    const snic_rdma_device *device = NULL;
    MUST(snic_rdma_device_list(host, &devices, &error));
    MUST(snic_rdma_device_next(devices, &device, &error));
    SAME(device->name, "mlx5_0");
    CHECK(device->size == sizeof *device && device->ports == 1 && device->node_guid != NULL);

    snic_gid_iter *gids = NULL;
    const snic_gid *gid = NULL;
    int found = 0;
    MUST(snic_gid_list(host, device->name, 1, &gids, &error));
    while (snic_gid_next(gids, &gid, NULL) == SNIC_STATUS_OK) {
        SAME(gid->device, "mlx5_0");
        CHECK(gid->port == 1 && strlen(gid->gid) == 39 && gid->reasons == NULL);
        unsigned first = 0;
        CHECK(sscanf(gid->gid, "%4x", &first) == 1 && first == (unsigned)(gid->raw[0] << 8 | gid->raw[1]));
        found += 1;
    }
    CHECK(found > 0);
    snic_gid_iter_free(gids);
    CHECK(snic_gid_list(host, "nosuch", 0, &gids, NULL) == SNIC_STATUS_NOT_FOUND && gids == NULL);
    CHECK(snic_gid_best(host, "nowhere", NULL, NULL, &gids, NULL) == SNIC_STATUS_PARSE);
    CHECK(snic_gid_best(host, "192.0.2.7", NULL, "carrier-pigeon", &gids, NULL) != SNIC_STATUS_OK);
    /* The kernel's words: the simulated host has no route there. */
    snic_error *error = NULL;
    CHECK(snic_gid_best(host, "198.18.0.9", NULL, "roce-v2", &gids, &error) == SNIC_STATUS_NOT_FOUND && gids == NULL);
    CHECK(snic_error_kernel_text(error) != NULL || snic_error_errno(error) == 101);
    snic_error_free(error);
    error = NULL;

    /* Pools of memory regions: one is made, pinned and found. */
    snic_rdma_mr_pool_iter *pools = NULL;
    const snic_rdma_mr_pool *pool = NULL;
    MUST(snic_rdma_mr_pool_pin(host, "mlx5_0", "0:800:f:0", 3, &error));
    MUST(snic_rdma_mr_pool_age(host, "mlx5_0", 60, &error));
    MUST(snic_rdma_mr_pool_list(host, "mlx5_0", 0, &pools, &error));
    found = 0;
    while (snic_rdma_mr_pool_next(pools, &pool, NULL) == SNIC_STATUS_OK) {
        CHECK(pool->size == sizeof *pool && pool->is_kernel == 0);
        found += strcmp(pool->key, "0:800:f:0") == 0 && pool->pinned == 3;
    }
    CHECK(found == 1);
    snic_rdma_mr_pool_iter_free(pools);
    CHECK(snic_rdma_mr_pool_pin(host, "mlx5_0", "no key", 3, NULL) == SNIC_STATUS_PARSE);
    CHECK(snic_rdma_mr_pool_list(host, "nosuch", 0, &pools, NULL) == SNIC_STATUS_NOT_FOUND && pools == NULL);

    /* No simulated driver dumps anything. */
    snic_rdma_raw_iter *dumps = NULL;
    CHECK(snic_rdma_raw_list(host, "mlx5_0", "qp", -1, &dumps, NULL) != SNIC_STATUS_OK && dumps == NULL);
    CHECK(snic_rdma_raw_list(host, "mlx5_0", "pd", -1, &dumps, NULL) == SNIC_STATUS_INVALID_INPUT);
    CHECK(snic_rdma_raw_list(host, "mlx5_0", "qp", -2, &dumps, NULL) == SNIC_STATUS_INVALID_INPUT);

    /* A port comes up with its link. */
    snic_rdma_port_iter *ports = NULL;
    const snic_rdma_port *port = NULL;
    MUST(snic_rdma_port_list(host, "mlx5_0", &ports, &error));
    MUST(snic_rdma_port_next(ports, &port, &error));
    SAME(port->state, "DOWN");
    MUST(snic_link_set_up(host, port->netdev, 1, &error));
    snic_rdma_port_iter_free(ports);
    MUST(snic_rdma_port_list(host, "mlx5_0", &ports, &error));
    MUST(snic_rdma_port_next(ports, &port, &error));
    SAME(port->state, "ACTIVE");
    snic_rdma_port_iter_free(ports);
    CHECK(snic_link_set_up(host, "nosuch", 1, NULL) == SNIC_STATUS_NOT_FOUND);

    snic_rdma_device_iter_free(devices);
    snic_host_close(host);
    puts("rdma: ok");
    return 0;
}
