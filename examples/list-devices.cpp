// What NICs are here? Usage: list-devices [HOST], such as linux: or sim:bluefield3
#include <iostream>
#include <smartnic.hpp>

int main(int argc, char **argv)
try {
    smartnic::host host(argc > 1 ? argv[1] : "linux:");
    for (const snic_device &device : host.devices())
        std::cout << device.handle << ' ' << device.driver << " (" << device.adapter << " adapter), mode "
                  << (device.mode != nullptr ? device.mode : "unknown") << ", " << device.vfs << " of "
                  << device.max_vfs << " VFs, " << device.representors << " representors\n";
} catch (const smartnic::error &failure) {
    std::cerr << "error: " << failure.what() << '\n';
    return failure.status();
}
