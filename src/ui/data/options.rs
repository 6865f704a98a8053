//! Which source, and how its pictures are prepared.

use std::path::Path;

use egui::{Align, Checkbox, DragValue, Layout, RichText, Role, ScrollArea, TextEdit, Ui, vec2};

use crate::config::{Colour, DataChoice, TrainConfig, TransformConfig};
use crate::readable;
use crate::ui::action::{Action, FrameAction};
use crate::ui::data::action::DataAction;
use crate::ui::data::state::DataScreen;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{
    Button, Icon, Tip, colour_button, ends, group, note, number, plain, row, segmented, whole,
};
use crate::worker::jobs::dialog::Pick;

const VALUE: f32 = 128.0;

/// Draws the controls; actions for other settings when a person changes any.
pub fn show(ui: &mut Ui, state: &DataScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let active = shared.session.state.is_active();
    let mut config = shared.config.clone();
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 12.0);
        heading(ui, active);
        ui.add_enabled_ui(!active, |ui| {
            source(ui, state, shared, &mut config, actions);
            group(ui, "Preparation");
            colours(ui, &mut config);
            let starter = config.data == DataChoice::Starter;
            ui.add_enabled_ui(!starter, |ui| {
                background(ui, &state.background, actions);
            });
            ui.add_space(theme::TIGHT);
            switches(ui, &mut config);
            held_back(ui, &mut config);
        });
    });
    if config != *shared.config {
        actions.push(Action::Frame(FrameAction::Configure(Box::new(config))));
    }
}

fn heading(ui: &mut Ui, active: bool) {
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.label(RichText::new("Source").font(theme::heading()));
        if active {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let about = "The pictures of a run do not change. Stop it to start another with other pictures.";
                note(ui, "fixed during the run").tip(about);
            });
        }
    });
}

fn source(
    ui: &mut Ui,
    state: &DataScreen,
    shared: &Shared<'_>,
    config: &mut TrainConfig,
    actions: &mut Vec<Action>,
) {
    let starter = config.data == DataChoice::Starter;
    let choices = [
        (
            true,
            "Starter faces",
            "Faces drawn by the program: nothing to download, no licence to mind.",
        ),
        (
            false,
            "Your pictures",
            &format!(
                "A folder, zip, tar, tar.gz, MNIST's IDX, CIFAR-10 or parquet; pictures as {} inside.",
                crate::picture::FORMATS
            ),
        ),
    ];
    let size = vec2(ui.available_width(), theme::CONTROL);
    if let Some(starter) = segmented(ui, Role::RadioButton, starter, &choices, size) {
        config.data = if starter {
            DataChoice::Starter
        } else {
            DataChoice::Path(state.path.trim().into())
        };
    }
    ui.add_space(theme::TIGHT);
    if starter {
        starter_faces(ui, config);
    } else {
        path(ui, &state.path, actions);
    }
    recent(ui, state, shared, actions);
}

/// In percent: as people think of it.
fn held_back(ui: &mut Ui, config: &mut TrainConfig) {
    let about = "Share of the pictures that the networks never see. Samples that come nearer to training pictures than these do are copies; the Train screen draws both.";
    let mut percent = (config.hold_back * 100.0).round();
    row(ui, "Kept back", about, |ui| {
        let field = DragValue::new(&mut percent)
            .speed(0.1)
            .max_decimals(0)
            .suffix(" %");
        let share = |text: &str| plain(text.trim().trim_end_matches('%'));
        number(ui, vec2(VALUE, theme::CONTROL), field, 0.0..=50.0, share);
    });
    if percent != (config.hold_back * 100.0).round() {
        config.hold_back = percent / 100.0;
    }
}

fn starter_faces(ui: &mut Ui, config: &mut TrainConfig) {
    let about = "How many different faces are drawn before the first is seen again.";
    row(ui, "Faces", about, |ui| {
        let field = DragValue::new(&mut config.starter_count)
            .speed(100)
            .custom_formatter(|value, _| readable::count(value as u64));
        number(
            ui,
            vec2(VALUE, theme::CONTROL),
            field,
            64.0..=10_000_000.0,
            whole,
        );
    });
}

