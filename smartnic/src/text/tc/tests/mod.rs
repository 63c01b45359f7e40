//! Against tc itself (`corpus`), against itself (`random`), and against bad input (`malformed`).

mod corpus;
mod malformed;
mod parts;
mod print;
mod random;
mod random_action;
mod random_beside;
mod random_meta;
mod sent;

pub(in crate::text) use random::rule as random_rule;
