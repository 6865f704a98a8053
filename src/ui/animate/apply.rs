//! What a person wants of the Animate screen, and what goes on by itself.

use std::path::PathBuf;
use std::time::Duration;

use super::action::{AnimateAction, Show, Walk};
use super::full_screen::FullScreen;
use crate::latent::animation::file::AnimationFile;
use crate::latent::animation::{Animation, Easing, KeyFace, MotionPath, Track, walk};
use crate::latent::path::Interpolation;
use crate::latent::saved::SavedFace;
use crate::latent::{Latent, LatentSpace};
use crate::notice::{Level, Notice};
use crate::session::{Change, Player, Project, Trouble};
use crate::ui::action::Screen;
use crate::ui::animate::state::{AnimateState, footage};
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::faces::Faces;
use crate::ui::explore::view::View;
use crate::ui::host::{GLANCE, Host};
use crate::ui::waker::waker;
use crate::ui::widgets::name_field;
use crate::worker::Job;
use crate::worker::jobs::shelf::import_faces;

/// How far a sweep goes along its direction, in σ.
const SWEEP: f32 = 2.0;
/// A clock that stood still for so long was not watched, in seconds.
const ASLEEP: f64 = 0.5;

impl AnimateState {
    /// Does what a person wants, with the faces that are on show.
    pub fn apply(
        &mut self,
        action: AnimateAction,
        explorer: Option<&Explorer>,
        host: &mut Host<'_>,
    ) {
        match action {
            AnimateAction::Change(change, control) => {
                self.change(change, control.map(|control| host.gestures.of(control)))
            }
            AnimateAction::Undo => self.undo(),
            AnimateAction::Redo => self.redo(),
            AnimateAction::Add(name, latent) => self.add(name, latent, host),
            AnimateAction::AddRandom => self.add_random(explorer, host),
            AnimateAction::Select(place) => self.select(place),
            AnimateAction::Play(playing) => self.player.play(playing),
            AnimateAction::Frame(frame) => self.player.show(frame, self.project.animation()),
            AnimateAction::Step(by) => {
                self.player.play(false);
                self.player.step(by, self.project.animation());
            }
            AnimateAction::RangeStart => {
                let animation = self.project.animation();
                self.player
                    .begin_at(self.player.frame(animation), animation);
            }
            AnimateAction::RangeEnd => {
                let animation = self.project.animation();
                self.player.end_at(self.player.frame(animation), animation);
            }
            AnimateAction::WholeRange => self.player.clear_range(),
            AnimateAction::Room(room) => self.controls.room = room,
            AnimateAction::EditName(naming) => {
                if naming.is_some() && self.controls.naming.is_none() {
                    host.ctx
                        .memory_mut(|memory| memory.request_focus(name_field()));
                }
                self.controls.naming = naming;
            }
            AnimateAction::Picking => self.controls.picking = host.ctx.cumulative_pass_nr(),
            AnimateAction::WalkForm(seed, count) => self.controls.walk = (seed, count),
            AnimateAction::Walk(walk) => self.walk(walk, explorer),
            AnimateAction::Replacing(replacing) => self.controls.replacing = replacing,
            AnimateAction::Pick(name, latent) => self.pick(name, latent, host),
            AnimateAction::KeysPath(path) => self.controls.keys_path = path,
            AnimateAction::AddKeysOf => {
                let path = PathBuf::from(self.controls.keys_path.trim());
                self.controls.keys_coming = Some(import_faces(path, waker(host.ctx)));
            }
            AnimateAction::Between(ends) => self.animate_between(*ends, host),
            AnimateAction::Suggest(folder) => self.film.suggest(folder.as_deref()),
            AnimateAction::Sweep(direction) => {
                let seconds = self.project.animation().seconds() as f32;
                let track = Track::sweep(*direction, SWEEP, seconds);
                self.change(Change::AddTrack(Box::new(track)), None);
            }
            AnimateAction::New => {
                self.project.begin_anew(Animation::default());
                self.player = Default::default();
            }
            AnimateAction::OpenPath(path) => self.file.path = path,
            AnimateAction::Open(path) => {
                self.file.open(path, host.ctx);
                host.show(Screen::Animate);
            }
            AnimateAction::SavePath(path) => self.file.target.path = path,
            AnimateAction::Save => self.save(explorer, host),
            AnimateAction::Film(form) => self.film.form = form,
            AnimateAction::WriteFilm => self.write_film(explorer, host),
            AnimateAction::Lapse(form) => self.film.lapse = form,
            AnimateAction::WriteLapse if self.film.writing.is_none() => {
                let Animation { fps, framing, .. } = self.project.animation();
                self.film.start_lapse(*fps, framing, host.ctx);
            }
            AnimateAction::WriteLapse => {}
            AnimateAction::CancelFilm => self.film.cancel(),
            AnimateAction::FullScreen(show) => {
                let seed = u64::from(self.controls.walk.0 as u32);
                self.full_screen = show.map(|show| FullScreen::new(show, seed));
                if show == Some(Show::Animation) {
                    self.player.play(true);
                }
            }
            AnimateAction::Zoom(action) => {
                if let Some(full) = &mut self.full_screen {
                    full.zoom.apply(action);
                }
            }
            AnimateAction::NextMonitor => {
                if self.full_screen.is_some() {
                    self.monitors.next();
                }
            }
            AnimateAction::Monitor(monitor) => self.monitors.choose(monitor),
        }
    }

