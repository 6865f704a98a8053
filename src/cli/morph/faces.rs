//! The faces of a morph, and the frames between them.

use std::path::Path;
use std::sync::Arc;

use super::arguments::{Arguments, Beside, Grid};
use crate::cli::{latents, output};
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::latent::animation::file::AnimationFile;
use crate::latent::animation::{Animation, Company, FIRST_COMPANIONS, Framing, MOST_COMPANIONS};
use crate::latent::noise::{Noise, Purpose};
use crate::notice::Notice;
use crate::worker::jobs::morph::LatentFrames;

/// Whether anything would move, and every face be seen.
pub(super) fn check(arguments: &Arguments, frames: usize) -> Result<(), Notice> {
    if arguments.faces.latents.is_some() {
        return Ok(());
    }
    let seeds = &arguments.faces.seeds;
    if seeds.iter().all(|seed| Some(seed) == seeds.first()) {
        let text =
            "A morph leads from one face to another. Name two different ones or more: --seeds 1,2.";
        return Err(Notice::error(text));
    }
    check_count(seeds.len(), frames)
}

fn check_count(faces: usize, frames: usize) -> Result<(), Notice> {
    if frames < faces {
        let text =
            format!("{faces} faces need {faces} frames or more. Ask for more with --frames.");
        return Err(Notice::error(text));
    }
    Ok(())
}

/// The frames of the way through all faces.
pub(super) fn source(
    arguments: &Arguments,
    model: Snapshot,
    frames: usize,
) -> Result<LatentFrames, Notice> {
    let tiles = arguments
        .style
        .grid
        .map_or(1, |grid| grid.columns * grid.rows);
    let walls = walls(arguments, &model, tiles)?;
    check_count(walls.len(), frames)?;
    let (path, closed) = (arguments.faces.path, arguments.faces.closed);
    let way = |tile: usize| {
        let keys = walls.iter().map(|wall| wall[tile].clone());
        Animation::evenly(keys, path, closed)
    };
    let ways: Vec<Animation> = (0..tiles).map(way).collect();
    let mut source = LatentFrames::side_by_side(Arc::new(model), ways, frames);
    source.caption = arguments.style.caption.clone().unwrap_or_default();
    Ok(source)
}

/// An animation that was saved, to be drawn by `model`.
pub(super) fn fitting(
    mut file: AnimationFile,
    model: &Snapshot,
    arguments: &Arguments,
    path: &Path,
) -> Result<Animation, Notice> {
    let (numbers, takes) = (file.animation.components(), model.info().latent);
    if numbers != takes {
        let text = format!(
            "The faces of this animation have {numbers} numbers, and the model takes {takes}. Name the model that it was made with: --model."
        );
        return Err(Notice::error(text)
            .with_details(file.model.clone())
            .at(path));
    }
    let is_other = |ours: String| !file.fingerprint.is_empty() && file.fingerprint != ours;
    if model.fingerprint().is_ok_and(is_other) {
        output::note(format_args!(
            "note: the animation was made with another model ({}); name it with --model to see its faces",
            file.model
        ));
    }
    frame(&mut file.animation.framing, model, arguments)?;
    Ok(file.animation)
}

/// What is seen beside the face, where something else was asked for than the file says.
fn frame(framing: &mut Framing, model: &Snapshot, arguments: &Arguments) -> Result<(), Notice> {
    let (style, beside) = (&arguments.style, &arguments.faces.beside);
    if let Some(beside) = beside {
        framing.company = match beside {
            Beside::Nothing => Company::Alone,
            Beside::FirstKey => Company::FirstKey,
            Beside::Unchanged => Company::Unchanged,
        };
        framing.columns = 0;
    }
    if let Some(path) = &arguments.faces.with {
        framing.company = Company::Faces(companions(path, model)?);
        framing.columns = 0;
    }
    if let Some(grid) = style.grid {
        framing.columns = grid.columns;
        let wanted = grid.columns * grid.rows;
        let is_said = arguments.faces.with.is_some() || beside.is_some();
        check_grid(grid, framing.company.count(), is_said)?;
        // Faces of the file that fill the grid stay.
        if !is_said && framing.company.count() != wanted {
            let space = model.info().latent_space();
            let faces = Company::random(space, wanted - 1, FIRST_COMPANIONS);
            framing.company = Company::Faces(faces);
        }
    }
    framing.gap = style.gap.map_or(framing.gap, |gap| gap as usize);
    framing.border = style
        .border
        .map_or(framing.border, |border| border as usize);
    framing.background = style
        .background
        .map_or(framing.background, |colour| colour.0);
    framing.caption_place = style.caption_at.unwrap_or(framing.caption_place);
    if let Some(caption) = &style.caption {
        framing.caption.clone_from(caption);
    }
    Ok(())
}

/// Whether the pictures fill a grid, and the grid can be filled.
fn check_grid(grid: Grid, pictures: usize, is_said: bool) -> Result<(), Notice> {
    let Grid { columns, rows } = grid;
    let filled = pictures.div_ceil(columns);
    if is_said && filled != rows {
        let across = columns.min(pictures);
        return Err(Notice::error(format!(
            "{pictures} pictures do not fill {rows} rows of {columns}. Ask for --grid {across}x{filled}."
        )));
    }
    let most = MOST_COMPANIONS + 1;
    if !is_said && columns * rows > most {
        return Err(Notice::error(format!(
            "A grid of {columns}×{rows} is more than the {most} faces of an animation. Ask for a smaller one."
        )));
    }
    Ok(())
}

fn companions(path: &Path, model: &Snapshot) -> Result<Vec<Latent>, Notice> {
    let faces = latents::read(path, model.info().latent)?;
    if faces.len() > MOST_COMPANIONS {
        let text = format!(
            "{} faces cannot move along; {MOST_COMPANIONS} at most can.",
            faces.len()
        );
        return Err(Notice::error(text).at(path));
    }
    Ok(faces)
}

/// The faces that are shown together, in the order in which they come.
fn walls(
    arguments: &Arguments,
    model: &Snapshot,
    tiles: usize,
) -> Result<Vec<Vec<Latent>>, Notice> {
    let space = model.info().latent_space();
    let faces = &arguments.faces;
    let Some(path) = &faces.latents else {
        let seeds = faces.seeds.iter();
        return Ok(match arguments.style.grid {
            None => seeds.map(|&seed| vec![space.face(seed)]).collect(),
            Some(_) => seeds
                .map(|&seed| space.draw(tiles, &mut Noise::new(seed, Purpose::Faces)))
                .collect(),
        });
    };
    let latents = latents::read(path, model.info().latent)?;
    if latents.len() < 2 * tiles || latents.len() % tiles != 0 {
        let text = match tiles {
            1 => "A morph leads from one face to another. The file needs two or more.".to_owned(),
            _ => format!(
                "{tiles} faces side by side need {tiles} to go to: {} or {} or more, not {}.",
                2 * tiles,
                3 * tiles,
                latents.len()
            ),
        };
        return Err(Notice::error(text).at(path));
    }
    Ok(latents.chunks(tiles).map(<[Latent]>::to_vec).collect())
}
