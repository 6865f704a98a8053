//! The ways through screens and states on which every control is looked at.

use std::path::Path;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Node;
use egui_kittest::kittest::NodeT as _;
use morphogan::session::RunState;
use morphogan::ui::WindowOptions;

use super::explore::key;
use super::{Window, choose, press, steps, tiny, until, until_seen, window};

/// Roles of what a person can act on.
pub const CONTROLS: [Role; 12] = [
    Role::Button,
    Role::CheckBox,
    Role::ColorWell,
    Role::ComboBox,
    Role::Link,
    Role::MenuItem,
    Role::RadioButton,
    Role::Slider,
    Role::SpinButton,
    Role::Tab,
    Role::TextInput,
    Role::MultilineTextInput,
];

/// Looks at what is on show, a screen or state of this name.
pub type Look<'l> = &'l mut dyn FnMut(&mut Window, &str);

/// A window that has trained nothing; its first run will be `first` in `folder`.
pub fn before_a_run(folder: &Path) -> Window {
    window(WindowOptions {
        config: tiny(&folder.join("first")),
        runs: Some(folder.to_path_buf()),
        ..WindowOptions::default()
    })
}

pub fn screens(harness: &mut Window, names: &[&str], look: Look<'_>) {
    for name in names {
        choose(harness, Role::Tab, name);
        until(harness, "the first look", |app| app.is_settled());
        look(harness, name);
    }
}

pub fn sheets(harness: &mut Window, look: Look<'_>) {
    for name in ["Help", "About Morphogan"] {
        press(harness, "Menu");
        press(harness, name);
        harness.run_steps(20);
        look(harness, name);
        key(harness, Modifiers::NONE, Key::Escape);
    }
}

/// The run in every state, on the Train screen.
pub fn run(harness: &mut Window, look: Look<'_>) {
    press(harness, "Start");
    until(harness, "steps", |app| steps(app) >= 3);
    until_seen(harness, "Sample wall");
    look(harness, "running");
    press(harness, "Pause");
    until(harness, "the pause", |app| {
        app.session().state == RunState::Paused
    });
    until_seen(harness, "Earlier runs");
    look(harness, "paused");
    press(harness, "Stop");
    until(harness, "the end", |app| {
        app.session().state == RunState::Ended
    });
    look(harness, "ended");
    press(harness, "Earlier runs");
    until_seen(harness, "Resume first");
    look(harness, "list of runs");
}

/// What may stand beside a face that is explored.
pub fn sides(harness: &mut Window, look: Look<'_>) {
    for side in ["Raw", "Photo", "Paint", "Directions"] {
        choose(harness, Role::Tab, side);
        until(harness, "faces", |app| app.is_settled());
        look(harness, side);
    }
}

pub fn assert_none(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} faults\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Whether it lies in something that scrolls, where it may be out of sight.
pub fn scrolls(node: &Node<'_>) -> bool {
    let mut above = node.parent();
    while let Some(parent) = above {
        let is_bar = |child: Node<'_>| child.accesskit_node().role() == Role::ScrollBar;
        if parent.children().any(is_bar) {
            return true;
        }
        above = parent.parent();
    }
    false
}
