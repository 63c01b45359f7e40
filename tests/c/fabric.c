/* RDMA ports and counters, RoCE from end to end, what is known of drivers. */
#include "check.h"

static const char *PROFILE =
    "roce:\n  trust: dscp\n  priority: 3\n  dscp: 26\n  cnp_dscp: 48\n  pfc: [3]\n  ecn: on\n  mtu: 4200\n  gid: rocev2\n";

static int count_findings(snic_finding_iter *findings)
{
    const snic_finding *finding = NULL;
    int found = 0;
    while (snic_finding_next(findings, &finding, NULL) == SNIC_STATUS_OK) {
        CHECK(finding->topic != NULL && finding->what[0] != 0 && finding->fix != NULL);
        found += 1;
    }
    snic_finding_iter_free(findings);
    return found;
}

static void roce(snic_host *host)
{
    const char *link = "enp3s0f0np0";
    snic_roce_iter *links = NULL;
    const snic_roce *told = NULL;
    MUST(snic_roce_list(host, link, &links, &error));
    MUST(snic_roce_next(links, &told, &error));
    SAME(told->rdma, "mlx5_0");
    SAME(told->gid_kind, "RoCE v2");
    SAME(told->device, NIC);
    CHECK(told->mtu == 1500 && told->tos == 0 && told->pause_rx == 1 && told->rdma_port == 1);
    CHECK(snic_roce_next(links, &told, NULL) == SNIC_STATUS_END);
    snic_roce_iter_free(links);

    snic_text *before = NULL, *after = NULL;
    snic_finding_iter *findings = NULL;
    MUST(snic_roce_check(host, link, NULL, &findings, &error));
    CHECK(count_findings(findings) > 2);
    MUST(snic_roce_json(host, link, &before, &error));

    /* A plan is looked at, then carried out; afterwards nothing is left to say. */
    snic_plan *plan = NULL;
    MUST(snic_roce_plan(host, link, PROFILE, &plan, &error));
    CHECK(snic_plan_steps(plan) > 4);
    MUST(snic_plan_run(plan, host, NULL, &error));
    snic_plan_free(plan);
    MUST(snic_roce_check(host, link, PROFILE, &findings, &error));
    CHECK(count_findings(findings) == 0);
    MUST(snic_roce_json(host, link, &after, &error));
    MUST(snic_roce_compare(snic_text_get(before), snic_text_get(after), &findings, &error));
    CHECK(count_findings(findings) > 0);
    MUST(snic_roce_compare(snic_text_get(after), snic_text_get(after), &findings, &error));
    CHECK(count_findings(findings) == 0);
    snic_text_free(before);
    snic_text_free(after);
    CHECK(snic_roce_compare("{", "{", &findings, NULL) == SNIC_STATUS_PARSE && findings == NULL);
    CHECK(snic_roce_plan(host, link, "roce: {colour: red}", &plan, NULL) != SNIC_STATUS_OK && plan == NULL);
    CHECK(snic_roce_check(host, "nosuch", NULL, &findings, NULL) == SNIC_STATUS_NOT_FOUND);
}

static void rdma(snic_host *host)
{
    snic_rdma_port_iter *ports = NULL;
    const snic_rdma_port *port = NULL;
    MUST(snic_rdma_port_list(host, "mlx5_0", &ports, &error));
    MUST(snic_rdma_port_next(ports, &port, &error));
    SAME(port->netdev, "enp3s0f0np0");
    SAME(port->state, "DOWN");
    CHECK(port->port == 1 && port->ifindex > 0);
    snic_rdma_port_iter_free(ports);
    CHECK(snic_rdma_port_list(host, "nosuch", &ports, NULL) == SNIC_STATUS_NOT_FOUND);
    snic_rdma_counter_iter *counters = NULL;
    const snic_rdma_counter *counter = NULL;
    int known = 0, all = 0;
    MUST(snic_rdma_counter_list(host, "mlx5_0", 1, &counters, &error));
    while (snic_rdma_counter_next(counters, &counter, NULL) == SNIC_STATUS_OK) {
        all += 1;
        known += counter->canonical != NULL && counter->unit != NULL && counter->meaning != NULL;
    }
    CHECK(all > 10 && known > 5);
    snic_rdma_counter_iter_free(counters);
    snic_events *events = NULL;
    const snic_event *event = NULL;
    MUST(snic_rdma_watch(host, &events, &error));
    CHECK(snic_events_next(events, 0, &event, NULL) == SNIC_STATUS_END && snic_events_fd(events) >= 0);
    snic_events_free(events);

    snic_fabric_iter *fabric = NULL;
    const snic_fabric *posture = NULL;
    MUST(snic_fabric_list(host, &fabric, &error));
    MUST(snic_fabric_next(fabric, &posture, &error));
    SAME(posture->rdma, "mlx5_0");
    CHECK(posture->llr[0] != 0 && posture->roce_v2[0] != 0);
    snic_fabric_iter_free(fabric);
}

static void adapters(void)
{
    snic_adapter_iter *adapters = NULL;
    const snic_adapter *adapter = NULL;
    int seen = 0;
    MUST(snic_adapter_list(&adapters, &error));
    while (snic_adapter_next(adapters, &adapter, NULL) == SNIC_STATUS_OK)
        if (strcmp(adapter->name, "mlx5") == 0) {
            SAME(adapter->kind, "ethernet");
            SAME(adapter->drivers, "mlx5_core");
            CHECK(strstr(adapter->modes, "switchdev") != NULL);
            seen += 1;
        }
    CHECK(seen == 1);
    snic_adapter_iter_free(adapters);
    snic_capability_iter *features = NULL;
    const snic_capability *feature = NULL;
    int supported = 0;
    MUST(snic_capability_list("mlx5_core", &features, &error));
    while (snic_capability_next(features, &feature, NULL) == SNIC_STATUS_OK) {
        SAME(feature->adapter, "mlx5");
        CHECK(feature->support >= -1 && feature->support <= 2 && feature->why != NULL);
        supported += strcmp(feature->feature, "flower") == 0 && feature->support >= 1 && feature->source != NULL;
    }
    CHECK(supported == 1);
    snic_capability_iter_free(features);
    CHECK(snic_capability_list("nosuch", &features, NULL) == SNIC_STATUS_NOT_FOUND && features == NULL);
}

int main(void)
{
    snic_host *host = open_host("sim:bluefield3");
    rdma(host);
    roce(host);
    adapters();
    snic_host_close(host);
    puts("fabric: ok");
    return 0;
}
