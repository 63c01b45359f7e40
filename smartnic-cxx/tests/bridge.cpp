// What a C++ program does with the bridge: devices, the way to switchdev mode, rules, and failures as exceptions.
#include "rust/cxx.h"
#include "smartnic-cxx/src/lib.rs.h"
#include <cstdlib>
#include <iostream>
#include <string>

#define CHECK(what)                                                          \
    do {                                                                     \
        if (!(what)) {                                                       \
            std::cerr << __FILE__ << ':' << __LINE__ << ": not so: " #what << '\n'; \
            std::exit(1);                                                    \
        }                                                                    \
    } while (0)

static const char *const NIC = "pci/0000:03:00.0";

int main()
{
    CHECK(smartnic::failure().code == 0);
    auto host = smartnic::open_host("sim:bluefield3");
    CHECK(host->uri() == "sim:bluefield3");
    auto devices = host->devices();
    CHECK(devices.size() == 2 && devices[0].handle == NIC && devices[0].driver == "mlx5_core");
    CHECK(devices[0].mode == "legacy" && devices[0].vfs == 0 && devices[0].max_vfs == 16);

    auto plan = host->plan_eswitch(NIC, "switchdev", 2);
    CHECK(plan->steps().size() > 3 && !plan->steps()[0].commands.empty());
    CHECK(host->devices()[0].mode == "legacy");
    plan->run(*host);
    CHECK(host->devices()[0].mode == "switchdev" && host->plan_eswitch(NIC, "switchdev", -1)->steps().empty());
    auto representors = host->representors(NIC);
    CHECK(representors.size() == 2 && representors[1].name == "pf0vf1");

    auto rules = smartnic::read_rules("tests/scenarios/rules.tc");
    CHECK(rules->size() == 3 && std::string(rules->to_tc()).find("redirect dev pf0vf1") != std::string::npos);
    CHECK(host->explain(*rules)[0].verdict == smartnic::Verdict::Absent);
    auto report = host->apply(*rules);
    CHECK(report.size() == 3 && report[0].change == "added" && report[0].verdict == smartnic::Verdict::InHardware);
    CHECK(report[2].verdict == smartnic::Verdict::SoftwareOnly && report[2].reasons.size() == 1);
    CHECK(report[2].line == 3 && report[2].reasons[0].text == "the rule says skip_hw" && !report[2].surprise);
    auto flows = host->flows();
    CHECK(flows.size() == 3 && flows[1].prio == 2 && flows[1].in_hardware == 1 && flows[2].in_hardware == 0);
    CHECK(host->remove(*rules)[0].change == "removed" && host->flows().empty());

    try {
        host->plan_eswitch("pci/0000:99:00.0", "switchdev", -1);
        CHECK(false);
    } catch (const rust::Error &error) {
        const smartnic::Failure failure = smartnic::failure();
        CHECK(failure.code == 5 && failure.object == "pci/0000:99:00.0" && !failure.hint.empty());
        CHECK(std::string(error.what()).find("no such devlink device") != std::string::npos);
    }
    try {
        smartnic::parse_rules("filter add dev x flower nonsense");
        CHECK(false);
    } catch (const rust::Error &) {
        CHECK(smartnic::failure().code == 4);
    }
    std::cout << "bridge: ok\n";
}
