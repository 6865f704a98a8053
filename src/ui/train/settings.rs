//! The settings of the next run.

use clap::ValueEnum as _;
use egui::{Align, ComboBox, DragValue, Layout, RichText, Role, ScrollArea, Ui, vec2};

use super::fields::{Fields, VALUE, number, number_as, problem};
use super::learning;
use crate::config::{
    DataChoice, DeviceChoice, Loss, Penalty, PrecisionChoice, Preset, TrainConfig, about,
};
use crate::readable;
use crate::ui::action::{Action, FrameAction, Screen};
use crate::ui::shared::Shared;
use crate::ui::theme;
use crate::ui::train::action::TrainAction;
use crate::ui::widgets::{Button, FROM_ZERO, Tip, cut, group, note, plain, row, segmented, whole};

/// Why a run cannot be started with `config`; `None` if it can.
pub fn obstacle(config: &TrainConfig) -> Option<String> {
    if let DataChoice::Path(path) = &config.data
        && path.as_os_str().is_empty()
    {
        return Some(
            "Choose pictures to learn from, or the starter faces, on the Data screen.".to_owned(),
        );
    }
    config.validate().err().map(|error| error.to_string())
}

/// Draws all settings; actions for other ones when a person changes any.
pub fn show(ui: &mut Ui, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let active = shared.session.state.is_active();
    let mut config = shared.config.clone();
    let wrong = obstacle(&config);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 12.0);
        heading(ui, active);
        pictures(ui, shared, actions);
        let mut fields = Fields {
            config: &mut config,
            wrong: wrong.as_deref(),
            told: false,
        };
        ui.add_enabled_ui(!active, |ui| {
            fields.preset(ui);
            fields.network(ui);
            fields.training(ui);
        });
        let seen = shared.session.last.map_or(0, |last| last.images);
        learning::show(ui, &mut fields, active.then_some(seen));
        ui.add_enabled_ui(!active, |ui| fields.machine(ui));
        // What no field has claimed is said at the end.
        if let (Some(text), false) = (&wrong, fields.told) {
            problem(ui, text);
        }
    });
    if active && config.live != shared.config.live {
        if config.live.validate().is_ok() {
            actions.push(Action::Train(TrainAction::Adjust(config.live)));
        }
    } else if config != *shared.config {
        actions.push(Action::Frame(FrameAction::Configure(Box::new(config))));
    }
}

/// The first heading stands on one line with those of the other panels.
fn heading(ui: &mut Ui, active: bool) {
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.label(RichText::new("Pictures").font(theme::heading()));
        if active {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let about = "What the networks are does not change in a run; how they learn does: see Learning below.";
                note(ui, "fixed during the run").tip(about);
            });
        }
    });
}

/// What the next run learns from, in one line, and the way to where it is chosen.
fn pictures(ui: &mut Ui, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let change = Button::new("Change…").name("Change the pictures");
            let about =
                "Choose other pictures, or how they are cropped and prepared, on the Data screen.";
            if ui.add(change.tip(about)).clicked() {
                actions.push(Action::Frame(FrameAction::Show(Screen::Data)));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = &shared.pictures.1;
                cut(ui, text, text);
            });
        });
    });
    if let Some(text) = shared.pictures.0.clone() {
        problem(ui, &text);
    }
}

