/* Which rules would a packet meet, and would the NIC handle it alone? Usage: trace-packet HOST DEVICE */
#include <smartnic.h>
#include <stdio.h>

static const char *const RULES =
    "filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto udp dst_port 53 action drop\n"
    "filter add dev pf0vf0 ingress protocol ip pref 2 flower ip_proto tcp dst_port 8000-8100 action drop\n";

static const char *const PACKETS[] = {
    "ip_proto udp dst_port 53",
    "ip_proto tcp dst_port 8080",
    "ip_proto tcp dst_port 22",
};

static snic_status walk(const snic_host *host, const char *packet, snic_error **error)
{
    snic_trace *trace = NULL;
    const snic_trace_result *end = NULL;
    const snic_trace_step *step = NULL;
    snic_status status = snic_flow_trace(host, "pf0vf0", SNIC_SIDE_INGRESS, packet, &trace, error);
    if (status == SNIC_STATUS_OK)
        status = snic_trace_end(trace, &end, error);
    if (status == SNIC_STATUS_OK) {
        printf("%s: meets %u of %u rules\n", packet, end->met, end->rules);
        while (snic_trace_next(trace, &step, NULL) == SNIC_STATUS_OK)
            printf("    priority %u in chain %u\n", step->prio, step->chain);
        printf("    handled by the %s\n", end->in_hardware ? "NIC alone" : "CPU");
    }
    snic_trace_free(trace);
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
    snic_rules *rules = NULL;
    snic_flow_report *report = NULL;
    snic_status status = snic_host_open(argv[1], NULL, &host, &error);
    if (status == SNIC_STATUS_OK)
        status = snic_eswitch_set(host, argv[2], SNIC_ESWITCH_MODE_SWITCHDEV, 1, 0, &error);
    if (status == SNIC_STATUS_OK)
        status = snic_rules_parse(RULES, SNIC_FORMAT_TC, &rules, &error);
    if (status == SNIC_STATUS_OK)
        status = snic_flow_apply(host, rules, NULL, &report, &error);
    for (size_t at = 0; status == SNIC_STATUS_OK && at < sizeof PACKETS / sizeof *PACKETS; at++)
        status = walk(host, PACKETS[at], &error); /* nothing is sent, and no counter moves */
    if (status != SNIC_STATUS_OK)
        fprintf(stderr, "error: %s\n", snic_error_message(error));
    snic_error_free(error);
    snic_flow_report_free(report);
    snic_rules_free(rules);
    snic_host_close(host);
    return (int)status;
}
