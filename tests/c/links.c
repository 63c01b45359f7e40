/* Links: what they are, tell, count, and let change. */
#include "check.h"

/* The value of a setting in words; the texts live as long as the iterator, so it is copied. */
static void value_of(snic_host *host, const char *link, const char *topic, const char *name, char *value)
{
    snic_setting_iter *settings = NULL;
    const snic_setting *setting = NULL;
    MUST(snic_setting_list(host, link, topic, &settings, &error));
    value[0] = 0;
    while (snic_setting_next(settings, &setting, NULL) == SNIC_STATUS_OK) {
        CHECK(setting->size >= sizeof *setting && setting->part == -1);
        SAME(setting->link, link);
        SAME(setting->topic, topic);
        if (strcmp(setting->name, name) == 0) {
            CHECK(strlen(setting->value) < 64);
            strcpy(value, setting->value);
            if (setting->kind == SNIC_SETTING_KIND_NUMBER)
                CHECK(strtoull(value, NULL, 10) == setting->number);
        }
    }
    snic_setting_iter_free(settings);
}

static void settings(snic_host *host, const char *link)
{
    char value[64];
    snic_error *error = NULL;
    const snic_pair rings[] = {{"rx", "2048"}, {"tx", "1024"}};
    MUST(snic_setting_set(host, link, "ring", rings, 2, &error));
    value_of(host, link, "ring", "rx", value);
    SAME(value, "2048");

    /* Nothing is changed if one value is wrong. */
    const snic_pair wrong[] = {{"rx", "512"}, {"tx", "many"}};
    CHECK(snic_setting_set(host, link, "ring", wrong, 2, &error) == SNIC_STATUS_INVALID_INPUT);
    CHECK(strstr(snic_error_hint(error), "tx many") != NULL);
    snic_error_free(error);
    error = NULL;
    value_of(host, link, "ring", "rx", value);
    SAME(value, "2048");
    CHECK(snic_setting_set(host, link, "ring", NULL, 2, NULL) == SNIC_STATUS_INVALID_INPUT);
    CHECK(snic_setting_set(host, link, "driver", rings, 1, NULL) == SNIC_STATUS_INVALID_INPUT);
    CHECK(snic_setting_set(host, link, "rings", rings, 1, &error) == SNIC_STATUS_INVALID_INPUT);
    SAME(snic_error_hint(error), "did you mean ring?");
    snic_error_free(error);

    /* All topics of all links. */
    snic_setting_iter *all = NULL;
    const snic_setting *setting = NULL;
    int topics = 0;
    MUST(snic_setting_list(host, NULL, NULL, &all, &error));
    while (snic_setting_next(all, &setting, NULL) == SNIC_STATUS_OK)
        topics |= strcmp(setting->topic, "ring") == 0 ? 1 : strcmp(setting->topic, "pause") == 0 ? 2
                  : strcmp(setting->topic, "channel") == 0 ? 4 : 0;
    CHECK(topics == 7);
    snic_setting_iter_free(all);
}

static int is_on(snic_host *host, const char *link, const char *name)
{
    snic_feature_iter *features = NULL;
    const snic_feature *feature = NULL;
    int on = -1;
    MUST(snic_feature_list(host, link, &features, &error));
    while (snic_feature_next(features, &feature, NULL) == SNIC_STATUS_OK)
        if (strcmp(feature->name, name) == 0)
            on = feature->active;
    snic_feature_iter_free(features);
    return on;
}

