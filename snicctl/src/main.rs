//! snicctl
fn main() {}
