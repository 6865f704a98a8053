//! What is dropped on the window: a model, a source of pictures, or a photograph.

use std::path::PathBuf;

use egui::Context;

use super::action::{Action, Screen};
use super::animate::action::AnimateAction;
use super::explore::action::{ExploreAction, PhotoAction};
use super::host::Host;
use crate::export::ending;
use crate::notice::Notice;
use crate::ui::data::action::DataAction;
use crate::ui::models::action::ModelsAction;

/// The files that were dropped since the last frame.
pub fn take(ctx: &Context) -> Vec<PathBuf> {
    let dropped = ctx.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
    dropped
        .iter()
        .map(|file| file.path().to_path_buf())
        .collect()
}

/// Asks for what a path is good for; `explores` says whether there is a generator to find a photograph's face with.
pub fn ask(path: PathBuf, explores: bool, host: &mut Host<'_>) {
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    let is_picture = |ending: &str| crate::picture::ENDINGS.contains(&ending);
    match ending.as_deref() {
        Some("json") => host.ask(Action::Animate(AnimateAction::Open(path))),
        Some(ending) if ending::MODELS.contains(&ending) => {
            host.ask(Action::Models(match host.screen {
                Screen::Models => ModelsAction::Add(vec![path]),
                _ => ModelsAction::Open(path),
            }))
        }
        Some(ending) if is_picture(ending) && host.screen == Screen::Explore && explores => {
            host.ask(Action::Explore(ExploreAction::Photo(PhotoAction::Open(
                path,
            ))));
        }
        Some(ending) if is_picture(ending) => {
            let text = "To train on pictures, drop the folder that holds them.";
            host.post(Notice::info(text));
        }
        _ if host.session.state.is_active() => {
            let text = "Stop the run before you choose other pictures.";
            host.post(Notice::info(text));
        }
        _ => host.ask(Action::Data(DataAction::Use(path))),
    }
}
