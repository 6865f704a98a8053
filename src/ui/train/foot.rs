//! The foot of the run: save, single steps, what happened last.

use std::path::Path;

use egui::{Color32, RichText, Sense, Ui, vec2};

use crate::readable;
use crate::run::Digest;
use crate::session::{RunState, Session};
use crate::ui::action::{Action, FrameAction};
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::train::events;
use crate::ui::train::state::TrainScreen;
use crate::ui::widgets::{Button, Tip, cut, ends};
use crate::worker::train::HalfStep;

/// Seconds of training after which a run is told in a sentence.
const LONG: f64 = 600.0;

/// Save, and where the run is.
pub fn show(ui: &mut Ui, state: &TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let session = shared.session;
    if session.last.is_some() || session.started.is_some() {
        ui.add_space(theme::GAP);
        happened(ui, state, session, actions);
    }
    // A run that was over already is only looked at.
    let Some(started) = &session.started else {
        return;
    };
    ui.horizontal(|ui| {
        let can = matches!(session.state, RunState::Running | RunState::Paused);
        let save =
            Button::new("Save model").tip("Write the model and a checkpoint now; the run goes on.");
        if ui.add_enabled(can, save).clicked() {
            actions.push(Action::Train(TrainAction::Save));
        }
        if session.state == RunState::Paused {
            single_steps(ui, session, actions);
            return;
        }
        saved(ui, session);
    });
    run_folder(ui, &started.run, actions);
}

/// What is kept of the run.
fn saved(ui: &mut Ui, session: &Session) {
    let saved = match &session.saved {
        Some((step, path)) => (
            format!("saved at step {}", readable::count(*step)),
            path.display().to_string(),
        ),
        None => (
            "not saved yet".to_owned(),
            "A run also saves by itself when it ends.".to_owned(),
        ),
    };
    ui.label(RichText::new(saved.0).color(palette(ui).muted))
        .tip(saved.1);
    if let Some(kept) = &session.kept {
        let mib = |bytes: u64| readable::count(bytes.div_ceil(1 << 20));
        let text = format!("· {} MiB kept", mib(kept.bytes));
        let about = format!(
            "All checkpoints of this run, to go on from or back to; at most {} MiB. The newest is of step {}.",
            mib(kept.most_bytes),
            readable::count(kept.step)
        );
        ui.label(RichText::new(text).color(palette(ui).muted))
            .tip(about);
    }
}

fn run_folder(ui: &mut Ui, folder: &Path, actions: &mut Vec<Action>) {
    let path = folder.display().to_string();
    let told = |ui: &mut Ui| {
        let text = RichText::new(&path).font(theme::small());
        let text = text.color(palette(ui).muted);
        cut(ui, text, format!("The run folder: {path}"));
    };
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL_SMALL);
        ends(ui, told, |ui| {
            let copy = Button::new("Copy path").quiet().small();
            let copy = copy.tip("Put the path of the run folder on the clipboard.");
            if ui.add(copy).clicked() {
                actions.push(Action::Frame(FrameAction::Copy(path.clone())));
            }
        });
    });
}

/// While the run holds: one step, or half of one.
fn single_steps(ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
    let half = match session.half {
        Some(HalfStep::Discriminator(_)) => "Update G",
        _ => "Update D",
    };
    if ui.add(Button::of(Command::StepOnce)).clicked() {
        actions.push(Action::Train(TrainAction::StepOnce));
    }
    let half = Button::new(half).command(Command::StepHalf);
    if ui.add(half).clicked() {
        actions.push(Action::Train(TrainAction::StepHalf));
    }
}

/// What the half of a step that was made last came to, and the last things that happened, newest first.
fn happened(ui: &mut Ui, state: &TrainScreen, session: &Session, actions: &mut Vec<Action>) {
    let half = half(session);
    if let Some((of_d, text)) = &half {
        let colour = if *of_d {
            palette(ui).blue
        } else {
            palette(ui).accent
        };
        line(
            ui,
            colour,
            text,
            "D(x): how real D finds real pictures; D(G(z)): how real it finds the generator's. From 0 to 1, means over the batch.",
        );
    }
    // Of a run that one comes back to; one that has just begun is seen.
    let digest = session.last.filter(|last| last.seconds >= LONG);
    if let Some(last) = digest {
        let digest = Digest::of(&last, &session.marks);
        let colour = if digest.is_well() {
            palette(ui).green
        } else {
            palette(ui).yellow
        };
        // All of it: whether something went wrong stands at its end.
        ui.horizontal_top(|ui| {
            dot(ui, colour);
            let text = RichText::new(digest.to_string()).font(theme::small());
            ui.add(egui::Label::new(text).wrap());
        });
    }
    let others = usize::from(half.is_some()) + usize::from(digest.is_some());
    // With all of them above, none stands here twice.
    if state.events || session.marks.is_empty() {
        return;
    }
    let all = format!("All {}", session.marks.len());
    let width = ui.available_width() - 64.0;
    let shown = (2 - others).max(1);
    for (place, mark) in session.marks.iter().rev().take(shown).enumerate() {
        ui.horizontal(|ui| {
            ui.scope(|ui| {
                ui.set_width(width);
                events::row(ui, mark, state.timeline.at(), actions);
            });
            let button = Button::new(&all).name("All events").quiet().small();
            if place == 0 && ui.add(button.command(Command::ListEvents)).clicked() {
                actions.push(Action::Train(TrainAction::ListEvents(true)));
            }
        });
    }
}

fn line(ui: &mut Ui, colour: Color32, text: &str, about: &str) {
    ui.horizontal(|ui| {
        dot(ui, colour);
        let text = RichText::new(text)
            .font(theme::small())
            .color(palette(ui).muted);
        cut(ui, text, about);
    });
}

fn dot(ui: &mut Ui, colour: Color32) {
    let (dot, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
    ui.painter().circle_filled(dot.center(), 4.0, colour);
}

/// Whether D's half of a step was made last, and what came of it; nothing where it was a whole step.
fn half(session: &Session) -> Option<(bool, String)> {
    match (session.half?, session.last) {
        (HalfStep::Discriminator(said), _) => Some((
            true,
            format!(
                "D learnt · D(x) {:.2} · D(G(z)) {:.2} · loss {:.2}",
                said.d_real, said.d_fake, said.loss_d
            ),
        )),
        (HalfStep::Generator, Some(step)) => Some((
            false,
            format!(
                "G learnt · D(G(z)) {:.2}, after D's half {:.2} · loss {:.2}",
                step.d_fake, step.d_fake_after, step.loss_g
            ),
        )),
        (HalfStep::Generator, None) => None,
    }
}
