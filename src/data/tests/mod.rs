//! Whole sources, good and bad, from bytes made here.

mod bad;
mod cut;
pub mod make;
mod mutated;
mod pictures;
mod sources;
