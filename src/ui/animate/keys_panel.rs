//! The key that is chosen: how long it stays, and how the way from it is gone.

use egui::{ComboBox, DragValue, Ui, vec2};

use super::motion::{
    self, HOLD, KEY_CURVE, SECONDS, VALUE, change, curve_editor, easings, heading, named,
};
use crate::latent::animation::{Animation, Easing, KeyFace};
use crate::session::{Change, LONGEST_LEG};
use crate::ui::action::Action;
use crate::ui::animate::state::AnimateState;
use crate::ui::theme;
use crate::ui::widgets::{number, plain, row};

pub fn show(ui: &mut Ui, state: &AnimateState, actions: &mut Vec<Action>) {
    let (Some(place), Some(key)) = (state.project.selected(), state.project.selected_key()) else {
        return;
    };
    let animation = state.project.animation();
    let count = animation.keys.len();
    heading(ui, &format!("{} · {} of {count}", key.name, place + 1));
    let about = "How long the face stays before the way to the next begins, in seconds.";
    row(ui, "Hold", about, |ui| {
        if let Some(seconds) = seconds(ui, "Hold", key.hold, about) {
            change(actions, Change::Hold(place, seconds), Some(HOLD));
        }
    });
    let Some(next) = animation
        .next(place)
        .and_then(|next| animation.keys.get(next))
    else {
        return;
    };
    let about = "How long the way to the next key takes, in seconds; 0 is a cut.";
    let name = "To the next";
    row(
        ui,
        name,
        &format!("{about} The next is {}.", next.name),
        |ui| {
            if let Some(seconds) = seconds(ui, name, key.seconds, about) {
                change(actions, Change::Seconds(place, seconds), Some(SECONDS));
            }
        },
    );
    key_easing(ui, state, animation, (place, key), actions);
}

fn seconds(ui: &mut Ui, name: &str, now: f32, about: &str) -> Option<f32> {
    let mut seconds = now;
    let field = DragValue::new(&mut seconds)
        .speed(0.02)
        .max_decimals(2)
        .min_decimals(1)
        .suffix(" s");
    let size = vec2(VALUE, theme::CONTROL);
    let range = 0.0..=f64::from(LONGEST_LEG);
    let parse = |text: &str| plain(text.trim().trim_end_matches('s'));
    let response = number(ui, size, field, range, parse);
    named(ui, response, name, about);
    (seconds != now).then_some(seconds)
}

fn key_easing(
    ui: &mut Ui,
    state: &AnimateState,
    animation: &Animation,
    (place, key): (usize, &KeyFace),
    actions: &mut Vec<Action>,
) {
    let about = "How fast the way to the next key is gone, where not as the others are.";
    row(ui, "Easing from here", about, |ui| {
        let text = key.easing.map_or("As the film", motion::word);
        ComboBox::from_id_salt("easing of the key")
            .width(VALUE)
            .selected_text(text)
            .show_ui(ui, |ui| {
                let whole = format!("As the film ({})", motion::word(animation.easing));
                if ui.selectable_label(key.easing.is_none(), whole).clicked() {
                    change(actions, Change::KeyEasing(place, None), None);
                }
                if let Some(easing) = easings(ui, key.easing, state.controls.bezier) {
                    change(actions, Change::KeyEasing(place, Some(easing)), None);
                }
            });
    });
    if let Some(Easing::Bezier(curve)) = key.easing
        && let Some(curve) = curve_editor(ui, "Easing from here", curve)
    {
        let curve = Some(Easing::Bezier(curve));
        change(actions, Change::KeyEasing(place, curve), Some(KEY_CURVE));
    }
}
