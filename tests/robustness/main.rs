//! What must not break, be lost or stay silent: each test is a fault that a user or an attacker met.

// Helpers of tests stop where something unexpected is; clippy knows only test functions by itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../program/common/mod.rs"]
mod common;
#[path = "../window/kit/mod.rs"]
mod kit;

mod command_line;
mod data;
mod foreign;
mod labels;
mod model;
mod run;
mod wide;
mod window;
