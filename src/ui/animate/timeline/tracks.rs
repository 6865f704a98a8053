//! Directions that change along the way, a lane each.

use egui::accesskit::{Action as Request, ActionData};
use egui::{
    Align, CursorIcon, EventFilter, Layout, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};

use super::axis::Axis;
use crate::latent::animation::{Track, TrackKey};
use crate::session::Change;
use crate::ui::action::Action;
use crate::ui::animate::motion::change;
use crate::ui::animate::state::AnimateState;
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::gestures::Control;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, Icon, Tip, leaves_arrows, leaves_space};

/// The lane goes from −3σ to 3σ.
const REACH: f32 = 3.0;
/// One press of an arrow key.
const STEP: f32 = 0.25;
/// How near the pointer must come to a key, in points.
const NEAR: f32 = 10.0;
const DOT: f32 = 4.5;
/// Numbers of the controls of tracks; other ones stand before them.
const FIRST: usize = 32;

/// A lane of the timeline.
struct Lane<'a> {
    track: &'a Track,
    place: usize,
    axis: Axis,
    rect: Rect,
    /// How long the animation is, and whether it begins anew then.
    seconds: f64,
    period: Option<f64>,
    /// When the picture on show is shown.
    now: f64,
}

pub fn show(
    ui: &mut Ui,
    state: &AnimateState,
    place: usize,
    (axis, rect): (Axis, Rect),
    actions: &mut Vec<Action>,
) {
    let animation = state.project.animation();
    let Some(track) = animation.tracks.get(place) else {
        return;
    };
    let seconds = animation.seconds();
    let ends = axis.x(0.0)..=axis.x(seconds);
    let lane = Lane {
        track,
        place,
        axis,
        rect: Rect::from_x_y_ranges(ends, rect.y_range()).shrink2(vec2(0.0, 3.0)),
        seconds,
        period: animation.closed.then_some(seconds),
        now: animation.time_of(state.player.frame(animation)),
    };
    let (name, id) = (&track.direction.name, ui.scope_id().with(("track", place)));
    let response = ui.interact(lane.rect, id, Sense::click_and_drag());
    lane.describe(ui, &response);
    leaves_arrows(&response);
    leaves_space(&response);
    lane.pointed(&response, actions);
    lane.stepped(ui, &response, actions);
    lane.paint(ui, &response);
    lane.remove(ui, actions);
    let about = format!(
        "{name}, in σ over time, added to the way between keys. Press to put in a key or to drag one; double-click one to take it out."
    );
    response
        .tip(with_keys(&about, &[Place::Track]))
        .on_hover_cursor(CursorIcon::Crosshair);
}

