//! The face that is pulled at, with the hand, the pins and what is kept.

use egui::{
    Color32, PointerButton, Pos2, Rect, Role, Sense, Stroke as Line, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};

use super::Puller;
use crate::gan::drag::Place;
use crate::ui::action::Action;
use crate::ui::explore::action::{ExploreAction, PullAction};
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::view::View;
use crate::ui::explore::zoom::{Besides, Lens, hand, is_panned};
use crate::ui::explore::{menu, stage};
use crate::ui::frame::commands::{Command, Place as KeyPlace, with_keys};
use crate::ui::theme::palette;
use crate::ui::widgets::{Tip, focus_ring, keeps_arrows, leaves_space, stroke};

/// What is said of it before anything was done.
const HINT: &str = "Press on the face and pull.";
/// Radius of a pin and of the hand on the screen.
const DOT: f32 = 6.0;

/// Where the pixels of a face stand on the screen.
struct Grid {
    /// All of the face, also what is out of sight.
    rect: Rect,
    seen: Rect,
    /// Points of the screen a pixel.
    scale: f32,
}

impl Grid {
    fn place(&self, at: Pos2) -> Place {
        let [x, y] = ((at - self.rect.min) / self.scale).into();
        [x - 0.5, y - 0.5]
    }

    fn pos(&self, [x, y]: Place) -> Pos2 {
        self.rect.min + self.scale * vec2(x + 0.5, y + 0.5)
    }
}

/// Draws the face into the middle of `area`.
pub fn show(
    ui: &mut Ui,
    state: &ExploreState,
    explorer: &Explorer,
    area: Rect,
    actions: &mut Vec<Action>,
) {
    let puller = &state.controls.puller;
    let side = explorer.faces.sheet(View::Face).tile();
    let lens = Lens::new(ui, &state.controls.zoom, area, side);
    let grid = Grid {
        rect: lens.face,
        seen: lens.seen,
        scale: lens.scale(),
    };
    stage::large(ui, state, explorer, &lens, Sense::hover());
    let response = ui.interact(
        lens.seen,
        ui.scope_id().with("pull"),
        Sense::click_and_drag(),
    );
    let said = match puller.is_held() {
        true => "Face to pull at, held",
        false => "Face to pull at",
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, said));
    let (mut wanted, mut zoomed) = (Vec::new(), Vec::new());
    let of = (&response, Besides::Drags);
    hand(ui, &state.controls.zoom, &lens, of, &mut zoomed);
    if !is_panned(ui) {
        pointer(ui, puller, &response, &grid, &mut wanted);
    }
    leaves_space(&response);
    if response.has_focus() {
        keeps_arrows(&response);
        if let Some(now) = keys(ui, puller, side, &mut wanted) {
            zoomed.extend(lens.show(grid.pos(now)));
        }
    }
    actions.extend(zoomed.into_iter().map(stage::zoom_by));
    let action = |what| Action::Explore(ExploreAction::Pull(what));
    actions.extend(wanted.into_iter().map(action));
    paint(ui, puller, &grid, (side, response.has_focus()));
    focus_ring(ui, &response, lens.seen.shrink(2.0));
    if puller.is_free() && !puller.is_pulling() && !state.controls.comparing {
        stage::tag(ui, lens.seen, HINT);
    }
    menu::of_face(&response, &explorer.state.pose().current, actions);
    let about = "Press on the face and pull: what is under the pointer comes along, and the face keeps its character as far as the model can. A click with Shift held pins a place, a stroke with Ctrl held keeps an area as it is.";
    response.tip(with_keys(about, &[KeyPlace::PulledFace]));
}

fn pointer(
    ui: &Ui,
    puller: &Puller,
    response: &egui::Response,
    grid: &Grid,
    wanted: &mut Vec<PullAction>,
) {
    let started = response.drag_started_by(PointerButton::Primary);
    if started || response.clicked() {
        response.request_focus();
    }
    let modifiers = ui.input(|input| input.modifiers);
    if modifiers.command && !puller.is_held() {
        if let Some((from, to)) = stroke(ui, response) {
            wanted.push(PullAction::Keep(grid.place(from), grid.place(to)));
        }
        return;
    }
    let at = response.interact_pointer_pos();
    if modifiers.shift && !puller.is_held() {
        if let Some(at) = at.filter(|_| response.clicked()) {
            wanted.push(PullAction::Pin(grid.place(at)));
        }
        return;
    }
    if started {
        // The drag is noticed some pixels after it began.
        let begun = ui.input(|input| input.pointer.press_origin()).or(at);
        wanted.extend(begun.map(|at| PullAction::Take(grid.place(at))));
    }
    if let Some(at) = at.filter(|_| response.dragged_by(PointerButton::Primary)) {
        let moved = ui.input(|input| input.pointer.delta()) != Vec2::ZERO;
        if moved || started {
            wanted.push(PullAction::To(grid.place(at)));
        }
    }
    if response.drag_stopped() {
        wanted.push(PullAction::LetGo);
    }
}

