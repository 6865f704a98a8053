//! What `morphogan morph` is asked for.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use crate::cli::{numbers, output};
use crate::config::{CaptionPlace, Colour};
use crate::export::film::{self, MOST_FPS, Palette};
use crate::export::layout::FrameStyle;
use crate::latent::animation::{MOST_BORDER, MotionPath};
use crate::picture::Filter;
use crate::worker::jobs::shipped::BUILT_IN;

/// What to draw.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan morph --seeds 1,2,3 --loop --out morph.gif
  morphogan morph --model my-run --seeds 4,9 --frames 120 --path lerp --scale 2 --out morph.webp
  morphogan morph --grid 3x3 --seconds 6 --gap 4 --border 8 --background '#202020' --out wall.webp
  morphogan morph --keys smile.morph.json --scale 8 --filter lanczos --out smile.webp
  morphogan morph --keys smile.morph.json --beside unchanged --caption 'before and after' --out smile.gif
  morphogan morph --timelapse my-run --grid 4x2 --losses --out training.webp
  morphogan morph --latents faces.json --format y4m --out - | mpv -")]
pub struct Arguments {
    /// Model file or run folder; `built-in` is the model that comes with the program
    #[arg(long, value_name = "FILE", default_value = BUILT_IN)]
    pub model: PathBuf,
    #[command(flatten)]
    pub faces: Faces,
    #[command(flatten)]
    pub time: Time,
    /// The film to write; its ending says the format (gif, webp, png, y4m, rgb; mp4 in a build with that feature), and `-` is standard output
    #[arg(long, value_name = "FILE", value_parser = output::file())]
    pub out: PathBuf,
    #[command(flatten)]
    pub format: Format,
    #[command(flatten)]
    pub style: Style,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Which faces, and the way between them.
#[derive(Args, Debug)]
pub struct Faces {
    /// Faces on the way, two or more, each a seed; with --grid each a wall of faces, as `sample --seed` draws it
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "1,2,3",
        value_name = "A,B,…"
    )]
    pub seeds: Vec<u64>,
    /// Faces on the way instead: a JSON list of latent vectors, or faces from the shelf; with --grid row by row,
    /// wall after wall
    #[arg(long, value_name = "FILE.json", conflicts_with = "seeds")]
    pub latents: Option<PathBuf>,
    /// An animation instead that was saved on the Animate screen: its faces, tracks, way, time and rate
    #[arg(
        long,
        value_name = "FILE.morph.json",
        conflicts_with_all = ["seeds", "latents", "path", "closed", "frames", "seconds", "fps"]
    )]
    pub keys: Option<PathBuf>,
    /// With --keys: what stands beside the film instead of what the file says
    #[arg(long, value_enum, requires = "keys")]
    pub beside: Option<Beside>,
    /// With --keys: faces that move along as its own does, a JSON list of latents or faces from the shelf; with
    /// --grid alone they are random ones
    #[arg(
        long,
        value_name = "FILE.json",
        requires = "keys",
        conflicts_with = "beside"
    )]
    pub with: Option<PathBuf>,
    /// The training of this run instead: the first faces of its sample wall, step after step
    #[arg(long, value_name = "RUN", conflicts_with_all = ["seeds", "latents", "keys", "model", "path", "closed"])]
    pub timelapse: Option<PathBuf>,
    /// With --timelapse: let the losses run along below
    #[arg(long, requires = "timelapse")]
    pub losses: bool,
    /// The way between faces
    #[arg(long, value_enum, default_value_t)]
    pub path: MotionPath,
    /// Lead back to the first face, so that the animation repeats without a jump
    #[arg(long = "loop")]
    pub closed: bool,
}

/// What stands beside a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Beside {
    /// The film alone.
    Nothing,
    /// The first key, as it is.
    FirstKey,
    /// The same way without what directions add.
    Unchanged,
}

/// How long, and how fast.
#[derive(Args, Debug)]
pub struct Time {
    /// Pictures in all [default: 60; of a timelapse as many as there are]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub frames: Option<u32>,
    /// How long it lasts, instead of --frames
    #[arg(long, value_parser = numbers::seconds, conflicts_with = "frames")]
    pub seconds: Option<f64>,
    /// Pictures a second
    #[arg(long, default_value_t = 25, value_parser = clap::value_parser!(u16).range(1..=i64::from(MOST_FPS)))]
    pub fps: u16,
}

