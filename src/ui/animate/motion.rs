//! How the faces move: the way between them, how fast, and how long it is.

use egui::{
    ComboBox, CursorIcon, DragValue, Pos2, Rect, Response, RichText, Sense, Shape, Stroke, Ui,
    pos2, vec2,
};

use super::action::AnimateAction;
use crate::latent::animation::{Easing, MOST_FPS, MotionPath};
use crate::session::Change;
use crate::ui::action::Action;
use crate::ui::animate::state::AnimateState;
use crate::ui::gestures::Control;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Tip, group, number, plain, row, whole};

/// Width of values.
pub const VALUE: f32 = 112.0;
/// Numbers that drags merge by.
const TRUNCATION: Control = Control::Animation(0);
const FPS: Control = Control::Animation(1);
const CURVE: Control = Control::Animation(2);
/// Of a key.
pub const HOLD: Control = Control::Animation(3);
pub const SECONDS: Control = Control::Animation(4);
pub const KEY_CURVE: Control = Control::Animation(5);

pub fn change(actions: &mut Vec<Action>, change: Change, control: Option<Control>) {
    actions.push(Action::Animate(AnimateAction::Change(change, control)));
}

pub fn show(ui: &mut Ui, state: &AnimateState, actions: &mut Vec<Action>) {
    let animation = state.project.animation();
    ui.label(RichText::new("Motion").font(theme::heading()));
    ui.add_space(2.0);
    path(ui, animation.path, actions);
    let about = "How fast the way between two keys is gone: at one speed, or slower where it starts or ends.";
    row(ui, "Easing", about, |ui| {
        let own = state.controls.bezier;
        if let Some(easing) = easing_box(ui, "easing", animation.easing, own) {
            change(actions, Change::Easing(easing), None);
        }
    });
    if let Easing::Bezier(curve) = animation.easing
        && let Some(curve) = curve_editor(ui, "Easing", curve)
    {
        change(actions, Change::Easing(Easing::Bezier(curve)), Some(CURVE));
    }
    let about = "The way leads from the last key back to the first, so that it plays without an end or a jump.";
    row(ui, "Seamless loop", about, |ui| {
        let mut closed = animation.closed;
        let name = if closed { "on" } else { "off" };
        let response = ui.checkbox(&mut closed, name);
        if named(ui, response, "Seamless loop", about).changed() {
            change(actions, Change::Closed(closed), None);
        }
    });
    let about = "The length of latents on the way, as a share of what it would be: less is closer to the average face.";
    row(ui, "Truncation", about, |ui| {
        let mut share = animation.truncation;
        let field = DragValue::new(&mut share).speed(0.005).fixed_decimals(2);
        let size = vec2(VALUE, theme::CONTROL);
        let response = number(ui, size, field, 0.05..=1.5, plain);
        named(ui, response, "Truncation", about);
        if share != animation.truncation {
            change(actions, Change::Truncation(share), Some(TRUNCATION));
        }
    });
    let about = "How many pictures are shown in a second, here and in the film.";
    row(ui, "Frames a second", about, |ui| {
        let mut fps = animation.fps;
        let field = DragValue::new(&mut fps).speed(0.2);
        let size = vec2(VALUE, theme::CONTROL);
        let range = 1.0..=f64::from(MOST_FPS);
        let response = number(ui, size, field, range, whole);
        named(ui, response, "Frames a second", about);
        if fps != animation.fps {
            change(actions, Change::Fps(fps), Some(FPS));
        }
    });
}

fn path(ui: &mut Ui, now: MotionPath, actions: &mut Vec<Action>) {
    let about = "The line from key to key.";
    let choices = [
        (
            MotionPath::Slerp,
            "Slerp",
            "Along the sphere from face to face: every face on the way is as likely as the keys (spherical interpolation).",
        ),
        (
            MotionPath::Spline,
            "Spline",
            "Along the sphere through all keys without a corner (Catmull–Rom).",
        ),
        (
            MotionPath::Lerp,
            "Lerp",
            "Straight from face to face, through more average ones (linear interpolation).",
        ),
    ];
    row(ui, "Path", about, |ui| {
        let chosen = choices.iter().find(|choice| choice.0 == now);
        let text = chosen.map_or("", |choice| choice.1);
        ComboBox::from_id_salt("path")
            .width(VALUE)
            .selected_text(text)
            .show_ui(ui, |ui| {
                for (path, text, about) in choices {
                    let choice = ui.selectable_label(path == now, text);
                    if choice.tip(about).clicked() && path != now {
                        change(actions, Change::Path(path), None);
                    }
                }
            });
    });
}

/// Calls a field by its name before its tooltip would do so.
pub fn named(ui: &Ui, response: Response, name: &str, about: &str) -> Response {
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_label(name));
    response.tip(about)
}

/// What an easing is called.
pub fn word(easing: Easing) -> &'static str {
    match easing {
        Easing::Linear => "Linear",
        Easing::In => "In",
        Easing::Out => "Out",
        Easing::InOut => "In and out",
        Easing::Bezier(_) => "Custom",
    }
}

