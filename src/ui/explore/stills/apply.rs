//! Does what a person wants of faces as pictures.

use std::path::PathBuf;
use std::time::Instant;

use super::action::{StillAction, StillForm, StillSubject};
use super::{ENDING, StillResult, Work};
use crate::export::layout::FrameStyle;
use crate::notice::Notice;
use crate::picture::Filter;
use crate::ui::action::Screen;
use crate::ui::explore::choices::Centre;
use crate::ui::explore::state::ExploreState;
use crate::ui::host::{GLANCE, Host};
use crate::ui::waker::waker;
use crate::worker::jobs::still::{StillPlan, StillSource, draw_still, export_still, still_layout};

/// Faces of the wall in a row of its picture.
const ACROSS: usize = 6;

impl ExploreState {
    pub fn apply_still(&mut self, action: StillAction, host: &mut Host<'_>) {
        match action {
            StillAction::Save(subject) => {
                let out = self.stills.file_for(&subject).target(ENDING);
                self.write_still(&subject, out, false, host);
            }
            StillAction::Copy(subject) => {
                if let Some((source, plan)) = self.plan_of(&subject, PathBuf::new()) {
                    let job = draw_still(source, plan, waker(host.ctx));
                    self.stills.under_way.push(Work::Copying(job));
                }
            }
            StillAction::Ask(subject) => {
                let file = self.stills.file_for(&subject);
                self.stills.told = None;
                self.stills.form = Some(StillForm { subject, file });
            }
            StillAction::Scale(scale) => self.stills.set_scale(scale),
            StillAction::Path(path) => {
                if let Some(form) = &mut self.stills.form {
                    form.file.path = path;
                }
            }
            StillAction::Write => {
                self.stills.told = None;
                if let Some(form) = &mut self.stills.form {
                    let (out, replaces) = (form.file.settle(ENDING), form.file.replaces());
                    let subject = form.subject.clone();
                    self.write_still(&subject, out, replaces, host);
                }
            }
            StillAction::Close => {
                self.stills.form = None;
                self.stills.told = None;
            }
            StillAction::Dismiss => self.stills.told = None,
        }
    }

    fn write_still(
        &mut self,
        subject: &StillSubject,
        out: PathBuf,
        replace: bool,
        host: &mut Host<'_>,
    ) {
        if let Some((source, plan)) = self.plan_of(subject, out) {
            let job = export_still(source, plan, replace, waker(host.ctx));
            self.stills.under_way.push(Work::Writing(job));
        }
    }

    /// How a picture of faces in so many columns looks.
    fn style(&self, columns: usize, scale: usize) -> FrameStyle {
        FrameStyle {
            scale,
            filter: match self.controls.crisp {
                true => Filter::Nearest,
                false => Filter::Lanczos,
            },
            columns,
            ..FrameStyle::default()
        }
    }

    /// What draws a picture, and how it looks; none where there is no generator.
    fn plan_of(&self, subject: &StillSubject, out: PathBuf) -> Option<(StillSource, StillPlan)> {
        let plan = |latents, model, columns| StillPlan {
            name: String::new(),
            latents,
            model,
            style: self.style(columns, self.stills.scale),
            out,
        };
        if let StillSubject::Seen(seen) = subject {
            let plan = plan(seen.latents.clone(), seen.model.clone(), seen.wall.columns);
            return Some((StillSource::Seen(seen.wall.clone()), plan));
        }
        let explorer = self.explorer.as_ref()?;
        let source = StillSource::Drawn(explorer.faces.sampler().weights()?);
        let model = explorer.source_name();
        let latents = match subject {
            StillSubject::Face(face) => vec![face.clone()],
            _ => explorer.state.wall().to_vec(),
        };
        let columns = latents.len().min(ACROSS);
        Some((source, plan(latents, model, columns)))
    }

    /// Width and height of the picture that the dialog asks about, in pixels.
    pub(super) fn still_size(&self, scale: usize) -> Option<(usize, usize)> {
        let form = self.stills.form.as_ref()?;
        let (count, columns, side) = match &form.subject {
            StillSubject::Seen(seen) => (seen.wall.count, seen.wall.columns, seen.wall.tile),
            subject => {
                let explorer = self.explorer.as_ref()?;
                let side = explorer.faces.sampler().weights()?.info().size;
                let count = match subject {
                    StillSubject::Face(_) => 1,
                    _ => explorer.state.wall().len(),
                };
                (count, count.min(ACROSS), side)
            }
        };
        Some(still_layout(self.style(columns, scale), count, side).size())
    }

    /// Says what came of pictures where they were asked for.
    pub(in crate::ui::explore) fn follow_stills(&mut self, host: &mut Host<'_>) {
        for result in self.stills.poll(host.ctx) {
            let on_stage = host.screen == Screen::Explore && self.controls.centre != Centre::Board;
            if on_stage || self.stills.form.is_some() {
                self.stills.told = Some((result, Instant::now()));
                continue;
            }
            host.post(match result {
                StillResult::Saved(written) => {
                    Notice::info("The picture is saved.").at(written.path)
                }
                StillResult::Copied(_) => Notice::info("The picture is on the clipboard."),
                StillResult::Failed(notice) => notice,
            });
        }
        if self.stills.is_busy() {
            host.ctx.request_repaint_after(GLANCE);
        }
        if let Some(left) = self.stills.follow_told() {
            host.ctx.request_repaint_after(left.max(GLANCE));
        }
    }
}
