//! How the networks learn: settings that can be changed while a run goes on.

use clap::ValueEnum as _;
use egui::{Align, ComboBox, DragValue, Layout, RichText, Ui};

use super::fields::{Fields, VALUE, number_as, rate};
use crate::config::{Augment, LiveConfig, Loss, Penalty, Schedule, about};
use crate::readable;
use crate::ui::theme;
use crate::ui::widgets::{Tip, note, plain, row, whole};

/// Draws them; of a run that has seen so many pictures they take effect at the next step.
pub fn show(ui: &mut Ui, fields: &mut Fields<'_>, seen: Option<u64>) {
    ui.add_space(theme::GAP);
    ui.horizontal(|ui| {
        ui.label(RichText::new("Learning").font(theme::heading()));
        if seen.is_some() {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                note(ui, "live")
                    .tip("A change takes effect at the next step and is marked on the curves.");
            });
        }
    });
    ui.add_space(2.0);
    optimisers(ui, fields);
    regularisers(ui, fields);
    let (compares, batch) = (fields.config.loss == Loss::Rpgan, fields.config.batch);
    let penalised = fields.config.penalty != Penalty::None;
    let live = &mut fields.config.live;
    if !compares {
        row(ui, "LeCam", about::LECAM, |ui| {
            number_as(ui, field(&mut live.lecam, 0.01, 3), 0.0..=100.0, plain);
        });
    }
    row(ui, "Averaging ramp", about::EMA_RAMPUP, |ui| {
        number_as(ui, field(&mut live.ema_rampup, 0.01, 2), 0.0..=1.0, plain);
    });
    schedule(ui, live, penalised);
    let now = seen.filter(|_| live.schedule != Schedule::Constant);
    if let Some(seen) = now {
        let now = live.at(seen, batch);
        let gamma = if penalised {
            format!(", γ {:.3}", now.gamma)
        } else {
            String::new()
        };
        let (g, d) = (readable::rate(now.lr_g), readable::rate(now.lr_d));
        note(ui, format!("now rates {g} and {d}{gamma}"))
            .tip("What the schedule has come to, of G and D.");
    }
}

/// Rates, moments and averaging.
fn optimisers(ui: &mut Ui, fields: &mut Fields<'_>) {
    row(ui, "Rate G", about::LR_G, |ui| {
        rate(ui, &mut fields.config.live.lr_g)
    });
    fields.check(ui, "lr-g");
    row(ui, "Rate D", about::LR_D, |ui| {
        rate(ui, &mut fields.config.live.lr_d)
    });
    fields.check(ui, "lr-d");
    let penalised = fields.config.penalty != Penalty::None;
    let live = &mut fields.config.live;
    row(ui, "Adam β1", about::BETA1, |ui| {
        number_as(ui, field(&mut live.beta1, 0.01, 2), 0.0..=0.99, plain);
    });
    if penalised {
        row(ui, "Adam β2", about::BETA2, |ui| {
            number_as(ui, field(&mut live.beta2, 0.001, 4), 0.0..=0.9999, plain);
        });
        row(ui, "Penalty γ", about::GAMMA, |ui| {
            number_as(ui, field(&mut live.gamma, 0.01, 3), 0.0..=1000.0, plain);
        });
    }
    row(ui, "D steps per G", about::D_STEPS, |ui| {
        let field = DragValue::new(&mut live.d_steps).speed(0.1);
        number_as(ui, field, 1.0..=100.0, plain);
    });
    row(ui, "Averaging", about::EMA, |ui| {
        number_as(ui, field(&mut live.ema, 0.001, 4), 0.0..=0.9999, plain);
    });
}

/// What keeps D from growing too sure.
fn regularisers(ui: &mut Ui, fields: &mut Fields<'_>) {
    let live = &mut fields.config.live;
    row(ui, "Label smoothing", about::SMOOTHING, |ui| {
        number_as(ui, field(&mut live.smoothing, 0.01, 2), 0.0..=0.49, plain);
    });
    fields.check(ui, "smoothing");
    let live = &mut fields.config.live;
    row(ui, "Instance noise", about::INSTANCE_NOISE, |ui| {
        let field = field(&mut live.instance_noise, 0.01, 2);
        number_as(ui, field, 0.0..=2.0, plain);
    });
    augment(ui, &mut live.augment);
}

/// How rates and γ move by themselves; what it comes to only where it does.
fn schedule(ui: &mut Ui, live: &mut LiveConfig, penalised: bool) {
    row(ui, "Schedule", about::SCHEDULE, |ui| {
        ComboBox::from_id_salt("schedule")
            .width(VALUE)
            .selected_text(schedule_name(live.schedule))
            .show_ui(ui, |ui| {
                for &schedule in Schedule::value_variants() {
                    let name = schedule_name(schedule);
                    ui.selectable_value(&mut live.schedule, schedule, name);
                }
            });
    });
    if live.schedule == Schedule::Constant {
        return;
    }
    row(ui, "Until pictures", about::SCHEDULE_IMAGES, |ui| {
        let field = DragValue::new(&mut live.schedule_images)
            .speed(10_000)
            .custom_formatter(|value, _| readable::count(value as u64));
        number_as(ui, field, 1.0..=1e12, whole);
    });
    row(ui, "Rates then ×", about::LR_END, |ui| {
        number_as(ui, field(&mut live.lr_end, 0.01, 3), 0.001..=10.0, plain);
    });
    if penalised {
        row(ui, "γ then ×", about::GAMMA_END, |ui| {
            number_as(ui, field(&mut live.gamma_end, 0.01, 3), 0.0..=10.0, plain);
        });
    }
}

fn schedule_name(schedule: Schedule) -> &'static str {
    match schedule {
        Schedule::Constant => "Constant",
        Schedule::Linear => "Linear",
        Schedule::Cosine => "Cosine",
    }
}

fn field(value: &mut f64, speed: f64, decimals: usize) -> DragValue<'_> {
    let field = DragValue::new(value).speed(speed);
    field.min_decimals(1).max_decimals(decimals)
}

fn augment(ui: &mut Ui, augment: &mut Augment) {
    let label = ui.label(RichText::new("DiffAugment").color(theme::palette(ui).muted));
    label.tip(about::AUGMENT);
    ui.horizontal_wrapped(|ui| {
        let choices = [
            (
                &mut augment.colour,
                "Colour",
                "Brightness, saturation and contrast at random (DiffAugment).",
            ),
            (
                &mut augment.translation,
                "Shift",
                "Moved by up to an eighth of the side (DiffAugment's translation).",
            ),
            (
                &mut augment.cutout,
                "Cutout",
                "A square of half the side becomes grey (DiffAugment).",
            ),
        ];
        for (on, name, about) in choices {
            ui.checkbox(on, name).tip(about);
        }
    });
}
