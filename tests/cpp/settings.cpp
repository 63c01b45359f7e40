// Parameters, health, data centre bridging, RDMA, without exceptions: the test compiles it with -fno-exceptions.
#include "check.hpp"

int main()
{
    auto opened = smartnic::host::try_open("sim:bluefield3");
    CHECK(opened);
    smartnic::host &host = *opened;
    CHECK(host.try_set_param(NIC, "enable_roce", "false", "driverinit"));
    auto params = host.try_params(NIC, "enable_roce");
    CHECK(params && smartnic::text((*params->next())->value) == "false");
    CHECK(host.try_set_param(NIC, "nosuch", "1").error().status() == SNIC_STATUS_NOT_FOUND);
    auto reporters = host.try_health(NIC);
    CHECK(reporters && (*reporters->next())->healthy == 1);
    CHECK(host.try_diagnose(NIC, "fw").value().front() == '{');
    CHECK(!host.try_recover_health(NIC, "nosuch"));
    auto devices = host.try_devices(NIC);
    const std::string link = (*devices->next())->uplink;
    snic_dcb wanted = snic_dcb_init();
    wanted.has = SNIC_DCB_PFC;
    wanted.pfc_enabled = 8;
    CHECK(host.try_set_dcb(link, wanted) && host.try_dcb(link)->pfc_enabled == 8);
    CHECK(host.try_set_dscp(link, 26, 3));
    auto rdma = host.try_rdma_devices();
    CHECK(rdma && smartnic::text((*rdma->next())->name) == "mlx5_0");
    CHECK(host.try_gids("mlx5_0") && host.try_best_gid("nowhere").error().status() == SNIC_STATUS_PARSE);
    std::puts("settings: ok");
    return 0;
}
