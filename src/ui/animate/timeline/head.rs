//! Above the timeline: what it holds, and what can be put into it.

use egui::{Align, Layout, Popup, PopupCloseBehavior, RichText, Ui};

use crate::readable;
use crate::ui::action::Action;
use crate::ui::animate::action::AnimateAction;
use crate::ui::animate::state::AnimateState;
use crate::ui::animate::{picker, project_menu};
use crate::ui::explore::explorer::Explorer;
use crate::ui::frame::commands::Command;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, Ends, Icon, Tip};

/// Below this width the commonest buttons show their icons only.
const NARROW: f32 = 760.0;

pub fn show(ui: &mut Ui, state: &AnimateState, explorer: &Explorer, actions: &mut Vec<Action>) {
    let animation = state.project.animation();
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let narrow = ui.available_width() < NARROW;
        ui.label(RichText::new("Timeline").font(theme::heading()));
        let keys = match animation.keys.len() {
            0 => "no keys".to_owned(),
            1 => "1 key".to_owned(),
            count => format!("{count} keys"),
        };
        let frames = readable::count(animation.frames() as u64);
        let text = match animation.seconds() {
            0.0 => keys,
            seconds => format!("{keys} · {seconds:.1} s"),
        };
        let about = format!("{frames} pictures at {} a second.", animation.fps);
        ui.label(RichText::new(text).color(palette(ui).muted))
            .tip(about);
        Ends::of(ui).right(ui, |ui| {
            ui.spacing_mut().item_spacing.x = theme::TIGHT;
            for (command, icon, can, action) in [
                (
                    Command::UndoAnimation,
                    Icon::Undo,
                    state.project.can_undo(),
                    AnimateAction::Undo,
                ),
                (
                    Command::RedoAnimation,
                    Icon::Redo,
                    state.project.can_redo(),
                    AnimateAction::Redo,
                ),
            ] {
                let button = if narrow {
                    Button::icon_only(icon, command.name()).command(command)
                } else {
                    Button::of(command).icon(icon).quiet()
                };
                if ui.add_enabled(can, button).clicked() {
                    actions.push(Action::Animate(action));
                }
            }
            let key = Button::new("Face")
                .icon(Icon::Plus)
                .name("Add a face")
                .quiet();
            let about = "Put a face in after the key that is chosen.";
            popover(ui, key.tip(about), |ui| {
                picker::faces(ui, state, explorer, actions);
            });
            let track = Button::new("Track")
                .icon(Icon::Plus)
                .name("Add a track")
                .quiet();
            let about =
                "Let a direction change along the way: a smile while one face becomes another.";
            popover(ui, track.tip(about), |ui| {
                picker::directions(ui, state, explorer, actions);
            });
            let walk = Button::new("Walk").name("Random walk or circle").quiet();
            let about = "Let a random walk or a circle choose the keys.";
            popover(ui, walk.tip(about), |ui| {
                picker::walks(ui, state, actions);
            });
            let file = Button::icon_only(Icon::More, "Animation's file");
            let about = "Save the animation to be changed again, open another, or begin a new one.";
            popover(ui, file.tip(about), |ui| {
                project_menu::show(ui, state, actions)
            });
        });
    });
}

fn popover(ui: &mut Ui, button: Button<'_>, what: impl FnOnce(&mut Ui)) {
    let response = ui.add(button);
    Popup::from_toggle_button_response(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(what);
}