/// What keys do with the hand; gives where they have moved it to.
fn keys(ui: &Ui, puller: &Puller, side: usize, wanted: &mut Vec<PullAction>) -> Option<Place> {
    let before = puller.cursor(side);
    let way = 8.0 * Command::MoveHandFar.arrows(ui) + Command::MoveHand.arrows(ui);
    let now = [before[0] + way.x, before[1] + way.y];
    if way != Vec2::ZERO {
        wanted.push(PullAction::Cursor(now));
        if puller.is_held() {
            wanted.push(PullAction::To(now));
        }
    }
    if Command::TakeHold.pressed(ui) {
        wanted.push(match puller.is_held() {
            true => PullAction::LetGo,
            false => PullAction::Take(now),
        });
    }
    if Command::PinHere.pressed(ui) {
        wanted.push(PullAction::Pin(now));
    }
    if Command::KeepHere.pressed(ui) {
        wanted.push(PullAction::Keep(now, now));
    }
    if Command::FreeAll.pressed(ui) {
        wanted.push(PullAction::Free);
    }
    (way != Vec2::ZERO).then_some(now)
}

fn paint(ui: &Ui, puller: &Puller, grid: &Grid, (side, has_focus): (usize, bool)) {
    let accent = palette(ui).accent;
    let painter = ui.painter().with_clip_rect(grid.seen);
    let veil = accent.gamma_multiply(0.35);
    for row in kept_runs(puller.fitting_mask(side), side) {
        let (y, from, to) = row;
        let corner = |x: usize, y: usize| grid.rect.min + grid.scale * vec2(x as f32, y as f32);
        let rect = Rect::from_min_max(corner(from, y), corner(to, y + 1));
        painter.rect_filled(rect, 0.0, veil);
    }
    let ring = |at: Pos2, radius: f32, colour: Color32| {
        painter.circle_stroke(at, radius, Line::new(4.0, Color32::from_black_alpha(110)));
        painter.circle_stroke(at, radius, Line::new(2.0, colour));
    };
    for &pin in &puller.pins {
        let at = grid.pos(pin);
        painter.circle_filled(at, DOT, Color32::from_black_alpha(110));
        painter.circle_filled(at, DOT - 2.0, Color32::WHITE);
    }
    if let (Some(handle), Some(goal)) = (puller.handle, puller.goal) {
        let (handle, goal) = (grid.pos(handle), grid.pos(goal));
        let line = [handle, goal];
        painter.line_segment(line, Line::new(4.0, Color32::from_black_alpha(110)));
        painter.line_segment(line, Line::new(2.0, accent));
        painter.circle_filled(goal, DOT - 2.0, accent);
        ring(handle, DOT, Color32::WHITE);
    } else if has_focus {
        let [x, y] = puller.cursor(side);
        let at = grid.pos([x, y]);
        for arm in [vec2(DOT + 3.0, 0.0), vec2(0.0, DOT + 3.0)] {
            let line = [pos2(at.x - arm.x, at.y - arm.y), at + arm];
            painter.line_segment(line, Line::new(4.0, Color32::from_black_alpha(110)));
            painter.line_segment(line, Line::new(2.0, accent));
        }
    }
}

/// Rows of kept pixels: y, and from which x to before which.
fn kept_runs(mask: &[f32], side: usize) -> Vec<(usize, usize, usize)> {
    let mut runs = Vec::new();
    for (y, row) in mask.chunks_exact(side.max(1)).enumerate() {
        let mut begun = None;
        for x in 0..=side {
            let kept = row.get(x).is_some_and(|kept| *kept >= 0.5);
            match (kept, begun) {
                (true, None) => begun = Some(x),
                (false, Some(from)) => {
                    runs.push((y, from, x));
                    begun = None;
                }
                _ => {}
            }
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_kept_pixels() {
        let mask = [0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0];
        assert_eq!(kept_runs(&mask, 3), [(0, 1, 3), (1, 0, 1), (1, 2, 3)]);
        assert_eq!(kept_runs(&[1.0; 4], 2), [(0, 0, 2), (1, 0, 2)]);
        assert!(kept_runs(&[], 3).is_empty());
    }
}
