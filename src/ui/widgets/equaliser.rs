//! Many numbers at a glance, each a bar that can be drawn with the mouse.

use std::collections::BTreeSet;

use egui::accesskit::{Action, ActionData};
use egui::{
    Pos2, Rect, Response, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, remap,
    remap_clamp, vec2,
};

use super::{focus_ring, keeps_arrows, leaves_space, stroke};
use crate::ui::frame::commands::Command;
use crate::ui::theme::{self, palette};

/// Values at the lower and upper end of a bar.
const REACH: f32 = 3.0;
/// Height of a row of bars.
const ROW: f32 = 58.0;
/// Height of the locks beneath.
const LOCKS: f32 = 12.0;
/// The narrowest bar that can still be hit.
const NARROWEST: f32 = 11.0;
/// One press of an arrow key; a tenth of it with Shift.
const STEP: f32 = 0.1;

pub struct Equaliser<'a> {
    pub values: &'a [f32],
    /// Numbers in the order in which they are shown.
    pub order: &'a [usize],
    /// Those that do not change.
    pub locked: &'a BTreeSet<usize>,
    /// How much each changes the picture, where that is known: the more, the stronger its colour.
    pub effects: Option<&'a [f32]>,
    /// The one that the keys move.
    pub cursor: usize,
}

/// What a person did.
#[derive(Debug, Default, PartialEq)]
pub struct EqualiserResponse {
    /// New values, drawn at a stroke.
    pub changes: Vec<(usize, f32)>,
    /// A typed or stepped value.
    pub typed: Option<(usize, f32)>,
    /// Another one for the keys.
    pub cursor: Option<usize>,
    /// A number to lock or to let go.
    pub lock: Option<(usize, bool)>,
}

