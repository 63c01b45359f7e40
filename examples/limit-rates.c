/* Two VFs and how much they may send: 10 Gbit a second together, one at most 5, one 8. Usage: limit-rates HOST DEVICE */
#include <smartnic.h>
#include <stdio.h>

#define GBIT 125000000ull /* bytes a second */

static snic_status limit(const snic_host *host, const char *device, snic_error **error)
{
    char tenant[128], first[128], second[128];
    snprintf(tenant, sizeof tenant, "%s/tenant", device);
    snprintf(first, sizeof first, "%s/1", device);
    snprintf(second, sizeof second, "%s/2", device);
    snic_rate_settings wanted = snic_rate_settings_init();
    wanted.set = SNIC_RATE_MAX;
    wanted.max = 10 * GBIT;
    snic_status status = snic_rate_add(host, tenant, &wanted, error);
    wanted.set = SNIC_RATE_MAX | SNIC_RATE_PARENT;
    wanted.max = 5 * GBIT;
    wanted.parent = "tenant";
    if (status == SNIC_STATUS_OK)
        status = snic_rate_set(host, first, &wanted, error);
    wanted.max = 8 * GBIT;
    if (status == SNIC_STATUS_OK)
        status = snic_rate_set(host, second, &wanted, error);
    return status;
}

static snic_status show(const snic_host *host, const char *device, snic_error **error)
{
    snic_rate_iter *rates = NULL;
    const snic_rate *rate = NULL;
    snic_status status = snic_rate_list(host, device, &rates, error);
    while (status == SNIC_STATUS_OK && snic_rate_next(rates, &rate, NULL) == SNIC_STATUS_OK)
        printf("%s: at most %llu Mbit/s, below %s\n", rate->name, (unsigned long long)rate->max * 8 / 1000000,
               rate->parent != NULL ? rate->parent : "nothing");
    snic_rate_iter_free(rates);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s HOST DEVICE\n", argv[0]);
        return 2;
    }
    snic_error *error = NULL;
    snic_host *host = NULL;
    snic_status status = snic_host_open(argv[1], NULL, &host, &error);
    if (status == SNIC_STATUS_OK)
        status = snic_eswitch_set(host, argv[2], SNIC_ESWITCH_MODE_SWITCHDEV, 2, 0, &error);
    if (status == SNIC_STATUS_OK)
        status = limit(host, argv[2], &error);
    if (status == SNIC_STATUS_OK)
        status = show(host, argv[2], &error);
    if (status != SNIC_STATUS_OK)
        fprintf(stderr, "error: %s\n", snic_error_message(error));
    snic_error_free(error);
    snic_host_close(host);
    return (int)status;
}
