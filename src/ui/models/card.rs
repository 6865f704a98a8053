//! What is known of the model that is chosen, and what can be done with it.

use std::path::PathBuf;

use egui::{CollapsingHeader, Rect, RichText, ScrollArea, Sense, Ui, vec2};

use super::grid::{removal, rename_field};
use super::row::{line_of, no_picture};
use crate::ui::action::{Action, FrameAction};
use crate::ui::frame::commands::Command;
use crate::ui::models::action::ModelsAction;
use crate::ui::models::pair::action::{Mode, PairAction};
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::saved_file::FileChoice;
use crate::ui::widgets::{Button, empty_state, note};
use crate::worker::jobs::models::card::ModelCard;
use crate::worker::jobs::models::look::now;
use crate::worker::jobs::models::share::Handed;
use crate::worker::jobs::models::{KnownModel, ModelPlace};

/// Side of the picture.
const PICTURE: f32 = 192.0;

pub fn show(ui: &mut Ui, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let models = shared.models;
    let selected = models
        .selected
        .as_ref()
        .and_then(|place| models.list.at(place));
    let Some(model) = selected else {
        empty_state(
            ui,
            "No model is chosen",
            "Choose one to see what it learnt from and what it is.",
            |_| {},
        );
        return;
    };
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 8.0);
        head(ui, shared, model, actions);
        ui.add_space(theme::GAP);
        buttons(ui, shared, model, actions);
        ui.add_space(theme::GAP);
        match &models.card {
            Some((place, Ok(card))) if *place == model.place => facts(ui, model, card),
            Some((place, Err(notice))) if *place == model.place => {
                ui.label(RichText::new(&notice.summary).color(palette(ui).red));
                note(ui, &notice.details);
            }
            _ => {
                ui.spinner();
            }
        }
    });
}

fn head(ui: &mut Ui, shared: &Shared<'_>, model: &KnownModel, actions: &mut Vec<Action>) {
    let models = shared.models;
    let side = PICTURE.min(ui.available_width());
    let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), side), Sense::hover());
    let square = Rect::from_min_size(area.min, vec2(side, side));
    let failed = models.thumbs.failed(&model.place);
    let is_there = models.thumbs.paint(ui.painter(), &model.place, square);
    if model.is_missing {
        no_picture(ui, square, "missing");
    } else if failed.is_some() {
        no_picture(ui, square, "cannot be read");
    } else if !is_there {
        no_picture(ui, square, "");
    }
    ui.add_space(theme::TIGHT);
    match &models.naming {
        Some((place, text)) if *place == model.place => rename_field(ui, model, text, actions),
        _ => {
            let name = RichText::new(&model.name).font(theme::title());
            ui.add(egui::Label::new(name).truncate());
        }
    }
    note(ui, line_of(model, Some(now())));
    if let Some(notice) = failed {
        ui.label(RichText::new(&notice.summary).color(palette(ui).red));
        note(ui, &notice.details);
    }
}

fn buttons(ui: &mut Ui, shared: &Shared<'_>, model: &KnownModel, actions: &mut Vec<Action>) {
    let mut ask = |action| actions.push(Action::Models(action));
    let is_there = !model.is_missing;
    let place = || model.place.clone();
    ui.horizontal_wrapped(|ui| {
        let explore = Button::new("Explore")
            .primary()
            .name("Explore the chosen model");
        let about = "Walk through its latent space on the Explore screen.";
        if ui.add_enabled(is_there, explore.tip(about)).clicked() {
            ask(ModelsAction::Open(model.place.path()));
        }
        let compare = Button::of(Command::CompareModels);
        if ui.add_enabled(is_there, compare).clicked() {
            ask(ModelsAction::Pair(PairAction::Open(Mode::Split)));
        }
        let blend = Button::of(Command::BlendModels);
        if ui.add_enabled(is_there, blend).clicked() {
            ask(ModelsAction::Pair(PairAction::Open(Mode::Blend)));
        }
    });
    ui.horizontal_wrapped(|ui| {
        let is_free = is_there && shared.models.exporting.is_none();
        let rename = Button::of(Command::RenameModel).small();
        if ui.add(rename).clicked() {
            ask(ModelsAction::EditName(Some((place(), model.name.clone()))));
        }
        let onnx = Button::new("Export ONNX").small();
        let about = "Write its generator as an ONNX graph into Pictures/Morphogan, for other programs.";
        if ui.add_enabled(is_free, onnx.tip(about)).clicked() {
            ask(ModelsAction::Export(place(), Handed::Onnx));
        }
        let folder = Button::new("Export folder").small();
        let about = "Write a folder to hand on into Pictures/Morphogan: the model, ONNX, PyTorch code and a card as Hugging Face reads it.";
        if ui.add_enabled(is_free, folder.tip(about)).clicked() {
            ask(ModelsAction::Export(place(), Handed::Folder));
        }
    });
    exported(ui, shared, model, actions);
    take_away(ui, shared, model, actions);
}

