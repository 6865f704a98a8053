//! Faces that a person saves as pictures.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::Context;

use crate::export::layout::FrameStyle;
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::notice::Notice;
use crate::picture::Filter;
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::still::{StillPlan, export_still};

/// About as many pixels a side as a screen is high.
const SIDE: usize = 1024;

/// The pictures that are being written.
#[derive(Default)]
pub struct Stills {
    jobs: Vec<Job<PathBuf>>,
}

impl Stills {
    /// Writes the face to the first free name in `folder`, its pixels as squares where it is `crisp`.
    pub fn save(
        &mut self,
        model: Arc<Snapshot>,
        latent: Latent,
        (folder, crisp): (&Path, bool),
        ctx: &Context,
    ) {
        let plan = StillPlan {
            name: String::new(),
            latent,
            style: FrameStyle {
                scale: SIDE.div_ceil(model.info().size.max(1)),
                filter: if crisp {
                    Filter::Nearest
                } else {
                    Filter::Lanczos
                },
                ..FrameStyle::default()
            },
            out: folder.join("face.png"),
        };
        self.jobs.push(export_still(model, plan, false, waker(ctx)));
    }

    /// What came of them since the last call.
    pub fn poll(&mut self) -> Vec<Notice> {
        let mut told = Vec::new();
        self.jobs.retain(|job| match job.poll() {
            None => true,
            Some(Ok(path)) => {
                let text =
                    "The face is saved as a picture. Dropped on the window, it is this face again.";
                told.push(Notice::info(text).at(path));
                false
            }
            Some(Err(notice)) => {
                told.push(notice);
                false
            }
        });
        told
    }
}
