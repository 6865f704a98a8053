//! How large a face is shown, and what of it: from the whole one to single pixels.

mod hand;

use egui::{Rect, Ui, Vec2};

use super::square::square_in;
use crate::ui::frame::commands::Command;

pub use hand::{Besides, hand, is_panned};

/// Points of the screen that a pixel of the face may grow to.
const MOST: f32 = 16.0;
/// What it may grow to at least, in times of the whole face: small faces are shown large already.
const LEAST_MOST: f32 = 4.0;
/// Points from which on the pixels of a face are seen as they are.
const PIXELS: f32 = 12.0;
/// How much larger one press of a key makes it.
pub const STEP: f32 = 1.25;
/// How far one press of an arrow goes, in sides of the whole face.
pub const PACE: f32 = 0.1;

/// What a person wants of it. Places and ways are in sides of the whole face, from the middle of its room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ZoomAction {
    /// In the whole face a pixel is so many points large.
    Room(f32),
    /// So many times as large; what is at this place stays there.
    By(f32, Vec2),
    Pan(Vec2),
    /// Show the whole face.
    Fit,
}

/// How large a face is shown, and which part of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zoom {
    /// In times of the whole face, from 1 on.
    factor: f32,
    /// Where the middle of the face is, in sides of the whole face from the middle of its room.
    shift: Vec2,
    /// Points that a pixel of the whole face is large.
    pixel: f32,
}

impl Default for Zoom {
    fn default() -> Self {
        Self {
            factor: 1.0,
            shift: Vec2::ZERO,
            pixel: 1.0,
        }
    }
}

impl Zoom {
    pub fn apply(&mut self, action: ZoomAction) {
        let (mut factor, mut shift) = (self.factor, self.shift);
        match action {
            ZoomAction::Room(pixel) => self.pixel = pixel.max(1e-3),
            ZoomAction::By(times, at) => {
                factor = (factor * times).clamp(1.0, self.most());
                shift = at + (shift - at) * (factor / self.factor);
            }
            ZoomAction::Pan(way) => shift += way,
            ZoomAction::Fit => factor = 1.0,
        }
        factor = factor.min(self.most());
        // Nearly whole is whole: what is left of a wheel's last turn.
        self.factor = if factor < 1.001 { 1.0 } else { factor };
        // Where the whole face stood there is always some of it.
        let most = (self.factor - 1.0) / 2.0;
        self.shift = shift.clamp(Vec2::splat(-most), Vec2::splat(most));
    }

    /// How many times as large as the whole face it is shown.
    pub fn factor(&self) -> f32 {
        self.factor
    }

    /// Points of the screen that a pixel is large.
    pub fn pixel(&self) -> f32 {
        self.factor * self.pixel
    }

    fn most(&self) -> f32 {
        (MOST / self.pixel).max(LEAST_MOST)
    }

    /// Whether not all of it is shown, or it is larger than it would have to be.
    pub fn is_in(&self) -> bool {
        self.factor > 1.0
    }

    /// Whether pixels are so large that they are shown as they are.
    pub fn shows_pixels(&self) -> bool {
        self.is_in() && self.pixel() > PIXELS
    }

    /// Where the face stands that would fill `fit` as a whole.
    pub fn face(&self, fit: Rect) -> Rect {
        if !self.is_in() {
            return fit;
        }
        let middle = fit.center() + self.shift * fit.size();
        Rect::from_center_size(middle, self.factor * fit.size())
    }
}

/// Where a face stands on the screen.
#[derive(Clone, Copy, Debug)]
pub struct Lens {
    /// All of it, also what is out of sight.
    pub face: Rect,
    /// What of it is in sight.
    pub seen: Rect,
    /// Where it stands as a whole.
    fit: Rect,
    /// The room that it may fill.
    pub room: Rect,
    /// Its own pixels along a side.
    tile: usize,
}

impl Lens {
    /// A face of `tile` pixels in the middle of `room`.
    pub fn new(ui: &Ui, zoom: &Zoom, room: Rect, tile: usize) -> Self {
        Self::of(zoom, square_in(ui, room, tile), room, tile)
    }

    /// The same where it is known where it stands as a whole.
    pub fn of(zoom: &Zoom, fit: Rect, room: Rect, tile: usize) -> Self {
        let face = zoom.face(fit);
        Self {
            face,
            seen: face.intersect(room),
            fit,
            room,
            tile: tile.max(1),
        }
    }

    /// A face that is always seen as a whole.
    pub fn whole(rect: Rect) -> Self {
        Self::of(&Zoom::default(), rect, rect, 1)
    }

    /// Points of the screen that a pixel of the face is large.
    pub fn scale(&self) -> f32 {
        self.face.width() / self.tile as f32
    }

