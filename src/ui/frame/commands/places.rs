//! Places as the help names and orders them.

use super::{COMMANDS, Entry, Place};

impl Place {
    /// What the help calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Window => "Everywhere",
            Self::Data => "Data screen",
            Self::Train => "Train screen",
            Self::Explore => "Explore screen",
            Self::Animate => "Animate screen",
            Self::Models => "Models screen",
            Self::ModelTile => "Model in the gallery",
            Self::Control => "Any control that has the keyboard",
            Self::Slider => "Slider",
            Self::Filmstrip => "Strip of a direction",
            Self::Equaliser => "Numbers of the latent",
            Self::Pad => "Pad between four faces",
            Self::Canvas => "Painting on the face",
            Self::PulledFace => "Pulling at the face",
            Self::CropBox => "Crop box",
            Self::ColourSquare => "Choosing a colour",
            Self::Face => "Any face",
            Self::ShelfFace => "Face on the shelf",
            Self::KeyFace => "Key of the animation",
            Self::Track => "Track of a direction",
            Self::FullScreen => "Full screen",
            Self::BoardFace => "Face of the arithmetic",
            Self::WallFace => "Face of the training wall",
            Self::PinnedFace => "Pinned face of the wall",
            Self::Name => "Field for a name",
            Self::Path => "Field for a path",
            Self::Closing => "Question before closing",
            Self::Sheet => "Help and other sheets",
            Self::Browser => "List of files",
        }
    }

    /// The screen that it is on; `None` for what is on all of them.
    fn screen(self) -> Option<Self> {
        match self {
            Self::Data | Self::CropBox => Some(Self::Data),
            Self::Train | Self::WallFace | Self::PinnedFace => Some(Self::Train),
            Self::Explore | Self::Filmstrip | Self::Equaliser => Some(Self::Explore),
            Self::Pad | Self::Canvas | Self::PulledFace => Some(Self::Explore),
            Self::ShelfFace | Self::BoardFace => Some(Self::Explore),
            Self::Animate | Self::KeyFace | Self::Track => Some(Self::Animate),
            Self::FullScreen => Some(Self::Animate),
            Self::Models | Self::ModelTile => Some(Self::Models),
            Self::Window | Self::Control | Self::Slider | Self::ColourSquare | Self::Face => None,
            Self::Name | Self::Path | Self::Closing | Self::Sheet | Self::Browser => None,
        }
    }
}

/// The table by places: those of `screen` first, then those that are everywhere, then the other screens'.
pub fn by_place(screen: Place) -> Vec<(Place, Vec<&'static Entry>)> {
    let mut groups: Vec<(Place, Vec<&Entry>)> = Vec::new();
    for entry in COMMANDS {
        match groups.iter_mut().find(|(place, _)| *place == entry.place) {
            Some((_, rows)) => rows.push(entry),
            None => groups.push((entry.place, vec![entry])),
        }
    }
    groups.sort_by_key(|(place, _)| match place.screen() {
        Some(own) if own == screen => 0,
        None if *place == Place::Window => 1,
        None => 2,
        Some(_) => 3,
    });
    groups
}
