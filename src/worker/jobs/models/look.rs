//! What is known of each model, from the first bytes of its file.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::recent::RecentModel;
use super::{EarlierStep, KnownModel, ModelFacts, ModelPlace};
use crate::run::model_file::{peek, told};
use crate::run::{self, CheckpointStore, MODEL_FILE};
use crate::worker::job::{Job, Progress};
use crate::worker::jobs::shipped;
use crate::worker::waker::Waker;

/// Looks at the shipped models, at those of the runs in the folder `runs` and at those that were opened.
pub fn look_at_models(
    runs: Option<PathBuf>,
    recent: Vec<RecentModel>,
    waker: Waker,
) -> Job<Vec<KnownModel>> {
    Job::spawn("models", waker, move |progress| {
        Ok(look(runs.as_deref(), &recent, progress))
    })
}

fn look(runs: Option<&Path>, recent: &[RecentModel], progress: &Progress) -> Vec<KnownModel> {
    let mut all = shipped_models();
    all.extend(runs.into_iter().flat_map(|runs| of_runs(runs, progress)));
    let is_run = |folder: &Path| {
        all.iter()
            .any(|model| matches!(&model.place, ModelPlace::Run(run) if run == folder))
    };
    let mut files = Vec::new();
    for opened in recent {
        if progress.is_cancelled() {
            break;
        }
        let place = match ModelPlace::of(&opened.path, is_run) {
            // One outside the folder of runs is one all the same.
            ModelPlace::File(path) => match run_of(&path) {
                Some(folder) => ModelPlace::Run(folder),
                None => ModelPlace::File(path),
            },
            place => place,
        };
        if !all.iter().chain(&files).any(|model| model.place == place) {
            files.push(of_place(place));
        }
    }
    all.extend(files);
    all
}

/// The folder of the run whose model `path` is.
fn run_of(path: &Path) -> Option<PathBuf> {
    let folder = match path.ends_with(MODEL_FILE) {
        true => path.parent()?,
        false => path,
    };
    run::summarise(folder).map(|run| run.folder)
}

fn shipped_models() -> Vec<KnownModel> {
    let models = shipped::shipped_names().filter_map(|name| {
        let bytes = shipped::find(name)?.bytes;
        Some(KnownModel {
            facts: told(bytes).map(|told| ModelFacts::of(&told.info)),
            bytes: bytes.len() as u64,
            ..KnownModel::new(ModelPlace::Shipped(name))
        })
    });
    models.collect()
}

/// Those that have saved a model, the one that was trained last first.
fn of_runs(runs: &Path, progress: &Progress) -> Vec<KnownModel> {
    let all = run::list(runs, &|| !progress.is_cancelled());
    let models = all
        .into_iter()
        .map(|run| of_place(ModelPlace::Run(run.folder)));
    models.filter(|model| !model.is_missing).collect()
}

/// What can be known of a model at `place` without its weights.
pub(super) fn of_place(place: ModelPlace) -> KnownModel {
    let path = place.path();
    let mut model = KnownModel::new(place);
    let Ok(data) = path.metadata() else {
        model.is_missing = true;
        return model;
    };
    model.bytes = data.len();
    model.changed = data.modified().ok().map(seconds);
    let told = peek(&path).ok().flatten();
    model.facts = told.map(|told| ModelFacts::of(&told.info));
    if let ModelPlace::Run(folder) = &model.place {
        let stored = CheckpointStore::new(folder).list().into_iter();
        let earlier = stored.map(|stored| EarlierStep {
            step: stored.step,
            path: stored.path,
        });
        model.earlier = earlier.collect();
    }
    model
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Seconds since 1970.
pub fn now() -> u64 {
    seconds(SystemTime::now())
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::config::TrainConfig;
    use crate::gan::ModelInfo;

    use crate::run::RunFolder;
    use crate::run::model_file::Model;

    fn save(path: &Path, step: u64) {
        let info = ModelInfo {
            step,
            ..ModelInfo::small(8, 2)
        };
        Model::untrained(info, 1).save(path).unwrap();
    }

    #[test]
    fn every_model_is_found_once_and_lost_ones_are_known_as_lost() {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path().join("runs");
        let config = TrainConfig {
            run: Some(runs.join("first")),
            ..TrainConfig::default()
        };
        let mut run = RunFolder::create(&config, None).unwrap();
        run.record("7,1,1,1,1,1,1,1,1").unwrap();
        save(&run.model(), 7);
        std::fs::create_dir_all(run.store().folder()).unwrap();
        save(&run.store().path(5), 5);
        let file = folder.path().join("mine.safetensors");
        save(&file, 3);
        let recent = |path: PathBuf| RecentModel {
            path,
            ..RecentModel::default()
        };
        let recents = [
            recent(run.model()),
            recent(file.clone()),
            recent(folder.path().join("gone.safetensors")),
            recent(shipped::path_of(shipped::SHIPPED)),
        ];
        let found = look(Some(&runs), &recents, &Progress::default());
        let own: Vec<_> = found
            .iter()
            .filter(|model| !matches!(model.place, ModelPlace::Shipped(_)))
            .collect();
        assert_eq!(own.len(), 3, "{own:?}");
        assert_eq!(found.len() - 3, shipped::shipped_names().count());
        assert_eq!(own[0].place, ModelPlace::Run(runs.join("first")));
        assert_eq!(own[0].facts.as_ref().unwrap().step, 7);
        assert_eq!(own[0].earlier[0].step, 5);
        assert_eq!(
            (own[1].name.as_str(), own[1].is_missing),
            ("mine.safetensors", false)
        );
        assert_eq!(
            (own[2].name.as_str(), own[2].is_missing),
            ("gone.safetensors", true)
        );
        // Without the folder of runs the run is found by its model.
        let found = look(None, &recents, &Progress::default());
        assert!(
            found
                .iter()
                .any(|model| model.place == ModelPlace::Run(runs.join("first")))
        );
    }
}
