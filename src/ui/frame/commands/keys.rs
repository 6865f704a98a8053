//! Keys with their modifiers, as the table writes them.

use egui::{Key, KeyboardShortcut, Modifiers};

pub(super) const NONE: Modifiers = Modifiers::NONE;

pub(super) const fn key(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(NONE, key)
}

pub(super) const fn shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::SHIFT, key)
}

pub(super) const fn ctrl(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

pub(super) const fn ctrl_shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key)
}

pub(super) const ARROWS: &[KeyboardShortcut] = &[
    key(Key::ArrowLeft),
    key(Key::ArrowRight),
    key(Key::ArrowUp),
    key(Key::ArrowDown),
];
pub(super) const SHIFT_ARROWS: &[KeyboardShortcut] = &[
    shift(Key::ArrowLeft),
    shift(Key::ArrowRight),
    shift(Key::ArrowUp),
    shift(Key::ArrowDown),
];

pub(super) const CTRL_ARROWS: &[KeyboardShortcut] = &[
    ctrl(Key::ArrowLeft),
    ctrl(Key::ArrowRight),
    ctrl(Key::ArrowUp),
    ctrl(Key::ArrowDown),
];
