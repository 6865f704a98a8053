//! Models and runs in the system's trash and back, each in a process that has a trash of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use morphogan::notice::Notice;
use morphogan::worker::jobs::models::ModelPlace;
use morphogan::worker::jobs::models::trash::{Trashed, take_back, throw_away};
use morphogan::worker::{Job, Waker};

/// Where the second process is to work.
const WHERE: &str = "MORPHOGAN_TEST_TRASH";

fn wait<T: Send + 'static>(job: Job<T>) -> Result<T, Notice> {
    let begun = Instant::now();
    loop {
        if let Some(result) = job.poll() {
            return result;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "no result");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn away(place: &ModelPlace) -> Result<Trashed, Notice> {
    wait(throw_away(place.clone(), Waker::none()))
}

fn back(trashed: &Trashed) -> Result<Trashed, Notice> {
    wait(take_back(trashed.clone(), Waker::none()))
}

/// Runs one of the tests below with `data` as the folder of the person's own data.
fn in_own_process(test: &str, place: &Path, data: &Path) {
    let own = std::env::current_exe().unwrap();
    let output = Command::new(own)
        .args(["--exact", &format!("trash::{test}"), "--ignored"])
        .env("XDG_DATA_HOME", data)
        .env(WHERE, place)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}"
    );
}

/// Nowhere but in a process that [`in_own_process`] has started.
fn place() -> Option<PathBuf> {
    std::env::var_os(WHERE).map(PathBuf::from)
}

/// Names in the trash of this process.
fn in_trash() -> Vec<String> {
    let data = PathBuf::from(std::env::var_os("XDG_DATA_HOME").unwrap());
    let Ok(files) = data.join("Trash/files").read_dir() else {
        return Vec::new();
    };
    let names = files.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn models_and_runs_come_back_as_they_were() {
    let home = tempfile::tempdir().unwrap();
    let (work, data) = (home.path().join("work"), home.path().join("data"));
    std::fs::create_dir_all(work.join("my run/checkpoints")).unwrap();
    in_own_process("there_and_back", &work, &data);
}

#[test]
#[ignore = "works in the trash; models_and_runs_come_back_as_they_were gives it one of its own"]
fn there_and_back() {
    let Some(work) = place() else { return };
    // Reached by a link, as a home folder may be.
    let link = work.with_file_name("link");
    std::os::unix::fs::symlink(&work, &link).unwrap();
    let file = link.join("Ada & Bo = 100 %.safetensors");
    let model = ModelPlace::File(file.clone());
    std::fs::write(&file, "first").unwrap();
    let first = away(&model).unwrap();
    assert!(!file.exists());
    assert_eq!(in_trash(), ["Ada & Bo = 100 %.safetensors"]);

    // Another one of the same name: the last one comes back, and to a place that is taken none.
    std::fs::write(&file, "second").unwrap();
    // Longer than the clock of a file system takes from one time to the next.
    std::thread::sleep(Duration::from_millis(50));
    let second = away(&model).unwrap();
    assert_eq!(in_trash().len(), 2);
    back(&second).unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), b"second");
    let taken = back(&first).unwrap_err();
    assert!(taken.summary.contains("place is taken"), "{taken}");
    assert_eq!(std::fs::read(&file).unwrap(), b"second");
    std::fs::remove_file(&file).unwrap();
    back(&first).unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), b"first");
    assert!(in_trash().is_empty());

    // A whole run, also where its folder's folder is gone meanwhile.
    let run = work.join("my run");
    std::fs::write(run.join("checkpoints/a"), "weights").unwrap();
    let trashed = away(&ModelPlace::Run(run.clone())).unwrap();
    assert!(!run.exists());
    std::fs::remove_file(&file).unwrap();
    std::fs::remove_dir(&work).unwrap();
    back(&trashed).unwrap();
    assert_eq!(
        std::fs::read(run.join("checkpoints/a")).unwrap(),
        b"weights"
    );
    let lost = back(&trashed).unwrap_err();
    assert!(lost.summary.starts_with("It could not be taken out"));
    assert!(lost.reason.unwrap().contains("not there any more"));
}

#[test]
fn without_a_trash_everything_stays() {
    let home = tempfile::tempdir().unwrap();
    let (work, data) = (home.path().join("work"), home.path().join("data"));
    std::fs::create_dir_all(&work).unwrap();
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("Trash"), "in the way").unwrap();
    in_own_process("nowhere_to_go", &work, &data);
}

#[test]
#[ignore = "needs a place without a trash; without_a_trash_everything_stays gives it one"]
fn nowhere_to_go() {
    let Some(place) = place() else { return };
    let file = place.join("mine.safetensors");
    std::fs::write(&file, "whole").unwrap();
    let refused = away(&ModelPlace::File(file.clone())).unwrap_err();
    assert!(refused.summary.starts_with("It could not be moved"));
    // Said for people, not as the source of a library has it.
    let reason = refused.reason.unwrap();
    assert!(
        !reason.contains('{') && reason.contains("Trash"),
        "{reason}"
    );
    assert_eq!(std::fs::read(&file).unwrap(), b"whole");
}

/// On another file system than that of the person's own data.
#[test]
fn models_on_another_disk_come_back() {
    use std::os::unix::fs::MetadataExt as _;

    let home = tempfile::tempdir().unwrap();
    let Ok(other) = tempfile::tempdir_in("/dev/shm") else {
        return;
    };
    let device = |path: &Path| path.metadata().unwrap().dev();
    if device(home.path()) == device(other.path()) {
        return;
    }
    std::fs::create_dir(other.path().join("run")).unwrap();
    in_own_process("there_and_back_beside", other.path(), home.path());
}

#[test]
#[ignore = "works in the trash of another disk; models_on_another_disk_come_back gives it one"]
fn there_and_back_beside() {
    let Some(place) = place() else { return };
    let file = place.join("mine.safetensors");
    std::fs::write(&file, "whole").unwrap();
    let run = place.join("run");
    std::fs::write(run.join("a"), "weights").unwrap();
    for place in [ModelPlace::File(file.clone()), ModelPlace::Run(run.clone())] {
        let trashed = away(&place).unwrap();
        assert!(!trashed.path.exists());
        assert!(in_trash().is_empty(), "it stays on its own disk");
        back(&trashed).unwrap();
    }
    assert_eq!(std::fs::read(&file).unwrap(), b"whole");
    assert_eq!(std::fs::read(run.join("a")).unwrap(), b"weights");
}
