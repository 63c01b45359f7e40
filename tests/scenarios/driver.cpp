// Carries out the steps of a scenario and prints what each gives, a line of JSON for each. Usage: driver STEPS
//
// A step is a line of STEPS, its words parted by tabs; steps.txt beside this says what there is.
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <smartnic.hpp>

using words = std::vector<std::string>;

static std::string quoted(std::string_view given)
{
    std::string made = "\"";
    for (char letter : given) {
        char code[8];
        if (letter == '"' || letter == '\\')
            made += '\\', made += letter;
        else if (static_cast<unsigned char>(letter) < ' ')
            made += (std::snprintf(code, sizeof code, "\\u%04x", letter), code);
        else
            made += letter;
    }
    return made + "\"";
}

// An object of JSON; what is not told is left out.
class object {
public:
    object &text(const char *name, const char *given)
    {
        return given == nullptr ? *this : raw(name, quoted(given));
    }
    object &number(const char *name, long long given) { return given < 0 ? *this : raw(name, std::to_string(given)); }
    object &flag(const char *name, int given) { return given < 0 ? *this : raw(name, given != 0 ? "true" : "false"); }
    object &raw(const char *name, const std::string &json)
    {
        made_ += (made_.empty() ? "" : ",") + quoted(name) + ":" + json;
        return *this;
    }
    std::string json() const { return "{" + made_ + "}"; }

private:
    std::string made_;
};

static std::string list(const words &parts)
{
    std::string made;
    for (const std::string &part : parts)
        made += (made.empty() ? "" : ",") + part;
    return "[" + made + "]";
}

template <class Range, class Fields>
static std::string rows(Range all, Fields fields)
{
    words parts;
    for (const auto &one : all) {
        object made;
        fields(made, one);
        parts.push_back(made.json());
    }
    return list(parts);
}

static std::string bytes(const std::uint8_t (&given)[8])
{
    words parts;
    for (unsigned one : given)
        parts.push_back(std::to_string(one));
    return list(parts);
}

static std::string of_report(smartnic::report report)
{
    static const char *const verdicts[] = {"absent", "in_hardware", "software_only", "refused"};
    static const char *const changes[] = {nullptr, "added", "replaced", "kept", "removed", "failed"};
    static const char *const expected[] = {"unknown", "hardware", "software"};
    words parts;
    for (const snic_rule_report &rule : report) {
        words reasons;
        for (const snic_reason &reason : report.reasons())
            reasons.push_back(quoted(reason.text));
        object made;
        made.number("prio", rule.prio).text("change", changes[rule.change]).text("verdict", verdicts[rule.verdict]);
        made.text("expected", expected[rule.expectation]).flag("surprise", rule.surprise);
        parts.push_back(made.raw("reasons", list(reasons)).json());
    }
    return list(parts);
}

static snic_eswitch_mode mode_of(const std::string &word)
{
    return word == "switchdev" ? SNIC_ESWITCH_MODE_SWITCHDEV : SNIC_ESWITCH_MODE_LEGACY;
}

static snic_vf_settings vf_settings(const words &given)
{
    snic_vf_settings wanted = snic_vf_settings_init();
    for (std::size_t at = 3; at < given.size(); at++) {
        const std::size_t equals = given[at].find('=');
        const std::string key = given[at].substr(0, equals);
        const char *value = given[at].c_str() + equals + 1;
        if (key == "mac")
            wanted.set |= SNIC_VF_MAC, wanted.mac = value;
        else if (key == "vlan")
            wanted.set |= SNIC_VF_VLAN, wanted.vlan = static_cast<std::uint16_t>(std::stoi(value));
        else if (key == "max")
            wanted.set |= SNIC_VF_RATE, wanted.max_rate = static_cast<std::uint32_t>(std::stoi(value));
        else
            wanted.set |= SNIC_VF_TRUST, wanted.trust = value == std::string_view("on");
    }
    return wanted;
}

static std::unique_ptr<smartnic::host> opened;

static const char *const DONE = "\"done\"";

// What changes something.
static const std::map<std::string, void (*)(const words &)> CHANGES = {
    {"host", [](const words &given) { opened = std::make_unique<smartnic::host>(given[1]); }},
    {"set-eswitch",
     [](const words &given) { opened->set_eswitch(given[1], mode_of(given[2]), std::stoi(given[3])); }},
    {"set-vf",
     [](const words &given) {
         const auto vf = static_cast<std::uint32_t>(std::stoi(given[2]));
         opened->plan_vf(given[1], vf, vf_settings(given)).run(*opened);
     }},
    {"add-sf",
     [](const words &given) {
         snic_sf_options wanted = snic_sf_options_init();
         wanted.numbered = 1;
         wanted.number = static_cast<std::uint32_t>(std::stoi(given[2]));
         wanted.hw_addr = given[3].c_str();
         opened->plan_sf(given[1], wanted).run(*opened);
     }},
    {"del-sf",
     [](const words &given) {
         opened->plan_sf_removal(given[1], static_cast<std::uint32_t>(std::stoi(given[2]))).run(*opened);
     }},
    {"send",
     [](const words &given) {
         opened->send_packets(given[1], given[2], static_cast<std::uint64_t>(std::stoi(given[3])));
     }},
    {"set-param", [](const words &given) { opened->set_param(given[1], given[2], given[4], given[3]); }},
    {"hold",
     [](const words &given) {
         snic_health_settings wanted = snic_health_settings_init();
         wanted.set = SNIC_HEALTH_AUTO_RECOVER;
         opened->set_health(given[1], given[2], wanted);
     }},
    {"break", [](const words &given) { opened->break_device(given[1], given[2], given[3]); }},
    {"recover", [](const words &given) { opened->recover_health(given[1], given[2]); }},
    {"pause",
     [](const words &given) {
         snic_dcb wanted = snic_dcb_init();
         wanted.has = SNIC_DCB_PFC;
         wanted.pfc_enabled = 1u << std::stoi(given[2]);
         opened->set_dcb(given[1], wanted);
     }},
    {"apply-roce", [](const words &given) { opened->plan_roce(given[1], given[2]).run(*opened); }},
};

