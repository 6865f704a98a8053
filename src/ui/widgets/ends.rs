//! Things at both ends of a line or of a panel, drawn in the order in which one reads them.

use egui::{Align, Id, Layout, Rect, Ui, UiBuilder, pos2};

/// Draws `right` at the right end of the line, as wide as it needs to be, and before it `left` with the room that is
/// left: in this order, in which the keyboard then goes through them. A layout from right to left turns it round.
pub fn ends(ui: &mut Ui, left: impl FnOnce(&mut Ui), right: impl FnOnce(&mut Ui)) {
    let line = Ends::of(ui);
    line.left(ui, left);
    line.right(ui, right);
}

/// The same one after the other, for ends that change the same things.
pub struct Ends {
    id: Id,
    space: Rect,
    known: Option<f32>,
    gap: f32,
}

impl Ends {
    /// Of what is left of the line of `ui`.
    pub fn of(ui: &Ui) -> Self {
        let id: Id = ui.next_auto_id().with("right end");
        Self {
            id,
            space: ui.available_rect_before_wrap(),
            known: ui.data(|data| data.get_temp(id)),
            gap: ui.spacing().item_spacing.x,
        }
    }

    fn middle(&self) -> f32 {
        self.space.right() - self.known.unwrap_or(0.0)
    }

    pub fn left(&self, ui: &mut Ui, draw: impl FnOnce(&mut Ui)) {
        let corner = pos2(self.middle() - self.gap, self.space.bottom());
        draw_in(ui, Rect::from_min_max(self.space.min, corner), draw);
    }

    pub fn right(&self, ui: &mut Ui, draw: impl FnOnce(&mut Ui)) {
        let corner = pos2(self.middle(), self.space.top());
        let drawn = draw_in(ui, Rect::from_min_max(corner, self.space.max), draw);
        // It stands at the end once its width is known: in this very frame.
        let width = drawn.width();
        if self.known != Some(width) {
            ui.data_mut(|data| data.insert_temp(self.id, width));
            ui.ctx().request_discard("width of the right end");
        }
    }
}

fn draw_in(ui: &mut Ui, place: Rect, draw: impl FnOnce(&mut Ui)) -> Rect {
    let row = Layout::left_to_right(Align::Center);
    let place = UiBuilder::new().max_rect(place).layout(row);
    ui.scope_builder(place, draw).response.rect
}

/// The lower end of a panel, as high as what stands there needs, drawn after what is above it.
pub struct Foot {
    id: Id,
    space: Rect,
    known: Option<f32>,
}

impl Foot {
    /// Of what is left of `ui`.
    pub fn of(ui: &Ui, name: &'static str) -> Self {
        let id = Id::unique(name);
        Self {
            id,
            space: ui.available_rect_before_wrap(),
            known: ui.data(|data| data.get_temp(id)),
        }
    }

    /// Draws what is above it.
    pub fn above<R>(&self, ui: &mut Ui, draw: impl FnOnce(&mut Ui) -> R) -> R {
        let edge = self.space.bottom() - self.known.unwrap_or(0.0);
        let room = self.space.with_max_y(edge.max(self.space.top()));
        ui.scope_builder(UiBuilder::new().max_rect(room), draw)
            .inner
    }

    /// Draws what stands there.
    pub fn show(self, ui: &mut Ui, draw: impl FnOnce(&mut Ui)) {
        let edge = self.space.bottom() - self.known.unwrap_or(0.0);
        let room = self.space.with_min_y(edge);
        let drawn = ui.scope_builder(UiBuilder::new().max_rect(room), draw);
        let height = drawn.response.rect.height();
        if self.known != Some(height) {
            ui.data_mut(|data| data.insert_temp(self.id, height));
            ui.ctx().request_discard("height of a foot");
        }
    }
}
