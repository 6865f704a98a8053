//! What the Models screen and the menu at the model's name keep from frame to frame.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::Context;

use super::pair::Pair;
use super::thumbs::Thumbs;
use crate::notice::{Next, Notice};
use crate::session::{Models, Trouble};
use crate::ui::action::{Action, Screen};
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::faces::Source;
use crate::ui::explore::state::ExploreState;
use crate::ui::host::{GLANCE, Host};
use crate::ui::train::action::TrainAction;
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::gallery::Wanted;
use crate::worker::jobs::models::card::{ModelCard, read_card};
use crate::worker::jobs::models::look::{look_at_models, now};
use crate::worker::jobs::models::recent::{
    RecentModel, RecentModelsFile, file_beside, open_recent_models,
};
use crate::worker::jobs::models::share::HandedOn;
use crate::worker::jobs::models::trash::Trashed;
use crate::worker::jobs::models::{KnownModel, ModelPlace};
use crate::worker::jobs::shipped::shipped_names;

/// What was put away, and can be brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutAway {
    /// Off the list.
    Forgotten(ModelPlace),
    Trashed(Trashed),
}

/// On its way into the trash or back.
pub enum Moving {
    Away(Job<Trashed>),
    Back(Trashed, Job<Trashed>),
}

/// All that is kept from frame to frame.
#[derive(Default)]
pub struct ModelsState {
    pub list: Models,
    pub thumbs: Thumbs,
    /// Whether the menu at the model's name is open.
    pub switcher: bool,
    pub search: String,
    pub selected: Option<ModelPlace>,
    /// The name that is being typed.
    pub naming: Option<(ModelPlace, String)>,
    /// What is known of the one that is chosen.
    pub card: Option<(ModelPlace, Result<ModelCard, Notice>)>,
    pub reading: Option<(ModelPlace, Job<ModelCard>)>,
    pub put_away: Option<PutAway>,
    pub moving: Option<Moving>,
    pub exporting: Option<(ModelPlace, Job<HandedOn>)>,
    /// What was written last, and of which model.
    pub exported: Option<(ModelPlace, PathBuf)>,
    /// Blends whose sliders were closed before they were written.
    pub saving: Vec<Job<PathBuf>>,
    /// The model whose faces are explored.
    pub shown: Option<ModelPlace>,
    /// Models whose pictures are in sight.
    pub seen: Vec<ModelPlace>,
    /// Two of them beside each other.
    pub pair: Option<Pair>,
    file: Option<RecentModelsFile>,
    kept: Arc<Vec<RecentModel>>,
    /// Whether the file was read: nothing is written over before.
    is_read: bool,
    runs: Option<PathBuf>,
    looking: Option<Job<Vec<KnownModel>>>,
    /// Whether they are to be looked at once more.
    stale: bool,
    /// Whether the screen was looked at in the frame before.
    was_seen: bool,
}

impl ModelsState {
    /// With the list that is kept beside the shelf, and the runs of a folder.
    pub fn open(shelf: Option<&Path>, runs: Option<&Path>, ctx: &Context) -> Self {
        let file = shelf.map(|shelf| open_recent_models(file_beside(shelf), waker(ctx)));
        let mut state = Self {
            is_read: file.is_none(),
            file,
            runs: runs.map(Path::to_path_buf),
            ..Self::default()
        };
        if state.is_read {
            state.look(ctx);
        }
        state
    }

    /// Looks at all models, soon: some may be new, changed or gone.
    pub fn look(&mut self, ctx: &Context) {
        self.stale = self.looking.is_some() || !self.is_read;
        if !self.stale {
            let recent = self.list.kept().as_ref().clone();
            self.looking = Some(look_at_models(self.runs.clone(), recent, waker(ctx)));
        }
    }

    /// Before every frame: takes in what threads and files have brought.
    pub fn tick(&mut self, explore: &ExploreState, host: &mut Host<'_>) {
        self.follow_file(host);
        // Others may have made models meanwhile, or taken some away.
        let is_seen = host.screen == Screen::Models && host.ctx.input(|input| input.focused);
        if is_seen && !self.was_seen {
            self.look(host.ctx);
        }
        self.was_seen = is_seen;
        self.follow_look(host);
        self.follow_shown(explore);
        self.follow_work(host);
        self.follow_pair(host);
        self.follow_thumbs(host);
        self.keep();
    }

