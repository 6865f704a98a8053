//! Faces on the way from A to B, and the handle along it.

use egui::{Align, Layout, RichText, Ui, vec2};

use super::menu;
use crate::latent::path::Interpolation;
use crate::session::{Move, WAY};
use crate::ui::action::Action;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::view::View;
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::gestures::Control;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, CarriedFace, Filmstrip, Icon, Tip};

/// The largest face of the strip.
const TILE: f32 = 50.0;
/// Height of heading and strip.
pub const HEIGHT: f32 = theme::CONTROL + theme::TIGHT + TILE + theme::GAP;

/// Draws heading and strip.
pub fn show(ui: &mut Ui, explorer: &Explorer, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| heading(ui, explorer, actions));
    let pose = explorer.state.pose();
    let tile = (ui.available_width() / WAY as f32)
        .clamp(24.0, TILE)
        .floor();
    let width = tile * WAY as f32;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(((ui.available_width() - width) / 2.0).max(0.0));
        let film = Filmstrip {
            name: "Between A and B",
            sheet: explorer.faces.sheet(View::Way),
            cells: WAY,
            ends: (0.0, 1.0),
            value: pose.t,
            rest: 0.0,
            step: 0.05,
            on: pose.is_on_the_way(),
        };
        let filmed = film.show(ui, vec2(width, tile));
        if let Some(t) = filmed.value {
            let gesture = (!filmed.stepped).then_some(Control::Morph);
            actions.push(Action::moved(Move::Go(t), gesture));
        }
        let response = filmed.response;
        if let Some(face) = CarriedFace::dropped_on(&response) {
            let middle = response.rect.center().x;
            let left = ui.ctx().pointer_interact_pos().is_some_and(|at| at.x < middle);
            let what = if left { Move::Begin(face) } else { Move::End(face) };
            actions.push(Action::moved(what, None));
        }
        let face = |cell| pose.on_the_way(cell as f32 / (WAY - 1) as f32);
        menu::of_strip(&response, WAY, face, &pose.current, actions);
        let about = "Walk from face A to face B; the current face follows. Let a face go over either half to make it an end.";
        response.tip(with_keys(about, &[Place::Filmstrip]));
    });
}

/// The ends, and the line between them.
fn heading(ui: &mut Ui, explorer: &Explorer, actions: &mut Vec<Action>) {
    let pose = explorer.state.pose();
    ui.set_min_height(theme::CONTROL);
    ui.spacing_mut().item_spacing.x = theme::TIGHT;
    if ui.available_width() > 430.0 {
        ui.label(RichText::new("Between two faces").font(theme::heading()));
        ui.add_space(theme::GAP);
    }
    let ends = [
        (Command::SetStart, Move::SetA),
        (Command::SetEnd, Move::SetB),
    ];
    for (command, what) in ends {
        if ui.add(Button::of(command).cap().quiet()).clicked() {
            actions.push(Action::moved(what, None));
        }
    }
    let swap = Button::icon_only(Icon::Swap, "Swap A and B");
    if ui.add(swap.tip("A and B change places.")).clicked() {
        actions.push(Action::moved(Move::Swap, None));
    }
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let share = format!("{:.0} %", 100.0 * pose.t);
        ui.label(RichText::new(share).color(palette(ui).muted))
            .tip("How far along the way the handle stands.");
        let (text, other, about) = match pose.how {
            Interpolation::Slerp => (
                "Curved",
                Interpolation::Lerp,
                "Along the sphere: every face on the way is as likely as its ends (spherical interpolation). Press for the straight line.",
            ),
            Interpolation::Lerp => (
                "Straight",
                Interpolation::Slerp,
                "The straight line: faces in the middle are closer to the average (linear interpolation). Press for the sphere.",
            ),
        };
        let line = Button::new(text).name("Line of the way").quiet();
        if ui.add(line.tip(about)).clicked() {
            actions.push(Action::moved(Move::How(other), None));
        }
    });
}