static void features_and_counters(snic_host *host, const char *link)
{
    int before = is_on(host, link, "hw-tc-offload");
    CHECK(before == 0 || before == 1);
    MUST(snic_feature_set(host, link, "hw-tc-offload", !before, &error));
    CHECK(is_on(host, link, "hw-tc-offload") == !before);
    CHECK(snic_feature_set(host, link, "nosuch", 1, NULL) == SNIC_STATUS_NOT_FOUND);

    snic_counter_iter *counters = NULL;
    const snic_counter *counter = NULL;
    int mac = 0, lengths = 0, others = 0;
    MUST(snic_counter_list(host, link, "eth-mac,rmon", NULL, &counters, &error));
    while (snic_counter_next(counters, &counter, NULL) == SNIC_STATUS_OK) {
        if (strcmp(counter->group, "eth-mac") == 0)
            mac += counter->low == 0 && counter->high == 0;
        else if (strcmp(counter->group, "rmon") == 0)
            lengths += counter->high > 0;
        else
            others += 1;
    }
    CHECK(mac > 0 && lengths > 0 && others == 0);
    snic_counter_iter_free(counters);
    CHECK(snic_counter_list(host, link, "nosuch", NULL, &counters, NULL) == SNIC_STATUS_PARSE && counters == NULL);
}

/* Contexts, n-tuple rules that direct packets to them, and queues. */
static void spreading(snic_host *host, const char *link)
{
    const snic_pair wish[] = {{"rss-indirection-table", "2,3"}};
    uint32_t context = 0, place = 0;
    MUST(snic_rss_create(host, link, wish, 1, &context, &error));
    snic_setting_iter *rss = NULL;
    const snic_setting *setting = NULL;
    int own = 0, made = 0;
    MUST(snic_rss_list(host, link, &rss, &error));
    while (snic_setting_next(rss, &setting, NULL) == SNIC_STATUS_OK) {
        own += setting->part == -1;
        made += setting->part == (int64_t)context;
    }
    CHECK(own > 0 && made > 0);
    snic_setting_iter_free(rss);
    const snic_pair even[] = {{"rss-indirection-table", "default"}};
    MUST(snic_rss_set(host, link, -1, even, 1, &error));
    CHECK(snic_rss_set(host, link, -2, even, 1, NULL) == SNIC_STATUS_INVALID_INPUT);

    const snic_pair looks[] = {{"dst-port", "80"}, {"src-ip", "10.0.0.0/8"}};
    snic_ntuple_options to = snic_ntuple_options_init();
    to.queue = 1;
    MUST(snic_ntuple_add(host, link, "tcp4", looks, 2, &to, &place, &error));
    snic_ntuple_iter *rules = NULL;
    const snic_ntuple *rule = NULL;
    MUST(snic_ntuple_list(host, link, &rules, NULL, &error));
    MUST(snic_ntuple_next(rules, &rule, &error));
    SAME(rule->match_words, "src-ip 10.0.0.0/8 dst-port 80");
    SAME(rule->action, "queue 1");
    CHECK(rule->queue == 1 && rule->vf == -1 && rule->context == -1 && rule->location == (int64_t)place);
    snic_ntuple_iter_free(rules);
    MUST(snic_ntuple_remove(host, link, place, &error));
    CHECK(snic_ntuple_remove(host, link, place, NULL) != SNIC_STATUS_OK);
    MUST(snic_rss_delete(host, link, context, &error));
}

/* Each link as a list of one, or of all; then those of no NIC. */
static void list(snic_host *host, char *uplink)
{
    snic_link_iter *links = NULL;
    const snic_link *link = NULL;
    int of_nic = 0, others = 0;
    MUST(snic_link_list(host, NULL, &links, &error));
    while (snic_link_next(links, &link, NULL) == SNIC_STATUS_OK) {
        CHECK(link->ifindex > 0 && link->name != NULL);
        others += link->device == NULL;
    }
    CHECK(others > 0);
    snic_link_iter_free(links);
    MUST(snic_link_list(host, NIC, &links, &error));
    while (snic_link_next(links, &link, NULL) == SNIC_STATUS_OK) {
        SAME(link->device, NIC);
        CHECK(link->mac != NULL && link->mtu > 0 && strlen(link->name) < 32);
        if (of_nic++ == 0)
            strcpy(uplink, link->name);
    }
    CHECK(of_nic == 1);
    snic_link_iter_free(links);
}

int main(void)
{
    char uplink[32];
    snic_host *host = open_host("sim:bluefield3");
    list(host, uplink);
    settings(host, uplink);
    features_and_counters(host, uplink);
    spreading(host, uplink);
    snic_host_close(host);
    puts("links: ok");
    return 0;
}
