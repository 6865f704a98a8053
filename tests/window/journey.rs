//! From the first minute to the last, once by mouse and once by keyboard alone.

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, OutputCommand};
use egui_kittest::kittest::Queryable as _;
use morphogan::session::RunState;
use morphogan::ui::{Screen, WindowOptions};

use crate::kit::explore::{LATENT, key, model, state};
use crate::kit::{Window, app, drop_on, steps, tab_to, tiny, until, until_seen, window};

const CTRL: Modifiers = Modifiers::COMMAND;
const NONE: Modifiers = Modifiers::NONE;

#[derive(Clone, Copy, PartialEq)]
enum Hand {
    Mouse,
    Keys,
}

/// A person at the window, who uses one of both.
struct Person {
    harness: Window,
    hand: Hand,
}

impl Person {
    fn use_(&mut self, role: Role, label: &str) {
        until_seen(&mut self.harness, label);
        if self.hand == Hand::Mouse {
            self.harness.get_by_role_and_label(role, label).click();
        } else {
            tab_to(&mut self.harness, role, label);
            key(&mut self.harness, NONE, Key::Enter);
        }
        self.harness.run_steps(3);
    }

    fn press(&mut self, label: &str) {
        self.use_(Role::Button, label);
    }

    fn go_to(&mut self, screen: &str, number: Key, shown: Screen) {
        match self.hand {
            Hand::Mouse => self.use_(Role::Tab, screen),
            Hand::Keys => key(&mut self.harness, CTRL, number),
        }
        assert_eq!(app(&self.harness).screen(), shown);
    }

    /// A command by its button, or by its key.
    fn command(&mut self, label: &str, (modifiers, by_key): (Modifiers, Key)) {
        match self.hand {
            Hand::Mouse => self.press(label),
            Hand::Keys => key(&mut self.harness, modifiers, by_key),
        }
    }

    fn until_ended(&mut self) {
        until(&mut self.harness, "the end", |app| {
            app.session().state == RunState::Ended
        });
    }

    fn until_steps(&mut self, more_than: u64) {
        until(&mut self.harness, "steps", |app| {
            app.session().state == RunState::Running && steps(app) > more_than
        });
    }

    fn until_components(&mut self, count: usize) {
        until(&mut self.harness, "the faces of a model", |app| {
            app.explored()
                .is_some_and(|state| state.components() == count)
                && app.is_settled()
        });
    }

    fn run(&self) -> std::path::PathBuf {
        let session = app(&self.harness).session();
        session.started.as_ref().unwrap().run.clone()
    }
}

/// Start a run and keep exploring; look at its faces and go back; stop, resume, fork, start anew.
fn train(person: &mut Person) {
    person.press("Start");
    person.until_steps(2);
    assert_eq!(state(&person.harness).components(), LATENT, "it stays");
    let before = state(&person.harness).pose().current.clone();
    person.command("Random", (NONE, Key::N));
    assert_ne!(state(&person.harness).pose().current, before);
    person.press("Look");
    person.until_components(12);
    person.press("Back to tiny.safetensors");
    person.until_components(LATENT);

    person.go_to("Train", Key::Num2, Screen::Train);
    person.press("Stop");
    person.until_ended();
    let (first, done) = (person.run(), steps(app(&person.harness)));
    person.press("Resume this run");
    person.until_steps(done);
    person.press("Stop");
    person.until_ended();
    person.press("Fork this run");
    person.until_steps(0);
    let fork = person.run();
    assert_ne!(fork, first);
    person.press("Stop");
    person.until_ended();
    person.press("New run");
    person.until_steps(0);
    assert!(![&first, &fork].contains(&&person.run()));
    assert!(app(&person.harness).session().parent.is_none());
    person.press("Stop");
    person.until_ended();
}

/// Save a face and copy it, change it, and get it back from its picture.
fn take_away(person: &mut Person, pictures: &std::path::Path) {
    person.go_to("Explore", Key::Num3, Screen::Explore);
    person.until_components(LATENT);
    let saved = state(&person.harness).pose().current.clone();
    key(&mut person.harness, CTRL, Key::S);
    until_seen(&mut person.harness, "Saved: face.png · 128 × 128");
    person.harness.input_mut().events.push(Event::Copy);
    let begun = std::time::Instant::now();
    loop {
        person.harness.step();
        let copied = &person.harness.output().platform_output.commands;
        if copied
            .iter()
            .any(|what| matches!(what, OutputCommand::CopyImage(_)))
        {
            break;
        }
        assert!(begun.elapsed().as_secs() < 60, "nothing was copied");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    person.command("Random", (NONE, Key::N));
    assert_ne!(state(&person.harness).pose().current, saved);
    drop_on(&mut person.harness, &pictures.join("face.png"));
    until(&mut person.harness, "the face", |app| {
        app.explored().unwrap().pose().current == saved
    });
}

/// Change all sorts of things, and take all of it back.
fn undo_all(person: &mut Person) {
    let undo_key = (CTRL, Key::Z);
    while state(&person.harness).can_undo() {
        person.command("Undo", undo_key);
    }
    let first = state(&person.harness).pose().clone();
    person.command("Random", (NONE, Key::N));
    person.command("Set as start", (NONE, Key::A));
    person.command("Random", (NONE, Key::N));
    person.command("Set as end", (NONE, Key::B));
    person.command("Keep", (NONE, Key::K));
    tab_to(&mut person.harness, Role::Slider, "smile");
    key(&mut person.harness, NONE, Key::ArrowRight);
    assert_eq!(state(&person.harness).pose().shelf.len(), 1);
    let last = state(&person.harness).pose().clone();
    let mut count = 0;
    while state(&person.harness).can_undo() {
        person.command("Undo", undo_key);
        count += 1;
    }
    assert!(count >= 6, "{count}");
    assert!(*state(&person.harness).pose() == first);
    for _ in 0..count {
        key(&mut person.harness, CTRL, Key::Y);
    }
    assert!(*state(&person.harness).pose() == last);
}

/// Help and About, and out of them again.
fn read(person: &mut Person) {
    for (item, seen) in [
        ("Help", "Help: all keys"),
        ("About Morphogan", "This machine computes with"),
    ] {
        person.press("Menu");
        person.press(item);
        until_seen(&mut person.harness, seen);
        // The menu does not stay behind what it opened.
        assert!(person.harness.query_by_label("Earlier runs").is_none());
        match person.hand {
            Hand::Mouse => person.press("Close"),
            Hand::Keys => key(&mut person.harness, NONE, Key::Escape),
        }
        person.harness.run_steps(3);
        assert!(person.harness.query_by_label(seen).is_none());
    }
}

fn all_of_it(hand: Hand) {
    let folder = tempfile::tempdir().unwrap();
    let pictures = folder.path().join("pictures");
    let mut harness = window(WindowOptions {
        config: tiny(&folder.path().join("first")),
        model: Some(model(folder.path())),
        shelf: Some(folder.path().join("data/shelf.json")),
        pictures: Some(pictures.clone()),
        runs: Some(folder.path().to_path_buf()),
        ..WindowOptions::default()
    });
    until_seen(&mut harness, "Current face");
    until(&mut harness, "faces", |app| app.is_settled());
    let mut person = Person { harness, hand };
    train(&mut person);
    take_away(&mut person, &pictures);
    undo_all(&mut person);
    read(&mut person);
}

#[test]
fn from_the_first_minute_to_the_last_by_mouse() {
    all_of_it(Hand::Mouse);
}

#[test]
fn from_the_first_minute_to_the_last_by_keyboard_alone() {
    all_of_it(Hand::Keys);
}