fn about(easing: Easing) -> &'static str {
    match easing {
        Easing::Linear => "At one speed all the way.",
        Easing::In => "Starts slowly.",
        Easing::Out => "Ends slowly.",
        Easing::InOut => "Starts and ends slowly.",
        Easing::Bezier(_) => "A curve of your own: a cubic Bézier curve, as in CSS.",
    }
}

/// A choice of easings, `own` among them; gives another one.
fn easing_box(ui: &mut Ui, salt: &str, now: Easing, own: Easing) -> Option<Easing> {
    let mut chosen = None;
    ComboBox::from_id_salt(salt)
        .width(VALUE)
        .selected_text(word(now))
        .show_ui(ui, |ui| chosen = easings(ui, Some(now), own));
    chosen
}

/// The easings of a list.
pub fn easings(ui: &mut Ui, now: Option<Easing>, own: Easing) -> Option<Easing> {
    let mut chosen = None;
    for easing in Easing::NAMED.into_iter().chain([own]) {
        let is_now = now.is_some_and(|now| word(now) == word(easing));
        let choice = ui.selectable_label(is_now, word(easing));
        if choice.tip(about(easing)).clicked() && !is_now {
            chosen = Some(easing);
        }
    }
    chosen
}

/// Side of the square that a curve is drawn in.
const SIDE: f32 = 116.0;
const HANDLE: f32 = 6.0;

/// An easing curve to drag, and its numbers; gives another one.
pub fn curve_editor(ui: &mut Ui, name: &str, now: [f32; 4]) -> Option<[f32; 4]> {
    let mut curve = now;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 20.0;
        ui.add_space(4.0);
        let (outer, _) = ui.allocate_exact_size(vec2(SIDE, SIDE), Sense::hover());
        let rect = outer.shrink(8.0);
        paint_curve(ui, outer, rect, now);
        for (place, word) in ["start", "end"].into_iter().enumerate() {
            let at = point(rect, [now[2 * place], now[2 * place + 1]]); // two pairs
            let grip = Rect::from_center_size(at, vec2(18.0, 18.0));
            let id = ui.scope_id().with((name, word));
            let response = ui.interact(grip, id, Sense::drag());
            if response.dragged()
                && let Some(to) = response.interact_pointer_pos()
            {
                let share = (to - rect.left_bottom()) / vec2(rect.width(), -rect.height());
                curve[2 * place] = share.x.clamp(0.0, 1.0);
                curve[2 * place + 1] = share.y.clamp(0.0, 1.0);
            }
            let hot = response.hovered() || response.dragged();
            let radius = if hot { HANDLE + 1.0 } else { HANDLE };
            ui.painter().circle_filled(at, radius, palette(ui).text);
            response.on_hover_cursor(CursorIcon::Grab);
        }
        ui.vertical(|ui| {
            ui.add_space(theme::GAP);
            for (place, word) in ["x₁", "y₁", "x₂", "y₂"].into_iter().enumerate() {
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = theme::GAP;
                    ui.label(RichText::new(word).color(palette(ui).muted));
                    let field = DragValue::new(&mut curve[place])
                        .speed(0.005)
                        .fixed_decimals(2); // four
                    let size = vec2(56.0, theme::CONTROL_SMALL);
                    ui.name_inputs(format!("{name} {word}"), |ui| {
                        number(ui, size, field, 0.0..=1.0, plain)
                    })
                    .tip("A control point of the curve, between 0 and 1.");
                });
            }
        });
    });
    ui.add_space(theme::TIGHT);
    (curve != now).then_some(curve)
}

fn point(rect: Rect, [x, y]: [f32; 2]) -> Pos2 {
    pos2(
        rect.left() + x * rect.width(),
        rect.bottom() - y * rect.height(),
    )
}

fn paint_curve(ui: &Ui, outer: Rect, rect: Rect, curve: [f32; 4]) {
    let palette = palette(ui);
    let painter = ui.painter();
    painter.rect_filled(outer, theme::RADIUS, palette.raised);
    let [x1, y1, x2, y2] = curve;
    let (start, end) = (point(rect, [0.0, 0.0]), point(rect, [1.0, 1.0]));
    let thin = Stroke::new(1.0, palette.muted);
    painter.line_segment([start, point(rect, [x1, y1])], thin);
    painter.line_segment([end, point(rect, [x2, y2])], thin);
    let easing = Easing::Bezier(curve);
    let parts = 48;
    let line = (0..=parts).map(|part| {
        let x = part as f32 / parts as f32;
        point(rect, [x, easing.share(f64::from(x)) as f32])
    });
    painter.add(Shape::line(
        line.collect(),
        Stroke::new(2.0, palette.accent),
    ));
}

/// The heading of the key that is chosen.
pub fn heading(ui: &mut Ui, text: &str) {
    ui.add_space(theme::GAP);
    group(ui, text);
}
