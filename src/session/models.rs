//! The models that the program knows: those inside it, those of runs, and those that were opened.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::latent::saved::SavedFace;
use crate::worker::jobs::models::recent::RecentModel;
use crate::worker::jobs::models::{KnownModel, ModelFacts, ModelPlace};

/// Models that are kept on the list; those that were not opened for longest leave it.
const MOST: usize = 200;

/// The list, as far as it is known: what was found on disk, with what the person did.
#[derive(Clone, Debug, Default)]
pub struct Models {
    found: Vec<KnownModel>,
    kept: Arc<Vec<RecentModel>>,
    /// Folders of the runs that were found.
    runs: HashSet<PathBuf>,
    /// What comes of both.
    all: Vec<KnownModel>,
}

/// Whether a kept face was drawn by the model on show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaceOrigin {
    Same,
    /// Another model's, to which its numbers mean another face.
    Other,
    /// Nothing tells.
    Unknown,
}

impl Models {
    /// What was found on disk.
    pub fn set_found(&mut self, found: Vec<KnownModel>) {
        let run = |model: &KnownModel| match &model.place {
            ModelPlace::Run(folder) => Some(folder.clone()),
            _ => None,
        };
        self.runs = found.iter().filter_map(run).collect();
        self.found = found;
        // What was taken for a file may have turned out to be one of a run.
        let kept = Arc::clone(&self.kept);
        self.keep(kept.iter().cloned());
        self.settle();
    }

    /// What is kept from start to start; what was opened before it was read stands before it, with what a person has
    /// said of it earlier.
    pub fn read(&mut self, earlier: Vec<RecentModel>) {
        let kept = Arc::clone(&self.kept);
        self.keep(kept.iter().cloned().chain(earlier));
        self.settle();
    }

    /// One of each, by the place where it is; what stands first counts.
    fn keep(&mut self, models: impl Iterator<Item = RecentModel>) {
        let mut all: Vec<RecentModel> = Vec::new();
        for mut next in models {
            next.path = self.key(&next.path);
            match all.iter_mut().find(|own| own.path == next.path) {
                Some(own) => {
                    own.name = own.name.take().or(next.name);
                    own.answer = own.answer.take().or(next.answer);
                    own.facts = own.facts.take().or(next.facts);
                    own.hidden |= next.hidden && own.opened == 0;
                    own.opened = own.opened.max(next.opened);
                }
                None => all.push(next),
            }
        }
        if all != *self.kept {
            self.kept = Arc::new(all);
        }
    }

    pub fn kept(&self) -> &Arc<Vec<RecentModel>> {
        &self.kept
    }

    /// All models with what is known of them: shipped, those of runs, files, each the newest first.
    pub fn all(&self) -> &[KnownModel] {
        &self.all
    }

    fn settle(&mut self) {
        let of_place: HashMap<ModelPlace, &RecentModel> = self
            .kept
            .iter()
            .map(|kept| (self.place_of(&kept.path), kept))
            .collect();
        let mut all = self.found.clone();
        let there: HashSet<ModelPlace> = all.iter().map(|model| model.place.clone()).collect();
        let visible = self
            .kept
            .iter()
            .filter(|kept| kept.opened > 0 && !kept.hidden);
        let others = visible.map(|kept| self.place_of(&kept.path));
        all.extend(
            others
                .filter(|place| !there.contains(place))
                .map(KnownModel::new),
        );
        // Of files those that were taken off the list are found for their names alone.
        all.retain(|model| {
            let kept = of_place.get(&model.place);
            !matches!(model.place, ModelPlace::File(_)) || kept.is_some_and(|kept| !kept.hidden)
        });
        for model in &mut all {
            if let Some(kept) = of_place.get(&model.place) {
                tell(model, kept);
            }
        }
        all.sort_by_key(|model| match &model.place {
            ModelPlace::Shipped(_) => (0, 0),
            ModelPlace::Run(_) => (1, u64::MAX - model.changed.unwrap_or(0)),
            ModelPlace::File(_) => (2, u64::MAX - model.opened.unwrap_or(0)),
        });
        self.all = all;
    }

