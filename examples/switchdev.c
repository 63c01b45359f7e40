/* Move a NIC to switchdev mode with VFs, and show their representors. Usage: switchdev HOST DEVICE VFS */
#include <smartnic.h>
#include <stdio.h>
#include <stdlib.h>

static void say(const char *step, void *user)
{
    printf("  %u. %s\n", ++*(unsigned *)user, step);
}

static int run(const snic_host *host, const char *device, long vfs, snic_error **error)
{
    snic_plan *plan = NULL;
    snic_plan_options options = snic_plan_options_init();
    unsigned steps = 0;
    options.progress = say;
    options.user = &steps;
    snic_status status = snic_eswitch_plan(host, device, SNIC_ESWITCH_MODE_SWITCHDEV, vfs, &plan, error);
    if (status == SNIC_STATUS_OK) /* without this call it is a dry run: see snic_plan_next_step */
        status = snic_plan_run(plan, host, &options, error);
    snic_plan_free(plan);
    if (status != SNIC_STATUS_OK)
        return status;

    snic_representor_iter *all = NULL;
    const snic_representor *one = NULL;
    status = snic_representor_list(host, device, &all, error);
    while (status == SNIC_STATUS_OK && snic_representor_next(all, &one, NULL) == SNIC_STATUS_OK)
        printf("%s is %s, for %s\n", one->name, one->netdev, one->function != NULL ? one->function : "another host");
    snic_representor_iter_free(all);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s HOST DEVICE VFS\n", argv[0]);
        return 2;
    }
    snic_error *error = NULL;
    snic_host *host = NULL;
    int code = (int)snic_host_open(argv[1], NULL, &host, &error);
    if (code == SNIC_STATUS_OK)
        code = run(host, argv[2], strtol(argv[3], NULL, 10), &error);
    if (code == SNIC_STATUS_OK) /* a simulated NIC with a state file */
        code = (int)snic_host_save(host, &error);
    if (code != SNIC_STATUS_OK)
        fprintf(stderr, "error: %s\n", snic_error_message(error));
    snic_error_free(error);
    snic_host_close(host);
    return code;
}
