// Links: what they tell, count, and let change.
#include "check.hpp"

int main()
{
    smartnic::host host("sim:bluefield3");
    auto links = host.links(NIC);
    const std::string link = (*links.next())->name;
    int others = 0;
    for (const snic_link &one : host.links())
        others += one.device == nullptr;
    CHECK(others > 0);

    auto watch = host.watch_links();
    host.change_settings(link, "ring", {{"rx", "2048"}, {"tx", "1024"}});
    int seen = 0;
    for (const snic_setting &setting : host.settings(link, "ring"))
        if (smartnic::text(setting.name) == "rx")
            seen += setting.kind == SNIC_SETTING_KIND_NUMBER && setting.number == 2048;
    CHECK(seen == 1);
    CHECK(host.try_change_settings(link, "ring", {{"colour", "red"}}).error().status() == SNIC_STATUS_INVALID_INPUT);
    const snic_event *event = watch.next(20000);
    CHECK(event != nullptr && smartnic::text(event->object) == "ring");
    host.change_queue_settings(link, 0, {{"rx-usecs", "7"}});
    for (const snic_setting &setting : host.queue_settings(link, 0))
        CHECK(smartnic::text(setting.name) != "rx-usecs" || setting.number == 7);

    host.set_feature(link, "hw-tc-offload", true);
    for (const snic_feature &feature : host.features(link))
        CHECK(smartnic::text(feature.name) != "hw-tc-offload" || feature.active == 1);
    auto counters = host.counters(link, "private");
    CHECK(smartnic::text((*counters.next())->group) == "private");

    const std::uint32_t context = host.create_rss(link, {{"rss-indirection-table", "2,3"}});
    int of_context = 0;
    for (const snic_setting &setting : host.rss(link))
        of_context += setting.part == std::int64_t(context);
    CHECK(of_context > 0);
    host.set_rss(link, {{"rss-indirection-table", "default"}});
    host.delete_rss(link, context);
    snic_ntuple_options drop = snic_ntuple_options_init();
    drop.action = 1;
    const std::uint32_t place = host.add_ntuple(link, "udp4", {{"dst-port", "53"}}, drop);
    auto rules = host.ntuples(link);
    CHECK(smartnic::text((*rules.next())->match_words) == "dst-port 53");
    host.remove_ntuple(link, place);

    int wrong = 0;
    for (const snic_test_result &test : host.test_link(link))
        wrong += test.value != 0;
    CHECK(wrong > 0); // the link is down
    host.identify(link, 1);
    CHECK(host.try_reset(link, "mac").error().status() == SNIC_STATUS_UNSUPPORTED);
    smartnic::host ice("sim:e810");
    const std::string port = ice.devices(NIC).begin()->uplink;
    CHECK(!ice.registers(port).empty() && ice.eeprom(port, 0, 16).size() == 16);
    CHECK(host.module_json(link).find("\"vendor\"") != std::string::npos);
    CHECK(host.try_flash_module(link, "maker/module.bin").error().status() == SNIC_STATUS_UNSUPPORTED);
    CHECK(host.try_test_cable(link).error().status() == SNIC_STATUS_UNSUPPORTED);
    CHECK(host.try_signal(link).error().status() == SNIC_STATUS_UNSUPPORTED);
    CHECK(host.phys(link).begin() == smartnic::setting_range::iterator());
    auto ports = host.udp_ports(link);
    CHECK((*ports.next())->places == 8);
    std::puts("links: ok");
    return 0;
}
