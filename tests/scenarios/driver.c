/* Carries out the steps of a scenario and prints what each gives, a line of JSON for each. Usage: driver STEPS
 *
 * A step is a line of STEPS, its words parted by tabs; steps.txt beside this says what there is. */
#include <smartnic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static snic_host *host;

/* JSON, field by field; what is not told is left out. */

static int begun;

static void name_of(const char *name)
{
    printf("%s\"%s\":", begun++ ? "," : "", name);
}
static void put_string(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            printf("\\%c", *text);
        else if ((unsigned char)*text < ' ')
            printf("\\u%04x", *text);
        else
            putchar(*text);
    }
    putchar('"');
}
static void put_text(const char *name, const char *text)
{
    if (text == NULL)
        return;
    name_of(name);
    put_string(text);
}
static void put_number(const char *name, long long number)
{
    if (number < 0)
        return;
    name_of(name);
    printf("%lld", number);
}
static void put_flag(const char *name, int flag)
{
    if (flag < 0)
        return;
    name_of(name);
    fputs(flag ? "true" : "false", stdout);
}
static void put_bytes(const char *name, const uint8_t *bytes, int count)
{
    name_of(name);
    for (int at = 0; at < count; at++)
        printf("%c%u", at == 0 ? '[' : ',', bytes[at]);
    putchar(']');
}
static int rows;
static void open_row(void)
{
    fputs(rows++ ? ",{" : "[{", stdout);
    begun = 0;
}
static void close_row(void)
{
    putchar('}');
}
static void end_rows(void)
{
    puts(rows ? "]" : "[]");
    rows = 0;
}
static void tell(snic_status status, snic_error *error)
{
    begun = 0;
    if (status == SNIC_STATUS_OK) {
        puts("\"done\"");
        return;
    }
    fputs("{\"error\":{", stdout);
    put_number("code", snic_error_status(error));
    put_text("op", snic_error_op(error));
    put_text("object", snic_error_object(error));
    put_text("reason", snic_error_why(error));
    puts("}}");
    snic_error_free(error);
}

/* Lists RECORDs that `list` makes: `fields` prints one, which is called `it`. */
#define LIST(noun, call, fields)                                        \
    do {                                                                \
        noun##_iter *iter = NULL;                                       \
        const noun *it = NULL;                                          \
        status = call;                                                  \
        if (status != SNIC_STATUS_OK)                                   \
            break;                                                      \
        while (noun##_next(iter, &it, NULL) == SNIC_STATUS_OK) {        \
            open_row();                                                 \
            fields;                                                     \
            close_row();                                                \
        }                                                               \
        noun##_iter_free(iter);                                         \
        end_rows();                                                     \
        return;                                                         \
    } while (0)

static const char *const VERDICTS[] = {"absent", "in_hardware", "software_only", "refused"};
static const char *const CHANGES[] = {NULL, "added", "replaced", "kept", "removed", "failed"};
static const char *const EXPECTED[] = {"unknown", "hardware", "software"};

static void report_rows(snic_flow_report *report)
{
    const snic_rule_report *rule = NULL;
    const snic_reason *reason = NULL;
    while (snic_flow_report_next(report, &rule, NULL) == SNIC_STATUS_OK) {
        open_row();
        put_number("prio", rule->prio);
        put_text("change", CHANGES[rule->change]);
        put_text("verdict", VERDICTS[rule->verdict]);
        put_text("expected", EXPECTED[rule->expectation]);
        put_flag("surprise", rule->surprise);
        name_of("reasons");
        putchar('[');
        for (size_t at = 0; snic_flow_report_reason(report, at, &reason, NULL) == SNIC_STATUS_OK; at++) {
            if (at != 0)
                putchar(',');
            put_string(reason->text);
        }
        putchar(']');
        close_row();
    }
    end_rows();
    snic_flow_report_free(report);
}

static void plan_rows(snic_plan *plan)
{
    const snic_step *step = NULL;
    while (snic_plan_next_step(plan, &step, NULL) == SNIC_STATUS_OK) {
        open_row();
        put_text("text", step->text);
        put_text("commands", step->commands);
        close_row();
    }
    end_rows();
    snic_plan_free(plan);
}

static snic_status run(snic_status status, snic_plan **plan, snic_error **error)
{
    if (status == SNIC_STATUS_OK)
        status = snic_plan_run(*plan, host, NULL, error);
    snic_plan_free(*plan);
    return status;
}

static int mode_of(const char *word)
{
    return strcmp(word, "switchdev") == 0 ? SNIC_ESWITCH_MODE_SWITCHDEV : SNIC_ESWITCH_MODE_LEGACY;
}

