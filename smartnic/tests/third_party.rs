//! The example of an adapter from outside does what it says.

#[path = "../examples/third_party_adapter.rs"]
#[expect(dead_code, reason = "the example has a main function of its own")]
mod third_party_adapter;

#[test]
fn an_adapter_from_outside_speaks_for_its_driver() {
    let said = third_party_adapter::run().unwrap();
    assert_eq!(said[0], "pci/0000:03:00.0 has the adapter example");
    assert_eq!(said[1], "new firmware needs: [PowerCycle]");
    assert!(said.iter().any(|line| line.contains("the driver cannot match on ports")), "{said:#?}");
}
