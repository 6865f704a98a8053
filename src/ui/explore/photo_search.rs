//! A person's own picture, and the search for the latent whose face is nearest.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{ColorImage, Context, TextureHandle, TextureOptions};

use crate::config::{Crop, TransformConfig};
use crate::gan::Snapshot;
use crate::gan::invert::InvertSettings;
use crate::latent::Latent;
use crate::latent::saved::SavedFace;
use crate::notice::Notice;
use crate::picture::Picture;
use crate::ui::data::Grip;
use crate::ui::waker::waker;
use crate::ui::widgets::sheet::Sheet;
use crate::worker::Job;
use crate::worker::Wall;
use crate::worker::jobs::invert::{InvertPlan, NearestFace, Search, cut_target, start_inversion};
use crate::worker::jobs::scan::OriginalPicture;
use crate::worker::jobs::still::{OpenedPicture, open_picture};

/// How long one search takes at most.
const SECONDS: f64 = 20.0;

/// A picture of a person's own, and the search for its face.
#[derive(Default)]
pub struct Photo {
    /// The path in the field.
    pub path: String,
    pub(super) reading: Option<(PathBuf, Job<OpenedPicture>)>,
    /// The faces that the picture held, once.
    pub(super) brought: Option<Vec<SavedFace>>,
    pub(super) shown: Option<LoadedPhoto>,
    pub(super) grip: Option<Grip>,
    pub(super) cutting: Option<PendingTarget>,
    pub(super) search: Option<Search<NearestFace>>,
    /// The square that is looked for.
    pub(super) target: Picture,
    /// The nearest face so far.
    pub nearest: Option<NearestFace>,
    pub(super) faces: Option<Sheet>,
    /// Searches so far: each is one step of undo.
    pub(super) searches: u64,
    /// The current face as the search left it.
    pub(super) left: Option<Latent>,
}

/// The square on its way; then the search begins, with this model and from this face.
pub(super) struct PendingTarget {
    pub(super) job: Job<Picture>,
    pub(super) model: Arc<Snapshot>,
    pub(super) from: Option<Latent>,
}

pub(super) struct LoadedPhoto {
    pub(super) path: PathBuf,
    pub(super) original: OriginalPicture,
    pub(super) texture: TextureHandle,
    pub(super) crop: Crop,
}

impl Photo {
    pub fn open(&mut self, path: &Path, ctx: &Context) {
        self.path = path.display().to_string();
        let job = open_picture(path.to_path_buf(), waker(ctx));
        self.reading = Some((path.to_path_buf(), job));
    }

    pub fn crop(&mut self, crop: Crop, grip: Option<Grip>) {
        self.grip = grip;
        if let Some(shown) = &mut self.shown {
            shown.crop = crop;
        }
    }

    /// Begins to look for the face.
    pub fn find(&mut self, model: Arc<Snapshot>, on: bool, ctx: &Context) {
        let Some(shown) = &self.shown else { return };
        let from = self.nearest.as_ref().filter(|_| on);
        let from = from.map(|nearest| nearest.latent.clone());
        let how = TransformConfig {
            crop: shown.crop,
            ..TransformConfig::default()
        };
        self.searches += 1;
        self.cutting = Some(PendingTarget {
            job: cut_target(Arc::clone(&model), shown.path.clone(), how, waker(ctx)),
            model,
            from,
        });
    }

    /// The square is there: the search begins.
    fn begin(&mut self, cut: PendingTarget, target: Picture, ctx: &Context) {
        self.target = target.clone();
        let plan = InvertPlan {
            target,
            settings: InvertSettings {
                // Another search begins at other faces.
                seed: self.searches,
                ..InvertSettings::default()
            },
            seconds: SECONDS,
            from: cut.from,
        };
        let search = start_inversion(cut.model, plan, waker(ctx));
        self.search = Some(search);
    }

    /// Whether the current face is still the one that the search has left there.
    pub fn follows(&self, current: &Latent) -> bool {
        self.left.as_ref() == Some(current)
    }

    /// The search has left this face as the current one.
    pub fn followed(&mut self, face: Latent) {
        self.left = Some(face);
    }

    /// What was found so far is enough.
    pub fn stop(&self) {
        if let Some(search) = &self.search {
            search.stop();
        }
    }

    /// Ends a search and forgets what was found; the picture stays.
    pub fn forget(&mut self) {
        self.cutting = None;
        self.search = None;
        self.nearest = None;
    }

    /// Whether a search is going on.
    pub fn is_searching(&self) -> bool {
        self.search.is_some() || self.cutting.is_some()
    }

    /// Takes in what was read and found: a face that is nearer, with the number of its search, and
    /// what went wrong.
    pub fn tick(&mut self, ctx: &Context) -> (Option<(Latent, u64)>, Option<Notice>) {
        let mut notice = self.take_original(ctx);
        if let Some(result) = self.cutting.as_ref().and_then(|cut| cut.job.poll())
            && let Some(cut) = self.cutting.take()
        {
            match result {
                Ok(target) => self.begin(cut, target, ctx),
                Err(failed) => notice = Some(failed),
            }
        }
        let Some(search) = &self.search else {
            return (None, notice);
        };
        let mut nearer = search.seen();
        if let Some(result) = search.poll() {
            self.search = None;
            match result {
                Ok(nearest) => nearer = Some(nearest),
                Err(failed) => notice = Some(failed),
            }
        }
        let Some(nearest) = nearer else {
            return (None, notice);
        };
        let face = nearest.latent.clone();
        self.show(&nearest, ctx);
        self.nearest = Some(nearest);
        (Some((face, self.searches)), notice)
    }

    fn take_original(&mut self, ctx: &Context) -> Option<Notice> {
        let result = self.reading.as_ref()?.1.poll()?;
        let (path, _) = self.reading.take()?;
        match result {
            Ok(OpenedPicture::Faces(faces)) => {
                self.brought = Some(faces);
                None
            }
            Ok(OpenedPicture::Other(original)) => {
                let size = [original.picture.width, original.picture.height];
                let image = ColorImage::from_rgb(size, &original.picture.rgb);
                let texture = ctx.load_texture("photograph", image, TextureOptions::LINEAR);
                self.forget();
                self.shown = Some(LoadedPhoto {
                    path,
                    original,
                    texture,
                    crop: Crop::default(),
                });
                None
            }
            Err(notice) => Some(notice),
        }
    }

    /// The square and the nearest face beside each other.
    fn show(&mut self, nearest: &NearestFace, ctx: &Context) {
        let side = nearest.picture.width;
        let mut both = Picture::new(2 * side, side);
        both.paste(&self.target, 0, 0);
        both.paste(&nearest.picture, side, 0);
        let wall = Wall {
            step: 0,
            tile: side,
            columns: 2,
            count: 2,
            picture: both,
        };
        let sheet = self
            .faces
            .get_or_insert_with(|| Sheet::new("photograph's face"));
        sheet.set(ctx, wall);
    }
}