/* Settings of a VF, as KEY=VALUE. */
static snic_vf_settings vf_settings(char **words)
{
    snic_vf_settings wanted = snic_vf_settings_init();
    for (; *words != NULL; words++) {
        char *value = strchr(*words, '=');
        *value++ = '\0';
        if (strcmp(*words, "mac") == 0) {
            wanted.set |= SNIC_VF_MAC;
            wanted.mac = value;
        } else if (strcmp(*words, "vlan") == 0) {
            wanted.set |= SNIC_VF_VLAN;
            wanted.vlan = (uint16_t)atoi(value);
        } else if (strcmp(*words, "max") == 0) {
            wanted.set |= SNIC_VF_RATE;
            wanted.max_rate = (uint32_t)atoi(value);
        } else {
            wanted.set |= SNIC_VF_TRUST;
            wanted.trust = strcmp(value, "on") == 0;
        }
    }
    return wanted;
}

#define IS(word) (strcmp(word, words[0]) == 0)

static void step(char **words)
{
    snic_error *error = NULL;
    snic_status status = SNIC_STATUS_INTERNAL;
    snic_plan *plan = NULL;
    snic_rules *rules = NULL;
    snic_flow_report *report = NULL;
    const char *one = words[1], *two = one == NULL ? NULL : words[2], *three = two == NULL ? NULL : words[3];
    if (IS("host")) {
        snic_host_close(host);
        status = snic_host_open(one, NULL, &host, &error);
    } else if (IS("device")) {
        LIST(snic_device, snic_device_list(host, one, &iter, &error), {
            put_text("handle", it->handle);
            put_text("driver", it->driver);
            put_text("adapter", it->adapter);
            put_text("mode", it->mode);
            put_text("uplink", it->uplink);
            put_number("vfs", it->vfs);
            put_number("max_vfs", it->max_vfs);
        });
    } else if (IS("ports")) {
        LIST(snic_port, snic_port_list(host, one, &iter, &error), {
            put_text("handle", it->handle);
            put_text("flavour", it->flavour);
            put_text("netdev", it->netdev);
        });
    } else if (IS("plan-eswitch")) {
        status = snic_eswitch_plan(host, one, mode_of(two), atoi(three), &plan, &error);
        if (status == SNIC_STATUS_OK) {
            plan_rows(plan);
            return;
        }
    } else if (IS("set-eswitch")) {
        status = snic_eswitch_set(host, one, mode_of(two), atoi(three), 0, &error);
    } else if (IS("representors")) {
        LIST(snic_representor, snic_representor_list(host, one, &iter, &error), {
            put_text("name", it->name);
            put_text("netdev", it->netdev);
            put_text("port", it->port);
            put_number("vf", it->vf);
            put_text("function", it->function);
        });
    } else if (IS("vfs")) {
        LIST(snic_vf, snic_vf_list(host, one, &iter, &error), {
            put_number("vf", it->vf);
            put_text("device", it->device);
            put_text("driver", it->driver);
            put_text("mac", it->mac);
            put_number("vlan", it->vlan);
            put_number("max_rate", it->max_rate);
            put_flag("trust", it->trust);
            put_flag("spoof_check", it->spoof_check);
            put_text("link_state", it->link_state);
        });
    } else if (IS("set-vf")) {
        snic_vf_settings wanted = vf_settings(words + 3);
        status = run(snic_vf_set_plan(host, one, (uint32_t)atoi(two), &wanted, &plan, &error), &plan, &error);
    } else if (IS("sfs")) {
        LIST(snic_sf, snic_sf_list(host, one, &iter, &error), {
            put_number("number", it->number);
            put_text("hw_addr", it->hw_addr);
            put_flag("active", it->active);
            put_flag("attached", it->attached);
            put_text("port", it->port);
            put_text("representor", it->representor);
            put_text("netdev", it->netdev);
            put_text("rdma", it->rdma);
        });
    } else if (IS("add-sf")) {
        snic_sf_options wanted = snic_sf_options_init();
        wanted.numbered = 1;
        wanted.number = (uint32_t)atoi(two);
        wanted.hw_addr = three;
        status = run(snic_sf_create_plan(host, one, &wanted, &plan, &error), &plan, &error);
    } else if (IS("del-sf")) {
        status = run(snic_sf_delete_plan(host, one, (uint32_t)atoi(two), &plan, &error), &plan, &error);
    } else if (IS("apply") || IS("remove") || IS("explain")) {
        status = snic_rules_read(one, &rules, &error);
        if (status == SNIC_STATUS_OK)
            status = IS("apply")    ? snic_flow_apply(host, rules, NULL, &report, &error)
                     : IS("remove") ? snic_flow_delete(host, rules, NULL, &report, &error)
                                    : snic_flow_explain(host, rules, 0, &report, &error);
        snic_rules_free(rules);
        if (status == SNIC_STATUS_OK) {
            report_rows(report);
            return;
        }
    } else if (IS("send")) {
        status = snic_sim_send(host, one, two, (uint64_t)atoi(three), NULL, &error);
    } else if (IS("rules")) {
        snic_flow_list_options options = snic_flow_list_options_init();
        LIST(snic_flow, snic_flow_list(host, &options, &iter, &error), {
            put_text("link", it->link);
            put_number("chain", it->chain);
            put_number("prio", it->prio);
            put_number("handle", it->handle);
            put_number("in_hardware", it->in_hw_count);
            put_number("packets", (long long)it->packets);
        });
    } else if (IS("params")) {
        LIST(snic_param, snic_param_list(host, one, two, &iter, &error), {
            put_text("name", it->name);
            put_text("mode", it->mode);
            put_text("value", it->value);
            put_flag("generic", it->generic);
        });
    } else if (IS("set-param")) {
        status = snic_param_set(host, one, two, three, words[4], &error);
    } else if (IS("health")) {
        LIST(snic_health, snic_health_list(host, one, &iter, &error), {
            put_text("name", it->name);
            put_flag("healthy", it->healthy);
            put_number("errors", (long long)it->errors);
            put_number("recoveries", (long long)it->recoveries);
        });
    } else if (IS("hold")) {
        snic_health_settings wanted = snic_health_settings_init();
        wanted.set = SNIC_HEALTH_AUTO_RECOVER;
        status = snic_health_set(host, one, two, &wanted, &error);
    } else if (IS("break")) {
        status = snic_sim_break(host, one, two, three, 1000, NULL, &error);
    } else if (IS("recover")) {
        status = snic_health_recover(host, one, two, &error);
    } else if (IS("rdma")) {
        LIST(snic_rdma_device, snic_rdma_device_list(host, &iter, &error), {
            put_text("name", it->name);
            put_text("protocol", it->protocol);
            put_text("firmware", it->firmware);
            put_text("node_guid", it->node_guid);
        });
    } else if (IS("gids")) {
        LIST(snic_gid, snic_gid_list(host, one, 0, &iter, &error), {
            put_text("device", it->device);
            put_number("port", it->port);
            put_number("index", it->index);
            put_text("gid", it->gid);
            put_text("kind", it->kind);
            put_text("netdev", it->netdev);
        });
    } else if (IS("dcb")) {
        snic_dcb dcb = snic_dcb_init();
        status = snic_dcb_show(host, one, &dcb, &error);
        if (status == SNIC_STATUS_OK) {
            uint8_t paused[8];
            for (int at = 0; at < 8; at++)
                paused[at] = dcb.pfc_enabled >> at & 1;
            open_row();
            put_bytes("paused", paused, 8);
            put_bytes("bandwidth", dcb.ets_bandwidth, 8);
            put_bytes("classes", dcb.ets_priority_class, 8);
            close_row();
            end_rows();
            return;
        }
    } else if (IS("pause")) {
        snic_dcb wanted = snic_dcb_init();
        wanted.has = SNIC_DCB_PFC;
        wanted.pfc_enabled = 1u << atoi(two);
        status = snic_dcb_set(host, one, &wanted, &error);
    } else if (IS("check-roce")) {
        LIST(snic_finding, snic_roce_check(host, one, two, &iter, &error), {
            put_text("topic", it->topic);
            put_text("what", it->what);
            put_text("fix", it->fix);
        });
    } else if (IS("apply-roce")) {
        status = run(snic_roce_plan(host, one, two, &plan, &error), &plan, &error);
    } else {
        fprintf(stderr, "no such step: %s\n", words[0]);
        exit(2);
    }
    tell(status, error);
}

int main(int argc, char **argv)
{
    FILE *steps = argc == 2 ? fopen(argv[1], "r") : NULL;
    static char line[4096];
    if (steps == NULL)
        return 2;
    while (fgets(line, sizeof line, steps) != NULL) {
        char *words[16] = {NULL};
        size_t count = 0;
        line[strcspn(line, "\n")] = '\0';
        for (char *word = strtok(line, "\t"); word != NULL && count < 15; word = strtok(NULL, "\t"))
            words[count++] = word;
        step(words);
    }
    fclose(steps);
    snic_host_close(host);
    return 0;
}
