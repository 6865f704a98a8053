//! What a person changes of an animation.

use crate::latent::Latent;
use crate::latent::animation::{
    Animation, Company, Easing, Framing, KeyFace, LONGEST_CAPTION, MOST_BORDER, MOST_COMPANIONS,
    MOST_FPS, MotionPath, Track, TrackKey,
};

/// Faces that an animation may lead through.
pub const MOST_KEYS: usize = 200;
/// Directions that may change meanwhile.
pub const MOST_TRACKS: usize = 12;
/// The longest that a face may be held or the way to the next take here, in seconds.
pub const LONGEST_LEG: f32 = 600.0;
/// The shortest latents: at zero it would not be known any more which face it was.
const LEAST_TRUNCATION: f32 = 0.05;
const MOST_TRUNCATION: f32 = 1.5;
/// Nobody has seen faces so many σ away.
const FURTHEST: f32 = 6.0;

/// Something that a person does to the animation. Places that do not exist change nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Keys in front of a place; those that are of another latent space are left out.
    Insert(usize, Vec<KeyFace>),
    /// Another face for a key, with its name.
    Face(usize, String, Latent),
    /// A key goes to another place, between those that are there.
    Move(usize, usize),
    /// A key once more, after itself.
    Duplicate(usize),
    Delete(usize),
    Rename(usize, String),
    /// How long a key stays, in seconds.
    Hold(usize, f32),
    /// How long the way from a key to the next takes, in seconds.
    Seconds(usize, f32),
    /// How fast the way from a key is gone; as the others without.
    KeyEasing(usize, Option<Easing>),
    Path(MotionPath),
    Easing(Easing),
    /// Whether it leads back to the first key.
    Closed(bool),
    Truncation(f32),
    /// Pictures a second.
    Fps(u16),
    AddTrack(Box<Track>),
    RemoveTrack(usize),
    /// The value of a track at a time.
    TrackKey(usize, TrackKey),
    /// A key of a track goes to another time or value.
    MoveTrackKey(usize, usize, TrackKey),
    RemoveTrackKey(usize, usize),
    /// Who and what is seen beside the face.
    Framing(Box<Framing>),
    /// Other keys in place of all, as a loop without a corner and at one speed.
    Walk(Vec<KeyFace>),
}

impl Change {
    /// Does it; gives the place of the key that is chosen then, where that changes.
    pub(super) fn make(self, to: &mut Animation, selected: Option<usize>) -> Option<usize> {
        match self {
            Self::Insert(place, keys) => return insert(to, place, keys),
            Self::Move(from, place) => return move_key(&mut to.keys, from, place),
            Self::Duplicate(place) => {
                let again = to.keys.get(place)?.clone();
                return insert(to, place + 1, vec![again]);
            }
            Self::Delete(place) if place < to.keys.len() => {
                to.keys.remove(place);
                let chosen = selected.map_or(place, |chosen| chosen - usize::from(chosen > place));
                return Some(chosen.min(to.keys.len().saturating_sub(1)));
            }
            Self::Walk(keys) => {
                to.keys.clear();
                (to.path, to.easing, to.closed) = (MotionPath::Spline, Easing::Linear, true);
                insert(to, 0, keys);
                return Some(0);
            }
            Self::Delete(_) => {}
            Self::Path(path) => to.path = path,
            Self::Easing(easing) if easing.is_valid() => to.easing = easing,
            Self::Easing(_) => {}
            Self::Closed(closed) => to.closed = closed,
            Self::Truncation(share) => {
                to.truncation = share.clamp(LEAST_TRUNCATION, MOST_TRUNCATION);
            }
            Self::Framing(framing) => to.framing = within_limits(*framing, to.components()),
            Self::Fps(fps) => to.fps = fps.clamp(1, MOST_FPS),
            Self::Face(..) | Self::Rename(..) | Self::Hold(..) => self.change_key(to),
            Self::Seconds(..) | Self::KeyEasing(..) => self.change_key(to),
            Self::AddTrack(_) | Self::RemoveTrack(_) | Self::TrackKey(..) => self.change_track(to),
            Self::MoveTrackKey(..) | Self::RemoveTrackKey(..) => self.change_track(to),
        }
        None
    }

