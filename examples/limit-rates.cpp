// Two VFs and how much they may send: 10 Gbit a second together, one at most 5, one 8. Usage: limit-rates HOST DEVICE
#include <iostream>
#include <smartnic.hpp>

int main(int argc, char **argv)
try {
    if (argc != 3) {
        std::cerr << "usage: " << argv[0] << " HOST DEVICE\n";
        return 2;
    }
    const std::uint64_t gbit = 125'000'000; // bytes a second
    const std::string device = argv[2];
    smartnic::host host(argv[1]);
    host.set_eswitch(device, SNIC_ESWITCH_MODE_SWITCHDEV, 2);

    snic_rate_settings wanted = snic_rate_settings_init();
    wanted.set = SNIC_RATE_MAX;
    wanted.max = 10 * gbit;
    host.add_rate(device + "/tenant", wanted);
    wanted.set = SNIC_RATE_MAX | SNIC_RATE_PARENT;
    wanted.max = 5 * gbit;
    wanted.parent = "tenant";
    host.set_rate(device + "/1", wanted);
    wanted.max = 8 * gbit;
    host.set_rate(device + "/2", wanted);

    for (const snic_rate &rate : host.rates(device))
        std::cout << rate.name << ": at most " << rate.max * 8 / 1'000'000 << " Mbit/s, below "
                  << (rate.parent != nullptr ? rate.parent : "nothing") << '\n';
} catch (const smartnic::error &failure) {
    std::cerr << "error: " << failure.what() << '\n';
    return failure.status();
}
