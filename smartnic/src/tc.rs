//! tc's own words carried out on a host, in the kernel's own terms: what `tc` would send is sent, and nothing is checked
//! before the kernel sees it.
//!
//! ```
//! # fn main() -> smartnic::Result<()> {
//! let host = smartnic::Host::open("sim:bluefield3")?;
//! smartnic::tc::run(&host, "qdisc add dev enp3s0f0np0 clsact")?;
//! let shown = smartnic::tc::run(&host, "qdisc show dev enp3s0f0np0")?;
//! assert!(shown.json.contains("\"kind\":\"clsact\""));
//! # Ok(())
//! # }
//! ```

use smartnic_core::flow::{Netdev, TcMessage};
use smartnic_core::types::IfIndex;

use crate::names::Names;
use crate::text::tc::command::{self, Command};
use crate::text::tc::show::{Show, Style};
use crate::text::tc::show_message::{Asked, show_message};
use crate::{Error, Host, Result};

const OP: &str = "carry out a line of tc";

/// What a line of tc came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// What `tc -s -j` prints: a JSON list; empty of a change.
    pub json: String,
    /// What the kernel or the driver said beside.
    pub remarks: Vec<String>,
}

/// Carries out a line in the words that stand behind `tc`: filters, chains, actions and qdiscs, added, changed, removed, shown.
/// Options of `tc` are not among them, and `monitor` is left to [`Host::traffic_control`].
///
/// # Errors
/// `InvalidInput` for a line that tc does not take, and what the kernel says.
pub fn run(host: &Host, line: &str) -> Result<Answer> {
    let wrong = |message: String| Error::invalid(OP, message).on(line);
    let words = command::split(line).map_err(wrong)?;
    let names = host.names()?;
    let commands =
        command::command(&words, &|name| find(&names, name)).map_err(|stop| wrong(stop.message))?;
    let mut answer = Answer::default();
    for command in commands {
        step(host, command, &names, &mut answer)?;
    }
    Ok(answer)
}

fn step(host: &Host, command: Command, names: &Names, answer: &mut Answer) -> Result<()> {
    let traffic = host.traffic_control()?;
    let mut shown = Vec::new();
    let asked = match command {
        Command::Change { request, .. } => {
            let told = traffic.request(&request, false)?;
            answer.remarks.extend(told.note.and_then(|note| note.message));
            return Ok(());
        }
        Command::Get { request, asked, .. } => {
            let told = traffic.request(&request, false)?;
            answer.remarks.extend(told.note.and_then(|note| note.message));
            shown.extend(told.messages.into_iter().take(1));
            asked
        }
        Command::List { table, asked, .. } => {
            traffic.table(&table, &mut |message| {
                shown.push(message);
                Ok(())
            })?;
            asked
        }
        Command::Monitor => {
            return Err(Error::unsupported(OP).on("monitor").reason("a watch tells of changes"));
        }
    };
    answer.json = json(&shown, &asked, names);
    Ok(())
}

/// Messages as `tc -s -j` prints them.
fn json(messages: &[TcMessage], asked: &Asked, names: &Names) -> String {
    let name = |dev: &Netdev| match dev.index() {
        Ok(index) => names.known(index).map_or_else(|| format!("if{index}"), str::to_owned),
        Err(_) => dev.to_string(),
    };
    let mut show = Show::new(Style { json: true, stats: true, ..Style::default() }, &name);
    show.open_list(None);
    messages.iter().for_each(|message| show_message(message, asked, &mut show));
    show.close_list();
    show.take()
}

/// The link of this name; `if4` is the one with this number.
fn find(names: &Names, name: &str) -> Option<IfIndex> {
    let by_number = || {
        let index = IfIndex(name.strip_prefix("if")?.parse().ok()?);
        names.known(index).map(|_| index)
    };
    names.find(name).or_else(by_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn what_is_added_is_shown_and_what_is_wrong_is_told() {
        let host = Host::open("sim:bluefield3").unwrap();
        let link = host.inventory().unwrap().nics[0].uplink().unwrap().name.clone();
        let tc = |words: &str| run(&host, &words.replace("LINK", &link));
        tc("qdisc add dev LINK clsact").unwrap();
        tc("filter add dev LINK ingress protocol ip pref 7 flower dst_ip 10.0.0.0/8 action drop").unwrap();
        let shown = tc("filter show dev LINK ingress").unwrap().json;
        let list: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(list.as_array().unwrap().last().unwrap()["pref"], 7);
        assert!(shown.contains("\"stats\""), "{shown}");
        tc("filter del dev LINK ingress protocol ip pref 7").unwrap();
        assert_eq!(tc("qdisc add dev LINK clsact").unwrap_err().kind(), ErrorKind::AlreadyExists);
        for wrong in ["", "filter add dev nosuch ingress flower", "filter 'add", "class show", "monitor"] {
            tc(wrong).unwrap_err();
        }
    }
}
