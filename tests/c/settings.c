/* Parameters, health reporters, sub-functions, data centre bridging, the inventory as a document. */
#include "check.h"

static void params(const snic_host *host)
{
    snic_param_iter *iter = NULL;
    const snic_param *param = NULL;
    int modes = 0;
    MUST(snic_param_list(host, NULL, NULL, &iter, &error));
    while (snic_param_next(iter, &param, NULL) == SNIC_STATUS_OK) {
        CHECK(param->size == sizeof *param && param->value != NULL && param->kind != NULL);
        modes += 1;
    }
    CHECK(modes > 3);
    snic_param_iter_free(iter);

    MUST(snic_param_set(host, NIC, "enable_roce", "driverinit", "false", &error));
    MUST(snic_param_list(host, NIC, "enable_roce", &iter, &error));
    MUST(snic_param_next(iter, &param, &error));
    SAME(param->device, NIC);
    SAME(param->mode, "driverinit");
    SAME(param->kind, "flag");
    SAME(param->value, "false");
    CHECK(param->generic == 1);
    snic_param_iter_free(iter);

    snic_error *error = NULL;
    CHECK(snic_param_set(host, NIC, "enable_roce", NULL, "perhaps", &error) == SNIC_STATUS_INVALID_INPUT);
    CHECK(strstr(snic_error_message(error), "true or false") != NULL);
    snic_error_free(error);
    CHECK(snic_param_set(host, NIC, "nosuch", NULL, "1", NULL) == SNIC_STATUS_NOT_FOUND);
    CHECK(snic_param_set(host, NIC, "enable_roce", "sometimes", "true", NULL) == SNIC_STATUS_PARSE);
}

static void health(const snic_host *host)
{
    snic_health_iter *iter = NULL;
    const snic_health *one = NULL;
    int found = 0;
    size_t needed = 0;
    MUST(snic_health_list(host, NIC, &iter, &error));
    while (snic_health_next(iter, &one, NULL) == SNIC_STATUS_OK) {
        CHECK(one->healthy == 1 && one->errors == one->recoveries);
        if (strcmp(one->name, "fw") == 0) {
            char text[4096];
            SAME(one->place, NIC);
            CHECK(snic_health_diagnose(host, one->place, "fw", NULL, 0, &needed, NULL) == SNIC_STATUS_NO_SPACE);
            MUST(snic_health_diagnose(host, one->place, "fw", text, sizeof text, &needed, &error));
            CHECK(strlen(text) + 1 == needed && text[0] == '{');
            found += 1;
        }
    }
    CHECK(found == 1);
    snic_health_iter_free(iter);
    CHECK(snic_health_recover(host, NIC, "nosuch", NULL) == SNIC_STATUS_NOT_FOUND);
}

static void sub_functions(const snic_host *host)
{
    snic_plan *plan = NULL;
    snic_sf_iter *iter = NULL;
    const snic_sf *sf = NULL;
    snic_sf_options options = snic_sf_options_init();
    options.numbered = 1;
    options.number = 88;
    options.hw_addr = "02:00:00:00:00:88";
    MUST(snic_eswitch_set(host, NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 0, 0, &error));
    MUST(snic_sf_create_plan(host, NIC, &options, &plan, &error));
    CHECK(snic_plan_steps(plan) > 0);
    MUST(snic_plan_run(plan, host, NULL, &error));
    snic_plan_free(plan);
    MUST(snic_sf_list(host, NIC, &iter, &error));
    MUST(snic_sf_next(iter, &sf, &error));
    CHECK(sf->number == 88 && sf->active == 1 && sf->attached == 1 && sf->netdev != NULL && sf->device != NULL);
    SAME(sf->hw_addr, "02:00:00:00:00:88");
    CHECK(snic_sf_next(iter, &sf, NULL) == SNIC_STATUS_END);
    snic_sf_iter_free(iter);
    CHECK(snic_sf_create_plan(host, NIC, &options, &plan, NULL) == SNIC_STATUS_ALREADY_EXISTS && plan == NULL);
    CHECK(snic_sf_delete_plan(host, NIC, 89, &plan, NULL) == SNIC_STATUS_NOT_FOUND);
    MUST(snic_sf_delete_plan(host, NIC, 88, &plan, &error));
    MUST(snic_plan_run(plan, host, NULL, &error));
    snic_plan_free(plan);
    MUST(snic_sf_list(host, NIC, &iter, &error));
    CHECK(snic_sf_next(iter, &sf, NULL) == SNIC_STATUS_END);
    snic_sf_iter_free(iter);
}

static void bridging(const snic_host *host)
{
    snic_device_iter *iter = NULL;
    const snic_device *device = NULL;
    MUST(snic_device_list(host, NIC, &iter, &error));
    MUST(snic_device_next(iter, &device, &error));
    const char *link = device->uplink;
    snic_dcb dcb = snic_dcb_init();
    MUST(snic_dcb_show(host, link, &dcb, &error));
    CHECK((dcb.has & SNIC_DCB_PFC) != 0 && (dcb.has & SNIC_DCB_ETS) != 0);
    snic_dcb wanted = snic_dcb_init();
    wanted.has = SNIC_DCB_PFC;
    wanted.pfc_enabled = 1u << 3;
    MUST(snic_dcb_set(host, link, &wanted, &error));
    snic_dcb after = snic_dcb_init();
    MUST(snic_dcb_show(host, link, &after, &error));
    CHECK(after.pfc_enabled == 1u << 3);
    CHECK(memcmp(after.ets_bandwidth, dcb.ets_bandwidth, sizeof dcb.ets_bandwidth) == 0);
    MUST(snic_dcb_set_dscp(host, link, 26, 3, &error));
    MUST(snic_dcb_set_dscp(host, link, 26, 4, &error));
    MUST(snic_dcb_set_dscp(host, link, 26, -1, &error));
    CHECK(snic_dcb_set_dscp(host, link, 26, -1, NULL) == SNIC_STATUS_NOT_FOUND);
    CHECK(snic_dcb_set_dscp(host, link, 64, 1, NULL) == SNIC_STATUS_INVALID_INPUT);
    CHECK(snic_dcb_set_dscp(host, link, 1, 8, NULL) == SNIC_STATUS_INVALID_INPUT);
    wanted.has = 1u << 20;
    CHECK(snic_dcb_set(host, link, &wanted, NULL) == SNIC_STATUS_INVALID_INPUT);
    snic_device_iter_free(iter);
}

static void inventory(const snic_host *host)
{
    snic_text *text = NULL;
    MUST(snic_inventory_json(host, &text, &error));
    CHECK(strlen(snic_text_get(text)) == snic_text_length(text));
    CHECK(snic_text_get(text)[0] == '{' && strstr(snic_text_get(text), "devlink:" NIC) != NULL);
    CHECK(snic_text_free(text) == SNIC_STATUS_OK && snic_text_get(NULL) == NULL);
}

int main(void)
{
    snic_host *host = open_host("sim:bluefield3");
    params(host);
    health(host);
    inventory(host);
    bridging(host);
    sub_functions(host);
    snic_host_close(host);
    puts("settings: ok");
    return 0;
}