impl Time {
    /// Pictures in all, where that was asked for.
    pub fn frames(&self) -> Option<usize> {
        let of_seconds = |seconds: f64| (seconds * f64::from(self.fps)).round().max(1.0) as usize;
        let frames = self.frames.map(|frames| frames as usize);
        frames.or(self.seconds.map(of_seconds))
    }
}

/// The kind of file, and what it has settings for.
#[derive(Args, Debug)]
pub struct Format {
    /// The format, where the name does not say it: `frames` is a folder of PNG files, `sheet` all frames in one PNG
    #[arg(long, value_parser = ids())]
    pub format: Option<String>,
    /// Play once instead of again and again (GIF, WebP, PNG)
    #[arg(long)]
    pub once: bool,
    /// The 255 colours of a GIF: each frame its own, or all the same, which is smaller
    #[arg(long, value_enum, default_value_t)]
    pub palette: Palette,
    /// Dots of two colours for one that a GIF's palette lacks: smoother gradients, a larger file
    #[arg(long)]
    pub dither: bool,
    /// Of GIF, WebP and MP4: 1 is small, 100 the best and in WebP without loss
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub quality: u8,
}

fn ids() -> PossibleValuesParser {
    film::formats().iter().map(|format| format.id()).into()
}

/// How a picture looks.
#[derive(Args, Debug)]
pub struct Style {
    /// Faces side by side, moving together: columns × rows
    #[arg(long, value_name = "3x3", value_parser = grid)]
    pub grid: Option<Grid>,
    /// Each pixel becomes a square of this side [default: as large as 512 pixels allow]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=32))]
    pub scale: Option<u32>,
    /// How --scale fills in between pixels
    #[arg(long, value_enum, default_value_t)]
    pub filter: Filter,
    /// Pixels between faces [default: 0]
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=MOST_BORDER as i64))]
    pub gap: Option<u32>,
    /// Pixels around them [default: 0]
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=MOST_BORDER as i64))]
    pub border: Option<u32>,
    /// The colour between and around faces [default: black]
    #[arg(long, value_name = "#RRGGBB")]
    pub background: Option<Colour>,
    /// A line of text; in it {frame} is the number of the picture, and {step} the step of a timelapse [default: none; of
    /// a timelapse "step {step}"]
    #[arg(long, value_name = "TEXT")]
    pub caption: Option<String>,
    /// Where that line stands [default: below]
    #[arg(long, value_enum, value_name = "PLACE")]
    pub caption_at: Option<CaptionPlace>,
}

impl Style {
    /// How frames are laid out whose source has no style of its own.
    pub fn frame(&self) -> FrameStyle {
        FrameStyle {
            scale: self.scale.unwrap_or(1) as usize,
            filter: self.filter,
            columns: self.grid.map_or(1, |grid| grid.columns),
            gap: self.gap.unwrap_or_default() as usize,
            border: self.border.unwrap_or_default() as usize,
            background: self.ground(),
            caption: self.caption_at.unwrap_or_default(),
        }
    }

    /// The colour between and around faces.
    pub fn ground(&self) -> [u8; 3] {
        self.background.map_or([0; 3], |colour| colour.0)
    }
}

/// Columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    pub columns: usize,
    pub rows: usize,
}

/// More faces a side fit on no screen.
const MOST_FACES: usize = 32;

fn grid(text: &str) -> Result<Grid, String> {
    let sides = text.split_once(['x', '×', 'X']);
    let side = |text: &str| text.trim().parse::<usize>().ok();
    let sides = sides.and_then(|(across, down)| Some((side(across)?, side(down)?)));
    let fits = |&(across, down): &(usize, usize)| {
        (1..=MOST_FACES).contains(&across) && (1..=MOST_FACES).contains(&down)
    };
    match sides.filter(fits) {
        Some((columns, rows)) => Ok(Grid { columns, rows }),
        None => Err(format!(
            "use columns × rows, as in 3x3; {MOST_FACES} a side at most"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_is_two_counts() {
        let (columns, rows) = (3, 2);
        assert_eq!(grid("3x2"), Ok(Grid { columns, rows }));
        assert_eq!(grid("3 × 2"), Ok(Grid { columns, rows }));
        for wrong in ["3", "0x2", "3x33", "x", "-1x2", ""] {
            assert!(grid(wrong).is_err(), "{wrong}");
        }
    }
}
