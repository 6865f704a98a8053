//! A sprite sheet: all frames side by side in one PNG.

use std::io::Write;

use super::error::FilmError;
use super::format::{FilmEncoder, FilmFormat};
use super::settings::Film;
use crate::export::ending::FileFormat;
use crate::export::png;
use crate::picture::{Picture, WallLayout};

pub struct Sheet;

/// The PNG's text that tells how to cut it up, as JSON.
const KEYWORD: &str = "morphogan-sheet";

impl FilmFormat for Sheet {
    fn id(&self) -> &'static str {
        "sheet"
    }

    fn kind(&self) -> FileFormat {
        FileFormat::new("sprite sheet", "png")
    }

    fn about(&self) -> &'static str {
        "All frames side by side in one PNG, for games and web pages."
    }

    fn check(&self, film: &Film) -> Result<(), FilmError> {
        layout(film)
            .check()
            .map_err(|error| FilmError::Limit(error.to_string()))
    }

    fn begin<'a>(
        &self,
        film: &Film,
        out: &'a mut (dyn Write + 'a),
    ) -> Result<Box<dyn FilmEncoder + 'a>, FilmError> {
        self.check(film)?;
        let layout = layout(film);
        let (width, height) = layout.size();
        let text = serde_json::json!({
            "frames": film.frames,
            "columns": layout.columns,
            "width": film.width,
            "height": film.height,
            "fps": film.settings.fps,
        });
        Ok(Box::new(SheetEncoder {
            layout,
            text: text.to_string(),
            sheet: Picture::new(width, height),
            pushed: 0,
            out,
        }))
    }
}

/// About as wide as high.
fn layout(film: &Film) -> WallLayout {
    let square = libm::sqrt(film.frames as f64 * film.height as f64 / film.width.max(1) as f64);
    WallLayout {
        count: film.frames,
        columns: (libm::round(square) as usize).clamp(1, film.frames.max(1)),
        tile: (film.width, film.height),
        gap: 0,
        scale: 1,
    }
}

struct SheetEncoder<'a> {
    layout: WallLayout,
    text: String,
    sheet: Picture,
    pushed: usize,
    out: &'a mut (dyn Write + 'a),
}

impl FilmEncoder for SheetEncoder<'_> {
    fn push(&mut self, frame: &Picture) -> Result<(), FilmError> {
        let (columns, (width, height)) = (self.layout.columns, self.layout.tile);
        let left = self.pushed % columns * width;
        let top = self.pushed / columns * height;
        self.sheet.paste(frame, left, top);
        self.pushed += 1;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), FilmError> {
        Ok(png::encode(
            &self.sheet,
            &[(KEYWORD, &self.text)],
            self.out,
        )?)
    }
}