    fn follow_file(&mut self, host: &mut Host<'_>) {
        let Some(file) = &self.file else { return };
        if let Some(earlier) = file.take() {
            self.kept = Arc::new(earlier.clone());
            self.list.read(earlier);
            self.is_read = true;
            self.look(host.ctx);
        }
        if let Some(notice) = self.file.as_ref().and_then(RecentModelsFile::take_notice) {
            host.post(notice);
        }
    }

    fn follow_look(&mut self, host: &mut Host<'_>) {
        let Some(result) = self.looking.as_ref().and_then(Job::poll) else {
            return;
        };
        self.looking = None;
        match result {
            Ok(found) => self.take_found(found, host.ctx),
            Err(notice) => host.post(notice),
        }
        if self.stale {
            self.look(host.ctx);
        }
    }

    /// The card is that of the file as it is now.
    fn take_found(&mut self, found: Vec<KnownModel>, ctx: &Context) {
        let written = |list: &Models| Some(list.at(self.selected.as_ref()?)?.changed);
        let before = written(&self.list);
        self.list.set_found(found);
        // Where it is to be looked once more, this was seen before what was chosen since.
        if let Some(selected) = &self.selected
            && !self.stale
            && self.list.at(selected).is_none()
        {
            // A path that turned out to be one of a run.
            let place = self.list.place_of(&selected.path());
            self.selected = self.list.at(&place).map(|model| model.place.clone());
        }
        let now = self
            .selected
            .as_ref()
            .and_then(|place| Some(self.list.at(place)?.changed));
        let read = self.card.as_ref().map(|(place, _)| place);
        let reading = self.reading.as_ref().map(|(place, _)| place);
        let is_read = [read, reading].contains(&self.selected.as_ref());
        if now.is_some() && (now != before || !is_read) {
            self.read_card(ctx);
        }
    }

    /// Which model is explored, and what tells its weights from others.
    fn follow_shown(&mut self, explore: &ExploreState) {
        self.shown = explore
            .explorer
            .as_ref()
            .and_then(|explorer| place_of(&self.list, explorer));
        if let (Some(shown), Some(explorer)) = (&self.shown, &explore.explorer)
            && explorer.faces.source != Source::Live
        {
            let fingerprint = explorer.faces.sampler().fingerprint();
            self.list.fingerprint(shown, fingerprint);
        }
    }

    /// Two models are only drawn while the screen is on show. A blend that was saved stands on the list.
    fn follow_pair(&mut self, host: &mut Host<'_>) {
        let Some(pair) = self.pair.as_mut().filter(|_| host.screen == Screen::Models) else {
            return;
        };
        if let Some(saved) = pair.tick(&self.list, host) {
            self.list.add(&saved, now());
            self.look(host.ctx);
        }
    }

    fn follow_thumbs(&mut self, host: &mut Host<'_>) {
        let on_screen = host.screen == Screen::Models && self.pair.is_none();
        let wanted = if on_screen || self.switcher {
            self.seen
                .iter()
                .filter_map(|place| self.wanted(place, on_screen))
                .collect()
        } else {
            Vec::new()
        };
        self.thumbs.want(wanted, host.ctx);
        let (drawn, notice) = self.thumbs.drain(host.ctx);
        for drawn in drawn {
            if let Some(facts) = &drawn.facts {
                self.list.drawn(&drawn.wanted.place, facts);
            }
        }
        if let Some(notice) = notice {
            host.post(notice);
        }
        let looks = host
            .ctx
            .input(|input| input.pointer.has_pointer() && input.focused);
        if on_screen && looks {
            self.thumbs.walk(host.ctx);
        }
    }

    fn wanted(&self, place: &ModelPlace, walk: bool) -> Option<Wanted> {
        let model = self.list.at(place).filter(|model| !model.is_missing)?;
        Some(Wanted {
            place: place.clone(),
            changed: model.changed,
            walk,
            answer: self.list.answer(&place.path()),
        })
    }

