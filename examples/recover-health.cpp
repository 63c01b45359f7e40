// Is what a health reporter watches well? If not, let it recover. Usage: recover-health HOST PLACE REPORTER
#include <iostream>
#include <smartnic.hpp>

/// Shows the reporter; false if it has an error.
static bool show(const smartnic::host &host, const std::string &place, const std::string &name)
{
    bool well = true;
    for (const snic_health &one : host.health(place)) {
        if (one.name != name)
            continue;
        well = one.healthy;
        std::cout << one.place << ' ' << one.name << ": " << (well ? "healthy" : "error") << ", errors " << one.errors
                  << ", recovered " << one.recoveries << '\n';
    }
    return well;
}

int main(int argc, char **argv)
try {
    if (argc != 4) {
        std::cerr << "usage: " << argv[0] << " HOST PLACE REPORTER\n";
        return 2;
    }
    const std::string uri = argv[1], place = argv[2], name = argv[3];
    smartnic::host host(uri);
    if (uri.rfind("sim:", 0) == 0) { // simulated NICs are well until something happens to them
        snic_health_settings settings = snic_health_settings_init();
        settings.set = SNIC_HEALTH_AUTO_RECOVER;
        host.set_health(place, name, settings);
        host.break_device(place, name, "TX timeout", 1000);
    }
    if (!show(host, place, name)) {
        host.recover_health(place, name);
        show(host, place, name);
    }
} catch (const smartnic::error &failure) {
    std::cerr << "error: " << failure.what() << '\n';
    return failure.status();
}