    /// Brings a place of the screen into sight, where it is not.
    pub fn show(&self, at: egui::Pos2) -> Option<ZoomAction> {
        let inner = self.seen.shrink(2.0 * self.scale().min(12.0));
        let way = inner.clamp(at) - at;
        (way != Vec2::ZERO).then(|| ZoomAction::Pan(way / self.fit.size()))
    }
}

/// What keys want in a window that shows nothing else.
pub fn keys(ui: &Ui, does: &mut Vec<ZoomAction>) {
    // Without Shift they would match those with it.
    for (command, times) in [
        (Command::ZoomFullOut, 1.0 / STEP),
        (Command::ZoomFullIn, STEP),
    ] {
        for _ in 0..command.presses(ui) {
            does.push(ZoomAction::By(times, Vec2::ZERO));
        }
    }
    if Command::FitFull.pressed(ui) {
        does.push(ZoomAction::Fit);
    }
    let way = Command::PanFull.arrows(ui);
    if way != Vec2::ZERO {
        does.push(ZoomAction::Pan(-PACE * way));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Pos2, pos2, vec2};

    const FIT: Rect = Rect {
        min: pos2(100.0, 20.0),
        max: pos2(500.0, 420.0),
    };

    fn zoom(pixel: f32, actions: &[ZoomAction]) -> Zoom {
        let mut zoom = Zoom::default();
        zoom.apply(ZoomAction::Room(pixel));
        actions.iter().for_each(|action| zoom.apply(*action));
        zoom
    }

    /// A place of the screen as [`ZoomAction::By`] has it.
    fn place(at: Pos2) -> Vec2 {
        (at - FIT.center()) / FIT.size()
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        for pointer in [FIT.center(), FIT.min, pos2(130.0, 400.0), FIT.max] {
            let mut zoom = zoom(4.0, &[]);
            let under = |zoom: &Zoom| {
                let face = zoom.face(FIT);
                (pointer - face.min) / face.size()
            };
            let before = under(&zoom);
            for times in [1.1, 1.5, 1.7, 0.9, 1.05] {
                zoom.apply(ZoomAction::By(times, place(pointer)));
                assert!((under(&zoom) - before).length() < 1e-4, "{pointer:?}");
            }
        }
    }

    #[test]
    fn it_never_leaves_its_place_and_comes_back_whole() {
        let mut zoom = zoom(4.0, &[ZoomAction::By(2.0, Vec2::ZERO)]);
        zoom.apply(ZoomAction::Pan(vec2(7.0, -7.0)));
        let face = zoom.face(FIT);
        assert_eq!(face.size(), 2.0 * FIT.size());
        assert_eq!((face.left(), face.bottom()), (FIT.left(), FIT.bottom()));
        zoom.apply(ZoomAction::By(0.75, Vec2::ZERO));
        assert!(zoom.face(FIT).contains_rect(FIT));
        zoom.apply(ZoomAction::By(0.1, place(FIT.min)));
        assert_eq!((zoom.face(FIT), zoom.is_in()), (FIT, false));
        zoom.apply(ZoomAction::By(3.0, Vec2::ZERO));
        zoom.apply(ZoomAction::Fit);
        assert_eq!(zoom.face(FIT), FIT);
    }

    #[test]
    fn it_goes_up_to_sixteen_points_a_pixel_and_a_small_face_four_times() {
        let most = |pixel| {
            let far = zoom(pixel, &[ZoomAction::By(1e6, Vec2::ZERO)]);
            far.face(FIT).width() / FIT.width()
        };
        assert_eq!((most(2.0), most(3.5), most(14.0)), (8.0, 16.0 / 3.5, 4.0));
    }

    #[test]
    fn pixels_are_seen_where_they_are_large_but_not_in_the_whole_face() {
        assert!(!zoom(14.0, &[]).shows_pixels());
        let nearer = ZoomAction::By(1.1, Vec2::ZERO);
        assert!(zoom(14.0, &[nearer]).shows_pixels());
        assert!(!zoom(3.5, &[nearer]).shows_pixels());
    }

    #[test]
    fn another_room_keeps_what_is_seen() {
        let mut zoom = zoom(2.0, &[ZoomAction::By(8.0, place(FIT.min))]);
        zoom.apply(ZoomAction::Room(3.0));
        assert!((zoom.factor - 16.0 / 3.0).abs() < 1e-5);
        assert!(zoom.face(FIT).contains_rect(FIT));
    }

    #[test]
    fn a_place_out_of_sight_comes_into_sight() {
        let zoom = zoom(4.0, &[ZoomAction::By(3.0, Vec2::ZERO)]);
        let lens = Lens::of(&zoom, FIT, FIT.expand2(vec2(50.0, 0.0)), 100);
        assert_eq!(lens.show(FIT.center()), None);
        let Some(ZoomAction::Pan(way)) = lens.show(FIT.center() - vec2(0.0, 300.0)) else {
            panic!("out of sight");
        };
        assert!(way.y > 0.2 && way.x == 0.0);
    }
}
