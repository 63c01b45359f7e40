//! The suite on simulated NICs, what shows that it can fail, both faces held against each other, and faults.

mod bridges;
mod cycles;
mod dcb;
mod ethtool;
mod ethtool_rest;
mod faces;
mod faults;
mod journal;
mod killed;
mod liar;
mod mortal;
mod mortal_kernel;
mod notices;
mod operations;
mod predictions;
mod rival;
mod roce;
mod same;
mod saved;
mod sim;
mod switches;
mod upkeep;
mod verbs;
