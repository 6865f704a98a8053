//! Your own picture: cut a square out of it, and the latent whose face is nearest is looked for.

use crate::ui::action::Action;
use crate::ui::action::FrameAction;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::action::PhotoAction;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{
    ColorImage, Context, Rect, RichText, Role, Sense, TextureHandle, TextureOptions, Ui,
    WidgetInfo, pos2, vec2,
};

use super::menu;
use crate::config::{Crop, TransformConfig};
use crate::gan::Snapshot;
use crate::gan::invert::InvertSettings;
use crate::latent::Latent;
use crate::notice::Notice;
use crate::picture::Picture;
use crate::session::Move;
use crate::ui::App;

use crate::ui::data::{Grip, boxed};
use crate::ui::theme::{self, palette};
use crate::ui::widgets::sheet::Sheet;
use crate::ui::widgets::{Button, Carried, Face, PathField, note, path_field, progress};
use crate::worker::Job;
use crate::worker::jobs::dialog::Pick;
use crate::worker::jobs::invert::{InvertPlan, Search, Sight, cut_target, start_inversion};
use crate::worker::jobs::scan::{Original, read_original};
use crate::worker::train::Wall;

/// Height of what is said of the face that was found, with all gaps.
const WORDS: f32 = 112.0;
/// How long one search takes at most.
const SECONDS: f64 = 20.0;

/// A picture of a person's own, and the search for its face.
#[derive(Default)]
pub struct Photo {
    /// The path in the field.
    pub path: String,
    reading: Option<(PathBuf, Job<Original>)>,
    shown: Option<Shown>,
    grip: Option<Grip>,
    cutting: Option<Cutting>,
    search: Option<Search<Sight>>,
    /// The square that is looked for.
    target: Picture,
    /// The nearest face so far.
    pub sight: Option<Sight>,
    faces: Option<Sheet>,
    /// Searches so far: each is one step of undo.
    searches: u64,
    /// The current face as the search left it.
    left: Option<Latent>,
}

/// The square on its way; then the search begins, with this model and from this face.
struct Cutting {
    job: Job<Picture>,
    model: Arc<Snapshot>,
    from: Option<Latent>,
}

struct Shown {
    path: PathBuf,
    original: Original,
    texture: TextureHandle,
    crop: Crop,
}

impl Photo {
    /// Reads a picture.
    pub fn open(&mut self, path: &Path, ctx: &Context) {
        let waker = ctx.clone();
        self.path = path.display().to_string();
        let job = read_original(path.to_path_buf(), move || waker.request_repaint());
        self.reading = Some((path.to_path_buf(), job));
    }

    /// Cuts another square.
    pub fn crop(&mut self, crop: Crop, grip: Option<Grip>) {
        self.grip = grip;
        if let Some(shown) = &mut self.shown {
            shown.crop = crop;
        }
    }

    /// Begins to look for the face.
    pub fn find(&mut self, model: Arc<Snapshot>, on: bool, ctx: &Context) {
        let Some(shown) = &self.shown else { return };
        let from = self.sight.as_ref().filter(|_| on);
        let from = from.map(|sight| sight.latent.clone());
        let how = TransformConfig {
            crop: shown.crop,
            ..TransformConfig::default()
        };
        let waker = ctx.clone();
        let wake = move || waker.request_repaint();
        self.searches += 1;
        self.cutting = Some(Cutting {
            job: cut_target(Arc::clone(&model), shown.path.clone(), how, wake),
            model,
            from,
        });
    }

