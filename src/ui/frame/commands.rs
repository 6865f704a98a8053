//! Every command that has a key: what it is called, what it does, its keys, and where they work. Key handling and
//! tooltips read this table; a key stands nowhere else.

use std::sync::LazyLock;

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::ui::action::Screen;

const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;
const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// Something that a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    ShowData,
    ShowTrain,
    ShowExplore,
    Start,
    Pause,
    Resume,
    Stop,
    StepOnce,
    StepHalf,
    LogScale,
    ZoomIn,
    ZoomOut,
    Undo,
    Redo,
    NewWall,
    Random,
    SetStart,
    SetEnd,
    AddToA,
    AddToB,
    AddToC,
    Corner(usize),
    Keep,
    MoreLike,
    Pin,
    Difference,
}

/// A row of the table.
pub struct Entry {
    pub command: Command,
    /// What it does, in one sentence.
    pub about: &'static str,
    pub keys: &'static [(Modifiers, Key)],
    /// Where they work; `None`: everywhere.
    pub screen: Option<Screen>,
}

const fn entry(
    command: Command,
    about: &'static str,
    keys: &'static [(Modifiers, Key)],
    screen: Option<Screen>,
) -> Entry {
    Entry {
        command,
        about,
        keys,
        screen,
    }
}

const TRAIN: Option<Screen> = Some(Screen::Train);
const EXPLORE: Option<Screen> = Some(Screen::Explore);

pub static COMMANDS: [Entry; 29] = [
    entry(
        Command::ShowData,
        "Where the pictures come from, and what the network sees of them.",
        &[(CTRL, Key::Num1)],
        None,
    ),
    entry(
        Command::ShowTrain,
        "Settings, sample wall and curves.",
        &[(CTRL, Key::Num2)],
        None,
    ),
    entry(
        Command::ShowExplore,
        "Walk through the latent space.",
        &[(CTRL, Key::Num3)],
        None,
    ),
    entry(
        Command::Start,
        "Start a run with the settings of the Train screen.",
        &[(NONE, Key::F5)],
        None,
    ),
    entry(
        Command::Pause,
        "Hold the run after this step; it uses no processor time until you resume.",
        &[(NONE, Key::F5)],
        None,
    ),
    entry(
        Command::Resume,
        "Let the run go on.",
        &[(NONE, Key::F5)],
        None,
    ),
    entry(
        Command::Stop,
        "End the run after this step and write its model.",
        &[(SHIFT, Key::F5)],
        None,
    ),
    entry(
        Command::StepOnce,
        "One step of both networks, then hold again.",
        &[(NONE, Key::F10)],
        None,
    ),
    entry(
        Command::StepHalf,
        "The next half of a step: the discriminator learns, then the generator.",
        &[(SHIFT, Key::F10)],
        None,
    ),
    entry(
        Command::LogScale,
        "Logarithmic scale, where no value is negative: small values are seen beside large ones.",
        &[(NONE, Key::L)],
        TRAIN,
    ),
    entry(
        Command::ZoomIn,
        "Show fewer steps of the curves.",
        &[(NONE, Key::Plus)],
        TRAIN,
    ),
    entry(
        Command::ZoomOut,
        "Show all steps again.",
        &[(NONE, Key::Minus)],
        TRAIN,
    ),
    entry(
        Command::Undo,
        "Go one change back.",
        &[(CTRL, Key::Z)],
        EXPLORE,
    ),
    entry(
        Command::Redo,
        "Take the last undo back.",
        &[(CTRL_SHIFT, Key::Z), (CTRL, Key::Y)],
        EXPLORE,
    ),
    entry(
        Command::NewWall,
        "Other random faces to choose from.",
        &[(NONE, Key::R)],
        EXPLORE,
    ),
    entry(
        Command::Random,
        "Another random face: every number drawn from N(0, 1).",
        &[(NONE, Key::N)],
        EXPLORE,
    ),
    entry(
        Command::SetStart,
        "The morph begins at this face.",
        &[(NONE, Key::A)],
        EXPLORE,
    ),
    entry(
        Command::SetEnd,
        "The morph ends at this face.",
        &[(NONE, Key::B)],
        EXPLORE,
    ),
    entry(
        Command::AddToA,
        "Put this face into A of the arithmetic.",
        &[(SHIFT, Key::A)],
        EXPLORE,
    ),
    entry(
        Command::AddToB,
        "Put this face into B of the arithmetic.",
        &[(SHIFT, Key::B)],
        EXPLORE,
    ),
    entry(
        Command::AddToC,
        "Put this face into C of the arithmetic.",
        &[(SHIFT, Key::C)],
        EXPLORE,
    ),
    entry(
        Command::Corner(0),
        "Put this face into the pad's first corner.",
        &[(NONE, Key::Num1)],
        EXPLORE,
    ),
    entry(
        Command::Corner(1),
        "Put this face into the pad's second corner.",
        &[(NONE, Key::Num2)],
        EXPLORE,
    ),
    entry(
        Command::Corner(2),
        "Put this face into the pad's third corner.",
        &[(NONE, Key::Num3)],
        EXPLORE,
    ),
    entry(
        Command::Corner(3),
        "Put this face into the pad's fourth corner.",
        &[(NONE, Key::Num4)],
        EXPLORE,
    ),
    entry(
        Command::Keep,
        "Put this face on the shelf: it is still there at the next start.",
        &[(NONE, Key::K)],
        EXPLORE,
    ),
    entry(
        Command::MoreLike,
        "A wall of faces like this one.",
        &[(NONE, Key::M)],
        EXPLORE,
    ),
    entry(
        Command::Pin,
        "Let this face stand first on the training wall, or no longer.",
        &[(NONE, Key::P)],
        EXPLORE,
    ),
    entry(
        Command::Difference,
        "Show the face minus the face before the changes: grey where nothing has changed.",
        &[(NONE, Key::D)],
        EXPLORE,
    ),
];

