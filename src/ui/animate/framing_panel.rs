//! Who and what is seen beside the face: other faces, before and after, a border, a line of text.

use egui::{Align2, ComboBox, DragValue, TextEdit, Ui, vec2};

use super::motion::{VALUE, change, heading, named};
use crate::config::CaptionPlace;
use crate::latent::animation::{
    Company, FIRST_COMPANIONS, Framing, LONGEST_CAPTION, MOST_BORDER, MOST_COMPANIONS,
};
use crate::latent::{Latent, LatentSpace};
use crate::session::Change;
use crate::ui::action::Action;
use crate::ui::animate::state::AnimateState;
use crate::ui::explore::explorer::Explorer;
use crate::ui::gestures::Control;
use crate::ui::theme;
use crate::ui::widgets::{Button, Tip, colour_button, number, row, whole};

/// Companions of a grid that nobody has chosen: three by three with the face itself.
const USUAL: usize = 8;
/// All numbers of this panel that are dragged are one step of undo each.
const FACES: Control = Control::Animation(20);
const COLUMNS: Control = Control::Animation(21);
const GAP: Control = Control::Animation(22);
const BORDER: Control = Control::Animation(23);
const BACKGROUND: Control = Control::Animation(24);
const CAPTION: Control = Control::Animation(25);

/// What the choices are called, and mean.
const KINDS: [(Kind, &str, &str); 4] = [
    (Kind::Alone, "One face", "The face of the animation alone."),
    (
        Kind::Grid,
        "A grid",
        "Several faces that move together: the way of the animation is added to each of them.",
    ),
    (
        Kind::FirstKey,
        "Before, after",
        "The first key as it is, and the film beside it.",
    ),
    (
        Kind::Unchanged,
        "With, without",
        "The same way without what directions add, and the film beside it.",
    ),
];

const PLACES: [(CaptionPlace, &str); 3] = [
    (CaptionPlace::Below, "Below"),
    (CaptionPlace::Above, "Above"),
    (CaptionPlace::Over, "On it"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Alone,
    Grid,
    FirstKey,
    Unchanged,
}

impl Kind {
    fn of(company: &Company) -> Self {
        match company {
            Company::Alone => Self::Alone,
            Company::FirstKey => Self::FirstKey,
            Company::Unchanged => Self::Unchanged,
            Company::Faces(_) => Self::Grid,
        }
    }
}

pub fn show(ui: &mut Ui, state: &AnimateState, explorer: &Explorer, actions: &mut Vec<Action>) {
    heading(ui, "Layout");
    let now = &state.project.animation().framing;
    let mut next = now.clone();
    let mut control = None;
    kind(ui, &mut next, explorer);
    if let Company::Faces(_) = next.company {
        control = companions(ui, &mut next, explorer).or(control);
    }
    let is_one = next.company == Company::Alone;
    if !is_one {
        let about = "Faces in a row.";
        let mut columns = next.columns();
        let most = next.company.count();
        if count(ui, "Faces in a row", about, &mut columns, (1, most)) {
            next.columns = columns;
            control = Some(COLUMNS);
        }
        let about = "Pixels of the film between faces.";
        if count(ui, "Gap", about, &mut next.gap, (0, MOST_BORDER)) {
            control = Some(GAP);
        }
    }
    let about = "Pixels of the film around the faces.";
    if count(ui, "Border", about, &mut next.border, (0, MOST_BORDER)) {
        control = Some(BORDER);
    }
    let about = "The colour between and around faces, and behind the caption.";
    row(ui, "Background", about, |ui| {
        if colour_button(ui, "Background", about, &mut next.background) {
            control = Some(BACKGROUND);
        }
    });
    control = caption(ui, &mut next).or(control);
    if next != *now {
        change(actions, Change::Framing(Box::new(next)), control);
    }
}

fn kind(ui: &mut Ui, framing: &mut Framing, explorer: &Explorer) {
    let now = Kind::of(&framing.company);
    let Some((_, word, about)) = KINDS.into_iter().find(|kind| kind.0 == now) else {
        return;
    };
    row(ui, "Shows", about, |ui| {
        ComboBox::from_id_salt("layout")
            .width(VALUE)
            .selected_text(word)
            .show_ui(ui, |ui| {
                for (kind, word, about) in KINDS {
                    let choice = ui.selectable_label(kind == now, word);
                    if choice.tip(about).clicked() && kind != now {
                        framing.columns = 0;
                        framing.company = match kind {
                            Kind::Alone => Company::Alone,
                            Kind::FirstKey => Company::FirstKey,
                            Kind::Unchanged => Company::Unchanged,
                            Kind::Grid => Company::Faces(Company::random(
                                explorer.state.space(),
                                USUAL,
                                FIRST_COMPANIONS,
                            )),
                        };
                    }
                }
            });
    });
}

/// Which faces move along, and how many.
fn companions(ui: &mut Ui, framing: &mut Framing, explorer: &Explorer) -> Option<Control> {
    let Company::Faces(faces) = &mut framing.company else {
        return None;
    };
    let mut control = None;
    let about = "How many faces there are, that of the animation among them.";
    let mut all = 1 + faces.len();
    if count(ui, "Faces", about, &mut all, (2, MOST_COMPANIONS + 1)) {
        let wanted = all - 1;
        // Those that are there stay.
        let all = Company::random(explorer.state.space(), wanted, FIRST_COMPANIONS);
        let more = all.into_iter().skip(faces.len());
        faces.extend(more);
        faces.truncate(wanted);
        control = Some(FACES);
    }
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        let others = Button::new("Other random faces").small();
        let others = others.tip("Draw the faces that move along anew.");
        if ui.add(others).clicked() {
            let space = explorer.state.space();
            *faces = Company::random(space, faces.len(), seed_after(space, faces));
        }
        let len = explorer.state.components();
        let shelf = explorer.state.pose().shelf.iter();
        let kept = shelf.filter(|saved| saved.latent.len() == len);
        let kept: Vec<Latent> = kept
            .take(MOST_COMPANIONS)
            .map(|saved| saved.latent.clone())
            .collect();
        let shelf = Button::new("From the shelf").small();
        let shelf = shelf.tip("Let the faces that you have kept move along.");
        if ui.add_enabled(!kept.is_empty(), shelf).clicked() {
            *faces = kept;
        }
    });
    control
}

