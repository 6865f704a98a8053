//! What surrounds the screens.

mod about;
mod browser;
pub mod closing;
pub mod commands;
mod help;
pub mod hints;
mod menu;
mod notice_list;
pub mod notices;
pub mod sheet;
pub mod shortcuts;
pub mod state;
mod title;
pub mod top_bar;
