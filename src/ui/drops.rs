//! What is dropped on the window: a model, a source of pictures, faces, an animation, or a photograph.

use std::path::{Path, PathBuf};

use egui::Context;

use super::action::{Action, Screen};
use super::animate::action::AnimateAction;
use super::explore::action::{ExploreAction, PhotoAction};
use super::host::{GLANCE, Host};
use crate::export::ending;
use crate::notice::Notice;
use crate::ui::data::action::DataAction;
use crate::ui::models::action::ModelsAction;
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::dropped::{DroppedKind, look_into};

/// What was dropped, and is looked into.
#[derive(Default)]
pub struct Drops {
    looking: Vec<Job<(PathBuf, DroppedKind)>>,
}

impl Drops {
    /// Asks for what was dropped; `explores` says whether there is a generator to find a photograph's face with.
    pub fn follow(&mut self, explores: bool, host: &mut Host<'_>) {
        for path in take(host.ctx) {
            match ending_of(&path).as_deref() {
                // What they hold says more than their names.
                Some("json" | "png") => self.looking.push(look_into(path, waker(host.ctx))),
                _ => ask(path, explores, host),
            }
        }
        self.looking.retain(|job| match job.poll() {
            None => true,
            Some(Ok((path, kind))) => {
                ask_for(path, kind, explores, host);
                false
            }
            Some(Err(notice)) => {
                host.post(notice);
                false
            }
        });
        if !self.looking.is_empty() {
            host.ctx.request_repaint_after(GLANCE);
        }
    }
}

/// The files that were dropped since the last frame.
fn take(ctx: &Context) -> Vec<PathBuf> {
    let dropped = ctx.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
    dropped
        .iter()
        .map(|file| file.path().to_path_buf())
        .collect()
}

fn ending_of(path: &Path) -> Option<String> {
    let ending = path.extension();
    ending.map(|ending| ending.to_string_lossy().to_lowercase())
}

/// Asks for what a file is good for that was looked into.
fn ask_for(path: PathBuf, kind: DroppedKind, explores: bool, host: &mut Host<'_>) {
    let action = match kind {
        DroppedKind::Animation => Action::Animate(AnimateAction::Open(path)),
        DroppedKind::Shelf => Action::Explore(ExploreAction::ImportFrom(path)),
        DroppedKind::Faces(faces) => Action::Explore(ExploreAction::TakeFaces(faces)),
        DroppedKind::Picture => return ask(path, explores, host),
    };
    host.ask(action);
}

/// Asks for what a path is good for by its name.
fn ask(path: PathBuf, explores: bool, host: &mut Host<'_>) {
    let is_picture = |ending: &str| crate::picture::ENDINGS.contains(&ending);
    match ending_of(&path).as_deref() {
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
