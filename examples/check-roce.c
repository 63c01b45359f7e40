/* What does not fit for RoCE on a link; make it fit, and look again. Usage: check-roce HOST LINK */
#include <smartnic.h>
#include <stdio.h>

static const char *const PROFILE = "roce: {trust: dscp, priority: 3, dscp: 26, pfc: [3], mtu: 4200, gid: rocev2}";

static snic_status check(const snic_host *host, const char *link, snic_error **error)
{
    unsigned count = 0;
    snic_finding_iter *all = NULL;
    const snic_finding *one = NULL;
    snic_status status = snic_roce_check(host, link, PROFILE, &all, error);
    while (status == SNIC_STATUS_OK && snic_finding_next(all, &one, NULL) == SNIC_STATUS_OK) {
        count += 1;
        printf("%s: %s\n    %s\n", one->topic, one->what, one->fix);
    }
    printf("findings: %u\n", count);
    snic_finding_iter_free(all);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s HOST LINK\n", argv[0]);
        return 2;
    }
    snic_error *error = NULL;
    snic_host *host = NULL;
    snic_plan *plan = NULL;
    snic_status status = snic_host_open(argv[1], NULL, &host, &error);
    if (status == SNIC_STATUS_OK)
        status = check(host, argv[2], &error);
    if (status == SNIC_STATUS_OK)
        status = snic_roce_plan(host, argv[2], PROFILE, &plan, &error);
    if (status == SNIC_STATUS_OK) /* all of it, read back, or nothing */
        status = snic_plan_run(plan, host, NULL, &error);
    if (status == SNIC_STATUS_OK)
        status = check(host, argv[2], &error);
    if (status != SNIC_STATUS_OK)
        fprintf(stderr, "error: %s\n", snic_error_message(error));
    snic_error_free(error);
    snic_plan_free(plan);
    snic_host_close(host);
    return (int)status;
}
