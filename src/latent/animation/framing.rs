//! What is seen beside the face that is animated, and around both.

use serde::{Deserialize, Serialize};

use super::Animation;
use crate::config::CaptionPlace;
use crate::latent::noise::{Noise, Purpose};
use crate::latent::{Latent, LatentSpace};

/// Faces that may move along with the first.
pub const MOST_COMPANIONS: usize = 63;
/// Wider borders and gaps are no frame of a picture any more, in pixels.
pub const MOST_BORDER: usize = 512;
/// Letters that a caption may have.
pub const LONGEST_CAPTION: usize = 200;

/// Who is seen beside the face that is animated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Company {
    #[default]
    Alone,
    /// The first key, as it is, before it.
    FirstKey,
    /// The same way without what directions add, before it.
    Unchanged,
    /// Faces that move as the first one does, after it.
    Faces(Vec<Latent>),
}

/// What is around an animation when it is seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Framing {
    pub company: Company,
    /// Faces in a row; 0: about as many as there are rows.
    pub columns: usize,
    /// Pixels of the film between faces.
    pub gap: usize,
    /// Pixels around them.
    pub border: usize,
    /// The colour between and around them, sRGB.
    pub background: [u8; 3],
    /// A line of text, in which `{frame}` is the number of the picture; may be empty.
    pub caption: String,
    pub caption_place: CaptionPlace,
}

/// The seed of companions that nobody chose: others than the faces that anything else begins with.
pub const FIRST_COMPANIONS: u64 = 5_001;

impl Company {
    /// Random faces that move along, the same of a seed however many there are.
    pub fn random(space: LatentSpace, count: usize, seed: u64) -> Vec<Latent> {
        space.draw(count, &mut Noise::new(seed, Purpose::Faces))
    }

    /// Faces in a picture.
    pub fn count(&self) -> usize {
        match self {
            Self::Alone => 1,
            Self::FirstKey | Self::Unchanged => 2,
            Self::Faces(faces) => 1 + faces.len(),
        }
    }

    /// The place of the face that is animated.
    pub fn place_of_film(&self) -> usize {
        match self {
            Self::Alone | Self::Faces(_) => 0,
            Self::FirstKey | Self::Unchanged => 1,
        }
    }
}

impl Framing {
    /// Faces in a row.
    pub fn columns(&self) -> usize {
        let count = self.company.count();
        match (self.columns, &self.company) {
            (0, Company::Faces(_)) => (1..=count).find(|side| side * side >= count).unwrap_or(1),
            (0, _) => count,
            (columns, _) => columns.min(count),
        }
    }

    /// The line of text of a picture.
    pub fn caption_of(&self, frame: usize) -> String {
        self.caption.replace("{frame}", &(frame + 1).to_string())
    }

    /// What of it cannot be drawn with faces of `components` numbers; none where all can.
    pub(super) fn problem(&self, components: usize) -> Option<String> {
        if self.gap > MOST_BORDER || self.border > MOST_BORDER {
            return Some(format!(
                "a gap or border is wider than {MOST_BORDER} pixels"
            ));
        }
        if self.caption.chars().count() > LONGEST_CAPTION {
            return Some(format!(
                "the caption has more than {LONGEST_CAPTION} letters"
            ));
        }
        let Company::Faces(faces) = &self.company else {
            return None;
        };
        if faces.len() > MOST_COMPANIONS {
            return Some(format!("more than {MOST_COMPANIONS} faces move along"));
        }
        let fits = |face: &Latent| {
            let same = components == 0 || face.len() == components;
            same && !face.is_empty() && face.0.iter().all(|x| x.is_finite())
        };
        let strange = !faces.iter().all(fits);
        strange.then(|| "a face that moves along is of another latent space".to_owned())
    }
}

impl Animation {
    /// All faces of a picture, side by side; none before there is a key.
    pub fn together(&self, frame: usize) -> Vec<Latent> {
        self.together_at(self.time_of(frame))
    }

