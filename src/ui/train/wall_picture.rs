//! The sample wall, or a face of it, as a picture: with the pixels that are on show.

use egui::{Response, Ui};

use crate::latent::Latent;
use crate::readable;
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::stills::action::{SeenFaces, StillAction, StillSubject};
use crate::ui::widgets::sheet::Sheet;

/// The right button's menu of the wall as a whole.
pub fn menu_of_wall(response: &Response, sheet: &Sheet, actions: &mut Vec<Action>) {
    response.context_menu(|ui| {
        let seen = || SeenFaces {
            wall: sheet.wall().clone(),
            latents: Vec::new(),
            model: String::new(),
        };
        let texts = ["Save the wall as a picture…", "Copy the wall as a picture"];
        entries(ui, texts, seen, actions);
    });
}

/// Entries for the face at `place`.
pub fn entries_of_face(
    ui: &mut Ui,
    sheet: &Sheet,
    (place, latent): (usize, &Latent),
    actions: &mut Vec<Action>,
) {
    let seen = || SeenFaces {
        wall: sheet.wall().only(place),
        latents: vec![latent.clone()],
        model: format!("the run at step {}", readable::count(sheet.step())),
    };
    entries(ui, ["Save picture…", "Copy picture"], seen, actions);
}

fn entries(ui: &mut Ui, texts: [&str; 2], seen: impl Fn() -> SeenFaces, actions: &mut Vec<Action>) {
    let wishes = [StillAction::Ask as fn(_) -> _, StillAction::Copy];
    for (text, action) in texts.into_iter().zip(wishes) {
        if ui.button(text).clicked() {
            let subject = StillSubject::Seen(Box::new(seen()));
            actions.push(Action::Explore(ExploreAction::Still(action(subject))));
            ui.close();
        }
    }
}
