//! What threads and files bring to the Explore screen, taken in before a frame is drawn.

use std::sync::Arc;

use egui::Context;

use crate::notice::Notice;
use crate::session::{Board, Move};
use crate::ui::action::Screen;
use crate::ui::explore::choices::{Centre, Side};
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::view::View;
use crate::ui::gestures::{of_pull, of_search};
use crate::ui::host::{GLANCE, Host};
use crate::worker::Job;

impl ExploreState {
    /// Before every frame: takes in what threads and files have brought.
    pub fn tick(&mut self, host: &mut Host<'_>) {
        self.follow_opening(host);
        self.follow_stills(host);
        if let Some(question) = &mut self.question {
            question.tick(host.ctx);
        }
        if self.opening.is_some() {
            host.ctx.request_repaint_after(GLANCE);
        }
        if let Some(explorer) = &mut self.explorer
            && let Some(notice) = explorer.faces.drain(host.ctx)
        {
            host.post(notice);
        }
        self.follow_pixels(host.ctx);
        self.follow_walk(host);
        self.follow_shelf(host);
        self.follow_searches(host);
        self.follow_pull(host);
        self.follow_effects(host);
        self.follow_finding(host);
        self.follow_made(host);
    }

    /// Enlarged pixels melt into each other where a person did not ask for them and does not look at them closely.
    fn follow_pixels(&mut self, ctx: &Context) {
        let smooth = !self.controls.crisp;
        let close = smooth && !(self.has_large_face() && self.controls.zoom.shows_pixels());
        self.with_explorer(|shown| shown.faces.set_smooth(ctx, (smooth, close)));
        self.controls.painter.set_smooth(ctx, close);
    }

    fn follow_effects(&mut self, host: &mut Host<'_>) {
        let raw = &mut self.controls.raw;
        if let Some(result) = raw.measuring.as_ref().and_then(Job::poll) {
            raw.measuring = None;
            match result {
                Ok(effects) => raw.effects = Some(effects),
                Err(notice) => host.post(notice),
            }
        }
        if raw.measuring.is_some() {
            host.ctx.request_repaint_after(GLANCE);
        }
    }

    fn follow_shelf(&mut self, host: &mut Host<'_>) {
        if let Some(mut faces) = self.shelf.read() {
            // What was kept before the file was read stands behind what it holds.
            faces.extend(self.shelf.faces.iter().cloned());
            let faces = Arc::new(faces);
            if let Some(explorer) = &mut self.explorer {
                explorer.state.load_shelf(Arc::clone(&faces));
            }
            self.shelf.keep(&faces);
        }
        let (added, notices) = self.shelf.poll();
        for notice in notices {
            host.post(notice);
        }
        let (Some(faces), Some(explorer)) = (added, &mut self.explorer) else {
            return;
        };
        let text = match faces.len() {
            1 => "1 face was added to the shelf.".to_owned(),
            count => format!("{count} faces were added to the shelf."),
        };
        host.post(Notice::info(text));
        explorer.state.go(Move::KeepAll(faces), None);
    }

    /// Directions of an earlier start come back with their model. A run's weights change, so
    /// that nothing made with them would fit at the next start.
    fn follow_made(&mut self, host: &mut Host<'_>) {
        if let Some(notice) = self.made.poll() {
            host.post(notice);
        }
        let Some(explorer) = self.explorer.as_mut().filter(|shown| !shown.made_known) else {
            return;
        };
        let model = explorer.faces.sampler().fingerprint();
        if self.made.read && !model.is_empty() {
            let made = self.made.all.models.get(model).cloned();
            explorer.state.load_made(made.unwrap_or_default());
            if let Some(terms) = self.made.all.boards.get(model) {
                let board = Board::from_faces(terms);
                explorer.state.load_board(board, &self.made.seen_board);
            }
            explorer.made_known = true;
            self.made.seen = Arc::default();
            // A board that came along from another model is this one's when it is changed.
            self.made.seen_board = Arc::clone(&explorer.state.pose().board);
        }
    }

    /// The face that is pulled at has followed the hand.
    fn follow_pull(&mut self, host: &mut Host<'_>) {
        let is_seen = host.screen == Screen::Explore
            && self.controls.centre == Centre::Pull
            && self.controls.side != Side::Paint;
        let explorer = self.explorer.as_ref().filter(|_| is_seen);
        let ready = explorer.and_then(|explorer| {
            let sampler = explorer.faces.sampler();
            Some((sampler.fingerprint(), sampler.weights()?))
        });
        self.controls.puller.make_ready(ready);
        let current = self.explorer.as_ref();
        let current = current.map(|explorer| &explorer.state.pose().current);
        let was_pulling = self.controls.puller.is_pulling();
        let (followed, failed) = self.controls.puller.tick(current, host.ctx);
        if let Some(notice) = failed {
            host.post(notice);
        }
        if let (Some(followed), Some(explorer)) = (followed, &mut self.explorer) {
            if let Some(trace) = &mut explorer.faces.trace {
                match followed.since {
                    Some(moved) => trace.input(moved),
                    None => trace.rest(),
                }
            }
            // A pull is one step of undo.
            let gesture = of_pull(followed.pull);
            let (latent, faces) = (followed.latent, &mut explorer.faces);
            faces.show(host.ctx, View::Face, &latent, followed.face);
            explorer.state.go(Move::Change(latent), Some(gesture));
        }
        if let Some(explorer) = self.explorer.as_mut().filter(|_| was_pulling)
            && !self.controls.puller.is_pulling()
        {
            explorer.faces.ask_again(View::Face);
        }
    }

    /// Faces that searches have found.
    fn follow_searches(&mut self, host: &mut Host<'_>) {
        let (nearer, notice) = self.controls.photo.tick(host.ctx);
        let failed = self.controls.painter.tick(host.ctx);
        for notice in notice.into_iter().chain(failed) {
            host.post(notice);
        }
        if let Some(faces) = self.controls.photo.brought.take() {
            self.take_faces(faces, host);
        }
        if let (Some((face, search)), Some(explorer)) = (nearer, &mut self.explorer)
            // Who has moved on meanwhile keeps what they made; the panel still shows what was found.
            && self.controls.photo.follows(&explorer.state.pose().current)
        {
            self.controls.photo.followed(face.clone());
            // A search is one step of undo.
            explorer.state.go(Move::Face(face), Some(of_search(search)));
        }
        if self.controls.photo.is_searching() || self.controls.painter.is_searching() {
            host.ctx.request_repaint_after(GLANCE);
        }
    }
}
