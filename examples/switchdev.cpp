// Move a NIC to switchdev mode with VFs, and show their representors. Usage: switchdev HOST DEVICE VFS
#include <iostream>
#include <smartnic.hpp>

int main(int argc, char **argv)
try {
    if (argc != 4) {
        std::cerr << "usage: " << argv[0] << " HOST DEVICE VFS\n";
        return 2;
    }
    smartnic::host host(argv[1]);
    unsigned steps = 0;
    auto plan = host.plan_eswitch(argv[2], SNIC_ESWITCH_MODE_SWITCHDEV, std::stol(argv[3]));
    plan.run(host, snic_plan_options_init(),
             [&](std::string_view step) { std::cout << "  " << ++steps << ". " << step << '\n'; });
    for (const snic_representor &one : host.representors(argv[2]))
        std::cout << one.name << " is " << one.netdev << ", for "
                  << (one.function != nullptr ? one.function : "another host") << '\n';
    host.save(); // a simulated NIC with a state file
} catch (const smartnic::error &failure) {
    std::cerr << "error: " << failure.what() << '\n';
    return failure.status();
}
