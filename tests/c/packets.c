/* Packets: traced and sent; tc's own words; the kernel's log; what can happen to a simulated host. */
#include "check.h"

static const char *DROP = "filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto udp dst_port 53 action drop";
static const char *DNS = "ip_proto udp src_ip 10.0.0.1 dst_ip 10.0.0.2 dst_port 53";

int main(void)
{
    char release[64];
    size_t needed = 0;
    snic_host *host = open_host("sim:bluefield3");
    CHECK(snic_host_kernel(host, NULL, 0, &needed, NULL) == SNIC_STATUS_NO_SPACE && needed > 1);
    MUST(snic_host_kernel(host, release, sizeof release, &needed, &error));
    CHECK(strlen(release) + 1 == needed);
    MUST(snic_eswitch_set(host, NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 1, 0, &error));

    snic_rules *rules = NULL;
    snic_flow_report *report = NULL;
    MUST(snic_rules_parse(DROP, SNIC_FORMAT_TC, &rules, &error));
    MUST(snic_flow_apply(host, rules, NULL, &report, &error));
    snic_flow_report_free(report);
    snic_rules_free(rules);

    snic_trace *trace = NULL;
    const snic_trace_result *end = NULL;
    const snic_trace_step *step = NULL;
    MUST(snic_flow_trace(host, "pf0vf0", SNIC_SIDE_NONE, DNS, &trace, &error));
    MUST(snic_trace_end(trace, &end, &error));
    SAME(end->fate, "dropped");
    SAME(end->copies, "");
    CHECK(end->in_hardware == 1 && end->rules == 1 && end->met == 1);
    MUST(snic_trace_next(trace, &step, &error));
    CHECK(step->prio == 1 && step->chain == 0 && step->actions == 1 && step->in_hardware == 1);
    CHECK(strstr(step->rule, "dst_port 53") != NULL);
    CHECK(snic_trace_next(trace, &step, NULL) == SNIC_STATUS_END && step == NULL);
    CHECK(snic_trace_free(trace) == SNIC_STATUS_OK && snic_trace_free(trace) == SNIC_STATUS_INVALID_INPUT);
    CHECK(snic_flow_trace(host, "pf0vf0", 7, DNS, &trace, NULL) == SNIC_STATUS_INVALID_INPUT && trace == NULL);
    CHECK(snic_flow_trace(host, "pf0vf0", SNIC_SIDE_EGRESS, "nonsense", &trace, NULL) != SNIC_STATUS_OK);

    int32_t alone = -1, recovered = -1;
    MUST(snic_sim_send(host, "pf0vf0", DNS, 10, &alone, &error));
    CHECK(alone == 1);
    MUST(snic_sim_send(host, "pf0vf0", "ip_proto tcp dst_port 80", 1, &alone, &error));
    CHECK(alone == 0);
    MUST(snic_sim_break(host, NIC "/65535", "tx", "TX timeout", 1000, &recovered, &error));
    CHECK(recovered == 1);
    MUST(snic_sim_netns_add(host, "blue", &error));
    CHECK(snic_sim_netns_add(host, "blue", NULL) == SNIC_STATUS_ALREADY_EXISTS);
    MUST(snic_sim_move_link(host, "enp3s0f1np1", NULL, "blue", &error));
    MUST(snic_sim_netns_remove(host, "blue", &error));
    CHECK(snic_sim_netns_remove(host, "blue", NULL) == SNIC_STATUS_NOT_FOUND);

    /* tc's own words: what is listed has counted the packets. */
    snic_text *json = NULL;
    MUST(snic_tc_run(host, "filter show dev pf0vf0 ingress", &json, &error));
    CHECK(snic_text_get(json)[0] == '[' && strstr(snic_text_get(json), "\"packets\":10") != NULL);
    snic_text_free(json);
    MUST(snic_tc_run(host, "filter del dev pf0vf0 ingress protocol ip pref 1", NULL, &error));
    MUST(snic_tc_run(host, "filter show dev pf0vf0 ingress", &json, &error));
    SAME(snic_text_get(json), "[]");
    snic_text_free(json);
    CHECK(snic_tc_run(host, "filter add nonsense", &json, NULL) == SNIC_STATUS_INVALID_INPUT && json == NULL);

    snic_kernel_log *log = NULL;
    snic_status status = snic_kernel_log_open(host, &log, NULL);
    if (status == SNIC_STATUS_OK) {
        snic_text *lines = NULL;
        MUST(snic_kernel_log_read(log, &lines, &error));
        SAME(snic_text_get(lines), "");
        snic_text_free(lines);
        CHECK(snic_kernel_log_close(log) == SNIC_STATUS_OK);
    } else {
        CHECK(status == SNIC_STATUS_UNSUPPORTED && log == NULL);
    }
    snic_host_close(host);
    puts("packets: ok");
    return 0;
}
