/* What devices have besides: traps, regions, rates, resources, buffers, firmware, tests. */
#include "check.h"

static void traps(void)
{
    snic_host *host = open_host("sim:bluefield3");
    snic_trap_iter *traps = NULL;
    const snic_trap *trap = NULL;
    int seen = 0;
    MUST(snic_trap_set(host, NIC, "dmac_filter", "trap", &error));
    MUST(snic_trap_list(host, NIC, &traps, &error));
    while (snic_trap_next(traps, &trap, NULL) == SNIC_STATUS_OK)
        if (strcmp(trap->name, "dmac_filter") == 0) {
            SAME(trap->action, "trap");
            SAME(trap->group, "l2_drops");
            CHECK(trap->packets == 0 && trap->dropped == -1 && trap->generic == 1);
            seen += 1;
        }
    CHECK(seen == 1);
    snic_trap_iter_free(traps);
    MUST(snic_trap_group_set(host, NIC, "l2_drops", "drop", -1, &error));
    CHECK(snic_trap_group_set(host, NIC, "l2_drops", NULL, 1, NULL) == SNIC_STATUS_UNSUPPORTED);
    CHECK(snic_trap_group_set(host, NIC, "l2_drops", NULL, -1, NULL) == SNIC_STATUS_INVALID_INPUT);
    CHECK(snic_trap_set(host, NIC, "nosuch", "drop", NULL) == SNIC_STATUS_NOT_FOUND);
    CHECK(snic_trap_set(host, NIC, "dmac_filter", "keep", NULL) == SNIC_STATUS_PARSE);
    snic_trap_group_iter *groups = NULL;
    const snic_trap_group *group = NULL;
    MUST(snic_trap_group_list(host, NULL, &groups, &error));
    MUST(snic_trap_group_next(groups, &group, &error));
    CHECK(group->policer == -1);
    snic_trap_group_iter_free(groups);
    snic_trap_policer_iter *policers = NULL;
    const snic_trap_policer *policer = NULL;
    MUST(snic_trap_policer_list(host, NIC, &policers, &error));
    CHECK(snic_trap_policer_next(policers, &policer, NULL) == SNIC_STATUS_END);
    snic_trap_policer_iter_free(policers);
    CHECK(snic_trap_policer_set(host, NIC, 1, 100, 0, NULL) != SNIC_STATUS_OK);
    snic_host_close(host);
}

static void regions(void)
{
    const char *caps = NIC "/device-caps";
    snic_host *host = open_host("sim:e810");
    uint32_t taken = 99;
    MUST(snic_region_snapshot(host, caps, 7, &taken, &error));
    CHECK(taken == 7 && snic_region_snapshot(host, caps, 7, NULL, NULL) == SNIC_STATUS_ALREADY_EXISTS);
    snic_region_iter *regions = NULL;
    const snic_region *region = NULL;
    int seen = 0;
    MUST(snic_region_list(host, NIC, &regions, &error));
    while (snic_region_next(regions, &region, NULL) == SNIC_STATUS_OK)
        if (strcmp(region->region, caps) == 0) {
            CHECK(region->bytes == 4096 && region->snapshots == 1 && region->max_snapshots == 10);
            SAME(region->snapshot_ids, "7");
            seen += 1;
        }
    CHECK(seen == 1);
    snic_region_iter_free(regions);

    /* Pieces of 256 bytes are put together; at the end there are fewer than were asked for. */
    static uint8_t all[4096], end[64];
    size_t read = 0;
    MUST(snic_region_read(host, caps, 7, 0, all, sizeof all, &read, &error));
    CHECK(read == sizeof all);
    MUST(snic_region_read(host, caps, 7, 4096 - 16, end, sizeof end, &read, &error));
    CHECK(read == 16 && memcmp(end, all + 4096 - 16, 16) == 0 && end[16] == 0);
    CHECK(snic_region_read(host, caps, 8, 0, all, sizeof all, &read, NULL) == SNIC_STATUS_NOT_FOUND && read == 0);
    CHECK(snic_region_read(host, caps, -1, 0, all, sizeof all, &read, NULL) == SNIC_STATUS_UNSUPPORTED);
    CHECK(snic_region_read(host, caps, 7, 0, NULL, 16, &read, NULL) == SNIC_STATUS_INVALID_INPUT);
    MUST(snic_region_remove(host, caps, 7, &error));
    snic_host_close(host);
}

