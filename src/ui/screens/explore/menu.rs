//! What can be done with any face of the window: the menu of its right button.

use egui::Response;

use super::ExploreWish;
use crate::latent::Latent;
use crate::session::{CORNERS, Move, Term};
use crate::ui::action::Action;
use crate::ui::widgets::Carried;

/// Names of the pad's corners.
pub const CORNER_NAMES: [&str; CORNERS] =
    ["upper left", "upper right", "lower left", "lower right"];

/// The menu of a face, and what it means to let another one go over it.
pub fn of_face(response: &Response, latent: &Latent, wishes: &mut Vec<Action>) {
    menu(response, latent, wishes, |_, _| {});
    if let Some(other) = Carried::dropped_on(response).filter(|other| other != latent) {
        wishes.push(Action::Explore(Move::Way(other, latent.clone()), None));
    }
}

/// The menu of a face with something more in it.
pub fn menu(
    response: &Response,
    latent: &Latent,
    wishes: &mut Vec<Action>,
    more: impl FnOnce(&mut egui::Ui, &mut Vec<Action>),
) {
    response.context_menu(|ui| {
        ui.set_min_width(180.0);
        let mut on = |ui: &mut egui::Ui, text: &str, wish: &dyn Fn(Latent) -> Action| {
            if ui.button(text).clicked() {
                wishes.push(wish(latent.clone()));
                ui.close();
            }
        };
        let go = |what| Action::Explore(what, None);
        on(ui, "Make it the current face", &|face| go(Move::Face(face)));
        on(ui, "Keep it on the shelf", &|face| {
            Action::Look(ExploreWish::Keep(face))
        });
        on(ui, "More like this", &|face| {
            Action::Look(ExploreWish::MoreLike(face))
        });
        ui.separator();
        on(ui, "The way begins here (A)", &|face| go(Move::Begin(face)));
        on(ui, "The way ends here (B)", &|face| go(Move::End(face)));
        ui.menu_button("Corner of the pad", |ui| {
            for (place, name) in CORNER_NAMES.iter().enumerate() {
                on(ui, name, &|face| go(Move::Corner(place, face)));
            }
        });
        ui.menu_button("Arithmetic A − B + C", |ui| {
            for term in Term::ALL {
                let text = format!("Add to {}", term.name());
                on(ui, &text, &|face| go(Move::Add(term, face)));
            }
        });
        more(ui, wishes);
    });
}
