/* Rules: from text, applied, listed, explained, deleted. */
#include "check.h"

static const char RULES[] =
    "# group: web\n"
    "filter add dev pf0vf0 ingress protocol ip pref 10 flower ip_proto tcp dst_port 80 action drop\n"
    "filter add dev pf0vf0 ingress protocol ip pref 20 flower skip_hw ip_proto udp action pass\n"
    "filter add dev pf0vf1 ingress protocol ip pref 30 flower dst_ip 10.0.0.0/8 action mirred egress redirect dev p0\n";

static snic_rules *parsed(const char *text)
{
    snic_rules *rules = NULL;
    MUST(snic_rules_parse(text, SNIC_FORMAT_AUTO, &rules, &error));
    return rules;
}

static snic_flow_counts counted(const snic_flow_report *report)
{
    snic_flow_counts counts = snic_flow_counts_init();
    MUST(snic_flow_report_counts(report, &counts, &error));
    return counts;
}

static void texts(void)
{
    snic_rules *rules = parsed(RULES), *again = NULL;
    size_t needed = 0;
    CHECK(snic_rules_count(rules) == 3);
    CHECK(snic_rules_text(rules, SNIC_FORMAT_YAML, NULL, 0, &needed, NULL) == SNIC_STATUS_NO_SPACE);
    char *text = (char *)malloc(needed);
    CHECK(text != NULL);
    CHECK(snic_rules_text(rules, SNIC_FORMAT_YAML, text, needed - 1, &needed, NULL) == SNIC_STATUS_NO_SPACE);
    MUST(snic_rules_text(rules, SNIC_FORMAT_YAML, text, needed, &needed, &error));
    CHECK(strlen(text) + 1 == needed);
    MUST(snic_rules_parse(text, SNIC_FORMAT_YAML, &again, &error));
    free(text);
    CHECK(snic_rules_count(again) == 3);
    MUST(snic_rules_add(again, "filter add dev p0 ingress protocol ip flower action drop", SNIC_FORMAT_TC, &error));
    CHECK(snic_rules_count(again) == 4);
    snic_error *error = NULL;
    CHECK(snic_rules_add(again, "filter add dev p0 ingress flower dst_prot 1", SNIC_FORMAT_TC, &error) == SNIC_STATUS_PARSE);
    CHECK(strstr(snic_error_message(error), "dst_prot") != NULL && snic_rules_count(again) == 4);
    snic_error_free(error);
    snic_rules_free(again);
    CHECK(snic_rules_read("/nowhere.tc", &again, NULL) == SNIC_STATUS_NOT_FOUND && again == NULL);
    snic_rules_free(rules);
}

static void reasons(snic_flow_report *report)
{
    const snic_rule_report *rule = NULL;
    const snic_reason *reason = NULL;
    MUST(snic_flow_report_next(report, &rule, &error));
    CHECK(rule->size == sizeof *rule && rule->line == 2 && rule->change == SNIC_CHANGE_ADDED);
    CHECK(rule->verdict == SNIC_VERDICT_IN_HARDWARE && rule->in_hw_count == 1 && rule->reasons == 0);
    CHECK(rule->expectation == SNIC_EXPECTATION_HARDWARE && rule->surprise == 0);
    CHECK(rule->prio == 10 && rule->handle != 0);
    SAME(rule->group, "web");
    CHECK(strstr(rule->rule, "dst_port 80") != NULL);
    CHECK(snic_flow_report_reason(report, 0, &reason, NULL) == SNIC_STATUS_END && reason == NULL);
    MUST(snic_flow_report_next(report, &rule, &error));
    CHECK(rule->verdict == SNIC_VERDICT_SOFTWARE_ONLY && rule->reasons == 1);
    MUST(snic_flow_report_reason(report, 0, &reason, &error));
    CHECK(reason->source == SNIC_SOURCE_RULE && reason->text != NULL);
    SAME(reason->who, "rule");
    MUST(snic_flow_report_next(report, &rule, &error));
    CHECK(snic_flow_report_next(report, &rule, NULL) == SNIC_STATUS_END && rule == NULL);
    MUST(snic_flow_report_rewind(report, &error));
    MUST(snic_flow_report_next(report, &rule, &error));
    CHECK(rule->line == 2);
}