    fn change(&mut self, change: Change, gesture: Option<u64>) {
        if let Change::Easing(curve @ Easing::Bezier(_)) = change {
            self.controls.bezier = curve;
        }
        self.project.change(change, gesture);
    }

    fn undo(&mut self) {
        self.project.undo();
    }

    fn redo(&mut self) {
        self.project.redo();
    }

    fn select(&mut self, place: usize) {
        self.project.select(Some(place));
        let animation = self.project.animation();
        if let Some(&start) = animation.starts().get(place) {
            self.player.show(animation.frame_at(start), animation);
        }
    }

    fn add(&mut self, name: Option<String>, latent: Latent, host: &mut Host<'_>) {
        if !self.project.fits(latent.len()) {
            let text = format!(
                "The animation leads through faces of {} numbers, and this one has {}. Begin a new animation.",
                self.project.animation().components(),
                latent.len()
            );
            host.post(Notice::info(text));
            return;
        }
        let key = self.key(name, latent);
        let behind = self
            .project
            .selected()
            .map_or(usize::MAX, |place| place + 1);
        self.project.change(Change::Insert(behind, vec![key]), None);
        if host.screen != Screen::Animate {
            let count = match self.project.animation().keys.len() {
                1 => "one face".to_owned(),
                count => format!("{count} faces"),
            };
            host.post(Notice::info(format!("The animation has {count} now.")));
        }
        self.show_selected();
    }

    /// A face that was picked among others.
    fn pick(&mut self, name: Option<String>, latent: Latent, host: &mut Host<'_>) {
        match self.project.selected().filter(|_| self.controls.replacing) {
            Some(place) => {
                let name = self.key(name, latent.clone()).name;
                self.project.change(Change::Face(place, name, latent), None);
                self.show_selected();
            }
            None => self.add(name, latent, host),
        }
    }