/// What was written, where it was asked for.
fn exported(ui: &mut Ui, shared: &Shared<'_>, model: &KnownModel, actions: &mut Vec<Action>) {
    if let Some((place, _)) = &shared.models.exporting
        && *place == model.place
    {
        ui.horizontal(|ui| {
            ui.spinner();
            note(ui, "Writing…");
        });
    }
    if let Some((place, path)) = &shared.models.exported
        && *place == model.place
    {
        ui.horizontal_wrapped(|ui| {
            note(ui, format!("Saved to {}", path.display()));
            let show = Button::new("Show")
                .name("Show what was saved")
                .small()
                .quiet();
            if ui
                .add(show.tip("Open the file manager where it is."))
                .clicked()
            {
                actions.push(in_folder(path.clone()));
            }
        });
    }
}

fn in_folder(path: PathBuf) -> Action {
    Action::Frame(FrameAction::WithFile(FileChoice::Show, path))
}

fn take_away(ui: &mut Ui, shared: &Shared<'_>, model: &KnownModel, actions: &mut Vec<Action>) {
    if matches!(model.place, ModelPlace::Shipped(_)) {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        let show = Button::new("Show in folder").small().quiet();
        let about = "Open the file manager where it is.";
        if ui.add_enabled(!model.is_missing, show.tip(about)).clicked() {
            actions.push(in_folder(model.place.path()));
        }
        if matches!(model.place, ModelPlace::File(_)) {
            let forget = Button::new("Take off the list").small().quiet();
            if ui.add(forget.tip("The file stays where it is.")).clicked() {
                actions.push(Action::Models(ModelsAction::Forget(model.place.clone())));
            }
        }
        if model.is_missing {
            return;
        }
        let about = match &model.place {
            ModelPlace::Run(_) => {
                "Move the whole run with its checkpoints to the trash; it can be brought back."
            }
            _ => "Move the file to the trash; it can be brought back.",
        };
        let trash = Button::new("Move to trash")
            .small()
            .quiet()
            .command(Command::RemoveModel)
            .tip(about);
        if ui
            .add_enabled(shared.models.moving.is_none(), trash)
            .clicked()
        {
            actions.push(Action::Models(removal(model)));
        }
    });
}

fn facts(ui: &mut Ui, model: &KnownModel, card: &ModelCard) {
    ui.separator();
    for (name, value) in &card.rows {
        fact(ui, name, value);
    }
    if card.rows.is_empty() {
        let text = "The file tells nothing of how it was made: another program wrote it. Exported as a folder it gets a card.";
        note(ui, text);
    }
    if !card.measures.is_empty() {
        ui.add_space(theme::GAP);
        ui.label(RichText::new("Measured").font(theme::heading()));
        for (name, value) in &card.measures {
            fact(ui, name, value);
        }
    }
    ui.add_space(theme::GAP);
    note(ui, model.place.path().display().to_string());
    if let Some(settings) = &card.settings {
        CollapsingHeader::new("Settings of its run").show(ui, |ui| {
            ui.label(RichText::new(settings).monospace().color(palette(ui).muted));
        });
    }
}

fn fact(ui: &mut Ui, name: &str, value: &str) {
    ui.horizontal_top(|ui| {
        let width = 132.0;
        let muted = palette(ui).muted;
        ui.allocate_ui(vec2(width, 16.0), |ui| {
            ui.set_width(width);
            ui.label(RichText::new(name).color(muted));
        });
        ui.add(egui::Label::new(value).wrap());
    });
}