static void rates(void)
{
    snic_host *host = open_host("sim:bluefield3");
    MUST(snic_eswitch_set(host, NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 2, 0, &error));
    snic_rate_settings node = snic_rate_settings_init(), leaf = snic_rate_settings_init();
    node.set = SNIC_RATE_MAX;
    node.max = 1250000000;
    MUST(snic_rate_add(host, NIC "/tenant", &node, &error));
    CHECK(snic_rate_add(host, NIC "/tenant", NULL, NULL) == SNIC_STATUS_ALREADY_EXISTS);
    leaf.set = SNIC_RATE_PARENT | SNIC_RATE_MAX;
    leaf.parent = "tenant";
    leaf.max = 625000000;
    MUST(snic_rate_set(host, NIC "/1", &leaf, &error));
    snic_rate_iter *rates = NULL;
    const snic_rate *rate = NULL;
    int seen = 0;
    MUST(snic_rate_list(host, NIC, &rates, &error));
    while (snic_rate_next(rates, &rate, NULL) == SNIC_STATUS_OK) {
        if (strcmp(rate->name, NIC "/1") == 0) {
            CHECK(rate->is_node == 0 && rate->max == 625000000);
            SAME(rate->parent, "tenant");
            seen += 1;
        } else if (strcmp(rate->name, NIC "/tenant") == 0) {
            CHECK(rate->is_node == 1 && rate->max == 1250000000 && rate->parent == NULL);
            seen += 1;
        }
    }
    CHECK(seen == 2);
    snic_rate_iter_free(rates);
    CHECK(snic_rate_remove(host, NIC "/tenant", NULL) == SNIC_STATUS_BUSY);
    leaf.set = SNIC_RATE_PARENT;
    leaf.parent = NULL;
    MUST(snic_rate_set(host, NIC "/1", &leaf, &error));
    MUST(snic_rate_remove(host, NIC "/tenant", &error));
    leaf.set = 64;
    CHECK(snic_rate_set(host, NIC "/1", &leaf, NULL) == SNIC_STATUS_INVALID_INPUT);

    /* A sub-function, which is changed by a plan; then how packets are handed over. */
    snic_plan *plan = NULL;
    MUST(snic_sf_create_plan(host, NIC, NULL, &plan, &error));
    MUST(snic_plan_run(plan, host, NULL, &error));
    snic_plan_free(plan);
    snic_sf_iter *sfs = NULL;
    const snic_sf *sf = NULL;
    MUST(snic_sf_list(host, NIC, &sfs, &error));
    MUST(snic_sf_next(sfs, &sf, &error));
    uint32_t number = sf->number;
    snic_sf_iter_free(sfs);
    snic_sf_change change = snic_sf_change_init();
    change.hw_addr = "02:00:00:00:00:77";
    change.active = 2;
    MUST(snic_sf_set_plan(host, NIC, number, &change, &plan, &error));
    MUST(snic_plan_run(plan, host, NULL, &error));
    snic_plan_free(plan);
    MUST(snic_sf_list(host, NIC, &sfs, &error));
    MUST(snic_sf_next(sfs, &sf, &error));
    SAME(sf->hw_addr, "02:00:00:00:00:77");
    CHECK(sf->active == 0);
    snic_sf_iter_free(sfs);
    change.roce = 3;
    CHECK(snic_sf_set_plan(host, NIC, number, &change, &plan, NULL) == SNIC_STATUS_INVALID_INPUT && plan == NULL);
    CHECK(snic_eswitch_tune(host, NIC, 99, -1, NULL) == SNIC_STATUS_INVALID_INPUT);
    snic_host_close(host);

    snic_eswitch shown = snic_eswitch_init();
    host = open_host("sim:bluefield3");
    MUST(snic_eswitch_tune(host, NIC, -1, 0, &error));
    MUST(snic_eswitch_show(host, NIC, &shown, &error));
    CHECK(shown.encap_mode == 0);
    snic_host_close(host);
}

