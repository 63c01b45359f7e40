//! The real `snicctl` on simulated machines.
//!
//! A new task to show and check is a file in `tests/scenarios/`, with rule files in `tests/rules/`; how commands fail
//! is checked in `errors.rs`, that the papers for users are right in `documents.rs`, that they make a book in `book.rs`, what those leave that are killed in `killed.rs`, help, formats and shells in
//! `surroundings.rs`, the tasks of examples/ in `tasks.rs`, what takes the place of tc in `tc_face.rs`, what is drawn of copies of device trees in `trees.rs`.

mod book;
mod capability_doc;
mod documents;
mod errors;
mod killed;
mod machine;
mod packaging;
mod scenarios;
mod surroundings;
mod tasks;
mod tc_face;
mod trees;
