//! What `snicctl rdma lat` and `bw` measure, on simulated devices: each operation over each transport that has it.

use smartnic::verbs::measure::{Job, Local, Operation, Test, TransportName, loopback};
use smartnic::{ErrorKind, Host};

#[test]
fn every_operation_is_measured_over_every_transport_that_has_it() {
    for uri in ["sim:bluefield3", "sim:bluefield3?face=direct"] {
        let host = Host::open(uri).unwrap();
        for link in host.switchdev().links().unwrap() {
            host.switchdev().set_link_up(link.ifindex, true).unwrap();
        }
        let local = Local::default();
        let mut measured = 0;
        for transport in TransportName::ALL {
            for operation in Operation::ALL {
                for test in Test::ALL {
                    let job =
                        Job { iterations: 50, transport: *transport, ..Job::new(*test, *operation, 700) };
                    let mut each = 0;
                    match loopback(&host, &local, &[job], &mut |_| each += 1) {
                        Ok(reports) => {
                            let report = &reports[0];
                            assert_eq!((report.job, report.lost), (job, 0), "{uri}");
                            assert_eq!(report.latency.is_some(), *test == Test::Latency, "{uri} {job:?}");
                            assert_eq!(report.bandwidth.is_some(), *test == Test::Bandwidth, "{uri} {job:?}");
                            let in_bins: u64 = report.histogram.iter().map(|bin| bin.count).sum();
                            assert_eq!(in_bins, each, "{uri} {job:?}");
                            assert_eq!(each, if *test == Test::Latency { 50 } else { 0 }, "{uri} {job:?}");
                            measured += 1;
                        }
                        Err(error) => {
                            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{uri} {job:?}: {error}")
                        }
                    }
                }
            }
        }
        both_directions(&host, uri);
        // Five over reliable connections, two over unreliable ones, one by datagrams; each in both tests.
        assert_eq!(measured, 16, "{uri}");
        let nowhere = Local { device: Some("mlx5_9".into()), ..Local::default() };
        let job = Job::new(Test::Latency, Operation::Send, 8);
        let error = loopback(&host, &nowhere, &[job], &mut |_| {}).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{uri}: {error}");
    }
}

/// Each operation that a transport has, in both directions at once: twice as much in the time that is told.
fn both_directions(host: &Host, uri: &str) {
    let mut measured = 0;
    for transport in TransportName::ALL {
        for operation in Operation::ALL {
            let job = Job {
                iterations: 100,
                transport: *transport,
                bidirectional: true,
                ..Job::new(Test::Bandwidth, *operation, 700)
            };
            let Ok(reports) = loopback(host, &Local::default(), &[job], &mut |_| {}) else { continue };
            let report = &reports[0];
            let rate = report.bandwidth.map(|it| it.messages_per_second).unwrap_or_default();
            assert!((rate * report.seconds - 200.0).abs() < 1e-3, "{uri} {report:?}");
            assert_eq!((report.job, report.lost, report.histogram.len()), (job, 0, 0), "{uri}");
            measured += 1;
        }
    }
    assert_eq!(measured, 8, "{uri}");
    let job = Job { bidirectional: true, ..Job::new(Test::Latency, Operation::Send, 8) };
    let error = loopback(host, &Local::default(), &[job], &mut |_| {}).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{uri}: {error}");
}
