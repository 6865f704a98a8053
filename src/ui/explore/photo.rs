//! Your own picture: cut a square out of it, and the latent whose face is nearest is looked for.

use egui::{Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::menu;
use super::photo_search::Photo;
use crate::session::Move;
use crate::ui::action::{Action, FrameAction};
use crate::ui::data::boxed;
use crate::ui::explore::action::{ExploreAction, PhotoAction};
use crate::ui::explore::state::ExploreState;
use crate::ui::frame::commands::{Place, with_keys};
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, CarriedFace, Face, PathField, Tip, note, path_field, progress};
use crate::worker::jobs::dialog::Pick;

/// Height of what is said of the face that was found, with all gaps.
const WORDS: f32 = 112.0;

pub fn show(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    let photo = &state.controls.photo;
    let action = |what| Action::Explore(ExploreAction::Photo(what));
    let mut path = photo.path.clone();
    let width = ui.available_width();
    let field = path_field(
        ui,
        "Photograph",
        "Path of a picture, or drop one here",
        &mut path,
        width,
    );
    match field {
        Some(PathField::Browse) => {
            actions.push(Action::Frame(FrameAction::Browse(Pick::Photograph)))
        }
        Some(PathField::Changed) => actions.push(action(PhotoAction::Path(path))),
        Some(PathField::Entered) => actions.push(action(PhotoAction::Open(path.trim().into()))),
        None => {}
    }
    ui.add_space(theme::GAP);
    if photo.reading.is_some() {
        ui.spinner();
        return;
    }
    let Some(shown) = &photo.shown else {
        note(
            ui,
            "Drop a photograph on the window. The program looks for the face of this model that is nearest to it; how near depends on what the model has learnt to draw.",
        );
        return;
    };
    let mut crop = shown.crop;
    // What is found stands below, in sight without scrolling.
    let left = ui.available_height() - theme::CONTROL - found_side(ui) - WORDS;
    let height = (0.3 * ui.ctx().content_rect().height()).clamp(120.0, 240.0);
    let height = height.min(left.max(80.0));
    let (area, response) = ui.allocate_exact_size(vec2(width, height), Sense::click_and_drag());
    let picture = (shown.texture.id(), shown.original.found);
    let mut grip = photo.grip;
    boxed(ui, (area, &response), picture, &mut grip, &mut crop);
    if crop != shown.crop || grip.is_some() || photo.grip.is_some() {
        actions.push(action(PhotoAction::Crop(crop, grip)));
    }
    ui.add_space(theme::GAP);
    buttons(ui, photo, actions);
    result(ui, photo, actions);
}

fn buttons(ui: &mut Ui, photo: &Photo, actions: &mut Vec<Action>) {
    let action = |what| Action::Explore(ExploreAction::Photo(what));
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        if let Some(search) = &photo.search {
            let stop = Button::new("Stop").name("Stop the search");
            if ui.add(stop.tip("Keep the nearest face so far.")).clicked() {
                actions.push(action(PhotoAction::Stop));
            }
            progress(ui, "Search for the face", search.share(), 120.0);
            return;
        }
        let find = Button::new("Find the face").primary();
        let about = "Look for the latent whose face is nearest to this square: many starts at once, by pixels and by D's features (GAN inversion).";
        if ui.add(find.tip(about)).clicked() {
            actions.push(action(PhotoAction::Find { on: false }));
        }
        if photo.nearest.is_some() {
            let on = Button::new("Go on").tip("Look further from the nearest face so far.");
            if ui.add(on).clicked() {
                actions.push(action(PhotoAction::Find { on: true }));
            }
        }
    });
}

/// Side of the square and of the face that was found.
fn found_side(ui: &Ui) -> f32 {
    ((ui.available_width() - theme::GAP) / 2.0).min(150.0)
}

/// The square, the face, and how near they are.
fn result(ui: &mut Ui, photo: &Photo, actions: &mut Vec<Action>) {
    let (Some(nearest), Some(sheet)) = (&photo.nearest, &photo.faces) else {
        return;
    };
    ui.add_space(theme::GAP);
    let side = found_side(ui);
    let (all, _) = ui.allocate_exact_size(vec2(2.0 * side + theme::GAP, side), Sense::hover());
    let at = |place: f32| {
        let left = all.left() + place * (side + theme::GAP);
        Rect::from_min_size(pos2(left, all.top()), vec2(side, side))
    };
    let square = ui.interact(at(0.0), ui.scope_id().with("square"), Sense::hover());
    square.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Your square"));
    Face::new(sheet, 0).paint(ui, at(0.0));
    let found = Face::new(sheet, 1).carried(ui, at(1.0), "Nearest face", &nearest.latent);
    if CarriedFace::chosen(&found) {
        actions.push(Action::moved(Move::Face(nearest.latent.clone()), None));
    }
    menu::of_face(&found, &nearest.latent, actions);
    let about = "The nearest face so far. It is the current face, unless you have changed that meanwhile: press it to have it back.";
    found.tip(with_keys(about, &[Place::Face]));
    ui.add_space(theme::TIGHT);
    ui.label(format!("{:.1} dB: {}", nearest.psnr, in_words(nearest.psnr)))
        .tip("Peak signal-to-noise ratio between your square and the face: each 6 dB halves the difference.");
    if let Some(features) = nearest.features {
        let text = format!(
            "The discriminator finds it {:.0} % as far away as a random face.",
            100.0 * features
        );
        ui.label(RichText::new(text).color(palette(ui).muted))
            .tip("Distance of the discriminator's features, as a share of that of random faces.");
    }
    note(
        ui,
        format!("{} steps in {:.1} s", nearest.steps, nearest.seconds),
    );
}

/// What a signal-to-noise ratio means to an eye.
fn in_words(psnr: f64) -> &'static str {
    match psnr {
        35.0.. => "almost the same",
        28.0.. => "close",
        22.0.. => "similar at a glance",
        16.0.. => "only light and colour are similar",
        _ => "this model cannot draw this face",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearness_is_said_plainly() {
        assert_eq!(in_words(41.0), "almost the same");
        assert_eq!(in_words(12.0), "this model cannot draw this face");
        assert_eq!(in_words(f64::INFINITY), "almost the same");
    }
}
