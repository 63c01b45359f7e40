// A sub-function's life: made, looked at, removed. Usage: sub-function HOST DEVICE NUMBER
#include <iostream>
#include <smartnic.hpp>

static void show(const smartnic::host &host, const char *device)
{
    const auto or_none = [](const char *text) { return text != nullptr ? text : "none"; };
    unsigned count = 0;
    for (const snic_sf &one : host.sfs(device)) {
        count += 1;
        std::cout << one.number << ": address " << or_none(one.hw_addr) << ", link " << or_none(one.netdev)
                  << ", representor " << or_none(one.representor) << ", RDMA device " << or_none(one.rdma) << '\n';
    }
    std::cout << "sub-functions: " << count << '\n';
}

int main(int argc, char **argv)
try {
    if (argc != 4) {
        std::cerr << "usage: " << argv[0] << " HOST DEVICE NUMBER\n";
        return 2;
    }
    smartnic::host host(argv[1]);
    host.set_eswitch(argv[2], SNIC_ESWITCH_MODE_SWITCHDEV);
    snic_sf_options wanted = snic_sf_options_init();
    wanted.numbered = 1;
    wanted.number = static_cast<std::uint32_t>(std::stoul(argv[3]));
    wanted.hw_addr = "02:00:00:00:00:88";
    host.plan_sf(argv[2], wanted).run(host); // returns when its link and its RDMA device are there
    show(host, argv[2]);
    host.plan_sf_removal(argv[2], wanted.number).run(host);
    show(host, argv[2]);
} catch (const smartnic::error &failure) {
    std::cerr << "error: " << failure.what() << '\n';
    return failure.status();
}
