//! Posts and polls so many rounds, as `tests/verbs-cost/post.c` does: `post send|inline|write|chain|receive ROUNDS`.
//!
//! `cargo xtask bench verbs` runs both over a libibverbs whose device does nothing, which must be the one that is loaded.

use std::process::ExitCode;
use std::time::Instant;

use smartnic_core::backend::{QpConfig, Verbs};
use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{Access, Buffer, Completion, QpCapacity, ReceiveRequest, SendOp, SendRequest};
use smartnic_core::{Error, Result};
use smartnic_verbs::Library;

const CHAIN: usize = 16;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let rounds = words.get(1).and_then(|rounds| rounds.parse().ok());
    let (Some(what), Some(rounds)) = (words.first(), rounds) else { return ExitCode::from(2) };
    match run(what, rounds) {
        Ok(each) => {
            println!("{each:.3}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// How many nanoseconds a round took.
fn run(what: &str, rounds: u64) -> Result<f64> {
    let context = Library::load()?.open("stub0")?;
    let (pd, cq) = (context.alloc_pd()?, context.create_cq(64, None)?);
    let region = pd.register(&Buffer::new(4096), Access::LOCAL_WRITE | Access::REMOTE_WRITE)?;
    let capacity = QpCapacity { inline: 64, ..QpCapacity::default() };
    let (kind, send_cq, receive_cq) = (QpType::Rc, &cq, &cq);
    let config =
        QpConfig { kind, send_cq, receive_cq, srq: None, capacity, signal_all: false, batches: None };
    let qp = pd.create_qp(&config)?;
    let mut some = [Completion::default(); CHAIN];
    // What is posted is chosen before, as the C program does by its flags.
    let posted = match what {
        "send" | "inline" | "write" | "receive" => 1,
        "chain" => CHAIN,
        _ => return Err(Error::invalid("measure a post", "send, inline, write, chain or receive")),
    };
    let (is_receive, is_inline, is_write) = (what == "receive", what == "inline", what == "write");
    let bytes = [0; 64];
    let begun = Instant::now();
    for round in 0..rounds {
        let pieces = [region.sge(0, 64)?];
        if is_receive {
            qp.post_receive(&[ReceiveRequest { id: round, regions: &pieces }])?;
        } else if posted == CHAIN {
            qp.post_send(&[SendRequest::new(round, SendOp::Send, &pieces); CHAIN])?;
        } else if is_inline {
            qp.post_send(&[SendRequest::inline(round, SendOp::Send, &bytes)])?;
        } else {
            let op = if is_write { SendOp::Write(region.remote(0)) } else { SendOp::Send };
            qp.post_send(&[SendRequest::new(round, op, &pieces)])?;
        }
        let found = cq.poll(&mut some)?;
        if found != posted || !some[..found].iter().all(Completion::is_success) {
            return Err(Error::protocol("measure a post", "not all that was posted is done"));
        }
    }
    Ok(begun.elapsed().as_nanos() as f64 / rounds as f64)
}
