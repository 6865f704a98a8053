//! What stands below the face while it wanders by itself.

use egui::{Align, Layout, RichText, Ui, vec2};

use super::stage::BELOW;
use super::walk::{AMOUNTS, SPEEDS};
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::state::ExploreState;
use crate::ui::frame::commands::Command;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, Icon, Tip, slider};

/// Speed, amount, and the way to stop.
pub fn show(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    let now = &state.controls.walk;
    let before = (now.speed, now.amount, now.wall);
    let (mut speed, mut amount, mut wall) = before;
    let row = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(ui.available_width(), BELOW), row, |ui| {
        ui.set_min_height(BELOW);
        ui.spacing_mut().item_spacing.x = theme::TIGHT;
        let stop = Button::new("Stop").name("Stop the walk").icon(Icon::Pause);
        let stop = stop.command(Command::Walk).cap();
        if ui.add(stop).clicked() {
            actions.push(Action::Explore(ExploreAction::StopWalk));
        }
        ui.add_space(theme::GAP);
        let about = "How fast the face changes: random faces that it passes in a minute.";
        named(ui, "Speed", &mut speed, SPEEDS, about);
        ui.add_space(theme::GAP);
        let about = "How far the face leads away from where it began: all the way to the right it comes to any face.";
        named(ui, "Amount", &mut amount, AMOUNTS, about);
        ui.add_space(theme::GAP);
        let about = "Let the faces of the wall wander, too.";
        ui.checkbox(&mut wall, "Wall").tip(about);
    });
    if (speed, amount, wall) != before {
        let set = ExploreAction::WalkHow(speed, amount, wall);
        actions.push(Action::Explore(set));
    }
}

fn named(ui: &mut Ui, name: &str, value: &mut f32, (least, most): (f32, f32), about: &str) {
    ui.label(RichText::new(name).color(palette(ui).muted))
        .tip(about);
    let label = format!("{name} of the walk");
    let size = (84.0, theme::CONTROL);
    slider(ui, &label, value, least..=most, least, size).tip(about);
}