static void apply(const snic_host *host)
{
    snic_rules *rules = parsed(RULES);
    snic_flow_report *report = NULL;
    snic_flow_options options = snic_flow_options_init();
    options.dry_run = 1;
    MUST(snic_flow_apply(host, rules, &options, &report, &error));
    CHECK(counted(report).added == 3);
    snic_flow_report_free(report);
    snic_flow_iter *iter = NULL;
    const snic_flow *flow = NULL;
    MUST(snic_flow_list(host, NULL, &iter, &error));
    CHECK(snic_flow_next(iter, &flow, NULL) == SNIC_STATUS_END);
    snic_flow_iter_free(iter);

    MUST(snic_flow_apply(host, rules, NULL, &report, &error));
    snic_flow_counts counts = counted(report);
    CHECK(counts.rules == 3 && counts.added == 3 && counts.in_hardware == 2 && counts.software_only == 1);
    CHECK(counts.hooks_added == 2 && counts.surprises == 0 && counts.failed == 0);
    reasons(report);
    snic_flow_report_free(report);
    /* A second time nothing is to be done. */
    MUST(snic_flow_apply(host, rules, NULL, &report, &error));
    CHECK(counted(report).kept == 3);
    snic_flow_report_free(report);

    /* All or nothing: the second rule fails, the first is taken back. */
    snic_rules *wrong = parsed("filter add dev pf0vf0 ingress protocol ip pref 40 flower ip_proto tcp action drop\n"
                               "filter add dev nosuch ingress protocol ip pref 40 flower action drop\n");
    snic_error *error = NULL;
    CHECK(snic_flow_apply(host, wrong, NULL, &report, &error) == SNIC_STATUS_NOT_FOUND);
    CHECK(report == NULL && strstr(snic_error_message(error), "nosuch") != NULL);
    snic_error_free(error);
    options = snic_flow_options_init();
    options.keep_going = 1;
    MUST(snic_flow_apply(host, wrong, &options, &report, &error));
    CHECK(counted(report).added == 1 && counted(report).failed == 1 && counted(report).refused == 1);
    snic_flow_report_free(report);
    /* Pruned away again. */
    options = snic_flow_options_init();
    options.prune = 1;
    MUST(snic_flow_apply(host, rules, &options, &report, &error));
    CHECK(counted(report).pruned == 1 && counted(report).kept == 3);
    snic_flow_report_free(report);
    snic_rules_free(wrong);
    snic_rules_free(rules);
}

static void list(const snic_host *host)
{
    snic_flow_iter *iter = NULL;
    const snic_flow *flow = NULL;
    snic_flow_list_options options = snic_flow_list_options_init();
    options.link = "pf0vf1";
    options.side = SNIC_SIDE_INGRESS;
    options.words = 1;
    MUST(snic_flow_list(host, &options, &iter, &error));
    MUST(snic_flow_next(iter, &flow, &error));
    CHECK(flow->size == sizeof *flow && flow->prio == 30 && flow->protocol == 0x0800 && flow->chain == 0);
    CHECK(flow->side == SNIC_SIDE_INGRESS && flow->block == 0 && flow->ifindex != 0);
    CHECK(flow->verdict == SNIC_VERDICT_IN_HARDWARE && flow->in_hw == 1 && flow->packets == 0);
    SAME(flow->classifier, "flower");
    CHECK(strstr(flow->match_words, "10.0.0.0/8") != NULL && strstr(flow->action_words, "p0") != NULL);
    CHECK(flow->link != NULL);
    CHECK(snic_flow_next(iter, &flow, NULL) == SNIC_STATUS_END && flow == NULL);
    snic_flow_iter_free(iter);

    options = snic_flow_list_options_init();
    options.link = "nosuch";
    CHECK(snic_flow_list(host, &options, &iter, NULL) == SNIC_STATUS_NOT_FOUND);
    options.link = NULL;
    options.side = 1;
    CHECK(snic_flow_list(host, &options, &iter, NULL) == SNIC_STATUS_INVALID_INPUT);
    /* An iterator that is not read to its end. */
    MUST(snic_flow_list(host, NULL, &iter, &error));
    MUST(snic_flow_next(iter, &flow, &error));
    CHECK(flow->match_words == NULL);
    CHECK(snic_flow_iter_free(iter) == SNIC_STATUS_OK);
}

/* More rules than travel at once. */
static void many(const snic_host *host, unsigned count)
{
    snic_rules *rules = parsed("filter add dev p0 ingress protocol ip pref 7 handle 5000 flower dst_ip 10.1.2.3 action drop");
    char line[160];
    for (unsigned at = 1; at < count; at++) {
        snprintf(line, sizeof line, "filter add dev p0 ingress protocol ip pref 7 handle %u flower dst_ip 10.2.%u.%u action drop",
                 5000 + at, at / 250, at % 250);
        MUST(snic_rules_add(rules, line, SNIC_FORMAT_TC, &error));
    }
    snic_flow_report *report = NULL;
    MUST(snic_flow_apply(host, rules, NULL, &report, &error));
    CHECK(counted(report).in_hardware == count);
    snic_flow_report_free(report);
    snic_flow_list_options options = snic_flow_list_options_init();
    options.link = "p0";
    snic_flow_iter *iter = NULL;
    const snic_flow *flow = NULL;
    unsigned seen = 0;
    MUST(snic_flow_list(host, &options, &iter, &error));
    while (snic_flow_next(iter, &flow, NULL) == SNIC_STATUS_OK)
        seen += flow->handle >= 5000 && flow->in_hw == 1 && flow->prio == 7;
    CHECK(seen == count);
    snic_flow_iter_free(iter);
    /* Left in the middle, while the library reads on. */
    MUST(snic_flow_list(host, &options, &iter, &error));
    MUST(snic_flow_next(iter, &flow, &error));
    snic_flow_iter_free(iter);
    MUST(snic_flow_delete(host, rules, NULL, &report, &error));
    CHECK(counted(report).removed == count);
    snic_flow_report_free(report);
    snic_rules_free(rules);
}