impl Lane<'_> {
    fn control(&self) -> Option<Control> {
        Some(Control::Animation(FIRST + self.place))
    }

    fn y(&self, value: f32) -> f32 {
        let half = self.rect.height() / 2.0 - DOT - 1.0;
        self.rect.center().y - (value / REACH).clamp(-1.0, 1.0) * half
    }

    fn value(&self, y: f32) -> f32 {
        let half = self.rect.height() / 2.0 - DOT - 1.0;
        let value = (self.rect.center().y - y) / half * REACH;
        // To a twentieth of σ: nobody sees less.
        (value.clamp(-REACH, REACH) * 20.0).round() / 20.0
    }

    fn now(&self) -> f32 {
        self.track.value(self.now, self.period)
    }

    fn dot(&self, key: &TrackKey) -> Pos2 {
        pos2(self.axis.x(f64::from(key.at)), self.y(key.value))
    }

    /// The key that is near a point.
    fn near(&self, at: Pos2) -> Option<usize> {
        let keys = self.track.keys.iter();
        keys.map(|key| self.dot(key).distance(at))
            .enumerate()
            .filter(|(_, distance)| *distance < NEAR)
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(place, _)| place)
    }

    /// The key at the time of the picture on show.
    fn here(&self) -> Option<usize> {
        let near = |key: &TrackKey| (f64::from(key.at) - self.now).abs() < 0.02;
        self.track.keys.iter().position(near)
    }

    fn key_at(&self, at: Pos2) -> TrackKey {
        TrackKey {
            at: self.axis.seconds(at.x).clamp(0.0, self.seconds) as f32,
            value: self.value(at.y),
        }
    }

    /// What the pointer does: a press puts a key in, a drag moves one, a double click takes one out.
    fn pointed(&self, response: &Response, actions: &mut Vec<Action>) {
        let grip = response.id.with("grip");
        let Some(at) = response.interact_pointer_pos() else {
            response.ctx.data_mut(|data| data.remove::<usize>(grip));
            return;
        };
        if response.clicked() || response.drag_started() {
            response.request_focus();
        }
        if response.double_clicked() {
            if let Some(near) = self.near(at) {
                change(actions, Change::RemoveTrackKey(self.place, near), None);
            }
            return;
        }
        if response.drag_started() {
            // The drag is noticed some pixels after it began.
            let origin = response.ctx.input(|input| input.pointer.press_origin());
            match self.near(origin.unwrap_or(at)) {
                Some(near) => {
                    response.ctx.data_mut(|data| data.insert_temp(grip, near));
                }
                None => self.put(self.key_at(at), actions),
            }
        } else if response.clicked() && self.near(at).is_none() {
            self.put(self.key_at(at), actions);
        }
        let gripped: Option<usize> = response.ctx.data(|data| data.get_temp(grip));
        match gripped {
            Some(key) if response.dragged() => {
                let moved = Change::MoveTrackKey(self.place, key, self.key_at(at));
                change(actions, moved, self.control());
            }
            None if response.dragged() && !response.drag_started() => {
                // The key that this drag has put in.
                let put = self.near(at).or_else(|| self.near_in_time(at));
                if let Some(key) = put {
                    response.ctx.data_mut(|data| data.insert_temp(grip, key));
                }
            }
            _ => {}
        }
    }

    fn near_in_time(&self, at: Pos2) -> Option<usize> {
        let keys = self.track.keys.iter();
        let far = |key: &TrackKey| (self.dot(key).x - at.x).abs();
        let nearest = keys
            .enumerate()
            .min_by(|a, b| far(a.1).total_cmp(&far(b.1)))?;
        (far(nearest.1) < 3.0 * NEAR).then_some(nearest.0)
    }

    fn put(&self, key: TrackKey, actions: &mut Vec<Action>) {
        change(actions, Change::TrackKey(self.place, key), self.control());
    }

    /// What keys and screen readers ask for: another value at the time on show.
    fn stepped(&self, ui: &Ui, response: &Response, actions: &mut Vec<Action>) {
        let mut value = self.now();
        if response.has_focus() {
            let filter = EventFilter {
                horizontal_arrows: true,
                vertical_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
            value -= STEP * Command::StepTrack.arrows(ui).y;
            if Command::DropTrackKey.pressed(ui)
                && let Some(here) = self.here()
            {
                change(actions, Change::RemoveTrackKey(self.place, here), None);
                return;
            }
        }
        ui.input(|input| {
            let count = |request| input.num_accesskit_action_requests(response.id, request) as f32;
            value += (count(Request::Increment) - count(Request::Decrement)) * STEP;
            for request in input.accesskit_action_requests(response.id, Request::SetValue) {
                if let Some(ActionData::NumericValue(to)) = request.data {
                    value = to as f32;
                }
            }
        });
        if value == self.now() {
            return;
        }
        let changed = match self.here() {
            Some(here) => {
                let at = self.track.keys.get(here).map_or(0.0, |key| key.at);
                Change::MoveTrackKey(self.place, here, TrackKey { at, value })
            }
            None => {
                let at = self.now as f32;
                Change::TrackKey(self.place, TrackKey { at, value })
            }
        };
        change(actions, changed, self.control());
    }

    fn describe(&self, ui: &Ui, response: &Response) {
        response.widget_info(|| WidgetInfo {
            value: Some(f64::from(self.now())),
            ..WidgetInfo::labeled(
                Role::Slider,
                ui.is_enabled(),
                format!("Track {}", self.track.direction.name),
            )
        });
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_min_numeric_value(f64::from(-REACH));
            node.set_max_numeric_value(f64::from(REACH));
            node.set_numeric_value_step(f64::from(STEP));
            for request in [Request::SetValue, Request::Increment, Request::Decrement] {
                node.add_action(request);
            }
        });
    }

    fn paint(&self, ui: &Ui, response: &Response) {
        let palette = palette(ui);
        let painter = ui
            .painter()
            .with_clip_rect(self.rect.expand(3.0).intersect(ui.clip_rect()));
        painter.rect_filled(self.rect, theme::TILE_RADIUS, palette.raised);
        let middle = self.rect.center().y;
        painter.hline(self.rect.x_range(), middle, Stroke::new(1.0, palette.line));
        let width = self.rect.width();
        let parts = (width / 4.0).clamp(2.0, 600.0) as usize;
        let points = (0..=parts).map(|part| {
            // Just short of the end, where a loop would begin anew.
            let share = (part as f64 / parts as f64).min(1.0 - 1e-9);
            let value = self.track.value(share * self.seconds, self.period);
            pos2(self.rect.left() + share as f32 * width, self.y(value))
        });
        if !self.track.keys.is_empty() {
            let stroke = Stroke::new(1.5, palette.violet);
            painter.add(Shape::line(points.collect(), stroke));
        }
        let pointer = response.hover_pos().and_then(|at| self.near(at));
        for (place, key) in self.track.keys.iter().enumerate() {
            let hot = pointer == Some(place) || self.here() == Some(place);
            let radius = if hot { DOT + 1.5 } else { DOT };
            painter.circle_filled(self.dot(key), radius, palette.violet);
            painter.circle_stroke(self.dot(key), radius, Stroke::new(1.5, palette.panel));
        }
        // It stays in sight when the timeline is scrolled.
        let left = self.rect.left().max(ui.clip_rect().left()) + theme::GAP;
        let at = pos2(left, self.rect.top() + 3.0);
        let text = format!("{}  {:+.2} σ", self.track.direction.name, self.now());
        let galley = painter.layout_no_wrap(text.replace('-', "−"), theme::small(), palette.text);
        let ground = Rect::from_min_size(at, galley.size()).expand2(vec2(4.0, 1.0));
        painter.rect_filled(ground, 3.0, palette.raised.gamma_multiply(0.85));
        painter.galley(at, galley, palette.text);
        if self.track.keys.is_empty() {
            let hint = "Press to put in a key".to_owned();
            let galley = painter.layout_no_wrap(hint, theme::small(), palette.muted);
            let text = Rect::from_center_size(self.rect.center(), galley.size());
            painter.rect_filled(text.expand2(vec2(8.0, 0.0)), 0.0, palette.raised);
            painter.galley(text.min, galley, palette.muted);
        }
        if response.has_focus() {
            let stroke = Stroke::new(1.5, palette.accent);
            let around = self.rect.expand(2.0);
            painter.rect_stroke(
                around,
                theme::TILE_RADIUS + 2.0,
                stroke,
                egui::StrokeKind::Inside,
            );
        }
    }

    fn remove(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let right = self.rect.right().min(ui.clip_rect().right());
        let corner = pos2(right - 30.0, self.rect.top() + 2.0);
        let place = Rect::from_min_size(corner, vec2(28.0, theme::CONTROL_SMALL));
        let row = UiBuilder::new()
            .max_rect(place)
            .id_salt(("remove track", self.place))
            .layout(Layout::right_to_left(Align::Center));
        ui.scope_builder(row, |ui| {
            let name = format!("Remove the track {}", self.track.direction.name);
            let button = Button::icon_only(Icon::Close, &name).small();
            if ui
                .add(button.tip("Let this direction be as it is all the way."))
                .clicked()
            {
                change(actions, Change::RemoveTrack(self.place), None);
            }
        });
    }
}
