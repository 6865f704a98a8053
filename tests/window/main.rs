//! The window: its screens by the names that a screen reader says, and real ones on a display of their own.

// Helpers of tests stop where something unexpected is; clippy knows only test functions by itself.
#![allow(clippy::unwrap_used)]

mod access;
mod animate;
mod atspi;
mod basics;
mod browser;
mod curves;
mod data;
mod directions;
mod display;
mod explore;
mod faces;
mod frame;
mod gestures;
mod import;
mod journey;
mod kit;
mod layouts;
mod models;
mod photo_paint;
mod pull;
mod runs;
mod stills;
mod tab_order;
mod time_cursor;
mod tips;
mod tooltips;
mod train;
mod walk;
mod zoom;
