//! Seconds, the part that is played, and where it is played now.

use egui::{
    Align2, Color32, CursorIcon, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::axis::Axis;
use crate::ui::action::Action;
use crate::ui::animate::action::AnimateAction;
use crate::ui::animate::state::AnimateState;
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Tip, leaves_arrows, leaves_space};

/// Marks without a name between two with one.
const PARTS: usize = 5;

/// Draws the ruler, and shows the picture that is pressed.
pub fn show(
    ui: &mut Ui,
    state: &AnimateState,
    (axis, rect): (Axis, Rect),
    actions: &mut Vec<Action>,
) {
    let animation = state.project.animation();
    let id = ui.scope_id().with("playhead");
    let response = ui.interact(rect, id, Sense::click_and_drag());
    let frame = state.player.frame(animation);
    response.widget_info(|| WidgetInfo {
        value: Some(animation.time_of(frame)),
        ..WidgetInfo::labeled(Role::Slider, ui.is_enabled(), "Playhead")
    });
    leaves_arrows(&response);
    leaves_space(&response);
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    if (response.dragged() || response.clicked())
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let wanted = animation.frame_at(axis.seconds(pointer.x));
        if wanted != frame {
            actions.push(Action::Animate(AnimateAction::Frame(wanted)));
        }
    }
    paint(ui, state, axis, rect);
    let keys: Vec<&str> = [Command::RangeStart, Command::RangeEnd, Command::WholeRange]
        .map(Command::tip)
        .to_vec();
    let about = format!("Press to look at a picture.\n{}", keys.join("\n"));
    response
        .tip(with_keys(&about, &[Place::Slider]))
        .on_hover_cursor(CursorIcon::ResizeHorizontal);
}

fn paint(ui: &Ui, state: &AnimateState, axis: Axis, rect: Rect) {
    let animation = state.project.animation();
    let palette = palette(ui);
    let painter = ui.painter();
    let seconds = animation.seconds();
    let line = rect.bottom() - 2.0;
    let from_to = axis.x(0.0)..=axis.x(seconds);
    painter.hline(from_to, line, Stroke::new(1.0, palette.line));
    if state.player.has_range() {
        let (from, to) = state.player.range(animation);
        let ends = [
            axis.x(animation.time_of(from)),
            axis.x(animation.time_of(to)),
        ];
        let part = Rect::from_x_y_ranges(ends[0]..=ends[1], rect.top() + 2.0..=line);
        painter.rect_filled(part, 2.0, palette.accent.gamma_multiply(0.16));
        for x in ends {
            let ends = rect.top() + 2.0..=line;
            painter.vline(x, ends, Stroke::new(2.0, palette.accent));
        }
    }
    let step = axis.step();
    let small = step / PARTS as f64;
    let count = (seconds / small + 1e-6) as usize;
    let seen = ui.clip_rect().x_range();
    for mark in 0..=count {
        let x = axis.x(mark as f64 * small);
        if !seen.expand(40.0).contains(x) {
            continue;
        }
        let named = mark.is_multiple_of(PARTS);
        let height = if named { 6.0 } else { 3.0 };
        let colour = if named { palette.muted } else { palette.line };
        painter.vline(x, line - height..=line, Stroke::new(1.0, colour));
        if named {
            let time = mark as f64 * small;
            let text = if step < 1.0 {
                format!("{time:.1}")
            } else {
                format!("{time:.0} s")
            };
            let at = pos2(x, line - 7.0);
            painter.text(
                at,
                Align2::CENTER_BOTTOM,
                text,
                theme::small(),
                palette.muted,
            );
        }
    }
}

/// A line through all that happens now.
pub fn playhead(ui: &Ui, state: &AnimateState, axis: Axis, all: Rect) {
    let animation = state.project.animation();
    let x = axis.x(animation.time_of(state.player.frame(animation)));
    let palette = palette(ui);
    let painter = ui.painter();
    let ends = all.top() + 10.0..=all.bottom() - 4.0;
    painter.vline(
        x,
        ends.clone(),
        Stroke::new(4.0, Color32::from_black_alpha(50)),
    );
    painter.vline(x, ends, Stroke::new(1.5, palette.accent));
    let top = pos2(x, all.top() + 5.0);
    let corners = [
        vec2(-5.5, -3.0),
        vec2(5.5, -3.0),
        vec2(5.5, 3.0),
        vec2(0.0, 9.0),
        vec2(-5.5, 3.0),
    ];
    let corners = corners.iter().map(|corner| top + *corner).collect();
    painter.add(Shape::convex_polygon(corners, palette.accent, Stroke::NONE));
}