impl Equaliser<'_> {
    /// Draws it into what is left of `ui`; rows that are out of sight are left out.
    pub fn show(&self, ui: &mut Ui) -> EqualiserResponse {
        let mut painted = EqualiserResponse::default();
        let width = ui.available_width() - theme::GAP;
        let fit = (width / NARROWEST).floor().max(1.0) as usize;
        // Rows of tens are easier to count.
        let across = if fit >= 10 { fit / 5 * 5 } else { fit };
        let across = across.min(self.order.len().max(1));
        let rows = self.order.len().div_ceil(across);
        ui.spacing_mut().item_spacing.y = theme::GAP;
        let whole = ScrollArea::vertical().auto_shrink(false).show_rows(
            ui,
            ROW + LOCKS,
            rows,
            |ui, seen| {
                for row in seen {
                    let (rect, _) =
                        ui.allocate_exact_size(vec2(width, ROW + LOCKS), Sense::hover());
                    self.row(ui, rect, row * across, across, &mut painted);
                }
            },
        );
        self.keys(ui, whole.inner_rect, across, &mut painted);
        painted
    }

    /// One row: bars that begin with the `first` of the order.
    fn row(
        &self,
        ui: &Ui,
        rect: Rect,
        first: usize,
        across: usize,
        painted: &mut EqualiserResponse,
    ) {
        let shown = &self.order[first..self.order.len().min(first + across)];
        let bars = rect.with_max_y(rect.bottom() - LOCKS);
        let width = rect.width() / across as f32;
        let id = ui.scope_id().with(("bars", first));
        let response = ui.interact(bars, id, Sense::click_and_drag());
        self.strokes(ui, &response, (bars, width), shown, painted);
        let lane = rect.with_min_y(bars.bottom());
        let locks = ui.interact(lane, id.with("locks"), Sense::click());
        if locks.clicked()
            && let Some(place) = at(shown, lane, width, locks.interact_pointer_pos())
        {
            painted.lock = Some((place, !self.locked.contains(&place)));
            painted.cursor = Some(place);
        }
        for (column, &place) in shown.iter().enumerate() {
            let left = rect.left() + column as f32 * width;
            let bar = Rect::from_min_max(pos2(left, bars.top()), pos2(left + width, bars.bottom()));
            self.bar(ui, bar, place);
        }
        let hovered = response.hover_pos().or(locks.hover_pos());
        if let Some(place) = at(shown, rect, width, hovered) {
            response.on_hover_text_at_pointer(self.words(place));
            locks.on_hover_text_at_pointer(format!(
                "Click to {} z {}.",
                if self.locked.contains(&place) {
                    "let go of"
                } else {
                    "lock"
                },
                place + 1
            ));
        }
    }

    /// Bars between the pointer's last place and its present one.
    fn strokes(
        &self,
        ui: &Ui,
        response: &Response,
        (bars, width): (Rect, f32),
        shown: &[usize],
        painted: &mut EqualiserResponse,
    ) {
        let Some((from, to)) = stroke(ui, response) else {
            return;
        };
        let column = |x: f32| ((x - bars.left()) / width).floor().max(0.0) as usize;
        let (low, high) = (column(from.x.min(to.x)), column(from.x.max(to.x)));
        for (place, &component) in shown.iter().enumerate().take(high + 1).skip(low) {
            let middle = bars.left() + (place as f32 + 0.5) * width;
            let y = if (to.x - from.x).abs() < width {
                to.y
            } else {
                remap_clamp(middle, from.x.min(to.x)..=from.x.max(to.x), ends(from, to))
            };
            let value = remap(y, bars.bottom()..=bars.top(), -REACH..=REACH);
            let value = value.clamp(-REACH, REACH);
            painted.changes.push((component, value));
        }
        painted.cursor = at(shown, bars, width, Some(to)).or(painted.cursor);
        if response.double_clicked() {
            painted.changes.iter_mut().for_each(|change| change.1 = 0.0);
        }
    }

    fn bar(&self, ui: &Ui, bar: Rect, place: usize) {
        let palette = palette(ui);
        let inner = bar.shrink2(vec2(1.0, 0.0));
        let locked = self.locked.contains(&place);
        ui.painter().rect_filled(inner, 1.0, palette.raised);
        let value = self.values.get(place).copied().unwrap_or(0.0);
        let y = remap_clamp(value, -REACH..=REACH, inner.bottom()..=inner.top());
        let zero = inner.center().y;
        let filled = Rect::from_x_y_ranges(inner.x_range(), y.min(zero)..=y.max(zero));
        let colour = if locked {
            palette.muted
        } else {
            palette.accent
        };
        let strength = self.strength(place);
        ui.painter()
            .rect_filled(filled, 1.0, colour.gamma_multiply(strength));
        ui.painter()
            .hline(inner.x_range(), y, Stroke::new(2.0, colour));
        if place == self.cursor {
            let mark =
                Rect::from_center_size(pos2(inner.center().x, inner.top() - 2.0), vec2(4.0, 2.0));
            ui.painter().rect_filled(mark, 1.0, palette.text);
        }
        let lock = pos2(bar.center().x, bar.bottom() + LOCKS / 2.0);
        if locked {
            let body = Rect::from_center_size(lock + vec2(0.0, 1.0), vec2(6.0, 5.0));
            ui.painter().rect_filled(body, 1.0, palette.text);
            ui.painter()
                .circle_stroke(lock - vec2(0.0, 2.0), 2.0, Stroke::new(1.0, palette.text));
        } else {
            ui.painter().circle_filled(lock, 1.0, palette.line);
        }
    }

    /// The more effect, the stronger the bar.
    fn strength(&self, place: usize) -> f32 {
        let Some(effects) = self.effects else {
            return 0.7;
        };
        let most = effects.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        let share = effects.get(place).copied().unwrap_or(0.0) / most;
        0.15 + 0.85 * share
    }

    fn words(&self, place: usize) -> String {
        let value = self.values.get(place).copied().unwrap_or(0.0);
        let mut words = format!("z {} is {value:.2}", place + 1);
        if let Some(effect) = self.effects.and_then(|effects| effects.get(place)) {
            words += &format!("; ±1 changes the picture by {effect:.1} of 255");
        }
        words
    }

    fn keys(&self, ui: &Ui, rect: Rect, across: usize, painted: &mut EqualiserResponse) {
        let id = ui.scope_id().with("equaliser");
        let response = ui.interact(rect, id, Sense::focusable_noninteractive());
        let value = self.values.get(self.cursor).copied().unwrap_or(0.0);
        let name = format!("z {}", self.cursor + 1);
        response.widget_info(|| WidgetInfo {
            value: Some(f64::from(value)),
            ..WidgetInfo::labeled(Role::Slider, ui.is_enabled(), &name)
        });
        ui.ctx()
            .accesskit_node_builder(id, |node| node.add_action(Action::SetValue));
        ui.input(|input| {
            for request in input.accesskit_action_requests(id, Action::SetValue) {
                if let Some(ActionData::NumericValue(to)) = request.data {
                    painted.typed = Some((self.cursor, to as f32));
                }
            }
        });
        focus_ring(ui, &response, rect.shrink(2.0));
        leaves_space(&response);
        // Who has pressed a bar goes on with the keys.
        if painted.cursor.is_some() {
            response.request_focus();
        }
        if response.has_focus() {
            keeps_arrows(&response);
            self.pressed(ui, (value, across), painted);
        }
    }

    fn pressed(&self, ui: &Ui, (value, across): (f32, usize), painted: &mut EqualiserResponse) {
        let now = self
            .order
            .iter()
            .position(|&place| place == self.cursor)
            .unwrap_or(0);
        let last = self.order.len().saturating_sub(1);
        let mut to = value - 0.1 * STEP * Command::StepNumberFinely.arrows(ui).y;
        to -= STEP * Command::StepNumber.arrows(ui).y;
        if Command::ZeroNumber.pressed(ui) {
            to = 0.0;
        }
        if Command::LockNumber.pressed(ui) {
            painted.lock = Some((self.cursor, !self.locked.contains(&self.cursor)));
        }
        let rows = across as f32 * Command::ChooseRow.arrows(ui).y;
        let by = Command::ChooseNumber.arrows(ui).x + rows;
        let go = now.saturating_add_signed(by as isize).min(last);
        if to != value {
            painted.typed = Some((self.cursor, to));
        }
        if go != now {
            painted.cursor = self.order.get(go).copied();
        }
    }
}

/// Heights of a stroke at the left and right of its ends.
fn ends(from: Pos2, to: Pos2) -> std::ops::RangeInclusive<f32> {
    if from.x < to.x {
        from.y..=to.y
    } else {
        to.y..=from.y
    }
}

/// The component under the pointer.
fn at(shown: &[usize], row: Rect, width: f32, pointer: Option<Pos2>) -> Option<usize> {
    let x = pointer?.x - row.left();
    (x >= 0.0).then(|| shown.get((x / width) as usize).copied())?
}