    /// Those in whose name, pictures or path all words of `search` stand.
    pub fn matching(&self, search: &str) -> Vec<&KnownModel> {
        let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
        let matches = |model: &&KnownModel| {
            let data = model.facts.as_ref().map_or("", |facts| facts.data.as_str());
            let path = model.place.path();
            let text = format!("{} {data} {}", model.name, path.display()).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.all.iter().filter(matches).collect()
    }

    pub fn at(&self, place: &ModelPlace) -> Option<&KnownModel> {
        self.all.iter().find(|model| model.place == *place)
    }

    /// What `path` stands for.
    pub fn place_of(&self, path: &Path) -> ModelPlace {
        ModelPlace::of(path, |folder| self.runs.contains(folder))
    }

    /// A model was opened and is this.
    pub fn opened(&mut self, path: &Path, facts: ModelFacts, now: u64) {
        self.change(path, |kept| {
            kept.opened = now;
            kept.hidden = false;
            kept.facts = Some(facts);
        });
    }

    /// A file is put on the list; what it is will be seen.
    pub fn add(&mut self, path: &Path, now: u64) {
        self.change(path, |kept| {
            kept.opened = now;
            kept.hidden = false;
        });
    }

    /// It was read to be drawn, and is this.
    pub fn drawn(&mut self, place: &ModelPlace, facts: &ModelFacts) {
        let known = self.at(place).and_then(|model| model.facts.as_ref());
        let is_known = known.is_some_and(|known| {
            let own = ModelFacts {
                fingerprint: known.fingerprint.clone(),
                ..facts.clone()
            };
            *known == own
        });
        match is_known {
            true => self.fingerprint(place, &facts.fingerprint),
            false => self.change(&place.path(), |kept| kept.facts = Some(facts.clone())),
        }
    }

    /// Its weights were read.
    pub fn fingerprint(&mut self, place: &ModelPlace, fingerprint: &str) {
        let path = place.path();
        let kept = || self.kept_of(&path)?.facts.clone();
        let on_list = self.at(place).and_then(|model| model.facts.clone());
        let facts = on_list.or_else(kept);
        let is_known = facts
            .as_ref()
            .is_some_and(|facts| facts.fingerprint == fingerprint);
        if fingerprint.is_empty() || is_known {
            return;
        }
        self.change(&path, |kept| {
            let mut facts = facts.or(kept.facts.take()).unwrap_or_default();
            fingerprint.clone_into(&mut facts.fingerprint);
            kept.facts = Some(facts);
        });
    }

    /// Another name in the list; the old one comes back with an empty one.
    pub fn rename(&mut self, place: &ModelPlace, name: &str) {
        let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
        self.change(&place.path(), |kept| kept.name = name);
    }

    /// The folder `from` is at `to` now, with all that was opened in it.
    pub fn renamed(&mut self, from: &Path, to: &Path) {
        if from == to {
            return;
        }
        let mut all = self.kept.as_ref().clone();
        // What was there earlier is gone.
        all.retain(|kept| !kept.path.starts_with(to));
        for kept in &mut all {
            if let Some(path) = moved(&kept.path, from, to) {
                kept.path = path;
            }
        }
        self.kept = Arc::new(all);
        for model in &mut self.found {
            if model.place == ModelPlace::Run(from.to_owned()) {
                model.place = ModelPlace::Run(to.to_owned());
                model.name = model.place.name();
            }
        }
        if self.runs.remove(from) {
            self.runs.insert(to.to_owned());
        }
        self.settle();
    }

    /// Takes a model off the list of those that were opened.
    pub fn forget(&mut self, place: &ModelPlace) {
        self.change(&place.path(), |kept| kept.hidden = true);
    }

    /// What was taken off the list stands on it again.
    pub fn remember(&mut self, place: &ModelPlace) {
        self.change(&place.path(), |kept| kept.hidden = false);
    }

    /// What a person said of a file that leaves something open, to be kept.
    pub fn set_answer(&mut self, path: &Path, answer: Option<String>) {
        if self.answer(path) != answer {
            self.change(path, |kept| kept.answer = answer);
        }
    }

    pub fn answer(&self, path: &Path) -> Option<String> {
        self.kept_of(path)?.answer.clone()
    }

    fn kept_of(&self, path: &Path) -> Option<&RecentModel> {
        let key = self.key(path);
        self.kept.iter().find(|kept| kept.path == key)
    }

    /// One path for each model, wherever the program was started and however it was opened.
    fn key(&self, path: &Path) -> PathBuf {
        match self.place_of(path) {
            ModelPlace::File(path) => std::path::absolute(&path).unwrap_or(path),
            place => place.path(),
        }
    }

    /// The model that drew a kept face, where it is known.
    pub fn of_face(&self, face: &SavedFace) -> Option<&KnownModel> {
        let all = &self.all;
        let by_weights = all.iter().find(|model| {
            let facts = model.facts.as_ref();
            !face.fingerprint.is_empty()
                && facts.is_some_and(|facts| facts.fingerprint == face.fingerprint)
        });
        let by_name = || {
            let named = |model: &&KnownModel| {
                let own = model.place.name();
                face.model == own
                    || face.model == format!("{own}.safetensors")
                    || is_step_of(&face.model, &own)
            };
            all.iter().find(named)
        };
        by_weights.or_else(by_name)
    }

    fn change(&mut self, path: &Path, how: impl FnOnce(&mut RecentModel)) {
        let mut all = self.kept.as_ref().clone();
        let key = self.key(path);
        let place = all.iter().position(|kept| kept.path == key);
        let place = place.unwrap_or_else(|| {
            all.push(RecentModel {
                path: key,
                ..RecentModel::default()
            });
            all.len() - 1
        });
        how(&mut all[place]); // found, or the last
        if all.len() > MOST {
            // What a person has said of a model is kept longest.
            let is_said = |kept: &RecentModel| kept.name.is_some() || kept.answer.is_some();
            all.sort_by_key(|kept| std::cmp::Reverse((is_said(kept), kept.opened)));
            all.truncate(MOST);
        }
        self.kept = Arc::new(all);
        self.settle();
    }
}

/// Where what was at `path` is now that the folder `from` is at `to`; `None` where it was elsewhere.
pub fn moved(path: &Path, from: &Path, to: &Path) -> Option<PathBuf> {
    let rest = path.strip_prefix(from).ok()?;
    Some(match rest.as_os_str().is_empty() {
        true => to.to_owned(),
        false => to.join(rest),
    })
}

/// What is kept of a model counts where its file does not tell.
fn tell(model: &mut KnownModel, kept: &RecentModel) {
    if let Some(name) = &kept.name {
        model.name.clone_from(name);
    }
    model.opened = Some(kept.opened).filter(|opened| *opened > 0);
    match (&mut model.facts, &kept.facts) {
        (Some(facts), Some(kept)) => {
            // Of a run that went on it is another one by now.
            if facts.step == kept.step {
                facts.fingerprint.clone_from(&kept.fingerprint);
            }
        }
        (facts, kept) => *facts = facts.take().or_else(|| kept.clone()),
    }
}

/// “NAME at step 1 200”, as faces of a run are kept.
fn is_step_of(told: &str, run: &str) -> bool {
    told.strip_prefix(run)
        .is_some_and(|rest| rest.starts_with(" at step "))
}

/// How a run's face says where it comes from.
pub fn step_of_run(run: &str, step: u64) -> String {
    format!("{run} at step {step}")
}

/// Whether `face` was drawn by the model of this name and fingerprint, which is empty for that of a run.
pub fn face_origin(face: &SavedFace, (name, fingerprint): (&str, &str)) -> FaceOrigin {
    let same_run = || face.model == name || is_step_of(&face.model, name);
    match (face.fingerprint.as_str(), fingerprint) {
        (theirs, ours) if !theirs.is_empty() && !ours.is_empty() => {
            if theirs == ours {
                FaceOrigin::Same
            } else {
                FaceOrigin::Other
            }
        }
        _ if face.model.is_empty() || name.is_empty() => FaceOrigin::Unknown,
        _ if same_run() => FaceOrigin::Same,
        // Earlier versions did not tell which run it was.
        _ if face.model.starts_with("the run at step ") => FaceOrigin::Unknown,
        _ => FaceOrigin::Other,
    }
}

#[cfg(test)]
mod tests;
