//! What a command says: its results on standard output, progress and notes on standard error.
//!
//! Everything that is printed passes here. A reader that has seen enough ends the printing quietly, while the
//! command does the rest of its work; a standard output that cannot be written makes it fail at its end. Control
//! characters of foreign texts are shown, not obeyed.

use std::fmt::{Display, Write as _};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use clap::builder::{PathBufValueParser, TypedValueParser};
use serde_json::Value;

use crate::atomic_file;
use crate::notice::{Level, Notice, is_unprintable, printable};

/// How it stands with standard output.
enum State {
    /// It takes results.
    Open,
    /// A file is written to it: results go to standard error.
    Lent,
    /// Nobody reads any more.
    Closed,
    /// Why it could not be written first.
    Failed(io::Error),
}

static STATE: Mutex<State> = Mutex::new(State::Open);

fn state() -> MutexGuard<'static, State> {
    // One who panicked while printing left the state as it was.
    STATE
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Prints a line of a result for people.
pub(super) fn line(text: impl Display) {
    print(&printable(&text.to_string()));
}

/// Prints a result as a line of JSON.
pub(super) fn json(value: &Value) {
    print(&plain(&value.to_string()));
}

/// Says something that is no result: where the command is, what it does instead.
pub(super) fn note(text: impl Display) {
    say(&printable(&text.to_string()));
}

/// What was assumed of a file that does not tell everything.
pub(super) fn notes(all: &[String]) {
    for one in all {
        tell(&Notice::info(one.as_str()));
    }
}

/// Whether standard output still takes what is printed.
pub(super) fn is_open() -> bool {
    matches!(*state(), State::Open | State::Lent)
}

/// Fails where standard output could not be written; called once, at the end of a command.
pub(super) fn finish() -> Result<(), Notice> {
    match &*state() {
        State::Failed(error) => Err(failed(error)),
        _ => Ok(()),
    }
}

/// Sets standard output aside for the one of `files` that is to be written to it.
///
/// # Errors
/// Where two want it, `--json` being one, or a person sees it.
pub(super) fn lend(wants_json: bool, files: &[Option<&PathBuf>]) -> Result<(), Notice> {
    let asking = |file: &&PathBuf| atomic_file::is_standard_output(file);
    let files = files.iter().flatten().filter(|file| asking(file)).count();
    if files + usize::from(wants_json) > 1 && files > 0 {
        let text = "Standard output takes one thing at a time: name a file instead of “-”, or leave out --json.";
        return Err(Notice::error(text));
    }
    if files > 0 && io::stdout().is_terminal() {
        let text = "Standard output is a terminal, which can show no file. Lead it to a file or a program.";
        return Err(Notice::error(text));
    }
    if files > 0 {
        *state() = State::Lent;
    }
    Ok(())
}

/// An argument that names a file to write; `-` is standard output.
pub(super) fn file() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().map(|path| {
        if path.as_os_str() == "-" {
            atomic_file::STANDARD_OUTPUT.into()
        } else {
            path
        }
    })
}

/// A path as JSON has it: what is not UTF-8 in it becomes “�”.
pub(super) fn path(path: impl AsRef<Path>) -> Value {
    path.as_ref().to_string_lossy().into()
}

/// Tells that standard output could not be written.
pub(super) fn failed(error: &io::Error) -> Notice {
    let text = "The results could not be printed. Check where standard output leads to.";
    Notice::from_error(text, error)
}

/// Tells that `what` was not written to `file`.
pub(super) fn not_written(what: &str, error: &io::Error, file: &Path) -> Notice {
    let text = format!("{what} was not written. Check the folder and its free space.");
    Notice::from_error(text, error).at(file)
}

/// Shows a notice on standard error.
pub fn tell(notice: &Notice) {
    let kind = match notice.level {
        Level::Info => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    say(&format!("{kind}: {notice}"));
}

fn print(text: &str) {
    let mut state = state();
    match &*state {
        State::Open => {}
        State::Lent => return say(text),
        State::Closed | State::Failed(_) => return,
    }
    let mut output = io::stdout().lock();
    let printed = output
        .write_all(format!("{text}\n").as_bytes())
        .and_then(|()| output.flush());
    if let Err(error) = printed {
        *state = match error.kind() {
            io::ErrorKind::BrokenPipe => State::Closed,
            _ => State::Failed(error),
        };
    }
}

/// Nothing can be said about a standard error that cannot be written.
pub(super) fn say(text: &str) {
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}

/// JSON without the control characters that its strings may have; they stand nowhere else in it.
fn plain(json: &str) -> String {
    json.chars().fold(String::new(), |mut text, c| {
        match is_unprintable(c) {
            // Writing to a string cannot fail; all of them have one unit in UTF-16.
            true => drop(write!(text, "\\u{:04x}", u32::from(c))),
            false => text.push(c),
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_stays_what_it_is_without_control_characters() {
        let foreign = json!({"a\u{9b}": "\u{1b}[2J\u{7f}\u{202e}é\n"});
        let text = plain(&foreign.to_string());
        assert!(!text.chars().any(is_unprintable), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), foreign);
        assert!(text.contains('é'));
    }

    #[cfg(unix)]
    #[test]
    fn any_path_can_be_printed() {
        use std::os::unix::ffi::OsStrExt as _;
        let odd = Path::new(std::ffi::OsStr::from_bytes(b"a\xff.png"));
        assert_eq!(path(odd), "a\u{fffd}.png");
    }
}
