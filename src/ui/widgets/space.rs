//! Who has a use for which key.

use egui::{Context, EventFilter, Id, Response};

/// Where the widget that has the keyboard and no use for Space is remembered.
fn place() -> Id {
    Id::unique("has no use for space")
}

/// Says that `response` has no use for Space while it has the keyboard.
pub fn leaves_space(response: &Response) {
    if response.has_focus() {
        let id = response.id;
        response.ctx.data_mut(|data| data.insert_temp(place(), id));
    }
}

/// Takes the arrow keys for `response` while it has the keyboard: else they would go to the next control.
pub fn keeps_arrows(response: &Response) {
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..EventFilter::default()
    };
    let id = response.id;
    response
        .ctx
        .memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
}

/// Where the widget that has the keyboard and no use for arrows to the sides is remembered.
fn sideways() -> Id {
    Id::unique("has no use for ways to the sides")
}

/// Says that `response` has no use for arrows to the sides while it has the keyboard, and stays where it is.
pub fn leaves_arrows(response: &Response) {
    if response.has_focus() {
        let id = response.id;
        response
            .ctx
            .data_mut(|data| data.insert_temp(sideways(), id));
        keeps_arrows(response);
    }
}

/// Whether arrows to the sides are free: no control has the keyboard that goes by them.
pub fn arrows_are_free(ctx: &Context) -> bool {
    let focused = ctx.memory(|memory| memory.focused());
    let left: Option<Id> = ctx.data(|data| data.get_temp(sideways()));
    focused.is_none() || focused == left
}

/// Whether Space is free: no button has the keyboard, and no text is being typed.
pub fn space_is_free(ctx: &Context) -> bool {
    let focused = ctx.memory(|memory| memory.focused());
    let left: Option<Id> = ctx.data(|data| data.get_temp(place()));
    !ctx.text_edit_focused() && (focused.is_none() || focused == left)
}
