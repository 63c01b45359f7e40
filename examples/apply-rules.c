/* Apply a rule file, all or nothing, and say of each rule where it is and why. Usage: apply-rules HOST FILE */
#include <smartnic.h>
#include <stdio.h>

static const char *const VERDICTS[] = {"absent", "in hardware", "software only", "refused"};

static void tell(snic_flow_report *report)
{
    const snic_rule_report *rule = NULL;
    const snic_reason *reason = NULL;
    while (snic_flow_report_next(report, &rule, NULL) == SNIC_STATUS_OK) {
        printf("line %llu: %s\n", (unsigned long long)rule->line,
               rule->verdict >= 0 && rule->verdict < 4 ? VERDICTS[rule->verdict] : "unknown");
        for (size_t at = 0; snic_flow_report_reason(report, at, &reason, NULL) == SNIC_STATUS_OK; at++)
            printf("    %s: %s%s%s\n", reason->who, reason->text, reason->hint != NULL ? "; " : "",
                   reason->hint != NULL ? reason->hint : "");
    }
    snic_flow_counts counts = snic_flow_counts_init();
    if (snic_flow_report_counts(report, &counts, NULL) == SNIC_STATUS_OK)
        printf("%llu rules, %llu in hardware\n", (unsigned long long)counts.rules,
               (unsigned long long)counts.in_hardware);
}

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
    snic_status status = snic_host_open(argv[1], NULL, &host, &error);
    if (status == SNIC_STATUS_OK)
        status = snic_rules_read(argv[2], &rules, &error);
    if (status == SNIC_STATUS_OK)
        status = snic_flow_apply(host, rules, NULL, &report, &error);
    if (status == SNIC_STATUS_OK) {
        tell(report);
        status = snic_host_save(host, &error);
    }
    if (status != SNIC_STATUS_OK)
        fprintf(stderr, "error: %s\n", snic_error_message(error));
    snic_error_free(error);
    snic_flow_report_free(report);
    snic_rules_free(rules);
    snic_host_close(host);
    return (int)status;
}
