//! What surrounds the screens.

mod about;
pub mod closing;
pub mod commands;
mod help;
mod menu;
pub mod notices;
pub mod sheet;
pub mod shortcuts;
pub mod state;
pub mod top_bar;
