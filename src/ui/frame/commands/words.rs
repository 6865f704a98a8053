//! Keys as people write them.

use egui::{Key, KeyboardShortcut, Modifiers};

/// As people write keys.
pub fn in_words(keys: &[KeyboardShortcut]) -> String {
    each_in_words(keys).join(", ")
}

/// As people write each of them; the four arrows are one.
pub fn each_in_words(keys: &[KeyboardShortcut]) -> Vec<String> {
    match keys {
        [first, _, _, _] => vec![format!("{}Arrows", modifiers_in_words(first.modifiers))],
        keys => keys.iter().map(one_in_words).collect(),
    }
}

pub fn one_in_words(shortcut: &KeyboardShortcut) -> String {
    let name = match shortcut.logical_key {
        Key::Minus => "minus",
        Key::Plus => "plus",
        Key::Equals => "=",
        Key::Escape => "Esc",
        Key::PageUp => "Page Up",
        Key::PageDown => "Page Down",
        Key::Questionmark => "?",
        key => key.name(),
    };
    format!("{}{name}", modifiers_in_words(shortcut.modifiers))
}

fn modifiers_in_words(modifiers: Modifiers) -> String {
    let ctrl = if modifiers.command { "Ctrl+" } else { "" };
    let shift = if modifiers.shift { "Shift+" } else { "" };
    format!("{ctrl}{shift}")
}
