//! All numbers of the current face, as bars.

use egui::{Align, DragValue, Layout, RichText, Ui, vec2};

use crate::session::Move;
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::state::ExploreState;
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::gestures::Control;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{ANY, Button, Equaliser, Icon, Tip, note, number, plain, progress};

/// What a number is.
const ABOUT: &str = "One number of the vector z that the generator makes a face of. Choose another by pressing its bar.";

pub fn show(ui: &mut Ui, state: &ExploreState, explorer: &Explorer, actions: &mut Vec<Action>) {
    let pose = explorer.state.pose();
    let current = &pose.current;
    let raw = &state.controls.raw;
    let cursor = raw.cursor.min(current.len().saturating_sub(1));
    buttons(ui, state, explorer, actions);
    chosen(ui, explorer, cursor, actions);
    if let Some(job) = &raw.measuring {
        ui.horizontal(|ui| {
            note(ui, "Measuring the effect of each number…");
            progress(ui, "Effects measured", job.share(), 90.0);
        });
    }
    let order = order(
        current.len(),
        raw.effects.as_deref().filter(|_| raw.by_effect),
    );
    let equaliser = Equaliser {
        values: &current.0,
        order: &order,
        locked: &pose.locked,
        effects: raw.effects.as_deref(),
        cursor,
    };
    let painted = equaliser.show(ui);
    if !painted.changes.is_empty() {
        actions.push(Action::moved(
            Move::Components(painted.changes),
            Some(Control::Equaliser),
        ));
    }
    if let Some((place, value)) = painted.typed {
        actions.push(Action::moved(Move::Component(place, value), None));
    }
    if let Some((place, lock)) = painted.lock {
        actions.push(Action::moved(Move::Lock(place, lock), None));
    }
    if let Some(place) = painted.cursor.filter(|place| *place != cursor) {
        actions.push(Action::Explore(ExploreAction::Cursor(place)));
    }
}

fn buttons(ui: &mut Ui, state: &ExploreState, explorer: &Explorer, actions: &mut Vec<Action>) {
    let pose = explorer.state.pose();
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        let random = Button::new("New latent");
        let random = random.tip("Draw all numbers that are not locked anew from N(0, 1).");
        if ui.add(random).clicked() {
            actions.push(Action::moved(Move::Shuffle, None));
        }
        let all = pose.locked.len() == pose.current.len();
        let (text, about) = if all {
            ("Unlock all", "Let all numbers change again.")
        } else {
            ("Lock all", "Let no number change; then let go of a few.")
        };
        if ui.add(Button::new(text).quiet().tip(about)).clicked() {
            actions.push(Action::moved(Move::LockAll(!all), None));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let by_effect = state.controls.raw.by_effect;
            let about = "Put the numbers that change this picture the most first: the mean change of a colour when the number goes from 1 below to 1 above.";
            if ui.add(Button::new("By effect").on(by_effect).tip(about)).clicked() {
                actions.push(Action::Explore(ExploreAction::ByEffect(!by_effect)));
            }
        });
    });
}

/// The number that the keys move, to be typed and locked.
fn chosen(ui: &mut Ui, explorer: &Explorer, cursor: usize, actions: &mut Vec<Action>) {
    let pose = explorer.state.pose();
    let before = pose.current.0.get(cursor).copied().unwrap_or(0.0);
    let mut value = before;
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        let name = format!("z {}", cursor + 1);
        ui.label(RichText::new(&name).color(palette(ui).muted))
            .tip(with_keys(ABOUT, &[Place::Equaliser]));
        ui.name_inputs(format!("{name}, typed"), |ui| {
            let field = DragValue::new(&mut value).speed(0.02).fixed_decimals(2);
            number(ui, vec2(56.0, theme::CONTROL_SMALL), field, ANY, plain);
        });
        let locked = pose.locked.contains(&cursor);
        let lock = Button::icon_only(Icon::Lock, Command::LockNumber.name()).on(locked);
        if ui.add(lock.command(Command::LockNumber)).clicked() {
            actions.push(Action::moved(Move::Lock(cursor, !locked), None));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let about = format!(
                "The length of the vector; about {:.1} for a random face.",
                (pose.current.len() as f32).sqrt()
            );
            let text = format!(
                "{} numbers, |z| {:.1}",
                pose.current.len(),
                pose.current.norm()
            );
            ui.label(
                RichText::new(text)
                    .font(theme::small())
                    .color(palette(ui).muted),
            )
            .tip(about);
        });
    });
    if value != before {
        actions.push(Action::moved(
            Move::Component(cursor, value),
            Some(Control::Component(cursor)),
        ));
    }
}

/// All places, those with the most effect first where effects are given.
fn order(count: usize, effects: Option<&[f32]>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    if let Some(effects) = effects {
        let effect = |place: usize| effects.get(place).copied().unwrap_or(0.0);
        order.sort_by(|&a, &b| effect(b).total_cmp(&effect(a)));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_effect_first_and_equals_in_their_place() {
        assert_eq!(order(3, None), [0, 1, 2]);
        assert_eq!(order(4, Some(&[1.0, 3.0, 1.0])), [1, 0, 2, 3]);
    }
}
