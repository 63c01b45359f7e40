//! What drivers make of rate objects: mlx5_core (`esw/qos.c`) and ice (`devlink/devlink.c`).

use crate::errno::Errno;
use crate::model::RateObject;
use crate::note::Note;

/// The rate operations that a driver has, for leaves and nodes alike; all have shares, limits and parents.
#[derive(Debug)]
pub(crate) struct RateRules {
    pub(crate) priority: bool,
    pub(crate) weight: bool,
    pub(crate) tc_bw: bool,
    /// Whether parents on other devices are looked at (`supported_cross_device_rate_nodes`).
    pub(crate) cross_device: bool,
    /// The driver's own nodes with their parents, the root first; leaves hang below the last.
    pub(crate) tree: &'static [(&'static str, Option<&'static str>)],
}

/// The object that is to be changed, and all of its device.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RateSite<'a> {
    pub(crate) all: &'a [RateObject],
    pub(crate) object: &'a RateObject,
}

/// One new setting.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RateSetting<'a> {
    /// Bytes a second.
    Share(u64),
    /// Bytes a second.
    Max(u64),
    Priority(u32),
    Weight(u32),
    TcBw(&'a [u32]),
    NoParent,
    Parent {
        above: &'a RateObject,
        /// Whether it is on another device.
        elsewhere: bool,
    },
}

/// Bytes a second in one unit of mlx5's rates (`MLX5_LINKSPEED_UNIT`).
const MLX5_UNIT: u64 = 125_000;
/// What the port can do, in Mbit/s. The number is ours.
const MLX5_SPEED: u64 = 400_000;
/// How deep its tree can be (`log_esw_max_sched_depth`), which firmware decides; the number is ours.
const MLX5_DEPTH: usize = 8;

pub(super) const MLX5_RATES: RateRules =
    RateRules { priority: false, weight: false, tc_bw: true, cross_device: true, tree: &[] };

/// The tree of the hardware's scheduler. Real ones have some dozens of nodes in up to nine layers; this one is ours.
pub(super) const ICE_RATES: RateRules = RateRules {
    priority: true,
    weight: true,
    tc_bw: false,
    cross_device: false,
    tree: &[("node_0", None), ("node_1", Some("node_0")), ("node_2", Some("node_1"))],
};

pub(super) fn mlx5_check(
    site: &RateSite<'_>,
    setting: &RateSetting<'_>,
    log: &mut Vec<String>,
    note: &mut Note,
) -> Result<(), Errno> {
    let object = site.object;
    let has_tc_bw = |rate: &RateObject| rate.tc_bw.iter().any(|share| *share != 0);
    let mut refuse = |text: &str| {
        note.say(format!("mlx5_core: {text}"));
        Err(Errno::EOPNOTSUPP)
    };
    match *setting {
        RateSetting::Share(rate) => return mlx5_rate("tx_share", rate, log, note),
        RateSetting::Max(rate) => return mlx5_rate("tx_max", rate, log, note),
        RateSetting::TcBw(shares) if object.node().is_some() && shares.iter().any(|share| *share != 0) => {
            let below = |rate: &&RateObject| rate.parent.as_deref() == object.node();
            if site.all.iter().filter(below).any(|rate| rate.node().is_some()) {
                return refuse("Cannot configure TC bandwidth on a node with non-leaf children");
            }
        }
        RateSetting::Parent { elsewhere: true, .. } if object.node().is_some() => {
            return refuse("Cannot assign node to another E-Switch");
        }
        RateSetting::Parent { elsewhere: true, .. } => {
            return refuse("Cross E-Switch scheduling requires LAG to be activated");
        }
        RateSetting::Parent { above, .. } if object.node().is_some() => {
            if site.all.iter().any(|rate| rate.parent.as_deref() == object.node()) {
                return refuse("Cannot reassign a node that contains rate objects");
            }
            if has_tc_bw(above) {
                return refuse("Cannot attach a node to a parent with TC bandwidth configured");
            }
            let level = depth(site.all, above) + 1 + usize::from(has_tc_bw(object));
            if level > MLX5_DEPTH {
                return refuse(&format!(
                    "Node hierarchy depth {level} exceeds the maximum supported level {MLX5_DEPTH}"
                ));
            }
        }
        RateSetting::NoParent
            if object.node().is_some()
                && site.all.iter().any(|rate| rate.parent.as_deref() == object.node()) =>
        {
            return refuse("Cannot reassign a node that contains rate objects");
        }
        _ => {}
    }
    Ok(())
}

/// How many levels down from the root an object stands, the root being the first.
fn depth(all: &[RateObject], object: &RateObject) -> usize {
    let above = |object: &&RateObject| {
        let parent = object.parent.as_deref()?;
        all.iter().find(|rate| rate.node() == Some(parent))
    };
    1 + std::iter::successors(Some(object), above).take(all.len()).count()
}

/// `esw_qos_devlink_rate_to_mbps`
fn mlx5_rate(name: &str, rate: u64, log: &mut Vec<String>, note: &mut Note) -> Result<(), Errno> {
    if !rate.is_multiple_of(MLX5_UNIT) {
        log.push(format!("mlx5_core: {name} rate value {rate}Bps not in link speed units of 1Mbps."));
        note.say("mlx5_core: TX rate value not in link speed units of 1Mbps");
        return Err(Errno::EINVAL);
    }
    let value = rate / MLX5_UNIT;
    if value > MLX5_SPEED {
        log.push(format!("mlx5_core: {name} rate value {value}Mbps exceed link maximum speed {MLX5_SPEED}."));
        note.say("mlx5_core: TX rate value exceed link maximum speed");
        return Err(Errno::EINVAL);
    }
    Ok(())
}

pub(super) fn ice_check(
    site: &RateSite<'_>,
    setting: &RateSetting<'_>,
    note: &mut Note,
) -> Result<(), Errno> {
    match *setting {
        RateSetting::Priority(priority) if priority >= 8 => {
            note.say("ice: Priority should be less than 8");
            Err(Errno::EINVAL)
        }
        RateSetting::Weight(weight) if !(1..=200).contains(&weight) => {
            note.say("ice: Weight must be between 1 and 200");
            Err(Errno::EINVAL)
        }
        // `ice_devlink_set_parent`: a node with children stays where it is.
        RateSetting::NoParent
            if site.object.node().is_some()
                && site.all.iter().any(|rate| rate.parent.as_deref() == site.object.node()) =>
        {
            Err(Errno::EINVAL)
        }
        _ => Ok(()),
    }
}
