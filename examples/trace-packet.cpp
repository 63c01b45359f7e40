// Which rules would a packet meet, and would the NIC handle it alone? Usage: trace-packet HOST DEVICE
#include <iostream>
#include <smartnic.hpp>

static const char *const rules =
    "filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto udp dst_port 53 action drop\n"
    "filter add dev pf0vf0 ingress protocol ip pref 2 flower ip_proto tcp dst_port 8000-8100 action drop\n";

int main(int argc, char **argv)
try {
    if (argc != 3) {
        std::cerr << "usage: " << argv[0] << " HOST DEVICE\n";
        return 2;
    }
    smartnic::host host(argv[1]);
    host.set_eswitch(argv[2], SNIC_ESWITCH_MODE_SWITCHDEV, 1);
    host.apply(smartnic::rules::parse(rules));
    for (const char *packet : {"ip_proto udp dst_port 53", "ip_proto tcp dst_port 8080", "ip_proto tcp dst_port 22"}) {
        auto trace = host.trace_packet("pf0vf0", packet); // nothing is sent, and no counter moves
        const snic_trace_result &end = trace.outcome();
        std::cout << packet << ": meets " << end.met << " of " << end.rules << " rules\n";
        for (const snic_trace_step &step : trace)
            std::cout << "    priority " << step.prio << " in chain " << step.chain << '\n';
        std::cout << "    handled by the " << (end.in_hardware ? "NIC alone" : "CPU") << '\n';
    }
} catch (const smartnic::error &failure) {
    std::cerr << "error: " << failure.what() << '\n';
    return failure.status();
}
