//! Whole sources, good and bad, from bytes made here.

mod bad;
mod make;
mod mutated;
mod pictures;
mod sources;