static void resources(void)
{
    snic_host *host = open_host("sim:bluefield3");
    snic_resource_iter *resources = NULL;
    const snic_resource *resource = NULL;
    MUST(snic_resource_list(host, NIC, &resources, &error));
    MUST(snic_resource_next(resources, &resource, &error));
    SAME(resource->path, "/max_local_SFs");
    SAME(resource->unit, "entry");
    CHECK(resource->amount == 256 && resource->amount_new == 256 && resource->in_use == -1 && resource->fits == -1);
    snic_resource_iter_free(resources);
    CHECK(snic_resource_set(host, NIC, "/max_local_SFs", 1000, NULL) == SNIC_STATUS_REFUSED);
    CHECK(snic_resource_set(host, NIC, "/nosuch", 1, NULL) == SNIC_STATUS_NOT_FOUND);

    uint32_t performed = 0;
    MUST(snic_device_reload(host, "pci/0000:03:00.1", "fw_activate", NULL, NULL, &performed, &error));
    CHECK(performed == (SNIC_RELOAD_DRIVER_REINIT | SNIC_RELOAD_FW_ACTIVATE));
    CHECK(snic_device_reload(host, NIC, "fly", NULL, NULL, NULL, NULL) == SNIC_STATUS_PARSE);
    snic_linecard_iter *cards = NULL;
    const snic_linecard *card = NULL;
    MUST(snic_linecard_list(host, NULL, &cards, &error));
    CHECK(snic_linecard_next(cards, &card, NULL) == SNIC_STATUS_END);
    snic_linecard_iter_free(cards);
    CHECK(snic_linecard_set(host, NIC, 1, NULL, NULL) != SNIC_STATUS_OK);
    snic_text *pipeline = NULL;
    CHECK(snic_pipeline_json(host, NIC, NULL, &pipeline, NULL) == SNIC_STATUS_UNSUPPORTED && pipeline == NULL);
    CHECK(snic_pipeline_counters_set(host, NIC, "erif", 1, NULL) != SNIC_STATUS_OK);

    /* Health: what a reporter does by itself, and the dump that it keeps. */
    const char *port = NIC "/65535";
    snic_health_settings wanted = snic_health_settings_init();
    wanted.set = SNIC_HEALTH_AUTO_RECOVER | SNIC_HEALTH_GRACE_PERIOD;
    wanted.grace_period_ms = 900;
    MUST(snic_health_set(host, port, "tx", &wanted, &error));
    snic_health_iter *reporters = NULL;
    const snic_health *reporter = NULL;
    MUST(snic_health_list(host, port, &reporters, &error));
    MUST(snic_health_next(reporters, &reporter, &error));
    CHECK(reporter->auto_recover == 0 && reporter->auto_dump == 1);
    snic_health_iter_free(reporters);
    wanted.set = 16;
    CHECK(snic_health_set(host, port, "tx", &wanted, NULL) == SNIC_STATUS_INVALID_INPUT);
    snic_text *dump = NULL;
    MUST(snic_health_dump_json(host, NIC, "fw", &dump, &error));
    CHECK(snic_text_get(dump)[0] == '{');
    snic_text_free(dump);
    MUST(snic_health_dump_clear(host, NIC, "fw", &error));
    CHECK(snic_health_test(host, NIC, "fw", NULL) == SNIC_STATUS_UNSUPPORTED);
    snic_host_close(host);
}

static void buffers(void)
{
    const char *port = NIC "/1";
    snic_host *host = open_host("sim:spectrum");
    snic_buffer_iter *buffers = NULL;
    const snic_buffer *buffer = NULL;
    MUST(snic_buffer_list(host, NULL, &buffers, &error));
    MUST(snic_buffer_next(buffers, &buffer, &error));
    CHECK(buffer->ingress_pools == 5 && buffer->egress_pools == 6 && buffer->egress_tcs == 16);
    snic_buffer_iter_free(buffers);
    MUST(snic_buffer_pool_set(host, NIC, 0, 1, 100080, 0, &error));
    snic_buffer_pool_iter *pools = NULL;
    const snic_buffer_pool *pool = NULL;
    int seen = 0;
    MUST(snic_buffer_pool_list(host, NIC, &pools, &error));
    while (snic_buffer_pool_next(pools, &pool, NULL) == SNIC_STATUS_OK)
        seen += pool->pool == 1 && pool->bytes == 100080 && !pool->dynamic && !pool->egress && pool->cell_size == 144;
    CHECK(seen == 1);
    snic_buffer_pool_iter_free(pools);
    MUST(snic_buffer_port_set(host, port, 0, 4, 12, &error));
    MUST(snic_buffer_tc_set(host, port, 0, 3, 1, 5, 9072, &error));
    CHECK(snic_buffer_tc_set(host, port, 0, 70000, 1, 5, 1, NULL) == SNIC_STATUS_INVALID_INPUT);
    MUST(snic_buffer_snapshot(host, NIC, 0, &error));
    MUST(snic_buffer_clear(host, NIC, 0, &error));
    snic_buffer_share_iter *shares = NULL;
    const snic_buffer_share *share = NULL;
    seen = 0;
    MUST(snic_buffer_share_list(host, NIC, &shares, &error));
    while (snic_buffer_share_next(shares, &share, NULL) == SNIC_STATUS_OK) {
        if (strcmp(share->port, port) != 0)
            continue;
        seen += share->tc == -1 && share->pool == 4 && share->threshold == 12 && share->egress == -1;
        seen += share->tc == 3 && share->egress == 1 && share->pool == 5 && share->threshold == 9072;
    }
    CHECK(seen == 2);
    snic_buffer_share_iter_free(shares);
    snic_host_close(host);
}

