//! What a person gets to see when something needs their attention.
//!
//! Each layer has its own `thiserror` enum. At the thread boundary the chain of causes becomes one
//! [`Notice`]: the first line says what happened and what to do next, the details fold open.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something worth knowing; nothing to do.
    Info,
    /// The work goes on, but not quite as asked.
    Warning,
    /// What was asked for did not happen.
    Error,
}

/// A message for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub level: Level,
    /// One sentence: what happened and what to do next.
    pub summary: String,
    /// Causes and paths, one a line; may be empty.
    pub details: String,
    /// Why, in a line, where an error was the cause.
    pub reason: Option<String>,
    /// What to do next, where window and command line have names of their own for it.
    pub next: Option<Next>,
}

/// What a person can do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Give the new run another folder.
    AnotherFolder,
    /// Fork this run for other pictures, or say where its own are now.
    OtherPictures(PathBuf),
    /// Give this run, which is finished, more steps.
    MoreSteps(PathBuf),
    /// Fork this run, which goes bad, with settings that do not.
    StablePreset(PathBuf),
    /// Look at this file or folder.
    Show(PathBuf),
    /// Look at this file or folder in the window itself.
    ShowHere(PathBuf),
    /// Try once more to open this model.
    OpenModel(PathBuf),
    /// Take this run out of the trash again.
    TakeBack(PathBuf),
}

impl Next {
    fn in_terminal(&self) -> String {
        match self {
            Self::AnotherFolder => "Name another one with --run.".into(),
            Self::OtherPictures(run) => {
                let run = run.display();
                format!(
                    "If they were moved, name their new place: --resume {run} --data PATH. To learn from \
                     others, fork the run: --fork {run} --data NEW."
                )
            }
            Self::MoreSteps(run) => {
                let run = run.display();
                format!("To train on, give it more in all: --resume {run} --steps N.")
            }
            Self::StablePreset(run) => {
                let run = run.display();
                format!(
                    "To go on from its best weights with settings that do not collapse: --fork {run}@best --preset stable."
                )
            }
            Self::Show(_) | Self::ShowHere(_) | Self::OpenModel(_) | Self::TakeBack(_) => {
                String::new()
            }
        }
    }

    fn in_window(&self) -> String {
        match self {
            Self::AnotherFolder => "Choose another one.".into(),
            Self::OtherPictures(_) => {
                "If they were moved, choose their new place on the Data screen and \
                go on again. To learn from others, choose them there and fork the run with them."
                    .into()
            }
            Self::MoreSteps(_) => {
                "To train on, fork it with more steps in the settings on the left.".into()
            }
            Self::StablePreset(_) => "Go on with the stable preset.".into(),
            Self::Show(_) | Self::ShowHere(_) | Self::OpenModel(_) | Self::TakeBack(_) => {
                String::new()
            }
        }
    }
}

impl Notice {
    pub fn info(summary: impl Into<String>) -> Self {
        Self::new(Level::Info, summary)
    }

    /// The work goes on, but not quite as asked.
    pub fn warning(summary: impl Into<String>) -> Self {
        Self::new(Level::Warning, summary)
    }

    /// What was asked for did not happen.
    pub fn error(summary: impl Into<String>) -> Self {
        Self::new(Level::Error, summary)
    }

