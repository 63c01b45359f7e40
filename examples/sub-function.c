/* A sub-function's life: made, looked at, removed. Usage: sub-function HOST DEVICE NUMBER */
#include <smartnic.h>
#include <stdio.h>
#include <stdlib.h>

static const char *or_none(const char *text)
{
    return text != NULL ? text : "none";
}

static snic_status show(const snic_host *host, const char *device, snic_error **error)
{
    unsigned count = 0;
    snic_sf_iter *all = NULL;
    const snic_sf *one = NULL;
    snic_status status = snic_sf_list(host, device, &all, error);
    while (status == SNIC_STATUS_OK && snic_sf_next(all, &one, NULL) == SNIC_STATUS_OK) {
        count += 1;
        printf("%u: address %s, link %s, representor %s, RDMA device %s\n", one->number, or_none(one->hw_addr),
               or_none(one->netdev), or_none(one->representor), or_none(one->rdma));
    }
    printf("sub-functions: %u\n", count);
    snic_sf_iter_free(all);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s HOST DEVICE NUMBER\n", argv[0]);
        return 2;
    }
    uint32_t number = (uint32_t)strtoul(argv[3], NULL, 10);
    snic_sf_options wanted = snic_sf_options_init();
    wanted.numbered = 1;
    wanted.number = number;
    wanted.hw_addr = "02:00:00:00:00:88";
    snic_error *error = NULL;
    snic_host *host = NULL;
    snic_plan *making = NULL, *removing = NULL;
    snic_status status = snic_host_open(argv[1], NULL, &host, &error);
    if (status == SNIC_STATUS_OK)
        status = snic_eswitch_set(host, argv[2], SNIC_ESWITCH_MODE_SWITCHDEV, -1, 0, &error);
    if (status == SNIC_STATUS_OK)
        status = snic_sf_create_plan(host, argv[2], &wanted, &making, &error);
    if (status == SNIC_STATUS_OK) /* it returns when its link and its RDMA device are there */
        status = snic_plan_run(making, host, NULL, &error);
    if (status == SNIC_STATUS_OK)
        status = show(host, argv[2], &error);
    if (status == SNIC_STATUS_OK)
        status = snic_sf_delete_plan(host, argv[2], number, &removing, &error);
    if (status == SNIC_STATUS_OK)
        status = snic_plan_run(removing, host, NULL, &error);
    if (status == SNIC_STATUS_OK)
        status = show(host, argv[2], &error);
    if (status != SNIC_STATUS_OK)
        fprintf(stderr, "error: %s\n", snic_error_message(error));
    snic_error_free(error);
    snic_plan_free(making);
    snic_plan_free(removing);
    snic_host_close(host);
    return (int)status;
}
