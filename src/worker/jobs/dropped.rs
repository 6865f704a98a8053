//! What a file that was dropped on the window holds: what its name says may be half of the truth.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::still::read_still;
use crate::latent::saved::SavedFace;
use crate::regular_file;
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// Larger files hold neither faces nor animations of ours.
const LARGEST: u64 = 64 << 20;

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub enum DroppedKind {
    /// A picture that knows whose faces it shows.
    Faces(Vec<SavedFace>),
    /// Any other picture.
    Picture,
    /// Faces that a shelf has written.
    Shelf,
    /// An animation, or what only its reader can tell from one.
    Animation,
}

/// Looks into a `.png` or `.json` file.
pub fn look_into(path: PathBuf, waker: Waker) -> Job<(PathBuf, DroppedKind)> {
    Job::spawn("dropped", waker, move |_| {
        let kind = kind_of(&path);
        Ok((path, kind))
    })
}

fn kind_of(path: &Path) -> DroppedKind {
    let is_json = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    if is_json {
        return match regular_file::read_to_string(path, LARGEST) {
            Ok(text) if is_shelf(&text) => DroppedKind::Shelf,
            _ => DroppedKind::Animation,
        };
    }
    match read_still(path) {
        Ok(faces) if !faces.is_empty() => DroppedKind::Faces(faces),
        // What it says may be damaged and its pixels whole.
        _ => DroppedKind::Picture,
    }
}

fn is_shelf(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Parts {
        faces: Option<IgnoredAny>,
        animation: Option<IgnoredAny>,
    }
    let parts = serde_json::from_str::<Parts>(text);
    parts.is_ok_and(|parts| parts.faces.is_some() && parts.animation.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::Latent;
    use crate::latent::animation::file::{self, AnimationFile};
    use crate::latent::saved::to_json;

    #[test]
    fn faces_and_animations_are_told_by_what_they_hold() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            kind_of(&path)
        };
        let faces = to_json(&[SavedFace {
            name: "animation".into(),
            latent: Latent(vec![1.0]),
            model: String::new(),
            fingerprint: String::new(),
        }]);
        let faces = faces.unwrap();
        let animation = file::to_json(&AnimationFile::default()).unwrap();
        assert_eq!(write("a.json", &faces), DroppedKind::Shelf);
        assert_eq!(write("b.morph.JSON", &faces), DroppedKind::Shelf);
        assert_eq!(write("c.json", &animation), DroppedKind::Animation);
        for other in ["", "[]", "{\"faces\":", "{}", "7"] {
            assert_eq!(write("d.json", other), DroppedKind::Animation, "{other}");
        }
        assert_eq!(write("e.png", &faces), DroppedKind::Picture);
        assert_eq!(kind_of(Path::new("/none.png")), DroppedKind::Picture);
    }
}
