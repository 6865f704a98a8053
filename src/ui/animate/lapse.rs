//! A film of a run's training.

use egui::{Align2, DragValue, RichText, TextEdit, Ui, vec2};

use super::action::AnimateAction;
use super::film::{Film, MOST_SIDE};
use super::motion::named;
use crate::ui::action::{Action, FrameAction};
use crate::ui::theme;
use crate::ui::widgets::{Button, PathField, Tip, note, number, path_field, row, whole};
use crate::worker::jobs::dialog::Pick;

const WIDE: f32 = 340.0;
const VALUE: egui::Vec2 = vec2(72.0, theme::CONTROL);

pub fn show(ui: &mut Ui, film: &Film, actions: &mut Vec<Action>) {
    ui.set_width(WIDE);
    ui.label(RichText::new("Time-lapse of a run").font(theme::heading()));
    ui.add_space(theme::TIGHT);
    let mut form = film.lapse.clone();
    let hint = "Folder of a run";
    let field = path_field(ui, "Run of the time-lapse", hint, &mut form.run, WIDE);
    if field == Some(PathField::Browse) {
        actions.push(Action::Frame(FrameAction::Browse(Pick::LapseRun)));
    }
    let about = "Faces in a row, and rows: those of the run's sample wall.";
    row(ui, "Faces a side", about, |ui| {
        let field = DragValue::new(&mut form.side).speed(0.05);
        let response = number(ui, VALUE, field, 1.0..=MOST_SIDE as f64, whole);
        named(ui, response, "Faces a side", about);
    });
    let about = "How many pictures the film has, at the animation's pictures a second.";
    row(ui, "Pictures", about, |ui| {
        let field = DragValue::new(&mut form.frames);
        let response = number(ui, VALUE, field, 2.0..=20_000.0, whole);
        named(ui, response, "Pictures of the time-lapse", about);
    });
    let about = "A line of text, where the captions of films stand. Gap, border and background are those of films, too.";
    row(ui, "Title", about, |ui| {
        let field = TextEdit::singleline(&mut form.title)
            .hint_text("None")
            .align(Align2::LEFT_CENTER);
        let response = ui.add_sized(vec2(200.0, theme::CONTROL), field);
        named(ui, response, "Title of the time-lapse", about);
    });
    ui.checkbox(&mut form.step, "Count the steps")
        .tip("The step of training, in a line with the title.");
    ui.checkbox(&mut form.losses, "Losses along below")
        .tip("The curves of both losses, as far as they have come.");
    ui.add_space(theme::TIGHT);
    let ready = !form.run.trim().is_empty() && film.writing.is_none();
    let write = Button::new("Write the time-lapse").primary();
    let about = "Write it in the format and size that are chosen for films, to the same folder.";
    if ui.add_enabled(ready, write.tip(about)).clicked() {
        actions.push(Action::Animate(AnimateAction::WriteLapse));
        ui.close();
    }
    note(
        ui,
        "Where checkpoints stand the faces are drawn anew; between them they come from the kept walls. Also of a run that goes on.",
    );
    if form != film.lapse {
        actions.push(Action::Animate(AnimateAction::Lapse(form)));
    }
}