    fn change_key(self, to: &mut Animation) {
        let components = to.components();
        let time = |seconds: f32| seconds.clamp(0.0, LONGEST_LEG);
        let (Self::Face(place, ..)
        | Self::Rename(place, _)
        | Self::Hold(place, _)
        | Self::Seconds(place, _)
        | Self::KeyEasing(place, _)) = &self
        else {
            return;
        };
        let Some(key) = to.keys.get_mut(*place) else {
            return;
        };
        match self {
            Self::Face(_, name, latent) if latent.len() == components => {
                (key.name, key.latent) = (name, latent);
            }
            Self::Rename(_, name) => key.name = name,
            Self::Hold(_, seconds) => key.hold = time(seconds),
            Self::Seconds(_, seconds) => key.seconds = time(seconds),
            Self::KeyEasing(_, easing) if easing.is_none_or(Easing::is_valid) => {
                key.easing = easing;
            }
            _ => {}
        }
    }

    fn change_track(self, to: &mut Animation) {
        let end = to.seconds() as f32;
        let within = |key: TrackKey| TrackKey {
            at: key.at.clamp(0.0, end),
            value: key.value.clamp(-FURTHEST, FURTHEST),
        };
        match self {
            Self::AddTrack(track) => {
                let known = |other: &Track| other.direction.sigma == track.direction.sigma;
                let fits = track.direction.sigma.len() == to.components();
                if fits && to.tracks.len() < MOST_TRACKS && !to.tracks.iter().any(known) {
                    to.tracks.push(*track);
                }
            }
            Self::RemoveTrack(place) if place < to.tracks.len() => {
                to.tracks.remove(place);
            }
            Self::TrackKey(track, key) => {
                if let Some(track) = to.tracks.get_mut(track) {
                    track.set(within(key));
                }
            }
            Self::MoveTrackKey(track, place, key) => {
                if let Some(track) = to.tracks.get_mut(track) {
                    move_track_key(track, place, within(key));
                }
            }
            Self::RemoveTrackKey(track, place) => {
                if let Some(track) = to.tracks.get_mut(track)
                    && place < track.keys.len()
                {
                    track.keys.remove(place);
                }
            }
            _ => {}
        }
    }
}

/// What of `framing` can be drawn with faces of `components` numbers.
fn within_limits(mut framing: Framing, components: usize) -> Framing {
    framing.gap = framing.gap.min(MOST_BORDER);
    framing.border = framing.border.min(MOST_BORDER);
    if let Some((end, _)) = framing.caption.char_indices().nth(LONGEST_CAPTION) {
        framing.caption.truncate(end);
    }
    if let Company::Faces(faces) = &mut framing.company {
        faces.retain(|face| face.len() == components);
        faces.truncate(MOST_COMPANIONS);
    }
    framing
}

/// Keys do not pass each other: which of them is moved would be another one then.
fn move_track_key(track: &mut Track, place: usize, to: TrackKey) {
    const APART: f32 = 1e-3;
    let least = place
        .checked_sub(1)
        .and_then(|before| track.keys.get(before));
    let least = least.map_or(0.0, |before| before.at + APART);
    let most = track.keys.get(place + 1);
    let most = most.map_or(f32::INFINITY, |after| after.at - APART);
    if let Some(key) = track.keys.get_mut(place) {
        *key = TrackKey {
            at: to.at.min(most).max(least),
            ..to
        };
    }
}

fn insert(to: &mut Animation, place: usize, mut keys: Vec<KeyFace>) -> Option<usize> {
    let components = match to.components() {
        0 => keys.first()?.latent.len(),
        known => known,
    };
    keys.retain(|key| key.latent.len() == components && components > 0);
    keys.truncate(MOST_KEYS.saturating_sub(to.keys.len()));
    let place = place.min(to.keys.len());
    let last = (place + keys.len()).checked_sub(1)?;
    if keys.is_empty() {
        return None;
    }
    // Tracks of another latent space cannot be added to these faces.
    to.tracks
        .retain(|track| track.direction.sigma.len() == components);
    to.framing = within_limits(std::mem::take(&mut to.framing), components);
    to.keys.splice(place..place, keys);
    Some(last)
}

fn move_key(keys: &mut Vec<KeyFace>, from: usize, place: usize) -> Option<usize> {
    let place = place.min(keys.len().saturating_sub(1));
    if from >= keys.len() {
        return None;
    }
    let key = keys.remove(from);
    keys.insert(place, key);
    Some(place)
}
