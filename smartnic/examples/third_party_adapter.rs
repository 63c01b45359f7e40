//! An adapter from outside: a table for a driver, registered without touching the SDK.
//!
//! `cargo run -p smartnic --example third_party_adapter`. A vendor would write the same for a driver that the SDK does not
//! know; here it speaks for `i40e`, in place of the SDK's own, so that a simulated card can show it.

use std::sync::Arc;

use smartnic::adapter::{
    Activation, Adapter, Advice, Caveat, Change, Evidence, Facts, Feature, FeatureFact, FlowFacts,
    FlowLimits, Identity, Modes, ParamFact,
};
use smartnic::flow::{self, ActionSet, KeySet, RuleSet};
use smartnic::{Host, Result};

/// What is said can be read here; an entry of the kernel's tree would be `Evidence::kernel(file, symbol)`.
const MANUAL: Evidence = Evidence::Paper("Example NIC, programmer's manual, chapter 4");

/// Everything that is not said is not claimed: `Facts::new` has defaults for all of it.
const FACTS: Facts = Facts {
    identity: Identity { drivers: &["i40e"], pci: &[], source: Some(MANUAL) },
    features: &[FeatureFact {
        feature: Feature::Sriov,
        support: smartnic::adapter::Support::Supported,
        source: MANUAL,
    }],
    modes: Modes::none("this card has no eswitch modes", &[]),
    flow: Some(FlowFacts::new(FlowLimits {
        keys: KeySet::BASIC.union(KeySet::IPV4_ADDRS),
        actions: ActionSet::DROP,
        max_chain: 0,
    })),
    params: &[ParamFact::runtime("max_mac_per_vf", "MAC addresses that a VF may have", MANUAL)],
    advice: &[(
        Change::Firmware,
        Advice { steps: &[Activation::PowerCycle], note: "the vendor's tool writes it", source: MANUAL },
    )],
    caveats: &[Caveat::new("only an example", MANUAL)],
    ..Facts::new("example", "an example NIC")
};

/// The adapter; an order of steps or predictions of its own would be added with `with_order` and `with_predictions`.
const EXAMPLE: Adapter = Adapter::new(&FACTS);

/// Opens a host with the adapter and tells what it says of the card and of a rule.
pub(crate) fn run() -> Result<Vec<String>> {
    let host = Host::open("sim:x710")?;
    let registry = host.registry().clone().with(Arc::new(EXAMPLE));
    let host = host.with_registry(registry);
    let nic = host.inventory()?.nics.remove(0);
    let mut said = vec![format!("{} has the adapter {}", nic.handle(), nic.adapter.name())];
    let advice = nic.adapter.activation(&Change::Firmware);
    said.push(format!("new firmware needs: {:?}", advice.steps));
    let link = &nic.uplink().map(|link| link.name.clone()).unwrap_or_default();
    let line = format!(
        "filter add dev {link} ingress protocol ip pref 1 flower ip_proto udp dst_port 53 action drop"
    );
    let rules = RuleSet::from_tc(&line)?;
    let report = flow::apply(&host, &rules, &flow::ApplyOptions::default())?;
    for rule in &report.rules {
        said.extend(rule.prediction.reasons.iter().map(ToString::to_string));
    }
    Ok(said)
}

#[cfg(not(test))]
fn main() -> Result<()> {
    for line in run()? {
        println!("{line}");
    }
    Ok(())
}

#[cfg(test)]
fn main() {}
