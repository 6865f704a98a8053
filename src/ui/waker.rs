//! What it means to wake the window: it draws another frame.

use std::time::Duration;

use egui::Context;

use crate::worker::Waker;

pub fn waker(ctx: &Context) -> Waker {
    waker_within(ctx, Duration::ZERO)
}

/// For a worker that wakes more often than frames are worth drawing.
pub fn waker_within(ctx: &Context, delay: Duration) -> Waker {
    let ctx = ctx.clone();
    Waker::new(move || ctx.request_repaint_after(delay))
}
