/* The eswitch, VFs, representors: looked at, planned, carried out, taken back. */
#include "check.h"

static unsigned said;

static void progress(const char *step, void *user)
{
    CHECK(step[0] != '\0');
    *(unsigned *)user += 1;
}

static snic_eswitch shown(const snic_host *host)
{
    snic_eswitch eswitch = snic_eswitch_init();
    MUST(snic_eswitch_show(host, NIC, &eswitch, &error));
    CHECK(eswitch.size == sizeof eswitch);
    return eswitch;
}

static void dry_run_then_run(const snic_host *host)
{
    snic_plan *plan = NULL;
    const snic_step *step = NULL;
    size_t seen = 0;
    MUST(snic_eswitch_plan(host, NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 2, &plan, &error));
    CHECK(snic_plan_steps(plan) > 2);
    while (snic_plan_next_step(plan, &step, NULL) == SNIC_STATUS_OK) {
        CHECK(step->text[0] != '\0' && step->commands != NULL);
        seen += 1;
    }
    CHECK(seen == snic_plan_steps(plan));
    /* A plan changes nothing. */
    snic_eswitch eswitch = shown(host);
    CHECK(eswitch.mode == SNIC_ESWITCH_MODE_LEGACY && eswitch.vfs == 0);
    snic_plan_options options = snic_plan_options_init();
    options.progress = progress;
    options.user = &said;
    MUST(snic_plan_run(plan, host, &options, &error));
    CHECK(said == seen);
    snic_plan_free(plan);
    eswitch = shown(host);
    CHECK(eswitch.mode == SNIC_ESWITCH_MODE_SWITCHDEV && eswitch.vfs == 2);
    MUST(snic_eswitch_plan(host, NIC, SNIC_ESWITCH_MODE_SWITCHDEV, -1, &plan, &error));
    CHECK(snic_plan_steps(plan) == 0);
    snic_plan_free(plan);
}

static void representors(const snic_host *host)
{
    snic_representor_iter *iter = NULL;
    const snic_representor *one = NULL;
    const char *const names[] = {"pf0vf0", "pf0vf1"};
    size_t at = 0;
    MUST(snic_representor_list(host, NIC, &iter, &error));
    while (snic_representor_next(iter, &one, NULL) == SNIC_STATUS_OK) {
        CHECK(at < 2);
        SAME(one->name, names[at]);
        SAME(one->device, NIC);
        CHECK(one->vf == (int64_t)at && one->sf == -1 && one->ifindex != 0 && one->function != NULL);
        at += 1;
    }
    CHECK(at == 2);
    snic_representor_iter_free(iter);
}

static void vfs(const snic_host *host)
{
    snic_vf_iter *iter = NULL;
    const snic_vf *vf = NULL;
    snic_plan *plan = NULL;
    snic_vf_settings settings = snic_vf_settings_init();
    settings.set = SNIC_VF_MAC;
    settings.mac = "02:00:00:00:00:07";
    MUST(snic_vf_set_plan(host, NIC, 1, &settings, &plan, &error));
    MUST(snic_plan_run(plan, host, NULL, &error));
    snic_plan_free(plan);
    MUST(snic_vf_list(host, NIC, &iter, &error));
    MUST(snic_vf_next(iter, &vf, &error));
    CHECK(vf->vf == 0 && vf->driver != NULL);
    MUST(snic_vf_next(iter, &vf, &error));
    CHECK(vf->vf == 1);
    SAME(vf->mac, "02:00:00:00:00:07");
    CHECK(snic_vf_next(iter, &vf, NULL) == SNIC_STATUS_END);
    snic_vf_iter_free(iter);

    MUST(snic_vf_driver_plan(host, NIC, 0, "", &plan, &error));
    MUST(snic_plan_run(plan, host, NULL, &error));
    snic_plan_free(plan);
    MUST(snic_vf_list(host, NIC, &iter, &error));
    MUST(snic_vf_next(iter, &vf, &error));
    CHECK(vf->driver == NULL);
    snic_vf_iter_free(iter);
}

static void failures(const snic_host *host)
{
    snic_error *error = NULL;
    snic_plan *plan = NULL;
    CHECK(snic_eswitch_plan(host, NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 100000, &plan, &error) == SNIC_STATUS_INVALID_INPUT);
    CHECK(plan == NULL);
    SAME(snic_error_op(error), "set the number of VFs");
    SAME(snic_error_object(error), NIC);
    CHECK(snic_error_kernel_text(error) == NULL && snic_error_attribute(error) == NULL);
    snic_error_free(error);
    error = NULL;
    CHECK(snic_eswitch_set(host, NIC, 77, -1, 0, &error) == SNIC_STATUS_INVALID_INPUT);
    snic_error_free(error);
    snic_vf_settings settings = snic_vf_settings_init();
    settings.set = 1u << 30;
    CHECK(snic_vf_set_plan(host, NIC, 0, &settings, &plan, NULL) == SNIC_STATUS_INVALID_INPUT);
}

int main(void)
{
    snic_host *host = open_host("sim:bluefield3");
    dry_run_then_run(host);
    representors(host);
    vfs(host);
    failures(host);
    MUST(snic_eswitch_set(host, NIC, SNIC_ESWITCH_MODE_LEGACY, 0, 0, &error));
    CHECK(shown(host).mode == SNIC_ESWITCH_MODE_LEGACY && shown(host).vfs == 0);
    snic_host_close(host);
    puts("eswitch: ok");
    return 0;
}
