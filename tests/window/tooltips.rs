//! Every command tells its keys where a hand finds it, and keys stand in one table only.

use std::path::{Path, PathBuf};

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use morphogan::session::RunState;
use morphogan::ui::{COMMANDS, Command, Place, WindowOptions};

use crate::kit::explore::exploring;
use crate::kit::{Window, choose, press, training, until, window};

/// Whether `text` is read while the pointer rests on the control with this name.
fn tells(harness: &mut Window, (role, label): (Role, &str), text: &str) {
    let node = harness.get_all_by_role_and_label(role, label).next();
    let node = node.unwrap();
    let at = node.rect().center();
    let described = node.accesskit_node().description().unwrap_or_default();
    let heard = described.contains(text);
    assert!(
        heard,
        "“{label}” is described as “{described}”, not “{text}”"
    );
    harness.hover_at(at);
    harness.run_steps(5);
    let told = harness.query_all_by_label_contains(text).next().is_some();
    assert!(told, "“{label}” does not tell “{text}”");
}

fn button_tells(harness: &mut Window, label: &str, command: Command) {
    tells(harness, (Role::Button, label), command.tip());
}

/// Each row of a place, on a control that it is for.
fn place_tells(harness: &mut Window, control: (Role, &str), place: Place) {
    for entry in COMMANDS.iter().filter(|entry| entry.place == place) {
        tells(harness, control, &format!(": {}", entry.about));
    }
}

#[test]
fn the_bar_and_the_curves_tell_their_keys() {
    let mut harness = window(WindowOptions::default());
    for command in [Command::ShowData, Command::ShowTrain, Command::ShowExplore] {
        tells(&mut harness, (Role::Tab, command.name()), command.tip());
    }
    button_tells(&mut harness, "Start", Command::Start);
    button_tells(&mut harness, "Logarithmic scale", Command::LogScale);
    tells(
        &mut harness,
        (Role::RadioButton, "All"),
        Command::ZoomIn.tip(),
    );
    let other = "Choose other pictures";
    tells(&mut harness, (Role::Button, "Change the pictures"), other);
    choose(&mut harness, Role::Tab, "Data");
    until(&mut harness, "the first look", |app| app.is_settled());
}

#[test]
fn a_run_tells_its_keys() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    press(&mut harness, "Start");
    // From the first step on the device stands beside the buttons, which moves them.
    until(&mut harness, "a step", |app| app.session().last.is_some());
    button_tells(&mut harness, "Pause", Command::Pause);
    button_tells(&mut harness, "Stop", Command::Stop);
    press(&mut harness, "Pause");
    until(&mut harness, "the pause", |app| {
        app.session().state == RunState::Paused
    });
    button_tells(&mut harness, "Resume", Command::Resume);
    button_tells(&mut harness, "One step", Command::StepOnce);
    button_tells(&mut harness, "Update D", Command::StepHalf);
    choose(&mut harness, Role::Tab, "Explore");
    until(&mut harness, "faces", |app| app.is_settled());
    button_tells(&mut harness, "Pin", Command::Pin);
}

#[test]
fn faces_and_what_stands_around_them_tell_their_keys() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    for command in [
        Command::Undo,
        Command::Redo,
        Command::Random,
        Command::Walk,
        Command::NewWall,
        Command::Compare,
        Command::SetStart,
        Command::SetEnd,
        Command::Keep,
    ] {
        button_tells(&mut harness, command.name(), command);
    }
    let likeness = (Role::Slider, "Likeness of the wall to the current face");
    tells(&mut harness, likeness, Command::MoreLike.tip());
    place_tells(&mut harness, likeness, Place::Slider);
    place_tells(&mut harness, (Role::Button, "Random face 1"), Place::Face);
    place_tells(&mut harness, (Role::Slider, "smile"), Place::Filmstrip);
    press(&mut harness, "Keep");
    let kept = (Role::Button, "Kept face 1: face 1");
    place_tells(&mut harness, kept, Place::ShelfFace);
    choose(&mut harness, Role::RadioButton, "Pad");
    for (corner, command) in [
        ("upper left", Command::Corner1),
        ("upper right", Command::Corner2),
        ("lower left", Command::Corner3),
        ("lower right", Command::Corner4),
    ] {
        button_tells(&mut harness, &format!("Corner, {corner}"), command);
    }
    choose(&mut harness, Role::RadioButton, "Pull");
    place_tells(
        &mut harness,
        (Role::Canvas, "Face to pull at"),
        Place::PulledFace,
    );
    press(&mut harness, "More about the face");
    let changed = (Role::CheckBox, Command::Difference.name());
    tells(&mut harness, changed, Command::Difference.tip());
    for command in [
        Command::SavePicture,
        Command::SavePictureAs,
        Command::CopyPicture,
        Command::FullScreenFace,
    ] {
        button_tells(&mut harness, command.name(), command);
    }
}

#[test]
fn the_panels_of_a_face_tell_their_keys() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    choose(&mut harness, Role::Tab, "Raw");
    place_tells(&mut harness, (Role::Label, "z 1"), Place::Equaliser);
    button_tells(&mut harness, "Lock this number", Command::LockNumber);
    choose(&mut harness, Role::Tab, "Paint");
    button_tells(&mut harness, Command::TakeBack.name(), Command::TakeBack);
    let painting = COMMANDS.iter().filter(|entry| entry.place == Place::Canvas);
    for entry in painting {
        let line = format!(": {}", entry.about);
        assert!(harness.query_all_by_label_contains(&line).next().is_some());
    }
    press(&mut harness, "Arithmetic with faces");
    for command in [Command::AddToA, Command::AddToB, Command::AddToC] {
        button_tells(&mut harness, command.name(), command);
    }
    press(&mut harness, "Add to A");
    until(&mut harness, "faces", |app| app.is_settled());
    place_tells(&mut harness, (Role::Button, "A, face 1"), Place::BoardFace);
}

/// All sources in a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn keys_stand_in_the_table_of_commands_alone() {
    const WORDS: [&str; 16] = [
        "Key",
        "Keys",
        "Ctrl",
        "Shift",
        "Esc",
        "Escape",
        "Space",
        "Enter",
        "Delete",
        "Backspace",
        "Tab",
        "arrow",
        "arrows",
        "F2",
        "F4",
        "F5",
    ];
    // The pointer's own: a press with Ctrl or Shift; and an augmentation that shifts.
    const MAY: [&str; 3] = ["with Ctrl held", "with Shift held", "\"Shift\","];
    let mut files = Vec::new();
    sources(Path::new("src/ui"), &mut files);
    for file in files {
        if file.parent().unwrap().ends_with("frame/commands") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text
            .lines()
            .take_while(|line| !line.starts_with("mod tests {"));
        for line in code.filter(|line| !line.trim_start().starts_with("//")) {
            let place = format!("{}: {line}", file.display());
            let asked = ["Key::", "Modifiers::"]
                .iter()
                .any(|name| line.contains(name));
            assert!(!asked, "{place}");
            let literals = line.split('"').skip(1).step_by(2);
            let mut words = literals.flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
            let may = MAY.iter().any(|text| line.contains(text));
            let spelled = words.any(|word| WORDS.contains(&word));
            assert!(may || !spelled, "{place}");
        }
    }
}