    /// An error whose details are the chain of causes of `error`, one a line.
    pub fn from_error(summary: impl Into<String>, error: &(dyn Error + 'static)) -> Self {
        let chain = chain_of(error);
        let reason = chain.lines().collect::<Vec<_>>().join(": ");
        Self {
            reason: Some(reason).filter(|reason| !reason.is_empty()),
            ..Self::error(summary).with_details(chain)
        }
    }

    /// With the path that it is about, which comes last.
    pub fn at(mut self, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref().display();
        self.details += &format!("\n{path}");
        self
    }

    /// Of something that went on all the same.
    pub fn as_warning(mut self) -> Self {
        self.level = Level::Warning;
        self
    }

    /// The same notice with `details`.
    pub fn with_details(mut self, details: impl Into<String>) -> Self {
        self.details = details.into();
        self
    }

    /// The same notice with what to do next.
    pub fn with_next(mut self, next: Next) -> Self {
        self.next = Some(next);
        self
    }

    /// With what to do next in the words of the command line.
    pub fn in_terminal(mut self) -> Self {
        self.worded(Next::in_terminal);
        self.next = None;
        self
    }

    /// With what to do next in the words of the window, which also has a button for it.
    pub fn in_window(mut self) -> Self {
        self.worded(Next::in_window);
        self
    }

    fn worded(&mut self, words: fn(&Next) -> String) {
        let words = self.next.as_ref().map(words).unwrap_or_default();
        if !words.is_empty() {
            self.summary += &format!(" {words}");
        }
    }

    fn new(level: Level, summary: impl Into<String>) -> Self {
        Self {
            level,
            summary: summary.into(),
            details: String::new(),
            reason: None,
            next: None,
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.summary))?;
        for line in self.details.lines() {
            write!(f, "\n  {}", printable(line))?;
        }
        Ok(())
    }
}

impl Error for Notice {}

/// Whether `c` commands a terminal, or changes the order of the text around it, instead of showing something.
pub fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text from names and files of others as a terminal may have it: one line, with escapes such as `\u{1b}`
/// in place of control characters.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unprintable) {
        return text.into();
    }
    let escaped = text.chars().map(|c| {
        if is_unprintable(c) {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    });
    escaped.collect::<String>().into()
}

/// The error and its causes, one a line. Only the first line of each is kept: candle appends a
/// backtrace to its messages when `RUST_BACKTRACE` is set. A cause that its parent already quotes
/// is left out.
pub fn chain_of(error: &(dyn Error + 'static)) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let text = cause.to_string();
        let line = without_place(text.lines().next().unwrap_or_default().trim());
        if !line.is_empty() && !lines.iter().any(|seen| seen.contains(&line)) {
            lines.push(line);
        }
        next = cause.source();
    }
    lines.join("\n")
}

/// The line without the place in somebody's source where it was raised: `os error at /build/x.rs:7: no` is
/// `os error: no`.
fn without_place(line: &str) -> String {
    let place = |(at, _): (usize, &str)| {
        let (path, rest) = line[at + " at ".len()..].split_once(".rs:")?;
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        (!path.contains(": ")).then(|| format!("{}{rest}", &line[..at]))
    };
    let shorter = line.match_indices(" at ").find_map(place);
    shorter.unwrap_or_else(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot read the model")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn the_place_in_a_library_is_left_out() {
        let line =
            "winit EventLoopError: os error at /root/.cargo/registry/x/mod.rs:768: no compositor";
        assert_eq!(
            without_place(line),
            "winit EventLoopError: os error: no compositor"
        );
        for line in ["nothing at this path: a.rs:7", "look at it", ""] {
            assert_eq!(without_place(line), line);
        }
    }

    #[test]
    fn the_chain_becomes_details() {
        let error = Outer(std::io::Error::other("disk on fire\nbacktrace"));
        let notice = Notice::from_error("Open another file.", &error);
        assert_eq!(notice.details, "cannot read the model\ndisk on fire");
        let reason = notice.reason.as_deref();
        assert_eq!(reason, Some("cannot read the model: disk on fire"));
        assert_eq!(notice.level, Level::Error);
        assert_eq!(
            notice.to_string(),
            "Open another file.\n  cannot read the model\n  disk on fire"
        );
    }

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        let notice = Notice::error("no \u{1b}[31mred\n").with_details("a\u{9b}b\ncafé \u{202e}gnp");
        let told = "no \\u{1b}[31mred\\n\n  a\\u{9b}b\n  café \\u{202e}gnp";
        assert_eq!(notice.to_string(), told);
        assert!(matches!(printable("née"), Cow::Borrowed("née")));
    }
}
