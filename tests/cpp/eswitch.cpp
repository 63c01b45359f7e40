// Plans, representors, VFs, sub-functions.
#include "check.hpp"

#include <stdexcept>
#include <vector>

// A walk over the steps of a plan that has no name would look at a plan that is gone; so it does not compile.
template <class Plan, class = void>
constexpr bool has_steps = false;
template <class Plan>
constexpr bool has_steps<Plan, std::void_t<decltype(std::declval<Plan>().steps())>> = true;
static_assert(has_steps<smartnic::plan &> && !has_steps<smartnic::plan>);

int main()
{
    smartnic::host host("sim:bluefield3");
    smartnic::plan plan = host.plan_eswitch(NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 2);
    std::vector<std::string> planned, done;
    for (const snic_step &step : plan.steps())
        planned.emplace_back(step.text);
    CHECK(planned.size() == plan.size() && !plan.empty());
    CHECK(host.eswitch(NIC).mode == SNIC_ESWITCH_MODE_LEGACY);
    plan.run(host, snic_plan_options_init(), [&](std::string_view step) { done.emplace_back(step); });
    CHECK(done == planned);
    CHECK(host.eswitch(NIC).mode == SNIC_ESWITCH_MODE_SWITCHDEV && host.eswitch(NIC).vfs == 2);

    std::string names;
    for (const snic_representor &one : host.representors(NIC))
        names += std::string(one.name) + ' ';
    CHECK(names == "pf0vf0 pf0vf1 ");

    snic_vf_settings settings = snic_vf_settings_init();
    settings.set = SNIC_VF_MAC;
    settings.mac = "02:00:00:00:00:07";
    host.plan_vf(NIC, 0, settings).run(host);
    auto vfs = host.vfs(NIC);
    CHECK(smartnic::text((*vfs.next())->mac) == "02:00:00:00:00:07");
    host.plan_sf(NIC).run(host);
    auto sfs = host.sfs(NIC);
    const std::uint32_t number = (*sfs.next())->number;
    host.plan_sf_removal(NIC, number).run(host);

    // What progress throws comes out of run, once the change is done.
    bool caught = false;
    smartnic::plan back = host.plan_eswitch(NIC, SNIC_ESWITCH_MODE_LEGACY, 0);
    try {
        back.run(host, snic_plan_options_init(), [](std::string_view) { throw std::runtime_error("on purpose"); });
    } catch (const std::runtime_error &) {
        caught = true;
    }
    CHECK(caught && host.eswitch(NIC).mode == SNIC_ESWITCH_MODE_LEGACY);
    auto refused = host.try_set_eswitch(NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 100000);
    CHECK(!refused && refused.error().status() == SNIC_STATUS_INVALID_INPUT);
    // A result that has a value has no error to tell, and says so.
    CHECK(host.try_eswitch(NIC).error().status() == SNIC_STATUS_OK && back.try_run(host).error().op().empty());
    std::puts("eswitch: ok");
    return 0;
}
