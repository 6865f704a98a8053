//! What a person is told about a source of pictures, before training and for any other use of it.

use crate::data::{Choice, SourceError};
use crate::notice::Notice;

/// Why a source cannot be used.
pub(super) fn unusable(error: &SourceError) -> Notice {
    let text = match error {
        SourceError::NoRoom { .. } => "There is no room to unpack the pictures. Free some space.",
        _ => "The pictures cannot be used. Choose another source.",
    };
    Notice::from_error(text, error)
}

/// What was taken and left out, for a run's beginning; `None` where there was no choice.
pub(super) fn choice(choice: &Choice) -> Option<Notice> {
    let part = |word: &str, what: &[String]| {
        if what.is_empty() {
            String::new()
        } else {
            format!("{word}: {}. ", what.join(", "))
        }
    };
    let text = part("Taken", &choice.taken) + &part("Left out", &choice.left_out);
    (!text.is_empty()).then(|| Notice::info(text.trim_end()))
}
