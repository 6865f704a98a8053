//! Asks how large a picture is to be and where it goes, and says where it went.

use egui::{Align, Id, Layout, Modal, RichText, Role, Ui, vec2};

use super::action::{StillAction, StillForm, StillSubject};
use super::{SCALES, StillResult};
use crate::ui::action::{Action, FrameAction};
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::state::ExploreState;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::saved_file::saved_file;
use crate::ui::widgets::{Button, PathField, Tip, note, path_field, row, segmented};
use crate::worker::jobs::dialog::Pick;

const WIDTH: f32 = 440.0;

fn does(actions: &mut Vec<Action>, action: StillAction) {
    actions.push(Action::Explore(ExploreAction::Still(action)));
}

/// Shows the dialog where it is open, on any screen.
pub fn dialog(ui: &Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    let Some(form) = &state.stills.form else {
        return;
    };
    let modal = Modal::new(Id::unique("save picture")).show(ui.ctx(), |ui| {
        ui.set_width(WIDTH);
        let title = match &form.subject {
            StillSubject::Face(_) => "Save the face as a picture",
            StillSubject::Seen(seen) if seen.wall.count == 1 => "Save the face as a picture",
            StillSubject::Wall | StillSubject::Seen(_) => "Save the wall as a picture",
        };
        ui.label(RichText::new(title).font(theme::title()));
        ui.add_space(theme::GAP);
        look(ui, state, actions);
        let mut path = form.file.path.clone();
        ui.add_space(theme::TIGHT);
        let entered = match path_field(ui, "Picture file", "Path of a .png file", &mut path, WIDTH)
        {
            Some(PathField::Browse) => {
                actions.push(Action::Frame(FrameAction::Browse(Pick::NewPicture)));
                false
            }
            Some(PathField::Changed) => {
                does(actions, StillAction::Path(path));
                false
            }
            Some(PathField::Entered) => true,
            None => false,
        };
        note(ui, restores(form));
        ui.add_space(theme::GAP);
        buttons(ui, form, entered, actions);
        told(ui, state, actions);
    });
    if modal.should_close() {
        does(actions, StillAction::Close);
    }
}

/// What happens when the picture comes back.
fn restores(form: &StillForm) -> &'static str {
    match &form.subject {
        StillSubject::Seen(seen) if seen.latents.is_empty() => older_file(form),
        StillSubject::Face(_) => {
            "The picture carries the face's latent: drop it on the window, and the face is back."
        }
        _ => "The picture carries the latents: drop it on the window, and the faces are back.",
    }
}

/// What becomes of an older file of the same name.
fn older_file(form: &StillForm) -> &'static str {
    match form.file.replaces() {
        true => "The file that you chose is replaced.",
        false => "An older file of this name stays: the new one gets a number.",
    }
}

/// How large it is to be, and how it is enlarged.
fn look(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    let names = SCALES.map(|scale| format!("×{scale}"));
    let abouts = SCALES.map(|scale| match state.still_size(scale) {
        Some((width, height)) => format!("{width} × {height} pixels."),
        None => String::new(),
    });
    let now = state.stills.scale;
    let about = "Times that each pixel of the network is enlarged; the next picture is as large.";
    row(ui, "Size", about, |ui| {
        let choices = [0, 1, 2].map(|i| (SCALES[i], &*names[i], &*abouts[i]));
        let size = vec2(156.0, theme::CONTROL);
        if let Some(scale) = segmented(ui, Role::RadioButton, now, &choices, size) {
            does(actions, StillAction::Scale(scale));
        }
        if let Some((width, height)) = state.still_size(now) {
            let text = format!("{width} × {height} pixels");
            ui.label(RichText::new(text).color(palette(ui).muted));
        }
    });
    let about = "Enlarge with soft pixels (Lanczos) instead of hard ones (nearest neighbour), here and on the stage.";
    row(ui, "Smooth pixels", about, |ui| {
        let mut smooth = !state.controls.crisp;
        let checkbox = egui::Checkbox::without_text(&mut smooth);
        if ui.add_enabled(now > 1, checkbox).changed() {
            actions.push(Action::Explore(ExploreAction::Smooth(smooth)));
        }
    });
}

fn buttons(ui: &mut Ui, form: &StillForm, entered: bool, actions: &mut Vec<Action>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let save = Button::new("Save").name("Save the picture").primary();
        let ready = !form.file.path.trim().is_empty();
        let about = format!("Write the picture. {}", older_file(form));
        let save = ui.add_enabled(ready, save.tip(&about));
        if ui.memory(|memory| memory.focused().is_none()) {
            save.request_focus();
        }
        if save.clicked() || (entered && ready) {
            does(actions, StillAction::Write);
        }
        let copy = Button::new("Copy").name("Copy the picture");
        let copy = copy.tip("Put the picture on the clipboard, this large.");
        if ui.add(copy).clicked() {
            does(actions, StillAction::Copy(form.subject.clone()));
        }
        let close = Button::new("Close").name("Close the dialog").quiet();
        if ui.add(close.tip("Go back to the faces.")).clicked() {
            does(actions, StillAction::Close);
        }
    });
}

/// What came of the last one.
fn told(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    let Some((result, _)) = &state.stills.told else {
        return;
    };
    ui.add_space(theme::TIGHT);
    match result {
        StillResult::Saved(written) => {
            if let Some(choice) = saved_file(ui, &written.path) {
                let wish = FrameAction::WithFile(choice, written.path.clone());
                actions.push(Action::Frame(wish));
            }
        }
        StillResult::Copied((width, height)) => {
            note(
                ui,
                format!("{width} × {height} pixels are on the clipboard."),
            );
        }
        StillResult::Failed(notice) => {
            let text = RichText::new(&notice.summary).font(theme::small());
            ui.label(text.color(palette(ui).red)).tip(&notice.details);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::Latent;
    use crate::ui::widgets::new_file::NewFile;

    #[test]
    fn it_says_what_becomes_of_an_older_file() {
        let mut form = StillForm {
            subject: StillSubject::Face(Latent(Vec::new())),
            file: NewFile::chosen("/there/face.png".to_owned()),
        };
        assert!(older_file(&form).contains("replaced"));
        form.file.path = "/there/other.png".to_owned();
        assert!(older_file(&form).contains("number"));
    }
}
