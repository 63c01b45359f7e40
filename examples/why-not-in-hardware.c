/* Why are these rules not in hardware? Nothing stays changed. Usage: why-not-in-hardware HOST FILE */
#include <smartnic.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s HOST FILE\n", argv[0]);
        return 2;
    }
    snic_error *error = NULL;
    snic_host *host = NULL;
    snic_rules *rules = NULL;
    snic_flow_report *report = NULL;
    const snic_rule_report *rule = NULL;
    const snic_reason *reason = NULL;
    snic_status status = snic_host_open(argv[1], NULL, &host, &error);
    if (status == SNIC_STATUS_OK)
        status = snic_rules_read(argv[2], &rules, &error);
    if (status == SNIC_STATUS_OK) /* 1: put them there for a moment, to hear the driver's own words */
        status = snic_flow_explain(host, rules, 1, &report, &error);
    while (status == SNIC_STATUS_OK && snic_flow_report_next(report, &rule, NULL) == SNIC_STATUS_OK) {
        if (rule->verdict == SNIC_VERDICT_IN_HARDWARE)
            continue;
        printf("%s\n", rule->rule);
        for (size_t at = 0; snic_flow_report_reason(report, at, &reason, NULL) == SNIC_STATUS_OK; at++)
            printf("    the %s says: %s\n", reason->who, reason->text);
        if (rule->surprise)
            printf("    the adapter had expected something else\n");
    }
    if (status != SNIC_STATUS_OK)
        fprintf(stderr, "error: %s\n", snic_error_message(error));
    snic_error_free(error);
    snic_flow_report_free(report);
    snic_rules_free(rules);
    snic_host_close(host);
    return (int)status;
}
