/* What changes, as it happens, by a descriptor that poll waits on. */
#define _POSIX_C_SOURCE 200809L
#include <poll.h>

#include "check.h"

static int readable(const snic_events *events, int timeout_ms)
{
    struct pollfd one = {snic_events_fd(events), POLLIN, 0};
    return poll(&one, 1, timeout_ms) == 1 && (one.revents & POLLIN) != 0;
}

static void topology(const snic_host *host)
{
    snic_events *events = NULL;
    const snic_event *event = NULL;
    int netdevs = 0, functions = 0, ties = 0;
    MUST(snic_topology_watch(host, &events, &error));
    CHECK(snic_events_fd(events) >= 0 && !readable(events, 0));
    CHECK(snic_events_next(events, 0, &event, NULL) == SNIC_STATUS_END && event == NULL);
    MUST(snic_eswitch_set(host, NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 1, 0, &error));
    CHECK(readable(events, 20000));
    while (netdevs < 2 || functions < 1 || ties < 1) {
        MUST(snic_events_next(events, 20000, &event, &error));
        CHECK(event->size == sizeof *event && event->json[0] == '{');
        if (event->kind == SNIC_EVENT_KIND_APPEARED) {
            netdevs += strcmp(event->object, "netdev") == 0 && event->ifindex != 0;
            functions += strcmp(event->object, "function") == 0 && event->subject[0] == 'p';
        }
        ties += event->kind == SNIC_EVENT_KIND_JOINED && event->target != NULL;
    }
    CHECK(snic_events_free(events) == SNIC_STATUS_OK);
}

static void rules(const snic_host *host)
{
    snic_events *events = NULL;
    const snic_event *event = NULL;
    snic_rules *set = NULL;
    snic_flow_report *report = NULL;
    int filters = 0;
    MUST(snic_flow_watch(host, &events, &error));
    MUST(snic_rules_parse("filter add dev pf0vf0 ingress protocol ip pref 9 handle 3 flower action drop", 0, &set, &error));
    MUST(snic_flow_apply(host, set, NULL, &report, &error));
    while (filters == 0) {
        CHECK(readable(events, 20000));
        MUST(snic_events_next(events, 0, &event, &error));
        if (strcmp(event->object, "filter") == 0) {
            CHECK(event->kind == SNIC_EVENT_KIND_APPEARED && event->prio == 9 && event->handle == 3);
            CHECK(event->ifindex != 0 && event->subject == NULL);
            filters += 1;
        }
    }
    while (snic_events_next(events, 0, &event, NULL) == SNIC_STATUS_OK)
        continue;
    CHECK(!readable(events, 0));
    snic_flow_report_free(report);
    MUST(snic_flow_delete(host, set, NULL, &report, &error));
    do
        MUST(snic_events_next(events, -1, &event, &error));
    while (event->kind != SNIC_EVENT_KIND_GONE);
    snic_flow_report_free(report);
    snic_rules_free(set);
    CHECK(snic_events_free(events) == SNIC_STATUS_OK);
}

int main(void)
{
    snic_host *host = open_host("sim:bluefield3");
    topology(host);
    rules(host);
    snic_events *events = NULL;
    CHECK(snic_flow_watch(NULL, &events, NULL) == SNIC_STATUS_INVALID_INPUT && events == NULL);
    CHECK(snic_events_fd(NULL) == -1);
    snic_host_close(host);
    puts("events: ok");
    return 0;
}
