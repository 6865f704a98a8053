//! The sample wall, or a face of it, as a picture: with the pixels that are on show.

use egui::Ui;

use crate::latent::Latent;
use crate::readable;
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::stills::action::{SeenFaces, StillAction, StillSubject};
use crate::ui::widgets::sheet::Sheet;

/// Entries for the face at `place`, and for the wall as a whole.
pub fn entries(
    ui: &mut Ui,
    sheet: &Sheet,
    (place, latent): (usize, &Latent),
    actions: &mut Vec<Action>,
) {
    let face = || SeenFaces {
        wall: sheet.wall().only(place),
        latents: vec![latent.clone()],
        model: format!("the run at step {}", readable::count(sheet.step())),
    };
    both(ui, ["Save picture…", "Copy picture"], face, actions);
    let wall = || SeenFaces {
        wall: sheet.wall().clone(),
        latents: Vec::new(),
        model: String::new(),
    };
    let texts = ["Save the wall as a picture…", "Copy the wall as a picture"];
    both(ui, texts, wall, actions);
}

fn both(ui: &mut Ui, texts: [&str; 2], seen: impl Fn() -> SeenFaces, actions: &mut Vec<Action>) {
    let wishes = [StillAction::Ask as fn(_) -> _, StillAction::Copy];
    for (text, action) in texts.into_iter().zip(wishes) {
        if ui.button(text).clicked() {
            let subject = StillSubject::Seen(Box::new(seen()));
            actions.push(Action::Explore(ExploreAction::Still(action(subject))));
            ui.close();
        }
    }
}
