//! Places of the window that show faces.

use crate::worker::sampler::{Priority, ViewId};

/// Strips that can be shown at a time.
pub const STRIPS: usize = 192;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The current face.
    Face,
    /// The face to compare it with.
    Before,
    /// What D says of the current face.
    Score,
    /// Faces between the two ends.
    Way,
    /// Corners of the pad.
    Pad,
    Board,
    Shelf,
    /// The wall of random faces.
    Wall,
    /// The picture of the animation that is on show.
    Film,
    /// Its keys.
    Keys,
    /// Faces on the way between them.
    Legs,
    /// Faces to choose a key from.
    Picks,
    /// The face of a walk that never ends.
    Drift,
    /// What D of the run says of a face of its wall.
    Judged,
    /// Faces along a direction; of its place, below [`STRIPS`].
    Strip(usize),
}

impl View {
    const FIXED: [Self; 14] = [
        Self::Face,
        Self::Before,
        Self::Score,
        Self::Way,
        Self::Pad,
        Self::Board,
        Self::Shelf,
        Self::Wall,
        Self::Film,
        Self::Keys,
        Self::Legs,
        Self::Picks,
        Self::Drift,
        Self::Judged,
    ];

    pub const COUNT: usize = Self::FIXED.len() + STRIPS;

    /// Every view there is, each at its [`View::place`].
    pub fn all() -> impl Iterator<Item = Self> {
        let strips = (0..STRIPS).map(Self::Strip);
        Self::FIXED.into_iter().chain(strips)
    }

    /// Its place among all views.
    pub fn place(self) -> usize {
        match self {
            Self::Strip(place) => Self::FIXED.len() + place.min(STRIPS - 1),
            fixed => Self::FIXED
                .iter()
                .position(|view| *view == fixed)
                .unwrap_or_default(),
        }
    }

    /// Whether it is of an animation.
    pub fn is_animated(self) -> bool {
        matches!(
            self,
            Self::Film | Self::Keys | Self::Legs | Self::Picks | Self::Drift
        )
    }

    /// Whether its faces change places, and are looked up by their latents.
    pub fn is_by_latent(self) -> bool {
        matches!(self, Self::Shelf | Self::Keys | Self::Legs | Self::Picks)
    }

    /// Whether its face is shown many times as large as it is.
    pub fn is_large(self) -> bool {
        matches!(self, Self::Face | Self::Before | Self::Film | Self::Drift)
    }

    pub fn id(self) -> ViewId {
        ViewId(self.place())
    }

    pub fn priority(self) -> Priority {
        match self {
            Self::Face | Self::Film | Self::Drift => Priority::AtOnce,
            Self::Before => Priority::Next,
            Self::Strip(_) => Priority::Unbroken,
            _ => Priority::InTurn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_has_a_place_of_its_own() {
        assert!(View::all().enumerate().all(|(at, view)| view.place() == at));
        assert_eq!(View::all().count(), View::COUNT);
    }
}