/// With their keys, as in "Go one change back. Key: Ctrl+Z".
static TIPS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let tip = |entry: &Entry| {
        let keys: Vec<String> = entry.keys.iter().map(|key| in_words(*key)).collect();
        let word = if keys.len() == 1 { "Key" } else { "Keys" };
        format!("{} {word}: {}", entry.about, keys.join(", "))
    };
    COMMANDS.iter().map(tip).collect()
});

fn in_words((modifiers, key): (Modifiers, Key)) -> String {
    let ctrl = if modifiers.command { "Ctrl+" } else { "" };
    let shift = if modifiers.shift { "Shift+" } else { "" };
    let name = match key {
        Key::Minus => "minus",
        Key::Plus => "plus",
        key => key.name(),
    };
    format!("{ctrl}{shift}{name}")
}

impl Command {
    fn place(self) -> usize {
        let found = COMMANDS.iter().position(|entry| entry.command == self);
        // A test shows that every command has a row.
        found.unwrap_or_default()
    }

    /// What it does and its keys, for a tooltip.
    pub fn tip(self) -> &'static str {
        TIPS.get(self.place()).map_or("", String::as_str)
    }

    /// What it does alone, for a button that shows its key.
    pub fn about(self) -> &'static str {
        COMMANDS.get(self.place()).map_or("", |entry| entry.about)
    }

    /// The name of its first key, to stand on a button; of commands whose key has no modifiers.
    pub fn key(self) -> &'static str {
        let keys = COMMANDS
            .get(self.place())
            .map_or(&[][..], |entry| entry.keys);
        keys.first().map_or("", |(_, key)| key.name())
    }
}

/// All shortcuts that work on `screen`, those with more modifiers first: the shorter ones would match too.
pub fn shortcuts_on(screen: Screen) -> Vec<(KeyboardShortcut, Command)> {
    let here = COMMANDS
        .iter()
        .filter(|entry| entry.screen.is_none_or(|place| place == screen));
    let mut all: Vec<_> = here
        .flat_map(|entry| {
            let shortcut = |(modifiers, key): &(Modifiers, Key)| {
                (KeyboardShortcut::new(*modifiers, *key), entry.command)
            };
            entry.keys.iter().map(shortcut)
        })
        .collect();
    let count = |modifiers: Modifiers| u8::from(modifiers.command) + u8::from(modifiers.shift);
    all.sort_by_key(|(shortcut, _)| std::cmp::Reverse(count(shortcut.modifiers)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_means_one_thing_on_a_screen() {
        // One button in three states.
        let one = |command| match command {
            Command::Pause | Command::Resume => Command::Start,
            other => other,
        };
        for screen in [Screen::Data, Screen::Train, Screen::Explore] {
            let all = shortcuts_on(screen);
            for (place, (shortcut, command)) in all.iter().enumerate() {
                let same = all[..place].iter().filter(|(other, _)| other == shortcut);
                for (_, other) in same {
                    assert_eq!(one(*other), one(*command), "{shortcut:?} on {screen:?}");
                }
            }
        }
    }

    #[test]
    fn every_command_tells_its_keys() {
        for entry in &COMMANDS {
            assert_eq!(COMMANDS[entry.command.place()].about, entry.about);
            assert!(entry.command.tip().contains("Key"), "{}", entry.about);
            assert!(!entry.keys.is_empty() && entry.about.ends_with('.'));
        }
        assert_eq!(
            Command::Redo.tip(),
            "Take the last undo back. Keys: Ctrl+Shift+Z, Ctrl+Y"
        );
        assert_eq!(Command::Keep.key(), "K");
    }
}
