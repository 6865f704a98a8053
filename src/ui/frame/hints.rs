//! Three hints of the first minute, on a line below the top bar. Each goes for ever once it is done or dismissed.

use egui::{Align, Frame, Layout, Margin, Panel, RichText, Ui};

use super::commands::Command;
use crate::readable::capitalised;
use crate::session::Move;
use crate::ui::action::{Action, FrameAction, Hint, Screen};
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::state::ExploreState;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::widgets::{Button, Icon, Tip};

/// Height of the line.
const HEIGHT: f32 = 36.0;
/// Narrower than this there is room for one hint.
const NARROW: f32 = 1000.0;

const ALL: [(Hint, &str); 3] = [
    (Hint::Drag, "drag"),
    (Hint::Keep, "keep"),
    (Hint::Train, "train"),
];

/// The hints that are left.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    left: Vec<Hint>,
}

impl Hints {
    /// All of them.
    pub fn all() -> Self {
        let left = ALL.iter().map(|(hint, _)| *hint).collect();
        Self { left }
    }

    /// Without those that were done with in an earlier start, as [`Hints::to_text`] gives them.
    pub fn forget(&mut self, done: &str) {
        for (hint, name) in ALL {
            if done.split(' ').any(|word| word == name) {
                self.done(hint);
            }
        }
    }

    /// Those that are done with.
    pub fn to_text(&self) -> String {
        let done = ALL.iter().filter(|(hint, _)| !self.left.contains(hint));
        let names: Vec<&str> = done.map(|(_, name)| *name).collect();
        names.join(" ")
    }

    pub fn done(&mut self, hint: Hint) {
        self.left.retain(|left| *left != hint);
    }

    /// What a person does may be what a hint is for.
    pub fn follow(&mut self, action: &Action) {
        match action {
            Action::Explore(ExploreAction::Move(Move::Along(..), _)) => self.done(Hint::Drag),
            Action::Explore(ExploreAction::Keep(_) | ExploreAction::Move(Move::Keep(_), _)) => {
                self.done(Hint::Keep);
            }
            Action::Train(
                TrainAction::Start | TrainAction::ResumeRun(_) | TrainAction::Fork(_),
            ) => self.done(Hint::Train),
            _ => {}
        }
    }
}

pub fn show(
    ui: &mut Ui,
    hints: &Hints,
    explore: &ExploreState,
    shared: &Shared<'_>,
    actions: &mut Vec<Action>,
) {
    let ready = explore
        .explorer
        .as_ref()
        .is_some_and(|explorer| explorer.faces.is_ready());
    if hints.left.is_empty() || shared.screen != Screen::Explore || !ready {
        return;
    }
    let frame = Frame::new()
        .fill(palette(ui).accent.gamma_multiply(0.12))
        .inner_margin(Margin::symmetric(theme::WIDE as i8, 0));
    let room = if ui.available_width() < NARROW {
        1
    } else {
        ALL.len()
    };
    Panel::top("hints")
        .exact_size(HEIGHT)
        .resizable(false)
        .show_separator_line(false)
        .frame(frame)
        .show(ui, |ui| {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.label(RichText::new("Try this").font(theme::heading()));
                for hint in hints.left.iter().take(room) {
                    ui.add_space(theme::WIDE);
                    one(ui, *hint, explore, actions);
                }
            });
        });
}

fn one(ui: &mut Ui, hint: Hint, explore: &ExploreState, actions: &mut Vec<Action>) {
    let (text, about) = match hint {
        Hint::Drag => {
            let name = direction(explore).unwrap_or("a direction".to_owned());
            (
                format!("Drag {name} on the right"),
                "Each strip on the right changes one thing about the face.",
            )
        }
        Hint::Keep => (
            format!("Keep a face you like: {}", Command::Keep.key()),
            Command::Keep.entry().about,
        ),
        Hint::Train => (
            "Train a network of your own".to_owned(),
            "On the Train screen; it learns from the starter faces, or from pictures of the Data screen.",
        ),
    };
    ui.spacing_mut().item_spacing.x = theme::TIGHT;
    ui.label(RichText::new(&text).color(palette(ui).text))
        .tip(about);
    if hint == Hint::Train {
        let go = Button::new("Go there")
            .name("Go to the Train screen")
            .small();
        if ui.add(go.tip(Command::ShowTrain.tip())).clicked() {
            actions.push(Action::Frame(FrameAction::Show(Screen::Train)));
            actions.push(Action::Frame(FrameAction::HintDone(hint)));
        }
    }
    let name = format!("Dismiss the hint: {text}");
    let close = Button::icon_only(Icon::Close, &name).small();
    if ui.add(close.tip("Do not show this hint again.")).clicked() {
        actions.push(Action::Frame(FrameAction::HintDone(hint)));
    }
}

/// The direction to begin with: a smile where there is one.
fn direction(explore: &ExploreState) -> Option<String> {
    let explored = explore.explored()?;
    let mut directions = explored.directions();
    let first = directions.next()?;
    let is_smile = first.name.eq_ignore_ascii_case("smile");
    let smile = directions.find(|direction| direction.name.eq_ignore_ascii_case("smile"));
    let best = if is_smile {
        first
    } else {
        smile.unwrap_or(first)
    };
    Some(format!("“{}”", capitalised(&best.name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::Latent;

    #[test]
    fn what_is_done_once_is_not_hinted_at_again() {
        let mut hints = Hints::all();
        assert_eq!(hints.to_text(), "");
        let keep = ExploreAction::Keep(Latent(Vec::new()));
        hints.follow(&Action::Explore(keep));
        assert_eq!(hints.left, [Hint::Drag, Hint::Train]);
        let mut next_start = Hints::all();
        next_start.forget(&hints.to_text());
        assert_eq!(next_start.left, hints.left);
        next_start.forget("drag keep train and what a later version knows");
        assert!(next_start.left.is_empty());
    }
}