/// The path, typed; or chosen with the system's dialogs, of which there are two: none of them can
/// choose a file or a folder.
fn path(ui: &mut Ui, path: &str, actions: &mut Vec<Action>) {
    let mut text = path.to_owned();
    let field = TextEdit::singleline(&mut text)
        .hint_text("Path, or drop a folder or file here")
        .align(egui::Align2::LEFT_CENTER)
        .desired_width(f32::INFINITY);
    let size = vec2(ui.available_width(), theme::CONTROL);
    let response = ui.add_sized(size, field);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_label("Path of the pictures");
    });
    if response.changed() {
        actions.push(Action::Data(DataAction::Type(text)));
    }
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        for (text, tip, pick) in [
            (
                "Folder…",
                "Choose a folder with the system's dialog; where there is none, type the path or drop the folder on the window.",
                Pick::PictureFolder,
            ),
            (
                "File…",
                "Choose an archive or data file with the system's dialog; where there is none, type the path or drop the file on the window.",
                Pick::PictureFile,
            ),
        ] {
            let name = format!("Browse for a {}", text.trim_end_matches('…').to_lowercase());
            if ui.add(Button::new(text).name(&name).tip(tip)).clicked() {
                actions.push(Action::Frame(FrameAction::Browse(pick)));
            }
        }
    });
}

fn recent(ui: &mut Ui, state: &DataScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let current = match &shared.config.data {
        DataChoice::Path(path) => Some(path.as_path()),
        DataChoice::Starter => None,
    };
    let others = state.recent.paths().iter();
    let others: Vec<&Path> = others
        .map(AsRef::as_ref)
        .filter(|path| Some(*path) != current)
        .collect();
    if others.is_empty() {
        return;
    }
    ui.add_space(theme::TIGHT);
    note(ui, "Recent");
    for path in others {
        let full = path.display().to_string();
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy();
        ui.horizontal(|ui| {
            let mut forgotten = false;
            ends(
                ui,
                |ui| {
                    ui.set_clip_rect(ui.max_rect().intersect(ui.clip_rect()));
                    let tip = format!("Learn from these again: {full}");
                    if ui.add(Button::new(&name).small().tip(&tip)).clicked() {
                        actions.push(Action::Data(DataAction::Type(full.clone())));
                    }
                },
                |ui| {
                    let forget = Button::icon_only(Icon::Close, "Forget").small();
                    let forget_name = format!("Forget {name}");
                    let forget = forget
                        .name(&forget_name)
                        .tip("Take it off this list; the pictures stay where they are.");
                    forgotten = ui.add(forget).clicked();
                },
            );
            if forgotten {
                actions.push(Action::Data(DataAction::Forget(path.to_owned())));
            }
        });
    }
}

fn colours(ui: &mut Ui, config: &mut TrainConfig) {
    let about = "Whether pictures have three colour channels or one of grey.";
    row(ui, "Channels", about, |ui| {
        let choices = [(3, "Colour", about), (1, "Grey", about)];
        let size = vec2(VALUE, theme::CONTROL);
        if let Some(channels) = segmented(ui, Role::RadioButton, config.channels, &choices, size) {
            config.channels = channels;
        }
    });
}

/// The colour behind transparent pixels: by hand as six digits, or picked.
fn background(ui: &mut Ui, typed: &str, actions: &mut Vec<Action>) {
    let about = "The colour behind transparent pixels (alpha), as six hexadecimal digits.";
    let parsed: Result<Colour, _> = typed.parse();
    let mut text = typed.to_owned();
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        let name = RichText::new("Background").color(palette(ui).muted);
        ui.label(name).tip(about);
        ends(
            ui,
            |_| {},
            |ui| {
                let field = TextEdit::singleline(&mut text)
                    .align(egui::Align2::LEFT_CENTER)
                    .desired_width(VALUE);
                let size = vec2(VALUE - 48.0, theme::CONTROL);
                ui.name_inputs("Background", |ui| ui.add_sized(size, field))
                    .tip(about);
                let mut rgb = parsed.clone().unwrap_or_default().0;
                if colour_button(ui, "Pick the background", about, &mut rgb) {
                    text = Colour(rgb).to_string();
                }
            },
        );
    });
    if let Err(error) = parsed {
        let colour = palette(ui).red;
        let words = RichText::new(error.to_string());
        ui.label(words.font(theme::small()).color(colour));
    }
    if text != typed {
        actions.push(Action::Data(DataAction::Background(text)));
    }
}

fn switches(ui: &mut Ui, config: &mut TrainConfig) {
    let starter = config.data == DataChoice::Starter;
    let TransformConfig {
        mirror,
        dedupe,
        folder_labels,
        ..
    } = &mut config.prepare;
    let all = [
        (
            mirror,
            "Mirror half of them at random",
            "Show each picture as it is or mirrored, at random, each time it comes (horizontal flip); the sheet shows them as they are.",
            true,
        ),
        (
            dedupe,
            "Skip duplicates",
            "Leave out pictures that look like one that is there already (perceptual hash).",
            !starter,
        ),
        (
            folder_labels,
            "Use sub-folder names as labels",
            "Take the sub-folders that the pictures stand in for labels: a column a folder.",
            !starter,
        ),
    ];
    for (value, name, about, fits) in all {
        ui.add_enabled(fits, Checkbox::new(value, name))
            .tip_always(about);
    }
}
