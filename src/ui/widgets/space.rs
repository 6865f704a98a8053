//! Who has a use for the space bar.

use egui::{Context, Id, Response};

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

/// Whether Space is free: no button has the keyboard, and no text is being typed.
pub fn space_is_free(ctx: &Context) -> bool {
    let focused = ctx.memory(|memory| memory.focused());
    let left: Option<Id> = ctx.data(|data| data.get_temp(place()));
    !ctx.text_edit_focused() && (focused.is_none() || focused == left)
}
