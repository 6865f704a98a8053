//! Where a file went that was asked for, and what can be done with it: the same for films and pictures.

use std::path::Path;

use egui::{Label, RichText, Ui};

use super::Button;
use crate::ui::theme::{self, palette};

/// What a person wants of a file that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileChoice {
    /// To see it, in the system's program for it.
    Open,
    /// To see its folder.
    Show,
    CopyPath,
}

/// What can be done with it: what each choice is called, and means.
const CHOICES: [(FileChoice, &str, &str); 3] = [
    (
        FileChoice::Open,
        "Open",
        "Open it with the system's program for such files.",
    ),
    (
        FileChoice::Show,
        "Show in folder",
        "Open the folder that it lies in.",
    ),
    (
        FileChoice::CopyPath,
        "Copy path",
        "Put its path on the clipboard.",
    ),
];

/// Says where the file at `path` went, and what can be done with it.
pub fn saved_file(ui: &mut Ui, path: &Path) -> Option<FileChoice> {
    let text = RichText::new(format!("Saved to {}", path.display()));
    let text = text.font(theme::small()).color(palette(ui).muted);
    ui.add(Label::new(text).wrap());
    ui.horizontal_wrapped(file_choices).inner
}

/// Only what can be done with it, in a row.
pub fn file_choices(ui: &mut Ui) -> Option<FileChoice> {
    let mut chosen = None;
    for (choice, name, about) in CHOICES {
        if ui.add(Button::new(name).small().tip(about)).clicked() {
            chosen = Some(choice);
        }
    }
    chosen
}
