//! What the Animate screen keeps from frame to frame.

use super::action::Show;
use super::film::{Film, Footage};
use super::full_screen::FullScreen;
use super::monitors::Monitors;
use super::project_file::ProjectFile;
use crate::latent::Latent;
use crate::latent::animation::{Animation, Easing, KeyFace};
use crate::latent::saved::SavedFace;
use crate::session::{Player, Project};
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::faces::Faces;
use crate::ui::explore::view::View;
use crate::worker::Job;

/// The seed of the first random key: others than those of the faces that the Explore screen begins with.
const FIRST_SEED: u64 = 101;
/// Faces of the shelf among those to choose from.
const PICKS: usize = 60;

/// How the controls of this screen stand.
pub struct Controls {
    /// How many faces each leg of the timeline has room for.
    pub room: Vec<usize>,
    /// Whether a face that is picked replaces that of the chosen key.
    pub replacing: bool,
    /// The path of a file with faces.
    pub keys_path: String,
    /// Faces of it on their way.
    pub keys_coming: Option<Job<Vec<SavedFace>>>,
    /// The key whose name is being typed, and the name.
    pub naming: Option<(usize, String)>,
    /// When faces to choose from were on show last, by the number of the pass.
    pub picking: u64,
    /// The seed and the number of faces of the next walk.
    pub walk: (u64, usize),
    /// The seed of the next random key.
    pub next_seed: u64,
    /// The easing curve that was drawn last, to come back to.
    pub bezier: Easing,
}

impl Default for Controls {
    fn default() -> Self {
        Self {
            room: Vec::new(),
            replacing: false,
            keys_path: String::new(),
            keys_coming: None,
            naming: None,
            picking: 0,
            walk: (1, 6),
            next_seed: FIRST_SEED,
            bezier: Easing::Bezier([0.7, 0.0, 0.3, 1.0]),
        }
    }
}

/// Faces on the way between keys, which are the same from frame to frame while nothing is changed.
#[derive(Default)]
pub struct Legs {
    /// What they are of: the animation, and how many faces each leg has room for.
    of: Option<(Animation, Vec<usize>)>,
    faces: Vec<Vec<Latent>>,
}

impl Legs {
    /// Those of a leg.
    pub fn of(&self, place: usize) -> &[Latent] {
        self.faces.get(place).map_or(&[], Vec::as_slice)
    }

    fn follow(&mut self, project: &Project, room: &[usize]) {
        let animation = project.animation();
        let same = |of: &(Animation, Vec<usize>)| of.0 == *animation && of.1 == room;
        if self.of.as_ref().is_some_and(same) {
            return;
        }
        let rooms = room.iter().enumerate();
        let faces = rooms.map(|(place, &count)| project.faces_between(place, count));
        self.faces = faces.collect();
        self.of = Some((animation.clone(), room.to_vec()));
    }
}

/// All that this screen keeps from frame to frame.
#[derive(Default)]
pub struct AnimateState {
    pub project: Project,
    pub player: Player,
    pub controls: Controls,
    pub file: ProjectFile,
    pub film: Film,
    pub legs: Legs,
    pub full_screen: Option<FullScreen>,
    pub monitors: Monitors,
    /// Whether this screen and the whole one were on show in the frame before.
    was_seen: [bool; 2],
    /// When the player went on last, in seconds.
    pub(super) clock: Option<f64>,
}

impl AnimateState {
    /// Whether the faces of `explorer` are of the animation's latent space.
    pub fn fits(&self, explorer: &Explorer) -> bool {
        self.project.fits(explorer.state.components())
    }

    /// Whether the system is to be asked for its monitors: the whole screen may be one of them soon.
    pub fn asks_for_monitors(&mut self, is_seen: bool) -> bool {
        let seen = [is_seen, self.full_screen.is_some()];
        let before = std::mem::replace(&mut self.was_seen, seen);
        seen != before && seen.contains(&true)
    }