/// The first seed whose faces are others than `faces` are, going on from the one that they are of.
fn seed_after(space: LatentSpace, faces: &[Latent]) -> u64 {
    const SEEDS: u64 = 64;
    let mut seeds = FIRST_COMPANIONS..FIRST_COMPANIONS + SEEDS;
    let first = |seed: u64| Company::random(space, 1, seed).pop();
    let of = seeds.find(|seed| first(*seed).as_ref() == faces.first());
    of.map_or(FIRST_COMPANIONS, |seed| {
        FIRST_COMPANIONS + (seed + 1 - FIRST_COMPANIONS) % SEEDS
    })
}

/// A whole number in a row; whether it was changed.
fn count(
    ui: &mut Ui,
    name: &str,
    about: &str,
    value: &mut usize,
    (least, most): (usize, usize),
) -> bool {
    let before = *value;
    row(ui, name, about, |ui| {
        let field = DragValue::new(value).speed(0.1);
        let size = vec2(VALUE, theme::CONTROL);
        let response = number(ui, size, field, least as f64..=most as f64, whole);
        named(ui, response, name, about);
    });
    *value != before
}

fn caption(ui: &mut Ui, framing: &mut Framing) -> Option<Control> {
    let about = "A line of text; {frame} in it is the number of the picture.";
    let mut control = None;
    row(ui, "Caption", about, |ui| {
        let field = TextEdit::singleline(&mut framing.caption)
            .hint_text("None")
            .char_limit(LONGEST_CAPTION)
            .align(Align2::LEFT_CENTER);
        let size = vec2(ui.available_width() - theme::GAP, theme::CONTROL);
        let response = ui.add_sized(size, field);
        if named(ui, response, "Caption", about).changed() {
            control = Some(CAPTION);
        }
    });
    if framing.caption.is_empty() {
        return control;
    }
    let about = "Where the line stands: below or above the faces, or on their lower edge.";
    let word = PLACES
        .iter()
        .find(|place| place.0 == framing.caption_place)
        .map_or("", |place| place.1);
    row(ui, "Caption stands", about, |ui| {
        ComboBox::from_id_salt("caption")
            .width(VALUE)
            .selected_text(word)
            .show_ui(ui, |ui| {
                for (place, word) in PLACES {
                    ui.selectable_value(&mut framing.caption_place, place, word);
                }
            });
    });
    control
}