    /// Faces of a file that have come.
    fn follow_keys(&mut self, host: &mut Host<'_>) {
        let result = self.controls.keys_coming.as_ref().and_then(Job::poll);
        let Some(result) = result else { return };
        self.controls.keys_coming = None;
        match result {
            Ok(faces) => {
                let key = |saved: SavedFace| KeyFace::new(saved.name, saved.latent);
                let keys: Vec<KeyFace> = faces.into_iter().map(key).collect();
                let (count, before) = (keys.len(), self.project.animation().keys.len());
                let behind = self
                    .project
                    .selected()
                    .map_or(usize::MAX, |place| place + 1);
                self.project.change(Change::Insert(behind, keys), None);
                let added = self.project.animation().keys.len() - before;
                if added < count {
                    let text = format!(
                        "{added} of {count} faces were put in: the others are of another latent space, or too many."
                    );
                    host.post(Notice::info(text));
                }
                self.show_selected();
            }
            Err(notice) => host.post(notice),
        }
    }

    fn show_selected(&mut self) {
        if let Some(place) = self
            .project
            .selected()
            .filter(|_| !self.player.is_playing())
        {
            self.select(place);
        }
    }

    fn add_random(&mut self, explorer: Option<&Explorer>, host: &mut Host<'_>) {
        if let Some(explorer) = explorer {
            let seed = self.controls.next_seed;
            self.controls.next_seed += 1;
            self.add(None, explorer.state.space().face(seed), host);
        }
    }

    /// Keys in place of all that are there.
    fn walk(&mut self, walk: Walk, explorer: Option<&Explorer>) {
        let Some(explorer) = explorer else { return };
        let (seed, count) = self.controls.walk;
        let own = self.project.selected_key().map(|key| &key.latent);
        let faces = match walk {
            Walk::Random => {
                let len = explorer.state.components();
                walk::random(LatentSpace { len }, seed, count)
            }
            Walk::Circle => {
                let fits = own.filter(|face| face.len() == explorer.state.components());
                let around = fits.unwrap_or(&explorer.state.pose().current);
                walk::circle(around, seed, count)
            }
        };
        let word = match walk {
            Walk::Random => "face",
            Walk::Circle => "round",
        };
        let key = |(place, latent)| KeyFace::new(format!("{word} {}", place + 1), latent);
        let keys = faces.into_iter().enumerate().map(key).collect();
        // The next walk is another one.
        self.controls.walk.0 = seed.wrapping_add(count as u64);
        if !self.project.fits(explorer.state.components()) {
            self.project.begin_anew(Animation::default());
        }
        self.project.change(Change::Walk(keys), None);
        self.player.clear_range();
        self.player.show(0, self.project.animation());
        self.player.play(true);
    }

    /// A loop from one face to another and back.
    fn animate_between(
        &mut self,
        (a, b, how): (Latent, Latent, Interpolation),
        host: &mut Host<'_>,
    ) {
        let path = match how {
            Interpolation::Slerp => MotionPath::Slerp,
            Interpolation::Lerp => MotionPath::Lerp,
        };
        self.project.begin_anew(Animation {
            path,
            keys: vec![KeyFace::new("A", a), KeyFace::new("B", b)],
            ..Animation::default()
        });
        self.project.select(Some(0));
        self.player = Player::default();
        self.player.play(true);
        host.show(Screen::Animate);
    }

    fn save(&mut self, explorer: Option<&Explorer>, host: &mut Host<'_>) {
        let file = as_file(&self.project, explorer);
        self.file.save(file, &self.project, host.ctx);
    }

    /// Whatever changed the animation, also undo, is kept for the next start.
    pub fn keep_files(&mut self, explorer: Option<&Explorer>) {
        let project = &self.project;
        self.file
            .keep(project.animation(), || as_file(project, explorer));
    }

    fn write_film(&mut self, explorer: Option<&Explorer>, host: &mut Host<'_>) {
        if self.film.writing.is_some() {
            return;
        }
        match explorer.and_then(|explorer| footage(&self.project, &self.player, explorer)) {
            Some(footage) => self.film.start(footage, host.ctx),
            None => host.post(Notice::info(
                "There is no generator yet. Wait for the first step, then export again.",
            )),
        }
    }