    /// What changed is written.
    fn keep(&mut self) {
        if !self.is_read || Arc::ptr_eq(&self.kept, self.list.kept()) {
            return;
        }
        let changed = self.kept != *self.list.kept();
        self.kept = Arc::clone(self.list.kept());
        if let Some(file) = self.file.as_ref().filter(|_| changed) {
            file.keep(Arc::clone(&self.kept));
        }
    }

    /// It is not on the list any more.
    pub fn gone(&mut self, place: &ModelPlace) {
        self.list.forget(place);
        if self.selected.as_ref() == Some(place) {
            self.selected = None;
        }
    }

    /// Reads the card of the one that is chosen.
    pub fn read_card(&mut self, ctx: &Context) {
        let Some(selected) = &self.selected else {
            return;
        };
        let job = read_card(selected.clone(), waker(ctx));
        self.reading = Some((selected.clone(), job));
    }

    /// Whether everything that was begun is done.
    pub fn is_settled(&self) -> bool {
        let idle = self.looking.is_none()
            && self.reading.is_none()
            && self.saving.is_empty()
            && self.is_read;
        let paired = self.pair.as_ref().is_none_or(Pair::is_settled);
        idle && paired && self.thumbs.is_settled()
    }

    fn follow_work(&mut self, host: &mut Host<'_>) {
        if let Some((place, job)) = &self.reading
            && let Some(card) = job.poll()
        {
            self.card = Some((place.clone(), card));
            self.reading = None;
        }
        if let Some((place, job)) = &self.exporting
            && let Some(result) = job.poll()
        {
            let place = place.clone();
            self.exporting = None;
            match result {
                Ok((path, notes)) => {
                    self.exported = Some((place, path));
                    for note in notes {
                        host.post(Notice::info(note));
                    }
                }
                Err(notice) => host.post(notice),
            }
        }
        let mut written = Vec::new();
        self.saving.retain(|job| {
            let result = job.poll();
            let goes_on = result.is_none();
            written.extend(result);
            goes_on
        });
        for result in written {
            match result {
                Ok(saved) => {
                    self.list.add(&saved, now());
                    self.look(host.ctx);
                }
                Err(notice) => host.post(notice),
            }
        }
        self.follow_moving(host);
        if self.exporting.is_some() || self.moving.is_some() {
            host.ctx.request_repaint_after(GLANCE);
        }
    }

    fn follow_moving(&mut self, host: &mut Host<'_>) {
        let (Some(Moving::Away(job)) | Some(Moving::Back(_, job))) = &self.moving else {
            return;
        };
        let Some(result) = job.poll() else { return };
        if let Ok(Trashed {
            place: ModelPlace::Run(run),
            ..
        }) = &result
        {
            host.ask(Action::Train(TrainAction::RunMoved(run.clone())));
        }
        if result.is_ok() {
            host.session.notices.over(Trouble::Runs);
        }
        match (self.moving.take(), result) {
            (Some(Moving::Back(..)), Ok(trashed)) => {
                let done = Next::TakeBack(trashed.path.clone());
                host.session.notices.done(&done);
                self.list.remember(&trashed.place);
                self.selected = Some(trashed.place);
                self.read_card(host.ctx);
            }
            (_, Ok(trashed)) => {
                self.gone(&trashed.place);
                self.put_away = Some(PutAway::Trashed(trashed));
            }
            (moving, Err(notice)) => {
                host.session.notices.post_until_over(notice, Trouble::Runs);
                // What is still in the trash can be brought back when its place is free.
                if let Some(Moving::Back(trashed, _)) = moving {
                    self.put_away.get_or_insert(PutAway::Trashed(trashed));
                }
            }
        }
        self.look(host.ctx);
    }
}

/// The model whose faces the explorer shows; `None` for a run that has no model on the list.
fn place_of(list: &Models, explorer: &Explorer) -> Option<ModelPlace> {
    match &explorer.faces.source {
        Source::Live => None,
        Source::File(path) => Some(list.place_of(path)),
        Source::Shipped => {
            let name = shipped_names().find(|name| *name == explorer.name)?;
            Some(ModelPlace::Shipped(name))
        }
    }
}
