//! Beside two models: how much of each there is in what lies between them.

use egui::{RichText, Ui};

use super::Pair;
use super::action::{PairAction, Which};
use super::parts::{asked, reading};
use crate::readable;
use crate::ui::action::{Action, FrameAction};
use crate::ui::models::action::ModelsAction;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::saved_file::FileChoice;
use crate::ui::widgets::{Button, Tip, note, row, slider};

/// Width of a slider.
const SLIDER: f32 = 150.0;

/// What the two are.
pub fn about(ui: &mut Ui, pair: &Pair) {
    ui.label(RichText::new("The same latents through both").font(theme::heading()));
    note(
        ui,
        "Where both take latents of one length, faces at the same place are drawn from the same numbers; otherwise from the same seed.",
    );
    for which in [Which::A, Which::B] {
        let side = pair.side(which);
        ui.add_space(theme::GAP);
        ui.label(
            RichText::new(format!("{}: {}", which.name(), side.choice.name)).font(theme::heading()),
        );
        let Some(model) = &side.model else { continue };
        let info = model.info();
        let mut lines = vec![format!(
            "{0}×{0} pixels, latents of {1} numbers",
            info.size, info.latent
        )];
        if info.step > 0 {
            lines.push(format!(
                "step {}, {} pictures seen",
                readable::count(info.step),
                readable::count(info.images)
            ));
        }
        lines.extend(
            [&info.data, &info.made_of]
                .into_iter()
                .filter(|text| !text.is_empty())
                .cloned(),
        );
        for line in lines {
            note(ui, line);
        }
    }
    ui.add_space(theme::GAP);
    reading(ui, pair);
}

/// Sliders, and the button that keeps what they make.
pub fn show(ui: &mut Ui, pair: &Pair, actions: &mut Vec<Action>) {
    ui.label(RichText::new("Between A and B").font(theme::heading()));
    note(
        ui,
        "Each weight of the network is blended. This works where both come from the same weights: two steps of a run, or a run and its fork.",
    );
    ui.add_space(theme::GAP);
    if let Some(obstacle) = &pair.obstacle {
        ui.label(RichText::new("These two cannot be blended").color(palette(ui).red));
        note(ui, obstacle.as_str());
        return;
    }
    if pair.weights.is_empty() {
        reading(ui, pair);
        return;
    }
    sliders(ui, pair, actions);
    ui.add_space(theme::GAP);
    ui.horizontal_wrapped(|ui| {
        let coarse = Button::new("Coarse A, fine B").small();
        let about = "Layer swapping (Pinkney and Adler 2020): shape and pose of A, colours and texture of B.";
        let levels = pair.levels.len();
        let swapped = || (0..levels).map(|level| f64::from(u8::from(2 * level >= levels))).collect();
        if ui.add(coarse.tip(about)).clicked() {
            actions.push(asked(PairAction::EachLevel(true)));
            actions.push(asked(PairAction::Weights(swapped())));
        }
        let half = Button::new("Half and half").small();
        if ui.add(half.tip("The middle between both.")).clicked() {
            actions.push(asked(PairAction::Weights(vec![0.5; levels])));
        }
    });
    ui.add_space(theme::WIDE);
    save(ui, pair, actions);
    reading(ui, pair);
}

fn sliders(ui: &mut Ui, pair: &Pair, actions: &mut Vec<Action>) {
    let mut each = pair.each_level;
    let about = "A slider for each resolution: coarse ones decide on shape and pose, fine ones on colour and texture.";
    if ui
        .checkbox(&mut each, "Each resolution by itself")
        .tip(about)
        .changed()
    {
        actions.push(asked(PairAction::EachLevel(each)));
    }
    ui.add_space(theme::TIGHT);
    let mut weights = pair.weights.clone();
    if pair.each_level {
        for (side, weight) in pair.levels.iter().zip(&mut weights) {
            let name = format!("{side}×{side}");
            one(
                ui,
                &name,
                "How much of B the layers of this resolution have.",
                weight,
            );
        }
    } else if let Some(first) = weights.first().copied() {
        let mut weight = first;
        one(
            ui,
            "Share of B",
            "How much of B there is: 0 is A, 1 is B.",
            &mut weight,
        );
        if weight != first {
            weights.fill(weight);
        }
    }
    if weights != pair.weights {
        actions.push(asked(PairAction::Weights(weights)));
    }
}

fn one(ui: &mut Ui, name: &str, about: &str, weight: &mut f64) {
    row(ui, name, about, |ui| {
        let mut share = *weight as f32;
        ui.label(RichText::new(format!("{:.0} %", 100.0 * share)).color(palette(ui).muted));
        let size = (SLIDER.min(ui.available_width()), theme::CONTROL);
        slider(ui, name, &mut share, 0.0..=1.0, 0.5, size).tip(about);
        if (share - *weight as f32).abs() > 1e-4 {
            *weight = f64::from(share);
        }
    });
}

fn save(ui: &mut Ui, pair: &Pair, actions: &mut Vec<Action>) {
    let save = Button::new("Save as a new model").primary();
    let about = "Write the blend as a model of its own, beside a file that it is made of or into Pictures/Morphogan. Its card says what it is made of.";
    if ui.add_enabled(!pair.is_saving(), save.tip(about)).clicked() {
        actions.push(asked(PairAction::Save));
    }
    if pair.is_saving() {
        ui.spinner();
    }
    if let Some(path) = &pair.saved {
        ui.horizontal_wrapped(|ui| {
            note(ui, format!("Saved to {}", path.display()));
            let explore = Button::new("Explore").name("Explore the blend").small();
            if ui
                .add(explore.tip("Walk through its latent space."))
                .clicked()
            {
                actions.push(Action::Models(ModelsAction::Open(path.clone())));
            }
            let show = Button::new("Show").name("Show the blend").small().quiet();
            if ui
                .add(show.tip("Open the file manager where it is."))
                .clicked()
            {
                let wish = FrameAction::WithFile(FileChoice::Show, path.clone());
                actions.push(Action::Frame(wish));
            }
        });
    }
}