static void explain(const snic_host *host)
{
    snic_flow_report *report = NULL;
    const snic_rule_report *rule = NULL;
    MUST(snic_flow_explain(host, NULL, 0, &report, &error));
    CHECK(counted(report).rules == 3 && counted(report).in_hardware == 2);
    MUST(snic_flow_report_next(report, &rule, &error));
    CHECK(rule->change == SNIC_CHANGE_NONE && rule->cpu_packets == 0);
    snic_flow_report_free(report);
    /* A rule that is not there, and that mlx5 refuses: by its adapter, then in its own words. */
    snic_rules *rules = parsed("filter add dev pf0vf0 ingress protocol ip pref 50 flower ip_proto tcp tcp_flags 2 ip_tos 3 action "
                               "simple sdata x");
    MUST(snic_flow_explain(host, rules, 0, &report, &error));
    MUST(snic_flow_report_next(report, &rule, &error));
    CHECK(rule->verdict == SNIC_VERDICT_ABSENT && rule->expectation == SNIC_EXPECTATION_SOFTWARE);
    const snic_reason *reason = NULL;
    CHECK(rule->predictions > 0);
    MUST(snic_flow_report_prediction(report, 0, &reason, &error));
    SAME(reason->who, "mlx5 adapter");
    CHECK(reason->source == SNIC_SOURCE_ADAPTER);
    snic_flow_report_free(report);
    MUST(snic_flow_explain(host, rules, 1, &report, &error));
    MUST(snic_flow_report_next(report, &rule, &error));
    CHECK(rule->verdict == SNIC_VERDICT_SOFTWARE_ONLY);
    int kernel = 0;
    for (size_t at = 0; snic_flow_report_reason(report, at, &reason, NULL) == SNIC_STATUS_OK; at++)
        kernel += reason->source == SNIC_SOURCE_KERNEL;
    CHECK(kernel > 0);
    snic_flow_report_free(report);
    snic_rules_free(rules);

    snic_flow_usage_iter *iter = NULL;
    const snic_flow_usage *usage = NULL;
    MUST(snic_flow_usage_list(host, &iter, &error));
    MUST(snic_flow_usage_next(iter, &usage, &error));
    SAME(usage->device, NIC);
    CHECK(usage->in_hardware == 2 && usage->software_only == 1);
    snic_flow_usage_iter_free(iter);
}