impl Fields<'_> {
    fn network(&mut self, ui: &mut Ui) {
        group(ui, "Network");
        let about = "Side of the pictures in pixels; each doubling adds a layer and costs about four times the time.";
        let size = vec2(VALUE, theme::CONTROL);
        row(ui, "Size", about, |ui| {
            let choices = [(32, "32", about), (64, "64", about), (128, "128", about)];
            if let Some(size) = segmented(ui, Role::RadioButton, self.config.size, &choices, size) {
                self.config.size = size;
            }
        });
        self.check(ui, "size");
        let about = "Feature maps of the last hidden layer (ngf and ndf): wider networks draw better and learn more slowly.";
        row(ui, "Width", about, |ui| {
            number(ui, DragValue::new(&mut self.config.width).speed(1));
        });
        self.check(ui, "width");
        let about = "How many numbers make a face: the length of the latent vector z (nz).";
        row(ui, "Latent", about, |ui| {
            number(ui, DragValue::new(&mut self.config.latent).speed(1));
        });
        self.check(ui, "latent");
    }

    /// Settings that go well together.
    fn preset(&mut self, ui: &mut Ui) {
        let about = "Settings that go well together; data, machine and seed stay as they are.";
        let now = Preset::of(self.config);
        ui.add_space(theme::GAP);
        row(ui, "Preset", about, |ui| {
            ComboBox::from_id_salt("preset")
                .width(VALUE)
                .selected_text(now.map_or("Custom", Preset::name))
                .show_ui(ui, |ui| {
                    for &preset in Preset::value_variants() {
                        let choice = ui.selectable_label(now == Some(preset), preset.name());
                        if choice.tip(preset.about()).clicked() {
                            *self.config = preset.apply(self.config);
                        }
                    }
                });
        });
    }

    fn training(&mut self, ui: &mut Ui) {
        group(ui, "Training");
        let about = "How many pictures the networks see in one step (batch size).";
        row(ui, "Batch", about, |ui| {
            number(ui, DragValue::new(&mut self.config.batch).speed(1));
        });
        self.check(ui, "batch");
        self.steps(ui);
        row(ui, "Loss", about::LOSS, |ui| {
            ComboBox::from_id_salt("loss")
                .width(VALUE)
                .selected_text(loss_name(self.config.loss))
                .show_ui(ui, |ui| {
                    for &loss in Loss::value_variants() {
                        ui.selectable_value(&mut self.config.loss, loss, loss_name(loss));
                    }
                });
        });
        row(ui, "Penalty", about::PENALTY, |ui| {
            ComboBox::from_id_salt("penalty")
                .width(VALUE)
                .selected_text(penalty_name(self.config.penalty))
                .show_ui(ui, |ui| {
                    for &penalty in Penalty::value_variants() {
                        let name = penalty_name(penalty);
                        ui.selectable_value(&mut self.config.penalty, penalty, name);
                    }
                });
        });
        self.check(ui, "penalty");
        row(ui, "Spectral norm", about::SPECTRAL_NORM, |ui| {
            ui.checkbox(&mut self.config.spectral_norm, "");
        });
        let about = "Every random number follows from this: the same seed gives the same run.";
        row(ui, "Seed", about, |ui| {
            number(ui, DragValue::new(&mut self.config.seed).speed(1));
        });
    }

    /// The length of the run. Passes over the data come from the command line; a number typed here
    /// replaces them.
    fn steps(&mut self, ui: &mut Ui) {
        let about = "After how many steps the run ends by itself; 0 goes on until you stop it.";
        let mut steps = self.config.steps.unwrap_or(0);
        let epochs = self.config.epochs;
        let before = steps;
        row(ui, "Steps", about, |ui| {
            let field =
                DragValue::new(&mut steps)
                    .speed(50)
                    .custom_formatter(move |value, _| match (value as u64, epochs) {
                        (0, Some(passes)) => format!("{passes} passes"),
                        (0, None) => "until stopped".to_owned(),
                        (steps, _) => readable::count(steps),
                    });
            number_as(ui, field, FROM_ZERO, steps_of);
        });
        if steps != before {
            self.config.steps = (steps > 0).then_some(steps);
            self.config.epochs = None;
        }
        self.check(ui, "steps");
        self.check(ui, "epochs");
    }

    fn machine(&mut self, ui: &mut Ui) {
        group(ui, "Machine");
        let about = "Where to compute; Auto takes CUDA, then Metal, then the processor: the first that works.";
        row(ui, "Device", about, |ui| {
            ComboBox::from_id_salt("device")
                .width(VALUE)
                .selected_text(device_name(self.config.device))
                .show_ui(ui, |ui| {
                    for device in [
                        DeviceChoice::Auto,
                        DeviceChoice::Cpu,
                        DeviceChoice::Cuda,
                        DeviceChoice::Metal,
                    ] {
                        ui.selectable_value(&mut self.config.device, device, device_name(device));
                    }
                });
        });
        row(ui, "Precision", about::PRECISION, |ui| {
            ComboBox::from_id_salt("precision")
                .width(VALUE)
                .selected_text(precision_name(self.config.precision))
                .show_ui(ui, |ui| {
                    for precision in [PrecisionChoice::F32, PrecisionChoice::Bf16] {
                        let name = precision_name(precision);
                        ui.selectable_value(&mut self.config.precision, precision, name);
                    }
                });
        });
        let about = "How many processor threads compute; 0 takes one a core.";
        let mut threads = self.config.threads.unwrap_or(0);
        row(ui, "Threads", about, |ui| {
            let field = DragValue::new(&mut threads)
                .speed(0.1)
                .custom_formatter(|value, _| {
                    if value < 1.0 {
                        "all".to_owned()
                    } else {
                        format!("{value:.0}")
                    }
                });
            let all = |text: &str| plain(text).or((text.trim() == "all").then_some(0.0));
            number_as(ui, field, FROM_ZERO, all);
        });
        self.config.threads = (threads > 0).then_some(threads);
        self.check(ui, "threads");
    }
}

/// The steps that a text stands for; none for those that the field itself writes where there is no such number.
fn steps_of(text: &str) -> Option<f64> {
    let none = text.trim() == "until stopped" || text.trim().ends_with(" passes");
    whole(text).or(none.then_some(0.0))
}

fn loss_name(loss: Loss) -> &'static str {
    match loss {
        Loss::Bce => "Cross-entropy",
        Loss::Lsgan => "Least squares",
        Loss::Hinge => "Hinge",
        Loss::Rpgan => "Relativistic",
    }
}

fn penalty_name(penalty: Penalty) -> &'static str {
    match penalty {
        Penalty::None => "None",
        Penalty::R1 => "R1",
        Penalty::R1r2 => "R1 and R2",
    }
}

fn precision_name(precision: PrecisionChoice) -> &'static str {
    match precision {
        PrecisionChoice::F32 => "f32",
        PrecisionChoice::Bf16 => "bf16, GPU only",
    }
}

fn device_name(device: DeviceChoice) -> &'static str {
    match device {
        DeviceChoice::Auto => "Auto",
        DeviceChoice::Cpu => "CPU",
        DeviceChoice::Cuda => "CUDA",
        DeviceChoice::Metal => "Metal",
    }
}
