//! What can be done with any face of the window: the menu of its right button.

use egui::{Popup, Pos2, Response, SetOpenCommand, Ui};

use crate::latent::Latent;
use crate::session::{CORNERS, Move, Term};
use crate::ui::action::Action;
use crate::ui::animate::action::AnimateAction;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::stills::action::{StillAction, StillSubject};
use crate::ui::frame::commands::Command;
use crate::ui::widgets::{CarriedFace, leaves_space};

/// Names of the pad's corners.
pub const CORNER_NAMES: [&str; CORNERS] =
    ["upper left", "upper right", "lower left", "lower right"];

/// The menu of a face, and what it means to let another one go over it.
pub fn of_face(response: &Response, latent: &Latent, actions: &mut Vec<Action>) {
    menu(response, Some(latent), actions, |_, _| {});
    if let Some(other) = CarriedFace::dropped_on(response).filter(|other| other != latent) {
        actions.push(Action::moved(Move::Way(other, latent.clone()), None));
    }
}

/// The menu of a face with something more in it; nothing but that for a face of another latent space. It
/// opens by the right button, or by a key for the face that has the keyboard.
pub fn menu(
    response: &Response,
    latent: Option<&Latent>,
    actions: &mut Vec<Action>,
    more: impl FnOnce(&mut Ui, &mut Vec<Action>),
) {
    takes_keys(response);
    popup(response, |ui, by_key| {
        if let Some(latent) = latent {
            of_latent(ui, latent, by_key, actions);
        }
        more(ui, actions);
    });
}

/// Keys that do something with a face are for the one that was pressed.
fn takes_keys(response: &Response) {
    if response.clicked() {
        response.request_focus();
    }
    leaves_space(response);
}

/// What the right button or a key opens at `response`; `show` is told whether it was the key in this frame.
pub fn popup(response: &Response, show: impl FnOnce(&mut Ui, bool)) {
    let ctx = &response.ctx;
    let opens = response.has_focus() && Command::FaceMenu.pressed(ctx);
    // Opened by the key it stands at the face, wherever the pointer is.
    let by_key = response.id.with("menu by key");
    if opens || response.secondary_clicked() {
        ctx.data_mut(|data| data.insert_temp(by_key, opens));
    }
    let mut popup = Popup::context_menu(response);
    if opens {
        popup = popup.open_memory(SetOpenCommand::Bool(true));
    }
    if ctx.data(|data| data.get_temp(by_key)).unwrap_or(false) {
        popup = popup.at_position(response.rect.center());
    }
    popup.show(|ui| {
        ui.set_min_width(180.0);
        show(ui, opens);
    });
}

/// The menu of the face of a strip that the pointer was on, of `cells` faces side by side; by a key it is that of
/// `now`.
pub fn of_strip(
    response: &Response,
    cells: usize,
    face: impl Fn(usize) -> Latent,
    now: &Latent,
    actions: &mut Vec<Action>,
) {
    let key = response.id.with("cell");
    if response.secondary_clicked() {
        let pointer = response.interact_pointer_pos();
        let share = |at: Pos2| (at.x - response.rect.left()) / response.rect.width();
        let cell = pointer.map(|at| (share(at) * cells as f32) as usize);
        let cell = cell.map(|cell| cell.min(cells.saturating_sub(1)));
        response.ctx.data_mut(|data| data.insert_temp(key, cell));
    } else if response.has_focus() && Command::FaceMenu.is_down(&response.ctx) {
        let none: Option<usize> = None;
        response.ctx.data_mut(|data| data.insert_temp(key, none));
    }
    let cell: Option<usize> = response.ctx.data(|data| data.get_temp(key)).flatten();
    takes_keys(response);
    popup(response, |ui, by_key| match cell {
        Some(cell) => of_latent(ui, &face(cell), by_key, actions),
        None => of_latent(ui, now, by_key, actions),
    });
}

/// `focus`: the first entry takes the keyboard.
fn of_latent(ui: &mut Ui, latent: &Latent, focus: bool, actions: &mut Vec<Action>) {
    let mut on = |ui: &mut Ui, text: &str, action: &dyn Fn(Latent) -> Action| {
        let response = ui.button(text);
        if response.clicked() {
            actions.push(action(latent.clone()));
            ui.close();
        }
        response
    };
    let go = |what| Action::moved(what, None);
    let first = on(ui, "Make it the current face", &|face| go(Move::Face(face)));
    if focus {
        first.request_focus();
    }
    on(ui, "Keep it on the shelf", &|face| {
        Action::Explore(ExploreAction::Keep(face))
    });
    let still = |action| Action::Explore(ExploreAction::Still(action));
    on(ui, "Save picture…", &|face| {
        still(StillAction::Ask(StillSubject::Face(face)))
    });
    on(ui, "Copy picture", &|face| {
        still(StillAction::Copy(StillSubject::Face(face)))
    });
    on(ui, "More like this", &|face| {
        Action::Explore(ExploreAction::MoreLike(face))
    });
    on(ui, Command::AddToAnimation.name(), &|face| {
        Action::Animate(AnimateAction::Add(None, face))
    });
    ui.separator();
    on(ui, "Start of the morph (A)", &|face| go(Move::Begin(face)));
    on(ui, "End of the morph (B)", &|face| go(Move::End(face)));
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
}