// What tells something.
static const std::map<std::string, std::string (*)(const words &)> TELLS = {
    {"device",
     [](const words &given) {
         return rows(opened->devices(given[1]), [](object &made, const snic_device &it) {
             made.text("handle", it.handle).text("driver", it.driver).text("adapter", it.adapter).text("mode", it.mode);
             made.text("uplink", it.uplink).number("vfs", it.vfs).number("max_vfs", it.max_vfs);
         });
     }},
    {"ports",
     [](const words &given) {
         return rows(opened->ports(given[1]), [](object &made, const snic_port &it) {
             made.text("handle", it.handle).text("flavour", it.flavour).text("netdev", it.netdev);
         });
     }},
    {"plan-eswitch",
     [](const words &given) {
         auto plan = opened->plan_eswitch(given[1], mode_of(given[2]), std::stoi(given[3]));
         return rows(plan.steps(), [](object &made, const snic_step &it) {
             made.text("text", it.text).text("commands", it.commands);
         });
     }},
    {"representors",
     [](const words &given) {
         return rows(opened->representors(given[1]), [](object &made, const snic_representor &it) {
             made.text("name", it.name).text("netdev", it.netdev).text("port", it.port).number("vf", it.vf);
             made.text("function", it.function);
         });
     }},
    {"vfs",
     [](const words &given) {
         return rows(opened->vfs(given[1]), [](object &made, const snic_vf &it) {
             made.number("vf", it.vf).text("device", it.device).text("driver", it.driver).text("mac", it.mac);
             made.number("vlan", it.vlan).number("max_rate", it.max_rate).flag("trust", it.trust);
             made.flag("spoof_check", it.spoof_check).text("link_state", it.link_state);
         });
     }},
    {"sfs",
     [](const words &given) {
         return rows(opened->sfs(given[1]), [](object &made, const snic_sf &it) {
             made.number("number", it.number).text("hw_addr", it.hw_addr).flag("active", it.active);
             made.flag("attached", it.attached).text("port", it.port).text("representor", it.representor);
             made.text("netdev", it.netdev).text("rdma", it.rdma);
         });
     }},
    {"apply", [](const words &given) { return of_report(opened->apply(smartnic::rules::read(given[1]))); }},
    {"remove", [](const words &given) { return of_report(opened->remove(smartnic::rules::read(given[1]))); }},
    {"explain", [](const words &given) { return of_report(opened->explain(smartnic::rules::read(given[1]))); }},
    {"rules",
     [](const words &) {
         return rows(opened->flows(), [](object &made, const snic_flow &it) {
             made.text("link", it.link).number("chain", it.chain).number("prio", it.prio).number("handle", it.handle);
             made.number("in_hardware", it.in_hw_count).number("packets", static_cast<long long>(it.packets));
         });
     }},
    {"params",
     [](const words &given) {
         return rows(opened->params(given[1], given[2]), [](object &made, const snic_param &it) {
             made.text("name", it.name).text("mode", it.mode).text("value", it.value).flag("generic", it.generic);
         });
     }},
    {"health",
     [](const words &given) {
         return rows(opened->health(given[1]), [](object &made, const snic_health &it) {
             made.text("name", it.name).flag("healthy", it.healthy).number("errors", static_cast<long long>(it.errors));
             made.number("recoveries", static_cast<long long>(it.recoveries));
         });
     }},
    {"rdma",
     [](const words &) {
         return rows(opened->rdma_devices(), [](object &made, const snic_rdma_device &it) {
             made.text("name", it.name).text("protocol", it.protocol).text("firmware", it.firmware);
             made.text("node_guid", it.node_guid);
         });
     }},
    {"gids",
     [](const words &given) {
         return rows(opened->gids(given[1]), [](object &made, const snic_gid &it) {
             made.text("device", it.device).number("port", it.port).number("index", it.index).text("gid", it.gid);
             made.text("kind", it.kind).text("netdev", it.netdev);
         });
     }},
    {"dcb",
     [](const words &given) {
         const snic_dcb told = opened->dcb(given[1]);
         std::uint8_t paused[8];
         for (int at = 0; at < 8; at++)
             paused[at] = told.pfc_enabled >> at & 1;
         object made;
         made.raw("paused", bytes(paused)).raw("bandwidth", bytes(told.ets_bandwidth));
         return list({made.raw("classes", bytes(told.ets_priority_class)).json()});
     }},
    {"check-roce",
     [](const words &given) {
         return rows(opened->check_roce(given[1], given[2]), [](object &made, const snic_finding &it) {
             made.text("topic", it.topic).text("what", it.what).text("fix", it.fix);
         });
     }},
};

static std::string step(const words &given)
try {
    if (auto change = CHANGES.find(given[0]); change != CHANGES.end())
        return change->second(given), DONE;
    return TELLS.at(given[0])(given);
} catch (const smartnic::error &failure) {
    object made;
    made.number("code", failure.status()).raw("op", quoted(failure.op())).raw("object", quoted(failure.object()));
    return object().raw("error", made.raw("reason", quoted(failure.why())).json()).json();
}

int main(int, char **argv)
{
    std::ifstream steps(argv[1]);
    for (std::string line; std::getline(steps, line);) {
        words given;
        std::istringstream parts(line);
        for (std::string word; std::getline(parts, word, '\t');)
            given.push_back(word);
        std::cout << step(given) << std::endl;
    }
}
