//! Keys, the way between them and tracks, in time.

mod axis;
mod head;
mod keys;
mod ruler;
mod tracks;

use egui::{Context, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};

use crate::ui::action::Action;
use crate::ui::animate::state::AnimateState;
use crate::ui::explore::explorer::Explorer;
use crate::ui::theme;
use axis::Axis;

/// Heights of the heading, the ruler, the keys with their names, and a track.
const HEAD: f32 = 44.0;
const RULER: f32 = 24.0;
const KEYS: f32 = 106.0;
const TRACK: f32 = 44.0;
/// Tracks that are seen at once, and the share of the window that the timeline takes for them at most.
const SEEN: usize = 4;
const SHARE: f32 = 0.46;
/// Left and right of the timeline.
const MARGIN: f32 = 20.0;

/// Height of the timeline.
pub fn height(state: &AnimateState, ctx: &Context) -> f32 {
    let animation = state.project.animation();
    if animation.keys.is_empty() {
        return HEAD;
    }
    let tracks = animation.tracks.len().min(SEEN) as f32;
    let most = SHARE * ctx.content_rect().height();
    let least = HEAD + RULER + KEYS + theme::GAP;
    (least + tracks * TRACK).min(most.max(least))
}

pub fn show(ui: &mut Ui, state: &AnimateState, explorer: &Explorer, actions: &mut Vec<Action>) {
    let whole = ui.max_rect();
    let head = Rect::from_min_size(whole.min, vec2(whole.width(), HEAD));
    let inner = head.shrink2(vec2(MARGIN, 0.0));
    ui.scope_builder(UiBuilder::new().max_rect(inner), |ui| {
        head::show(ui, state, explorer, actions);
    });
    let animation = state.project.animation();
    if animation.keys.is_empty() {
        return;
    }
    let body = Rect::from_min_max(pos2(whole.left(), head.bottom()), whole.max);
    ui.scope_builder(UiBuilder::new().max_rect(body), |ui| {
        ScrollArea::both().auto_shrink(false).show(ui, |ui| {
            let axis = Axis::new(animation, body.width() - 2.0 * MARGIN);
            let tracks = TRACK * animation.tracks.len() as f32;
            let size = vec2(axis.width + 2.0 * MARGIN, RULER + KEYS + tracks);
            let (all, _) = ui.allocate_exact_size(size, Sense::hover());
            let axis = axis.at(all.left() + MARGIN);
            let part = |top: f32, height: f32| {
                let corner = pos2(all.left(), all.top() + top);
                Rect::from_min_size(corner, vec2(all.width(), height))
            };
            ruler::show(ui, state, (axis, part(0.0, RULER)), actions);
            keys::show(ui, state, explorer, (axis, part(RULER, KEYS)), actions);
            for place in 0..animation.tracks.len() {
                let top = RULER + KEYS + TRACK * place as f32;
                tracks::show(ui, state, place, (axis, part(top, TRACK)), actions);
            }
            ruler::playhead(ui, state, axis, all);
        });
    });
}
