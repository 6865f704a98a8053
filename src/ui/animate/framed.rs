//! A picture of the animation as the film will have it: faces side by side, what is around them, and a line of text.

use egui::{Align2, Color32, FontId, Rect, Ui, pos2, vec2};

use crate::config::CaptionPlace;
use crate::export::layout::FrameLayout;
use crate::latent::animation::{Company, Framing};
use crate::ui::animate::film::FilmForm;
use crate::ui::explore::square::square_in;
use crate::ui::theme;
use crate::ui::widgets::Face;
use crate::ui::widgets::sheet::Sheet;

/// Whether there is nothing but the face.
pub fn is_plain(framing: &Framing) -> bool {
    let Framing {
        company,
        border,
        caption,
        ..
    } = framing;
    *company == Company::Alone && *border == 0 && caption.is_empty()
}

/// A picture to be drawn: the faces of `sheet`, which belong to picture `frame` of the animation.
pub struct Framed<'a> {
    pub sheet: &'a Sheet,
    pub framing: &'a Framing,
    pub form: &'a FilmForm,
    pub frame: usize,
}

impl Framed<'_> {
    fn layout(&self) -> FrameLayout {
        let side = self.sheet.tile().max(1);
        FrameLayout {
            style: self.form.style(self.framing, side),
            tiles: self.framing.company.count(),
            tile: (side, side),
            has_caption: !self.framing.caption.is_empty(),
            has_strip: false,
        }
    }

    /// Where it stands in the middle of `area`, as large as fits.
    pub fn place(&self, ui: &Ui, area: Rect) -> Rect {
        if is_plain(self.framing) {
            return square_in(ui, area, self.sheet.tile());
        }
        let (width, height) = self.layout().size();
        let size = vec2(width as f32, height as f32);
        let scale = (area.width() / size.x).min(area.height() / size.y);
        let pixels = ui.pixels_per_point();
        let corner = area.center() - scale * size / 2.0;
        let corner = ((corner.to_vec2() * pixels).round() / pixels).to_pos2();
        Rect::from_min_size(corner, scale * size)
    }

    /// Draws it into `rect`, which [`Framed::place`] gave; a face alone with this `radius`.
    pub fn paint(&self, ui: &Ui, rect: Rect, radius: f32) {
        if is_plain(self.framing) {
            let face = Face::new(self.sheet, 0).radius(radius);
            return face.paint(ui, rect);
        }
        let layout = self.layout();
        let scale = rect.width() / layout.size().0.max(1) as f32;
        let at = |[left, top, width, height]: [usize; 4]| {
            let corner = rect.min + scale * vec2(left as f32, top as f32);
            Rect::from_min_size(corner, scale * vec2(width as f32, height as f32))
        };
        let [r, g, b] = self.framing.background;
        let ground = Color32::from_rgb(r, g, b);
        let painter = ui.painter_at(rect);
        painter.rect_filled(rect, 0.0, ground);
        for (place, tile) in layout.places().into_iter().enumerate() {
            let face = Face::new(self.sheet, place).radius(0.0);
            face.paint_on(&painter, at(tile));
        }
        let Some(band) = layout.caption_band() else {
            return;
        };
        let band = at(band);
        if layout.style.caption == CaptionPlace::Over {
            painter.rect_filled(band, 0.0, ground.gamma_multiply(0.7));
        }
        let ink = match layout.has_light_text() {
            true => Color32::WHITE,
            false => Color32::BLACK,
        };
        let text = self.framing.caption_of(self.frame);
        let size = scale * layout.text_size() as f32;
        let write = |size: f32| {
            let font = FontId::monospace(size.max(1.0));
            painter.layout_no_wrap(text.clone(), font, ink)
        };
        let wide = write(size).size().x;
        let galley = write(size * (rect.width() / wide.max(1.0)).min(1.0));
        let middle = pos2(rect.center().x, band.center().y);
        let place = Align2::CENTER_CENTER.anchor_size(middle, galley.size());
        painter.galley(place.min, galley, ink);
    }
}

/// The radius of a face that stands alone.
pub const RADIUS: f32 = theme::PICTURE_RADIUS;
