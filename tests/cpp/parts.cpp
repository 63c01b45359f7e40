// What devices have besides: traps, regions, rates, resources, buffers, firmware, tests.
#include "check.hpp"

int main()
{
    smartnic::host mlx5("sim:bluefield3"), ice("sim:e810"), spectrum("sim:spectrum"), bnxt("sim:thor2");

    mlx5.set_trap(NIC, "dmac_filter", "trap");
    int trapped = 0;
    for (const snic_trap &trap : mlx5.traps(NIC))
        trapped += smartnic::text(trap.action) == "trap";
    CHECK(trapped == 1);
    mlx5.set_trap_group(NIC, "l2_drops", "drop");
    CHECK(mlx5.trap_groups(NIC).begin()->policer == -1);
    CHECK(mlx5.trap_policers(NIC).begin() == smartnic::trap_policer_range::iterator());
    CHECK(!mlx5.try_set_trap_policer(NIC, 1, 100, 1));

    const std::string caps = NIC + "/device-caps";
    const std::uint32_t snapshot = ice.snapshot_region(caps);
    CHECK(ice.read_region(caps, snapshot, 0, 40).size() == 40 && ice.read_region(caps, snapshot, 4090, 40).size() == 6);
    auto regions = ice.regions(NIC);
    CHECK((*regions.next())->max_snapshots == 1);
    ice.remove_snapshot(caps, snapshot);
    CHECK(ice.try_read_region(caps, snapshot, 0, 1).error().status() == SNIC_STATUS_NOT_FOUND);

    mlx5.set_eswitch(NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 1);
    snic_rate_settings limit = snic_rate_settings_init();
    limit.set = SNIC_RATE_MAX;
    limit.max = 125000000;
    mlx5.add_rate(NIC + "/tenant");
    mlx5.set_rate(NIC + "/tenant", limit);
    int limited = 0;
    for (const snic_rate &rate : mlx5.rates(NIC))
        limited += rate.max == 125000000;
    CHECK(limited == 1);
    mlx5.remove_rate(NIC + "/tenant");
    mlx5.plan_sf(NIC).run(mlx5);
    auto sfs = mlx5.sfs(NIC);
    snic_sf_change change = snic_sf_change_init();
    change.active = 2;
    const std::uint32_t number = (*sfs.next())->number;
    mlx5.plan_sf_change(NIC, number, change).run(mlx5);
    auto changed = mlx5.sfs(NIC);
    CHECK((*changed.next())->active == 0);

    smartnic::host other("sim:bluefield3");
    other.tune_eswitch(NIC, -1, 0);
    CHECK(other.eswitch(NIC).encap_mode == 0);
    CHECK(other.reload(NIC, "driver_reinit") == SNIC_RELOAD_DRIVER_REINIT);
    CHECK(other.resources(NIC).begin()->amount == 256);
    CHECK(!other.try_set_resource(NIC, "/max_local_SFs", 1000));
    CHECK(other.linecards().begin() == smartnic::linecard_range::iterator() && !other.try_set_linecard(NIC, 1, ""));
    CHECK(!other.try_pipeline_json(NIC) && !other.try_count_pipeline(NIC, "x", true));
    snic_health_settings settings = snic_health_settings_init();
    settings.set = SNIC_HEALTH_AUTO_DUMP;
    other.set_health(NIC + "/65535", "tx", settings);
    CHECK(other.health(NIC + "/65535").begin()->auto_dump == 0);
    CHECK(other.health_dump_json(NIC, "fw").front() == '{');
    other.clear_health_dump(NIC, "fw");
    CHECK(!other.try_test_health(NIC, "fw"));

    CHECK(spectrum.buffers().begin()->ingress_tcs == 8);
    spectrum.set_buffer_pool(NIC, 0, 1, 100080, false);
    spectrum.set_buffer_port(NIC + "/1", 0, 4, 12);
    spectrum.set_buffer_tc(NIC + "/1", 0, 3, true, 5, 9072);
    spectrum.snapshot_buffer(NIC, 0);
    spectrum.clear_buffer(NIC, 0);
    CHECK(spectrum.buffer_pools(NIC).begin()->dynamic == 1);
    int bound = 0;
    for (const snic_buffer_share &share : spectrum.buffer_shares())
        bound += share.tc == 3 && share.pool == 5;
    CHECK(bound == 1);

    ice.flash(NIC, "intel/ice/nvm-4.60.bin");
    CHECK(smartnic::text(bnxt.selftests(NIC).begin()->test) == "flash");
    CHECK(smartnic::text(bnxt.run_selftests(NIC).begin()->status) == "passed");
    smartnic::host fresh("sim:bluefield3");
    const std::string document = fresh.export_devices(NIC);
    fresh.set_eswitch(NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 1);
    CHECK(fresh.plan_document(document).begin()->refused == nullptr);
    CHECK(smartnic::text(fresh.apply_document(document).begin()->object) == NIC);
    CHECK(*fresh.apply_document(document).next() == nullptr && fresh.eswitch(NIC).vfs == 0);
    std::puts("parts: ok");
    return 0;
}
