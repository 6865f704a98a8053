//! The list of models, as a person changes it.

use super::*;
use crate::latent::Latent;

fn facts(step: u64, fingerprint: &str) -> ModelFacts {
    ModelFacts {
        size: 64,
        step,
        data: "Cats".into(),
        fingerprint: fingerprint.into(),
        ..ModelFacts::default()
    }
}

fn found(place: ModelPlace, step: u64, changed: u64) -> KnownModel {
    KnownModel {
        facts: Some(facts(step, "")),
        changed: Some(changed),
        ..KnownModel::new(place)
    }
}

fn face(model: &str, fingerprint: &str) -> SavedFace {
    SavedFace {
        name: "Ada".into(),
        latent: Latent(vec![1.0]),
        model: model.into(),
        fingerprint: fingerprint.into(),
    }
}

fn run(name: &str) -> ModelPlace {
    ModelPlace::Run(format!("/runs/{name}").into())
}

fn file(name: &str) -> ModelPlace {
    ModelPlace::File(format!("/m/{name}.safetensors").into())
}

fn names(models: &Models) -> Vec<String> {
    models
        .all()
        .iter()
        .map(|model| model.name.clone())
        .collect()
}

fn some() -> Models {
    let mut models = Models::default();
    models.set_found(vec![
        found(ModelPlace::Shipped("starter-faces-128"), 9, 0),
        found(run("old"), 100, 10),
        found(run("new"), 200, 20),
        found(file("a"), 3, 5),
    ]);
    models.read(vec![RecentModel {
        path: file("a").path(),
        opened: 7,
        ..RecentModel::default()
    }]);
    models
}

#[test]
fn shipped_ones_come_first_then_runs_then_files_the_newest_first() {
    let mut models = some();
    assert_eq!(
        names(&models),
        ["starter-faces-128", "new", "old", "a.safetensors"]
    );
    models.opened(&file("b").path(), facts(1, ""), 9);
    // The model of a run is no second one.
    models.opened(&run("old").path(), facts(100, "ab"), 11);
    assert_eq!(
        names(&models),
        [
            "starter-faces-128",
            "new",
            "old",
            "b.safetensors",
            "a.safetensors"
        ]
    );
    let old = models.at(&run("old")).unwrap();
    assert_eq!(
        (old.opened, old.facts.as_ref().unwrap().fingerprint.as_str()),
        (Some(11), "ab")
    );
}

#[test]
fn a_name_is_of_the_list_alone_and_a_removal_can_be_taken_back() {
    let mut models = some();
    models.rename(&run("new"), " Ada ");
    models.rename(&file("a"), "Bo");
    assert_eq!(names(&models), ["starter-faces-128", "Ada", "old", "Bo"]);
    models.forget(&file("a"));
    assert_eq!(names(&models), ["starter-faces-128", "Ada", "old"]);
    models.remember(&file("a"));
    assert_eq!(names(&models).last().unwrap(), "Bo");
    models.rename(&file("a"), "");
    assert_eq!(names(&models).last().unwrap(), "a.safetensors");
    // What is kept comes back as it was.
    let mut again = Models::default();
    again.read(models.kept().as_ref().clone());
    assert_eq!(names(&again), ["a.safetensors"]);
}

#[test]
fn a_run_that_has_another_folder_keeps_what_was_said_of_it() {
    let mut models = some();
    models.rename(&run("new"), "Ada");
    models.opened(
        Path::new("/runs/old/checkpoints/step.safetensors"),
        facts(1, ""),
        3,
    );
    models.renamed(Path::new("/runs/new"), Path::new("/runs/newer"));
    models.renamed(Path::new("/runs/old"), Path::new("/runs/older"));
    assert!(models.at(&run("new")).is_none());
    assert_eq!(models.at(&run("newer")).unwrap().name, "Ada");
    assert_eq!(models.at(&run("older")).unwrap().name, "older");
    let step = Path::new("/runs/older/checkpoints/step.safetensors");
    assert!(models.kept().iter().any(|kept| kept.path == step));
}

#[test]
fn models_are_searched_by_all_words() {
    let models = some();
    let search = |text| models.matching(text).len();
    assert_eq!((search(""), search("cats"), search("RUNS new")), (4, 4, 1));
    assert_eq!(search("new nothing"), 0);
}

#[test]
fn a_kept_face_finds_its_model() {
    let mut models = some();
    models.fingerprint(&file("a"), "f00");
    models.fingerprint(&ModelPlace::Shipped("starter-faces-128"), "5111");
    let of = |face: SavedFace| models.of_face(&face).map(|model| model.place.clone());
    assert_eq!(of(face("whatever", "f00")), Some(file("a")));
    assert_eq!(
        of(face("starter-faces-128", "5111")),
        Some(ModelPlace::Shipped("starter-faces-128"))
    );
    assert_eq!(of(face("old at step 40", "")), Some(run("old")));
    assert_eq!(of(face("a.safetensors", "")), Some(file("a")));
    assert_eq!(of(face("lost", "dead")), None);
}

#[test]
fn a_face_of_another_model_is_told() {
    let ours = ("a.safetensors", "f00");
    assert_eq!(face_origin(&face("x", "f00"), ours), FaceOrigin::Same);
    assert_eq!(
        face_origin(&face("a.safetensors", "dead"), ours),
        FaceOrigin::Other
    );
    assert_eq!(face_origin(&face("", ""), ours), FaceOrigin::Unknown);
    assert_eq!(
        face_origin(&face("the run at step 5", ""), ours),
        FaceOrigin::Unknown
    );
    assert_eq!(
        face_origin(&face("new at step 5", ""), ("new", "")),
        FaceOrigin::Same
    );
    assert_eq!(
        face_origin(&face("new at step 5", ""), ours),
        FaceOrigin::Other
    );
}
