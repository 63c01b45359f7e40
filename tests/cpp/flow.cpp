// Rules, their verdicts, lists of them, events.
#include "check.hpp"

int main()
{
    smartnic::host host("sim:bluefield3");
    host.set_eswitch(NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 1);
    auto wanted = smartnic::rules::parse("filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto tcp action drop");
    wanted.add("filter add dev pf0vf0 ingress protocol ip pref 2 flower skip_hw ip_proto udp action drop");
    CHECK(wanted.size() == 2);
    auto again = smartnic::rules::parse(wanted.to_text(SNIC_FORMAT_YAML), SNIC_FORMAT_YAML);
    CHECK(again.to_text(SNIC_FORMAT_TC) == wanted.to_text(SNIC_FORMAT_TC));
    CHECK(!wanted.try_add("filter add dev x flower nonsense"));

    const std::uint8_t address[] = {10, 0, 0, 0};
    auto built = smartnic::rules::none();
    snic_rule where = snic_rule_init();
    where.link = "pf0vf0";
    where.prio = 1;
    where.protocol = 0x0800;
    const snic_field redirect = {"redirect", "pf0vf0", 0, nullptr, 0, 0};
    built.append(where, {{"ip_proto", "tcp", 0, nullptr, 0, 0}, {"dst_port", nullptr, 80, nullptr, 0, 0},
                         {"dst_ip", nullptr, 0, address, 4, 8}},
                 {{"vlan_pop", nullptr, 0}, {nullptr, &redirect, 1}});
    CHECK(built.to_text(SNIC_FORMAT_TC) ==
          "filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto tcp dst_ip 10.0.0.0/8 dst_port 80 "
          "action vlan pop pipe action mirred egress redirect dev pf0vf0\n");
    CHECK(!built.try_append(where, {{"nonsense", "1", 0, nullptr, 0, 0}}, {}) && built.size() == 1);

    auto events = host.watch_flows();
    auto report = host.apply(wanted);
    for (int walk = 0; walk < 2; walk++) {
        int reasons = 0, rules = 0;
        for (const snic_rule_report &rule : report) {
            rules += 1;
            CHECK((rule.verdict == SNIC_VERDICT_IN_HARDWARE) == (rules == 1));
            for (const snic_reason &reason : report.reasons()) {
                CHECK(reason.source == SNIC_SOURCE_RULE);
                reasons += 1;
            }
        }
        CHECK(rules == 2 && reasons == 1);
    }
    CHECK(report.counts().in_hardware == 1 && report.counts().added == 2);

    const snic_event *event = nullptr;
    do
        event = events.next(20000);
    while (event != nullptr && smartnic::text(event->object) != "filter");
    CHECK(event != nullptr && event->kind == SNIC_EVENT_KIND_APPEARED && events.fd() >= 0);

    snic_flow_list_options options = snic_flow_list_options_init();
    options.words = 1;
    int listed = 0;
    for (const snic_flow &flow : host.flows(options)) {
        CHECK(smartnic::text(flow.match_words).find("ip_proto") != std::string_view::npos);
        listed += 1;
    }
    CHECK(listed == 2);
    CHECK(host.explain().counts().rules == 2 && host.explain(wanted, true).counts().in_hardware == 1);
    auto usage = host.flow_usage();
    CHECK((*usage.next())->in_hardware == 1);
    CHECK(host.remove(wanted).counts().removed == 2 && !host.recover_flows());

    auto wrong = host.try_apply(smartnic::rules::parse("filter add dev nosuch ingress flower action drop"));
    CHECK(!wrong && wrong.error().status() == SNIC_STATUS_NOT_FOUND);
    std::puts("flow: ok");
    return 0;
}