    /// All faces at a time in seconds, side by side.
    pub fn together_at(&self, seconds: f64) -> Vec<Latent> {
        let (Some(now), Some(first)) = (self.at(seconds), self.keys.first()) else {
            return Vec::new();
        };
        match &self.framing.company {
            Company::Alone => vec![now],
            Company::FirstKey => vec![first.latent.clone(), now],
            Company::Unchanged => match self.untracked_at(seconds) {
                Some(unchanged) => vec![unchanged, now],
                None => vec![now],
            },
            Company::Faces(faces) => {
                let start = self.at(0.0).unwrap_or_else(|| now.clone());
                let along = faces.iter().map(|face| moved_along(face, &start, &now));
                let along: Vec<Latent> = along.collect();
                std::iter::once(now).chain(along).collect()
            }
        }
    }
}

/// `face` moved as from `start` to `now`. It gets longer or shorter as that does and no more: a sum of three random
/// faces would be too long for any face.
fn moved_along(face: &Latent, start: &Latent, now: &Latent) -> Latent {
    let all = face.0.iter().zip(&start.0).zip(&now.0);
    let moved = Latent(
        all.map(|((face, start), now)| face + (now - start))
            .collect(),
    );
    match start.norm() {
        norm if norm > 0.0 => moved.with_norm(face.norm() * now.norm() / norm),
        _ => moved,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::animation;
    use super::*;

    fn with(company: Company) -> Animation {
        let mut animation = animation(3);
        animation.framing.company = company;
        animation
    }

    #[test]
    fn before_stands_the_first_key_or_the_way_without_directions() {
        let alone = with(Company::Alone);
        let beside = with(Company::FirstKey);
        let unchanged = with(Company::Unchanged);
        let mut bare = with(Company::Alone);
        bare.tracks.clear();
        for frame in [0, 7, 40] {
            let film = alone.frame(frame).unwrap();
            assert_eq!(alone.together(frame), std::slice::from_ref(&film));
            let first = beside.keys[0].latent.clone();
            assert_eq!(beside.together(frame), [first, film.clone()]);
            let without = bare.frame(frame).unwrap();
            assert_eq!(unchanged.together(frame), [without, film]);
        }
        assert_eq!(Company::Unchanged.place_of_film(), 1);
    }

    #[test]
    fn companions_begin_as_they_are_and_keep_their_length() {
        let face = Latent(vec![0.5, -1.0, 2.0, 0.25]);
        let animation = with(Company::Faces(vec![face.clone()]));
        let components = animation.components();
        let face = Latent((0..components).map(|at| face.0[at % 4]).collect());
        let animation = with(Company::Faces(vec![face.clone()]));
        let start = animation.together(0);
        assert_eq!(start.len(), 2);
        let near = |a: &Latent, b: &Latent| a.0.iter().zip(&b.0).all(|(a, b)| (a - b).abs() < 1e-5);
        assert!(near(&start[1], &face));
        for frame in 0..animation.frames() {
            let faces = animation.together(frame);
            let ratio = |at: usize| faces[at].norm() / start[at].norm();
            assert!((ratio(0) - ratio(1)).abs() < 1e-3);
        }
        assert!(!near(&animation.together(20)[1], &face));
    }

    #[test]
    fn rows_are_about_as_many_as_columns() {
        let faces = |count| Framing {
            company: Company::Faces(vec![Latent(vec![1.0]); count]),
            ..Framing::default()
        };
        let columns = |count| faces(count).columns();
        assert_eq!(
            [columns(1), columns(3), columns(8), columns(9)],
            [2, 2, 3, 4]
        );
        let two = Framing {
            columns: 5,
            company: Company::FirstKey,
            ..Framing::default()
        };
        assert_eq!((two.columns(), Framing::default().columns()), (2, 1));
    }
}
