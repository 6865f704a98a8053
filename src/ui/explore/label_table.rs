//! How well labels can be told: why some of them have no direction, and others a weak one.

use egui::{Grid, Popup, PopupCloseBehavior, RichText, ScrollArea, Ui};

use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, note};
use crate::worker::jobs::directions::LabelReport;

/// A line below the strips, and the table that it opens.
pub fn show(ui: &mut Ui, labels: &[LabelReport]) {
    if labels.is_empty() {
        return;
    }
    let used = labels.iter().filter(|label| label.used).count();
    ui.add_space(theme::GAP);
    note(
        ui,
        format!("{used} of {} labels are told well enough.", labels.len()),
    );
    let button = Button::new("Label reliability").quiet();
    let response = ui.add(button.tip("Labels that the network cannot tell have no direction."));
    Popup::from_toggle_button_response(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| table(ui, labels));
}

fn table(ui: &mut Ui, labels: &[LabelReport]) {
    ui.set_width(360.0);
    note(
        ui,
        "From D's features of pictures that were kept back, and from the latents of random faces: R² of a number, balanced accuracy of a yes or no (one half is a guess).",
    );
    ui.add_space(theme::TIGHT);
    ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
        Grid::new("labels told")
            .num_columns(3)
            .striped(true)
            .show(ui, |ui| {
                for heading in ["label", "pictures", "latents"] {
                    ui.label(RichText::new(heading).font(theme::small()));
                }
                ui.end_row();
                for label in labels {
                    let ink = if label.used {
                        palette(ui).text
                    } else {
                        palette(ui).muted
                    };
                    for text in [
                        label.name.clone(),
                        format!("{:.2}", label.from_pictures),
                        format!("{:.2}", label.from_latents),
                    ] {
                        ui.label(RichText::new(text).color(ink));
                    }
                    ui.end_row();
                }
            });
    });
}
