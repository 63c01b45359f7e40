/* Makes a call so many times, as smartnic-ffi/examples/call_cost.rs does in Rust, and prints how many nanoseconds each took.
 * Usage: calls WHAT ROUNDS; WHAT is count, eswitch, param, rules, text or failure. `cargo xtask bench calls` runs both. */
#define _POSIX_C_SOURCE 200809L
#include <smartnic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NIC "pci/0000:03:00.0"
#define RULES 64

static snic_host *host;
static snic_rules *wanted;

/* Ends the program if a call failed. */
static void must(snic_status status, snic_error *error)
{
    if (status != SNIC_STATUS_OK) {
        fprintf(stderr, "%s\n", snic_error_message(error));
        exit(1);
    }
}

static void prepare(void)
{
    snic_error *error = NULL;
    snic_flow_report *report = NULL;
    char line[256];
    must(snic_host_open("sim:bluefield3?face=direct", NULL, &host, &error), error);
    must(snic_eswitch_set(host, NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 1, 0, &error), error);
    must(snic_rules_new(&wanted, &error), error);
    for (int at = 1; at <= RULES; at++) {
        snprintf(line, sizeof line,
                 "filter add dev pf0vf0 ingress protocol ip pref 1 handle %d flower dst_ip 10.0.0.%d action drop", at, at);
        must(snic_rules_add(wanted, line, SNIC_FORMAT_TC, &error), error);
    }
    must(snic_flow_apply(host, wanted, NULL, &report, &error), error);
    snic_flow_report_free(report);
}

/* One round; what it found, so that nothing is left out. */
static unsigned long once(char what)
{
    snic_error *error = NULL;
    unsigned long found = 0;
    switch (what) {
    case 'c':
        return snic_rules_count(wanted);
    case 'e': {
        snic_eswitch eswitch = snic_eswitch_init();
        must(snic_eswitch_show(host, NIC, &eswitch, &error), error);
        return eswitch.vfs;
    }
    case 'p': {
        snic_param_iter *all = NULL;
        const snic_param *param = NULL;
        must(snic_param_list(host, NIC, "enable_roce", &all, &error), error);
        while (snic_param_next(all, &param, NULL) == SNIC_STATUS_OK)
            found += param->generic != 0;
        snic_param_iter_free(all);
        return found;
    }
    case 'r': {
        snic_flow_list_options options = snic_flow_list_options_init();
        snic_flow_iter *all = NULL;
        const snic_flow *flow = NULL;
        must(snic_flow_list(host, &options, &all, &error), error);
        while (snic_flow_next(all, &flow, NULL) == SNIC_STATUS_OK)
            found += flow->in_hw_count;
        snic_flow_iter_free(all);
        return found;
    }
    case 't': {
        snic_rules *read = NULL;
        must(snic_rules_parse("filter add dev pf0vf0 ingress protocol ip pref 1 flower dst_ip 10.0.0.1 action drop",
                              SNIC_FORMAT_TC, &read, &error),
             error);
        found = snic_rules_count(read);
        snic_rules_free(read);
        return found;
    }
    default: {
        snic_param_iter *all = NULL;
        found = (unsigned long)snic_param_list(host, NIC, "nosuch", &all, &error);
        snic_error_free(error);
        return found;
    }
    }
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    prepare();
    struct timespec begun, ended;
    volatile unsigned long found = 0;
    const long rounds = atol(argv[2]);
    clock_gettime(CLOCK_MONOTONIC, &begun);
    for (long round = 0; round < rounds; round++)
        found = once(argv[1][0]);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    if (found == 0)
        return 1;
    printf("%.3f\n", ((double)(ended.tv_sec - begun.tv_sec) * 1e9 + (double)(ended.tv_nsec - begun.tv_nsec)) / (double)rounds);
    snic_rules_free(wanted);
    snic_host_close(host);
    return 0;
}
