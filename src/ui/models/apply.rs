//! What a person wants of the models.

use std::path::PathBuf;

use super::action::ModelsAction;
use super::pair::Pair;
use super::pair::action::PairAction;
use super::state::{ModelsState, Moving, PutAway};
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::host::Host;
use crate::ui::waker::waker;
use crate::ui::widgets::name_field;
use crate::worker::jobs::models::ModelPlace;
use crate::worker::jobs::models::look::now;
use crate::worker::jobs::models::share::hand_on;
use crate::worker::jobs::models::trash::{take_back, throw_away};

impl ModelsState {
    /// Does what a person wants.
    pub fn apply(&mut self, action: ModelsAction, host: &mut Host<'_>) {
        match action {
            ModelsAction::Switcher(open) => {
                self.switcher = open.unwrap_or(!self.switcher);
                if self.switcher {
                    self.look(host.ctx);
                }
            }
            ModelsAction::Open(path) => {
                self.switcher = false;
                let answer = self.list.answer(&path);
                host.ask(Action::Explore(ExploreAction::OpenAnswered(path, answer)));
            }
            ModelsAction::Answer(path, answer) => {
                self.list.set_answer(&path, Some(answer.clone()));
                host.ask(Action::Explore(ExploreAction::OpenAnswered(
                    path,
                    Some(answer),
                )));
            }
            ModelsAction::Add(paths) => self.add(paths, host),
            ModelsAction::Opened(path, facts) => {
                self.list.opened(&path, facts, now());
                self.look(host.ctx);
            }
            ModelsAction::Search(text) => self.search = text,
            ModelsAction::Select(place) => self.select(place, host),
            ModelsAction::EditName(naming) => {
                if naming.is_some() && self.naming.is_none() {
                    let field = name_field();
                    host.ctx.memory_mut(|memory| memory.request_focus(field));
                }
                self.naming = naming;
            }
            ModelsAction::Rename(place, name) => {
                self.naming = None;
                self.list.rename(&place, &name);
            }
            ModelsAction::Forget(place) => {
                self.gone(&place);
                self.put_away = Some(PutAway::Forgotten(place));
            }
            ModelsAction::Trash(place) if self.moving.is_none() => {
                self.moving = Some(Moving::Away(throw_away(place, waker(host.ctx))));
            }
            ModelsAction::Trash(_) => {}
            ModelsAction::Restore if self.moving.is_none() => self.restore(host),
            ModelsAction::Restore => {}
            ModelsAction::KeepAway => self.put_away = None,
            ModelsAction::RunTrashed(run) => {
                self.gone(&ModelPlace::Run(run));
                self.look(host.ctx);
            }
            ModelsAction::RunRestored(run) => {
                self.list.remember(&ModelPlace::Run(run));
                self.look(host.ctx);
            }
            ModelsAction::RunRenamed(from, to) => {
                self.list.renamed(&from, &to);
                if self.selected == Some(ModelPlace::Run(from.clone())) {
                    self.select(ModelPlace::Run(to.clone()), host);
                }
                if let Some(pair) = &mut self.pair {
                    pair.renamed(&from, &to);
                }
                host.ask(Action::Explore(ExploreAction::FolderRenamed(from, to)));
                self.look(host.ctx);
            }
            ModelsAction::Seen(places) => self.seen = places,
            ModelsAction::Export(place, how) => {
                let name = self.list.at(&place).map(|model| model.name.clone());
                let name = name.unwrap_or_else(|| place.name());
                self.exported = None;
                let answer = self.list.answer(&place.path());
                let job = hand_on((place.clone(), answer), &name, how, waker(host.ctx));
                self.exporting = Some((place, job));
            }
            ModelsAction::Pair(PairAction::Open(mode)) => {
                let selected = self.selected.as_ref();
                self.pair = selected.and_then(|selected| {
                    Pair::open(&self.list, (selected, self.shown.as_ref()), mode)
                });
            }
            ModelsAction::Pair(PairAction::Close) => {
                // A blend that is being written comes on the list all the same.
                self.saving
                    .extend(self.pair.take().and_then(Pair::into_saving));
            }
            ModelsAction::Pair(action) => {
                if let Some(pair) = &mut self.pair {
                    pair.apply(action, host);
                }
            }
        }
    }

    /// What was dropped here stands on the list, and is looked at from there.
    fn add(&mut self, paths: Vec<PathBuf>, host: &mut Host<'_>) {
        for path in &paths {
            self.list.add(path, now());
        }
        // What it is will be seen; its card is read then.
        if let Some(first) = paths.first() {
            self.selected = Some(self.list.place_of(first));
            self.exported = None;
        }
        self.search.clear();
        self.look(host.ctx);
    }

    fn select(&mut self, place: ModelPlace, host: &Host<'_>) {
        if self.selected.as_ref() != Some(&place) {
            self.selected = Some(place);
            self.exported = None;
            self.read_card(host.ctx);
        }
    }

    fn restore(&mut self, host: &Host<'_>) {
        match self.put_away.take() {
            Some(PutAway::Forgotten(place)) => {
                self.list.remember(&place);
                self.select(place, host);
            }
            Some(PutAway::Trashed(trashed)) => {
                let job = take_back(trashed.clone(), waker(host.ctx));
                self.moving = Some(Moving::Back(trashed, job));
            }
            None => {}
        }
    }
}
