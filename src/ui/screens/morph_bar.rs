//! The bar that writes the way from A to B as an animation.

use egui::{Align, DragValue, Layout, RichText, Ui, vec2};

use crate::ui::App;
use crate::ui::action::Action;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, PathField, path_field, progress};
use crate::worker::Pick;

/// Draws it.
pub fn show(ui: &mut Ui, app: &App, wishes: &mut Vec<Action>) {
    let mut form = app.export.form.clone();
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.label(RichText::new("Morph A to B").font(theme::heading()));
            let length = format!("GIF of {:.1} s", form.seconds());
            ui.label(
                RichText::new(length)
                    .font(theme::small())
                    .color(palette(ui).muted),
            );
        });
        ui.add_space(theme::GAP);
        if let Some(share) = app.export.share() {
            writing(ui, app, share, wishes);
            return;
        }
        field(ui, "Frames", "How many pictures the animation has.", |ui| {
            ui.add_sized(
                vec2(48.0, theme::CONTROL),
                DragValue::new(&mut form.frames).range(2..=2000),
            );
        });
        field(
            ui,
            "Per second",
            "How many of them are shown in a second; most viewers slow down above 50.",
            |ui| {
                ui.add_sized(
                    vec2(40.0, theme::CONTROL),
                    DragValue::new(&mut form.fps).range(1..=50).speed(0.2),
                );
            },
        );
        field(
            ui,
            "Scale",
            "Every pixel becomes a square of this side.",
            |ui| {
                ui.add_sized(
                    vec2(36.0, theme::CONTROL),
                    DragValue::new(&mut form.scale).range(1..=32).speed(0.05),
                );
            },
        );
        ui.checkbox(&mut form.closed, "Loop")
            .on_hover_text("Go from A to B and back to A, so that the animation has no jump.");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let export = Button::new("Export GIF")
                .primary()
                .tip("Write the animation with the faces as they are now.");
            if ui
                .add_enabled(!form.path.trim().is_empty(), export)
                .clicked()
            {
                wishes.push(Action::StartExport);
            }
            let width = ui.available_width().min(420.0);
            let field = path_field(
                ui,
                "Animation file",
                "Path of the .gif file",
                &mut form.path,
                width,
            );
            if field == Some(PathField::Browse) {
                wishes.push(Action::Browse(Pick::NewGif));
            }
        });
    });
    if form != app.export.form {
        wishes.push(Action::Export(form));
    }
}

fn field<R>(ui: &mut Ui, name: &str, about: &str, control: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.label(RichText::new(name).color(palette(ui).muted))
            .on_hover_text(about);
        ui.name_inputs(name, control)
    })
    .inner
}

/// How far the animation is, and a way out.
fn writing(ui: &mut Ui, app: &App, share: f32, wishes: &mut Vec<Action>) {
    progress(ui, "Animation written", share, 240.0);
    let text = if app.export.is_cancelled() {
        "cancelling…".to_owned()
    } else {
        format!("{:.0} %", 100.0 * share)
    };
    ui.label(RichText::new(text).color(palette(ui).muted));
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let cancel = Button::new("Cancel")
            .name("Cancel the export")
            .tip("Write nothing.");
        if ui.add_enabled(!app.export.is_cancelled(), cancel).clicked() {
            wishes.push(Action::CancelExport);
        }
    });
}