    /// Whether something moves.
    pub fn plays(&self) -> bool {
        self.player.is_playing() && !self.project.animation().keys.is_empty()
    }

    /// The face of the picture on show.
    pub fn face_on_show(&self) -> Option<Latent> {
        let animation = self.project.animation();
        animation.frame(self.player.frame(animation))
    }

    /// That face and all that are seen beside it.
    fn faces_on_show(&self) -> Vec<Latent> {
        let animation = self.project.animation();
        animation.together(self.player.frame(animation))
    }

    /// What is shown on the whole screen.
    pub fn shows(&self) -> Option<Show> {
        self.full_screen.as_ref().map(|full| full.show)
    }

    /// The faces to choose a key from: those of the wall, then those of the shelf.
    pub fn picks(explorer: &Explorer) -> Vec<(Option<String>, Latent)> {
        let state = &explorer.state;
        let wall = state.wall().iter().map(|face| (None, face.clone()));
        let fits = |saved: &&SavedFace| saved.latent.len() == state.components();
        let shelf = state.pose().shelf.iter().filter(fits).take(PICKS);
        let shelf = shelf.map(|saved| (Some(saved.name.clone()), saved.latent.clone()));
        wall.chain(shelf).collect()
    }

    /// Asks for what is visible, where `on_show` says whether the screen is; `pass` is the number of this pass.
    pub fn want_faces(&mut self, explorer: &mut Explorer, on_show: bool, pass: u64) {
        let drifts = self.shows() == Some(Show::Drift);
        let played = on_show || self.shows() == Some(Show::Animation);
        let fits = self.fits(explorer);
        let picks = (on_show && self.controls.picking + 2 >= pass).then(|| Self::picks(explorer));
        let space = explorer.state.space();
        let faces = &mut explorer.faces;
        let on_film = (played && fits).then(|| self.faces_on_show());
        want_all(faces, View::Film, on_film);
        let drift = self.full_screen.as_ref().filter(|_| drifts);
        want(faces, View::Drift, drift.map(|full| full.face(space)));
        let laid_out = on_show && fits;
        if laid_out {
            self.legs.follow(&self.project, &self.controls.room);
        }
        let keys = laid_out.then(|| self.project.faces());
        want_all(faces, View::Keys, keys);
        want_all(
            faces,
            View::Legs,
            laid_out.then(|| self.legs.faces.concat()),
        );
        let picks = picks.map(|picks| picks.into_iter().map(|pick| pick.1).collect());
        want_all(faces, View::Picks, picks);
    }

    /// A key that nobody has named.
    pub(super) fn key(&self, name: Option<String>, latent: Latent) -> KeyFace {
        let keys = &self.project.animation().keys;
        let taken = |name: &str| keys.iter().any(|key| key.name == name);
        let known = keys.iter().find(|key| key.latent == latent);
        let mut numbered = (1..).map(|number| format!("face {number}"));
        let name = name
            .or_else(|| known.map(|key| key.name.clone()))
            .or_else(|| numbered.find(|name| !taken(name)));
        KeyFace::new(name.unwrap_or_default(), latent)
    }
}

/// What a film is made from: the pictures of the range, drawn by the weights in use.
pub(super) fn footage(project: &Project, player: &Player, explorer: &Explorer) -> Option<Footage> {
    let animation = project.animation();
    if animation.keys.is_empty() || !project.fits(explorer.state.components()) {
        return None;
    }
    Some(Footage {
        model: explorer.faces.sampler().weights()?,
        range: player.range(animation),
        animation: animation.clone(),
    })
}

fn want(faces: &mut Faces, view: View, face: Option<Latent>) {
    match face {
        Some(face) => faces.want(view, std::slice::from_ref(&face)),
        None => faces.forget(view),
    }
}

fn want_all(faces: &mut Faces, view: View, all: Option<Vec<Latent>>) {
    match all.filter(|all| !all.is_empty()) {
        Some(all) => faces.want(view, &all),
        None => faces.forget(view),
    }
}