static void heard(const char *words, uint64_t done, uint64_t total, void *user)
{
    CHECK(words != NULL && done <= total);
    *(int *)user += strstr(words, "fw.mgmt: Flashing") != NULL;
}

static void firmware(void)
{
    int told = 0;
    snic_host *host = open_host("sim:e810");
    snic_flash_options options = snic_flash_options_init();
    options.component = "fw.mgmt";
    options.overwrite_settings = 1;
    options.progress = heard;
    options.user = &told;
    MUST(snic_device_flash(host, NIC, "intel/ice/nvm-4.60.bin", &options, &error));
    CHECK(told > 0);
    CHECK(snic_device_flash(host, NIC, "no-such-file.bin", NULL, NULL) == SNIC_STATUS_NOT_FOUND);
    snic_host_close(host);

    host = open_host("sim:thor2");
    snic_selftest_iter *tests = NULL;
    const snic_selftest *test = NULL;
    MUST(snic_selftest_list(host, NULL, &tests, &error));
    MUST(snic_selftest_next(tests, &test, &error));
    CHECK(test->status == NULL);
    SAME(test->test, "flash");
    snic_selftest_iter_free(tests);
    MUST(snic_selftest_run(host, NIC, NULL, &tests, &error));
    MUST(snic_selftest_next(tests, &test, &error));
    SAME(test->status, "passed");
    snic_selftest_iter_free(tests);
    CHECK(snic_selftest_run(host, NIC, "ram", &tests, NULL) == SNIC_STATUS_PARSE && tests == NULL);
    snic_host_close(host);
}

static void documents(void)
{
    snic_host *host = open_host("sim:bluefield3");
    snic_text *document = NULL;
    snic_saved_task_iter *tasks = NULL;
    const snic_saved_task *task = NULL;
    MUST(snic_saved_export(host, NIC, &document, &error));
    CHECK(strstr(snic_text_get(document), NIC) != NULL);
    MUST(snic_eswitch_set(host, NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 2, 0, &error));
    MUST(snic_saved_plan(host, snic_text_get(document), NULL, &tasks, &error));
    MUST(snic_saved_task_next(tasks, &task, &error));
    SAME(task->object, NIC);
    CHECK(task->refused == NULL && task->text != NULL);
    snic_saved_task_iter_free(tasks);
    MUST(snic_saved_apply(host, snic_text_get(document), NULL, &tasks, &error));
    MUST(snic_saved_task_next(tasks, &task, &error));
    snic_saved_task_iter_free(tasks);
    snic_eswitch eswitch = snic_eswitch_init();
    MUST(snic_eswitch_show(host, NIC, &eswitch, &error));
    CHECK(eswitch.mode == SNIC_ESWITCH_MODE_LEGACY && eswitch.vfs == 0);
    MUST(snic_saved_apply(host, snic_text_get(document), NULL, &tasks, &error));
    CHECK(snic_saved_task_next(tasks, &task, NULL) == SNIC_STATUS_END);
    snic_saved_task_iter_free(tasks);
    snic_text_free(document);

    /* What is started anew is started only where that is allowed. */
    const char *wanted = "version: 1\ndevices:\n- device: " NIC "\n  params: {enable_roce: {driverinit: false}}\n";
    snic_saved_options options = snic_saved_options_init();
    MUST(snic_saved_plan(host, wanted, &options, &tasks, &error));
    MUST(snic_saved_task_next(tasks, &task, &error));
    CHECK(task->refused != NULL);
    snic_saved_task_iter_free(tasks);
    CHECK(snic_saved_apply(host, wanted, &options, &tasks, NULL) == SNIC_STATUS_INVALID_INPUT && tasks == NULL);
    options.allow_reload = 1;
    MUST(snic_saved_apply(host, wanted, &options, &tasks, &error));
    snic_saved_task_iter_free(tasks);
    CHECK(snic_saved_plan(host, "nonsense", NULL, &tasks, NULL) == SNIC_STATUS_PARSE);
    CHECK(snic_saved_export(host, "pci/0000:99:00.0", &document, NULL) == SNIC_STATUS_NOT_FOUND);
    snic_host_close(host);
}

int main(void)
{
    traps();
    regions();
    rates();
    resources();
    buffers();
    firmware();
    documents();
    puts("parts: ok");
    return 0;
}