/* Rules that are built from structures. */
static void built(void)
{
    static const uint8_t address[16] = {0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    static const uint8_t mac[6] = {2, 0, 0, 0, 0, 7};
    const snic_field keys[] = {
        {"src_mac", NULL, 0, mac, 6, 0},
        {"dst_ip", NULL, 0, address, 16, 64},
        {"ip_proto", NULL, 6, NULL, 0, 0},
        {"dst_port", "1000-2000", 0, NULL, 0, 0},
    };
    const snic_field tag = {"vlan_push", NULL, 7, NULL, 0, 0}, target = {"redirect", "pf0vf1", 0, NULL, 0, 0};
    const snic_action actions[] = {{NULL, &tag, 1}, {NULL, &target, 1}};
    snic_rules *rules = NULL;
    snic_error *error = NULL;
    char text[512];
    size_t needed = 0;
    snic_rule rule = snic_rule_init();
    rule.link = "pf0vf0";
    rule.side = SNIC_SIDE_INGRESS;
    rule.prio = 5;
    rule.handle = 9;
    rule.protocol = 0x86dd;
    rule.skip = SNIC_SKIP_SW;
    rule.keys = keys;
    rule.key_count = 4;
    rule.actions = actions;
    rule.action_count = 2;
    MUST(snic_rules_new(&rules, &error));
    CHECK(snic_rules_count(rules) == 0);
    MUST(snic_rules_append(rules, &rule, &error));
    MUST(snic_rules_text(rules, SNIC_FORMAT_TC, text, sizeof text, &needed, &error));
    SAME(text, "filter add dev pf0vf0 ingress protocol ipv6 pref 5 handle 0x9 flower skip_sw src_mac 02:00:00:00:00:07 "
               "ip_proto tcp dst_ip fd00::1/64 dst_port 1000-2000 action vlan push id 7 pipe action mirred egress redirect "
               "dev pf0vf1\n");

    /* What cannot be is told, and the rules stay as they are. */
    rule.block = 3;
    CHECK(snic_rules_append(rules, &rule, &error) == SNIC_STATUS_INVALID_INPUT && error != NULL);
    snic_error_free(error);
    rule.block = 0;
    rule.skip = 7;
    CHECK(snic_rules_append(rules, &rule, NULL) == SNIC_STATUS_INVALID_INPUT);
    rule.skip = SNIC_SKIP_NONE;
    rule.key_count = 0;
    rule.keys = NULL;
    const snic_field wrong[] = {{"src_mac", NULL, 0, mac, 5, 0}, {"nosuch", NULL, 1, NULL, 0, 0}};
    for (int at = 0; at < 2; at++) {
        rule.keys = &wrong[at];
        rule.key_count = 1;
        CHECK(snic_rules_append(rules, &rule, NULL) == SNIC_STATUS_INVALID_INPUT);
    }
    /* More than memory holds. */
    rule.key_count = SIZE_MAX;
    CHECK(snic_rules_append(rules, &rule, NULL) == SNIC_STATUS_INVALID_INPUT);
    rule.size = 3;
    CHECK(snic_rules_append(rules, &rule, NULL) == SNIC_STATUS_INVALID_INPUT);
    CHECK(snic_rules_append(rules, NULL, NULL) == SNIC_STATUS_INVALID_INPUT);
    CHECK(snic_rules_append(NULL, &rule, NULL) == SNIC_STATUS_INVALID_INPUT);
    CHECK(snic_rules_count(rules) == 1);
    snic_rules_free(rules);
}

/* A report has the rules in the order of the set, wherever they came from. */
static void in_order(snic_host *host)
{
    static const char FIRST[] = "filter add dev pf0vf0 ingress protocol ip pref 41 flower action drop\n";
    const snic_action drop = {"drop", NULL, 0};
    snic_rules *rules = parsed(FIRST);
    snic_flow_report *report = NULL;
    const snic_rule_report *told = NULL;
    snic_rule rule = snic_rule_init();
    rule.link = "pf0vf0";
    rule.prio = 42;
    rule.actions = &drop;
    rule.action_count = 1;
    MUST(snic_rules_append(rules, &rule, &error));
    /* One of a link that is not there. */
    rule.link = "nowhere";
    rule.prio = 43;
    MUST(snic_rules_append(rules, &rule, &error));
    MUST(snic_rules_add(rules, "filter add dev pf0vf0 ingress protocol ip pref 44 flower action drop\n", SNIC_FORMAT_TC, &error));
    snic_flow_options options = snic_flow_options_init();
    options.keep_going = 1;
    for (options.dry_run = 0; options.dry_run < 2; options.dry_run++) {
        MUST(snic_flow_apply(host, rules, &options, &report, &error));
        const char *places[] = {"pref 41", "pref 42", "pref 43", "pref 44"};
        for (int at = 0; at < 4; at++) {
            MUST(snic_flow_report_next(report, &told, &error));
            CHECK(strstr(told->rule, places[at]) != NULL);
            CHECK((told->change == SNIC_CHANGE_FAILED) == (at == 2));
        }
        CHECK(snic_flow_report_next(report, &told, NULL) == SNIC_STATUS_END);
        snic_flow_report_free(report);
    }
    MUST(snic_flow_delete(host, rules, &options, &report, &error));
    snic_flow_report_free(report);
    snic_rules_free(rules);
}

int main(int argc, char **argv)
{
    /* valgrind is slow. */
    unsigned count = argc > 1 && strcmp(argv[1], "few") == 0 ? 10 : 600;
    texts();
    built();
    snic_host *host = open_host("sim:bluefield3");
    MUST(snic_eswitch_set(host, NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 2, 0, &error));
    apply(host);
    list(host);
    explain(host);
    in_order(host);
    many(host, count);
    snic_rules *rules = parsed(RULES);
    snic_flow_report *report = NULL;
    MUST(snic_flow_delete(host, rules, NULL, &report, &error));
    CHECK(counted(report).removed == 3);
    int32_t recovered = 7;
    MUST(snic_flow_recover(host, &recovered, &error));
    CHECK(recovered == 0);
    snic_flow_report_free(report);
    snic_rules_free(rules);
    snic_host_close(host);
    puts("flow: ok");
    return 0;
}
