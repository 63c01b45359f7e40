// Hosts, devices, failures as exceptions and as values.
#include "check.hpp"

static_assert(!std::is_copy_constructible_v<smartnic::host> && std::is_nothrow_move_constructible_v<smartnic::host>);
static_assert(!std::is_copy_constructible_v<smartnic::device_range>);
static_assert(std::is_copy_constructible_v<smartnic::error>);

int main()
{
    int known = 0;
    for (const snic_profile &profile : smartnic::profiles())
        known += smartnic::text(profile.name) == "bluefield3";
    CHECK(known == 1 && !smartnic::version().empty());

    smartnic::host first("sim:bluefield3");
    smartnic::host host(std::move(first));
    CHECK(first.get() == nullptr && host.uri() == "sim:bluefield3");
    int seen = 0;
    for (const snic_device &device : host.devices()) {
        CHECK(smartnic::text(device.driver) == "mlx5_core");
        seen += device.handle == NIC;
    }
    CHECK(seen == 1);
    auto versions = host.versions(NIC);
    CHECK(versions.begin() != versions.end());
    auto ports = host.ports();
    CHECK(smartnic::text((*ports.next())->flavour) == "physical");

    // As exceptions, which tell the same as the C object.
    bool caught = false;
    try {
        host.devices("pci/0000:ff:00.0");
    } catch (const std::exception &thrown) {
        const auto &failure = dynamic_cast<const smartnic::error &>(thrown);
        CHECK(failure.status() == SNIC_STATUS_NOT_FOUND && failure.object() == "pci/0000:ff:00.0");
        CHECK(failure.hint().find(NIC) != std::string_view::npos && failure.kernel_text().empty());
        CHECK(std::string(failure.what()).find("no such devlink device") != std::string::npos);
        const smartnic::error copy = failure;
        CHECK(copy.why() == failure.why() && copy.error_number() == 0 && copy.attribute().empty());
        caught = true;
    }
    CHECK(caught);

    // As values.
    auto missing = smartnic::host::try_open("nonsense");
    CHECK(!missing && missing.error().status() == SNIC_STATUS_PARSE && !missing.error().op().empty());
    auto opened = smartnic::host::try_open("sim:e810");
    CHECK(opened.has_value() && opened->uri() == "sim:e810");
    smartnic::host other = std::move(opened).value();
    CHECK(other.try_save());
    CHECK(other.inventory_json().front() == '{');
    std::puts("devices: ok");
    return 0;
}
