//! What surrounds the screens.

pub mod closing;
pub mod commands;
pub mod notices;
pub mod shortcuts;
pub mod top_bar;
