//! Everything that is printed: tables for people, JSON and YAML for programs, tc lines for tc.

pub(crate) mod adapter;
pub(crate) mod bridge;
pub(crate) mod causes;
mod color;
mod data;
pub(crate) mod devlink;
mod error;
pub(crate) mod ethtool;
mod fmsg;
mod fold;
pub(crate) mod link_settings;
pub(crate) mod report;
mod table;
pub(crate) mod tc;
mod time;
pub(crate) mod topology;
pub(crate) mod vf;

use clap::ValueEnum;

pub(crate) use color::{ColorWhen, Paint, Style};
pub(crate) use data::{Pairs, json, yaml};
pub(crate) use error::{print_error, print_warning};
pub(crate) use fmsg::fmsg;
pub(crate) use table::{Align, Cell, Table};
pub(crate) use time::utc;

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    // Aligned columns, for people.
    Table,
    // JSON, in the shape of devlink -j and tc -j where they have one.
    Json,
    // The same data in YAML; rules as a document that flow apply reads.
    Yaml,
    // Rules as lines that tc -batch reads.
    Tc,
    // The topology in Graphviz's language.
    Dot,
}