    /// How the film gets on, and how large it will be.
    fn follow_film(&mut self, explorer: Option<&Explorer>, host: &mut Host<'_>) {
        let seen = host.screen == Screen::Animate;
        // The panel tells who looks at it.
        if let Some(notice) = self.film.poll() {
            let notices = &mut host.session.notices;
            match notice.level {
                Level::Info => {
                    notices.over(Trouble::Film);
                    if !seen {
                        notices.post(notice);
                    }
                }
                _ if seen => {}
                _ => notices.post_until_over(notice, Trouble::Film),
            }
        }
        if self.film.writing.is_some() {
            host.ctx.request_repaint_after(GLANCE);
        }
        let Some(explorer) = explorer.filter(|_| seen && self.film.writing.is_none()) else {
            return;
        };
        let (project, player) = (&self.project, &self.player);
        let animation = project.animation();
        let range = player.range(animation);
        let what = (animation, range, explorer.faces.sampler().fingerprint());
        let next = self
            .film
            .follow_estimate(what, || footage(project, player, explorer), host.ctx);
        if let Some(next) = next {
            host.ctx.request_repaint_after(next);
        }
    }

    /// Before every frame: what files have brought, and time that went by.
    pub fn tick(&mut self, explorer: Option<&Explorer>, host: &mut Host<'_>) {
        match self.file.poll_opened() {
            Some(Ok((path, file))) => self.opened(path, file, explorer, host),
            Some(Err(notice)) => host.post(notice),
            None => {}
        }
        if let Some(notice) = self.file.poll_desk(&mut self.project) {
            host.post(notice);
        }
        if let Some(notice) = self.file.poll_saved(&mut self.project) {
            host.post(notice);
        }
        self.file.follow(&self.project);
        self.follow_keys(host);
        if self.file.is_busy() || self.controls.keys_coming.is_some() {
            host.ctx.request_repaint_after(GLANCE);
        }
        self.follow_film(explorer, host);
        self.advance(host);
    }

    fn opened(
        &mut self,
        path: PathBuf,
        file: AnimationFile,
        explorer: Option<&Explorer>,
        host: &mut Host<'_>,
    ) {
        self.project.open(path, file);
        self.player = Default::default();
        let Some(explorer) = explorer else { return };
        let ours = explorer.faces.sampler().fingerprint();
        if !self.fits(explorer) {
            return; // The screen says so.
        }
        if let Some(model) = self.project.other_model(ours) {
            let text = format!(
                "This animation was made with {model}. With the model on show its faces look different."
            );
            host.post(Notice::info(text));
        }
    }

    /// Plays on where it is seen.
    fn advance(&mut self, host: &mut Host<'_>) {
        let now = host.ctx.input(|input| input.time);
        let since = now - self.clock.replace(now).unwrap_or(now);
        let seen = host.screen == Screen::Animate || self.full_screen.is_some();
        let since = if since > ASLEEP { 0.0 } else { since };
        if seen && self.plays() {
            let animation = self.project.animation();
            self.player.advance(since, animation);
            let next = Duration::from_secs_f64(self.player.until_next(animation));
            host.ctx.request_repaint_after(next);
        }
        if let Some(full) = &mut self.full_screen {
            full.advance(since);
            full.repaint(host.ctx);
        }
    }
}

/// The animation as a file, with the model that draws it now.
fn as_file(project: &Project, explorer: Option<&Explorer>) -> AnimationFile {
    let faces = explorer.map(|explorer| &explorer.faces);
    // The step of the weights that draw the animation; the current face may be of earlier ones.
    let step = |faces: &Faces| match faces.sheet(View::Film) {
        film if film.count() > 0 => film.step(),
        _ => faces.step(),
    };
    let model = explorer.map(|explorer| explorer.name_at(step(&explorer.faces)));
    let fingerprint = faces.map(|faces| faces.sampler().fingerprint().to_owned());
    AnimationFile {
        model: model.unwrap_or_default(),
        fingerprint: fingerprint.unwrap_or_default(),
        animation: project.animation().clone(),
    }
}