    /// The square is there: the search begins.
    fn begin(&mut self, cut: Cutting, target: Picture, ctx: &Context) {
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
        let waker = ctx.clone();
        let search = start_inversion(cut.model, plan, move || waker.request_repaint());
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
        self.sight = None;
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
                Ok(sight) => nearer = Some(sight),
                Err(failed) => notice = Some(failed),
            }
        }
        let Some(sight) = nearer else {
            return (None, notice);
        };
        let face = sight.latent.clone();
        self.show(&sight, ctx);
        self.sight = Some(sight);
        (Some((face, self.searches)), notice)
    }

    fn take_original(&mut self, ctx: &Context) -> Option<Notice> {
        let result = self.reading.as_ref()?.1.poll()?;
        let (path, _) = self.reading.take()?;
        match result {
            Ok(original) => {
                let size = [original.picture.width, original.picture.height];
                let image = ColorImage::from_rgb(size, &original.picture.rgb);
                let texture = ctx.load_texture("photograph", image, TextureOptions::LINEAR);
                self.forget();
                self.shown = Some(Shown {
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
    fn show(&mut self, sight: &Sight, ctx: &Context) {
        let side = sight.picture.width;
        let mut both = Picture::new(2 * side, side);
        both.paste(&self.target, 0, 0);
        both.paste(&sight.picture, side, 0);
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

/// Draws the panel.
pub fn show(ui: &mut Ui, app: &App, actions: &mut Vec<Action>) {
    let photo = &app.explore.photo;
    let action = |what| Action::Explore(ExploreAction::Photo(what));
    let mut path = photo.path.clone();
    let width = ui.available_width();
    let field = path_field(
        ui,
        "Photograph",
        "Path of a picture, or drop one here",
        &mut path,
        width,
    );
    match field {
        Some(PathField::Browse) => {
            actions.push(Action::Frame(FrameAction::Browse(Pick::Photograph)))
        }
        Some(PathField::Changed) => actions.push(action(PhotoAction::Path(path))),
        Some(PathField::Entered) => actions.push(action(PhotoAction::Open(path.trim().into()))),
        None => {}
    }
    ui.add_space(theme::GAP);
    if photo.reading.is_some() {
        ui.spinner();
        return;
    }
    let Some(shown) = &photo.shown else {
        note(
            ui,
            "Drop a photograph on the window. The program looks for the face of this model that is nearest to it; how near depends on what the model has learnt to draw.",
        );
        return;
    };
    let mut crop = shown.crop;
    // What is found stands below, in sight without scrolling.
    let left = ui.available_height() - theme::CONTROL - found_side(ui) - WORDS;
    let height = (0.3 * ui.ctx().content_rect().height()).clamp(120.0, 240.0);
    let height = height.min(left.max(80.0));
    let (area, response) = ui.allocate_exact_size(vec2(width, height), Sense::click_and_drag());
    let picture = (shown.texture.id(), shown.original.found);
    let mut grip = photo.grip;
    boxed(ui, (area, &response), picture, &mut grip, &mut crop);
    if crop != shown.crop || grip.is_some() || photo.grip.is_some() {
        actions.push(action(PhotoAction::Crop(crop, grip)));
    }
    ui.add_space(theme::GAP);
    buttons(ui, photo, actions);
    result(ui, photo, actions);
}

fn buttons(ui: &mut Ui, photo: &Photo, actions: &mut Vec<Action>) {
    let action = |what| Action::Explore(ExploreAction::Photo(what));
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        if let Some(search) = &photo.search {
            let stop = Button::new("Stop").name("Stop the search");
            if ui.add(stop.tip("Keep the nearest face so far.")).clicked() {
                actions.push(action(PhotoAction::Stop));
            }
            progress(ui, "Search for the face", search.share(), 120.0);
            return;
        }
        let find = Button::new("Find the face").primary();
        let about = "Look for the latent whose face is nearest to this square: many starts at once, by pixels and by D's features (GAN inversion).";
        if ui.add(find.tip(about)).clicked() {
            actions.push(action(PhotoAction::Find { on: false }));
        }
        if photo.sight.is_some() {
            let on = Button::new("Go on").tip("Look further from the nearest face so far.");
            if ui.add(on).clicked() {
                actions.push(action(PhotoAction::Find { on: true }));
            }
        }
    });
}

/// Side of the square and of the face that was found.
fn found_side(ui: &Ui) -> f32 {
    ((ui.available_width() - theme::GAP) / 2.0).min(150.0)
}

/// The square, the face, and how near they are.
fn result(ui: &mut Ui, photo: &Photo, actions: &mut Vec<Action>) {
    let (Some(sight), Some(sheet)) = (&photo.sight, &photo.faces) else {
        return;
    };
    ui.add_space(theme::GAP);
    let side = found_side(ui);
    let (all, _) = ui.allocate_exact_size(vec2(2.0 * side + theme::GAP, side), Sense::hover());
    let at = |place: f32| {
        let left = all.left() + place * (side + theme::GAP);
        Rect::from_min_size(pos2(left, all.top()), vec2(side, side))
    };
    let square = ui.interact(at(0.0), ui.scope_id().with("square"), Sense::hover());
    square.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Your square"));
    Face::new(sheet, 0).paint(ui, at(0.0));
    let found = Face::new(sheet, 1).carried(ui, at(1.0), "Nearest face", &sight.latent);
    if Carried::chosen(&found) {
        actions.push(Action::moved(Move::Face(sight.latent.clone()), None));
    }
    menu::of_face(&found, &sight.latent, actions);
    found.on_hover_text("The nearest face so far. It is the current face, unless you have changed that meanwhile: press it to have it back.");
    ui.add_space(theme::TIGHT);
    ui.label(format!("{:.1} dB: {}", sight.psnr, in_words(sight.psnr)))
        .on_hover_text("Peak signal-to-noise ratio between your square and the face: each 6 dB halves the difference.");
    if let Some(features) = sight.features {
        let text = format!(
            "To D it is {:.0} % as far as a random face.",
            100.0 * features
        );
        ui.label(RichText::new(text).color(palette(ui).muted))
            .on_hover_text(
                "Distance of the discriminator's features, as a share of that of random faces.",
            );
    }
    note(
        ui,
        format!("{} steps in {:.1} s", sight.steps, sight.seconds),
    );
}

/// What a signal-to-noise ratio means to an eye.
fn in_words(psnr: f64) -> &'static str {
    match psnr {
        35.0.. => "hardly to be told from it",
        28.0.. => "near to it",
        22.0.. => "alike at a glance",
        16.0.. => "alike in light and colour only",
        _ => "the model cannot draw this",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearness_is_said_plainly() {
        assert_eq!(in_words(41.0), "hardly to be told from it");
        assert_eq!(in_words(12.0), "the model cannot draw this");
        assert_eq!(in_words(f64::INFINITY), "hardly to be told from it");
    }
}
